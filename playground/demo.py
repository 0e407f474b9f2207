"""`make demo`: one employee's story in the terminal, in Russian and in English, against the real bot.

The playground's server, `python bot.py` and `python manage.py invite` run as processes of their own, in a folder that
is gone afterwards. Every screen is printed with its buttons; in the middle of the first story the bot is killed with
`kill -9`. The exit code is 0 only if everything that the end lists was found to be so.
"""

import asyncio
import os
import secrets
import socket
import sqlite3
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po

from .client import RemotePerson, rows_of, text_of
from .processes import ROOT, PlaygroundServer, Process

WIDTH = 64
ANNA, BEN = 1001, 1002  # of `python -m playground`: she reads Russian, he reads English
KILLED_AT = 7
SEED = (35, 20, 23, 78)
STOP_SECONDS = 10
INVITE = "invite --role admin --uses 2"  # nobody else is invited before the company gave its word
BOLD, DIM, GREEN, RED, PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"
IN_COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
REDRAWN = "message is not modified"  # a press that was taken in twice, before and after the kill, changes nothing
RESULTS = "SELECT emotional_exhaustion, depersonalization, reduced_accomplishment, score FROM assessments"
Message = dict[str, Any]


# --- the terminal


def say(line: str = "", style: str = "") -> None:
    """One line."""
    sys.stdout.write(painted(line, style) + "\n")
    sys.stdout.flush()


def painted(text: str, style: str) -> str:
    """In bold or in colour, where the terminal can."""
    return f"{style}{text}{PLAIN}" if style and IN_COLOUR and text else text


def boxed(message: Message) -> Iterator[str]:
    """A message as it stands on the screen: its text in a box, bold where the bot is bold, and its buttons below."""
    yield "  ┌" + "─" * (WIDTH + 2) + "┐"
    for line, is_bold in lines_of(message):
        for part in textwrap.wrap(line, WIDTH) or [""]:
            yield f"  │ {painted(part, BOLD if is_bold else '')}{' ' * (WIDTH - len(part))} │"
    yield "  └" + "─" * (WIDTH + 2) + "┘"
    for row in rows_of(message):
        yield "    " + " ".join(f"[ {button['text']} ]" for button in row)


def lines_of(message: Message) -> Iterator[tuple[str, bool]]:
    """The lines of a message, and whether each is bold. Entities count in UTF-16 units, two bytes each."""
    text = str(message["text"])
    bold = {
        unit
        for entity in message.get("entities", [])
        if entity["type"] == "bold"
        for unit in range(entity["offset"], entity["offset"] + entity["length"])
    }
    unit = 0
    for line in text.split("\n"):
        yield line.replace("\xa0", " "), unit in bold
        unit += len(line.encode("utf-16-le")) // 2 + 1


# --- the story


@dataclass
class Checks:
    """What was looked at, and whether it was as it should be."""

    results: list[tuple[str, bool]] = field(default_factory=list)

    def add(self, what: str, is_so: bool) -> None:
        """Note one."""
        self.results.append((what, is_so))

    def report(self) -> int:
        """Print them all; return the exit code."""
        for what, is_so in self.results:
            say(f"  {'✓' if is_so else '✗'} {what}", GREEN if is_so else RED)
        return 0 if all(is_so for _, is_so in self.results) else 1


