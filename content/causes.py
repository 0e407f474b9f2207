"""The shape of `causes.yaml`: what may weigh on people at work."""

from __future__ import annotations

from pydantic import PositiveInt, model_validator

from content.base import CauseKey, Model, Words, check_unique

BUTTON_LENGTH = 30


class Cause(Model):
    """One thing that may weigh on a person. `counted`: whether it may become part of a figure."""

    id: CauseKey
    words: Words
    counted: bool = True
    stands_alone: bool = False


class Causes(Model):
    """The causes in the order of their buttons; a person names up to `limit`."""

    version: PositiveInt
    limit: PositiveInt
    items: tuple[Cause, ...]

    @property
    def counted(self) -> tuple[Cause, ...]:
        """The causes that may become part of a figure."""
        return tuple(cause for cause in self.items if cause.counted)

    def get(self, id_: str) -> Cause | None:
        """Return the cause with this id, or None when this version of the content does not have it."""
        return next((cause for cause in self.items if cause.id == id_), None)

    @model_validator(mode="after")
    def _buttons(self) -> Causes:
        check_unique("items", (cause.id for cause in self.items))
        for cause in self.items:
            if max(map(len, cause.words.texts.values())) > BUTTON_LENGTH:
                raise ValueError(f"items.{cause.id}.words: a button holds {BUTTON_LENGTH} characters")
        if self.limit != 2:
            raise ValueError("limit: an answer has a place for two")
        return self
