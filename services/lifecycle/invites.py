"""Invites: made by an operator or HR, opened by a link, used up by exactly one statement."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Department, Invite
from services.account.member import Member
from services.account.permissions import require_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit, departments
from services.company.hr_home import Undertakings
from services.kit import bot_info, text
from services.kit.errors import NotYours
from services.kit.pages import PAGE_SIZE, Page, nearest
from services.lifecycle.errors import InviteDead, InviteGone
from services.lifecycle.invite_fields import MOST_USES

TOKEN_BYTES = 32  # 256 bits
TOKEN_SHAPE = re.compile(r"^[A-Za-z0-9_-]{43}$")  # 32 bytes in URL-safe base64
KEY_LENGTH = 8  # of the hash: enough to tell the links of one invite apart
PERSONAL_LIFETIME = timedelta(days=14)
ROSTER_LIFETIME = timedelta(days=30)  # a list takes longer to hand out
USES = (10, 30, 100)
DAYS = (7, 14, 30)
LONGEST_LIFETIME = timedelta(days=max(DAYS))


@dataclass(frozen=True, slots=True)
class InviteGrant:
    """What an invite gives: a role, perhaps a department and a name, until when the link works.

    `telegram_id`: the only account that it lets in. `relink_user_id`: whose lost account it moves, from
    `relink_approved_at` on.
    """

    role: str
    department_id: int | None
    expires_at: datetime
    name: str | None
    telegram_id: int | None
    relink_user_id: int | None
    relink_approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class InviteRequest:
    """An invite to be made: for one person by name, or (no name) for so many people.

    `telegram_id`: the only account that it lets in, where that was chosen.
    """

    name: str | None
    department_id: int | None
    role: str
    uses: int
    lifetime: timedelta
    telegram_id: int | None = None


@dataclass(frozen=True, slots=True)
class InviteLine:
    """An open invite. `key` names its present link without opening anything; `department` is in the reader's words.

    `is_bound`: it lets one account in.
    """

    id: int
    key: str
    name: str | None
    department: str | None
    role: str
    uses_left: int
    expires_at: datetime
    is_bound: bool


@dataclass(frozen=True, slots=True)
class IssuedInvite:
    """An invite with its link, which is known only now."""

    line: InviteLine
    token: str
    link: str


def token_hash(token: str) -> str:
    """Return the SHA-256 under which a token is stored, as hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def link_of(session: AsyncSession, token: str) -> str:
    """Return the link that opens an invite; before Telegram has told the bot's name, what to type instead."""
    username = await bot_info.get_fact(session, bot_info.USERNAME)
    return f"https://t.me/{username}?start={token}" if username else f"/start {token}"


async def create(
    session: AsyncSession,
    *,
    role: str,
    department_id: int | None,
    uses: int,
    lifetime: timedelta,
    now: datetime,
    name: str | None = None,
) -> str:
    """Make an invite and return its token, which is stored nowhere."""
    wish = InviteRequest(name, department_id, role, uses, lifetime)
    return (await _add(session, wish, now))[0]


async def create_relink(
    session: AsyncSession, person_id: int, role: str, by_id: int, lifetime: timedelta, now: datetime
) -> tuple[str, int]:
    """Make a link that moves a person's lost account once it is approved; return its token and its id."""
    wish = InviteRequest(None, None, role, 1, lifetime)
    return await _add(session, wish, now, relink_user_id=person_id, relink_by_id=by_id)


async def look_up(session: AsyncSession, token: str, now: datetime) -> InviteGrant:
    """Return what this token would give, without using it. Raise InviteDead."""
    row = await session.execute(select(*_ENTRY).where(*_alive(token, now)))
    return _entry(row.one_or_none())


async def find_alive(session: AsyncSession, tokens: Sequence[str], now: datetime) -> str | None:
    """Return the first of these tokens whose link still works."""
    hashes = {token_hash(token): token for token in tokens}
    works = await session.scalars(
        select(Invite.token_hash).where(Invite.token_hash.in_(hashes), Invite.uses_left > 0, Invite.expires_at > now)
    )
    alive = {hashes[found] for found in works}
    return next((token for token in tokens if token in alive), None)


