"""Snoozes: a message about the check-in comes back at the time that its reader asked for.

The messages about one check-in are numbered: the invitation is 0, the reminders are 1 and 2. A snooze brings the next
one at another time, in place of its own, so no one gets more than was planned; only a snooze of the last one adds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import and_, exists, or_, select

from models import Delivery
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import DAY, Calendar
from services.notifications.week import WEEKLY_CAP, next_week, spent
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, Subject, is_there, schedule
from services.wellbeing.checkin import CausesStep, CheckIns, CheckInState, Done, Postponed
from services.wellbeing.messages import LAST_NUMBER, CheckinSubject, ReminderSubject

SOON = timedelta(hours=2)
ABOUT_CHECKIN = (kinds.CHECKIN, kinds.REMINDER, kinds.SNOOZED)


class Wish(StrEnum):
    """When to be told again: at one's own hour on the next working day, or in two hours."""

    TOMORROW = "tomorrow"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Snoozed:
    """The next message about the check-in comes on a day at an hour of the person's, `days` from today: at `moment`.

    `is_week_full`: this week has no room for it. `is_later`: it would have come at a quiet hour or on a day off.
    """

    on: date
    at: time
    days: int
    last_day: date
    is_week_full: bool
    is_later: bool
    moment: datetime


@dataclass(frozen=True, slots=True)
class NoTimeLeft:
    """The check-in closes at the end of `last_day`, before a message could come."""

    last_day: date


@dataclass(frozen=True, slots=True)
class NothingToSnooze:
    """The press came too late; `state` is what is open now. `was_reminded`: the next message has come already."""

    state: CheckInState
    was_reminded: bool


SnoozeOutcome = Snoozed | NoTimeLeft | NothingToSnooze


class Snoozes:
    """The use case of a snooze. It runs in the caller's transaction."""

    def __init__(self, checkins: CheckIns, calendar: Calendar) -> None:
        self._checkins = checkins
        self._calendar = calendar

    async def snooze(self, uow: UnitOfWork, wish: Wish, start: date, number: int) -> SnoozeOutcome:
        """Let the message after the one with this number, about the period that began on `start`, come when its reader
        wishes.

        The last press wins, until that message has left. A message that this person was never sent changes nothing.
        """
        state = await self._checkins.state(uow)
        period = self._calendar.period_at(uow.now)
        is_open = period.start == start and not isinstance(state, CausesStep | Done | Postponed)
        if not is_open or number >= LAST_NUMBER or not await self._may_have_come(uow, start, number):
            return NothingToSnooze(state, was_reminded=False)
        following = ReminderSubject(start, number + 1)
        if await is_there(uow.session, uow.member.id, ABOUT_CHECKIN, following, kinds.SPENT):
            return NothingToSnooze(state, was_reminded=True)
        wished, moment, is_week_full = await self._moment(uow, wish)
        closes_at = self._calendar.closes_at(period)
        if moment >= closes_at:
            return NoTimeLeft(period.last_day)
        await schedule(uow.session, uow.member.id, PlannedMessage(kinds.SNOOZED, following, moment, closes_at), uow.now)
        local = moment.astimezone(uow.member.rhythm.zone)
        days = (local.date() - uow.member.rhythm.date_of(uow.now)).days
        is_later = not is_week_full and moment > wished
        return Snoozed(local.date(), local.time(), days, period.last_day, is_week_full, is_later, moment)

    async def _may_have_come(self, uow: UnitOfWork, start: date, number: int) -> bool:
        """Return whether the pressed message has left. One that is due may have: after a crash it waits to be sent
        again.
        """
        pressed: Subject = ReminderSubject(start, number) if number else CheckinSubject(start)
        is_due = and_(Delivery.state.in_(kinds.WAITING), Delivery.due_at <= uow.now)
        row = exists().where(
            Delivery.user_id == uow.member.id,
            Delivery.kind.in_(ABOUT_CHECKIN),
            Delivery.dedup_key == pressed.dedup_key,
            or_(Delivery.state.in_(kinds.SPENT), is_due),
        )
        return bool(await uow.session.scalar(select(row)))

    async def _moment(self, uow: UnitOfWork, wish: Wish) -> tuple[datetime, datetime, bool]:
        """Return the wished moment, the one at which the message may leave, and whether it had to wait for the next
        week.
        """
        rhythm = uow.member.rhythm
        if wish is Wish.SOON:
            wished = uow.now + SOON
            moment = wished if rhythm.may_write(wished) else rhythm.suitable_after(wished)
        else:
            tomorrow = rhythm.date_of(uow.now) + DAY
            wished, moment = rhythm.hour_on(tomorrow), rhythm.suitable(tomorrow)
        if rhythm.is_first_day_back(rhythm.date_of(moment)):
            moment = rhythm.suitable_after(rhythm.end_of_day(moment))
        is_this_week = moment < self._calendar.week_closes_at(self._calendar.week_of(uow.now))
        if is_this_week and await spent(uow.session, uow.member.id, self._calendar, uow.now) >= WEEKLY_CAP:
            return wished, next_week(self._calendar, rhythm, uow.now), True
        return wished, moment, False
