"""Claims: a planned message is claimed, marked and sent by one replica, and never sent twice about one subject.

A row is committed before its message leaves. `pending` waits for its moment; `leased` is claimed by one replica;
`sending` is committed just before the network, so that after a crash only such a row is uncertain: prompts (whose
answer cannot double) go out again, notices become `unknown`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, User
from services.kit.calendar import Calendar
from services.notifications.composer import Composer
from services.notifications.planner import Planner
from services.notifications.subjects import DueMessage
from services.outbox import kinds
from services.outbox.outbox import Outcome

__all__ = ["Claims", "Outcome"]  # the scheduler knows no outbox

LEASE = timedelta(seconds=60)


class Claims:
    """Claim, mark and record, as the replica `owner`. Every method runs in the caller's transaction."""

    def __init__(self, calendar: Calendar, composer: Composer, planner: Planner, owner: str) -> None:
        self._calendar = calendar
        self._composer = composer
        self._planner = planner
        self._owner = owner

    async def release_expired(self, session: AsyncSession, now: datetime) -> None:
        """Release what a replica that died had claimed."""
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
        """Claim due messages for at most `limit` people, one each; return None when nothing is due.

        What is needless is skipped, what comes at a bad hour or does not fit into the week is moved or dropped.
        """
        people = await self._people_with_something_due(session, now, limit)
        if not people:
            return None
        claimed = []
        for user, rows in people:
            due = await self._composer.compose(session, user, rows, now)
            await session.flush()
            if due is not None:
                await self._change(
                    session, due.ids, "pending", {"state": "leased", **self._lease(now)}, now, owned=False
                )
                claimed.append(due)
        return claimed

    async def mark_sending(self, session: AsyncSession, due: DueMessage, now: datetime) -> bool:
        """Mark a claimed message just before the network.

        Return False when the claim, or a part of it, is lost or too old."""
        marked = await self._change(
            session,
            due.ids,
            "leased",
            {
                "state": "sending",
                "sent_at": now,
                "news_week": due.news and due.news.week,
                "hold_id": due.held and due.held.hold_id,
                **self._lease(now),
            },
            now,
            Delivery.lease_until >= now,
        )
        if len(marked) < len(due.ids):  # what is left of it is composed anew
            free = {"state": "pending", "sent_at": None, "lease_owner": None, "lease_until": None}
            await self._change(session, list(marked), "sending", free, now)
            return False
        await session.execute(update(Delivery).where(Delivery.id.in_(due.ids[1:])).values(leader_id=due.ids[0]))
        return True

    async def record_outcome(
        self,
        session: AsyncSession,
        due: DueMessage,
        outcome: Outcome,
        now: datetime,
        *,
        message_id: int | None = None,
        retry_after: float = 0,
    ) -> None:
        """Record what became of a message; plan the reminders of what left."""
        values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
        has_left = outcome in (Outcome.SENT, Outcome.UNKNOWN)
        if outcome in (Outcome.RATE_LIMITED, Outcome.UNSENT):
            again = now + timedelta(seconds=retry_after)
            values |= {"state": "pending", "leader_id": None, "sent_at": None, "due_at": again}
        elif has_left:
            values |= {"state": str(outcome), "sent_at": now, "message_id": message_id}
        else:  # who blocked the bot and comes back is invited anew
            values |= {"state": "skipped" if outcome is Outcome.UNREACHABLE else "failed"}
        recorded = await self._change(session, due.ids, "sending", values, now)
        for part in due.parts:
            if has_left and part.id in recorded:
                await self._planner.plan_reminders(session, due.user_id, part, now)

    async def _people_with_something_due(
        self, session: AsyncSession, now: datetime, limit: int
    ) -> list[tuple[User, list[Delivery]]]:
        """Return people, locked so that no replica composes another message for them, and what is planned for each."""
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
        if not users:
            return []
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
