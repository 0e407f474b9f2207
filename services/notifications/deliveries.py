"""Messages that the bot sends by itself: planned as rows, claimed, marked, never twice for one slot.

A row is committed before its message leaves. `pending` waits for its moment; `leased` is claimed by one heartbeat;
`sending` is committed just before the network, so that after a crash only such a row is uncertain: prompts (whose
answer cannot double) go out again, notices become `unknown`.

One person gets at most WEEKLY_CAP messages in an ISO week. What is due on one day leaves as one message; what does not
fit is dropped when it would be stale, or rides along with the next message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, Round, User
from models.upsert import Upsert, insert_into
from services.account.access import access_of
from services.account.member import rhythm_of
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import DAY, MISSED_AFTER, WEEK, Calendar, Period, Rhythm, at_local
from services.notifications import kinds
from services.notifications.kinds import KINDS, About, Context
from services.outreach.calls import is_invited_by_round

REMINDER_DAYS = (3, 7)
WEEKLY_CAP = 2
PARTS_IN_A_MESSAGE = 2
LEASE = timedelta(seconds=60)
TIP_LIFETIME = timedelta(days=3)
WELCOME_LIFETIME = timedelta(days=7)
PLAN_AT_ONCE = 500
SPREAD_HOURS = 96  # the planner looks at everybody once a week, spread over Monday to Thursday


class Outcome(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"
    UNKNOWN = "unknown"  # the network failed in the middle: the message may have arrived
    FAILED = "failed"  # Telegram refused it for good
    UNREACHABLE = "unreachable"  # the person blocked the bot
    RATE_LIMITED = "rate_limited"  # Telegram asks to wait
    UNSENT = "unsent"  # Telegram could not be reached at all


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """The identity of a planned message, and when it may leave."""

    kind: str
    slot: str
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One thing that a message is about."""

    id: int
    kind: str
    slot: str
    about: About


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A claimed message: the first part leads, the others ride along as buttons of their own."""

    user_id: int
    telegram_id: int
    locale: str
    due_at: datetime
    parts: tuple[MessagePart, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The rows behind it."""
        return tuple(part.id for part in self.parts)


