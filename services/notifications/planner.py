"""The planner: who gets an invitation, a pulse or a reminder, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, Round, User
from services.account.access import access_of
from services.account.member import office_rhythm, rhythm_of
from services.kit.calendar import DAY, MISSED_AFTER, WEEK, Calendar, Period
from services.kit.calendar.held import HeldPeriods, all_held, is_held
from services.notifications.subjects import MessagePart
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule, withdraw
from services.outreach.rounds import is_invited_by_round
from services.wellbeing.messages import CheckinSubject, PulseSubject, ReminderSubject

REMINDER_DAYS = (3, 7)
PLAN_AT_ONCE = 500
SPREAD_HOURS = 96  # the planner looks at everyone once a week, spread over Monday to Thursday


class Planner:
    """Plan what the calendar brings. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar, consent_version: int) -> None:
        self._calendar = calendar
        self._consent_version = consent_version

    async def plan(self, session: AsyncSession, now: datetime) -> int:
        """Plan this week and the next for people who have to be looked at; return how many they are."""
        users = (
            await session.scalars(
                select(User)
                .where(User.plan_at <= now)
                .order_by(User.plan_at)
                .limit(PLAN_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
        ).all()
        if not users:
            return 0
        invited = await self._invited_at(session, users, now)
        held = await all_held(session)
        for user in users:
            await self._plan_person(session, user, invited.get(user.id), held, now)
        await session.flush()
        return len(users)

    async def plan_reminders(self, session: AsyncSession, user_id: int, part: MessagePart, now: datetime) -> None:
        """Plan what follows a message that has just left: two reminders of a check-in, one of a pulse."""
        user = await session.get_one(User, user_id)
        rhythm = rhythm_of(user)
        sent_on = rhythm.date_of(now)
        match part.kind, part.subject:
            case kinds.CHECKIN, CheckinSubject(period):
                closes_at = self._calendar.closes_at(self._calendar.period_of(period))
                for number, days in enumerate(REMINDER_DAYS, start=1):
                    due = rhythm.suitable(sent_on + timedelta(days=days))
                    subject = ReminderSubject(period, number)
                    await _remind(session, user_id, PlannedMessage(kinds.REMINDER, subject, due, closes_at), now)
            case kinds.PULSE, PulseSubject(week) as subject:
                closes_at = self._calendar.week_closes_at(week)
                due = rhythm.suitable(sent_on + DAY, user.pulse_time)
                await _remind(session, user_id, PlannedMessage(kinds.PULSE_REMINDER, subject, due, closes_at), now)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _invited_at(self, session: AsyncSession, users: Sequence[User], now: datetime) -> dict[int, datetime]:
        """Return when a round invited these people to the open period, by id; perhaps before their own hour."""
        period = self._calendar.period_at(now)
        rounds = await session.execute(
            select(Round.target, Round.created_at)
            .where(Round.period == period.start)
            .order_by(Round.created_at.desc())  # the first one that invited someone is written last
        )
        office = await office_rhythm(session, self._calendar.zone)
        invited: dict[int, datetime] = {}
        for target, at in rounds.all():
            looked_at = User.id.in_([user.id for user in users])
            theirs = select(User.id).where(looked_at, is_invited_by_round(target, period, at, office))
            invited |= dict.fromkeys(await session.scalars(theirs), at)
        return invited

    async def _plan_person(
        self, session: AsyncSession, user: User, invited: datetime | None, held: Sequence[HeldPeriods], now: datetime
    ) -> None:
        week = self._calendar.week_of(now)
        if may_be_asked(user, self._consent_version):
            period = self._calendar.period_at(now)
            for asked, at in ((period, invited), (period.next(), None)):
                if not is_held(held, asked):
                    await self._plan_invitation(session, user, asked, at, now)
            for monday in (week, week + WEEK):
                await self._plan_pulse(session, user, monday, now)
        user.plan_at = self._calendar.week_closes_at(week) + timedelta(hours=user.id % SPREAD_HOURS)

    async def _plan_invitation(
        self, session: AsyncSession, user: User, period: Period, invited: datetime | None, now: datetime
    ) -> None:
        """Invite in the period's invitation week, or when a round invited; a newcomer not before two working weeks.

        Take an earlier invitation back when it would come too late now: days off may have been added since.
        """
        rhythm = rhythm_of(user)
        closes_at = self._calendar.closes_at(period)
        slot = rhythm.invitation_at(period, closes_at)
        slot = slot if invited is None else min(slot, invited)
        due = slot if now <= slot + MISSED_AFTER else rhythm.suitable_after(now)
        subject = CheckinSubject(period.start)
        if due < closes_at:
            await schedule(session, user.id, PlannedMessage(kinds.CHECKIN, subject, due, closes_at), now)
        else:
            await withdraw(session, user.id, kinds.CHECKIN, now, key_like=subject.dedup_key)

    async def _plan_pulse(self, session: AsyncSession, user: User, monday: date, now: datetime) -> None:
        """Ask at the person's pulse hour, unless there is hardly a working day in the week."""
        rhythm = rhythm_of(user)
        closes_at = self._calendar.week_closes_at(monday)
        due = rhythm.pulse_at(monday, closes_at, user.pulse_weekday, user.pulse_time)
        is_wanted = user.pulse_on and rhythm.is_asked_in(monday)
        if not is_wanted or due < max(now - MISSED_AFTER, user.join_date) or due >= closes_at:
            return
        await schedule(session, user.id, PlannedMessage(kinds.PULSE, PulseSubject(monday), due, closes_at), now)


def may_be_asked(user: User, consent_version: int) -> bool:
    """Return whether this person is let in, and can be reached."""
    return access_of(user, consent_version) is None and user.unreachable_at is None


async def next_due(session: AsyncSession, user_id: int) -> datetime | None:
    """Return when the next message to this person is due."""
    return await session.scalar(
        select(func.min(Delivery.due_at)).where(Delivery.user_id == user_id, Delivery.state == "pending")
    )


async def next_event(session: AsyncSession) -> datetime | None:
    """Return when anyone's next message is due, or someone is planned next; None when nothing is to come."""
    due = await session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
    plan = await session.scalar(select(func.min(User.plan_at)))
    return min((moment for moment in (due, plan) if moment is not None), default=None)


async def _remind(session: AsyncSession, user_id: int, message: PlannedMessage, now: datetime) -> None:
    """Plan a reminder unless what it reminds of is over by then."""
    if message.due_at < message.expires_at:
        await schedule(session, user_id, message, now)
