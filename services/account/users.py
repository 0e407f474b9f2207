"""People: looking one up, joining, what they may change, leaving."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, User
from services.account.personal_rows import Identity, owned_rows
from services.account.unit_of_work import UnitOfWork
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
class NewMember:
    """What is known of someone who agrees to the consent text."""

    telegram_id: int
    name: str
    locale: str
    role: str
    department_id: int | None
    consent_version: int


async def join(session: AsyncSession, joining: NewMember, default_timezone: str, now: datetime) -> int:
    """Create the person; the zone is the department's, else the default. Return the new id."""
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
    """Set the department of someone who has none yet, and take over its zone; False when there was one already.

    Raise NotYours for an unknown department.
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


async def write_to_nobody(session: AsyncSession, now: datetime) -> int:
    """Note that no one here has started this bot yet, until they write to it; return how many they are."""
    reached = await session.scalars(
        update(User)
        .where(User.unreachable_at.is_(None))
        .values(unreachable_at=now, plan_at=None, updated_at=now)
        .returning(User.id)
    )
    return len(reached.all())


async def keep_quiet(uow: UnitOfWork, days: int) -> None:
    """Write nothing for some days, through the same column as a pause; a longer pause stays as it is."""
    today = uow.member.rhythm.date_of(uow.now)
    until = today + timedelta(days=days)
    since = case((User.paused_until > today, User.paused_since), else_=today)
    await uow.session.execute(
        update(User)
        .where(User.id == uow.member.id, or_(User.paused_until.is_(None), User.paused_until < until))
        .values(paused_since=since, paused_until=until, plan_at=uow.now, updated_at=uow.now)
    )


async def erase(session: AsyncSession, user_id: int) -> None:
    """Erase the person and every row that is theirs; what a log says stays, under a key that now leads to no one."""
    found = (
        await session.execute(select(User.id, User.telegram_id, User.audit_key).where(User.id == user_id))
    ).one_or_none()
    if found is None:
        return
    for table, is_theirs in reversed(owned_rows(Identity(*found)).items()):
        await session.execute(delete(table).where(is_theirs))


async def _department_zone(session: AsyncSession, department_id: int) -> str | None:
    return await session.scalar(select(Department.timezone).where(Department.id == department_id))
