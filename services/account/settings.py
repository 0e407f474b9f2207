"""What a person sets: the language, when the bot may write, and about what. The last press wins.

Every change locks the person's own row, so that two devices never overwrite each other's other settings, and gives
the settings as they now are. What is planned is planned anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import select, update

from content import Content
from locales import LOCALES
from models import User
from services.account.errors import DayOff, DayPast, DayTooFar, LastWorkingDay
from services.account.member import Member, get_member, member_of
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import WEEK, Calendar, monday_of
from services.kit.calendar.held import OnHold, find_hold
from services.kit.days import parse_day
from services.kit.errors import NotYours
from services.kit.zones import Zones, is_zone
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.outbox import PlannedMessage, Subject, schedule, withdraw

HOURS = range(7, 23)
QUIET_FROM_HOURS = range(17, 24)  # together these two leave at least five hours a day
QUIET_UNTIL_HOURS = range(5, 13)
TWO_WEEKS = timedelta(days=14)
LONGEST_PAUSE = timedelta(days=366)
NO_PAUSE = "off"
UNTIL_I_WRITE = date.max  # the end of a pause that lasts until the person writes
WELCOME_LIFETIME = timedelta(days=7)
SWITCHABLE = (kinds.CHECKIN, kinds.REMINDER, kinds.PULSE, kinds.PULSE_REMINDER, kinds.NUDGE, kinds.REVIEW, kinds.NOTE)

SettingName = Literal[
    "locale",
    "zone",
    "checkin_weekday",
    "checkin_hour",
    "pulse",
    "pulse_weekday",
    "pulse_hour",
    "quiet_from",
    "quiet_until",
    "day_on",
    "day_off",
    "kind_on",
    "kind_off",
    "pause",
]


@dataclass(frozen=True, slots=True)
class SettingsCard:
    """What the settings screens show: the person as stored, the local time there, and the zones to choose from.

    `hold`: which check-in HR holds.
    """

    member: Member
    local_now: datetime
    zones: tuple[str, ...]
    hold: OnHold | None

    @property
    def next_monday(self) -> date:
        """The Monday after today."""
        return monday_of(self.local_now.date()) + WEEK

    @property
    def paused_until(self) -> date | None:
        """The first day on which the bot writes again, while a pause lasts."""
        until = self.member.rhythm.paused_until
        return until if until is not None and until > self.local_now.date() else None


@dataclass(frozen=True, slots=True)
class ReturnSubject(Subject):
    """The greeting after a leave; `until` is the first day on which the bot writes again."""

    until: date


async def find_return(context: Context, subject: ReturnSubject, user: User) -> ReturnSubject | None:
    """Return the leave; None when it has been changed since."""
    return subject if user.paused_until == subject.until else None


class PersonalSettings:
    """The use cases of the settings screens. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zones = Zones(content.typed)
        self._words_for_days = content.typed

    async def card(self, uow: UnitOfWork) -> SettingsCard:
        """Return this person's settings."""
        rhythm = uow.member.rhythm
        hold = await find_hold(uow.session, self._calendar, rhythm, uow.now)
        return SettingsCard(uow.member, uow.now.astimezone(rhythm.zone), self._zones.offered, hold)

    async def change(self, uow: UnitOfWork, name: SettingName, value: str) -> SettingsCard:
        """Set one setting to a button's value.

        Raise NotYours for what no button offers, DayOff, LastWorkingDay, DayPast, DayTooFar.
        """
        user = await uow.session.scalar(select(User).where(User.id == uow.member.id).with_for_update())
        if user is None:
            raise NotYours
        paused_until = user.paused_until
        _SETTERS[name](user, value, uow.now)
        user.updated_at = user.plan_at = uow.now
        await uow.session.flush()
        changed = member_of(user)
        theirs = uow.of(changed)
        if user.paused_until != paused_until:
            await _plan_welcome_back(theirs, user.paused_until)
        return await self.card(theirs)

    async def come_back(self, uow: UnitOfWork) -> Member | None:
        """End a pause that lasts until the person writes: they have just written. None when there is no such pause."""
        ended = await uow.session.scalar(
            update(User)
            .where(User.id == uow.member.id, User.paused_until == UNTIL_I_WRITE)
            .values(paused_until=uow.member.rhythm.date_of(uow.now), plan_at=uow.now, updated_at=uow.now)
            .returning(User.id)
        )
        if ended is None:
            return None
        member = await get_member(uow.session, uow.member.telegram_id)
        await _plan_welcome_back(uow.of(member), member.rhythm.paused_until)
        return member

    async def set_zone(self, uow: UnitOfWork, text: str) -> SettingsCard:
        """Set the time zone that was typed. Raise UnknownZone."""
        return await self.change(uow, "zone", self._zones.find(text, uow.now))

    async def pause(self, uow: UnitOfWork, text: str) -> SettingsCard:
        """Pause until the day that was typed. Raise DayUnreadable, NoSuchDay, DayPast, DayTooFar."""
        today = uow.member.rhythm.date_of(uow.now)
        until = parse_day(text, today, self._words_for_days)
        return await self.change(uow, "pause", until.isoformat())


