"""An answer that was typed instead of pressed: taken when exactly one open question can take it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, update

from content import Cause, Content, Words
from content.pulse import PulseItem
from content.questionnaire import Option
from content.texts import Typed
from models import User
from services.account.unit_of_work import UnitOfWork
from services.kit.text import spoken
from services.wellbeing.checkin import CausesStep, CheckIns, CheckInState, CheckInStep, QuestionRef, drafts
from services.wellbeing.pulse import PulsePress, Pulses, PulseState, Question

KEYCAP = re.compile("[\ufe0f\u20e3]")
"""What makes a digit of «7️⃣»."""


@dataclass(frozen=True, slots=True)
class TypedMessage:
    """A message with its place in the chat; `sent_at` in whole seconds."""

    text: str
    id: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class OptionTaken:
    """The option of the check-in that was taken (or what weighed most), and what comes next."""

    option: Words
    state: CheckInState


@dataclass(frozen=True, slots=True)
class Moved:
    """The text stood for a button under the question; `is_put_aside`: the rest waits for later."""

    state: CheckInState
    is_skipped: bool = False
    is_put_aside: bool = False


@dataclass(frozen=True, slots=True)
class OptionMeant:
    """The options that the text may stand for: which one it is has to be asked."""

    options: tuple[Option, ...]
    step: CheckInStep


@dataclass(frozen=True, slots=True)
class ValueTaken:
    """The value of the pulse that was taken, and what comes next."""

    item: PulseItem
    value: int
    state: PulseState


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """The message has answered a question already: Telegram sent it again."""


Taken = OptionTaken | OptionMeant | Moved | ValueTaken | TakenBefore


class TypedAnswers:
    """Take typed answers as the press of the button that they stand for would be taken."""

    def __init__(self, content: Content, checkins: CheckIns, pulses: Pulses) -> None:
        self._checkins = checkins
        self._pulses = pulses
        self._numbers = _Numbers(content.typed)
        self._frequencies = {
            spoken(words): frequency.values for frequency in content.typed.frequencies for words in frequency.words
        }
        self._fillers = re.compile(rf"(?:(?:{_any_of(map(spoken, content.typed.fillers))})[ ,.…-]+)+")
        self._movements = {spoken(one): move for move, words in content.typed.movements.items() for one in words}

    async def take(self, uow: UnitOfWork, message: TypedMessage) -> Taken | None:
        """Answer the open question. Return None where there is none, or where the text may answer two, or none.

        A pulse that no one began gives way to a check-in that someone did.
        """
        step = await self._checkins.state(uow)
        if isinstance(step, CausesStep) and (cause := _cause(step, message.text)) is not None:
            return await self._name(uow, message, step, cause)
        move = self._movements.get(self._said(message.text))
        if isinstance(step, CheckInStep) and move is not None:
            return await self._move(uow, message, step, move)
        return await self._answer(uow, message, step)

    async def _move(self, uow: UnitOfWork, message: TypedMessage, step: CheckInStep, move: str) -> Taken | None:
        if not await _was_asked_before(uow, message.sent_at):
            return None
        if not await _is_new(uow, message):
            return TakenBefore()
        press = QuestionRef(step.draft_id, step.questionnaire.version, step.position)
        match move:
            case "skip":
                return Moved(await self._checkins.answer(uow, press, None), is_skipped=True)
            case "back":
                return Moved(await self._checkins.back(uow, press))
        return Moved(step, is_put_aside=True)

    async def _name(
        self, uow: UnitOfWork, message: TypedMessage, step: CausesStep, cause: Cause
    ) -> OptionTaken | TakenBefore:
        if not await _is_new(uow, message):
            return TakenBefore()
        state = await self._checkins.name_cause(uow, step.card.assessment_id, cause.id, is_on=True)
        return OptionTaken(cause.words, state)

    async def _answer(self, uow: UnitOfWork, message: TypedMessage, step: CheckInState) -> Taken | None:
        question = await self._pulses.state(uow) if uow.member.pulse.is_on else None
        options = self._options(step, message.text) if isinstance(step, CheckInStep) else ()
        is_asked = isinstance(question, Question) and (question.answered or not isinstance(step, CheckInStep))
        value = self._value(question, message.text) if isinstance(question, Question) and is_asked else None
        match step, options, question, value:
            case CheckInStep(), (option,), _, None if await _was_asked_before(uow, message.sent_at):
                if not await _is_new(uow, message):
                    return TakenBefore()
                press = QuestionRef(step.draft_id, step.questionnaire.version, step.position)
                return OptionTaken(option, await self._checkins.answer(uow, press, option.value))
            case CheckInStep(), (_, _, *_), _, None:
                return OptionMeant(options, step)
            case _, (), Question(), int():
                if not await _is_new(uow, message):
                    return TakenBefore()
                tap = PulsePress(question.week.isoformat(), question.item.metric, value)
                return ValueTaken(question.item, value, await self._pulses.answer(uow, tap))
        return None

    def _said(self, text: str) -> str:
        """Return the words of a text without what people say before them."""
        words = spoken(text)
        filler = self._fillers.match(words)
        return words[filler.end() :] if filler else words

    def _options(self, step: CheckInStep, text: str) -> tuple[Option, ...]:
        """Return the option with these words, or the one in this place, counted from 1; several for vague words."""
        scale, words = step.questionnaire.response_scale, self._said(text)
        for option in scale:
            if words in map(spoken, option.texts.values()):
                return (option,)
        if values := self._frequencies.get(words, ()):
            return tuple(option for option in scale if option.value in values)
        place = self._numbers.place(words, len(scale))
        return (scale[place - 1],) if place else ()

    def _value(self, question: Question, text: str) -> int | None:
        scale = question.pulse.answer
        value = self._numbers.number(spoken(text), scale.max)
        return value if value is not None and value >= scale.min else None


class _Numbers:
    """Numbers and places, in figures or words, with what people write around them."""

    def __init__(self, typed: Typed) -> None:
        numbers = {str(number): number for number in range(100)}
        numbers |= {spoken(word): number for number, words in typed.numbers.items() for word in words}
        places = {spoken(word): place for place, words in typed.places.items() for word in words}
        self._numbers, self._places = numbers, numbers | places
        before, after = typed.around_a_number.before, typed.around_a_number.after
        self._form = re.compile(
            rf"(?:(?:{_any_of(before)}) ?)*(?P<number>{_any_of(self._places)})\)?(?: (?:{_any_of(after)}))?"
            rf"(?: ?(?:{_any_of(typed.out_of)}) ?(?P<top>{_any_of(numbers)}))?"
        )

    def number(self, words: str, top: int) -> int | None:
        """Return the number up to `top` that was typed, alone or out of `top`."""
        return self._read(words, top, self._numbers)

    def place(self, words: str, last: int) -> int | None:
        """Return the place up to `last` that was typed, «3» or «third»."""
        return self._read(words, last, self._places)

    def _read(self, words: str, top: int, known: dict[str, int]) -> int | None:
        found = self._form.fullmatch(KEYCAP.sub("", words))
        number = known.get(found["number"]) if found else None
        if found is None or number is None or number > top:
            return None
        return number if found["top"] is None or self._numbers[found["top"]] == top else None


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of these, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _cause(step: CausesStep, text: str) -> Cause | None:
    """Return the cause with these words; a number may be meant for the pulse, and is none."""
    words = spoken(text)
    return next((one for one in step.options.items if words in map(spoken, one.words.texts.values())), None)


async def _was_asked_before(uow: UnitOfWork, sent_at: datetime) -> bool:
    """Return whether the text can be about the question: one that was sent earlier was about an earlier one."""
    draft = await drafts.find_open(uow)
    return draft is not None and draft.updated_at.replace(microsecond=0) <= sent_at


async def _is_new(uow: UnitOfWork, message: TypedMessage) -> bool:
    """Note that the message answers a question; return False for the latest such message or one before it."""
    sent_at, id_ = User.typed_answer_sent_at, User.typed_answer_id
    is_later = or_(sent_at.is_(None), sent_at < message.sent_at, and_(sent_at == message.sent_at, id_ < message.id))
    noted = await uow.session.scalar(
        update(User)
        .where(User.id == uow.member.id, is_later)
        .values(typed_answer_sent_at=message.sent_at, typed_answer_id=message.id)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    return noted is not None
