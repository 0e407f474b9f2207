"""Messages that the bot sends by itself. The first line gives nothing away; what rides along has a line and button."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.callbacks import Checkin, Go, PulseButton, TipButton
from keyboards.rows import Button, keyboard
from services import kinds
from services.deliveries import Due, Part
from services.kinds import AboutCheckin, AboutContact, AboutPulse, AboutReturn, AboutTip
from views import contact
from views.screen import Screen, paragraphs
from views.translator import Translator


def proactive(t: Translator, due: Due) -> Screen:
    """The message of one delivery, with everything that is due on the same day."""
    leader, *riders = due.parts
    return Screen(
        paragraphs(_text(t, leader), *(_line(t, rider) for rider in riders)),
        keyboard(*(row for part in due.parts for row in _buttons(t, part))),
    )


def _text(t: Translator, part: Part) -> str | Text:
    match part.about:
        case AboutContact(_, letter):
            return contact.notice(t, letter)
        case AboutCheckin(number, last_day):
            return t(f"reminder.check_{number}", date=t.date(last_day))
        case AboutPulse():
            return t(_PULSE_TEXTS[part.kind])
        case AboutTip(_, title, _):
            return t("recommendations.review" if part.kind == kinds.REVIEW else "recommendations.nudge", title=title)
        case AboutReturn():
            return t("reminder.welcome_back")


def _line(t: Translator, part: Part) -> str:
    match part.about:
        case AboutCheckin(_, last_day):
            return t("reminder.also_checkin", date=t.date(last_day))
        case AboutPulse():
            return t("reminder.also_pulse")
        case AboutTip(_, title, _):
            return t("reminder.also_tip", title=title)
        case AboutReturn():
            return t("reminder.welcome_back")
        case AboutContact():
            raise AssertionError("a request to HR travels alone")


def _buttons(t: Translator, part: Part) -> list[list[Button]]:
    match part.about:
        case AboutCheckin():
            return [[(t("reminder.start_checkin"), Checkin(action="open"))]]
        case AboutPulse():
            return [_pulse_buttons(t, part.kind)]
        case AboutTip(tip_id, _, _) if part.kind == kinds.REVIEW:
            return [
                [
                    (t("reminder.keep"), TipButton(action="keep", id=tip_id)),
                    (t("reminder.swap"), TipButton(action="swap", id=tip_id)),
                    (t("reminder.finish"), TipButton(action="done", id=tip_id)),
                ]
            ]
        case AboutTip(tip_id, _, _):
            return [
                [(t("reminder.open_step"), TipButton(action="card", id=tip_id))],
                [(t("reminder.mute_step"), TipButton(action="mute", id=tip_id))],
            ]
        case AboutReturn():
            return [[(t("button.menu"), Go(place="menu"))]]
        case AboutContact(request_id, _):
            return contact.replies(t, request_id, "open")


def _pulse_buttons(t: Translator, kind: str) -> list[Button]:
    if kind == kinds.PULSE_QUIET:
        return [(t("pulse.better_weekly"), PulseButton(action="weekly")), (t("pulse.off"), PulseButton(action="off"))]
    return [(t("reminder.start_pulse"), PulseButton(action="open"))]


_PULSE_TEXTS = {
    kinds.PULSE: "reminder.pulse_0",
    kinds.PULSE_REMINDER: "reminder.pulse",
    kinds.PULSE_QUIET: "reminder.quiet",
}
