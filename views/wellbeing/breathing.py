"""The breathing exercise: one message that says in, out, in, out."""

from __future__ import annotations

from typing import Literal

from aiogram.utils.formatting import Bold, Text

from keyboards.rows import keyboard
from keyboards.wellbeing import Breathe, RecommendationList
from services.wellbeing.breathing import IN_SECONDS, OUT_SECONDS, ROUNDS
from views.screen import Screen, paragraphs
from views.translator import Translator

Phase = Literal["in", "out"]
PHASES: tuple[tuple[Phase, int], ...] = (("in", IN_SECONDS), ("out", OUT_SECONDS))


def breath(t: Translator, phase: Phase, round_: int) -> Screen:
    """One breath in or out; `round_` counts from 0."""
    seconds = IN_SECONDS if phase == "in" else OUT_SECONDS
    bar = "●" * (round_ + 1) + "○" * (ROUNDS - round_ - 1)
    return Screen(
        paragraphs(Bold(t(f"breathing.{phase}", seconds=seconds)), bar, t("breathing.dizzy")),
        keyboard([(t("breathing.stop"), Breathe(action="stop"))]),
    )


def ended(t: Translator) -> Screen:
    """After the minute, or after *Stop*."""
    return Screen(
        Text(t("breathing.ended")),
        keyboard(
            [(t("breathing.again"), Breathe(action="begin"))],
            [(t("recommendations.to_list"), RecommendationList(kind="open", page=0))],
        ),
    )
