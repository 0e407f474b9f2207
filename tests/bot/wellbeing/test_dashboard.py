"""/dashboard: a photo with its figures in words, redrawn in place, gone when another screen takes its place."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from keyboards.wellbeing import Chart
from models import Recommendation
from tests.bot.past import THIS_WEEK, check_in, pulses, said
from tests.clock import START
from tests.fakes.stage import Player, Stage
from tests.people import member
from views import charts

ROOT = Path(__file__).resolve().parents[3]
YEAR = [(5, 6, 7), (4, 6, 7), None, (3, 5, 8)] * 13
LONGEST_PAUSE_MS = 50
ATTEMPTS = 8  # one is enough: what else runs on the machine makes pauses too, and they are not the chart's doing


def photos(player: Player) -> list[int]:
    return [message["message_id"] for message in player.messages if "photo" in message]


def texts(player: Player) -> list[str]:
    return [message["text"] for message in player.messages if "text" in message]


@pytest.mark.parametrize(("language", "words"), [("ru", "Первая точка появится"), ("en", "The first point comes")])
async def test_without_answers_it_says_what_will_be_there(stage: Stage, language: str, words: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    await anna.says("/dashboard")
    assert words in said(anna)
    assert photos(anna) == []
    await anna.presses("3\u00a0вопроса" if language == "ru" else "3 questions")
    assert "1 из 3" in said(anna) or "1 of 3" in said(anna)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "ru",
            (
                "График за 12 недель",
                "Вымотанность: 3; в среднем 4 (было от 3 до 5)",
                "Напряжённость работы: 5; в среднем 5,7 (было от 5 до 6)",
                "Сделано важное: 8; в среднем 7,3 (было от 7 до 8)",
                "Где линия прервана",
                "Самопроверки (ромбы), из 120: 78.",
                "Последняя самопроверка, 4 марта 2026: 78 из 120: тяжело примерно каждый второй день.",
                "За всё время: самопроверок 1, дней с ботом 0.",
                "Сделано шагов за всё время: ",
                "Картинка скрыта",
            ),
        ),
        (
            "en",
            (
                "The last 12 weeks",
                "Worn out: 3; average 4 (between 3 and 5)",
                "Pressure: 5; average 5.7 (between 5 and 6)",
                "Got important things done: 8; average 7.3 (between 7 and 8)",
                "A break in a line",
                "Check-ins (diamonds), of 120: 78.",
                "Latest check-in, 4 March 2026: 78 of 120: hard moments about half the days.",
                "Since you joined: check-ins 1, days with the bot 0.",
                "Steps done since you joined: ",
                "The picture is hidden",
            ),
        ),
    ],
)
async def test_the_caption_says_the_figures(stage: Stage, language: str, sentences: tuple[str, ...]) -> None:
    anna = await member(stage, 1001, "Анна", language=language, ago=timedelta(0))
    await check_in(stage, anna, START)
    await pulses(stage, anna, YEAR)
    async with stage.database.begin() as session:
        await session.execute(update(Recommendation).values(state="done", completed=True))
    await anna.says("/dashboard")
    for words in sentences:
        assert words in said(anna)
    assert photos(anna) == [anna.message["message_id"]]
    assert anna.message["has_protected_content"]
    assert anna.message["has_media_spoiler"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("language", "totals", "steps"),
    [
        (
            "ru",
            "За всё время: самопроверок 2, в среднем 63,5 из 120, самый высокий итог 78; дней с ботом ",
            ("Сделано шагов за всё время: Отдых 1 из",),
        ),
        (
            "en",
            "Since you joined: check-ins 2, average 63.5 of 120, highest 78; days with the bot ",
            ("Steps done since you joined: Recovery 1 of",),
        ),
    ],
)
async def test_own_check_ins_and_steps_are_counted(
    stage: Stage, language: str, totals: str, steps: tuple[str, ...]
) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    boris = await member(stage, 1002, "Борис", language=language)
    await check_in(stage, anna, START)
    async with stage.database.begin() as session:
        mine = Recommendation.category == "recovery"
        await session.execute(update(Recommendation).where(mine).values(state="done", completed=True))
        await session.execute(
            update(Recommendation).where(Recommendation.category == "workload").values(state="started")
        )
    stage.clock.advance(weeks=8)
    await check_in(stage, anna, stage.clock(), example=1)
    await check_in(stage, boris, stage.clock())
    await anna.says("/dashboard")
    assert totals in said(anna)
    for step in steps:
        assert step in said(anna)


async def test_what_the_total_smooths_over_is_named(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START, example=1)
    await anna.says("/dashboard")
    assert "49 из 120: тяжело редко; усталость примерно каждый второй день." in said(anna)


async def test_another_span_is_drawn_in_place(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, YEAR)
    await anna.says("/dashboard")
    first = anna.message
    assert [button.replace("\u00a0", " ") for button in anna.buttons[0]] == ["4 недели", "● 12 недель", "52 недели"]
    for label, title in (("52", "График за 52 недели"), ("4\u00a0недели", "График за 4 недели")):
        await anna.presses(label)
        assert anna.message["message_id"] == first["message_id"]
        assert anna.message["has_media_spoiler"], "a redrawn one is as personal"
        assert anna.message["photo"][0]["file_unique_id"] != first["photo"][0]["file_unique_id"]
        assert said(anna).startswith(title)
    assert "Вымотанность: 3; в среднем 4 (было от 3 до 5)" in said(anna)


async def test_an_empty_span_is_a_chart_too(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(5, 5, 5)], last=THIS_WEEK - timedelta(weeks=20))
    await anna.says("/dashboard")
    assert photos(anna)
    assert "Напряжённость работы: за эти недели ответов нет" in said(anna)


@pytest.mark.parametrize("weeks", [0, 5, 10**9])
async def test_only_three_spans_exist(stage: Stage, weeks: int) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, YEAR)
    await anna.presses(data=Chart(weeks=weeks).pack())
    assert said(anna).startswith("График за 12")


async def test_a_text_becomes_the_chart_and_the_chart_gives_way_to_a_text(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(5, 5, 5)])
    await anna.says("/pulse")
    text = anna.message["message_id"]
    await anna.presses("График")
    assert photos(anna) == [text], "edited in place"
    before = len(anna.messages)
    await anna.presses("Меню")
    assert photos(anna) == []
    assert len(anna.messages) == before
    assert said(anna).startswith("Выдох")


async def test_menu_pressed_twice_leaves_one_menu(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(5, 5, 5)])
    await anna.says("/dashboard")
    others = len(anna.messages) - 1
    anna.queue_press("Меню")
    anna.queue_press("Меню")
    await stage.settle()
    assert photos(anna) == []
    assert len(anna.messages) == others + 1
    assert stage.telegram.take_refusals() == ["deleteMessage: Bad Request: message to delete not found"]


async def test_a_chart_too_old_to_go_stays_above_the_menu(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(5, 5, 5)])
    await anna.says("/dashboard")
    stage.clock.advance(hours=49)
    await anna.presses("Меню")
    assert len(photos(anna)) == 1
    assert texts(anna)[-1].startswith("Выдох")
    assert len(stage.telegram.take_refusals()) == 1


async def test_the_chart_stays_when_the_menu_cannot_be_sent(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await pulses(stage, anna, [(5, 5, 5)])
    await anna.says("/dashboard")
    stage.telegram.break_connection("sendMessage", carried_out=False)
    await anna.presses("Меню")
    assert len(photos(anna)) == 1


async def test_everybody_sees_only_the_figure_ofs(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис")
    await pulses(stage, anna, YEAR)
    await check_in(stage, anna, START)
    await boris.says("/dashboard")
    assert photos(boris) == []


async def test_every_span_has_a_button_in_the_playground_too(stage: Stage) -> None:
    """The history is one tap away, and the chart one tap from the history."""
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START)
    await anna.says("/dashboard")
    await anna.presses("История")
    assert photos(anna) == []
    await anna.presses("График")
    assert len(photos(anna)) == 1


HEARTBEAT = """
import asyncio, os, sys, time
from datetime import date, timedelta
import uvloop
from app.runtime import spare_the_collector
from content import load_content
from services.kit.curves import Line, Mark
from services.wellbeing.dashboard import Board
from views import charts
from views.translator import Catalogs

