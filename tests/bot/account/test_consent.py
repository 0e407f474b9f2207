"""The consent: declined, withdrawn, changed, given again; leavers; links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from content import Content, Words, load_content
from content.texts import Consent
from keyboards.account import Go, Own, Say
from keyboards.lifecycle import Join
from keyboards.outreach import AskHr
from models import Assessment, Draft, User
from services.lifecycle import invites
from tests.bot.past import check_in
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, documents
from tests.bot.test_deliveries import live
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import AGREE, member

TEXTS = {
    "ru": {
        "withdraw": "Отозвать согласие",
        "confirm": "Отозвать",
        "withdrawn": "Согласие отозвано",
        "changed": "Текст согласия изменился: названо, кто ещё видит имя.",
        "title": "Выдох: прежде чем начать",
        "not_now": "Не сейчас",
        "undecided": "Пока решения нет",
        "again": "Спасибо, всё снова работает.",
        "closed": "закрыла ваш доступ",
        "word": "УДАЛИТЬ",
        "erased": "Готово, ваши данные стёрты",
    },
    "en": {
        "withdraw": "Withdraw consent",
        "confirm": "Withdraw",
        "withdrawn": "Consent withdrawn",
        "changed": "The consent text has changed: who else sees the name.",
        "title": "Exhale: before we begin",
        "not_now": "Not now",
        "undecided": "Until you decide",
        "again": "Thank you, everything works again.",
        "closed": "has closed your access",
        "word": "Delete",
        "erased": "Done, your data is erased",
    },
}
BOTH = pytest.mark.parametrize("language", ["ru", "en"])


async def stands_at(stage: Stage, player: Player, **values: Any) -> None:
    """Change the row of a person, as time or HR would."""
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == player.id).values(**values))


# --- consent: withdrawn -----------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@BOTH
async def test_withdrawing_takes_two_steps_and_counts_once(stage: Stage, reread: Reread, language: str) -> None:
    words = TEXTS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.presses(anna.buttons[0][0])  # one answer of a check-in
    await anna.says("/privacy")
    await anna.presses(words["withdraw"])
    assert "/delete" in anna.screen, "how it differs"
    assert await reread(select(User.consent_withdrawn_at)) == [None]
    await presses_twice(stage, anna, words["confirm"])
    assert words["withdrawn"] in anna.screen
    stage.clock.advance(hours=1)
    await anna.presses(data=Own(action="withdrawn").pack())
    stage.telegram.take_refusals()
    assert await reread(select(User.consent_withdrawn_at)) == [START]
    assert len(await reread(select(Draft))) == 1, "records stay"


async def test_without_consent_nothing_is_asked_and_the_own_data_is_open(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    question = anna.message["message_id"]
    await stands_at(stage, anna, consent_withdrawn_at=START)
    for command in ("/menu", "/checkin", "/pulse", "/recommendations", "/dashboard", "что-нибудь", "/nothing"):
        await anna.says(command)
        assert "Согласие отозвано" in anna.screen, command
    await anna.presses("Ни разу", message_id=question)
    assert "Согласие отозвано" in anna.screen, "an answer to an old question"
    for command in ("/help", "/help_now", "/privacy", "/delete"):
        await anna.says(command)
        assert "Согласие отозвано" not in anna.screen, command
    await anna.says("/cancel")
    await anna.says("/export")
    assert len(documents(stage, anna)) == 2
    assert (await all_rows(stage))["drafts"][0]["answers"] == {}


async def test_after_a_withdrawal_the_bot_does_not_write(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await stage.tick()
    await anna.presses(data=Own(action="withdrawn").pack())
    said = len(anna.messages)
    await live(stage, anna, stage.clock() + timedelta(days=14))
    await stage.tick()
    assert len(anna.messages) == said


@BOTH
async def test_coming_back_shows_the_consent_and_clears_the_withdrawal(
    stage: Stage, reread: Reread, language: str
) -> None:
    words = TEXTS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await check_in(stage, anna, stage.clock())
    stage.clock.advance(days=1)
    await anna.presses(data=Own(action="withdrawn").pack())
    await anna.says("/start")
    assert anna.screen.startswith(words["title"])
    await anna.presses(words["not_now"])
    assert words["undecided"] in anna.screen
    await anna.presses(anna.buttons[0][0])
    assert anna.screen.startswith(words["title"])
    await presses_twice(stage, anna, AGREE[language])
    assert (words["again"] in anna.screen) or anna.screen.startswith({"ru": "Выдох ·", "en": "Exhale ·"}[language])
    (user,) = await reread(select(User))
    assert (user.consent_withdrawn_at, user.consent_at, user.plan_at) == (None, stage.clock(), stage.clock())
    assert len(await reread(select(Assessment))) == 1


async def test_the_consent_can_be_read_in_the_other_language_again(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.presses(data=Own(action="withdrawn").pack())
    await anna.says("/start")
    await anna.presses("English")
    assert anna.screen.startswith("Exhale: before we begin")
    await anna.presses("Agree")
    assert anna.screen.startswith("This is a check-in"), "back to the question, in the language of the consent"


async def test_agreeing_goes_on_where_the_person_was(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    question = anna.screen
    await anna.presses(data=Own(action="withdrawn").pack())
    await anna.says("/start")
    await anna.presses("Согласиться")
    assert anna.screen == question


# --- consent: a new text ----------------------------------------------------------------------------------------------


@pytest.fixture
def new_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the next restart on, the consent has another version."""

    def changed() -> Content:
        content = load_content()
        changes = Words(ru="названо, кто ещё видит имя", en="who else sees the name")
        consent = Consent(version=3, ru=content.consent.ru, en=content.consent.en, changes=changes)
        return replace(content, consent=consent)

    monkeypatch.setattr("tests.fakes.stage.load_content", changed)


