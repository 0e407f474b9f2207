"""The step that types what messages are about: every row of every kind in every state, up, used, down and up again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from db.database import Database
from migrations import runner
from models.operations import DELIVERY_STATES
from services.account.settings import ReturnSubject
from services.company.messages import MoveSubject
from services.lifecycle.messages import LeavingSubject, RefusalSubject, RelinkSubject
from services.notifications.subjects import REGISTER
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, Subject, schedule, withdraw
from services.outreach.messages import ContactSubject, note_subject
from services.summary.messages import WeekSubject
from services.wellbeing.messages import CheckinSubject, PulseSubject, RecommendationSubject, ReminderSubject
from tests.fill import fill, reflect
from tests.migrations.test_history import on

LATER = {  # kinds that came after this migration
    kinds.READER,
    kinds.REGROUPED,
    kinds.CONTACT_UNREAD,
    kinds.CONTACT_LOST,
    kinds.RELINK_APPROVAL,
    kinds.RELINK_DECIDED,
    kinds.SNOOZED,
    kinds.AGREEMENT_NUDGE,
}
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
SLOTS: list[tuple[str, str, Subject]] = [  # as revision 0003 wrote them, and what they were about
    (kinds.CHECKIN, "2026-03-02", CheckinSubject(DAY)),
    (kinds.REMINDER, "2026-03-02/1", ReminderSubject(DAY, 1)),
    (kinds.REMINDER, "2026-03-02/2", ReminderSubject(DAY, 2)),
    (kinds.PULSE, "2026-03-02", PulseSubject(DAY)),
    (kinds.PULSE_QUIET, "2026-03-02", PulseSubject(DAY)),
    (kinds.PULSE_REMINDER, "2026-03-02", PulseSubject(DAY)),
    (kinds.NUDGE, "12/2", RecommendationSubject(12, 2)),
    (kinds.REVIEW, "12/28", RecommendationSubject(12, 28)),
    (kinds.REVIEW, "120/28", RecommendationSubject(120, 28)),
    (kinds.WELCOME_BACK, "2026-03-02", ReturnSubject(DAY)),
    (kinds.OFFBOARDED, "2026-03-02", LeavingSubject(DAY)),
    (kinds.MOVED, "2026-03-02/3/1772430000", MoveSubject(DAY, 3, 1772430000)),
    (kinds.RELINKED, "17", RelinkSubject(17)),
    (kinds.RELINK_REFUSED, "4/17", RefusalSubject(4, 17)),
    (kinds.CONTACT_REQUEST, "8", ContactSubject(8)),
    (kinds.HR_SUMMARY, "2026-03-02", WeekSubject(DAY)),
    (kinds.TEAM_SUMMARY, "2026-03-02", WeekSubject(DAY)),
    (kinds.NOTE, "5/planned", note_subject(5, "planned", DAY)),
    (kinds.NOTE, "5/2026-03-02", note_subject(5, "moved", DAY)),
    (kinds.NOTE, "6/moved", note_subject(6, "moved", None)),
    (kinds.NOTE, "5/done", note_subject(5, "done", DAY)),
]
OLD_COLUMNS = ("id", "user_id", "kind", "state", "due_at", "expires_at", "leader_id", "lease_owner", "lease_until",
               "message_id", "sent_at", "created_at", "updated_at")  # fmt: skip


async def filled(url: str) -> None:
    """One person for each state, each with a delivery in that state about every subject."""
    await runner.upgrade(url, "0003")
    await on(url, _fill)


def _fill(connection: sa.Connection) -> None:
    tables = reflect(connection)
    fill(connection, tables, rows=len(DELIVERY_STATES))
    deliveries = tables.tables["deliveries"]
    connection.execute(deliveries.delete())
    people = connection.scalars(sa.select(tables.tables["users"].c.id)).all()
    connection.execute(
        deliveries.insert(),
        [
            {
                "user_id": user_id,
                "kind": kind,
                "slot": slot,
                "due_at": NOW,
                "expires_at": NOW + timedelta(days=3),
                "state": state,
                "leader_id": number or None,
                "lease_owner": "one" if state in ("leased", "sending") else None,
                "lease_until": NOW if state in ("leased", "sending") else None,
                "attempts": number,
                "message_id": number if state in kinds.SPENT else None,
                "sent_at": NOW if state in kinds.SPENT else None,
                "created_at": NOW,
                "updated_at": NOW,
            }
            for user_id, state in zip(sorted(people), DELIVERY_STATES, strict=True)
            for number, (kind, slot, _) in enumerate(SLOTS)
        ],
    )


async def rows(url: str) -> list[dict[str, Any]]:
    def read(connection: sa.Connection) -> list[dict[str, Any]]:
        deliveries = reflect(connection).tables["deliveries"]
        return [dict(row) for row in connection.execute(deliveries.select().order_by(deliveries.c.id)).mappings()]

    found: list[dict[str, Any]] = await on(url, read)
    return found


def common(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in OLD_COLUMNS} for row in found]


async def test_every_row_is_kept_with_its_subject(empty_url: str) -> None:
    """Up, used, down, and up again."""
    await filled(empty_url)
    before = await rows(empty_url)
    assert len(before) == len(SLOTS) * len(DELIVERY_STATES)
    await runner.upgrade(empty_url)
    after = await rows(empty_url)
    _have_their_subjects(after)
    assert common(after) == common(before)

    await runner.downgrade(empty_url, "0003")
    back = await rows(empty_url)
    assert common(back) == common(before)
    assert [row["slot"] for row in back] == [row["slot"] for row in before]

    await runner.upgrade(empty_url)
    database = Database(empty_url)
    await _only_what_is_about_one_row_is_taken_back(database, empty_url)
    await _nothing_is_sent_twice(database, empty_url)
    await database.dispose()


def _have_their_subjects(found: list[dict[str, Any]]) -> None:
    assert {row["kind"] for row in found} == REGISTER.keys() - LATER
    for row, (kind, _, subject) in zip(found, SLOTS * len(DELIVERY_STATES), strict=True):
        assert REGISTER[kind].subject.load(row["subject"]) == subject
        assert type(subject).load(row["subject"]) == subject
        assert (row["dedup_key"], row["subject_id"]) == (subject.dedup_key, subject.row_id)


async def _only_what_is_about_one_row_is_taken_back(database: Database, url: str) -> None:
    """The step 12 and not the step 120, of this person and of nobody else."""
    async with database.begin() as session:
        await withdraw(session, 1, kinds.REVIEW, NOW, about_row=12)
        await withdraw(session, 1, kinds.WELCOME_BACK, NOW)
    states = {(row["user_id"], row["kind"], row["subject_id"]): row["state"] for row in await rows(url)}
    assert states[1, kinds.REVIEW, 12] == states[1, kinds.WELCOME_BACK, None] == "skipped"
    assert states[1, kinds.REVIEW, 120] == states[1, kinds.NUDGE, 12] == "pending"
    assert states[2, kinds.REVIEW, 12] == "leased"


async def _nothing_is_sent_twice(database: Database, url: str) -> None:
    """What was sent, or may have been, stays so when it is planned again; what waited is moved and not doubled."""
    later = NOW + timedelta(days=1)
    async with database.begin() as session:
        for user_id, _ in enumerate(DELIVERY_STATES, start=1):
            for kind, _, subject in SLOTS:
                message = PlannedMessage(kind, subject, later, later + timedelta(days=3))
                await schedule(session, user_id, message, later)
    replanned = {"pending": "pending", "skipped": "pending"}
    expected = [replanned.get(state, state) for state in DELIVERY_STATES for _ in SLOTS]
    assert [row["state"] for row in await rows(url)] == expected
