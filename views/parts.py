"""How one kind of message reads when it shares a message with others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import Button
from views.translator import Translator

Content = TypeVar("Content")
Buttons = Callable[[Translator, Content], Sequence[list[Button]]]


@dataclass(frozen=True, slots=True)
class PartView(Generic[Content]):
    """The `text` and the `buttons` of a part that leads, the `line` and the `rider_buttons` of one that rides along."""

    text: Callable[[Translator, Content], str | Text]
    line: Callable[[Translator, Content], str]
    buttons: Buttons[Content]
    rider_buttons: Buttons[Content]


def menu(t: Translator) -> list[Button]:
    """The way to the home screen."""
    return [(t("button.menu"), Go(place="menu"))]
