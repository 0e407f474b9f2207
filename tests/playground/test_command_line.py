"""`python -m playground` as its own process."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]


async def started(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "playground", *arguments, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )


async def test_it_says_where_the_page_is_and_what_to_give_the_bot() -> None:
    process = await started("--port", "0", "--people", "7", "--example", "1,2")
    try:
        assert process.stdout
        url = (await process.stdout.readline()).decode().strip().removeprefix("Page: ")
        line = (await process.stdout.readline()).decode().strip()
        settings = dict(pair.split("=", 1) for pair in line.split())
        assert settings["BOT_API_URL"] == url
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/control/state") as response:
                state = await response.json()
            async with session.get(f"{url}/bot{settings['BOT_TOKEN']}/getMe") as response:
                assert (await response.json())["result"]["is_bot"] is True
        assert (len(state["people"]), state["clock"], state["example"]) == (7, None, {"option": "", "ways": []})
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0


async def test_a_taken_port_ends_it_with_one_line() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        process = await started("--port", str(port))
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().startswith("playground: ")
    assert errors.count(b"\n") == 1
