"""Messages that the bot sends by itself: planned as rows, claimed, marked, never twice for one slot.

A row is committed before its message leaves. `pending` waits for its moment; `leased` is claimed by one heartbeat;
`sending` is committed just before the network, so that after a crash only such a row is uncertain: prompts (whose
answer cannot double) go out again, notices become `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Delivery, Recommendation, User
from services.calendar import MISSED_AFTER, Calendar, Period, Rhythm, at_local, monday_of
from services.users import Actor, rhythm_of

CHECKIN = "checkin"
REMINDER = "checkin_reminder"
NUDGE = "nudge"
PROMPTS = (CHECKIN, REMINDER)  # a second copy does no harm: its button opens the same check-in
REMINDER_DAYS = (3, 7)
WEEKLY_CAP = 2
LEASE = timedelta(seconds=60)
NUDGE_LIFETIME = timedelta(days=3)
PLAN_AT_ONCE = 500
SPENT = ("sent", "unknown")


class Outcome(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"
    UNKNOWN = "unknown"  # the network failed in the middle: the message may have arrived
    FAILED = "failed"  # Telegram refused it for good
    UNREACHABLE = "unreachable"  # the person blocked the bot
    RATE_LIMITED = "rate_limited"  # Telegram asks to wait


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed delivery with what its message needs. `last_day` is when the check-in closes; `title` is the tip's."""

    id: int
    user_id: int
    telegram_id: int
    locale: str
    kind: str
    number: int
    last_day: date | None
    tip_id: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class _Slot:
    """The identity of a planned message, and when it may leave."""

    kind: str
    slot: str
    due_at: datetime
    expires_at: datetime


