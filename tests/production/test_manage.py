"""The operators' command line: what is wrong is said with what to do about it, and a backup can be put back."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import stat
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url, select, text

from config import HelpContacts, Settings, load_settings
from db.database import Database
from db.locks import create_lock
from manage import cli
from models import CompanyDay, ContactRequest, DeadLetter, Invite, User
from ops import doctor
from ops.doctor import Finding
from playground import Playground
from playground.server.faults import Fault
from services.gate import publications
from services.kit import bot_info
from services.lifecycle import invites
from services.system import dead_letters
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import member, member_of, staffed
from tests.postgres import postgresql_programs
from tests.production.full import no_room, takes_nothing_in
from tests.production.running import database_file

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CONTACTS = HelpContacts(ru=["112"], en=["112"], checked=date(2026, 11, 1))
Manage = Callable[..., Awaitable[Result]]


@pytest.fixture
def manage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Manage:
    """Runs `python manage.py …` on the test's database."""
    monkeypatch.chdir(tmp_path)

    async def run(*arguments: str, answer: str | None = None, **env: str) -> Result:
        settings = {"BOT_TOKEN": "7000000001:manage", "DATABASE_URL": database_url, "HOLIDAYS": "", **env}
        return await asyncio.to_thread(CliRunner(env=settings).invoke, cli, arguments, input=answer)

    return run


# --- doctor ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def word_given(database: Database) -> None:
    """An administrator has accepted what the consent promises."""
    async with database.begin() as session:
        await bot_info.set_fact(session, bot_info.WORD_GIVEN, "2026-11-01")


@pytest.fixture
def sound(playground: Playground, database_url: str, word_given: None) -> Callable[..., Settings]:
    """Settings with which all is well; each can be spoiled by name."""

    def make(**spoiled: Any) -> Settings:
        return load_settings(
            **{
                "_env_file": None,
                "bot_token": playground.token,
                "bot_api_url": playground.api_url,
                "database_url": database_url,
                "help_contacts": CONTACTS,
                "holidays": "",
                **spoiled,
            }
        )

    return make


async def findings(settings: Settings, now: datetime | None = None) -> dict[str, Finding]:
    return {finding.what: finding async for finding in doctor.examine(settings, now or datetime.now(UTC))}


def wrong(found: dict[str, Finding]) -> list[str]:
    return [what for what, finding in found.items() if not finding.is_well]


