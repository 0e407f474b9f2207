"""A lost account: a link moves name, department and role to the account that opens it, and the old account is asked.

The link works once a second person in HR has approved it (services/lifecycle/relink_approval.py).

Results move only with its Yes. With its No the new account is closed and the old one goes on as before; without an
answer it is frozen after WAITS and two reminders, and erased a year later. Otherwise the person who makes the link
could read anyone's results by opening it themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import Assessment, Invite, Membership, Metric, Reaction, Recommendation, User
from services.account import users
from services.account.member import member_of, rhythm_of
from services.account.unit_of_work import UnitOfWork
from services.account.users import NewMember
from services.company import audit, memberships, roles
from services.kit.errors import NotAllowed, NotYours
from services.lifecycle import invites, offboarding, relink_approval
from services.lifecycle.errors import AccountTaken, InviteDead, LinkUnapproved, MoveUnderWay, NowhereToMove, OwnAccount
from services.lifecycle.invites import InviteGrant
from services.lifecycle.messages import REMINDED_AFTER, WAITS, RefusalSubject, RelinkSubject
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.wellbeing import points

LINK_LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RelinkInvite:
    """A link for one use that moves the account of `name` once it is approved; it is known only now.

    `number` names it to the operator; `is_anyone_asked` tells whether anyone else in HR may approve it.
    """

    name: str
    url: str
    expires_at: datetime
    number: int
    is_anyone_asked: bool


async def make_link(uow: UnitOfWork, person_id: int) -> RelinkInvite:
    """Make a link for someone who lost their account; an earlier one stops working, and those who may approve it are
    asked.

    Raise NotAllowed, PersonGone, and MoveUnderWay while the account that was moved last has not answered.
    """
    await roles.confirm_hr(uow)
    person = await roles.lock_person(uow.session, person_id)
    if not roles.may_dismiss(uow.member, person):
        raise NotAllowed
    if await _is_awaited(uow.session, person.id, uow.now):
        raise MoveUnderWay
    await uow.session.execute(delete(Invite).where(Invite.relink_user_id == person.id))
    await audit.record(uow, "made_relink", person.audit_key)
    token, number = await invites.create_relink(uow.session, person.id, person.role, uow.member.id, LINK_LIVES, uow.now)
    until = uow.now + LINK_LIVES
    is_anyone_asked = await relink_approval.ask(uow, person, number, until)
    return RelinkInvite(person.name, await invites.link_of(uow.session, token), until, number, is_anyone_asked)


async def check(session: AsyncSession, entry: InviteGrant, now: datetime) -> None:
    """Raise InviteDead when an invite would move an account that cannot be moved (any more), LinkUnapproved before."""
    if entry.relink_user_id is None:
        return
    person = await session.get(User, entry.relink_user_id)
    if person is None or not await _is_movable(session, person, entry, now):
        raise InviteDead
    if entry.relink_approved_at is None:
        raise LinkUnapproved


async def refuse_member(uow: UnitOfWork, token: str) -> None:
    """Refuse someone who is already in and opens a link: raise OwnAccount or AccountTaken where it moves an account."""
    try:
        entry = await invites.look_up(uow.session, token, uow.now)
    except InviteDead:
        return
    if entry.relink_user_id is not None:
        raise OwnAccount if entry.relink_user_id == uow.member.id else AccountTaken


async def take_over(
    session: AsyncSession, entry: InviteGrant, joining: NewMember, default_timezone: str, now: datetime
) -> int:
    """Come in as the person of the link, who counts through the new account from now on; return its id.

    Raise InviteDead, LinkUnapproved.
    """
    person = await session.get(User, entry.relink_user_id, with_for_update=True, populate_existing=True)
    if person is None or not await _is_movable(session, person, entry, now):
        raise InviteDead
    if entry.relink_approved_at is None:
        raise LinkUnapproved
    joining = replace(joining, name=person.name, role=person.role, department_id=person.department_id)
    user_id = await users.join(session, joining, default_timezone, now)
    for place in await session.scalars(select(Membership).where(Membership.user_id == person.id)):
        session.add(Membership(user_id=user_id, department_id=place.department_id, since=place.since))
    await memberships.copy_reading(session, person.id, user_id)
    await offboarding.close(session, person, now, heir_id=user_id)
    person.moved_to_id, person.moved_at = user_id, now
    await _ask(session, person, user_id, now)
    newcomer = await session.get_one(User, user_id)
    await audit.record(UnitOfWork(session, member_of(newcomer), now), "relinked", person.audit_key)
    return user_id


async def _ask(session: AsyncSession, person: User, to_id: int, now: datetime) -> None:
    """Ask the old account at once, and twice more while it doesn't answer."""
    await schedule(session, person.id, PlannedMessage(kinds.RELINKED, RelinkSubject(to_id), now, now + WAITS), now)
    for number, after in enumerate(REMINDED_AFTER, start=1):
        due = rhythm_of(person).suitable_after(now + after)
        reminder = PlannedMessage(kinds.RELINKED, RelinkSubject(to_id, number), due, now + WAITS)
        await schedule(session, person.id, reminder, now)