class Deliveries:
    """Plan, claim and mark. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar, owner: str, consent_version: int) -> None:
        self._calendar = calendar
        self._owner = owner
        self._consent_version = consent_version

    async def plan(self, session: AsyncSession, now: datetime) -> int:
        """Plan this week and the next for everybody who has to be looked at; gives how many people that were."""
        users = (
            await session.scalars(
                select(User)
                .where(User.plan_at <= now)
                .order_by(User.plan_at)
                .limit(PLAN_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
        ).all()
        called = await self._called(session, users, now)
        for user in users:
            await self._plan_person(session, user, called.get(user.id), now)
        await session.flush()
        return len(users)

    async def recover(self, session: AsyncSession, now: datetime) -> None:
        """Take back what a heartbeat that died had claimed."""
        over = Delivery.lease_until < now
        prompt = Delivery.kind.in_(kinds.PROMPTS)
        surely_unsent = and_(Delivery.state == "leased", over)
        may_repeat = and_(Delivery.state == "sending", prompt, over)
        released = {"lease_owner": None, "lease_until": None, "updated_at": now}
        await session.execute(
            update(Delivery)
            .where(or_(surely_unsent, may_repeat))
            .values(state="pending", leader_id=None, sent_at=None, **released)
        )
        await session.execute(
            update(Delivery).where(Delivery.state == "sending", ~prompt, over).values(state="unknown", **released)
        )

    async def claim(self, session: AsyncSession, now: datetime, limit: int) -> list[DueMessage] | None:
        """Claim what may leave now, at most one message for each of `limit` people; None when nothing is due.

        What is needless is skipped, what comes at a bad hour or does not fit into the week is moved or dropped.
        """
        people = await self._people_with_something_due(session, now, limit)
        if not people:
            return None
        claimed = []
        for user, rows in people:
            due = await self._compose(session, user, rows, now)
            await session.flush()
            if due is not None:
                await self._change(
                    session, due.ids, "pending", {"state": "leased", **self._lease(now)}, now, owned=False
                )
                claimed.append(due)
        return claimed

    async def begin_sending(self, session: AsyncSession, due: DueMessage, now: datetime) -> bool:
        """Mark a claimed message just before the network; False when the claim, or a part of it, is lost or too old."""
        marked = await self._change(
            session,
            due.ids,
            "leased",
            {"state": "sending", "sent_at": now, **self._lease(now)},
            now,
            Delivery.lease_until >= now,
        )
        if len(marked) < len(due.ids):  # what is left of it is composed anew
            free = {"state": "pending", "sent_at": None, "lease_owner": None, "lease_until": None}
            await self._change(session, list(marked), "sending", free, now)
            return False
        await session.execute(update(Delivery).where(Delivery.id.in_(due.ids[1:])).values(leader_id=due.ids[0]))
        return True

    async def settle(
        self,
        session: AsyncSession,
        due: DueMessage,
        outcome: Outcome,
        now: datetime,
        *,
        message_id: int | None = None,
        retry_after: float = 0,
    ) -> None:
        """Write down what became of it; what left plans its reminders."""
        values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
        has_left = outcome in (Outcome.SENT, Outcome.UNKNOWN)
        if outcome in (Outcome.RATE_LIMITED, Outcome.UNSENT):
            again = now + timedelta(seconds=retry_after)
            values |= {"state": "pending", "leader_id": None, "sent_at": None, "due_at": again}
        elif has_left:
            values |= {"state": str(outcome), "sent_at": now, "message_id": message_id}
        else:  # who blocked the bot and comes back is invited anew
            values |= {"state": "skipped" if outcome is Outcome.UNREACHABLE else "failed"}
        settled = await self._change(session, due.ids, "sending", values, now)
        for part in due.parts:
            if has_left and part.id in settled:
                await self._plan_reminders(session, due.user_id, part, now)

    async def next_due(self, session: AsyncSession, user_id: int) -> datetime | None:
        """When the next message to this person is due."""
        return await session.scalar(
            select(func.min(Delivery.due_at)).where(Delivery.user_id == user_id, Delivery.state == "pending")
        )

    # --- planning ----------------------------------------------------------------------------------------------------

    async def _called(self, session: AsyncSession, users: Sequence[User], now: datetime) -> dict[int, datetime]:
        """When a round called whom of these people to the open period, before their own hour perhaps."""
        period = self._calendar.period_at(now)
        rounds = await session.execute(
            select(Round.target, Round.created_at)
            .where(Round.period == period.start)
            .order_by(Round.created_at.desc())  # the first one that called somebody is written last
        )
        called: dict[int, datetime] = {}
        for target, at in rounds.all():
            looked_at = User.id.in_([user.id for user in users])
            theirs = select(User.id).where(looked_at, is_invited_by_round(target, period, at))
            called |= dict.fromkeys(await session.scalars(theirs), at)
        return called

    async def _plan_person(self, session: AsyncSession, user: User, called: datetime | None, now: datetime) -> None:
        week = self._calendar.week_of(now)
        if self._may_be_asked(user):
            period = self._calendar.period_at(now)
            await self._plan_invitation(session, user, period, called, now)
            await self._plan_invitation(session, user, period.next(), None, now)
            for monday in (week, week + WEEK):
                await self._plan_pulse(session, user, monday, now)
        user.plan_at = self._calendar.week_closes_at(week) + timedelta(hours=user.id % SPREAD_HOURS)

    async def _plan_invitation(
        self, session: AsyncSession, user: User, period: Period, called: datetime | None, now: datetime
    ) -> None:
        """Invite in the period's invitation week, or when a round called; who joined after that waits for the next."""
        rhythm = rhythm_of(user)
        slot = rhythm.invitation_at(period)
        slot = slot if called is None else min(slot, called)
        closes_at = self._calendar.closes_at(period)
        due = slot if now <= slot + MISSED_AFTER else rhythm.suitable_after(now)
        if user.join_date <= slot and due < closes_at:
            await put(session, user.id, PlannedMessage(kinds.CHECKIN, period.start.isoformat(), due, closes_at), now)

    async def _plan_pulse(self, session: AsyncSession, user: User, monday: date, now: datetime) -> None:
        """Ask at the person's pulse hour."""
        rhythm = rhythm_of(user)
        due = rhythm.suitable(monday + timedelta(days=user.pulse_weekday), user.pulse_time)
        closes_at = self._calendar.week_closes_at(monday)
        if not user.pulse_on or due < max(now - MISSED_AFTER, user.join_date) or due >= closes_at:
            return
        await put(session, user.id, PlannedMessage(kinds.PULSE, monday.isoformat(), due, closes_at), now)

    async def _plan_reminders(self, session: AsyncSession, user_id: int, part: MessagePart, now: datetime) -> None:
        """Two reminders after an invitation to a check-in, one after a pulse."""
        user = await session.get_one(User, user_id)
        rhythm = rhythm_of(user)
        sent_on = rhythm.date_of(now)
        if part.kind == kinds.CHECKIN:
            closes_at = self._calendar.closes_at(self._calendar.period_of(date.fromisoformat(part.slot)))
            for number, days in enumerate(REMINDER_DAYS, start=1):
                due = rhythm.suitable(sent_on + timedelta(days=days))
                if due < closes_at:
                    await put(
                        session, user_id, PlannedMessage(kinds.REMINDER, f"{part.slot}/{number}", due, closes_at), now
                    )
        elif part.kind == kinds.PULSE:
            closes_at = self._calendar.week_closes_at(date.fromisoformat(part.slot))
            due = rhythm.suitable(sent_on + DAY, user.pulse_time)
            if due < closes_at:
                await put(session, user_id, PlannedMessage(kinds.PULSE_REMINDER, part.slot, due, closes_at), now)

    def _may_be_asked(self, user: User) -> bool:
        """Nobody is asked anything without a valid consent, or after leaving the company."""
        return access_of(user, self._consent_version) is None and user.unreachable_at is None

    # --- claiming ----------------------------------------------------------------------------------------------------

    async def _people_with_something_due(
        self, session: AsyncSession, now: datetime, limit: int
    ) -> list[tuple[User, list[Delivery]]]:
        """People, locked so that no replica composes another message for them, and what is planned for each."""
        due = (
            select(Delivery.user_id)
            .where(Delivery.state == "pending", Delivery.due_at <= now)
            .order_by(Delivery.due_at)
            .limit(limit)
        )
        users = (
            await session.scalars(
                select(User).where(User.id.in_(due.scalar_subquery())).with_for_update(skip_locked=True)
            )
        ).all()
        rows = await session.scalars(
            select(Delivery)
            .where(
                Delivery.user_id.in_([user.id for user in users]),
                Delivery.state == "pending",
                Delivery.due_at < self._calendar.week_closes_at(self._calendar.week_of(now)),
            )
            .order_by(Delivery.due_at, Delivery.id)
        )
        by_user: dict[int, list[Delivery]] = defaultdict(list)
        for row in rows:
            by_user[row.user_id].append(row)
        return [(user, by_user[user.id]) for user in users]

    async def _compose(
        self, session: AsyncSession, user: User, rows: list[Delivery], now: datetime
    ) -> DueMessage | None:
        """The one message that may leave to this person now, if any; what else is due is skipped or moved."""
        rhythm = rhythm_of(user)
        context = Context(session, self._calendar, now)
        parts = [part for row in rows if row.due_at <= now if (part := await self._ready(context, row, user, rhythm))]
        parts.sort(key=lambda part: (KINDS[part.kind].rank, part.id))
        if not parts:
            return None
        by_id = {row.id: row for row in rows}
        if not KINDS[parts[0].kind].is_counted:
            return DueMessage(user.id, user.telegram_id, user.locale, by_id[parts[0].id].due_at, (parts[0],))
        awaited = [row for row in _later(rows, rhythm, now) if await kinds.find_about(context, row, user) is not None]
        if not await self._fits(session, user, parts, awaited, rhythm, now):
            self._give_way([by_id[part.id] for part in parts], awaited, rhythm, now)
            return None
        later = [
            row
            for row in rows
            if now < row.due_at < rhythm.end_of_day(now) and row.state == "pending" and KINDS[row.kind].is_counted
        ]
        riders = [part for row in later if (part := await self._ready(context, row, user, rhythm))]
        parts = [*parts, *sorted(riders, key=lambda part: KINDS[part.kind].rank)]
        for part in parts[PARTS_IN_A_MESSAGE:]:
            by_id[part.id].due_at = rhythm.suitable_after(now)
        return DueMessage(
            user.id, user.telegram_id, user.locale, by_id[parts[0].id].due_at, tuple(parts[:PARTS_IN_A_MESSAGE])
        )

    async def _ready(self, context: Context, row: Delivery, user: User, rhythm: Rhythm) -> MessagePart | None:
        """What a row is about when it may leave now; otherwise it is skipped, or moved to the next suitable hour."""
        now = context.now
        about = None
        if row.kind == kinds.PULSE and await kinds.wants_quiet_question(context.session, user):
            if await kinds.has_quiet_question(context.session, row):  # this pulse was planned anew after the question
                row.state = "skipped"
                return None
            row.kind = kinds.PULSE_QUIET
        if row.expires_at > now and (self._may_be_asked(user) or not KINDS[row.kind].is_counted):
            about = await kinds.find_about(context, row, user)
        if about is None:
            row.state = "skipped"
            return None
        is_suitable = now - row.due_at <= MISSED_AFTER and rhythm.may_write(now)
        if not is_suitable and not KINDS[row.kind].at_once:
            self._move(row, rhythm.suitable_after(now))
            return None
        return MessagePart(row.id, row.kind, row.slot, about)

    async def _fits(
        self,
        session: AsyncSession,
        user: User,
        parts: list[MessagePart],
        awaited: list[Delivery],
        rhythm: Rhythm,
        now: datetime,
    ) -> bool:
        """Whether the week still has room, after a place is kept for what ranks higher and comes later."""
        monday = at_local(self._calendar.week_of(now), time(0), self._calendar.zone)
        left = await session.scalar(
            select(func.count()).where(
                Delivery.user_id == user.id,
                Delivery.kind.in_(kinds.COUNTED),
                Delivery.state.in_((*kinds.SPENT, "leased")),
                Delivery.leader_id.is_(None),
                or_(Delivery.sent_at >= monday, Delivery.state == "leased"),
            )
        )
        kept = len({rhythm.date_of(row.due_at) for row in _before(parts[0].kind, awaited)})
        return (left or 0) + kept < WEEKLY_CAP

    def _give_way(self, due: list[Delivery], awaited: list[Delivery], rhythm: Rhythm, now: datetime) -> None:
        """What does not fit rides with the next message of this week, waits for the next week, or is dropped.

        The week is the organisation's: where it is Monday earlier than there, that Monday is no next week yet.
        """
        week = self._calendar.week_of(now)
        closes_at = self._calendar.week_closes_at(week)
        next_week = rhythm.suitable(week + WEEK)
        if next_week < closes_at:
            next_week = rhythm.suitable_after(closes_at)
        for row in due:
            ahead = _before(row.kind, awaited)
            if KINDS[row.kind].waits:
                self._move(row, ahead[0].due_at if ahead else next_week)
            else:
                row.state = "skipped"

    def _move(self, row: Delivery, to: datetime) -> None:
        if to < row.expires_at:
            row.due_at = to
        else:
            row.state = "skipped"

    # --- marking -----------------------------------------------------------------------------------------------------

    def _lease(self, now: datetime) -> dict[str, Any]:
        return {"lease_owner": self._owner, "lease_until": now + LEASE}

    async def _change(
        self,
        session: AsyncSession,
        ids: Sequence[int],
        was: str,
        values: dict[str, Any],
        now: datetime,
        *conditions: ColumnElement[bool],
        owned: bool = True,
    ) -> set[int]:
        """Change rows that are still in this state and (when `owned`) still held by this heartbeat; gives their ids."""
        held = [Delivery.lease_owner == self._owner, *conditions] if owned else []
        rows = await session.scalars(
            update(Delivery)
            .where(Delivery.id.in_(ids), Delivery.state == was, *held)
            .values(updated_at=now, **values)
            .returning(Delivery.id)
            .execution_options(synchronize_session=False)
        )
        return set(rows)


