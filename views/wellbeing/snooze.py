"""What is told after *Tomorrow*, *In 2 hours* and *Not this time* under a message about the check-in."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import keyboard
from keyboards.wellbeing import Answer, Checkin, Snooze, Turn
from services.notifications.snoozes import NothingToSnooze, NoTimeLeft, Snoozed, SnoozeOutcome
from services.wellbeing.checkin import CausesStep, CheckInState, CheckInStep, Done, Postponed, Ready, Unfinished
from views.parts import with_riders
from views.screen import Screen, dated, paragraphs
from views.translator import Translator
from views.wellbeing import checkin

OWN = (Checkin, Snooze, Answer, Turn)  # the buttons of the check-in itself, also where its question has come by then
DAYS = {0: "snooze.today", 1: "snooze.next_day"}


def snoozed(t: Translator, outcome: SnoozeOutcome, pressed: InlineKeyboardMarkup | None) -> Screen:
    """When the next message comes, or why none does; what rode along in the pressed message stays."""
    match outcome:
        case NothingToSnooze():
            return checkin.state(t, outcome.state)
        case NoTimeLeft():
            screen = _small(t, t("snooze.no_time_left", date=t.date(outcome.last_day)))
        case Snoozed():
            screen = _promise(t, outcome)
    return with_riders(screen, pressed, *OWN)


def _promise(t: Translator, outcome: Snoozed) -> Screen:
    return _small(
        t,
        t("snooze.week_is_full") if outcome.is_week_full else None,
        t("snooze.is_later") if outcome.is_later else None,
        _told(t, outcome),
        t("snooze.may_start", date=t.date(outcome.last_day)),
    )


def late_toast(t: Translator, outcome: SnoozeOutcome) -> str | None:
    """What a press that came too late is told."""
    if not isinstance(outcome, NothingToSnooze):
        return None
    if outcome.was_reminded:
        return t("snooze.reminded")
    return t("checkin.finished" if isinstance(outcome.state, CausesStep | Done) else "checkin.closed")


def declined(t: Translator, state: CheckInState, pressed: InlineKeyboardMarkup | None) -> Screen:
    """Nothing more is asked; what is answered so far stays, and what rode along in the pressed message."""
    if isinstance(state, CheckInStep):
        return with_riders(checkin.put_aside(t, state), pressed, *OWN)
    screen = checkin.state(t, state)
    return with_riders(screen, pressed, *OWN) if isinstance(state, Postponed) else screen


def stale_toast(t: Translator, state: CheckInState) -> str | None:
    """What *Not this time* under an old message is told."""
    match state:
        case CausesStep() | Done():
            return t("checkin.finished")
        case CheckInStep(is_stale=True) | Ready() | Unfinished():
            return t("checkin.closed")
    return None


def _told(t: Translator, outcome: Snoozed) -> Text:
    key, time = DAYS.get(outcome.days, "snooze.on_day"), t.time(outcome.at)
    return dated(t(key, date=t.date(outcome.on), weekday=t.weekday(outcome.on), time=time), time, outcome.moment)


def _small(t: Translator, *sentences: str | Text | None) -> Screen:
    return Screen(
        paragraphs(*sentences),
        keyboard([(t("snooze.start_now"), Checkin(action="open"))], [(t("button.menu"), Go(place="menu"))]),
    )
