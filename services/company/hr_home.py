"""What HR's panel consists of, and what has to be in place before anyone is invited.

Someone who can help is named, and the company has given its word: the consent promises in its name that no one looks
into the records and that no answer decides anything about a person. An administrator gives that word once, and the
audit log says who and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import ContactRequest, User
from services.account.member import office_rhythm
from services.account.permissions import is_admin, require_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, people
from services.company.errors import HelpNotNamed, WordNotGiven
from services.kit import bot_info
from services.kit.calendar import DAY, Calendar, Rhythm


@dataclass(frozen=True, slots=True)
class Readiness:
    """Which of the things that have to be in place before people are invited are there."""

    is_help_named: bool
    is_word_given: bool


class Undertakings:
    """The company's word, and the help that it names. Every method runs in the caller's transaction."""

    def __init__(self, *, is_help_named: bool) -> None:
        self._is_help_named = is_help_named

    async def look(self, session: AsyncSession) -> Readiness:
        """Return what is in place already."""
        return Readiness(self._is_help_named, await is_word_given(session))

    async def require(self, uow: UnitOfWork) -> None:
        """Let no one be invited too early. Raise HelpNotNamed, WordNotGiven."""
        readiness = await self.look(uow.session)
        if not readiness.is_help_named:
            raise HelpNotNamed
        if not readiness.is_word_given:
            raise WordNotGiven

    async def give_word(self, uow: UnitOfWork) -> None:
        """Record that this administrator gave the company's word; a second time changes nothing. Raise NotAllowed."""
        require_admin(uow.member)
        if not await is_word_given(uow.session):
            await record_word(uow)


async def is_word_given(session: AsyncSession) -> bool:
    """Return whether an administrator gave the company's word."""
    return await bot_info.get_fact(session, bot_info.WORD_GIVEN) is not None


async def record_word(uow: UnitOfWork) -> None:
    """Record who gave the company's word, and when."""
    await bot_info.set_fact(uow.session, bot_info.WORD_GIVEN, uow.now.isoformat())
    await audit.record(uow, "gave_word", "company")


@dataclass(frozen=True, slots=True)
class Panel:
    """`joined`: how many people are in, whatever their state. `unanswered` is for administrators alone.

    `proposed`: how many proposals of the last list of people wait for this reader.
    """

    joined: int
    proposed: int
    is_admin: bool
    unanswered: Unanswered | None
    readiness: Readiness


async def look(uow: UnitOfWork, undertakings: Undertakings, calendar: Calendar) -> Panel:
    """Return the panel for this person. Raise NotAllowed."""
    require_hr(uow.member)
    joined = await uow.session.scalar(select(func.count()).select_from(User).where(User.offboarded_at.is_(None)))
    waiting = await unanswered(uow.session, calendar, uow.now) if is_admin(uow.member) else None
    proposed = await people.count_proposals(uow)
    return Panel(joined or 0, proposed, is_admin(uow.member), waiting, await undertakings.look(uow.session))


WORKING_DAYS = 2
COUNTED_FROM = 10  # a smaller count could be laid over what someone has seen or heard
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Some requests wait too long; `count` is None for fewer than COUNTED_FROM."""

    count: int | None


async def unanswered(session: AsyncSession, calendar: Calendar, now: datetime) -> Unanswered | None:
    """Return whether requests of the last month are unanswered for more than two working days; None when none is.

    Working days are the organisation's, without its days off, whatever days the people asked work.
    """
    office = await office_rhythm(session, calendar.zone)
    count = await session.scalar(
        select(func.count())
        .select_from(ContactRequest)
        .where(
            ContactRequest.state != "closed",
            ContactRequest.created_at < _working_days_before(office, now),
            ContactRequest.created_at > now - LATELY,
        )
    )
    if not count:
        return None
    return Unanswered(count if count >= COUNTED_FROM else None)


def _working_days_before(office: Rhythm, now: datetime) -> datetime:
    moment, left = now, WORKING_DAYS
    while left or not office.is_open_day(office.date_of(moment)):
        left -= office.is_open_day(office.date_of(moment))
        moment -= DAY
    return moment
