"""People: looking one up, joining, what they may change, leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Conversation, Department, User
from services.calendar import Rhythm
from services.errors import NotYours

NAME_LENGTH = 200
DEFAULT_WEEKDAY = 1  # Tuesday
DEFAULT_HOUR = time(10)
DEFAULT_WORKING_DAYS = "01234"
QUIET_FROM = time(20)
QUIET_UNTIL = time(9)


@dataclass(frozen=True, slots=True)
class Actor:
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
    postponed_period: date | None


@dataclass(frozen=True, slots=True)
class Joining:
    """What is known of somebody who agrees to the consent text."""

    telegram_id: int
    name: str
    locale: str
    role: str
    department_id: int | None
    consent_version: int


def rhythm_of(user: User) -> Rhythm:
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


def clean_name(name: str) -> str:
    """A name fit to be shown: one line, no control or direction marks, at most NAME_LENGTH characters; may be empty."""
    printable = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(printable.split())[:NAME_LENGTH].strip()


async def find_actor(session: AsyncSession, telegram_id: int) -> Actor | None:
    """The person with this Telegram account, or None for somebody who has not joined. One statement."""
    user = await session.scalar(select(User).where(User.telegram_id == telegram_id))
    if user is None:
        return None
    return Actor(
        id=user.id,
        telegram_id=user.telegram_id,
        role=user.role,
        name=user.name,
        locale=user.locale,
        timezone=user.timezone,
        department_id=user.department_id,
        is_reachable=user.unreachable_at is None,
        rhythm=rhythm_of(user),
        postponed_period=user.postponed_period,
    )


async def join(session: AsyncSession, joining: Joining, default_timezone: str, now: datetime) -> int:
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
        working_days=DEFAULT_WORKING_DAYS,
        quiet_from=QUIET_FROM,
        quiet_until=QUIET_UNTIL,
        consent_version=joining.consent_version,
        consent_at=now,
        plan_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    await session.flush()
    return user.id


async def choose_department(session: AsyncSession, user_id: int, department_id: int, now: datetime) -> None:
    """Set the department of somebody who has none yet, and take over its zone. Raises NotYours for an unknown one."""
    known = await session.scalar(select(Department.id).where(Department.id == department_id))
    if known is None:
        raise NotYours
    values: dict[str, object] = {"department_id": department_id, "updated_at": now, "plan_at": now}
    if zone := await _department_zone(session, department_id):
        values["timezone"] = zone
    await session.execute(update(User).where(User.id == user_id, User.department_id.is_(None)).values(**values))


async def set_locale(session: AsyncSession, user_id: int, locale: str, now: datetime) -> None:
    """Change the language of everything that this person reads."""
    await session.execute(update(User).where(User.id == user_id).values(locale=locale, updated_at=now))


async def set_rhythm(session: AsyncSession, actor: Actor, weekday: int, at: time, now: datetime) -> Actor:
    """Change the weekday (Monday is 0) and local hour of check-ins; what is planned is planned anew."""
    rhythm = replace(actor.rhythm, weekday=weekday % 7, at=at)
    values = {"checkin_weekday": rhythm.weekday, "checkin_time": at, "updated_at": now, "plan_at": now}
    await session.execute(update(User).where(User.id == actor.id).values(**values))
    return replace(actor, rhythm=rhythm)


async def set_reachable(session: AsyncSession, telegram_id: int, reachable: bool, now: datetime) -> None:
    """Note that the person blocked the bot, or came back; coming back plans anew."""
    values = (
        {"unreachable_at": None, "plan_at": now, "updated_at": now}
        if reachable
        else {"unreachable_at": now, "plan_at": None, "updated_at": now}
    )
    await session.execute(update(User).where(User.telegram_id == telegram_id).values(**values))


async def erase(session: AsyncSession, user_id: int) -> None:
    """Erase the person and, by the foreign keys, everything that hangs on the row."""
    telegram_id = await session.scalar(delete(User).where(User.id == user_id).returning(User.telegram_id))
    await session.execute(delete(Conversation).where(Conversation.telegram_id == telegram_id))


async def _department_zone(session: AsyncSession, department_id: int) -> str | None:
    return await session.scalar(select(Department.timezone).where(Department.id == department_id))
