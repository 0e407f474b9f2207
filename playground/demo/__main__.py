"""`make demo`: the whole story in the terminal, in Russian and in English, played with the real bot.

`python bot.py` runs as the playground in a process of its own, in a folder that is gone afterwards. An employee of each
language joins and begins to answer, then the bot is killed with `kill -9`. What it shows is printed, cut to its first
lines. The exit code is 0 only if everything that the end lists was found to be so.
"""

import asyncio
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from playground.demo.story import ANSWERED_BY_HAND, PULSE, Story
from playground.demo.terminal import BOLD, DIM, GREEN, RED, Script
from playground.remote.client import ControlClient, RemotePerson, until
from playground.remote.processes import ROOT, Process

STOP_SECONDS = 10
LINES_AT_MOST = 120  # of each story
SEED = (35, 20, 23, 78)  # the three scales of the first example, and their total
PNG = b"\x89PNG\r\n"
REDRAWN = "message is not modified"  # a press that was taken in twice, before and after the kill, changes nothing
CHARTS = Path("data")
PEOPLE = {"ru": ((1001, "Анна"), (1004, "Ольга")), "en": ((1002, "Emma"), (1007, "Martin"))}
TITLES = {"ru": "По-русски", "en": "In English"}
RESULTS = """SELECT emotional_exhaustion, depersonalization, reduced_accomplishment, score
    FROM assessments JOIN users ON users.id = user_id WHERE telegram_id IN (1001, 1002)"""
CAUSES = """SELECT cause, causes_open
    FROM assessments JOIN users ON users.id = user_id WHERE telegram_id IN (1001, 1002)"""
STEPS = """SELECT count(*) FROM recommendations JOIN users ON users.id = user_id
    WHERE recommendations.state = 'done' AND completed AND telegram_id IN (1001, 1002)"""
PULSES = """SELECT burnout, stress, productivity FROM metrics JOIN users ON users.id = user_id
    WHERE source = 'pulse' AND telegram_id IN (1001, 1002)"""
DRAFTS = "SELECT position, (SELECT count(*) FROM json_each(answers)) FROM drafts"


class Checks:
    """What was looked at, and whether it was as it should be."""

    def __init__(self) -> None:
        self._results: list[tuple[str, bool]] = []

    def add(self, what: str, is_so: bool) -> None:
        """Note one."""
        self._results.append((what, is_so))

    def report(self, script: Script) -> int:
        """Print them all; return the exit code."""
        for what, is_so in self._results:
            script.says(f"  {'✓' if is_so else '✗'} {what}", GREEN if is_so else RED)
        return 0 if all(is_so for _, is_so in self._results) else 1


class Stage:
    """The bot in a process of its own, and the page's control API."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        env = {"PLAYGROUND_PORT": str(free_port()), "CHECKIN_PERIOD_WEEKS": "4"}
        self.bot = Process(str(ROOT / "bot.py"), folder=folder, env=env, name="bot")
        self.control = ControlClient(f"http://127.0.0.1:{env['PLAYGROUND_PORT']}")

    async def start(self) -> None:
        """Start the bot, or start it again."""
        await self.bot.start()
        await self.bot.says("ready")

    async def kill(self) -> None:
        """`kill -9`, once the page's server has saved the chats as they are."""
        chats = self.folder / "data" / "playground-chats.json"
        newest = {name: (await self._newest(id_)) for (id_, name), _ in PEOPLE.values()}

        async def saved() -> bool:
            text = chats.read_text(encoding="utf-8") if chats.exists() else ""
            return all(words in text for words in newest.values())

        await until(saved, lambda: "the chats were never saved")
        await self.bot.kill()

    async def _newest(self, person: int) -> str:
        chat = await self.control.get("chat", person=person)
        return str(chat["messages"][-1]["text"]).rpartition("\n")[2]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database has, read beside the bot."""
        database = self.folder / "data" / "playground.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()

    async def close(self) -> None:
        """Make sure that nothing is left."""
        await self.control.close()
        await self.bot.close()


def free_port() -> int:
    """A port of this machine that no one listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def story(stage: Stage, locale: str, *, live: bool) -> Story:
    """The people of one language."""
    (employee, name), (hr, hr_name) = PEOPLE[locale]
    chart = CHARTS / f"demo-chart-{locale}.png"
    person, manager = (RemotePerson(stage.control, id_) for id_ in (employee, hr))
    return Story(locale, person, name, manager, hr_name, Script(live=live), chart=chart)