def _later(rows: list[Delivery], rhythm: Rhythm, now: datetime) -> list[Delivery]:
    """What is planned for a later day of this week and counts."""
    tomorrow = rhythm.end_of_day(now)
    return [row for row in rows if row.state == "pending" and row.due_at >= tomorrow and KINDS[row.kind].is_counted]


def _before(kind: str, awaited: list[Delivery]) -> list[Delivery]:
    """What ranks higher than this kind."""
    return [row for row in awaited if KINDS[row.kind].rank < KINDS[kind].rank]


async def plan_tip_messages(
    uow: UnitOfWork, tip_id: int, started_at: datetime, *, nudges: Sequence[int], review: int
) -> None:
    """Plan a nudge on each of these days after the start, and the review, at the person's hour."""
    started_on = uow.member.rhythm.date_of(started_at)
    for kind, day in [*((kinds.NUDGE, day) for day in nudges), (kinds.REVIEW, review)]:
        due = uow.member.rhythm.suitable(started_on + timedelta(days=day))
        await put(uow.session, uow.member.id, PlannedMessage(kind, f"{tip_id}/{day}", due, due + TIP_LIFETIME), uow.now)


async def plan_welcome_back(uow: UnitOfWork, until: date | None) -> None:
    """Plan the greeting for the first working day after a leave; None takes a planned one back."""
    await withdraw(uow.session, uow.member.id, kinds.WELCOME_BACK, "", uow.now)
    if until is not None:
        due = uow.member.rhythm.suitable(until)
        await put(
            uow.session,
            uow.member.id,
            PlannedMessage(kinds.WELCOME_BACK, until.isoformat(), due, due + WELCOME_LIFETIME),
            uow.now,
        )


