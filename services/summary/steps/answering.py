"""What HR says to a step that a summary suggests: it's being done already, or not before a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from content import Content
from content.hr_actions import Action
from models import StepAnswer
from models.upsert import put
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import Target, all_targets
from services.company.memberships import COMPANY, GroupKey
from services.kit.calendar import WEEK, Calendar
from services.summary.errors import StepDayOver, StepGone, StepGroupGone
from services.summary.stored import StoredStep
from services.summary.summaries import Summaries

State = Literal["doing", "later"]
DOING_FOR = 8 * WEEK  # what is being done is not suggested again for so long
LATER = (1, 3, 7)  # weeks after the next summary, to press: back in two, four and eight weeks
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class StepReply:
    """What was said; the step isn't suggested before `until`."""

    state: State
    until: date


@dataclass(frozen=True, slots=True)
class StepCard:
    """The step number `number`, from 0, of the summary about a week.

    `targets`: for whom it is, without the groups that are there no more. `answer`: the last one to this step for all of
    them; None where there is none, or its day has come.
    """

    week: date
    number: int
    action: Action
    targets: tuple[Target, ...]
    answer: StepReply | None

    @property
    def only_key(self) -> GroupKey | None:
        """For whom it is; None for several groups."""
        return self.targets[0].key if len(self.targets) == 1 else None


class SuggestedSteps:
    """The use cases. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar, summaries: Summaries) -> None:
        self._actions = {action.id: action for action in content.hr_actions.rules}
        self._calendar = calendar
        self._summaries = summaries

    async def card(self, uow: UnitOfWork, week: date, number: int) -> StepCard:
        """Return one step. Raise NotAllowed, FiguresGone, StepGone, and StepGroupGone when all its groups are gone."""
        steps = (await self._summaries.find(uow, week)).steps
        if number >= len(steps) or steps[number].action not in self._actions:
            raise StepGone
        step = steps[number]
        there = await all_targets(uow.session, self._calendar.period_at(uow.now).start)
        targets = tuple(target for target in there if target.key in _keys(step))
        if not targets:
            raise StepGroupGone
        answer = await self._answer_to(uow, step.action, [target.key for target in targets])
        return StepCard(week, number, self._actions[step.action], targets, answer)

    async def return_dates(self, uow: UnitOfWork) -> tuple[date, ...]:
        """Return the days of summaries with which a step may come back. Raise NotAllowed."""
        require_hr(uow.member)
        first = await self._summaries.next_on(uow.session, uow.now)
        return tuple(first + weeks * WEEK for weeks in LATER)

    async def doing(self, uow: UnitOfWork, week: date, number: int) -> StepCard:
        """Record that it's being done. Raise NotAllowed, FiguresGone, StepGone, StepGroupGone."""
        return await self._say(uow, week, number, "doing", self._calendar.today(uow.now) + DOING_FOR)

    async def put_off(self, uow: UnitOfWork, week: date, number: int, until: date) -> StepCard:
        """Put it off until a day. Raise NotAllowed, FiguresGone, StepGone, StepGroupGone, StepDayOver."""
        today = self._calendar.today(uow.now)
        if not today < until <= today + FARTHEST:
            raise StepDayOver
        return await self._say(uow, week, number, "later", until)

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _say(self, uow: UnitOfWork, week: date, number: int, state: State, until: date) -> StepCard:
        card = await self.card(uow, week, number)
        said = {"state": state, "until": until, "author_audit_key": uow.member.audit_key, "answered_at": uow.now}
        for target in card.targets:
            await put(uow.session, StepAnswer, {"action": card.action.id, "target": target.key}, said)
            await audit.record(uow, f"step_{state}", f"week {week} {target.key}")
        return await self.card(uow, week, number)

    async def _answer_to(self, uow: UnitOfWork, action: str, keys: list[GroupKey]) -> StepReply | None:
        today = self._calendar.today(uow.now)
        rows = list(
            await uow.session.scalars(
                select(StepAnswer)
                .where(StepAnswer.action == action, StepAnswer.target.in_(keys), StepAnswer.until > today)
                .order_by(StepAnswer.until)
            )
        )
        if len(rows) < len(keys):
            return None
        state: State = rows[0].state  # type: ignore[assignment]  # the table checks it
        return StepReply(state, rows[0].until)


def _keys(step: StoredStep) -> set[GroupKey]:
    return {COMPANY} if step.for_everyone else {group.key for group in step.groups}
