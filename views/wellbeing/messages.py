"""Invitations to the check-in, the weekly pulse, and questions about a step that is being tried."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.rows import Button
from keyboards.wellbeing import Checkin, PulseButton, RecommendationButton, Snooze
from services.wellbeing.messages import LAST_NUMBER, CheckinMessage, RecommendationMessage
from services.wellbeing.pulse import Question
from views.parts import PartView, menu
from views.screen import covered, paragraphs
from views.translator import Translator
from views.wellbeing.pulse import question_buttons, question_text


def _checkin_text(t: Translator, message: CheckinMessage) -> str:
    which = "wished" if message.is_wished else message.number
    return t(f"reminder.check_{which}", date=t.date(message.last_day))


def _checkin_line(t: Translator, message: CheckinMessage) -> str:
    return t("reminder.also_checkin", date=t.date(message.last_day))


def _checkin_buttons(t: Translator, message: CheckinMessage) -> list[list[Button]]:
    """The invitation may be put off until tomorrow; the last message only be left."""

    def snooze(wish: str) -> Button:
        data = Snooze(wish=wish, period=message.period.toordinal(), number=message.number)
        return t(f"snooze.{wish}"), data

    start: list[Button] = [(t("button.start_checkin"), Checkin(action="open"))]
    if message.number == 0:
        return [start, [snooze("tomorrow"), snooze("soon")], [snooze("never")]]
    return [start, [snooze("never")] if message.number == LAST_NUMBER else [snooze("soon"), snooze("never")]]


def _checkin_rider_buttons(t: Translator, _: CheckinMessage) -> list[list[Button]]:
    return [[(t("reminder.start_checkin"), Checkin(action="open"))]]


def _pulse_text(t: Translator, question: Question) -> Text:
    return paragraphs(t("reminder.pulse_0"), question_text(t, question))


def _pulse_reminder_text(t: Translator, question: Question) -> Text:
    return paragraphs(t("reminder.pulse"), question_text(t, question))


def _pulse_quiet_text(t: Translator, _: Question) -> str:
    return t("reminder.quiet")


def _pulse_line(t: Translator, _: Question) -> str:
    return t("reminder.also_pulse")


def _pulse_buttons(t: Translator, question: Question) -> list[list[Button]]:
    return [*question_buttons(t, question), menu(t)]


def _pulse_rider_buttons(t: Translator, _: Question) -> list[list[Button]]:
    return [[(t("reminder.start_pulse"), PulseButton(action="open"))]]


def _pulse_quiet_buttons(t: Translator, _: Question) -> list[list[Button]]:
    return [[(t("pulse.better_weekly"), PulseButton(action="weekly")), (t("pulse.off"), PulseButton(action="off"))]]


def _review_text(t: Translator, message: RecommendationMessage) -> Text:
    return covered(t("recommendations.review", title=message.title), message.title)


def _nudge_text(t: Translator, message: RecommendationMessage) -> Text:
    key = "recommendations.plan_day" if message.is_planned_today else "recommendations.nudge"
    return covered(t(key, title=message.title), message.title)


def _recommendation_line(t: Translator, message: RecommendationMessage) -> Text:
    key = "reminder.also_plan_day" if message.is_planned_today else "reminder.also_recommendation"
    return covered(t(key, title=message.title), message.title)


def _review_buttons(t: Translator, message: RecommendationMessage) -> list[list[Button]]:
    return [
        [
            (t("reminder.keep"), RecommendationButton(action="keep", id=message.recommendation_id)),
            (t("reminder.swap"), RecommendationButton(action="swap", id=message.recommendation_id)),
            (t("reminder.finish"), RecommendationButton(action="done", id=message.recommendation_id)),
        ]
    ]


def _nudge_buttons(t: Translator, message: RecommendationMessage) -> list[list[Button]]:
    return [
        [(t("reminder.open_recommendation"), RecommendationButton(action="card", id=message.recommendation_id))],
        [(t("reminder.mute_recommendation"), RecommendationButton(action="mute", id=message.recommendation_id))],
    ]


CHECKIN = PartView(_checkin_text, _checkin_line, _checkin_buttons, _checkin_rider_buttons)
PULSE = PartView(_pulse_text, _pulse_line, _pulse_buttons, _pulse_rider_buttons)
PULSE_REMINDER = PartView(_pulse_reminder_text, _pulse_line, _pulse_buttons, _pulse_rider_buttons)
PULSE_QUIET = PartView(_pulse_quiet_text, _pulse_line, _pulse_quiet_buttons, _pulse_quiet_buttons)
REVIEW = PartView(_review_text, _recommendation_line, _review_buttons, _review_buttons)
NUDGE = PartView(_nudge_text, _recommendation_line, _nudge_buttons, _nudge_buttons)
