"""The request to stop: it ends a sleep and a race, and leaves nothing running behind."""

from __future__ import annotations

import asyncio

import pytest

from transport.stop import Stop, Stopped

LONG = 3600


async def test_a_sleep_lasts_its_time_or_ends_with_the_stop() -> None:
    stop = Stop()
    await stop.sleep(0.01)
    assert not stop.is_set()

    sleeping = asyncio.ensure_future(stop.sleep(LONG))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(sleeping, 1)
    await asyncio.wait_for(stop.sleep(LONG), 1)


async def test_work_that_ends_first_returns_or_raises() -> None:
    async def fail() -> None:
        raise ValueError

    stop = Stop()
    assert await stop.race(asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ValueError):
        await stop.race(fail())
    assert len(asyncio.all_tasks()) == 1, "nothing waits for the stop any more"


async def test_the_stop_cancels_the_work_and_waits_for_its_end() -> None:
    events = []

    async def work() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            events.append("cleaned up")

    stop = Stop()
    asyncio.get_running_loop().call_soon(stop.set)
    with pytest.raises(Stopped):
        await stop.race(work())
    assert events == ["cleaned up"]


async def test_cancelling_a_race_cancels_the_work() -> None:
    work = asyncio.get_running_loop().create_future()
    race = asyncio.ensure_future(Stop().race(work))
    await asyncio.sleep(0)
    race.cancel()
    with pytest.raises(asyncio.CancelledError):
        await race
    assert work.cancelled()


async def test_work_that_is_only_waited_for_goes_on_after_the_stop() -> None:
    serving = asyncio.ensure_future(asyncio.sleep(0.01, "served"))
    stop = Stop()
    stop.set()
    with pytest.raises(Stopped):
        await stop.race(asyncio.wait((serving,)))
    assert await serving == "served"
