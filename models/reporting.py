"""What HR's figures are made from and what came of them: who belonged where, what was published, promised and noticed.

A membership, a readership and a grouping hold from their `since` (a Monday) until the next row of the same person or
department, so that what was true at the start of a week or a period can be asked at any later time.
"""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Timestamps
from models.checkins import JSON_OBJECT


class Membership(Base):
    """From which Monday on a person counts in a department, or in the company alone (no department)."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"), index=True)
    since: Mapped[dt.date] = mapped_column(Date)


class Readership(Base):
    """From which Monday on a person reads figures about others, and so is in none of them; or reads none again."""

    __tablename__ = "readerships"
    __table_args__ = (UniqueConstraint("user_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    since: Mapped[dt.date] = mapped_column(Date)
    reads: Mapped[bool] = mapped_column()


class ReportingGroup(Base, Timestamps):
    """Small departments that report together under one name. Publications name it: an id is never given twice."""

    __tablename__ = "reporting_groups"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (read by SQLAlchemy)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    name_en: Mapped[str | None] = mapped_column(String(255))


class Grouping(Base):
    """From which Monday on a department reports as part of a group, or by itself again (no group)."""

    __tablename__ = "groupings"
    __table_args__ = (UniqueConstraint("department_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("reporting_groups.id", ondelete="SET NULL"), index=True)
    since: Mapped[dt.date] = mapped_column(Date)


class ProposalAnswer(Base):
    """What HR said to a proposal to join departments: accepted (which group came of it), or not before `until`.

    `stamp` stands for the departments that were proposed together. Without a group and a day it is declined for good.
    """

    __tablename__ = "proposal_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[str] = mapped_column(String(16), unique=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("reporting_groups.id", ondelete="CASCADE"), index=True)
    until: Mapped[dt.date | None] = mapped_column(Date)
    author_audit_key: Mapped[str] = mapped_column(String(32))
    answered_at: Mapped[datetime] = mapped_column()


class StepAnswer(Base):
    """What HR said to a step that a summary suggested for a cell: it's being done already, or not before `until`.

    `action` is an id of content/hr_actions.yaml, `target` the key of the cell.
    """

    __tablename__ = "step_answers"
    __table_args__ = (
        UniqueConstraint("action", "target"),
        CheckConstraint("state in ('doing', 'later')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    until: Mapped[dt.date] = mapped_column(Date)
    author_audit_key: Mapped[str] = mapped_column(String(32))
    answered_at: Mapped[datetime] = mapped_column()


class StoredPublication(Base):
    """What was published about one closed week or period: written once by the gate, coarse and noisy figures only.

    `edition`: of the gate that published it. Figures of two editions are not compared.
    """

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("kind", "slot"),
        CheckConstraint("kind in ('pulse_week', 'checkin_period', 'pulse_period')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    slot: Mapped[dt.date] = mapped_column(Date)
    edition: Mapped[int] = mapped_column()
    payload: Mapped[dict[str, Any]] = mapped_column(JSON_OBJECT)
    published_at: Mapped[datetime] = mapped_column()


class StoredSummary(Base):
    """HR's message about one week as it was sent, by language: what is repeated, and what employees read.

    `form`: one of services.summary.weekly.Form. `steps`: what it suggested, as services.summary.stored.StoredStep.
    """

    __tablename__ = "summaries"

    week: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    form: Mapped[str] = mapped_column(String(16))
    texts: Mapped[dict[str, str]] = mapped_column(JSON_OBJECT)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON_OBJECT)
    created_at: Mapped[datetime] = mapped_column()


class Round(Base):
    """The check-in of a period was offered at once to everybody in `target` (the key of a cell): once for each."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("period", "target"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[dt.date] = mapped_column(Date)
    target: Mapped[str] = mapped_column(String(32))
    author_audit_key: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column()


class Promise(Base, Timestamps):
    """What HR promised the company (neither department nor group), a department that reports by itself, or a group.

    `asked_at`: when the people concerned were asked whether they notice it; their answers are counted once, at the
    close of the week after. Publications and buttons name it: an id is never given twice. `owner_id`: who does it, for
    HR's eyes; `action`: the step of content/hr_actions.yaml that it came from. `by_manager`: an agreement that a
    manager recorded for the own group. `helped`: what could be said two slots after it was done, as
    services.summary.helped; it's stored once.
    """

    __tablename__ = "promises"
    __table_args__ = (CheckConstraint("state in ('planned', 'done')", name="state"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("reporting_groups.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str | None] = mapped_column(Text)
    due: Mapped[dt.date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    author_audit_key: Mapped[str] = mapped_column(String(32))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    action: Mapped[str | None] = mapped_column(String(64))
    by_manager: Mapped[bool] = mapped_column(default=False, server_default=false())
    helped: Mapped[str | None] = mapped_column(String(16))
    judged_at: Mapped[datetime | None] = mapped_column()


class Hold(Base):
    """Nobody is asked for a check-in until a promise is closed: periods from `first` up to `until`, or still (None).

    Without a promise it was for, that one is gone with those whom it was made to.
    """

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("promises.id", ondelete="SET NULL"), index=True)
    first: Mapped[dt.date] = mapped_column(Date)
    until: Mapped[dt.date | None] = mapped_column(Date)
    author_audit_key: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column()


class Reaction(Base):
    """One person's answer to "do you notice it?": the first one counts."""

    __tablename__ = "reactions"
    __table_args__ = (UniqueConstraint("promise_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(ForeignKey("promises.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    noticed: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()


class AuditEntry(Base):
    """Who did what to what, without content: rows are added and never changed or removed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    actor_audit_key: Mapped[str] = mapped_column(String(32), index=True)
    action: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(255))
