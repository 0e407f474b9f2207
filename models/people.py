"""Who is here: users, departments, invites, and the archive of those who left."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Timestamps

ROLES = ("employee", "hr", "admin")


class Department(Base, Timestamps):
    """A department: what a person belongs to and what HR's figures are grouped by. Publications name it: an id is
    never given twice."""

    __tablename__ = "departments"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (read by SQLAlchemy)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    name_en: Mapped[str | None] = mapped_column(String(255))  # for readers of English, where the name is not English
    timezone: Mapped[str | None] = mapped_column(String(64))
    country: Mapped[str | None] = mapped_column(String(16))  # whose days off it has; None: the organisation's
    kind_of_work: Mapped[str | None] = mapped_column(String(32))
    manager_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL", use_alter=True), index=True
    )


class User(Base, Timestamps):
    """A person who agreed to the consent text. The Telegram account is the login."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role in ('employee', 'hr', 'admin')", name="role"),
        Index("ix_users_plan_at", "plan_at", postgresql_where="plan_at is not null"),
        Index("ix_users_offboarded_at", "offboarded_at", postgresql_where="offboarded_at is not null"),
        {"sqlite_autoincrement": True},  # HR's buttons name people: an id is never given twice
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255), unique=True)
    position: Mapped[str | None] = mapped_column(String(255))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="SET NULL"), index=True)
    join_date: Mapped[datetime] = mapped_column()
    avatar: Mapped[str | None] = mapped_column(Text)

    locale: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(String(64))
    checkin_weekday: Mapped[int] = mapped_column()  # Monday is 0
    checkin_time: Mapped[time] = mapped_column()
    pulse_on: Mapped[bool] = mapped_column()
    pulse_since: Mapped[datetime] = mapped_column()  # unanswered pulses are counted from here
    pulse_weekday: Mapped[int] = mapped_column()
    pulse_time: Mapped[time] = mapped_column()
    muted_kinds: Mapped[list[str]] = mapped_column(JSON)  # kinds of delivery that this person switched off
    team_summary_since: Mapped[datetime | None] = mapped_column()  # a manager who gets the team's figures every week
    working_days: Mapped[str] = mapped_column(String(7))  # the weekdays' figures, "01234"
    quiet_from: Mapped[time] = mapped_column()
    quiet_until: Mapped[time] = mapped_column()
    paused_since: Mapped[date | None] = mapped_column()  # the first day of the pause
    paused_until: Mapped[date | None] = mapped_column()  # the first day on which the bot may write again
    postponed_period: Mapped[date | None] = mapped_column()  # "Hardly worked": nothing is asked in this period

    typed_answer_sent_at: Mapped[datetime | None] = mapped_column()  # the latest typed message that answered a question
    typed_answer_id: Mapped[int | None] = mapped_column(BigInteger)
    introduced_at: Mapped[datetime | None] = mapped_column()  # saw when the bot will write, once after the first result
    consent_version: Mapped[int] = mapped_column()
    consent_at: Mapped[datetime] = mapped_column()
    consent_withdrawn_at: Mapped[datetime | None] = mapped_column()
    offboarded_at: Mapped[datetime | None] = mapped_column()
    audit_key: Mapped[str] = mapped_column(String(32), unique=True)  # the audit log names people by it, and only here
    export_day: Mapped[date | None] = mapped_column()  # the local day on which `export_count` exports were sent
    export_count: Mapped[int] = mapped_column(default=0)
    unreachable_at: Mapped[datetime | None] = mapped_column()  # blocked the bot, until a message brings them back
    plan_at: Mapped[datetime | None] = mapped_column()  # when the planner has to look at this person next
    # a lost account: name, department and role went to another account; this row waits for a Yes, then it is erased
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    moved_at: Mapped[datetime | None] = mapped_column(index=True)

    if TYPE_CHECKING:  # computed when selected: models/computed.py
        days_in_system: Mapped[int]
        completed_recommendations: Mapped[int]
        country: Mapped[str | None]
        own_days: Mapped[str | None]


class Invite(Base):
    """A way in: only the hash of its token is kept, and one conditional UPDATE uses it up. Buttons name it: an id is
    never given twice.

    `name`: of the one person it was made for; `telegram_id`: of the only account that it lets in.
    `relink_user_id`: whose lost account it moves to the one that opens it; `relink_by_id` made that link, and it works
    from `relink_approved_at` on, when somebody else approved it.
    """

    __tablename__ = "invites"
    __table_args__ = (
        CheckConstraint("role in ('employee', 'hr', 'admin')", name="role"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"), index=True)
    name: Mapped[str | None] = mapped_column(String(255), index=True)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger)
    relink_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    relink_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    relink_approved_at: Mapped[datetime | None] = mapped_column()
    uses_left: Mapped[int] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()


class OldUser(Base):
    """The archive row of a person who left: the computed columns are written out here, and only here."""

    __tablename__ = "old_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    position: Mapped[str | None] = mapped_column(String(255))
    department: Mapped[str | None] = mapped_column(String(255))
    join_date: Mapped[str] = mapped_column(String(50))
    days_in_system: Mapped[int] = mapped_column()
    completed_recommendations: Mapped[int] = mapped_column()
    avatar: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[datetime] = mapped_column()


class RosterProposal(Base):
    """What the newest list of people says of somebody who is in: no department, they left; one, they belong there.

    Buttons name it: an id is never given twice. `declined_at`: HR left everything as it is.
    """

    __tablename__ = "roster_proposals"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 (read by SQLAlchemy)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column()
    declined_at: Mapped[datetime | None] = mapped_column()
