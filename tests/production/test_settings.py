"""What an operator writes and nobody reads is said, at the start and by doctor, with what was meant."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.playground_app import open_playground
from app.wiring import create_calendar
from config import load_settings
from db.database import Database
from db.locks import HELD_BY_ANOTHER
from manage import cli
from ops.logs import get_logger
from ops.network import PortTakenError, port_taken
from ops.unread import unread_settings
from playground import Playground
from tests.conftest import ConfigureLogs
from tests.demo import a_young_company
from tests.e2e.conftest import StartBot
from tests.production.conftest import MakeRunning
from tests.production.running import free_port

OF_THE_SEED = "DB_HOST=localhost\nDB_PORT=2525\nDB_USER=postgres\nDB_PASSWORD=academy25\nDB_NAME=cdek_BD\n"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | str], None]:
    """Writes `.env` in an empty folder, where the bot is run."""
    monkeypatch.chdir(tmp_path)

    def write(content: bytes | str) -> None:
        (tmp_path / ".env").write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("MIN_GRUOP=12", "did you mean MIN_GROUP?"),
        ("min_gruop=12", "did you mean MIN_GROUP?"),
        ("EXHALE_MIN_GROUP=12", "did you mean MIN_GROUP?"),
        ("TELEGRAM_BOT_TOKEN=1", "did you mean BOT_TOKEN?"),
        ("DATABASE_URI=1", "did you mean DATABASE_URL?"),
        ("export TIMEZONE=UTC", "did you mean DEFAULT_TIMEZONE?"),
        ("QWERTY=1", ".env.example"),
    ],
)
def test_a_name_that_is_no_setting_is_named_with_the_nearest(
    written: Callable[[str], None], line: str, meant: str
) -> None:
    written(f"ORG_NAME=Ромашка\n{line}\n")
    (said,) = unread_settings()
    assert line.removeprefix("export ").partition("=")[0] in said
    assert meant in said


def test_the_way_of_the_seed_to_name_a_database_is_understood(written: Callable[[str], None]) -> None:
    written(OF_THE_SEED)
    (said,) = unread_settings()
    assert said.startswith("DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME in .env")
    assert "DATABASE_URL=postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME" in said
    assert "academy25" not in said


def test_what_is_known_is_not_spoken_of(written: Callable[[str], None]) -> None:
    example = Path(__file__).parents[2] / ".env.example"
    written(example.read_text() + "POSTGRES_PASSWORD=secret\nEXHALE_VERSION=1\nmin_group=8\n")
    assert unread_settings() == []


def test_a_line_that_says_nothing_is_named_by_its_number(written: Callable[[str], None]) -> None:
    written("ORG_NAME=Ромашка\nBOT TOKEN 12:abc\n")
    (said,) = unread_settings()
    assert "line 2" in said
    assert "12:abc" not in said


def test_of_the_environment_only_slips_and_our_own_prefix(
    written: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    written("")
    for name in ("EXHALE_ORG", "MIN_GRUOP", "DB_HOST", "REDIS_PORT", "HOSTNAME", "LANGUAGE", "KUBERNETES_PORT"):
        monkeypatch.setenv(name, "1")
    assert [line.partition(" ")[0] for line in unread_settings()] == ["EXHALE_ORG", "MIN_GRUOP"]


async def test_the_start_says_it_and_sql_is_echoed_once_as_json_and_a_second_process_is_told_the_truth(
    make_bot: StartBot, playground: Playground, tmp_path: Path
) -> None:
    """Not that a port is taken: the ports are those of the process that it must not disturb."""
    (tmp_path / ".env").write_text("MIN_GRUOP=12\n")
    env = {"BOT_TOKEN": playground.token, "BOT_API_URL": playground.api_url, "OPS_PORT": str(free_port())}
    first, second = make_bot(**env, SQL_ECHO="1", LOG_JSON="1"), make_bot(**env)
    second.log = tmp_path / "second.log"
    await first.start()
    assert "did you mean MIN_GROUP?" in await first.says("MIN_GRUOP")
    await first.says("ready")

    (tmp_path / ".env").unlink()
    await second.start()
    assert await second.ended() == 1
    assert second.output.splitlines() == [HELD_BY_ANOTHER]
    assert first.running.returncode is None

    assert await first.stop() == 0
    lines = [json.loads(line) for line in first.output.splitlines()]
    asked = [(line["timestamp"], line["event"]) for line in lines if line["logger"].startswith("sqlalchemy")]
    assert asked
    assert len(set(asked)) == len(asked)  # once each


def test_doctor_says_it_to_people_and_to_programs(written: Callable[[str], None]) -> None:
    written("MIN_GRUOP=12\n")
    said = CliRunner().invoke(cli, ["doctor"])
    assert said.exit_code == 1
    assert "!!  settings: MIN_GRUOP in .env: not a setting, so it has no effect; did you mean MIN_GROUP?" in said.output
    told = json.loads(CliRunner().invoke(cli, ["doctor", "--json"]).output)
    assert told["is_well"] is False
    assert {"what": "settings", "is_well": False, "says": said.output.splitlines()[0][14:]} in told["findings"]


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("MIN_GROUP=9\n".encode("utf-16"), "UTF-16"),
        ("MIN_GROUP=9\n".encode("utf-16-le"), "UTF-16"),
        ("ORG_NAME=Ромашка\n".encode("cp1251"), "Windows-1251"),
    ],
    ids=["utf-16", "utf-16-le", "cp1251"],
)
def test_a_file_in_another_encoding_is_said_to_be_one(
    written: Callable[[bytes], None], content: bytes, kind: str
) -> None:
    written(content)
    for arguments in (["doctor"], ["deadletters", "list"], ["papers", "--out", "x"]):
        said = CliRunner().invoke(cli, arguments)
        assert said.exit_code == 1
        assert said.output.startswith(".env: saved as ")
        assert kind in said.output
        assert said.output.rstrip().endswith("save it as UTF-8")
        assert said.output.count("\n") == 1
    told = json.loads(CliRunner().invoke(cli, ["doctor", "--json"]).output)
    assert [finding["what"] for finding in told["findings"]] == ["settings"]


def test_the_mark_that_windows_puts_before_utf_8_is_no_part_of_a_name(written: Callable[[bytes], None]) -> None:
    written("MIN_GROUP=9\n".encode("utf-8-sig"))
    assert load_settings().min_group == 9
    assert unread_settings() == []


# --- ports ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy_port() -> Iterator[int]:
    """One that another program listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


