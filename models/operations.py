"""What the bot itself keeps: deliveries, conversation state, dead letters, facts about itself."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Timestamps
from models.checkins import JSON_OBJECT

DELIVERY_STATES = ("pending", "leased", "sending", "sent", "unknown", "failed", "skipped")
ABOUT_A_ROW = text("subject_id is not null")


class Delivery(Base, Timestamps):
    """A message that the bot sends by itself: first a row, then (claimed and committed) a message."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "dedup_key"),
        Index("ix_deliveries_state_due_at", "state", "due_at"),
        Index("ix_deliveries_subject_id", "subject_id", sqlite_where=ABOUT_A_ROW, postgresql_where=ABOUT_A_ROW),
        CheckConstraint(f"state in {DELIVERY_STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    dedup_key: Mapped[str] = mapped_column(String(64))  # one message of a kind about one subject
    subject: Mapped[dict[str, Any]] = mapped_column(JSON_OBJECT)  # by kind; services/notifications/subjects.py
    subject_id: Mapped[int | None] = mapped_column()  # the row that it is about, by which it is withdrawn
    due_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    state: Mapped[str] = mapped_column(String(16))
    leader_id: Mapped[int | None] = mapped_column(BigInteger)  # rode along in the message of that delivery
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column()
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column()
    news_week: Mapped[dt.date | None] = mapped_column(
        Date
    )  # of the summary whose results the message told of in a line
    hold_id: Mapped[int | None] = mapped_column()  # of the hold of the check-in that it told of in a line


OPEN = text("state = 'open'")


class ContactRequest(Base, Timestamps):
    """«Ask HR to contact me»: who asked whom, and how far it got. What was typed is kept only until it is delivered."""

    __tablename__ = "contact_requests"
    __table_args__ = (
        CheckConstraint("state in ('open', 'seen', 'closed')", name="state"),
        CheckConstraint("way in ('telegram', 'email', 'words')", name="way"),
        Index("ix_contact_requests_open", "user_id", "hr_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        {"sqlite_autoincrement": True},  # a delivery names a request by its id, so the id of an erased one stays taken
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    hr_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    way: Mapped[str] = mapped_column(String(16))  # how to be reached; only words are kept here, as `reach`
    reach: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16))


class Breathing(Base):
    """A breathing exercise that is going on in one message, so that a restart can end it cleanly."""

    __tablename__ = "breathings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)


class Conversation(Base):
    """aiogram's FSM for typed messages. The rows of the other tables are the truth; this is a hint."""

    __tablename__ = "fsm"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, index=True)
    state: Mapped[str | None] = mapped_column(String(255))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    typed: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # the newest message; services/kit/conversations.py


class DeadLetter(Base):
    """An update that failed three times: enough to repeat a press, never what somebody typed."""

    __tablename__ = "deadletters"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    handler: Mapped[str] = mapped_column(String(255))  # of ours, by module and function; empty when none was reached
    error: Mapped[str] = mapped_column(String(255))  # its class
    callback_data: Mapped[str | None] = mapped_column(String(64))
    retry_wanted: Mapped[bool] = mapped_column()  # an operator asks for the press to be repeated
    created_at: Mapped[datetime] = mapped_column()


class CompanyDay(Base, Timestamps):
    """Days of the organisation, both ends included: nobody is written to, or (`is_working`) everybody works. Buttons
    name them: an id is never given twice."""

    __tablename__ = "company_days"
    __table_args__ = (UniqueConstraint("first", "last"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[dt.date] = mapped_column(Date)
    last: Mapped[dt.date] = mapped_column(Date)
    is_working: Mapped[bool] = mapped_column()


class Fact(Base):
    """What the bot knows about itself, by name (its username, for invite links)."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
