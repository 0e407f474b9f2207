"""/delete: the right word erases every trace at once, any other word nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models import Base, User
from services.home import Home
from tests.bot.story import ON_SQLITE, SEED, answers, completes, rows
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import finished, invite, member

NAME = "Аннаизвестная"
PLAN = "В среду после планёрки"
WORDS = {
    "ru": ("стереть", "  УДАЛИТЬ ", "Ничего не стёрто: слово другое.", "Готово, ваши данные стёрты."),
    "en": ("erase", " Delete", "Nothing was erased: that isn't the word.", "Done, your data is erased."),
}


async def traces(stage: Stage, *needles: object) -> list[str]:
    """The tables in which one of the needles stands, as a value or within a text."""
    found = await rows(stage)
    return [
        name for name, values in found.items() if any(str(needle) in str(row) for row in values for needle in needles)
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize("locale", ["ru", "en"])
async def test_the_right_word_erases_every_trace(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    wrong, right, kept, gone = WORDS[locale]
    anna = await _full_life(stage, locale, monkeypatch)
    other = await member(stage, 5002, "Борис")
    (other_id, audit_key, user_id) = (
        (await reread(select(User.id).where(User.telegram_id == other.id)))[0],
        (await reread(select(User.audit_key).where(User.telegram_id == anna.id)))[0],
        (await reread(select(User.id).where(User.telegram_id == anna.id)))[0],
    )
    assert await traces(stage, anna.id, NAME, PLAN, audit_key)

    await anna.says("/delete")
    await anna.says(wrong)
    assert anna.screen.startswith(kept)
    await anna.sends(sticker=True)
    await anna.says("/cancel")
    await anna.says(right)
    assert await reread(select(func.count()).select_from(User)) == [2], "the word counts only after /delete"
    await anna.says("/delete")
    await anna.says(right)
    assert anna.screen.startswith(gone)

    assert await traces(stage, anna.id, NAME, PLAN, audit_key) == []
    for column in (column for table in Base.metadata.sorted_tables for column in table.columns):
        if any(key.column.table.name == "users" for key in column.foreign_keys):
            assert user_id not in await reread(select(column)), column
    assert await reread(select(User.id)) == [other_id]
    await anna.says("/menu")
    assert ("Войти можно по ссылке" if locale == "ru" else "You need a link") in anna.screen
    assert stage.world.commands_for(anna.id) == []


@ON_SQLITE
@pytest.mark.parametrize("locale", ["ru", "en"])
async def test_the_button_beside_the_question_leaves_everything(stage: Stage, reread: Reread, locale: str) -> None:
    anna = await finished(stage, locale=locale)
    await anna.says("/delete")
    await anna.presses(anna.buttons[0][0])
    await anna.says(WORDS[locale][1])
    assert len(await reread(select(User))) == 1


@ON_SQLITE
async def test_whoever_left_can_come_back_with_a_new_invite(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    (first,) = await reread(select(User))
    await anna.says("/delete")
    await anna.says("удалить")
    await anna.starts(await invite(stage))
    await anna.presses("Согласиться")
    await completes(stage, anna, SEED)
    assert "Сравнить можно будет в следующий раз." in anna.messages[-1]["text"]
    (second,) = await reread(select(User))
    assert second.audit_key != first.audit_key


async def _full_life(stage: Stage, locale: str, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Somebody with rows in many tables: a result, a plan, messages to come, a draft, a dead letter."""
    anna = await finished(stage, SEED, NAME, locale=locale)
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[1][0])
    await anna.presses("Начать" if locale == "ru" else "Start")
    await anna.presses("Написать свой план" if locale == "ru" else "Write my own plan")
    await anna.says(PLAN)
    await stage.tick()
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await answers(stage, anna, SEED, locale=locale, until=3)
    monkeypatch.setattr("transport.ingest.RETRY_PAUSES", ())
    with monkeypatch.context() as broken:
        broken.setattr(Home, "look", _broken)
        await anna.says("/menu")
    assert {"assessments", "recommendations", "deliveries", "drafts", "deadletters"} <= (await rows(stage)).keys()
    return anna


async def _broken(*_: object) -> None:
    raise RuntimeError("broken")
