"""Bare aiogram, as its documentation shows it: polling, state in memory, no database. What the bot is compared with.

Each press reads the state, stores the answer there, edits the message and answers the callback.
"""

from __future__ import annotations

import asyncio
import os
import sys

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

OPTIONS = (
    "Ни разу",
    "Очень редко",
    "Реже одного дня из четырёх",
    "Примерно один день из четырёх",
    "Примерно каждый второй день",
    "Большинство дней",
    "Каждый день",
)
QUESTION = "{} из 20\n\nКак часто так было за последние 4 недели?\n\nЕщё одна просьба или звонок — и это уже слишком."

router = Router()


class Answer(CallbackData, prefix="a"):
    """An option of a question."""

    question: int
    value: int


@router.callback_query(Answer.filter())
async def answer(query: CallbackQuery, callback_data: Answer, state: FSMContext) -> None:
    """Store the answer, show the next question."""
    data = await state.get_data()
    answers = {**data.get("answers", {}), callback_data.question: callback_data.value}
    await state.update_data(answers=answers)
    if isinstance(query.message, Message):
        following = callback_data.question + 1
        await query.message.edit_text(QUESTION.format(following + 1), reply_markup=keyboard(following))
    await query.answer()


def keyboard(question: int) -> InlineKeyboardMarkup:
    """Seven options and a way back."""
    rows = [
        [InlineKeyboardButton(text=text, callback_data=Answer(question=question, value=value).pack())]
        for value, text in enumerate(OPTIONS)
    ]
    back = InlineKeyboardButton(text="← Назад", callback_data="back")
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [back]])


async def main() -> None:
    """Poll until killed."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session=session))


if __name__ == "__main__":
    asyncio.run(main())
