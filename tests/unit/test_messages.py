"""Proactive messages: every kind has its row in both registers, and its subject survives being stored."""

from __future__ import annotations

from datetime import date

import pytest

from services.account.settings import ReturnSubject
from services.company.messages import GroupingSubject, MoveSubject, ReaderSubject
from services.lifecycle.messages import ApprovalSubject, DecisionSubject, LeavingSubject, RefusalSubject, RelinkSubject
from services.notifications.subjects import REGISTER
from services.outbox.kinds import COUNTED, KINDS
from services.outbox.outbox import Subject
from services.outreach.messages import ContactSubject, NoteSubject
from services.summary.messages import WeekSubject
from services.wellbeing.messages import CheckinSubject, PulseSubject, RecommendationSubject, ReminderSubject
from views import notifications

DAY = date(2026, 3, 2)
STORED: list[tuple[Subject, str, int | None]] = [  # each subject, its key, and the row that it is about
    (ReturnSubject(DAY), "2026-03-02", None),
    (MoveSubject(DAY, 3, 1772430000), "2026-03-02/3/1772430000", None),
    (ReaderSubject(DAY, "manages", 1772430000, 3), "2026-03-02/manages/1772430000/3", None),
    (ReaderSubject(DAY, "in_hr", 1772430000), "2026-03-02/in_hr/1772430000", None),
    (GroupingSubject(DAY, 3, 1772430000), "2026-03-02/3/1772430000", None),
    (GroupingSubject(DAY, None, 1772430000), "2026-03-02/1772430000", None),
    (LeavingSubject(DAY), "2026-03-02", None),
    (RefusalSubject(4, 17), "4/17", None),
    (RelinkSubject(17), "17", None),
    (ApprovalSubject(9), "9", None),
    (DecisionSubject(4, 9, is_approved=False), "4/9/False", None),
    (ContactSubject(8), "8", 8),
    (NoteSubject(5, "done", None), "5/done", 5),
    (NoteSubject(5, "moved", DAY), "5/moved/2026-03-02", 5),
    (WeekSubject(DAY), "2026-03-02", None),
    (CheckinSubject(DAY), "2026-03-02", None),
    (ReminderSubject(DAY, 2), "2026-03-02/2", None),
    (PulseSubject(DAY), "2026-03-02", None),
    (RecommendationSubject(12, 28), "12/28", 12),
    (RecommendationSubject(12, 3, of_plan=True), "12/3/True", 12),
]


def test_every_kind_has_a_subject_and_a_finder() -> None:
    assert REGISTER.keys() == KINDS.keys()
    assert {kind.subject for kind in REGISTER.values()} == {type(subject) for subject, _, _ in STORED}


def test_every_kind_has_a_view_and_only_what_is_not_counted_leaves_alone() -> None:
    assert notifications.PARTS.keys() == set(COUNTED)
    assert notifications.ALONE.keys() == KINDS.keys() - set(COUNTED)


@pytest.mark.parametrize(("subject", "key", "row_id"), STORED)
def test_a_subject_is_stored_and_read_again(subject: Subject, key: str, row_id: int | None) -> None:
    assert type(subject).load(subject.payload) == subject
    assert (subject.dedup_key, subject.row_id) == (key, row_id)
