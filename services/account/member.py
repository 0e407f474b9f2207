"""Who a person is to every use case: identity, role, language, rhythm."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from models import User
from models.computed import organisation_country, own_days
from services.kit.calendar import MONDAY_TO_FRIDAY, Rhythm
from services.kit.calendar.days_off import days_off


@dataclass(frozen=True, slots=True)
class PulseSchedule:
    """When the weekly pulse is asked, if at all."""

    is_on: bool
    weekday: int  # Monday is 0
    at: time


@dataclass(frozen=True, slots=True)
class Member:
    """The person behind an update, as every handler gets it. A field with the name of a column holds its value."""

    id: int
    telegram_id: int
    role: str
    name: str
    locale: str
    timezone: str
    department_id: int | None
    is_reachable: bool
    rhythm: Rhythm
    pulse: PulseSchedule
    muted: frozenset[str]  # kinds of delivery that are switched off
    postponed_period: date | None
    consent_version: int
    consent_at: datetime
    consent_withdrawn_at: datetime | None
    offboarded_at: datetime | None
    moved_to_id: int | None
    moved_at: datetime | None  # the name, department and role went to another account; this one is asked about it
    audit_key: str  # the audit log names the person by it


def rhythm_of(user: User | Row[Any]) -> Rhythm:
    """Return when the bot may write to this person."""
    zone = ZoneInfo(user.timezone)
    return Rhythm(
        zone=zone,
        weekday=user.checkin_weekday,
        at=user.checkin_time,
        working_days=frozenset(map(int, user.working_days)),
        quiet_from=user.quiet_from,
        quiet_until=user.quiet_until,
        paused_until=user.paused_until,
        days_off=days_off(user.country, user.own_days),
        paused_since=user.paused_since,
        joined_on=user.join_date.astimezone(zone).date(),
    )


async def office_rhythm(session: AsyncSession, zone: ZoneInfo) -> Rhythm:
    """Return the working days of the organisation itself, from Monday to Friday, for dates that everyone reads."""
    country, own = (await session.execute(select(organisation_country, own_days))).one()
    off = days_off(country, own)
    return Rhythm(
        zone, 0, time(9), MONDAY_TO_FRIDAY, quiet_from=time(0), quiet_until=time(0), paused_until=None, days_off=off
    )


_COLUMNS = tuple(field.name for field in fields(Member) if field.name in User.__table__.columns)
_read_columns = attrgetter(*_COLUMNS)


def member_of(user: User | Row[Any]) -> Member:
    """Return the person of a row, or of an object: both have the columns as attributes."""
    return Member(
        **dict(zip(_COLUMNS, _read_columns(user), strict=True)),
        is_reachable=user.unreachable_at is None,
        rhythm=rhythm_of(user),
        pulse=PulseSchedule(user.pulse_on, user.pulse_weekday, user.pulse_time),
        muted=frozenset(user.muted_kinds),
    )


# Every update passes here: columns cost a third of an object, and a statement that is kept is not built again.
_COMPUTED = (User.country.label("country"), User.own_days.label("own_days"))
_BY_TELEGRAM_ID = select(User.__table__, *_COMPUTED).where(User.telegram_id == bindparam("telegram_id"))


async def find_member(database: AsyncSession | AsyncConnection, telegram_id: int) -> Member | None:
    """Return the person with this Telegram account, or None for someone who has not joined. One statement."""
    row = (await database.execute(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})).one_or_none()
    return None if row is None else member_of(row)


async def get_member(database: AsyncSession | AsyncConnection, telegram_id: int) -> Member:
    """Return the person with this Telegram account, who has joined. Raise NoResultFound."""
    return member_of((await database.execute(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})).one())