class Employee:
    """Plays one person, and prints what they see and press."""

    def __init__(self, person: RemotePerson, locale: str) -> None:
        self._person = person
        self._words = words(locale)
        self._rows = seed_rows()

    async def joins(self, link: str) -> None:
        """From the invite to the first question."""
        self._tells("opens the invite and presses START")
        await self._person.starts(link)
        await self._reads("consent.title")
        await self._presses("consent.agree")
        await self._is_asked(0)

    async def answers(self, start: int, end: int) -> None:
        """Press the options of the example, from one question up to another; every question but the first is shown."""
        for place in range(start, end):
            await self.presses_option(place)
            if place + 1 < len(self._rows):
                await self._is_asked(place + 1)

    async def names_a_cause(self) -> None:
        """Say what weighed most, and go on to the result."""
        question = await self._reads("causes.question")
        self._tells(f"[ {rows_of(question)[0][0]['text']} ]")
        await self._person.presses_at(question, 0)
        await self._presses("causes.done")

    async def presses_option(self, place: int, remark: str = "") -> None:
        """Press the example's option of a question that is on the screen."""
        question = await self._person.sees(self._progress(place))
        self._tells(f"[ {rows_of(question)[self._rows[place]][0]['text']} ]{remark}")
        await self._person.presses_at(question, self._rows[place])

    async def goes_on(self, place: int) -> None:
        """Find the question on the screen by itself, after the bot is back."""
        await self._is_asked(place)

    async def reads_result(self) -> str:
        """Read the result; return its text."""
        result = await self._reads("level.high", score=SEED[-1], word=self._words["frequency.half"])
        return text_of(result)

    async def ticks_off_a_step(self) -> None:
        """Open the list, choose the first step, start it with its plan, and do it."""
        await self._presses("button.what_may_help")
        steps = await self._reads("recommendations.intro")
        title = rows_of(steps)[0][0]["text"]
        self._tells(f"[ {title} ]")
        await self._person.presses_at(steps, 0)
        self._prints(await self._person.sees(title.partition(" · ")[0]))
        await self._presses("recommendations.start")
        await self._reads("recommendations.plan")
        await self._presses("recommendations.plan_fine")
        await self._offered("recommendations.done")
        await self._presses("recommendations.done")
        await self._offered("recommendations.undo")

    async def _is_asked(self, place: int) -> None:
        self._prints(await self._person.sees(self._progress(place)))

    async def _reads(self, key: str, **values: Any) -> Message:
        """Wait for a screen by the beginning of its words, up to the first one that varies."""
        beginning = self._words[key].format(**values) if values else self._words[key].partition("{")[0]
        message = await self._person.sees(beginning.splitlines()[0].partition(":")[0].strip(" «“"))
        self._prints(message)
        return message

    async def _offered(self, key: str) -> None:
        message, _, _ = await self._person.offered(self._words[key])
        self._prints(message)

    async def _presses(self, key: str) -> None:
        label = self._words[key].partition("{")[0].strip()
        message, row, column = await self._person.offered(label)
        self._tells(f"[ {rows_of(message)[row][column]['text']} ]")
        await self._person.presses_at(message, row, column)

    def _progress(self, place: int) -> str:
        return self._words["checkin.progress"].format(number=place + 1, total=len(self._rows)) + "\n"

    def _prints(self, message: Message) -> None:
        say("\n".join(boxed(message)))

    def _tells(self, what: str) -> None:
        say(f"  ▸ {what}", DIM)


def words(locale: str) -> dict[str, str]:
    """The bot's own words in one language, by key, with plain spaces."""
    with (ROOT / "locales" / locale / "LC_MESSAGES" / "bot.po").open("rb") as source:
        catalog = read_po(source, locale=locale)
    return {str(one.id): str(one.string).replace("\xa0", " ") for one in catalog if isinstance(one.id, str)}


def seed_rows() -> list[int]:
    """The rows of the options that the questionnaire's first example chooses, in the order of the questions."""
    questionnaire = yaml.safe_load((ROOT / "content" / "questionnaire.yaml").read_text(encoding="utf-8"))
    values = [option["value"] for option in questionnaire["response_scale"]]
    answers = questionnaire["examples"][0]["answers"]
    return [values.index(answers[key]) for key in questionnaire["order"]]


# --- the stage


@dataclass
class Stage:
    """The three programs around one database."""

    server: PlaygroundServer
    bot: Process
    link: str
    database: Path

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What stands in the database, read beside the bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()


async def set_up(folder: Path, stack: AsyncExitStack) -> Stage:
    """Start all three at once: the bot waits for its server, and the two that open the database wait for each other."""
    token, port = f"7000000001:{secrets.token_hex(18)[:35]}", free_port()
    database = folder / "demo.db"
    env = {
        "BOT_TOKEN": token,
        "BOT_API_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "OPS_PORT": "0",
    }
    bot = Process(str(ROOT / "bot.py"), folder=folder, env=env, name="bot")
    manage = Process(str(ROOT / "manage.py"), *INVITE.split(), folder=folder, env=env, name="manage")
    stack.push_async_callback(bot.close)
    await asyncio.gather(bot.start(), manage.start())
    server = await stack.enter_async_context(PlaygroundServer(folder, "--token", token, port=port))
    if await manage.ended():
        raise AssertionError(manage.output)
    last_line = manage.output.splitlines()[-1]
    say(f"  $ python manage.py {INVITE}\n    {last_line}")
    await bot.says("ready")
    return Stage(server, bot, last_line.replace("=", " ").split()[-1], database)


