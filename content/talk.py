"""The shape of `talk.yaml`: how a manager begins a talk with the team, and what to ask about the group's figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, PositiveInt, model_validator

from content.base import Model, Text, Words, check_unique
from content.rules import Value
from content.rules_vocabulary import TalkRule

COPIED_AT_MOST = 256  # characters that Telegram copies at a press


def _can_be_copied(words: Words) -> Words:
    if max(map(len, words.texts.values())) > COPIED_AT_MOST:
        raise ValueError(f"longer than {COPIED_AT_MOST} characters")
    return words


class TalkQuestion(Words):
    """A question for the team while `when` holds; of those `about` one subject the first is asked."""

    id: Text
    about: Text
    when: TalkRule


class Talk(Model):
    """How to begin, and the questions in the order in which they are looked at."""

    version: PositiveInt
    opening: Annotated[Words, AfterValidator(_can_be_copied)]
    questions: tuple[TalkQuestion, ...]

    @model_validator(mode="after")
    def _there_are_always_two(self) -> Talk:
        check_unique("questions", (question.id for question in self.questions))
        if len({question.about for question in self.questions if question.when.text == "always"}) < 2:
            raise ValueError("questions: two subjects have to be “always” asked about")
        return self

    def questions_about(self, values: Mapping[str, Value], number: int) -> tuple[TalkQuestion, ...]:
        """Return the first so many questions that hold for published figures, one for each subject."""
        chosen: dict[str, TalkQuestion] = {}
        for question in self.questions:
            if question.about not in chosen and question.when.holds(values):
                chosen[question.about] = question
        return tuple(chosen.values())[:number]