@BOTH
async def test_a_changed_text_stands_before_everything_that_asks(
    stage: Stage, reread: Reread, new_text: None, language: str
) -> None:
    words = TEXTS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    question = anna.message["message_id"]
    await check_in(stage, anna, stage.clock())
    answers = await reread(select(Assessment.answers))
    stage.restart()
    for command in ("/checkin", "/pulse", "/menu", "/start", "hello"):
        await anna.says(command)
        assert words["changed"] in anna.screen, command
    await anna.presses(anna.buttons[1][1])  # the other language
    await anna.presses(anna.buttons[1][1])
    await presses_twice(stage, anna, words["not_now"])
    assert words["undecided"] in anna.screen
    await anna.presses(message_id=question, data=Go(place="menu").pack())
    assert words["changed"] in anna.screen
    for command in ("/help", "/help_now", "/privacy", "/delete"):
        await anna.says(command)
        assert words["changed"] not in anna.screen, command
    await anna.says("/start")
    await presses_twice(stage, anna, AGREE[language])
    assert await reread(select(User.consent_version)) == [3]
    assert await reread(select(Assessment.answers)) == answers, "old answers are untouched"
    await anna.says("/menu")
    assert words["changed"] not in anna.screen


async def test_a_button_of_the_old_text_agrees_to_nothing(stage: Stage, reread: Reread, new_text: None) -> None:
    anna = await member(stage, 1001, "Анна")
    stage.restart()
    await anna.presses(data=Join(action="agree", locale="ru", version=2, token="").pack())
    assert "Текст согласия изменился" in anna.screen
    assert await reread(select(User.consent_version)) == [2]


async def test_newcomers_read_the_new_text_without_a_note_about_changes(stage: Stage, new_text: None) -> None:
    stage.restart()
    anna = await member(stage, 1001, "Анна")
    assert "изменился" not in str(anna.messages)
    await anna.says("/menu")
    assert "изменился" not in anna.screen


async def test_an_old_decline_button_declines_nothing(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await anna.presses(data=Join(action="decline", locale="ru", version=2, token="").pack())
    assert anna.screen.startswith("Выдох · Анна")


# --- offboarded -------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_leaver_has_the_own_data_and_nothing_else(stage: Stage, language: str) -> None:
    words = TEXTS[language]
    anna = await member(stage, 1001, "Анна", language=language)
    await stands_at(stage, anna, offboarded_at=START, consent_withdrawn_at=START)
    until = {"ru": "4\u00a0марта\u00a02027", "en": "4\u00a0March\u00a02027"}[language]
    for command in ("/menu", "/start", "/checkin", "/settings", "/start " + "A" * 43, "?"):
        await anna.says(command)
        assert words["closed"] in anna.screen, command
        assert until in anna.screen
    for data in (AskHr(action="open"), Say(), Own(action="come_back"), Own(action="withdrawn"), Go(place="menu")):
        await anna.presses(data=data.pack())
        assert words["closed"] in anna.screen, data
    stage.telegram.take_refusals()
    for command in ("/help", "/help_now", "/privacy"):
        await anna.says(command)
        assert words["closed"] not in anna.screen, command
    assert AskHr(action="open").pack() not in str(anna.messages), "neither HR"
    assert Say().pack() not in str(anna.messages), "nor a manager"
    await anna.says("/export")
    assert len(documents(stage, anna)) == 2
    await anna.says("/delete")
    await anna.says(words["word"])
    assert words["erased"] in anna.screen
    assert (await all_rows(stage))["users"] == []


async def test_a_leaver_is_not_written_to(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await stage.tick()
    await stands_at(stage, anna, offboarded_at=START)
    said = len(anna.messages)
    await live(stage, anna, stage.clock() + timedelta(days=14))
    await stage.tick()
    assert len(anna.messages) == said


# --- links ------------------------------------------------------------------------------------------------------------


async def test_declined_used_and_expired_links(stage: Stage) -> None:
    now = stage.clock()
    async with stage.database.begin() as session:
        token = await invites.create(
            session, role="employee", department_id=None, uses=1, lifetime=timedelta(days=3), now=now
        )
    anna, boris = stage.person(1001, "Анна"), stage.person(1002, "Борис")
    await anna.starts(token)
    await anna.presses("Не сейчас")
    assert "ничего не сохранено" in anna.screen
    assert "7\u00a0марта" in anna.screen, "until when the link works"
    assert (await all_rows(stage))["users"] == []
    await boris.starts(token)
    await boris.presses("Согласиться")
    await anna.starts(token)
    assert "больше не действует" in anna.screen
    assert "HR вашей компании" in anna.screen, "whom to ask"
    stage.clock.advance(days=4)
    await anna.starts("B" * 43)
    assert "больше не действует" in anna.screen
