"""/history: the list, one result with its change, and the answers behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from keyboards.wellbeing import HistoryEntry, HistoryList
from models import Assessment
from services.kit.calendar import WEEK
from services.wellbeing.history import ANSWERS_ON_A_PAGE, PAGE_SIZE
from tests.bot.past import check_in, said
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member

PERIOD = 4 * WEEK
LONGEST_MESSAGE = 4096


async def has_past(stage: Stage, player: Player, examples: list[int]) -> list[int]:
    """Check-ins of so many periods, the last one now; gives their ids, oldest first."""
    start = stage.clock()
    for number, example in enumerate(examples):
        stage.clock.advance_to(start + number * PERIOD)
        await check_in(stage, player, stage.clock(), example=example)
    async with stage.database.read() as session:
        return list(await session.scalars(select(Assessment.id).order_by(Assessment.period)))


@pytest.mark.parametrize(("language", "words"), [("ru", "Результата пока нет"), ("en", "There's no result yet")])
async def test_before_the_first_there_is_none(stage: Stage, language: str, words: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/history")
    assert words in said(anna)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("language", "entries", "opened", "change"),
    [
        (
            "ru",
            [
                "29 апреля 2026: 53 из 120: тяжело примерно в один день из четырёх",
                "1 апреля 2026: 49 из 120: тяжело редко; усталость примерно каждый второй день",
                "4 марта 2026: 78 из 120: тяжело примерно каждый второй день",
            ],
            "Самопроверка от 1 апреля 2026",
            "По сравнению с результатом от 4 марта: на 29 ниже.",
        ),
        (
            "en",
            [
                "29 April 2026: 53 of 120: hard moments about one day in four",
                "1 April 2026: 49 of 120: hard moments rarely; exhaustion about half the days",
                "4 March 2026: 78 of 120: hard moments about half the days",
            ],
            "Check-in on 1 April 2026",
            "Compared with 4 March: lower by 29.",
        ),
    ],
)
async def test_the_list_and_one_result(
    stage: Stage, language: str, entries: list[str], opened: str, change: str
) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await has_past(stage, anna, [0, 1, 2])
    await anna.says("/history")
    assert "\n".join(entries) in said(anna), "the newest first"
    assert anna.message["has_protected_content"]
    listed = anna.message["message_id"]
    await anna.presses(entries[1].partition(":")[0].replace(" ", "\u00a0"))
    assert anna.message["message_id"] == listed
    assert said(anna).startswith(opened)
    assert change in said(anna)
    assert "36" in said(anna)
    await anna.presses("← История" if language == "ru" else "← History")
    assert "\n".join(entries) in said(anna)


async def test_the_answers_are_given_in_words_and_in_order(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START, example=0, q14=None)
    questionnaire = stage.app.content.questionnaire
    await anna.says("/history")
    await anna.presses("4\u00a0марта")
    await anna.presses("Ответы")
    pages = [said(anna)]
    await anna.presses("›")
    pages.append(said(anna))
    assert not any("›" in row for row in anna.buttons)
    assert anna.message["has_protected_content"]
    place = 0
    text = "\n".join(pages)
    for key in questionnaire.order:
        answer = questionnaire.examples[0].answers[key]
        words = "Пропущено" if key == "14" else questionnaire.response_scale[answer].ru
        place = text.index(f"{questionnaire.item(key).ru}\n{words}", place)
    await anna.presses("‹")
    assert said(anna) == pages[0]
    await anna.presses("← Назад")
    assert said(anna).startswith("Самопроверка от 4 марта")


async def test_no_page_of_answers_can_outgrow_a_message(stage: Stage) -> None:
    questionnaire = stage.app.content.questionnaire
    for locale in ("ru", "en"):
        lengths = sorted((len(item.in_(locale)) for item in questionnaire.items), reverse=True)
        option = max(len(option.in_(locale)) for option in questionnaire.response_scale)
        assert sum(lengths[:ANSWERS_ON_A_PAGE]) + ANSWERS_ON_A_PAGE * (option + 3) < LONGEST_MESSAGE - 200


async def test_the_list_has_pages_and_a_result_leads_back_to_its_page(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await has_past(stage, anna, [0] * (PAGE_SIZE + 1))
    await anna.says("/history")
    assert "Страница 1 из 2" in said(anna)
    assert said(anna).count("78 из 120") == PAGE_SIZE
    await anna.presses("›")
    assert "4 марта 2026: 78 из 120" in said(anna)
    assert said(anna).count("78 из 120") == 1
    await anna.presses("4\u00a0марта")
    await anna.presses("← История")
    assert "Страница 2 из 2" in said(anna)
    await anna.presses(data=HistoryList(page=99).pack())
    assert "Страница 2 из 2" in said(anna)
    stage.telegram.take_refusals()  # the same page again is no change


@pytest.mark.parametrize("action", ["show", "answers"])
async def test_nobody_opens_what_belongs_to_somebody_else(stage: Stage, action: str) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис")
    [theirs] = await has_past(stage, anna, [0])
    for assessment in (theirs, 999_999):
        before = said(boris)
        press = HistoryEntry(action=action, assessment=assessment, page=0)
        await boris.presses(data=press.pack())
        assert said(boris) == before
        assert boris.toast == "Эта кнопка не ваша."
    await boris.says("/history")
    assert "Результата пока нет" in said(boris)


async def test_looking_changes_nothing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START - timedelta(seconds=1))
    before = await reread(select(Assessment.answers))
    await anna.says("/history")
    await anna.presses("4\u00a0марта")
    await anna.presses("Ответы")
    assert await reread(select(Assessment.answers)) == before