async def _plan_welcome_back(uow: UnitOfWork, until: date | None) -> None:
    """Plan the greeting for the second working day after a leave; None takes a planned one back."""
    await withdraw(uow.session, uow.member.id, kinds.WELCOME_BACK, uow.now)
    if until is not None and until != UNTIL_I_WRITE:
        due = uow.member.rhythm.back_on(until)
        message = PlannedMessage(kinds.WELCOME_BACK, ReturnSubject(until), due, due + WELCOME_LIFETIME)
        await schedule(uow.session, uow.member.id, message, uow.now)


def _set_locale(user: User, value: str, _: datetime) -> None:
    if value not in LOCALES:
        raise NotYours
    user.locale = value


def _set_zone(user: User, value: str, _: datetime) -> None:
    if not is_zone(value):
        raise NotYours
    user.timezone = value


def _set_checkin_weekday(user: User, value: str, _: datetime) -> None:
    user.checkin_weekday = _working_day(user, value)


def _set_checkin_hour(user: User, value: str, _: datetime) -> None:
    user.checkin_time = time(_number(value, HOURS))


def _set_pulse(user: User, value: str, now: datetime) -> None:
    user.pulse_on = bool(_number(value, range(2)))
    if user.pulse_on:
        user.pulse_since = now


def _set_pulse_weekday(user: User, value: str, _: datetime) -> None:
    user.pulse_weekday = _working_day(user, value)


def _set_pulse_hour(user: User, value: str, _: datetime) -> None:
    user.pulse_time = time(_number(value, HOURS))


def _set_quiet_from(user: User, value: str, _: datetime) -> None:
    user.quiet_from = time(_number(value, QUIET_FROM_HOURS))


def _set_quiet_until(user: User, value: str, _: datetime) -> None:
    user.quiet_until = time(_number(value, QUIET_UNTIL_HOURS))


def _add_working_day(user: User, value: str, _: datetime) -> None:
    user.working_days = "".join(sorted({*user.working_days, str(_number(value, range(7)))}))


def _drop_working_day(user: User, value: str, _: datetime) -> None:
    """Move a check-in or a pulse of that day to another working day of the week."""
    days = user.working_days.replace(str(_number(value, range(7))), "")
    if not days:
        raise LastWorkingDay
    user.working_days = days
    user.checkin_weekday = _nearest_working_day(days, user.checkin_weekday)
    user.pulse_weekday = _nearest_working_day(days, user.pulse_weekday)


def _unmute(user: User, value: str, _: datetime) -> None:
    user.muted_kinds = [kind for kind in user.muted_kinds if kind != value]


def _mute(user: User, value: str, _: datetime) -> None:
    if value not in SWITCHABLE:
        raise NotYours
    user.muted_kinds = [kind for kind in SWITCHABLE if kind == value or kind in user.muted_kinds]


def _set_pause(user: User, value: str, now: datetime) -> None:
    if value == NO_PAUSE:
        user.paused_since = user.paused_until = None
        return
    rhythm = member_of(user).rhythm
    today = rhythm.date_of(now)
    until = _date(value)
    if until <= today:
        raise DayPast
    if until > today + LONGEST_PAUSE and until != UNTIL_I_WRITE:
        raise DayTooFar
    if not rhythm.is_paused(now):
        user.paused_since = today
    user.paused_until = until


_SETTERS: dict[SettingName, Callable[[User, str, datetime], None]] = {
    "locale": _set_locale,
    "zone": _set_zone,
    "checkin_weekday": _set_checkin_weekday,
    "checkin_hour": _set_checkin_hour,
    "pulse": _set_pulse,
    "pulse_weekday": _set_pulse_weekday,
    "pulse_hour": _set_pulse_hour,
    "quiet_from": _set_quiet_from,
    "quiet_until": _set_quiet_until,
    "day_on": _add_working_day,
    "day_off": _drop_working_day,
    "kind_on": _unmute,
    "kind_off": _mute,
    "pause": _set_pause,
}


def _number(value: str, allowed: range) -> int:
    if not value.isascii() or not value.isdigit() or int(value) not in allowed:
        raise NotYours
    return int(value)


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotYours from None


def _working_day(user: User, value: str) -> int:
    if str(_number(value, range(7))) not in user.working_days:
        raise DayOff
    return int(value)


def _nearest_working_day(days: str, weekday: int) -> int:
    """Return the day itself when it is one of `days`, else the next one of the week, else the last one."""
    return next((int(day) for day in days if int(day) >= weekday), int(days[-1]))
