"""The playground and the bot in one process: invented people, and a clock that can be moved forward."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from app.wiring import App
from config import DATA_FOLDER, Settings
from content import Content
from content.demo import DemoPerson
from db.database import Database
from keyboards.lifecycle import Join, PickDepartment
from keyboards.wellbeing import Answer, CauseButton
from locales import LOCALES
from ops.network import port_taken
from playground import Clock, Control, Person, Playground, SampleAnswers
from playground.local import HOST
from scheduler import Ticker
from services.account.member import find_member
from services.demo.company import DemoCompany
from services.kit.calendar import Calendar
from services.kit.clock import system_clock
from services.notifications.planner import next_due, next_event
from services.summary.summaries import Summaries

STATE = DATA_FOLDER / "playground-chats.json"
SHORTEST_STEP = timedelta(minutes=1)  # so that what cannot leave does not hold the clock


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
        self._calendar = calendar
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
            walk_clock=self._walk_to,
        )

    def attach(self, app: App) -> None:
        """Let the clock's buttons send what has become due, and let each reader see the bot under its name in their
        language.
        """
        self._ticker, self._summaries = app.ticker, app.services.summaries
        names = {locale: app.catalogs.translator(locale)("bot.name") for locale in LOCALES}
        self.playground.world.profile["name"] |= names

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
            await self._walk_to(next_at)
        return None

    async def _walk_to(self, to: datetime) -> None:
        """Move the clock to a moment through everything that is due until then, as though someone had waited."""
        while (event := await self._next_event()) < to:
            self.clock.advance_to(max(event, self.clock() + SHORTEST_STEP))
            await self._tick()
        self.clock.advance_to(max(to, self.clock()))
        await self._tick()

    async def _next_event(self) -> datetime:
        """Return the next message or plan of anyone, or the end of the week, when its figures are published."""
        now = self.clock()
        async with self._database.read() as session:
            event = await next_event(session)
        week_closes_at = self._calendar.week_closes_at(self._calendar.week_of(now))
        return week_closes_at if event is None else min(event, week_closes_at)

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


def _example(content: Content) -> SampleAnswers:
    """Return what *Answer for me* presses from the consent to the result, by the questionnaire's first example."""
    questionnaire = content.questionnaire
    answers = questionnaire.examples[0].answers
    values = [option.value for option in questionnaire.response_scale]
    return SampleAnswers(
        [values.index(answers[key]) for key in questionnaire.order],
        option=f"{Answer.__prefix__}:",
        ways=(f"{Join.__prefix__}:agree:", f"{PickDepartment.__prefix__}:", f"{CauseButton.__prefix__}:name:"),
    )
