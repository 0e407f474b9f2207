"""Locks: one holder, on both databases, and a session that breaks lets go. That they die with their process is told by
test_soak.py, which kills it."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import make_url

from db.locks import HELD_BY_ANOTHER, AdvisoryLock, create_lock
from tests.production.conftest import MakeRunning

pytestmark = pytest.mark.both_databases


async def test_one_holds_it_until_it_lets_go(database_url: str) -> None:
    url = make_url(database_url)
    one, other = create_lock(url, "polling"), create_lock(url, "polling")
    assert not await one.is_held()
    assert await one.acquire()
    assert await one.acquire()
    assert not await other.acquire()
    assert not await other.is_held()
    await one.release()
    assert await other.acquire()
    assert not await one.is_held()
    await other.release()


async def test_locks_of_different_names_have_nothing_to_do_with_each_other(database_url: str) -> None:
    url = make_url(database_url)
    polling, sender = create_lock(url, "polling"), create_lock(url, "sender")
    assert await polling.acquire()
    assert await sender.acquire()
    await polling.release()
    await sender.release()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
async def test_a_session_that_breaks_loses_the_lock_and_may_take_it_again(database_url: str) -> None:
    url = make_url(database_url)
    one, other = create_lock(url, "polling"), create_lock(url, "polling")
    assert isinstance(one, AdvisoryLock)
    assert await one.acquire()

    await cut_all_connections(database_url)

    assert not await one.is_held()
    assert await other.acquire()
    assert not await one.acquire()
    await other.release()
    assert await one.acquire()
    await one.release()


async def test_a_second_poller_says_so_and_ends(running: MakeRunning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.locks.HELD_ON_PAUSE", 0.01)
    first, second = running(), running()
    await first.start()
    await first.app.source.open()
    await second.start()

    error = await second.fails()

    assert str(error) == HELD_BY_ANOTHER


async def cut_all_connections(database_url: str) -> None:
    """End every session of a PostgreSQL database but this one."""
    dsn = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    await connection.close()
