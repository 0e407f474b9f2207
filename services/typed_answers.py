"""An answer that was typed instead of pressed: taken where exactly one question is open that it can answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from content import Content
from content.pulse import PulseItem
from content.questionnaire import Option
from services.account.unit_of_work import UnitOfWork
from services.kit.text import spoken
from services.wellbeing.checkin import CheckIns, CheckInState, CheckInStep, QuestionRef, drafts
from services.wellbeing.pulse import PulsePlace, PulsePress, Pulses, Question


@dataclass(frozen=True, slots=True)
class OptionTaken:
    """The option of the check-in that was taken, and what comes next."""

    option: Option
    place: CheckInState


@dataclass(frozen=True, slots=True)
class ValueTaken:
    """The value of the pulse that was taken, and what comes next."""

    item: PulseItem
    value: int
    place: PulsePlace


class TypedAnswers:
    """Answers as the press of the button does that stands for what was typed."""

    def __init__(self, content: Content, checkins: CheckIns, pulses: Pulses) -> None:
        self._checkins = checkins
        self._pulses = pulses
        out_of = "|".join(re.escape(words) for words in content.typed.out_of)
        self._number = re.compile(rf"(\d{{1,2}})(?: ?(?:{out_of}) ?(\d{{1,2}}))?")

    async def take(self, uow: UnitOfWork, text: str, sent_at: datetime) -> OptionTaken | ValueTaken | None:
        """Answer the open question. Return None where there is none, or where the text may answer two, or none.

        A pulse that nobody began gives way to a check-in that somebody did. `sent_at`: in whole seconds.
        """
        step = await self._checkins.state(uow)
        question = await self._pulses.place(uow) if uow.member.pulse.is_on else None
        option = self._option(step, text) if isinstance(step, CheckInStep) else None
        is_asked = isinstance(question, Question) and (question.answered or not isinstance(step, CheckInStep))
        value = self._value(question, text) if isinstance(question, Question) and is_asked else None
        match step, option, question, value:
            case CheckInStep(), Option(), _, None if await _was_asked_before(uow, sent_at):
                press = QuestionRef(step.draft_id, step.questionnaire.version, step.position)
                return OptionTaken(option, await self._checkins.answer(uow, press, option.value))
            case _, None, Question(), int():
                tap = PulsePress(question.week.isoformat(), question.item.metric, value)
                return ValueTaken(question.item, value, await self._pulses.answer(uow, tap))
        return None

    def _option(self, step: CheckInStep, text: str) -> Option | None:
        """Return the option with these words, or the one that stands in this place, counted from 1."""
        options, words = step.questionnaire.response_scale, spoken(text)
        for option in options:
            if words in {spoken(option.ru), spoken(option.en)}:
                return option
        place = self._number_of(words, len(options))
        return options[place - 1] if place else None

    def _value(self, question: Question, text: str) -> int | None:
        scale = question.pulse.answer
        value = self._number_of(spoken(text), scale.max)
        return value if value is not None and value >= scale.min else None

    def _number_of(self, words: str, top: int) -> int | None:
        """Return the number up to `top` that was typed, alone or out of `top`."""
        found = self._number.fullmatch(words)
        if found is None or int(found[1]) > top or (found[2] is not None and int(found[2]) != top):
            return None
        return int(found[1])


async def _was_asked_before(uow: UnitOfWork, sent_at: datetime) -> bool:
    """Return whether the text can be about the question: one that Telegram sends again was about an earlier one."""
    draft = await drafts.find_open(uow)
    return draft is not None and draft.updated_at.replace(microsecond=0) <= sent_at
