"""New results come with the next message, once for each person and summary, and never as a message of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from models import Delivery, StoredSummary
from services.summary.weekly import Form
from tests.bot.past import said
from tests.fakes.stage import Player, Stage
from tests.people import member

THURSDAY = datetime(2026, 3, 5, 12, tzinfo=UTC)  # the hour of the pulse, 15:00 in Moscow
WEEK = date(2026, 2, 23)
LINES = {
    "ru": "Вышли итоги за 23 февраля – 1 марта: можно посмотреть, что увидел HR.",
    "en": "The results for 23 February – 1 March are out, and you can see what HR saw.",
}
BUTTONS = {"ru": "Посмотреть, что увидел HR", "en": "See what HR saw"}


async def published(stage: Stage, week: date = WEEK, form: Form = Form.ORDINARY) -> None:
    """A summary is there, an hour later."""
    now = stage.clock.advance(hours=1)
    async with stage.database.begin() as session:
        texts = {"ru": "Как прошла неделя", "en": "How the week went"}
        session.add(StoredSummary(week=week, form=str(form), texts=texts, steps=[], created_at=now))


async def next_message(stage: Stage, player: Player, moment: datetime) -> str:
    """What comes at a moment: exactly one message."""
    known = len(player.messages)
    stage.clock.advance_to(moment)
    assert await stage.tick() == 1
    assert len(player.messages) == known + 1
    return said(player)


@pytest.mark.parametrize("language", LINES)
async def test_one_line_and_a_button_come_with_the_next_message_once(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await published(stage)
    assert await stage.tick() == 0, "never a message of its own"
    assert LINES[language] in await next_message(stage, anna, THURSDAY)
    question = anna.message["message_id"]

    await anna.presses(BUTTONS[language])
    assert anna.message["message_id"] > question, "the question stays as it is"
    assert {"ru": "Как прошла неделя", "en": "How the week went"}[language] in said(anna)
    for value in "123":
        await anna.presses(value, message_id=question)
        assert [BUTTONS[language]] in anna.buttons, "answering takes nothing away"

    stage.restart()
    assert LINES[language] not in await next_message(stage, anna, THURSDAY + timedelta(days=4, hours=19))


async def test_the_results_of_a_period_are_called_so(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await published(stage, form=Form.PERIOD)
    assert "Вышли итоги за 23 февраля – 22 марта" in await next_message(stage, anna, THURSDAY)


async def test_each_new_summary_is_told_of_and_only_the_newest(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await published(stage)
    await published(stage, WEEK + timedelta(weeks=1))
    assert said(anna).count("Вышли") == 0
    text = await next_message(stage, anna, THURSDAY)
    assert ("2 марта – 8 марта" in text or "2–8 марта" in text, text.count("Вышли итоги")) == (True, 1)
    await published(stage, WEEK + timedelta(weeks=2))
    assert "Вышли итоги за 9–15 марта" in await next_message(stage, anna, THURSDAY + timedelta(days=1))


@pytest.mark.parametrize("form", [Form.STARTING, Form.TOO_FEW])
async def test_a_summary_without_figures_is_no_news(stage: Stage, form: Form) -> None:
    anna = await member(stage, 1001, "Анна")
    await published(stage, form=form)
    assert "Вышли" not in await next_message(stage, anna, THURSDAY)


async def test_hr_and_newcomers_are_told_nothing(stage: Stage) -> None:
    vera = await member(stage, 1001, "Вера", role="hr")
    await published(stage)
    stage.clock.advance(hours=1)
    anna = await member(stage, 1002, "Анна", ago=timedelta(0))
    stage.clock.advance_to(THURSDAY)
    assert await stage.tick() >= 2
    assert not any("Вышли" in message["text"] for player in (vera, anna) for message in player.messages)


async def test_a_message_that_telegram_did_not_take_brings_the_line_when_it_is_sent_again(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await published(stage)
    stage.clock.advance_to(THURSDAY)
    stage.telegram.refuse("sendMessage", 429, "Too Many Requests", retry_after=5)
    assert await stage.tick() == 0
    assert LINES["ru"] in await next_message(stage, anna, THURSDAY + timedelta(minutes=1))
    async with stage.database.read() as session:
        told = (await session.scalars(select(Delivery.news_week).where(Delivery.news_week.is_not(None)))).all()
    assert told == [WEEK]