async def test_all_is_well(sound: Callable[..., Settings]) -> None:
    found = await findings(sound())
    assert wrong(found) == []
    assert "@" in found["telegram answer"].says
    assert {"database", "schema", "redis", "telegram connection", "clock", "webhook", "help contacts"} <= set(found)
    assert found["noise of counts"].is_well


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_missing_noise_library_is_told(sound: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    finding = (await findings(sound()))["noise of counts"]
    assert not finding.is_well
    assert "nothing is published" in finding.says


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_until_when_the_calendar_is_known(sound: Callable[..., Settings]) -> None:
    """A newer version of the package knows more; until then a calendar ends with the last decree that it has."""
    for holidays, year, is_well, says in (
        ("", 2026, True, "no public holidays are kept"),
        ("auto", 2026, True, "public holidays of RU (by DEFAULT_TIMEZONE; set HOLIDAYS"),
        ("RU", 2026, True, "public holidays of RU; known until the end of 2027"),
        ("RU", 2027, True, "after that without the days that are moved: install a newer version"),
        ("RU", 2028, False, "known until the end of 2027, after that without the days that are moved"),
        ("DE-BY", 2028, True, "public holidays of DE-BY; known until"),
    ):
        finding = (await findings(sound(holidays=holidays), datetime(year, 5, 5, tzinfo=UTC)))["calendar"]
        assert finding.is_well is is_well, (holidays, year)
        assert says in finding.says


async def test_requests_that_stay_unanswered_are_told_without_a_name(
    stage: Stage, sound: Callable[..., Settings], reread: Reread
) -> None:
    staff = await staffed(stage, 10)
    olga = await member_of(stage, await member(stage, 1002, "Ольга", role="hr"))
    asked = {"hr_id": olga.id, "way": "telegram", "state": "open"}
    now = stage.clock()

    async def told(*asking: int) -> list[Finding]:
        """What is said of requests of these people and those before them, after a day and after six."""
        async with stage.database.begin() as session:
            session.add_all(ContactRequest(user_id=id_, **asked, created_at=now, updated_at=now) for id_ in asking)
        return [(await findings(sound(), now + timedelta(days=days)))["contact requests"] for days in (1, 6)]

    (*nine, tenth) = staff.teams[0]
    names = await reread(select(User.name))
    for asking, says in (((), "none has waited"), (nine, "some have"), ((tenth,), "10 have")):
        early, late = await told(*asking)
        assert early.is_well
        assert late.is_well is (not asking)
        assert early.says.startswith("none has waited")
        assert late.says.startswith(says)
        assert not any(name in early.says + late.says for name in names)


async def test_days_off_of_the_company_do_not_make_a_request_late(stage: Stage, sound: Callable[..., Settings]) -> None:
    """Asked on a Friday at noon; Monday and Tuesday are off, so two working days are over on Thursday at noon."""
    olga = await member_of(stage, await member(stage, 1002, "Ольга", role="hr"))
    friday = datetime(2026, 5, 8, 12, tzinfo=UTC)
    asked = {"user_id": olga.id, "hr_id": olga.id, "way": "telegram", "state": "open"}
    async with stage.database.begin() as session:
        session.add(ContactRequest(**asked, created_at=friday, updated_at=friday))
        days = {"first": date(2026, 5, 11), "last": date(2026, 5, 12), "is_working": False}
        session.add(CompanyDay(**days, created_at=friday, updated_at=friday))
    found = [
        (await findings(sound(), datetime(2026, 5, *moment, tzinfo=UTC)))["contact requests"].is_well
        for moment in ((13, 13), (14, 11), (14, 13))
    ]
    assert found == [True, True, False]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("spoiled", "what", "says"),
    [
        ({"bot_api_url": "http://no-such-host.invalid"}, "telegram name", "BOT_PROXY"),
        ({"bot_api_url": "http://127.0.0.1:1"}, "telegram connection", "firewall"),
        ({"bot_token": "7000000001:wrong"}, "telegram answer", "@BotFather"),
        ({"bot_proxy": "socks5://127.0.0.1:1"}, "proxy connection", "port 1"),
        ({"redis_url": "redis://127.0.0.1:1/0"}, "redis", "REDIS_URL"),
        ({"database_url": "postgresql+asyncpg://u@127.0.0.1:1/x"}, "database", "DATABASE_URL"),
        ({"help_contacts": HelpContacts()}, "help contacts", "not ready for people"),
        ({"help_contacts": HelpContacts(ru=["112"])}, "help contacts", "readers of English"),
        ({"help_contacts": CONTACTS.model_copy(update={"checked": None})}, "help contacts", "checked"),
        ({"webhook_url": "https://example.org/x", "webhook_secret": "s"}, "webhook", "the bot sets it when it starts"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
async def test_each_thing_that_is_wrong_is_named_with_what_to_do(
    sound: Callable[..., Settings], spoiled: dict[str, Any], what: str, says: str
) -> None:
    found = await findings(sound(**spoiled), NOW if what == "help contacts" else None)
    assert what in wrong(found)
    assert says in found[what].says
    assert "secret" not in str(found)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_contacts_that_nobody_called_for_long(sound: Callable[..., Settings]) -> None:
    later = NOW + doctor.CONTACTS_AGE
    assert "call to see" in (await findings(sound(), later))["help contacts"].says


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_clock_that_is_wrong(sound: Callable[..., Settings]) -> None:
    found = await findings(sound(), datetime.now(UTC) - timedelta(hours=1))
    assert "NTP" in found["clock"].says
    assert "clock" in wrong(found)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["502html", "cut_before"])
async def test_something_in_between_answers_for_telegram(
    sound: Callable[..., Settings], playground: Playground, kind: Any
) -> None:
    for method in ("getMe", "getWebhookInfo"):
        playground.faults.add(Fault(kind, count=2, method=method))  # the client repeats a GET once by itself
        assert wrong(await findings(sound())) == ["telegram answer"]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_proxy_that_refuses(sound: Callable[..., Settings]) -> None:
    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert wrong(await findings(sound(bot_proxy=f"http://127.0.0.1:{port}"))) == ["telegram answer"]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_slow_step_is_not_the_clock(sound: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was looked at before took a minute of the steady clock."""
    steady = iter([0.0, 60.0])
    monkeypatch.setattr("ops.doctor.time", SimpleNamespace(monotonic=lambda: next(steady)))
    found = await findings(sound(), datetime.now(UTC) - timedelta(minutes=1))
    assert found["clock"].is_well


async def test_an_old_schema(sound: Callable[..., Settings], stage: Stage) -> None:
    async with stage.database.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    found = await findings(sound())
    assert "manage.py migrate" in found["schema"].says


async def test_nobody_can_be_invited_is_said(sound: Callable[..., Settings], database: Database) -> None:
    async with database.begin() as session:
        await bot_info.forget_fact(session, bot_info.WORD_GIVEN)
    found = await findings(sound())
    assert wrong(found) == ["undertaking"]
    assert "an administrator has to open /hr and accept" in found["undertaking"].says


async def test_a_token_of_another_bot_is_said(sound: Callable[..., Settings], database: Database) -> None:
    async with database.begin() as session:
        await bot_info.set_fact(session, bot_info.BOT_ID, "5")
        await bot_info.set_fact(session, bot_info.USERNAME, "former_bot")
    found = await findings(sound())
    assert wrong(found) == ["bot"]
    assert "@former_bot" in found["bot"].says
    assert "manage.py new-bot" in found["bot"].says


@pytest.mark.both_databases
async def test_a_database_that_takes_nothing_in_is_said(sound: Callable[..., Settings], database: Database) -> None:
    async with takes_nothing_in(database):
        found = await findings(sound())
    assert wrong(found) == ["database"]
    assert "accepts no writes" in found["database"].says
    assert "check its disk" in found["database"].says


@pytest.mark.usefixtures("word_given")
async def test_the_exit_code_tells_whether_all_is_well(manage: Manage, playground: Playground) -> None:
    env = {"BOT_TOKEN": playground.token, "BOT_API_URL": playground.api_url}
    ill = await manage("doctor", **env)
    well = await manage("doctor", **env, HELP_CONTACTS=CONTACTS.model_dump_json())
    assert (ill.exit_code, well.exit_code) == (1, 0)
    assert "!!  help contacts: not ready for people" in ill.output
    assert all(line.startswith(("ok  ", "!!  ")) for line in ill.output.splitlines())
    assert playground.token not in ill.output + well.output


# --- backup ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_backup_of_a_running_bot_can_be_put_back(
    stage: Stage, manage: Manage, tmp_path: Path, database_url: str, reread: Reread
) -> None:
    await member(stage, 1001, "Анна")
    made = await manage("backup", "--to", str(tmp_path / "backups"))
    assert made.exit_code == 0, made.output
    copy = Path(made.output.splitlines()[-1])
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [copy.name]
    assert mode_of(copy) == 0o600

    await member(stage, 1002, "Борис")
    async with stage.database.begin() as session:
        await session.execute(text("DELETE FROM users WHERE telegram_id = 1001"))
    await stage.database.dispose()
    restored = await manage("restore", str(copy))

    assert restored.exit_code == 0, restored.output
    assert "not made by `backup`" not in restored.output
    assert await reread(select(User.telegram_id)) == [1001]
    saved = Path(restored.output.splitlines()[-2].partition(": ")[2])
    assert telegram_ids(saved) == [1002]
    assert mode_of(saved) == 0o600
    assert mode_of(saved.parent) == 0o700
    vera = await member(stage, 1003, "Вера")  # and the bot works with it
    assert vera.buttons


def telegram_ids(path: Path) -> list[int]:
    """The people of a file that nobody has open."""
    with closing(sqlite3.connect(path)) as connection:
        return [number for (number,) in connection.execute("SELECT telegram_id FROM users ORDER BY 1")]


def mode_of(path: Path) -> int:
    """Who may read it."""
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_nothing_is_put_back_under_a_running_bot(
    manage: Manage, tmp_path: Path, database_url: str, stage: Stage
) -> None:
    made = await manage("backup")
    lock = create_lock(make_url(database_url), "polling")
    await lock.acquire()
    refused = await manage("restore", made.output.strip())
    await lock.release()
    assert refused.exit_code == 1
    assert "stop it first" in refused.output


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_database_and_its_copies_are_for_their_owner_alone(manage: Manage, tmp_path: Path) -> None:
    made = {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/made/exhale.db"}
    await manage("migrate", **made)
    await manage("backup", "--to", str(tmp_path / "backups"), **made)
    files = [*(tmp_path / "made").iterdir(), *(tmp_path / "backups").iterdir()]
    assert len(files) >= 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_dump_of_postgresql_can_be_put_back(
    stage: Stage, database_url: str, reread: Reread, tmp_path: Path
) -> None:
    """With the options of docs/operations.md."""
    await member(stage, 1001, "Анна")
    programs = postgresql_programs()
    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    dump, script = tmp_path / "exhale.dump", tmp_path / "restore.sql"
    await program(programs / "pg_dump", "--format=custom", f"--file={dump}", address)
    await member(stage, 1002, "Борис")
    async with stage.database.begin() as session:
        await session.execute(text("CREATE TABLE later (user_id INTEGER REFERENCES users)"))  # of a newer version
    await stage.database.dispose()
    await program(programs / "pg_restore", "--no-owner", f"--file={script}", dump)
    anew = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    options = ("--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", *(f"--command={one}" for one in anew))
    await program(programs / "psql", *options, f"--file={script}", address)
    assert await reread(select(User.telegram_id)) == [1001]
    assert await reread(text("SELECT to_regclass('later')")) == [None]


async def program(*command: str | Path) -> None:
    assert await (await asyncio.create_subprocess_exec(*command)).wait() == 0


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_no_such_database_is_said_in_one_line(manage: Manage, database_url: str) -> None:
    nowhere = make_url(database_url).set(database="nowhere").render_as_string(hide_password=False)
    result = await manage("migrate", DATABASE_URL=nowhere)
    assert result.exit_code == 1
    assert result.output.startswith("DATABASE_URL: the database cannot be reached (")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_only_a_backup_is_put_back(stage: Stage, manage: Manage, tmp_path: Path, database_url: str) -> None:
    """And the database stays as it was, in one line."""
    await member(stage, 1001, "Анна")
    path, copies = database_file(database_url), tmp_path
    without_log = copies / "without_log.db"
    empty = copies / "begun.db"
    begun = sqlite3.connect(empty, isolation_level=None)
    begun.execute("PRAGMA journal_mode=WAL")
    begun.execute("CREATE TABLE users (id INTEGER)")
    without_log.write_bytes(empty.read_bytes())
    begun.close()
    await stage.database.dispose()
    whole = path.read_bytes()
    (copies / "empty.db").touch()
    (copies / "text.db").write_text("hello, this is no database at all" * 50)
    (copies / "torn.db").write_bytes(whole[: len(whole) // 2])
    with closing(sqlite3.connect(copies / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE users (id INTEGER)")
    (copies / "newer.db").write_bytes(whole)
    with closing(sqlite3.connect(copies / "newer.db")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    for name, says in {
        "empty.db": "no database of this bot.",
        "text.db": "no database of this bot.",
        "foreign.db": "no database of this bot.",
        "without_log.db": "or was copied without without_log.db-wal, which holds all of it.",
        "torn.db": "is damaged",
        "newer.db": "update the program first",
    }.items():
        refused = await manage("restore", str(copies / name))
        assert refused.exit_code == 1, name
        assert says in refused.output, name
        assert refused.output.count("\n") == 1
    assert "the database itself" in (await manage("restore", str(path))).output
    assert telegram_ids(path) == [1001]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_copy_made_by_hand_is_put_back_with_a_warning(
    stage: Stage, manage: Manage, tmp_path: Path, database_url: str
) -> None:
    """Of a stopped bot it is whole; of a running one its log would be missing, which nobody can see."""
    await member(stage, 1001, "Анна")
    await stage.database.dispose()
    copy = tmp_path / "copy.db"
    copy.write_bytes(database_file(database_url).read_bytes())
    restored = await manage("restore", str(copy))
    assert restored.exit_code == 0, restored.output
    assert restored.output.startswith("copy.db was not made by `backup`: if the bot ran then, its last changes")
    assert telegram_ids(database_file(database_url)) == [1001]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_full_disk_ends_a_backup_and_a_restore_with_one_line(
    stage: Stage, manage: Manage, tmp_path: Path, database_url: str
) -> None:
    await member(stage, 1001, "Анна")
    copy = (await manage("backup", "--to", str(tmp_path / "copies"))).output.strip()
    await stage.database.dispose()
    folder = database_file(database_url).parent / "backups"
    before = set(folder.glob("*"))
    for arguments in (["backup"], ["restore", copy]):
        with no_room(20_000):
            failed = await manage(*arguments)
        assert failed.exit_code == 1
        assert "look at its disk" in failed.output
        assert failed.output.count("\n") == 1
        assert set(folder.iterdir()) == before
        assert telegram_ids(database_file(database_url)) == [1001]


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_postgresql_has_its_own_tools(manage: Manage) -> None:
    result = await manage("backup")
    assert result.exit_code == 1
    assert "pg_dump" in result.output


@pytest.mark.both_databases
async def test_a_backup_is_noted_for_the_alert(stage: Stage, manage: Manage, reread: Reread) -> None:
    await member(stage, 1001, "Анна")
    assert "last backup: none noted" in (await manage("status")).output
    noted = await manage("backup", "--made")
    assert noted.exit_code == 0, noted.output
    assert f"last backup: {datetime.now(UTC):%Y-%m-%d}" in (await manage("status")).output


# --- a look at it, and figures for other programs --------------------------------------------------------------------


@pytest.mark.both_databases
async def test_the_status_is_a_few_lines_about_nobody(stage: Stage, manage: Manage) -> None:
    await member(stage, 1001, "Анна")
    await stage.app.ticker._plan()
    shown = await manage("status", HOLIDAYS="RU")
    assert shown.exit_code == 0, shown.output
    lines = dict(line.split(": ", 1) for line in shown.output.splitlines())
    assert lines["queue"] != "0 messages planned"
    assert lines["oldest due"].startswith("waits for ")
    assert (lines["dead letters"], lines["last summary"]) == ("0", "none yet")
    assert re.fullmatch(r"public holidays of RU until the end of \d{4}", lines["calendar"])
    assert "Анна" not in shown.output
    assert "1001" not in shown.output


@pytest.mark.both_databases
async def test_publications_come_as_hr_reads_them(stage: Stage, manage: Manage, database: Database) -> None:
    mean = publications.Mean(5.5, 0.5, 4.5, 6.5)
    week = publications.Publication(
        kind=publications.PULSE_WEEK,
        slot=date(2026, 2, 23),
        weeks=1,
        k=5,
        company=publications.GroupFigures(None, {"burnout": mean}, participation=publications.Share(0.8)),
        groups=(),
        hidden=(),
        spreads={"burnout": 1.234},
        drawn={"participation": {"company": (17, 4)}},
    )
    async with database.begin() as session:
        assert await publications.store(session, week, stage.clock())
    printed = await manage("publications", "--json")
    assert printed.exit_code == 0, printed.output
    (row,) = json.loads(printed.stdout)
    assert (row["kind"], row["slot"], row["k"]) == ("pulse_week", "2026-02-23", 5)
    assert row["company"]["means"]["burnout"] == {"value": 5.5, "step": 0.5, "low": 4.5, "high": 6.5}
    assert datetime.fromisoformat(row["published_at"]) == stage.clock()
    assert {"drawn", "spreads"}.isdisjoint(row)


# --- people ----------------------------------------------------------------------------------------------------------


async def test_a_role_is_given_and_taken(stage: Stage, manage: Manage, reread: Reread) -> None:
    await member(stage, 1001, "Анна")
    assert (await manage("role", "hr", "--telegram-id", "1001")).exit_code == 0
    assert await reread(select(User.role)) == ["hr"]
    assert (await manage("role", "employee", "--user-id", "1")).exit_code == 0
    assert await reread(select(User.role)) == ["employee"]
    for wrong_one in (["--telegram-id", "5"], ["--user-id", "5"], [], ["--user-id", "1", "--telegram-id", "1001"]):
        assert (await manage("role", "admin", *wrong_one)).exit_code == 1
    assert (await manage("role", "king", "--user-id", "1")).exit_code == 2


@pytest.mark.both_databases
async def test_a_person_is_erased_after_a_yes(stage: Stage, manage: Manage, reread: Reread) -> None:
    for person_id in (1001, 1002):
        await member(stage, person_id, "Анна")
    assert (await manage("erase", "--telegram-id", "1001", answer="n\n")).exit_code == 1
    assert len(await reread(select(User))) == 2
    assert (await manage("erase", "--telegram-id", "1001", answer="y\n")).exit_code == 0
    assert await reread(select(User.telegram_id)) == [1002]
    assert (await manage("erase", "--telegram-id", "1001", "--yes")).exit_code == 1


async def test_a_link_for_a_lost_account_is_approved_by_its_number(
    stage: Stage, manage: Manage, reread: Reread
) -> None:
    await member(stage, 1001, "Анна")
    async with stage.database.begin() as session:
        _, number = await invites.create_relink(session, 1, "employee", 1, timedelta(days=7), datetime.now(UTC))
    assert (await manage("approve-relink", str(number + 1))).exit_code == 1
    assert (await manage("approve-relink", str(number))).exit_code == 0
    assert await reread(select(Invite.relink_approved_at)) != [None]
    assert (await manage("approve-relink", str(number))).exit_code == 1


# --- invites ---------------------------------------------------------------------------------------------------------


async def test_nobody_is_invited_before_somebody_can_help_and_the_company_has_given_its_word(
    database: Database, clock: ManualClock, manage: Manage, reread: Reread
) -> None:
    """A new installation: the first administrator comes in, and everybody else waits."""
    stage = Stage(database, clock)
    ways: list[tuple[dict[str, str], list[str]]] = [
        ({"HELP_CONTACTS": CONTACTS.model_dump_json()}, []),
        ({}, ["--without-help"]),
    ]
    for role in ("employee", "hr"):
        for wrong in ({}, {"HELP_CONTACTS": HelpContacts(ru=["112"]).model_dump_json()}):
            refused = await manage("invite", "--role", role, **wrong)
            assert refused.exit_code == 1
            assert refused.output.startswith("Error: HELP_CONTACTS: names no one"), refused.output
            assert refused.output.count("\n") == 1
        for env, options in ways:
            refused = await manage("invite", "--role", role, *options, **env)
            assert refused.exit_code == 1
            assert "accepted yet what the consent promises" in refused.output
    assert await reread(select(Invite)) == []

    first = await manage("invite", "--role", "admin")
    assert first.exit_code == 0, first.output
    boss = stage.person(1001, "Ирина")
    await boss.says(first.output.splitlines()[-1])
    await boss.presses("Согласиться")
    await boss.says("/hr")
    await boss.presses("Принять от имени компании")

    for env, options in ways:
        made = await manage("invite", "--uses", "5", *options, **env)
        assert made.exit_code == 0, made.output
    assert len(await reread(select(Invite).where(Invite.role == "employee"))) == 2


PLACEHOLDERS = (
    *("…", "...", "Psychologist: …", "TODO", "todo: ask Olga", "TBD", "+7 000 000-00-00", "+7(000)0000000"),
    *("заполните", "Заполните меня", "пример", "help@example.com", "<phone>", "XXX", " ", "-", ""),
)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_placeholder_is_nobody_who_can_help(manage: Manage) -> None:
    for contact, language in product(PLACEHOLDERS, ("ru", "en")):
        contacts = {"ru": ["112"], "en": ["112"], language: ["112", contact]}
        result = await manage("invite", "--role", "admin", HELP_CONTACTS=json.dumps(contacts))
        assert result.exit_code == 1, (contact, language)
        assert result.output.startswith("HELP_CONTACTS: still has a placeholder: write who can help")
        assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "contact",
    [
        "112",
        "8-800-2000-122",
        "+7 495 000-11-22",
        "Ирина Седова, психолог, кабинет 3",
        "https://t.me/olga",
        "Samaritans 116 123",
    ],
)
def test_somebody_real_is_not_taken_for_a_placeholder(contact: str) -> None:
    assert HelpContacts(ru=[contact], en=[contact]).are_named


# --- dead letters ----------------------------------------------------------------------------------------------------


async def test_what_was_dead_lettered_is_listed_repeated_and_forgotten(
    stage: Stage, manage: Manage, reread: Reread
) -> None:
    async with stage.database.begin() as session:
        for number, (kind, data) in enumerate([("callback_query", "a1:1:1:0:3"), ("message", None)]):
            await dead_letters.store(
                session,
                update_id=70 + number,
                kind=kind,
                telegram_id=1001,
                handler="checkin.answer",
                error="ValueError",
                callback_data=data,
                now=stage.clock(),
            )
    listed = (await manage("deadletters", "list")).output.splitlines()
    assert listed[0].startswith("70  2026-03-04 09:00:00Z  callback_query  checkin.answer  ValueError")
    assert listed[1].endswith("can't be repeated")
    assert listed[-1] == "2 dead-lettered"
    assert "1001" not in "".join(listed)

    assert "1 to be repeated" in (await manage("deadletters", "retry")).output
    assert "0 to be repeated" in (await manage("deadletters", "retry", "71")).output
    assert "waits to be repeated" in (await manage("deadletters", "list")).output
    assert "1 removed" in (await manage("deadletters", "remove", "71", "99")).output
    assert await reread(select(DeadLetter.update_id)) == [70]
