"""The harness itself: a double that notices nothing would let every other test pass."""

from __future__ import annotations

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from db.database import Database
from playground import BotApi, Person, World
from tests.clock import ManualClock
from tests.databases import SQLiteDatabases
from tests.fakes.telegram import FakeTelegram

ANNA = 1001


@pytest.fixture
def telegram(clock: ManualClock) -> FakeTelegram:
    world = World([Person(ANNA, "Anna")], clock=clock)
    world.person_starts(ANNA)
    return FakeTelegram(BotApi(world))


@pytest.fixture
def client(telegram: FakeTelegram) -> Bot:
    return Bot("1:token", session=telegram)


async def test_a_call_goes_over_the_wire_and_back(telegram: FakeTelegram, client: Bot) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
    sent = await client.send_message(ANNA, "Hello", reply_markup=markup, protect_content=True)
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "go"
    assert sent.has_protected_content
    assert telegram.called("sendMessage")[0].params["chat_id"] == str(ANNA), "a form holds strings"
    assert telegram.server.world.chat(ANNA)[-1]["text"] == "Hello"
    telegram.verify()


async def test_files_arrive(telegram: FakeTelegram, client: Bot) -> None:
    sent = await client.send_document(ANNA, BufferedInputFile(b"a,b", "table.csv"))
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("table.csv", 3)
    file = await client.download(sent.document)
    assert file is not None
    assert file.read() == b"a,b"


async def test_a_refusal_is_noticed_even_when_the_bot_shrugs(telegram: FakeTelegram, client: Bot) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await client.send_message(4, "Hello")
    with pytest.raises(AssertionError, match=r"sendMessage: .*chat not found"):
        telegram.verify()
    assert telegram.take_refusals() == ["sendMessage: Bad Request: chat not found"]
    telegram.verify()


async def test_arranged_failures(telegram: FakeTelegram, client: Bot) -> None:
    telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(TelegramRetryAfter) as caught:
        await client.send_message(ANNA, "one")
    assert caught.value.retry_after == 3
    telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    with pytest.raises(TelegramForbiddenError):
        await client.send_message(ANNA, "two")
    telegram.break_connection("sendMessage", carried_out=False)
    telegram.break_connection("sendMessage", carried_out=True)
    for text in ("three", "four"):
        with pytest.raises(TelegramNetworkError):
            await client.send_message(ANNA, text)
    await client.send_message(ANNA, "five")
    assert [m["text"] for m in telegram.server.world.chat(ANNA) if m["from"]["is_bot"]] == ["four", "five"]
    telegram.verify()


async def test_a_call_inside_a_transaction_fails_the_test(
    telegram: FakeTelegram, client: Bot, sqlite_databases: SQLiteDatabases
) -> None:
    database = Database(sqlite_databases.migrated())
    async with database.begin():
        await client.get_me()
    await database.dispose()
    with pytest.raises(AssertionError, match=r"inside a transaction.*getMe"):
        telegram.verify()
