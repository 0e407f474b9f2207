"""The kinds of proactive message and how they rank.

What a message of each kind is about stands in its area's `messages.py`; services/notifications/subjects.py has the
register.
"""

from __future__ import annotations

from dataclasses import dataclass

RELINKED = "relinked"
RELINK_REFUSED = "relink_refused"
RELINK_APPROVAL = "relink_approval"
RELINK_DECIDED = "relink_decided"
OFFBOARDED = "offboarded"
MOVED = "moved"
READER = "reader"
REGROUPED = "regrouped"
CONTACT_REQUEST = "contact_request"
CONTACT_UNREAD = "contact_unread"
CONTACT_LOST = "contact_lost"
HR_SUMMARY = "hr_summary"
TEAM_SUMMARY = "team_summary"
WELCOME_BACK = "welcome_back"
CHECKIN = "checkin"
NOTE = "note"
REMINDER = "checkin_reminder"
SNOOZED = "checkin_snoozed"
PULSE = "pulse"
PULSE_QUIET = "pulse_quiet"
REVIEW = "review"
NUDGE = "nudge"
AGREEMENT_NUDGE = "agreement_nudge"
PULSE_REMINDER = "pulse_reminder"

WAITING = ("pending", "leased")  # states of a delivery that may still be moved or taken back
SPENT = ("sending", "sent", "unknown")  # states of a delivery whose message has left, or may have


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of message behaves.

    `rank`: the smaller goes first. A prompt may be repeated after a crash, since its answer cannot double; a notice
    is not. What is counted falls under the weekly cap and may share a message; what is not counted always leaves alone.
    What does not fit is dropped, or `waits` for a later message. What is about the safety of an account leaves
    `at_once`, at any hour and on any day. What someone waits for goes `through_leave`: at the first hour of the next
    working day, whether or not the reader is on a pause. What is missed and comes `in_working_hours` leaves on the same
    day, or at the hour of HR's summary on the next working day.
    """

    rank: int
    is_prompt: bool = False
    is_counted: bool = True
    waits: bool = False
    at_once: bool = False
    through_leave: bool = False
    in_working_hours: bool = False


KINDS = {
    RELINKED: Kind(-5, is_counted=False, at_once=True),
    RELINK_REFUSED: Kind(-4, is_counted=False),
    RELINK_APPROVAL: Kind(-4, is_counted=False, through_leave=True),
    RELINK_DECIDED: Kind(-4, is_counted=False, through_leave=True),
    OFFBOARDED: Kind(-3, is_counted=False),
    MOVED: Kind(-2, is_counted=False),
    READER: Kind(-2, is_counted=False),
    REGROUPED: Kind(-2, is_counted=False),
    CONTACT_REQUEST: Kind(-1, is_counted=False, through_leave=True),
    CONTACT_UNREAD: Kind(-1, is_counted=False, through_leave=True),
    CONTACT_LOST: Kind(-1, is_counted=False, through_leave=True),
    HR_SUMMARY: Kind(-1, is_counted=False, in_working_hours=True),
    TEAM_SUMMARY: Kind(-1, is_counted=False, in_working_hours=True),
    WELCOME_BACK: Kind(0, waits=True),
    CHECKIN: Kind(1, is_prompt=True, waits=True),
    SNOOZED: Kind(1, is_prompt=True, waits=True),
    NOTE: Kind(2, waits=True),
    REMINDER: Kind(3, is_prompt=True),
    PULSE: Kind(4, is_prompt=True, waits=True),
    PULSE_QUIET: Kind(4),
    REVIEW: Kind(5, waits=True),
    NUDGE: Kind(6),
    AGREEMENT_NUDGE: Kind(6, waits=True),
    PULSE_REMINDER: Kind(7, is_prompt=True),
}
PROMPTS = tuple(name for name, kind in KINDS.items() if kind.is_prompt)
COUNTED = tuple(name for name, kind in KINDS.items() if kind.is_counted)