def free_port() -> int:
    """A port of this machine that no one listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def anna_and_the_kill(stage: Stage, checks: Checks) -> str:
    """The first story: Russian, with the bot killed between two questions."""
    anna = Employee(RemotePerson(stage.server.control, ANNA), "ru")
    await anna.joins(stage.link)
    await anna.answers(0, KILLED_AT)
    await stage.bot.kill()
    say(
        f"\n  ✂ kill -9: the bot is gone between question {KILLED_AT} and its answer. She presses all the same.\n", BOLD
    )
    await anna.presses_option(KILLED_AT, " (no one is there)")
    checks.add("the bot was killed with kill -9", stage.bot.running.returncode == -9)
    await stage.bot.start()
    say("\n  … python bot.py again; it finds her press waiting at the server\n", BOLD)
    await anna.goes_on(KILLED_AT + 1)
    answers = "SELECT position, (SELECT count(*) FROM json_each(answers)) FROM drafts"
    checks.add("it went on at the next question: nothing lost", stage.rows(answers) == [(KILLED_AT + 1, KILLED_AT + 1)])
    await anna.answers(KILLED_AT + 1, len(seed_rows()))
    await anna.names_a_cause()
    result = await anna.reads_result()
    await anna.ticks_off_a_step()
    return result


async def ben(stage: Stage) -> str:
    """The same in English, without an accident."""
    employee = Employee(RemotePerson(stage.server.control, BEN), "en")
    await employee.joins(stage.link)
    await employee.answers(0, len(seed_rows()))
    await employee.names_a_cause()
    result = await employee.reads_result()
    await employee.ticks_off_a_step()
    return result


async def play(folder: Path) -> int:
    """Both stories, then what was found; return the exit code."""
    began, checks = time.monotonic(), Checks()
    async with AsyncExitStack() as stack:
        say("Exhale: one employee's story, against the real bot in a process of its own", BOLD)
        say("  python -m playground | python bot.py | python manage.py: starting costs some seconds\n", DIM)
        stage = await set_up(folder, stack)
        say("\nIn Russian\n", BOLD)
        russian = await anna_and_the_kill(stage, checks)
        say("\nIn English\n", BOLD)
        english = await ben(stage)
        look_back(stage, checks, russian, english)
        refused = [call for call in await stage.server.control.refused() if REDRAWN not in call]
        checks.add(f"the Bot API server refused {'; '.join(refused) or 'no call'}", not refused)
        stopping = time.monotonic()
        checks.add("SIGTERM ends it with exit code 0", await stage.bot.stop() == 0)
        checks.add(f"within {STOP_SECONDS} seconds", time.monotonic() - stopping < STOP_SECONDS)
    say("\nWhat was checked\n", BOLD)
    code = checks.report()
    say(f"\n  {time.monotonic() - began:.0f} seconds. `make run` opens the same bot as a page in the browser.", DIM)
    return code


def look_back(stage: Stage, checks: Checks, russian: str, english: str) -> None:
    """Compare what the two were shown with what stands in the database."""
    figures = "/".join(str(figure) for figure in SEED[:-1])
    checks.add(f"both results say {figures}, together {SEED[-1]}", all(shows_seed(text) for text in (russian, english)))
    checks.add("the database has the same figures, once for each", stage.rows(RESULTS) == [SEED, SEED])
    named = stage.rows("SELECT DISTINCT cause, second_cause, causes_open FROM assessments")
    checks.add("what each said weighed most is stored with it", named == [("load", None, 0)])
    checks.add("no unfinished check-in is left", stage.rows("SELECT id FROM drafts") == [])
    done = stage.rows("SELECT DISTINCT user_id FROM recommendations WHERE state = 'done' AND completed")
    checks.add("each of them ticked off one step", len(done) == 2)
    haste = stage.rows("SELECT DISTINCT quality FROM assessments")
    checks.add(
        "nobody reads twenty questions in a second: the bot noticed, told them kindly, and keeps such answers out of "
        "every average",
        haste == [("suspect",)],
    )


def shows_seed(text: str) -> bool:
    """Whether a result names the three scales and the total of the example."""
    return all(f"({figure} " in text for figure in SEED[:-1]) and f" {SEED[-1]} " in text


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="exhale-demo-") as folder:
        try:
            return asyncio.run(play(Path(folder)))
        except AssertionError as error:
            say(f"\n  ✗ {error}", RED)
            return 1


if __name__ == "__main__":
    sys.exit(main())
