"""Joining: who may come in, coming in, and the one question that may come before the first one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Draft
from services.account import consent, users
from services.account.member import Member, find_member, get_member
from services.account.unit_of_work import UnitOfWork
from services.account.users import NewMember
from services.company import departments, memberships
from services.company.departments import DepartmentLine
from services.kit import bot_info
from services.kit.calendar import Calendar
from services.lifecycle import invites, offboarding, relink
from services.lifecycle.errors import InviteDead, InviteForeign, InviteMissing, InviteNotYours
from services.lifecycle.pasted import read_pasted
from services.wellbeing.checkin import CheckIns, CheckInState, CheckInStep


@dataclass(frozen=True, slots=True)
class Account:
    """The Telegram account that asks to come in, with the language in which it read the consent."""

    telegram_id: int
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class ChooseDepartment:
    """The invite did not say which department: one more tap."""

    departments: list[DepartmentLine]


class Onboarding:
    """Invites and administrators in, no one else. Every method runs in the caller's transaction."""

    def __init__(
        self, checkins: CheckIns, calendar: Calendar, admin_ids: frozenset[int], default_timezone: str
    ) -> None:
        self._checkins = checkins
        self._calendar = calendar
        self._admin_ids = admin_ids
        self._default_timezone = default_timezone

    async def find_token(self, session: AsyncSession, typed: str, now: datetime) -> str:
        """Return the token in what was typed or pasted, however it is written; what was typed where there is none.

        Raise InviteForeign when only links of other bots were pasted.
        """
        pasted = read_pasted(typed)
        own = await bot_info.get_fact(session, bot_info.USERNAME)
        if own and pasted.bots and own.lower() not in pasted.bots:
            raise InviteForeign
        return await invites.find_alive(session, pasted.tokens, now) or next(iter(pasted.tokens), typed)

    async def look(self, session: AsyncSession, telegram_id: int, token: str, now: datetime) -> datetime | None:
        """Return until when the link works (None: no link is needed). Nothing is stored or used up.

        Raise InviteMissing, InviteDead, InviteNotYours, LinkUnapproved.
        """
        if telegram_id in self._admin_ids:
            return None
        if not token:
            raise InviteMissing
        entry = await invites.look_up(session, token, now)
        if entry.telegram_id not in (None, telegram_id):
            raise InviteNotYours
        await relink.check(session, entry, now)
        return entry.expires_at

    async def join(
        self, session: AsyncSession, account: Account, token: str, consent_version: int, now: datetime
    ) -> Member:
        """Use up the invite and create the person; people who are already in just carry on. Raise InviteDead,
        LinkUnapproved.
        """
        member = await find_member(session, account.telegram_id)
        if member is not None:
            return member
        joining = NewMember(account.telegram_id, account.name, account.locale, "admin", None, consent_version)
        if account.telegram_id not in self._admin_ids:
            try:
                entry = await invites.use(session, token, account.telegram_id, now)
            except InviteDead:
                # the other half of a double tap may have used it up since
                member = await find_member(session, account.telegram_id)
                if member is None:
                    raise
                return member
            if entry.relink_user_id is not None:
                await relink.take_over(session, entry, joining, self._default_timezone, now)
                return await get_member(session, account.telegram_id)
            joining = replace(joining, role=entry.role, department_id=entry.department_id)
            if entry.name is not None:
                # as HR knows the person, who reads it on the settings card and may change it
                joining = replace(joining, name=entry.name)
                await invites.forget_name(session, token)
        user_id = await users.join(session, joining, self._default_timezone, now)
        since = await memberships.join(session, user_id, joining.department_id, self._calendar, now)
        await memberships.begin_reading(session, user_id, since)
        return await get_member(session, account.telegram_id)

    async def is_open(self, session: AsyncSession, token: str, now: datetime) -> bool:
        """Return whether a link lets people in as themselves."""
        try:
            return (await invites.look_up(session, token, now)).relink_user_id is None
        except InviteDead:
            return False

    async def refuse_member(self, uow: UnitOfWork, token: str) -> None:
        """Refuse someone who is already in and opens a link. Raise OwnAccount or AccountTaken where it would move an
        account.
        """
        await relink.refuse_member(uow, token)

    async def come_back(self, uow: UnitOfWork, token: str, consent_version: int) -> Member:
        """Let someone who left in again by a new invite. Raise InviteDead, AccountTaken."""
        await offboarding.come_back(uow, token, consent_version, self._calendar)
        return await get_member(uow.session, uow.member.telegram_id)

    async def choose_department(self, uow: UnitOfWork, department_id: int) -> CheckInState:
        """Set the department of someone who has none (0: it is not on the list), then the first question.

        Raise NotYours for an unknown department.
        """
        if department_id and await users.choose_department(uow.session, uow.member.id, department_id, uow.now):
            await memberships.join(uow.session, uow.member.id, department_id, self._calendar, uow.now)
        return await self._checkins.start(uow)

    async def next_step(self, uow: UnitOfWork) -> ChooseDepartment | CheckInState:
        """Return the department, where it is still open, then the first question."""
        return await self.open_question(uow) or await self._checkins.start(uow)

    async def agree_again(self, uow: UnitOfWork, consent_version: int) -> ChooseDepartment | CheckInStep | None:
        """Take the consent of a person who is in, and return what they were in the middle of, if anything."""
        await consent.agree_again(uow.session, uow.member.id, consent_version, uow.now)
        choice = await self.open_question(uow)
        state = await self._checkins.state(uow)
        return choice or (state if isinstance(state, CheckInStep) else None)

    async def open_question(self, uow: UnitOfWork) -> ChooseDepartment | None:
        """Return the choice of department, for someone without one who has not begun to answer."""
        if uow.member.department_id is not None:
            return None
        began = select(
            exists().where(Draft.user_id == uow.member.id) | exists().where(Assessment.user_id == uow.member.id)
        )
        if await uow.session.scalar(began):
            return None
        lines = await departments.list_departments(uow.session, uow.member.locale)
        return ChooseDepartment(lines) if lines else None