async def use(session: AsyncSession, token: str, telegram_id: int, now: datetime) -> InviteGrant:
    """Use the invite once for an account, by one conditional UPDATE. Raise InviteDead."""
    is_for_it = or_(Invite.telegram_id.is_(None), Invite.telegram_id == telegram_id)
    row = await session.execute(
        update(Invite)
        .where(*_alive(token, now), is_for_it)
        .values(uses_left=Invite.uses_left - 1)
        .returning(*_ENTRY)
        .execution_options(synchronize_session=False)
    )
    return _entry(row.one_or_none())


async def forget_name(session: AsyncSession, token: str) -> None:
    """Forget the name: it passes to the person who came in, who may change or erase it there."""
    who = {"name": None, "telegram_id": None}
    await session.execute(update(Invite).where(Invite.token_hash == token_hash(token)).values(**who))


# --- HR -------------------------------------------------------------------------------------------------------------


async def make(uow: UnitOfWork, wish: InviteRequest, undertakings: Undertakings) -> IssuedInvite:
    """Make an invite.

    Raise NotAllowed (also when HR invites into HR), HelpNotNamed, WordNotGiven, DepartmentGone, and NotYours for what
    no button offers.
    """
    _require(uow.member, wish.role)
    await undertakings.require(uow)
    if not (0 < wish.uses <= MOST_USES and timedelta() < wish.lifetime <= LONGEST_LIFETIME):
        raise NotYours
    if wish.department_id is not None:
        await departments.find(uow.session, wish.department_id)
    token, invite_id = await _add(uow.session, wish, uow.now)
    await audit.record(uow, "created_invite", f"invite {invite_id}")
    return await _made(uow, invite_id, token)


async def add_personal(session: AsyncSession, people: Sequence[tuple[str, int | None]], now: datetime) -> list[str]:
    """Add invites for names with departments; return the links in that order."""
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in people]
    rows = [
        _row(token, InviteRequest(name, department_id, "employee", 1, ROSTER_LIFETIME), now)
        for token, (name, department_id) in zip(tokens, people, strict=True)
    ]
    if rows:
        await session.execute(insert(Invite), rows)
    start = await link_of(session, "")
    return [start + token for token in tokens]


async def list_personal(session: AsyncSession, now: datetime) -> list[tuple[int, str, int | None]]:
    """Return the id, the name and the department of each open invite for one person, the oldest first."""
    rows = await session.execute(
        select(Invite.id, Invite.name, Invite.department_id)
        .where(Invite.name.is_not(None), *_open(now))
        .order_by(Invite.id)
    )
    return [(id_, name or "", department_id) for id_, name, department_id in rows]


async def list_page(uow: UnitOfWork, number: int) -> Page[InviteLine]:
    """Return one page of the open invites, the newest first; lost accounts that move are no part of it. Raise
    NotAllowed.
    """
    require_hr(uow.member)
    total = await uow.session.scalar(select(func.count()).select_from(Invite).where(*_open(uow.now)))
    number, pages = nearest(number, total or 0)
    rows = await uow.session.execute(
        _lines().where(*_open(uow.now)).order_by(Invite.id.desc()).limit(PAGE_SIZE).offset(number * PAGE_SIZE)
    )
    return Page([_line(uow.member, *row) for row in rows], number, pages)


async def find_open(uow: UnitOfWork, invite_id: int) -> InviteLine:
    """Return one open invite. Raise NotAllowed, InviteGone."""
    require_hr(uow.member)
    row = (await uow.session.execute(_lines().where(Invite.id == invite_id, *_open(uow.now)))).one_or_none()
    if row is None:
        raise InviteGone
    return _line(uow.member, *row)


async def find_link(uow: UnitOfWork, token: str) -> tuple[str, datetime]:
    """Return the link of a token that HR holds, and until when it works. Raise NotAllowed, InviteDead."""
    require_hr(uow.member)
    entry = await look_up(uow.session, token, uow.now)
    return await link_of(uow.session, token), entry.expires_at