async def test_a_busy_port_is_one_line(make_bot: StartBot, playground: Playground, busy_port: int) -> None:
    bot = make_bot(BOT_TOKEN=playground.token, BOT_API_URL=playground.api_url, OPS_PORT=str(busy_port))
    await bot.start()
    assert await bot.ended() == 1
    *before, line = bot.output.splitlines()
    assert all("[exhale.app]" in one for one in before), "no traceback"
    assert line.startswith(f"OPS_PORT: {busy_port} on 127.0.0.1 is already in use: stop the other program, or set ")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_the_busy_port_is_named_by_its_setting(running: MakeRunning, database: Database, busy_port: int) -> None:
    bot = running(webhook_url="https://bot.example.org/x", webhook_secret="s", web_port=busy_port)
    await bot.start()
    with pytest.raises(PortTakenError, match=f"^WEB_PORT: {busy_port} on 127.0.0.1 is already in use"):
        raise await bot.fails()

    settings = load_settings(_env_file=None, playground_port=busy_port)
    content = a_young_company(periods=0)
    with pytest.raises(PortTakenError, match=f"^PLAYGROUND_PORT: {busy_port} on 127.0.0.1 is already in use"):
        async with open_playground(settings, content, database, create_calendar(settings)):
            pass


def test_other_reasons_why_a_port_stays_closed() -> None:
    assert "above 1023" in str(port_taken("OPS_PORT", "127.0.0.1", 80, PermissionError(13, "Permission denied")))
    assert "check OPS_HOST" in str(port_taken("OPS_PORT", "1.2.3.4", 9090, OSError(99, "cannot be assigned")))


# --- the log ----------------------------------------------------------------------------------------------------------


def test_libraries_keep_quiet_and_sql_is_told_once(
    configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("DEBUG", as_json=True, folder=None, sql_echo=True)
    logging.getLogger("fontTools.subset").info("maxp pruned")
    logging.getLogger("sqlalchemy.engine.Engine").info("SELECT 1")
    get_logger("app").debug("heard")
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["SELECT 1", "heard"]


class FullDisk(io.StringIO):
    """A file that takes nothing in."""

    def write(self, _: str) -> int:
        """Refuse."""
        raise OSError(28, "No space left on device")


def test_a_line_that_cannot_be_written_is_not_printed_past_the_scrubber(
    configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    configure_logs("INFO", as_json=True, folder=tmp_path / "logs", sql_echo=False)
    for handler in logging.getLogger("exhale.auth").handlers:
        handler.stream = FullDisk()  # type: ignore[attr-defined]
    get_logger("auth").info("joined", link="x" * 43)
    shown = capfd.readouterr().err
    assert "a line of exhale.auth could not be written: OSError" in shown
    assert "x" * 43 not in shown


def test_what_nobody_caught_is_a_line_like_any_other(
    configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO", as_json=True, folder=None, sql_echo=False)
    error = ValueError("меня зовут Аглая")
    sys.excepthook(ValueError, error, None)
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "ended by an error"
    assert "Аглая" not in line


def test_logs_are_for_their_owner_alone(configure_logs: ConfigureLogs, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        configure_logs("INFO", as_json=False, folder=tmp_path / "logs", sql_echo=False)
        get_logger("auth").info("joined")
    finally:
        os.umask(before)
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "logs").iterdir()} == {0o600}
