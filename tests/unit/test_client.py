"""What goes out as JSON is what aiogram's own form says, field by field."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, EditMessageReplyMarkup, TelegramMethod
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User

from transport.aiogram_tuning import EditText, GetRawUpdates, SendText
from transport.client import PLAIN, Client, body_of
from views.screen import face_of

MARKUP = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Да", callback_data="a"), InlineKeyboardButton(text="→", url="https://example.org")],
        [InlineKeyboardButton(text="copy", copy_text=CopyTextButton(text="x"))],
    ]
)
ENTITIES = [
    MessageEntity(type="bold", offset=0, length=3),
    MessageEntity(type="text_mention", offset=0, length=3, user=User(id=7, is_bot=False, first_name="Анна")),
]
FACE = face_of("Вопрос 👍 1", ENTITIES, MARKUP)
METHODS: list[TelegramMethod[Any]] = [
    AnswerCallbackQuery(callback_query_id="1", text="Уже выбрано", show_alert=True),
    AnswerCallbackQuery(callback_query_id="1"),
    DeleteMessage(chat_id=7, message_id=3),
    EditMessageReplyMarkup(chat_id=7, message_id=3, reply_markup=MARKUP),
    EditText(
        text=FACE.text, chat_id=7, message_id=3, entities=FACE.entities, parse_mode=None, reply_markup=FACE.buttons
    ),
    EditText(text="half a sign: \ud83d", chat_id=7, message_id=3),
    GetRawUpdates(offset=1, limit=2, timeout=3, allowed_updates=["message", "callback_query"]),
    SendText(chat_id=7, text="a\nb", protect_content=True, message_thread_id=4, parse_mode=None),
]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Bot("1:token", session=Client()) as made:
        yield made


def test_every_plain_method_is_tried() -> None:
    assert {type(method) for method in METHODS} == PLAIN


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
async def test_the_body_says_what_the_form_says(bot: Bot, method: TelegramMethod[Any]) -> None:
    assert isinstance(bot.session, AiohttpSession)
    form = {options["name"]: value for options, _, value in bot.session.build_form_data(bot, method)._fields}
    body = json.loads(body_of(method))
    assert {name: _as_in_a_form(value) for name, value in body.items()} == {
        name: _as_in_a_form(json.loads(value)) if value[:1] in "[{" else value for name, value in form.items()
    }


def _as_in_a_form(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(_without_nothing(value), sort_keys=True)


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nothing(part) for name, part in value.items() if part is not None}
    return [_without_nothing(part) for part in value] if isinstance(value, list) else value
