"""People: looking one up, joining, what they may change, leaving."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from models import Department, User
from services.account.personal_rows import Identity, owned_rows
from services.kit.calendar import Rhythm
from services.kit.errors import NotYours
from services.kit.text import clean_name

DEFAULT_WEEKDAY = 1  # Tuesday
DEFAULT_HOUR = time(10)
DEFAULT_PULSE_WEEKDAY = 3  # Thursday: schedule of content/pulse.yaml
DEFAULT_PULSE_HOUR = time(15)
DEFAULT_WORKING_DAYS = "01234"
QUIET_FROM = time(20)
QUIET_UNTIL = time(9)


@dataclass(frozen=True, slots=True)
class Member:
    """The person behind an update, as every handler gets it."""

    id: int
    telegram_id: int
    role: str
    name: str
    locale: str
    timezone: str
    department_id: int | None
    is_reachable: bool
    rhythm: Rhythm
    pulse_on: bool
    pulse_weekday: int  # Monday is 0
    pulse_at: time
    muted_kinds: frozenset[str]  # kinds of delivery that are switched off
    postponed_period: date | None
    consent_version: int
    consent_at: datetime
    has_withdrawn: bool
    offboarded_at: datetime | None
    moved_to_id: int | None
    moved_at: datetime | None  # the name, department and role went to another account; this one is asked about it
    audit_key: str  # the audit log names the person by it


@dataclass(frozen=True, slots=True)
class NewMember:
    """What is known of somebody who agrees to the consent text."""

    telegram_id: int
    name: str
    locale: str
    role: str
    department_id: int | None
    consent_version: int


def rhythm_of(user: User | Row[Any]) -> Rhythm:
    """When the bot may write to this person."""
    return Rhythm(
        zone=ZoneInfo(user.timezone),
        weekday=user.checkin_weekday,
        at=user.checkin_time,
        working_days=frozenset(map(int, user.working_days)),
        quiet_from=user.quiet_from,
        quiet_until=user.quiet_until,
        paused_until=user.paused_until,
    )


def member_of(user: User | Row[Any]) -> Member:
    """The person of a row, or of an object: both have the columns as attributes."""
    return Member(
        id=user.id,
        telegram_id=user.telegram_id,
        role=user.role,
        name=user.name,
        locale=user.locale,
        timezone=user.timezone,
        department_id=user.department_id,
        is_reachable=user.unreachable_at is None,
        rhythm=rhythm_of(user),
        pulse_on=user.pulse_on,
        pulse_weekday=user.pulse_weekday,
        pulse_at=user.pulse_time,
        muted_kinds=frozenset(user.muted_kinds),
        postponed_period=user.postponed_period,
        consent_version=user.consent_version,
        consent_at=user.consent_at,
        has_withdrawn=user.consent_withdrawn_at is not None,
        offboarded_at=user.offboarded_at,
        moved_to_id=user.moved_to_id,
        moved_at=user.moved_at,
        audit_key=user.audit_key,
    )


# Every update passes here: columns cost a third of an object, and a statement that is kept is not built again.
_BY_TELEGRAM_ID = select(User.__table__).where(User.telegram_id == bindparam("telegram_id"))


async def find_member(database: AsyncSession | AsyncConnection, telegram_id: int) -> Member | None:
    """The person with this Telegram account, or None for somebody who has not joined. One statement."""
    row = (await database.execute(_BY_TELEGRAM_ID, {"telegram_id": telegram_id})).one_or_none()
    return None if row is None else member_of(row)


async def join(session: AsyncSession, joining: NewMember, default_timezone: str, now: datetime) -> int:
    """Create the person; the zone is the department's, else the default. Gives the new id."""
    zone = default_timezone
    if joining.department_id is not None:
        zone = await _department_zone(session, joining.department_id) or zone
    user = User(
        telegram_id=joining.telegram_id,
        role=joining.role,
        name=clean_name(joining.name),
        department_id=joining.department_id,
        join_date=now,
        locale=joining.locale,
        timezone=zone,
        checkin_weekday=DEFAULT_WEEKDAY,
        checkin_time=DEFAULT_HOUR,
        pulse_on=True,
        pulse_since=now,
        pulse_weekday=DEFAULT_PULSE_WEEKDAY,
        pulse_time=DEFAULT_PULSE_HOUR,
        muted_kinds=[],
        working_days=DEFAULT_WORKING_DAYS,
        quiet_from=QUIET_FROM,
        quiet_until=QUIET_UNTIL,
        consent_version=joining.consent_version,
        consent_at=now,
        audit_key=secrets.token_hex(16),
        plan_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    await session.flush()
    return user.id


async def choose_department(session: AsyncSession, user_id: int, department_id: int, now: datetime) -> bool:
    """Set the department of somebody who has none yet, and take over its zone; False when there was one already.

    Raises NotYours for an unknown department.
    """
    known = await session.scalar(select(Department.id).where(Department.id == department_id))
    if known is None:
        raise NotYours
    values: dict[str, object] = {"department_id": department_id, "updated_at": now, "plan_at": now}
    if zone := await _department_zone(session, department_id):
        values["timezone"] = zone
    chosen = await session.scalar(
        update(User).where(User.id == user_id, User.department_id.is_(None)).values(**values).returning(User.id)
    )
    return chosen is not None


async def set_reachable(session: AsyncSession, telegram_id: int, reachable: bool, now: datetime) -> None:
    """Note that the person blocked the bot, or came back; coming back plans anew."""
    values = (
        {"unreachable_at": None, "plan_at": now, "updated_at": now}
        if reachable
        else {"unreachable_at": now, "plan_at": None, "updated_at": now}
    )
    await session.execute(update(User).where(User.telegram_id == telegram_id).values(**values))


async def keep_quiet(session: AsyncSession, member: Member, days: int, now: datetime) -> None:
    """The bot writes nothing for some days, through the same column as a pause; a longer pause stays as it is."""
    until = member.rhythm.date_of(now) + timedelta(days=days)
    await session.execute(
        update(User)
        .where(User.id == member.id, or_(User.paused_until.is_(None), User.paused_until < until))
        .values(paused_until=until, plan_at=now, updated_at=now)
    )


async def erase(session: AsyncSession, user_id: int) -> None:
    """Erase the person and every row that is theirs; what a log says stays, under a key that leads to nobody now."""
    found = (
        await session.execute(select(User.id, User.telegram_id, User.audit_key).where(User.id == user_id))
    ).one_or_none()
    if found is None:
        return
    for table, is_theirs in reversed(owned_rows(Identity(*found)).items()):
        await session.execute(delete(table).where(is_theirs))


async def _department_zone(session: AsyncSession, department_id: int) -> str | None:
    return await session.scalar(select(Department.timezone).where(Department.id == department_id))
