"""The playground and the bot in one process: invented people, and a clock that can be moved forward."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config import DATA_FOLDER, Settings
from content import Content
from content.demo import DemoPerson
from db.database import Database
from ops.network import port_taken
from playground import Clock, Control, Person, Playground
from playground.local import HOST
from scheduler import Ticker
from services.account.member import find_member
from services.demo.company import DemoCompany
from services.kit.calendar import Calendar
from services.kit.clock import system_clock
from services.notifications.planner import next_due
from services.summary.summaries import Summaries

STATE = DATA_FOLDER / "playground-chats.json"


class PlaygroundApp:
    """A Playground whose people the bot's database knows."""

    def __init__(
        self,
        settings: Settings,
        content: Content,
        database: Database,
        calendar: Calendar,
        demo: DemoCompany,
        token: str,
    ) -> None:
        self._database = database
        self._demo = demo
        self._ticker: Ticker | None = None
        self._summaries: Summaries | None = None
        self.clock = Clock()
        self.playground = Playground(
            people=[_person(person, token) for person in content.demo.people],
            port=settings.playground_port,
            state=STATE,
            controls=[
                Control("reminder", content.demo.next_reminder.model_dump(), self._next_reminder),
                Control("summary", content.demo.next_summary.model_dump(), self._next_summary),
            ],
            clock=self.clock,
            example=_example(content),
            clock_moved=self._tick,
        )

    def attach(self, ticker: Ticker, summaries: Summaries) -> None:
        """Let the clock's buttons send what has become due."""
        self._ticker, self._summaries = ticker, summaries

    async def _next_reminder(self, person_id: int) -> str | None:
        """Move the clock to the moment at which the bot next writes to this person."""
        await self._tick()
        async with self._database.read() as session:
            member = await find_member(session, person_id)
            due = await next_due(session, member.id) if member else None
        if due is None:
            return None
        self.clock.advance_to(max(due, self.clock()))
        await self._tick()
        return None

    async def _next_summary(self, _: int) -> str | None:
        """Move the clock to the moment at which HR gets the next weekly summary."""
        if self._summaries is not None:
            async with self._database.read() as session:
                next_at = await self._summaries.next_at(session, self.clock())
            self.clock.advance_to(next_at)
        await self._tick()
        return None

    async def _tick(self) -> None:
        async with self._database.begin() as session:
            await self._demo.catch_up(session, self.clock())
        if self._ticker is not None:
            await self._ticker.tick()


@asynccontextmanager
async def open_playground(
    settings: Settings, content: Content, database: Database, calendar: Calendar
) -> AsyncIterator[PlaygroundApp]:
    """Fill the database at the first start, then serve the page until the block ends. Raise PortTakenError."""
    demo = DemoCompany(content, calendar, settings.default_timezone)
    async with database.begin() as session:
        token = await demo.seed_once(session, system_clock())
    app = PlaygroundApp(settings, content, database, calendar, demo, token)
    try:
        await app.playground.start()
    except OSError as error:
        raise port_taken("PLAYGROUND_PORT", HOST, settings.playground_port, error) from None
    try:
        yield app
    finally:
        await app.playground.stop()


def _person(person: DemoPerson, token: str) -> Person:
    """Return an account for the page: newcomers open with their link, people with a past with the home screen."""
    opening = f"/start {token}" if person.invited else "/menu" if person.role else None
    return Person(
        person.id,
        person.name,
        language_code=person.language,
        note=person.note.model_dump(),
        opening=opening,
        acquainted=person.role is not None,
    )


def _example(content: Content) -> list[int]:
    """Return the rows of the options that the first example chooses, question by question."""
    questionnaire = content.questionnaire
    answers = questionnaire.examples[0].answers
    values = [option.value for option in questionnaire.response_scale]
    return [values.index(answers[key]) for key in questionnaire.order]
