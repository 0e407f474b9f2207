"""What the bot answers to words of despair: fixed words, and buttons that lead to people."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import Button, keyboard
from keyboards.wellbeing import Despair
from views.screen import Screen, lines
from views.translator import Translator


def reply(t: Translator, message_id: int, *, is_member: bool, is_quiet: bool) -> Screen:
    """Return the full reply; a line about contacts that are not configured is left out.

    `message_id`: the person's own message, which they may take away; 0 when it is gone. `is_quiet`: the bot writes
    nothing first just now, which the reply says, together with how to end that.
    """
    return Screen(
        lines(t("crisis.sorry"), *t("crisis.reply").splitlines(), t("crisis.quiet") if is_quiet else None),
        keyboard(
            [_talk(t)],
            [(t("crisis.remove"), Despair(action="remove", message=message_id))] if message_id else None,
            [(t("crisis.write"), Despair(action="write", message=message_id))] if is_quiet else None,
            [(t("button.menu"), Go(place="menu"))] if is_member else None,
        ),
    )


def whom_about(t: Translator, message_id: int) -> Screen:
    """Return the question to people who may have written for others, about their message with this id."""
    return Screen(
        lines(t("crisis.sorry")),
        keyboard(
            [(t("crisis.about_me"), Despair(action="about_me", message=message_id))],
            [(t("crisis.keep"), Despair(action="keep", message=message_id))],
        ),
    )


def gentle(t: Translator) -> Screen:
    """Return one line for words that may mean something else."""
    return Screen(Text(t("crisis.gentle")), keyboard([_talk(t)]), protect=False)


def violence(t: Translator) -> Screen:
    """Return one line for people who are not safe at home."""
    return Screen(Text(t("crisis.violence")), keyboard([_talk(t)]), protect=False)


def _talk(t: Translator) -> Button:
    return t("button.someone_to_talk_to"), Go(place="help_now")
