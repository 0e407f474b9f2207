"""The check-in as a finite-state machine: use cases, the table of transitions and the drawing say the same."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from content import Content, Questionnaire, load_content
from content.questionnaire import Item
from db.database import Database
from models import Assessment, Draft, Hold, User
from services.account import users
from services.account.member import find_member
from services.account.unit_of_work import UnitOfWork
from services.account.users import NewMember
from services.kit.calendar import Calendar
from services.wellbeing.checkin import (
    CausesStep,
    CheckIns,
    CheckInState,
    CheckInStep,
    Done,
    Finished,
    QuestionRef,
    Unfinished,
)
from services.wellbeing.checkin.states import TRANSITIONS, Event
from services.wellbeing.recommendations import Recommendations
from tests.clock import ManualClock
from tests.databases import SQLiteDatabases

CONTENT = load_content()
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
DRAWING = Path(__file__).parents[3] / "docs" / "checkin-states.md"
ARROW = re.compile(r"^ +(\w+) --> (\w+) : ([^\[\n]+?)(?: \[(.+)\])?$", re.MULTILINE)
CAUSES = ("load", "values", "nothing")
PACE = 8  # a reader's seconds for one question
EXAMPLES = 15
Row = tuple[str, Event, str]
Press = Callable[[UnitOfWork], Awaitable[CheckInState]]

TABLE = {(row.source.__name__, row.event, row.target.__name__) for row in TRANSITIONS}
PRESSES = set(Event) - {Event.SHOWN, Event.PERIOD_CLOSES, Event.TIME_PASSES, Event.QUESTIONS_REPLACED}


def _short(questionnaire: Questionnaire) -> Questionnaire:
    """Two questions a scale, the last of which may be skipped; four answers that are the same are careless."""
    items = [item for scale in questionnaire.scales for item in _of_scale(questionnaire, scale)[:2]]
    needed = {"EE": 2, "DP": 2, "RA": 1}
    scales = {
        key: scale.model_copy(update={"items": 2, "min_answered": needed[key]})
        for key, scale in questionnaire.scales.items()
    }
    quality = questionnaire.quality.model_copy(update={"longstring_presented": 4, "middle": -1})
    order = tuple(item.key for item in items)
    return questionnaire.model_copy(update={"items": items, "order": order, "scales": scales, "quality": quality})


def _of_scale(questionnaire: Questionnaire, scale: str) -> list[Item]:
    return [item for item in questionnaire.items if item.scale == scale]


def name(state: CheckInState) -> str:
    """A state by its class, as the table and the drawing call it."""
    return type(state).__name__


SHORT = _short(CONTENT.questionnaire)


class Conversation:
    """One person, the buttons of every question that they have seen, and a note of each transition."""

    numbers = count(1)

    def __init__(self, database: Database, seen: set[Row]) -> None:
        self.database = database
        self.seen = seen
        self.clock = ManualClock()
        self.account = next(self.numbers)
        self.questions: list[QuestionRef] = []
        self.drafts: list[int] = []
        self.results: list[int] = []
        self.state: CheckInState
        self.use(1)

    def use(self, version: int) -> None:
        """A deploy: this version of the questionnaire is the only one."""
        questionnaire = SHORT.model_copy(update={"version": version})
        content: Content = replace(CONTENT, questionnaires={version: questionnaire})
        self.version, self.questionnaire = version, questionnaire
        self.checkins = CheckIns(content, CALENDAR, Recommendations(content))

    async def join(self) -> None:
        async with self.database.begin() as session:
            joining = NewMember(self.account, "Anna", "en", "employee", None, 1)
            await users.join(session, joining, "Europe/Moscow", self.clock())
        self.state = await self.do(self.checkins.state)

    async def do(self, use_case: Press) -> CheckInState:
        async with self.database.begin() as session:
            return await use_case(UnitOfWork(session, await find_member(session, self.account), self.clock()))

    async def rows(self) -> list[Any]:
        """Everything that the state is read from."""
        mine = select(User.id).where(User.telegram_id == self.account).scalar_subquery()
        async with self.database.read() as session:
            return [
                *await session.execute(select(Draft.id, Draft.position, Draft.answers).where(Draft.user_id == mine)),
                *await session.execute(
                    select(
                        Assessment.id,
                        Assessment.date,
                        Assessment.answers,
                        Assessment.cause,
                        Assessment.second_cause,
                        Assessment.causes_open,
                    ).where(Assessment.user_id == mine)
                ),
                *await session.execute(select(User.postponed_period).where(User.id == mine)),
            ]

    async def press(self, event: Event, use_case: Press, *, is_current: bool) -> None:
        """One press, which has to store nothing and leave the state where the table has no row for it."""
        before = self.state
        if is_current and (name(before), event) in {row[:2] for row in TABLE}:
            after = await self.do(use_case)
            self.note(before, event, after)
        else:
            rows = await self.rows()
            after = await self.do(use_case)
            assert name(after) == name(before), f"{event} is no event of {name(before)}"
            assert await self.rows() == rows, f"{event} stored something in {name(before)}"
        await self.go_on_from(after)

    async def outside(self, event: Event) -> None:
        """Time or a deploy did something."""
        before, after = self.state, await self.do(self.checkins.state)
        if name(before) != name(after):
            self.note(before, event, after)
        self.state = after

    def note(self, before: CheckInState, event: Event, after: CheckInState) -> None:
        row = (name(before), event, name(after))
        assert row in TABLE, f"not in the table: {row}"
        self.seen.add(row)

    async def go_on_from(self, shown: CheckInState) -> None:
        """What is on the screen now: its buttons are kept, and what is stored says the same."""
        if isinstance(shown, CheckInStep):
            self.questions.append(QuestionRef(shown.draft_id, shown.questionnaire.version, shown.position))
        if isinstance(shown, Unfinished):
            self.drafts.append(shown.draft_id)
        if isinstance(shown, CausesStep | Finished | Done):
            self.results.append(shown.card.assessment_id)
        self.state = await self.do(self.checkins.state)
        if isinstance(shown, Finished):
            self.note(shown, Event.SHOWN, self.state)
        else:
            assert name(self.state) == name(shown), "what is shown is what is stored"

    async def on(self, event: Event, back: int, value: int | None = None) -> None:
        """An event; a press is of the newest button (`back` is 0) or of an older one."""
        if event is Event.START:
            await self.press(event, self.checkins.start, is_current=True)
        elif event is Event.ANSWER_ANYWAY:
            await self.press(event, lambda uow: self.checkins.start(uow, anyway=True), is_current=True)
        elif event is Event.LATER:
            await self.press(event, self.checkins.state, is_current=True)
        elif event is Event.NOT_THIS_TIME:
            await self.decline(back)
        elif event is Event.REVISIT_SKIPPED:
            await self.revisit(_older(self.drafts, back))
        elif event is Event.REDO:
            await self.redo(_older(self.results, back))
        elif event in {Event.NAME_CAUSE, Event.CAUSES_SAID}:
            await self.causes(event, _older(self.results, back), value)
        elif (question := _older(self.questions, back)) is not None:
            await self.turn(event, question, value)

    async def turn(self, event: Event, question: QuestionRef, value: int | None) -> None:
        state = self.state
        is_current = isinstance(state, CheckInStep) and question == QuestionRef(
            state.draft_id, state.questionnaire.version, state.position
        )
        if event is Event.BACK:
            is_current = is_current and question.position > 0
            await self.press(event, lambda uow: self.checkins.back(uow, question), is_current=is_current)
        elif event is Event.HARDLY_WORKED:
            is_current = is_current and question.position == 0
            await self.press(event, lambda uow: self.checkins.postpone(uow, question), is_current=is_current)
        else:
            await self.press(event, lambda uow: self.checkins.answer(uow, question, value), is_current=is_current)

    async def decline(self, back: int) -> None:
        """The message may be one of an earlier period."""
        period = CALENDAR.period_at(self.clock())
        start = period.start - back * (period.end - period.start)
        await self.press(Event.NOT_THIS_TIME, lambda uow: self.checkins.decline(uow, start), is_current=back == 0)

    async def revisit(self, draft_id: int | None) -> None:
        if draft_id is not None:
            is_current = isinstance(self.state, Unfinished) and self.state.draft_id == draft_id
            await self.press(
                Event.REVISIT_SKIPPED, lambda uow: self.checkins.revisit_skipped(uow, draft_id), is_current=is_current
            )

    async def redo(self, result: int | None) -> None:
        if result is not None:
            card = self.state.card if isinstance(self.state, CausesStep | Done) else None
            is_current = card is not None and card.assessment_id == result and card.may_redo
            await self.press(Event.REDO, lambda uow: self.checkins.redo(uow, result), is_current=is_current)

    async def causes(self, event: Event, result: int | None, value: int | None) -> None:
        """Name a cause where `value` is even, else take it back; three of them get in each other's way."""
        if result is None:
            return
        cause, is_on = CAUSES[(value or 0) // 2 % len(CAUSES)], (value or 0) % 2 == 0
        is_current = isinstance(self.state, CausesStep) and self.state.card.assessment_id == result
        if event is Event.CAUSES_SAID:
            await self.press(event, lambda uow: self.checkins.finish_causes(uow, result), is_current=is_current)
        else:
            await self.press(
                event, lambda uow: self.checkins.name_cause(uow, result, cause, is_on=is_on), is_current=is_current
            )

    async def press_through(self, how: str) -> None:
        """Start if need be, then answer or skip every question that is left."""
        await self.on(Event.START, 0)
        while isinstance(self.state, CheckInStep):
            self.clock.advance(seconds=PACE)
            position, last = self.state.position, len(self.questionnaire.order) - 1
            if position in {"not the first": {0}, "not the last": {last}, "neither": {0, last}}.get(how, set()):
                await self.on(Event.SKIP, 0)
            else:
                await self.on(Event.ANSWER, 0, 3 if how == "same" else 1 + position % 3)

    async def pass_days(self, days: int) -> None:
        """Days go by, and one event at a time: a period closes, or a day ends within one."""
        until = self.clock() + timedelta(days=days)
        while self.clock() < until:
            closes = CALENDAR.closes_at(CALENDAR.period_at(self.clock()))
            moment: datetime = min(until, closes)
            self.clock.advance_to(moment)
            await self.outside(Event.PERIOD_CLOSES if moment == closes else Event.TIME_PASSES)

    async def hold(self) -> None:
        """HR holds the check-in of the next period."""
        period = CALENDAR.period_at(self.clock()).next()
        async with self.database.begin() as session:
            session.add(Hold(first=period.start, until=period.end, author_audit_key="a", created_at=self.clock()))

    async def deploy(self) -> None:
        self.use(self.version + 1)
        await self.outside(Event.QUESTIONS_REPLACED)


def _older(buttons: list[Any], back: int) -> Any | None:
    return buttons[-1 - back] if back < len(buttons) else None


HOW = ("all", "same", "same", "not the first", "not the last", "neither")
Step = tuple[Any, ...]
REDONE: list[Step] = [("press_through", "same"), ("on", Event.REDO, 0, None)]
BEGUN: Step = ("on", Event.START, 0, None)
ANYWAY: Step = ("on", Event.ANSWER_ANYWAY, 0, None)
NAMED: Step = ("on", Event.NAME_CAUSE, 0, 0)
SAID: Step = ("on", Event.CAUSES_SAID, 0, None)
DECLINED: Step = ("on", Event.NOT_THIS_TIME, 0, None)
POSTPONED: list[Step] = [BEGUN, ("on", Event.HARDLY_WORKED, 0, None)]
RARE: list[list[Step]] = [  # what chance seldom comes upon
    [*POSTPONED, BEGUN, ("on", Event.LATER, 0, None), ("on", Event.ANSWER, 0, 1), ("on", Event.BACK, 0, None)],
    [BEGUN, ("deploy",)],
    [("hold",), ("pass_days", 28), BEGUN, ANYWAY, ("deploy",)],
    [*POSTPONED, ANYWAY],
    [("press_through", "all"), ("pass_days", 28)],
    [*POSTPONED, ("pass_days", 28)],
    [("press_through", "not the first"), ("deploy",)],
    [*REDONE, ("on", Event.HARDLY_WORKED, 0, None)],
    [*REDONE, ("deploy",)],
    [DECLINED],
    [BEGUN, DECLINED],
    [("press_through", "not the last")],
    [("press_through", "neither"), ("pass_days", 28)],
    [BEGUN, ("pass_days", 28)],
    [("press_through", "not the first"), ("on", Event.REVISIT_SKIPPED, 0, None)],
    [*REDONE, DECLINED],
    [BEGUN, ("on", Event.ANSWER, 0, 1), DECLINED],
    [*REDONE, ("press_through", "not the first"), ("deploy",)],
    [("press_through", "same"), SAID, ("on", Event.REDO, 0, None)],
    [("press_through", "all"), SAID, ("pass_days", 28)],
    [("press_through", "all"), NAMED, NAMED, ("pass_days", 28)],
    [("pass_days", 15), ("press_through", "all"), NAMED, ("pass_days", 5), ("pass_days", 15)],
    [("pass_days", 15), *REDONE, ("pass_days", 5), ("pass_days", 15)],
    [("pass_days", 15), *REDONE, ("press_through", "not the first"), ("pass_days", 5)],
]
BACKS = st.sampled_from((0, 0, 0, 1, 5))
STEPS = st.one_of(
    st.tuples(st.just("on"), st.sampled_from(sorted(PRESSES)), BACKS, st.integers(0, 6)),
    st.tuples(st.just("on"), st.sampled_from(sorted(PRESSES)), BACKS, st.integers(0, 6)),
    st.tuples(st.just("on"), st.sampled_from(sorted(PRESSES)), BACKS, st.integers(0, 6)),
    st.tuples(st.just("press_through"), st.sampled_from(HOW)),
    st.tuples(st.just("on"), st.just(Event.REDO), st.just(0), st.none()),
    st.tuples(st.just("pass_days"), st.sampled_from((1, 5, 15, 18, 28))),
    st.tuples(st.just("hold")),
    st.tuples(st.just("deploy")),
)


async def _hold(database: Database, seen: set[Row], steps: list[Step]) -> None:
    conversation = Conversation(database, seen)
    await conversation.join()
    for what, *arguments in steps:
        conversation.clock.advance(seconds=PACE)
        if what == "on":
            event, back, value = arguments
            await conversation.on(event, back, None if event is Event.SKIP else value)
        else:
            await getattr(conversation, what)(*arguments)
    async with database.begin() as session:
        await session.execute(delete(Hold))  # of everybody, so of the next conversation too


@pytest.mark.slow
def test_the_table_says_what_the_use_cases_do(sqlite_databases: SQLiteDatabases) -> None:
    """Of all that happens in random conversations each row is in the table, and each row of the table happens."""
    seen: set[Row] = set()
    url = sqlite_databases.migrated()
    with asyncio.Runner() as runner:
        database = Database(url)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(STEPS, min_size=6, max_size=16))
        def converse(steps: list[Step]) -> None:
            runner.run(_hold(database, seen, steps))

        for steps in RARE:
            converse = example(steps)(converse)
        converse()
        runner.run(database.dispose())
    sqlite_databases.drop(url)
    assert not TABLE - seen, f"rows that never happened: {sorted(TABLE - seen)}"


def test_the_drawing_is_the_table() -> None:
    drawn = ARROW.findall(DRAWING.read_text(encoding="utf-8"))
    rows = [(row.source.__name__, row.target.__name__, row.event.value, row.guard) for row in TRANSITIONS]
    assert sorted(drawn) == sorted(rows)


def test_every_state_can_be_reached_and_left() -> None:
    sources, targets = ({row[place] for row in TABLE} for place in (0, 2))
    assert sources == targets