attempts, limit = int(sys.argv[1]), float(sys.argv[2])
content, t = load_content(), Catalogs().translator("ru")
weeks = tuple(date(2026, 3, 2) - timedelta(weeks=back) for back in reversed(range(52)))
lines = tuple(Line(item, tuple(float(week * 7 % 11) for week in range(52)), 5.0) for item in content.pulse.items)
board = Board(weeks, lines, tuple(Mark(week, 64) for week in weeks[::4]), 10, 120, None, 13, 64.0, 64.0, 99, (), False)

async def beat(longest):
    while True:
        before = time.process_time()
        await asyncio.sleep(0.002)
        longest[0] = max(longest[0], (time.process_time() - before) * 1000)

async def longest_pause():
    renderer, longest = charts.ChartRenderer(), [0.0]
    heart = asyncio.create_task(beat(longest))
    await asyncio.sleep(0.01)
    for _ in range(3):  # the first one imports matplotlib
        await renderer.render(charts.chart_of, t, board)
        await asyncio.sleep(0.01)
    heart.cancel()
    return longest[0]

assert "matplotlib" not in sys.modules
spare_the_collector()  # as in the running bot
for _ in range(attempts):
    child = os.fork()
    if not child:
        pause = uvloop.run(longest_pause())
        print(f"{pause:.1f} ms", flush=True)
        os._exit(pause >= limit)
    if os.waitpid(child, 0)[1] == 0:
        sys.exit()
sys.exit(1)
"""


async def test_charts_are_drawn_beside_the_loop() -> None:
    def drawing() -> bytes:
        return threading.current_thread().name.encode()

    assert await charts.ChartRenderer().render(drawing) != threading.main_thread().name.encode()


@pytest.mark.soak
def test_the_loop_goes_on_while_charts_are_drawn() -> None:
    """In processes of their own, so that each time the first chart imports matplotlib."""
    command = [sys.executable, "-c", HEARTBEAT, str(ATTEMPTS), str(LONGEST_PAUSE_MS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
