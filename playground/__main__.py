"""`python -m playground`: the server and the page alone, for a bot in its own process and for tests."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from playground.local import Playground
from playground.world.answering import SampleAnswers
from playground.world.entities import Person

PEOPLE = [
    Person(1001, "Анна", "Смирнова", "anna", "ru", {"ru": "говорит по-русски", "en": "speaks Russian"}),
    Person(1002, "Ben", "Carter", "ben", "en", {"ru": "говорит по-английски", "en": "speaks English"}),
    Person(1003, "Мария", "Ковалёва", "maria", "ru", {"ru": "HR", "en": "HR"}),
    Person(1004, "Олег", None, None, "ru", {"ru": "без фамилии", "en": "no last name"}),
    Person(1005, "Sara", "Novak", "sara", "en", {"ru": "говорит по-английски", "en": "speaks English"}),
]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="0 picks a free one")
    parser.add_argument("--token", help="the bot's token; made up if missing")
    parser.add_argument("--state", type=Path, help="file that keeps the chats")
    parser.add_argument("--people", type=int, default=len(PEOPLE), help="how many people there are")
    parser.add_argument("--example", help="rows to press for Answer for me, from 0: 4,5,3,…")
    return parser.parse_args()


def people(count: int) -> list[Person]:
    """The first `count` people; beyond the named ones they are numbered."""
    numbered = [Person(1001 + n, f"Person {n + 1}", language_code="en") for n in range(len(PEOPLE), count)]
    return PEOPLE[:count] + numbered


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def serve(options: argparse.Namespace) -> None:
    example = SampleAnswers([int(row) for row in options.example.split(",")]) if options.example else None
    playground = Playground(
        port=options.port, token=options.token, state=options.state, people=people(options.people), example=example
    )
    await playground.start()
    say(f"Page: {playground.url}")
    say(f"BOT_TOKEN={playground.token} BOT_API_URL={playground.api_url}")
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its loop.
            loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        await playground.stop()


def main() -> int:
    try:
        asyncio.run(serve(arguments()))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"playground: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