async def play(stage: Stage) -> int:
    """Both stories at once, the second one printed after the first, then what was found; return the exit code."""
    began, checks, out = time.monotonic(), Checks(), Script(live=True)
    out.says("Exhale: a story of one employee and their HR, played with the real bot", BOLD)
    out.says("  │ what the bot writes   [a button]   ▸ what is pressed   … what is left out here", DIM)
    out.says("  It runs as it does without a token, in its playground. Starting takes a few seconds.", DIM)
    await stage.start()
    stories = [story(stage, locale, live=locale == "ru") for locale in PEOPLE]
    out.says(f"\n{TITLES['ru']}\n", BOLD)
    await _lose_nothing(stage, stories, checks)
    await _live_on(stage, stories)
    for one in stories[1:]:
        out.says(f"\n{TITLES[one.locale]}\n", BOLD)
        one.script.goes_live()
    _look_back(stage, stories, checks)
    await _stop(stage, checks)
    out.says("\nWhat was checked\n", BOLD)
    code = checks.report(out)
    out.says(f"\n  {time.monotonic() - began:.0f} seconds. `make run` opens the same bot in the browser.", DIM)
    return code


async def _lose_nothing(stage: Stage, stories: list[Story], checks: Checks) -> None:
    """From the link to the result, with the bot killed on the way."""
    await asyncio.gather(*(one.joins() for one in stories))
    await stage.kill()
    checks.add("kill -9 ended the bot", stage.bot.running.returncode == -9)
    kept = stage.rows(DRAFTS) == [(ANSWERED_BY_HAND, ANSWERED_BY_HAND)] * len(stories)
    checks.add("the answers given before that are in the database, and the same question comes next", kept)
    for one in stories:
        one.was_killed()
    await stage.start()
    await asyncio.gather(*(one.goes_on() for one in stories))
    await asyncio.gather(*(one.takes_a_step() for one in stories))


async def _live_on(stage: Stage, stories: list[Story]) -> None:
    """The weeks after: a pulse, HR's Monday, a promise, and the invitation to the next check-in."""
    for one in stories:
        await one.answers_the_pulse()
    await stage.control.post("run", control="summary", person=stories[0].hr.id)
    for one in stories:
        await one.reads_the_summary()
        await one.promises()
    for one in stories:
        await one.is_reminded()


def _look_back(stage: Stage, stories: list[Story], checks: Checks) -> None:
    """Compare what people were shown with what the database has."""
    first, second, third, total = SEED
    checks.add(
        f"both results say {first}, {second} and {third}, together {total}",
        all(shows_seed(one.result) for one in stories),
    )
    checks.add("the database has the same figures, once for each", stage.rows(RESULTS) == [SEED] * len(stories))
    checks.add("what each said weighed most is stored with it", stage.rows(CAUSES) == [("load", 0)] * len(stories))
    checks.add("each of them did one step", stage.rows(STEPS) == [(len(stories),)])
    answers = tuple(answer * 10.0 for answer in PULSE)
    checks.add("the pulse that was answered in its message is stored", stage.rows(PULSES) == [answers] * len(stories))
    promised = {text for (text,) in stage.rows("SELECT text FROM promises")}
    checks.add("the promises that HR made are stored", all(one.promise in promised for one in stories))
    checks.add("the reminder opened the next check-in", stage.rows(DRAFTS) == [(0, 0)] * len(stories))
    is_png = [one.chart.read_bytes().startswith(PNG) for one in stories]
    checks.add(f"the charts are pictures: {', '.join(str(one.chart) for one in stories)}", all(is_png))
    lines = [one.script.lines for one in stories]
    checks.add(f"neither story is longer than {LINES_AT_MOST} lines: {lines}", max(lines) <= LINES_AT_MOST)


async def _stop(stage: Stage, checks: Checks) -> None:
    refused = [call for call in await stage.control.refused() if REDRAWN not in call]
    checks.add(f"the Bot API server refused {'; '.join(refused) or 'no call'}", not refused)
    stopping = time.monotonic()
    checks.add("SIGTERM ends it with exit code 0", await stage.bot.stop() == 0)
    checks.add(f"and it takes less than {STOP_SECONDS} seconds", time.monotonic() - stopping < STOP_SECONDS)


def shows_seed(text: str) -> bool:
    """Whether a result names the three scales and the total of the example."""
    return all(f"({figure} " in text for figure in SEED[:-1]) and f" {SEED[-1]} " in text


async def run(folder: Path) -> int:
    stage = Stage(folder)
    try:
        return await play(stage)
    finally:
        await stage.close()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="exhale-demo-") as folder:
        try:
            return asyncio.run(run(Path(folder)))
        except AssertionError as error:
            sys.stdout.write(f"\n  ✗ {error}\n")
            return 1


if __name__ == "__main__":
    sys.exit(main())
