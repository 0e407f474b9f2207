"""The states of the check-in and the transitions between them: a finite-state machine (FSM).

The state is stored as rows, not as a key in an FSM storage: a draft, the latest assessment and a postponed period say
where a person stands, and `CheckIns.state` reads it from them. Restarts, several replicas and a lost Redis therefore
cost no one an answer, and a press can test and change the state in one conditional statement.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from content import Cause, Causes, Questionnaire
from content.questionnaire import Item
from services.kit.calendar.held import OnHold
from services.wellbeing import scoring


@dataclass(frozen=True, slots=True)
class Ready:
    """A check-in can be started; it is open until `last_day`. In a period that is on `hold` no one is asked for it."""

    last_day: date
    hold: OnHold | None = None
    is_stale: bool = False
    is_renewed: bool = False


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of a draft. `position` counts from 0; `chosen` is the answer given before, if any."""

    draft_id: int
    questionnaire: Questionnaire = field(hash=False)
    position: int
    chosen: int | None


@dataclass(frozen=True, slots=True)
class CheckInStep(AskedQuestion):
    """The question that is asked now.

    `answered` counts the questions that were not skipped; the check-in closes at the end of `last_day`. `was_away`: the
    four weeks that it asks about had hardly a working day. `is_stale` says of any state that the press came too late;
    `is_renewed` that an earlier draft's questions are gone.
    """

    answered: int
    last_day: date
    was_away: bool = False
    is_stale: bool = False
    is_renewed: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Every question was passed, but too many were skipped to give a result."""

    draft_id: int
    last_day: date


@dataclass(frozen=True, slots=True)
class ResultCard:
    """A finished check-in as its owner sees it.

    `strongest`: what was hard most often. `earlier_dates`: of the check-ins of the last twelve months that it is
    compared with, newest first. `causes`: what weighed most; `may_name_causes`: whether that may still be said.
    """

    assessment_id: int
    date: dt.date
    questionnaire: Questionnaire
    result: scoring.Result
    strongest: tuple[Item, ...]
    change: scoring.ScoreChange | None
    earlier_dates: tuple[dt.date, ...]
    is_suspect: bool
    may_redo: bool
    open_recommendations: int
    causes: tuple[Cause, ...]
    may_name_causes: bool


@dataclass(frozen=True, slots=True)
class CausesStep:
    """The check-in is submitted, its result is there, and what weighed most may be said until the period closes.

    `options`: what can be named; `is_asked`: whether the screen is the question itself and not the result's;
    `is_full`: the press named one too many.
    """

    card: ResultCard
    options: Causes
    next_date: date | None
    is_asked: bool = False
    is_full: bool = False
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """What weighed most was said or passed over just now."""

    card: ResultCard


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to answer now: the latest result, and when the next check-in is offered (None: it waits for HR).

    `is_early`: the result is of the period before, and too fresh for another one.
    """

    card: ResultCard
    next_date: date | None
    is_early: bool
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """The person hardly worked in these weeks, or said «not this time» (`is_declined`, known only of that press).

    Nothing is asked before `next_date` (None: the next check-in waits for HR).
    """

    next_date: date | None
    is_declined: bool = False


CheckInState = Ready | CheckInStep | Unfinished | CausesStep | Finished | Done | Postponed


class Event(StrEnum):
    """What can happen to a check-in: a press, or time and a deploy."""

    START = "start"
    ANSWER_ANYWAY = "answer anyway"
    ANSWER = "answer"
    SKIP = "skip"
    BACK = "back"
    LATER = "later"
    HARDLY_WORKED = "hardly worked"
    NOT_THIS_TIME = "not this time"
    REVISIT_SKIPPED = "revisit skipped"
    NAME_CAUSE = "name a cause or take it back"
    CAUSES_SAID = "causes said or passed over"
    REDO = "redo"
    SHOWN = "shown"  # of itself: whatever comes next finds the state after this one
    PERIOD_CLOSES = "period closes"
    TIME_PASSES = "time passes"
    QUESTIONS_REPLACED = "questions replaced"  # a deploy without the version that a draft was begun with


