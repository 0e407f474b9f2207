"""PostgreSQL as people have it: managed addresses, poolers, standbys and certificates."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, make_url, select, text

from config import SettingsError, load_settings
from db.address import AddressError, create_engine, parse
from db.database import Database
from db.locks import create_lock
from db.outages import DatabaseUnavailable, _is_outage, describe_outage
from db.pooler import NOT_DIRECT, WITHOUT_DIRECT, is_shared
from manage import cli
from migrations.opening import open_database
from tests.fakes.stage import Stage
from tests.pgbouncer import PROGRAM, PgBouncer
from tests.production.full import takes_nothing_in

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
PASSWORD = "hunter2"
on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
needs_pgbouncer = pytest.mark.skipif(
    PROGRAM is None, reason="no PgBouncer is installed (on Debian: apt install pgbouncer)"
)

# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "postgres://u:p@h/d",
        "postgresql://u:p@h:5432/d?sslmode=require",
        "postgresql+asyncpg://u:p@h/d?ssl=verify-full",
        "postgresql://u:p@ep-x.eu.example/d?sslmode=require&channel_binding=prefer&options=endpoint%3Dep-x",
        "postgresql://u:p@h:6543/d?pgbouncer=true&connect_timeout=10",
        "postgresql://u:p@/d?host=h1:5432&host=h2:5432&target_session_attrs=read-write",
        "postgresql://u:p@h/d?application_name=exhale&sslrootcert=/etc/ca.pem&sslmode=verify-full",
    ],
)
def test_the_words_of_managed_addresses_are_understood(given: str) -> None:
    settings = load_settings(_env_file=None, bot_token=TOKEN, database_url=given)
    url = make_url(settings.database)
    assert url.drivername == "postgresql+asyncpg"
    engine = create_engine(url)
    _, arguments = engine.dialect.create_connect_args(engine.url)
    assert set(arguments) <= {"user", "password", "host", "port", "database"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("sslmode=yes", "sslmode=yes is of no use here: write one of disable, allow, prefer, require, verify-ca"),
        ("target_session_attrs=standby", "target_session_attrs=standby is of no use here: write one of any"),
        ("channel_binding=require", "channel_binding=require cannot be kept, the driver has none: leave it out, and"),
        ("foo=bar", "foo is not understood: leave it out ("),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line_that_names_it(query: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(_env_file=None, bot_token=TOKEN, database_url=f"postgresql://u:{PASSWORD}@h/d?{query}")
    assert str(refused.value).startswith(f"DATABASE_URL: {says}")
    assert PASSWORD not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("given", ["mysql://u:p@h/d", "postgresql+psycopg2://u:p@h/d", "h:5432", "postgresql://h:x/d"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(AddressError, match=r"must begin with postgresql://|is not a database address"):
        parse(given)


@on_postgresql
async def test_a_session_is_asked_for_what_the_address_says(database_url: str) -> None:
    address = make_url(database_url).update_query_dict(
        {"sslmode": "prefer", "application_name": "we", "options": "-c work_mem=5MB", "target_session_attrs": "primary"}
    )
    database = Database(parse(address.render_as_string(hide_password=False)).render_as_string(hide_password=False))
    async with database.read() as session:
        asked = [await session.scalar(select(func.current_setting(name))) for name in ("application_name", "work_mem")]
    await database.dispose()
    assert asked == ["we", "5MB"]


@on_postgresql
async def test_a_certificate_that_is_nowhere_is_named(database_url: str) -> None:
    words = {"sslmode": "verify-full", "sslrootcert": "/nowhere/ca.pem"}
    url = make_url(database_url).update_query_dict(words).render_as_string(hide_password=False)
    with pytest.raises(SettingsError) as refused:
        async with open_database(load_settings(_env_file=None, bot_token=TOKEN, database_url=url)):
            pass
    assert str(refused.value).startswith("DATABASE_URL: ")
    assert "\n" not in str(refused.value)


def test_a_certificate_that_does_not_match_is_told_as_such() -> None:
    error = ssl.SSLCertVerificationError()
    error.verify_message = "Hostname mismatch, certificate is not valid for 'db.example.org'."
    assert describe_outage(error).startswith("the certificate is not accepted: Hostname mismatch")


# --- outages ----------------------------------------------------------------------------------------------------------


class RefusalError(Exception):
    """An error as the driver gives it."""

    def __init__(self, sqlstate: str, message: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


def test_a_mistake_of_the_protocol_is_no_outage() -> None:
    for state in ("08P01", "42P05", "26000"):
        assert not _is_outage(RefusalError(state, "unsupported startup parameter: search_path"))
    for message in (
        "server login has been failing, try again later",
        "query_wait_timeout",
        "pgbouncer cannot connect to server",
    ):
        assert _is_outage(RefusalError("08P01", message))
    for state in ("08006", "08001", "57P01", "25006", "53300"):
        assert _is_outage(RefusalError(state))


@on_postgresql
async def test_a_server_that_became_a_standby_is_not_asked_again_over_the_same_connection(database: Database) -> None:
    """So that the next attempt finds its successor."""

    async def session_number() -> int | None:
        async with database.begin() as session:
            number: int | None = await session.scalar(select(func.pg_backend_pid()))
            return number

    async with takes_nothing_in(database):
        before = await session_number()
        with pytest.raises(DatabaseUnavailable, match="25006"):
            async with database.begin() as session:
                await session.execute(text("INSERT INTO facts (name, value) VALUES ('x', 'y')"))
        assert await session_number() != before


# --- poolers ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pgbouncer(database_url: str) -> Iterator[Callable[..., PgBouncer]]:
    """Starts a PgBouncer before the test's database."""
    made: list[PgBouncer] = []

    def make(mode: str, **options: Any) -> PgBouncer:
        made.append(PgBouncer(database_url, mode, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@needs_pgbouncer
@on_postgresql
async def test_a_pooler_in_transaction_mode_is_found_out(
    database_url: str, pgbouncer: Callable[..., PgBouncer], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    assert not await is_shared(make_url(database_url))
    session, transaction = pgbouncer("session").url(), pgbouncer("transaction").url()
    assert not await is_shared(make_url(session))
    assert await is_shared(make_url(transaction))

    lines = {WITHOUT_DIRECT: {}, NOT_DIRECT: {"database_direct_url": transaction}}
    monkeypatch.chdir(tmp_path)
    for line, more in lines.items():
        with pytest.raises(SettingsError) as refused:
            settings = load_settings(_env_file=None, bot_token=TOKEN, database_url=transaction, **more)
            async with open_database(settings, to_serve=True):
                pass
        assert str(refused.value) == line
        env = {"DATABASE_URL": transaction, "BOT_TOKEN": TOKEN, "BOT_API_URL": "http://127.0.0.1:1"}
        env |= {name.upper(): value for name, value in more.items()}
        said = await asyncio.to_thread(CliRunner(env=env).invoke, cli, ["doctor"])
        assert f"!!  database: {line}" in said.output
        migrated = await asyncio.to_thread(CliRunner(env=env).invoke, cli, ["migrate"])
        assert migrated.output.strip() == line


@needs_pgbouncer
@on_postgresql
async def test_the_bot_works_through_a_pooler_in_transaction_mode(
    database_url: str, pgbouncer: Callable[..., PgBouncer], clock: Any
) -> None:
    """With a way past it for locks: many people at once, each press in whatever connection is free."""
    through = pgbouncer("transaction").url()
    settings = load_settings(_env_file=None, bot_token=TOKEN, database_url=through, database_direct_url=database_url)
    async with open_database(settings, to_serve=True) as database:
        stage = Stage(database, clock)
        await stage.company_promises()
        people = [stage.person(1001 + number, "Анна") for number in range(8)]
        for round_ in range(4):
            for person in people:
                stage.world.person_sends(person.id, "/start" if not round_ else "/menu")
            await stage.settle()
        assert all(len(person.messages) == 4 for person in people)
        await stage.tick()
        other = create_lock(make_url(database_url), "polling")
        assert not await other.acquire()
        async with database.glance() as connection:
            assert await connection.scalar(select(func.count()).select_from(text("facts")))
        stage.telegram.verify()


@needs_pgbouncer
@on_postgresql
@pytest.mark.parametrize(
    ("query", "why"),
    [({"options": "-c work_mem=5MB"}, "08P01"), ({"sslmode": "require"}, "ConnectionError")],
    ids=["startup", "encryption"],
)
async def test_what_a_pooler_refuses_is_one_line(
    database_url: str, pgbouncer: Callable[..., PgBouncer], query: dict[str, str], why: str
) -> None:
    through = pgbouncer("session", ignored="extra_float_digits").url(**query)
    with pytest.raises(SettingsError, match="DATABASE_URL: the database cannot be reached") as refused:
        async with open_database(load_settings(_env_file=None, bot_token=TOKEN, database_url=through), to_serve=True):
            pass
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