async def renew(uow: UnitOfWork, invite_id: int, key: str, undertakings: Undertakings) -> IssuedInvite:
    """Replace the link that `key` names by a new one, which ends the old; a person gets the whole time again.

    Raise NotAllowed, HelpNotNamed, WordNotGiven, and InviteGone also when the link has been replaced since.
    """
    line = await find_open(uow, invite_id)
    _require(uow.member, line.role)
    await undertakings.require(uow)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values: dict[str, Any] = {"token_hash": token_hash(token)}
    if line.name is not None:
        values["expires_at"] = uow.now + PERSONAL_LIFETIME
    is_present = Invite.token_hash.startswith(key, autoescape=True)
    renewed = await uow.session.scalar(
        update(Invite)
        .where(Invite.id == invite_id, is_present, *_open(uow.now))
        .values(**values)
        .returning(Invite.id)
        .execution_options(synchronize_session=False)
    )
    if renewed is None or len(key) != KEY_LENGTH:
        raise InviteGone
    await audit.record(uow, "renewed_invite", f"invite {invite_id}")
    return await _made(uow, invite_id, token)


async def revoke(uow: UnitOfWork, invite_id: int) -> None:
    """End the link and remove the row with its name; what is gone stays gone. Raise NotAllowed."""
    require_hr(uow.member)
    role = await uow.session.scalar(select(Invite.role).where(Invite.id == invite_id, Invite.relink_user_id.is_(None)))
    if role is None:
        return
    _require(uow.member, role)
    gone = await uow.session.scalar(delete(Invite).where(Invite.id == invite_id).returning(Invite.id))
    if gone is not None:
        await audit.record(uow, "revoked_invite", f"invite {invite_id}")


def _require(member: Member, role: str) -> None:
    """Raise NotAllowed for members who may not let anyone in with this role."""
    require_hr(member)
    if role != "employee":
        require_admin(member)


async def _add(session: AsyncSession, wish: InviteRequest, now: datetime, **relink: int) -> tuple[str, int]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invite = Invite(**_row(token, wish, now), **relink)
    session.add(invite)
    await session.flush()
    return token, invite.id


def _row(token: str, wish: InviteRequest, now: datetime) -> dict[str, Any]:
    return {
        "token_hash": token_hash(token),
        "role": wish.role,
        "department_id": wish.department_id,
        "name": wish.name,
        "telegram_id": wish.telegram_id,
        "uses_left": wish.uses,
        "expires_at": now + wish.lifetime,
        "created_at": now,
    }


async def _made(uow: UnitOfWork, invite_id: int, token: str) -> IssuedInvite:
    return IssuedInvite(await find_open(uow, invite_id), token, await link_of(uow.session, token))


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Invite.uses_left > 0, Invite.expires_at > now, Invite.relink_user_id.is_(None)


def _lines() -> Select[Invite, Department]:
    return select(Invite, Department).outerjoin(Department, Department.id == Invite.department_id)


def _line(member: Member, invite: Invite, department: Department | None) -> InviteLine:
    return InviteLine(
        id=invite.id,
        key=invite.token_hash[:KEY_LENGTH],
        name=invite.name,
        department=text.name_in(member.locale, department.name, department.name_en) if department else None,
        role=invite.role,
        uses_left=invite.uses_left,
        expires_at=invite.expires_at,
        is_bound=invite.telegram_id is not None,
    )


_ENTRY = (
    Invite.role,
    Invite.department_id,
    Invite.expires_at,
    Invite.name,
    Invite.telegram_id,
    Invite.relink_user_id,
    Invite.relink_approved_at,
)


def _alive(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    if not TOKEN_SHAPE.match(token):
        raise InviteDead
    return Invite.token_hash == token_hash(token), Invite.uses_left > 0, Invite.expires_at > now


def _entry(row: object) -> InviteGrant:
    if row is None:
        raise InviteDead
    return InviteGrant(*row)  # type: ignore[misc]
