"""Fixtures that every test may use: a real database of each kind, Redis, a clock.

A test that takes `database` (or `database_url`) runs on SQLite, and what it asks there is asked on PostgreSQL, too
(tests/replay.py). One that is marked `both_databases` runs twice; `make soak` runs all of them twice. Servers start at
the first test that needs them. `TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers to use instead of our own.
"""

from __future__ import annotations

import tests.quick_imports

# isort: split
import transport.unbuilt_types  # noqa: F401 (as in bot.py)

# isort: split
import tests.once  # noqa: F401 (before anything takes `load_content` from where it stands)

# isort: split
import gc
import logging
import os
import sys
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import structlog
import uvloop
from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from config import Settings
from db.database import Database
from ops import logs
from services.gate import noise
from tests.clock import START, ManualClock
from tests.databases import Databases, PostgresDatabases, SQLiteDatabases
from tests.postgres import PostgresServer
from tests.redis import RedisServer
from tests.replay import Replay
from tests.report import pytest_collection_modifyitems, pytest_terminal_summary

if TYPE_CHECKING:
    from tests.fakes.stage import Stage, WarmDispatchers

__all__ = ["pytest_collection_modifyitems", "pytest_terminal_summary"]

hypothesis.settings.load_profile("ci")  # the same examples in every run

BACKENDS = ("sqlite", "postgresql")
Reread = Callable[[Executable], Awaitable[list[Any]]]
ConfigureLogs = Callable[..., None]

CONFIGURED = ("exhale", "apscheduler", "sqlalchemy.engine")  # loggers whose level `logs.configure` sets


MEMORY = Path("/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let somebody in a hurry do without PostgreSQL."""
    parser.addoption("--sqlite-only", action="store_true", help="tell each story on SQLite, and ask PostgreSQL nothing")


def pytest_configure(config: pytest.Config) -> None:
    """Let the workers of a run share one PostgreSQL: each start costs seconds."""
    starts_workers = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if starts_workers and not config.getoption("sqlite_only") and "TEST_DATABASE_URL" not in os.environ:
        server = PostgresServer()
        config.add_cleanup(server.stop)
        os.environ["TEST_DATABASE_URL"] = server.url()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Tell xdist to start one worker more than there are processors, since some tests wait for other processes."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """As the bot does at its start: what lives as long as the program is not looked through by the collector again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)  # tighter than the bot's: every test leaves a whole bot behind
    gc.enable()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """The loop that the bot runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteDatabases]:
    """Where SQLite databases are made: in memory where there is some, since every commit waits for the disk."""
    if not os.access(MEMORY, os.W_OK):
        yield SQLiteDatabases(tmp_path_factory.mktemp("sqlite"))
        return
    with tempfile.TemporaryDirectory(prefix="exhale-sqlite-", dir=MEMORY) as folder:
        yield SQLiteDatabases(Path(folder))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresDatabases]:
    """The server of `TEST_DATABASE_URL`, or our own, which starts when it is needed."""
    with ExitStack() as stack:

        @cache
        def address() -> str:
            if given := os.environ.get("TEST_DATABASE_URL"):
                return given
            server = PostgresServer()
            stack.callback(server.stop)
            return server.url()

        made = PostgresDatabases(address)
        yield made
        made.close()


@pytest.fixture(scope="session")
def postgresql_databases(postgresql: PostgresDatabases) -> PostgresDatabases:
    """Where PostgreSQL databases are made."""
    return postgresql


@pytest.fixture(scope="session")
def replay(postgresql: PostgresDatabases) -> Iterator[Replay]:
    """Hears what is asked on SQLite in this worker."""
    made = Replay(postgresql.migrated)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _asked_on_postgresql(replay: Replay, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that asked something on SQLite that PostgreSQL does not understand."""
    yield
    asked = replay.take_new()
    is_hurried = request.config.getoption("sqlite_only")
    if not is_hurried and "migrations" not in request.path.parts:  # their tables are of another time
        refused = replay.run(asked)
        assert not refused, "PostgreSQL refuses:\n\n" + "\n\n".join(refused)


@pytest.fixture
def configure_logs() -> Iterator[ConfigureLogs]:
    """`logs.configure`, whose effects end with the test."""
    root, named = logging.getLogger(), [logging.getLogger(name) for name in CONFIGURED]
    handlers, levels, hook = root.handlers, [logger.level for logger in (root, *named)], sys.excepthook
    yield logs.configure
    sys.excepthook = hook
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers = handlers
    for logger, level in zip((root, *named), levels, strict=True):
        logger.setLevel(level)
    for area in logs.AREAS:
        for handler in logging.getLogger(f"exhale.{area}").handlers[:]:
            logging.getLogger(f"exhale.{area}").removeHandler(handler)
            handler.close()
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _loggers_keep_quiet() -> Iterator[None]:
    """Fail a test that leaves the loggers talkative: each later one would pay for lines that nobody reads."""
    yield
    talkative = [name for name in CONFIGURED if logging.getLogger(name).isEnabledFor(logging.INFO)]
    assert not talkative, f"still told everything: {talkative}"


@pytest.fixture(params=BACKENDS)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where databases of the kind under test are made."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of a new database at the newest revision."""
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_url(databases: Databases) -> Iterator[str]:
    """The address of a new database without tables."""
    url = databases.empty()
    yield url
    databases.drop(url)


open_warm = cache(Database)  # an engine knows the statements that it has written once
reread_warm = cache(partial(create_async_engine, poolclass=NullPool))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A new, migrated database."""
    made = open_warm(database_url)
    yield made
    await made.dispose()


@pytest.fixture
async def reread(database_url: str) -> AsyncIterator[Reread]:
    """Reads through another engine, so that only what was committed is seen: `await reread(select(User))`.

    Gives the first column, or the object, of each row.
    """
    engine = reread_warm(database_url)

    async def read(statement: Executable) -> list[Any]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            return list((await session.execute(statement)).scalars())

    yield read
    await engine.dispose()


@pytest.fixture(scope="session")
def _warm_clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def clock(_warm_clock: ManualClock) -> ManualClock:
    """A clock that the test moves; in every test it begins at the same moment."""
    _warm_clock.now = START
    return _warm_clock


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis: that of `TEST_REDIS_URL`, or our own."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    server = RedisServer()
    yield server.url
    server.close()


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of an empty Redis."""
    import redis

    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server


@pytest.fixture(scope="session", autouse=True)
def _plain_tracebacks() -> None:
    """Let structlog write exceptions as the bot does, though a tool of ours brings `rich`, which takes seconds."""
    structlog.get_config()["processors"][-1].exception_formatter = structlog.dev.plain_traceback


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_machine() -> Iterator[None]:
    """A test sees the settings that it gives, whatever is exported in the shell."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(scope="session")
def _warm_dispatchers() -> WarmDispatchers:
    from tests.fakes.stage import WarmDispatchers

    return WarmDispatchers()


@pytest.fixture
async def stage(database: Database, clock: ManualClock, _warm_dispatchers: WarmDispatchers) -> AsyncIterator[Stage]:
    """The bot and the people who talk to it; fails a test in which Telegram refused something unexpected."""
    from aiogram.types import Update

    from tests.fakes.stage import Stage

    made = Stage(database, clock, warm=_warm_dispatchers)
    await made.company_promises()
    yield made
    Update.event_type.fget.cache_clear()  # type: ignore[attr-defined]  # it keeps updates, and with them whole bots
    made.telegram.verify()


@pytest.fixture
def without_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts as they are, for what is not about noise."""
    monkeypatch.setattr(noise, "_drawn", lambda scale, counts: list(counts))
