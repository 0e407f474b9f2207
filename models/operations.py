"""What the bot itself keeps: deliveries, conversation state, updates set aside, facts about itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Timestamps

DELIVERY_STATES = ("pending", "leased", "sending", "sent", "unknown", "failed", "skipped")


class Delivery(Base, Timestamps):
    """A message that the bot sends by itself: first a row, then (claimed and committed) a message."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "slot"),
        Index("ix_deliveries_state_due_at", "state", "due_at"),
        CheckConstraint(f"state in {DELIVERY_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    slot: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    state: Mapped[str] = mapped_column(String(16))
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column()
    attempts: Mapped[int] = mapped_column()
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column()


class Conversation(Base):
    """aiogram's FSM for typed messages. The rows of the other tables are the truth; this is a hint."""

    __tablename__ = "fsm"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, index=True)
    state: Mapped[str | None] = mapped_column(String(255))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class DeadLetter(Base):
    """An update that failed three times: enough to repeat a press, never what somebody typed."""

    __tablename__ = "deadletters"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    error: Mapped[str] = mapped_column(String(255))
    callback_data: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column()


class Fact(Base):
    """What the bot knows about itself, by name (its username, for invite links)."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
