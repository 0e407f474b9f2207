"""What weighed most, on the screen: the question after a check-in, and what was named."""

from __future__ import annotations

from aiogram.utils.formatting import Bold

from keyboards.rows import keyboard
from keyboards.wellbeing import CauseButton, CausesPage
from services.wellbeing.checkin import CausesStep, ResultCard
from views.screen import Screen, paragraphs
from views.translator import Translator

CHOSEN = "● "


def question(t: Translator, step: CausesStep) -> Screen:
    """One button for each cause; a press on one that is named takes it back."""
    card, named = step.card, step.card.causes
    return Screen(
        paragraphs(Bold(t("causes.question")), t("causes.how"), t("causes.who_sees")),
        keyboard(
            *(
                [
                    (
                        (CHOSEN if cause in named else "") + t.words(cause.words),
                        CauseButton(
                            assessment=card.assessment_id, cause=cause.id, action="drop" if cause in named else "name"
                        ),
                    )
                ]
                for cause in step.options.items
            ),
            [(t("causes.done" if named else "causes.skip"), CausesPage(action="done", assessment=card.assessment_id))],
        ),
    )


def named(t: Translator, card: ResultCard) -> str | None:
    """What the person said weighed most, on one line."""
    said = "; ".join(t.words(cause.words).lower() for cause in card.causes)
    return t("causes.named", list=said) if said else None