async def withdraw(session: AsyncSession, user_id: int, kind: str, slot_prefix: str, now: datetime) -> None:
    """Drop what is planned and not yet sent."""
    await session.execute(
        update(Delivery)
        .where(
            Delivery.user_id == user_id,
            Delivery.kind == kind,
            Delivery.slot.startswith(slot_prefix, autoescape=True),
            Delivery.state.in_(("pending", "leased")),
        )
        .values(state="skipped", lease_owner=None, lease_until=None, updated_at=now)
    )


async def put(session: AsyncSession, user_id: int, slot: PlannedMessage, now: datetime) -> None:
    """Plan one message. A slot that was sent stays sent; one that still waits, or was withdrawn, takes the new time."""
    await session.execute(_or_move(insert_into(session, Delivery, user_id=user_id, **_planned(slot, now))))


async def put_for_all(session: AsyncSession, who: ColumnElement[bool], slot: PlannedMessage, now: datetime) -> None:
    """Plan the same message for everybody whom a condition on `users` finds, as `put` does, in one statement."""
    planned = _planned(slot, now)
    columns = (literal(value, getattr(Delivery, name).type).label(name) for name, value in planned.items())
    people = select(User.id, *columns).where(who)
    await session.execute(_or_move(insert_into(session, Delivery).from_select(["user_id", *planned], people)))


def _or_move(insert: Upsert) -> Upsert:
    moved = {name: insert.excluded[name] for name in ("due_at", "expires_at", "state", "updated_at")}
    return insert.on_conflict_do_update(
        index_elements=["user_id", "kind", "slot"], set_=moved, where=Delivery.state.in_(("pending", "skipped"))
    )


def _planned(slot: PlannedMessage, now: datetime) -> dict[str, Any]:
    return {
        "kind": slot.kind,
        "slot": slot.slot,
        "due_at": slot.due_at,
        "expires_at": slot.expires_at,
        "state": "pending",
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
    }