async def confirm(uow: UnitOfWork, to_id: int) -> None:
    """«Yes, it is me»: results go to the new account where it has none of its own, then the old one is erased.

    What is open (a check-in that was begun, planned messages, settings) does not move. Raise NotYours, NowhereToMove.
    """
    old = await _waiting(uow, to_id)
    new = await _target(uow.session, old)
    if new is None:
        raise NowhereToMove
    await _move_results(uow.session, old.id, new.id)
    email = old.email
    new.join_date, new.position, new.plan_at, new.updated_at = (
        old.join_date,
        new.position or old.position,
        uow.now,
        uow.now,
    )
    await audit.record(uow, "relink_confirmed", new.audit_key)
    uow.session.expunge(old)
    await users.erase(uow.session, uow.member.id)
    new.email = new.email or email
    await uow.session.flush()


async def refuse(uow: UnitOfWork, to_id: int) -> int | None:
    """«No, it is not me»: this account goes on as before, the new one is closed, and every admin is told.

    Return the Telegram account that is closed. The person keeps the role that they have by now. Raise NotYours.
    """
    old = await _waiting(uow, to_id)
    new = await _target(uow.session, old)
    if new is not None:
        await offboarding.close(uow.session, new, uow.now, heir_id=old.id)
        old.role = new.role
        await memberships.copy_reading(uow.session, new.id, old.id)
    old.offboarded_at = old.moved_to_id = old.moved_at = None
    old.plan_at = old.updated_at = uow.now
    await uow.session.flush()
    await audit.record(uow, "relink_refused", old.audit_key)
    notice = PlannedMessage(kinds.RELINK_REFUSED, RefusalSubject(old.id, to_id), uow.now, uow.now + WAITS)
    for admin_id in await roles.lock_admins(uow.session):
        await schedule(uow.session, admin_id, notice, uow.now)
    return new.telegram_id if new else None


async def _move_results(session: AsyncSession, old_id: int, new_id: int) -> None:
    """Points before check-ins, since a point goes with its check-in."""
    mine = aliased(Metric)
    is_same_day = mine.date == Metric.date
    is_same_checkin = (mine.source == points.CHECKIN) & (mine.period == Metric.period)
    has_point = exists().where(mine.user_id == new_id, mine.source == Metric.source, or_(is_same_day, is_same_checkin))
    periods = select(Assessment.period).where(Assessment.user_id == new_id).scalar_subquery()
    promises = select(Reaction.promise_id).where(Reaction.user_id == new_id).scalar_subquery()
    for table, is_free in (
        (Metric, ~has_point),
        (Assessment, Assessment.period.not_in(periods)),
        (Reaction, Reaction.promise_id.not_in(promises)),
        (Recommendation, Recommendation.id.is_not(None)),
    ):
        await session.execute(
            update(table)
            .where(table.user_id == old_id, is_free)
            .values(user_id=new_id)
            .execution_options(synchronize_session=False)
        )


async def _is_movable(session: AsyncSession, person: User, entry: InviteGrant, now: datetime) -> bool:
    """Return whether the link still gives what its maker was allowed to give."""
    is_as_then = person.offboarded_at is None and person.role == entry.role
    return is_as_then and not await _is_awaited(session, person.id, now)


async def _is_awaited(session: AsyncSession, person_id: int, now: datetime) -> bool:
    """Return whether an account that was moved to this one is still being asked."""
    return bool(
        await session.scalar(select(exists().where(User.moved_to_id == person_id, User.moved_at > now - WAITS)))
    )


async def _waiting(uow: UnitOfWork, to_id: int) -> User:
    old = await uow.session.get(User, uow.member.id, with_for_update=True, populate_existing=True)
    if old is None or old.moved_at is None or old.moved_to_id not in (to_id, None):
        raise NotYours
    return old


async def _target(session: AsyncSession, old: User) -> User | None:
    if old.moved_to_id is None:
        return None
    return await session.get(User, old.moved_to_id, with_for_update=True, populate_existing=True)
