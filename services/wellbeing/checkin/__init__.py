"""The check-in, a finite-state conversation: its states, its table of transitions, and the use cases that follow it."""

from services.wellbeing.checkin.conversation import CheckIns
from services.wellbeing.checkin.drafts import QuestionRef
from services.wellbeing.checkin.states import (
    AskedQuestion,
    CausesStep,
    CheckInState,
    CheckInStep,
    Done,
    Finished,
    Postponed,
    Ready,
    ResultCard,
    Unfinished,
)
from services.wellbeing.checkin.submission import columns_of

__all__ = [
    "AskedQuestion",
    "CausesStep",
    "CheckInState",
    "CheckInStep",
    "CheckIns",
    "Done",
    "Finished",
    "Postponed",
    "QuestionRef",
    "Ready",
    "ResultCard",
    "Unfinished",
    "columns_of",
]
