"""Whatever happens, the logs say nothing of a person: no name, no typed word, no answer, no token."""

from __future__ import annotations

import io
import logging
import sys

import pytest
from sqlalchemy import select

from db.database import Database
from models import Assessment
from services.home import Home
from tests.bot.story import ON_SQLITE, SEED, answers, data_of
from tests.clock import ManualClock
from tests.conftest import ConfigureLogs
from tests.databases import SQLiteDatabases
from tests.fakes.stage import TOKEN, Stage
from tests.people import invite

NAME = "Аннаизвестная"
LAST_NAME = "Секретова"
USERNAME = "anna_the_secret"
PLAN = "В среду после планёрки с Петром"
TYPED = "Меня зовут Аннаизвестная и мне плохо"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, configure_logs: ConfigureLogs) -> io.StringIO:
    """Everything that the loggers write, at their most talkative, as the bot configures them."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs("DEBUG", as_json=True, folder=None, sql_echo=False)
    return stream


async def test_the_whole_path_leaves_no_trace_of_a_person(
    stage: Stage, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await invite(stage)
    anna = stage.person(1001, NAME, last_name=LAST_NAME, username=USERNAME)
    await anna.starts(token)
    await anna.presses("Согласиться")
    await answers(stage, anna, SEED)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    pressed = data_of(anna, "Начать")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")
    await anna.says(PLAN)
    await anna.says(TYPED)
    stage.clock.advance(days=40)
    await stage.tick()
    stage.telegram.refuse("sendMessage", 400, f"Bad Request: {NAME} is refused")
    await anna.says(TYPED)
    stage.telegram.break_connection("editMessageText", carried_out=False)
    await anna.presses(data=pressed)
    monkeypatch.setattr("transport.ingest.RETRY_PAUSES", ())
    with monkeypatch.context() as broken:
        broken.setattr(Home, "look", _broken)
        await anna.says("/menu")
        await anna.presses(data="g1:menu")
    await anna.starts(token)
    await anna.says("/delete")
    await anna.says("удалить")
    await anna.presses(data=f"j1:agree:ru:1:{token}")

    said = written.getvalue()
    assert "update dead-lettered" in said
    assert "reply lost" in said
    for secret in (NAME, LAST_NAME, USERNAME, PLAN, TYPED, token, TOKEN, pressed):
        assert secret not in said, secret
    for text in ("Большинство дней", "78.0", "all_high", "примерно каждый второй день", '"14": 5', "'14': 5"):
        assert text not in said, text
    stage.telegram.take_refusals()


async def _broken(*_: object) -> None:
    raise RuntimeError("broken")


@pytest.mark.both_databases
async def test_a_failing_statement_does_not_quote_its_values(
    stage: Stage, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A constraint that fails in the middle of a submission: the operator sees which, and nothing of the answers."""
    anna = stage.person(1001, NAME)
    await anna.starts(await invite(stage))
    await anna.presses("Согласиться")
    await answers(stage, anna, SEED, until=19)
    monkeypatch.setattr("transport.ingest.RETRY_PAUSES", ())
    monkeypatch.setattr("services.wellbeing.scoring.quality", lambda *_: None)
    await anna.presses("Примерно один день из четырёх")

    said = written.getvalue()
    assert "IntegrityError" in said
    assert "Что-то сломалось на нашей стороне" in anna.screen
    for text in (NAME, "all_high", '"14": 5', "'14': 5", "78.0"):
        assert text not in said, text
    monkeypatch.undo()
    await anna.presses("Примерно один день из четырёх")
    async with stage.database.read() as session:
        assert list(await session.scalars(select(Assessment.score))) == [78], "nothing was lost"


@ON_SQLITE
async def test_what_telegram_says_of_a_person_is_not_repeated(stage: Stage, written: io.StringIO) -> None:
    anna = stage.person(1001, NAME)
    stage.telegram.refuse("sendMessage", 403, f"Forbidden: bot was blocked by {NAME}")
    await anna.says("привет")
    assert "TelegramForbiddenError" in written.getvalue()
    assert NAME not in written.getvalue()


async def test_statements_are_shown_without_their_values(
    sqlite_databases: SQLiteDatabases, clock: ManualClock, written: io.StringIO
) -> None:
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)  # what SQL_ECHO does
    database = Database(sqlite_databases.migrated())
    stage = Stage(database, clock)
    anna = stage.person(910_283_746, NAME)
    await anna.starts(await invite(stage))
    await anna.presses("Согласиться")
    await answers(stage, anna, SEED, until=2)
    await database.dispose()

    said = written.getvalue()
    assert "INSERT INTO users" in said
    assert "UPDATE drafts" in said
    for secret in (NAME, '{"0"', "910283746"):
        assert secret not in said, secret