class Transition(NamedTuple):
    """One row of the table: on `event`, if `guard` holds, `source` becomes `target`."""

    source: type[CheckInState]
    event: Event
    target: type[CheckInState]
    guard: str = ""


# Whatever is not in this table stores nothing and shows the state as it is; so does a press of a button that belongs to
# another question, draft or result. docs/checkin-states.md draws the table, and test_checkin_states.py drives the use
# cases through random events and finds each row, and no other.
TRANSITIONS = (
    Transition(Ready, Event.START, CheckInStep, "people are asked in this period"),
    Transition(Ready, Event.START, Ready, "nobody is asked in this period"),
    Transition(Ready, Event.ANSWER_ANYWAY, CheckInStep),
    Transition(Ready, Event.NOT_THIS_TIME, Postponed),
    Transition(CheckInStep, Event.ANSWER, CheckInStep, "questions are left"),
    Transition(CheckInStep, Event.ANSWER, Unfinished, "the last question, too many skipped"),
    Transition(CheckInStep, Event.ANSWER, CausesStep, "the last question, enough answered: submitted"),
    Transition(CheckInStep, Event.SKIP, CheckInStep, "questions are left"),
    Transition(CheckInStep, Event.SKIP, Unfinished, "the last question, too many skipped"),
    Transition(CheckInStep, Event.SKIP, CausesStep, "the last question, enough answered: submitted"),
    Transition(CheckInStep, Event.BACK, CheckInStep, "not the first question"),
    Transition(CheckInStep, Event.LATER, CheckInStep, "every answer is stored already"),
    Transition(CheckInStep, Event.HARDLY_WORKED, Postponed, "the first question"),
    Transition(CheckInStep, Event.HARDLY_WORKED, Done, "the first question, answering anew"),
    Transition(CheckInStep, Event.NOT_THIS_TIME, Postponed, "the first question, no answer"),
    Transition(CheckInStep, Event.NOT_THIS_TIME, Done, "the first question, answering anew"),
    Transition(CheckInStep, Event.NOT_THIS_TIME, CheckInStep, "later, or with an answer"),
    Transition(CheckInStep, Event.PERIOD_CLOSES, Ready),
    Transition(CheckInStep, Event.PERIOD_CLOSES, Done, "answering anew, result under 14 days old"),
    Transition(CheckInStep, Event.QUESTIONS_REPLACED, Ready),
    Transition(CheckInStep, Event.QUESTIONS_REPLACED, Done, "answering anew"),
    Transition(Unfinished, Event.REVISIT_SKIPPED, CheckInStep),
    Transition(Unfinished, Event.PERIOD_CLOSES, Ready),
    Transition(Unfinished, Event.PERIOD_CLOSES, Done, "answering anew, result under 14 days old"),
    Transition(Unfinished, Event.QUESTIONS_REPLACED, Ready),
    Transition(Unfinished, Event.QUESTIONS_REPLACED, Done, "answering anew"),
    Transition(CausesStep, Event.NAME_CAUSE, CausesStep, "two at most"),
    Transition(CausesStep, Event.CAUSES_SAID, Finished),
    Transition(CausesStep, Event.REDO, CheckInStep, "a careless result of this period, once"),
    Transition(CausesStep, Event.PERIOD_CLOSES, Ready, "result at least 14 days old"),
    Transition(CausesStep, Event.PERIOD_CLOSES, Done, "result under 14 days old"),
    Transition(Finished, Event.SHOWN, Done),
    Transition(Done, Event.REDO, CheckInStep, "a careless result of this period, once"),
    Transition(Done, Event.PERIOD_CLOSES, Ready, "result at least 14 days old"),
    Transition(Done, Event.TIME_PASSES, Ready, "result of an earlier period, now 14 days old"),
    Transition(Postponed, Event.START, CheckInStep),
    Transition(Postponed, Event.ANSWER_ANYWAY, CheckInStep),
    Transition(Postponed, Event.PERIOD_CLOSES, Ready),
)
