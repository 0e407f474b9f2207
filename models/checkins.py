"""What people answer and get: drafts, assessments, recommendations, weekly metrics."""

from __future__ import annotations

import datetime as dt
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Timestamps

JSON_OBJECT = JSON().with_variant(JSONB(), "postgresql")


class Draft(Base, Timestamps):
    """A check-in that is being answered: one row per person, changed by conditional statements only.

    `position` is the 0-based place in the questionnaire's order that is asked now (its length once all were passed);
    `answers` maps an item's key to 0..6 or null (skipped); `times` maps it to the moment of the press (Unix time).
    An id is never given twice, so that the buttons of an earlier draft stay stale.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    period: Mapped[dt.date] = mapped_column(Date)
    closes_at: Mapped[datetime] = mapped_column()
    questionnaire_version: Mapped[int] = mapped_column()
    position: Mapped[int] = mapped_column()
    answers: Mapped[dict[str, int | None]] = mapped_column(JSON_OBJECT)
    times: Mapped[dict[str, float]] = mapped_column(JSON_OBJECT)


class Assessment(Base):
    """A finished check-in: one per person and period. `answers` holds the raw answers by item key.

    `cause`, `second_cause`: what weighed most, as the content names it, the first one filled first; `causes_open`:
    whether that may still be said.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("user_id", "period"),
        CheckConstraint("burnout_level in ('low', 'medium', 'high')", name="burnout_level"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    date: Mapped[datetime] = mapped_column()
    burnout_level: Mapped[str] = mapped_column(String(50))
    score: Mapped[float] = mapped_column()
    emotional_exhaustion: Mapped[float] = mapped_column()
    depersonalization: Mapped[float] = mapped_column()
    reduced_accomplishment: Mapped[float] = mapped_column()
    answers: Mapped[dict[str, int]] = mapped_column(JSON_OBJECT)
    created_at: Mapped[datetime] = mapped_column()

    period: Mapped[dt.date] = mapped_column(Date, index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"), index=True)
    questionnaire_version: Mapped[int] = mapped_column()
    profile: Mapped[str] = mapped_column(String(32))
    quality: Mapped[str] = mapped_column(String(16))  # ok or suspect
    redone: Mapped[bool] = mapped_column()  # a careless check-in may be answered anew once
    cause: Mapped[str | None] = mapped_column(String(16))
    second_cause: Mapped[str | None] = mapped_column(String(16))
    causes_open: Mapped[bool] = mapped_column(default=False, server_default=false())


class Recommendation(Base, Timestamps):
    """One step offered after a check-in, with the seed's columns in the person's language at that time."""

    __tablename__ = "recommendations"
    __table_args__ = (
        CheckConstraint("state in ('offered', 'started', 'done', 'declined')", name="state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    category: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text)
    priority: Mapped[str] = mapped_column(String(50))
    duration: Mapped[str] = mapped_column(String(100))
    completed: Mapped[bool] = mapped_column()

    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id", ondelete="SET NULL"), index=True)
    content_id: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    plan: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column(index=True)  # done or declined


class Metric(Base):
    """One point of the dashboard: a weekly pulse, or the burnout point that a check-in adds; `source` tells."""

    __tablename__ = "metrics"
    __table_args__ = (
        UniqueConstraint("user_id", "date", "source"),
        CheckConstraint("source in ('pulse', 'assessment')", name="source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    date: Mapped[str] = mapped_column(String(50), index=True)  # the ISO Monday of the week
    burnout: Mapped[float | None] = mapped_column()
    stress: Mapped[float | None] = mapped_column()
    productivity: Mapped[float | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()

    source: Mapped[str] = mapped_column(String(16))
    period: Mapped[dt.date] = mapped_column(Date, index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"), index=True)
