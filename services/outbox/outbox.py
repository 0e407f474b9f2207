"""A transactional outbox: a message is a row, committed with whatever it is about, before anything leaves.

One person gets one message of a kind about one subject. Who sends it, and when, is decided in services/notifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Self

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Delivery, User
from models.upsert import Upsert, insert_into
from services.outbox import kinds


class Outcome(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"
    UNKNOWN = "unknown"  # the network failed in the middle: the message may have arrived
    FAILED = "failed"  # Telegram refused it for good
    UNREACHABLE = "unreachable"  # the person blocked the bot
    RATE_LIMITED = "rate_limited"  # Telegram asks to wait
    UNSENT = "unsent"  # Telegram could not be reached at all


@dataclass(frozen=True, slots=True)
class Subject:
    """What a planned message is about, as it is stored: each kind of message has a frozen dataclass of its own.

    The fields are dates, numbers and words. Their order and values are stored, so a field is never renamed or moved
    without a migration.
    """

    @property
    def row_id(self) -> int | None:
        """The row of another table that the message is about, by which it is withdrawn; None for none."""
        return None

    @property
    def payload(self) -> dict[str, Any]:
        """The fields as JSON, without a later field that keeps its default: earlier rows do not have it."""
        adapter = _adapter_of(type(self))  # type: ignore[arg-type]  # a class is hashable
        payload: dict[str, Any] = adapter.dump_python(self, mode="json", exclude_defaults=True)
        return payload

    @property
    def dedup_key(self) -> str:
        """The same in one line: a message of one kind about it is sent to one person once."""
        return "/".join(str(value) for value in self.payload.values() if value is not None)

    @classmethod
    def load(cls, payload: dict[str, Any]) -> Self:
        """Return the subject of a stored payload."""
        adapter = _adapter_of(cls)  # type: ignore[arg-type]  # a class is hashable
        subject: Self = adapter.validate_python(payload)
        return subject


@cache
def _adapter_of(subject: type[Subject]) -> TypeAdapter[Any]:
    return TypeAdapter(subject)


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """What a message is about, and between which moments it may leave."""

    kind: str
    subject: Subject
    due_at: datetime
    expires_at: datetime


async def schedule(session: AsyncSession, user_id: int, message: PlannedMessage, now: datetime) -> None:
    """Plan one message. One that was sent stays sent; one that still waits, or was withdrawn, takes the new time."""
    await session.execute(_or_move(insert_into(session, Delivery, user_id=user_id, **_planned(message, now))))


async def schedule_for_all(
    session: AsyncSession, who: ColumnElement[bool], message: PlannedMessage, now: datetime
) -> None:
    """Plan the same message for all the people whom a condition on `users` finds, in one statement."""
    planned = _planned(message, now)
    columns = (literal(value, getattr(Delivery, name).type).label(name) for name, value in planned.items())
    people = select(User.id, *columns).where(who)
    await session.execute(_or_move(insert_into(session, Delivery).from_select(["user_id", *planned], people)))


async def withdraw(
    session: AsyncSession, user_id: int, kind: str, now: datetime, *, about_row: int | None = None, key_like: str = "%"
) -> None:
    """Take back what is planned and not yet sent: all of this kind, or only what concerns one row of another table.

    `key_like` is a LIKE pattern that the `dedup_key` fits.
    """
    about: list[ColumnElement[bool]] = [Delivery.dedup_key.like(key_like)]
    about += [] if about_row is None else [Delivery.subject_id == about_row]
    await session.execute(
        update(Delivery)
        .where(Delivery.user_id == user_id, Delivery.kind == kind, Delivery.state.in_(kinds.WAITING), *about)
        .values(state="skipped", lease_owner=None, lease_until=None, updated_at=now)
    )


async def is_there(
    session: AsyncSession, user_id: int, of_kinds: Sequence[str], subject: Subject, states: Sequence[str]
) -> bool:
    """Return whether a message of one of these kinds to this person about a subject is in one of these states."""
    mine = (Delivery.user_id == user_id, Delivery.kind.in_(of_kinds), Delivery.dedup_key == subject.dedup_key)
    return bool(await session.scalar(select(exists().where(*mine, Delivery.state.in_(states)))))


def _or_move(insert: Upsert) -> Upsert:
    moved = {name: insert.excluded[name] for name in ("due_at", "expires_at", "state", "updated_at")}
    return insert.on_conflict_do_update(
        index_elements=["user_id", "kind", "dedup_key"], set_=moved, where=Delivery.state.in_(("pending", "skipped"))
    )


def _planned(message: PlannedMessage, now: datetime) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "dedup_key": message.subject.dedup_key,
        "subject": message.subject.payload,
        "subject_id": message.subject.row_id,
        "due_at": message.due_at,
        "expires_at": message.expires_at,
        "state": "pending",
        "created_at": now,
        "updated_at": now,
    }