class Deliveries:
    """Plan, claim and mark. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar, owner: str) -> None:
        self._calendar = calendar
        self._owner = owner

    async def plan(self, session: AsyncSession, now: datetime) -> int:
        """Plan the invitations of everybody who has to be looked at; gives how many people that were."""
        users = (
            await session.scalars(
                select(User)
                .where(User.plan_at <= now)
                .order_by(User.plan_at)
                .limit(PLAN_AT_ONCE)
                .with_for_update(skip_locked=True)
            )
        ).all()
        for user in users:
            await self._plan_invitation(session, user, now)
        await session.flush()
        return len(users)

    async def recover(self, session: AsyncSession, now: datetime) -> None:
        """Take back what a heartbeat that died had claimed."""
        over = Delivery.lease_until < now
        prompt = Delivery.kind.in_(PROMPTS)
        surely_unsent = and_(Delivery.state == "leased", over)
        may_repeat = and_(Delivery.state == "sending", prompt, over)
        await session.execute(
            update(Delivery)
            .where(or_(surely_unsent, may_repeat))
            .values(state="pending", lease_owner=None, lease_until=None, updated_at=now)
        )
        await session.execute(
            update(Delivery)
            .where(Delivery.state == "sending", ~prompt, over)
            .values(state="unknown", lease_owner=None, lease_until=None, updated_at=now)
        )

    async def claim(self, session: AsyncSession, now: datetime, limit: int) -> list[Due]:
        """Claim what may leave now; what is stale is skipped, what comes at a bad hour waits for the next good one."""
        rows = await session.execute(
            select(Delivery, User)
            .join(User, User.id == Delivery.user_id)
            .where(Delivery.state == "pending", Delivery.due_at <= now)
            .order_by(Delivery.due_at, Delivery.id)
            .limit(limit)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        claimed = []
        for delivery, user in rows.all():
            due = await self._decide(session, delivery, user, now)
            delivery.updated_at = now
            if due is not None:
                delivery.state = "leased"
                delivery.lease_owner = self._owner
                delivery.lease_until = now + LEASE
                claimed.append(due)
            await session.flush()
        return claimed

    async def begin_sending(self, session: AsyncSession, delivery_id: int, now: datetime) -> bool:
        """Mark one claimed row just before the network; False when the claim was lost meanwhile."""
        changed = await self._mark(
            session, delivery_id, "leased", {"state": "sending", "lease_until": now + LEASE}, now
        )
        return changed is not None

    async def settle(
        self,
        session: AsyncSession,
        due: Due,
        outcome: Outcome,
        now: datetime,
        *,
        message_id: int | None = None,
        retry_after: float = 0,
    ) -> None:
        """Write down what became of it; an invitation that left plans its two reminders."""
        values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
        if outcome is Outcome.RATE_LIMITED:
            values |= {"state": "pending", "due_at": now + timedelta(seconds=retry_after)}
        elif outcome in (Outcome.SENT, Outcome.UNKNOWN):
            values |= {"state": str(outcome), "sent_at": now, "message_id": message_id}
        else:
            values |= {"state": "failed"}
        slot = await self._mark(session, due.id, "sending", values, now)
        if slot is not None and due.kind == CHECKIN and outcome in (Outcome.SENT, Outcome.UNKNOWN):
            await self._plan_reminders(session, due.user_id, slot, now)

    async def next_due(self, session: AsyncSession, user_id: int) -> datetime | None:
        """When the next message to this person is due."""
        return await session.scalar(
            select(func.min(Delivery.due_at)).where(Delivery.user_id == user_id, Delivery.state == "pending")
        )

    # --- planning ----------------------------------------------------------------------------------------------------

    async def _plan_invitation(self, session: AsyncSession, user: User, now: datetime) -> None:
        rhythm = rhythm_of(user)
        period = self._calendar.period_at(now)
        due = self._invitation(rhythm, period, user.join_date, now)
        if due is None:
            period = period.next()
            due = self._invitation(rhythm, period, user.join_date, now)
        closes_at = self._calendar.closes_at(period)
        if due is not None:
            await _put(session, user.id, _Slot(CHECKIN, period.start.isoformat(), due, closes_at), now)
        user.plan_at = closes_at

    def _invitation(self, rhythm: Rhythm, period: Period, joined: datetime, now: datetime) -> datetime | None:
        """When to invite for this period; None when its slot is not theirs, or nothing suits before the close."""
        slot = rhythm.invitation_at(period)
        if slot < joined:
            return None
        due = slot if now <= slot + MISSED_AFTER else rhythm.suitable_after(now)
        return due if due < self._calendar.closes_at(period) else None

    async def _plan_reminders(self, session: AsyncSession, user_id: int, slot: str, now: datetime) -> None:
        user = await session.get_one(User, user_id)
        rhythm = rhythm_of(user)
        closes_at = self._calendar.closes_at(self._calendar.period_of(date.fromisoformat(slot)))
        sent_on = now.astimezone(rhythm.zone).date()
        for number, days in enumerate(REMINDER_DAYS, start=1):
            due = rhythm.suitable(sent_on + timedelta(days=days))
            if due < closes_at:
                await _put(session, user_id, _Slot(REMINDER, f"{slot}/{number}", due, closes_at), now)

    # --- claiming ----------------------------------------------------------------------------------------------------

    async def _decide(self, session: AsyncSession, delivery: Delivery, user: User, now: datetime) -> Due | None:
        """What to do with one due row: skip it, move it, or send it (then it is given back)."""
        due = await self._due(session, delivery, user)
        is_over = delivery.expires_at <= now or user.unreachable_at is not None
        if due is None or is_over or await self._is_needless(session, delivery, user, now):
            delivery.state = "skipped"
            return None
        rhythm = rhythm_of(user)
        if now - delivery.due_at > MISSED_AFTER or not rhythm.may_write(now):
            delivery.due_at = rhythm.suitable_after(now)
            if delivery.due_at >= delivery.expires_at:
                delivery.state = "skipped"
            return None
        return due

    async def _is_needless(self, session: AsyncSession, delivery: Delivery, user: User, now: datetime) -> bool:
        rhythm = rhythm_of(user)
        if delivery.kind == NUDGE:
            return await self._is_full_week(session, user, rhythm, now) or self._is_invitation_week(rhythm, now)
        period = date.fromisoformat(delivery.slot.partition("/")[0])
        answered = await session.scalar(
            select(Assessment.id).where(Assessment.user_id == user.id, Assessment.period == period)
        )
        is_answered = answered is not None or user.postponed_period == period
        return is_answered or (delivery.kind == REMINDER and await self._is_full_week(session, user, rhythm, now))

    async def _is_full_week(self, session: AsyncSession, user: User, rhythm: Rhythm, now: datetime) -> bool:
        monday = at_local(monday_of(now.astimezone(rhythm.zone).date()), time(0), rhythm.zone)
        count = await session.scalar(
            select(func.count()).where(
                Delivery.user_id == user.id, Delivery.state.in_(SPENT), Delivery.sent_at >= monday
            )
        )
        return (count or 0) >= WEEKLY_CAP

    def _is_invitation_week(self, rhythm: Rhythm, now: datetime) -> bool:
        slot = rhythm.invitation_at(self._calendar.period_at(now)).astimezone(rhythm.zone).date()
        return monday_of(slot) == monday_of(now.astimezone(rhythm.zone).date())

    async def _due(self, session: AsyncSession, delivery: Delivery, user: User) -> Due | None:
        """The delivery with what its message needs; None when the thing it is about is gone."""
        about, _, number = delivery.slot.partition("/")
        tip: Row[int, str] | None = None
        last_day = None
        if delivery.kind == NUDGE:
            tip = (
                await session.execute(
                    select(Recommendation.id, Recommendation.title).where(
                        Recommendation.id == int(about), Recommendation.state == "started"
                    )
                )
            ).one_or_none()
            if tip is None:
                return None
        else:
            last_day = self._calendar.period_of(date.fromisoformat(about)).last_day
        return Due(
            id=delivery.id,
            user_id=user.id,
            telegram_id=user.telegram_id,
            locale=user.locale,
            kind=delivery.kind,
            number=int(number or 0),
            last_day=last_day,
            tip_id=tip.id if tip else None,
            title=tip.title if tip else None,
        )

    async def _mark(
        self, session: AsyncSession, delivery_id: int, was: str, values: dict[str, Any], now: datetime
    ) -> str | None:
        """Change a row that this heartbeat still holds; gives its slot, or None when somebody else took it over."""
        return await session.scalar(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.lease_owner == self._owner, Delivery.state == was)
            .values(updated_at=now, **values)
            .returning(Delivery.slot)
            .execution_options(synchronize_session=False)
        )


async def plan_nudges(
    session: AsyncSession, actor: Actor, tip_id: int, started_at: datetime, days: Sequence[int], now: datetime
) -> None:
    """Plan a nudge on each of these days after the start, at the person's hour."""
    started_on = started_at.astimezone(actor.rhythm.zone).date()
    for day in days:
        due = actor.rhythm.suitable(started_on + timedelta(days=day))
        await _put(session, actor.id, _Slot(NUDGE, f"{tip_id}/{day}", due, due + NUDGE_LIFETIME), now)


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


async def _put(session: AsyncSession, user_id: int, slot: _Slot, now: datetime) -> None:
    """Plan one message. A slot that was sent stays sent; one that still waits, or was withdrawn, takes the new time."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    planned = {"due_at": slot.due_at, "expires_at": slot.expires_at, "state": "pending", "updated_at": now}
    insert = dialect.insert(Delivery).values(
        user_id=user_id, kind=slot.kind, slot=slot.slot, attempts=0, created_at=now, **planned
    )
    await session.execute(
        insert.on_conflict_do_update(
            index_elements=["user_id", "kind", "slot"], set_=planned, where=Delivery.state.in_(("pending", "skipped"))
        )
    )
