"""Recommendations: offered after a check-in, then started, done, declined and taken back, each by its owner only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from content.base import ScaleKey
from content.recommendations import RecommendationCatalogue, RecommendationText
from models import Assessment, Department, Recommendation
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit.errors import NotYours
from services.kit.pages import Page, nearest
from services.wellbeing import messages, selection
from services.wellbeing.errors import PlanEmpty, PlanTooLong
from services.wellbeing.scoring import score

OPEN_STATES = ("offered", "started")
PAGE_SIZE = 5
PLAN_LENGTH = 300
FILTERS: dict[str, tuple[str, ...]] = {
    "open": OPEN_STATES,
    "done": ("done",),
    "all": ("offered", "started", "done", "declined"),
}
# Which states a button may lead from. A press that comes too late changes nothing and shows the card as it is.
MOVES: dict[str, tuple[str, ...]] = {
    "started": ("offered",),
    "done": ("offered", "started"),
    "declined": ("offered", "started"),
    "reopened": ("done", "declined"),
}


@dataclass(frozen=True, slots=True)
class RecommendationCard:
    """A recommendation as its owner sees it; `item` is None when the catalogue no longer has it."""

    id: int
    catalogue: RecommendationCatalogue
    item: RecommendationText | None
    title: str
    description: str
    duration: str
    category: str
    reason: str
    state: str
    plan: str | None
    started_at: datetime | None
    is_first_done: bool = False  # by the press that gave this card


@dataclass(frozen=True, slots=True)
class RecommendationPage:
    """One page of the list under a filter; `done` counts all that are done; `has_result`: a check-in is finished."""

    filter: str
    page: Page[RecommendationCard]
    done: int
    has_result: bool


class Recommendations:
    """The use cases around recommendations. Every method runs in the caller's transaction."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._catalogue = content.recommendations

    async def offer(self, uow: UnitOfWork, assessment: Assessment) -> None:
        """Choose steps for a result as it is now and store them; earlier offers that were not taken give way."""
        await uow.session.execute(
            delete(Recommendation).where(Recommendation.user_id == uow.member.id, Recommendation.state == "offered")
        )
        choices = await self._choose(uow, assessment)
        uow.session.add_all(_row(uow.member, assessment.id, choice, uow.now) for choice in choices)
        await uow.session.flush()

    async def list_page(self, session: AsyncSession, user_id: int, filter_: str, page: int) -> RecommendationPage:
        """Return one page of the person's steps, the newest check-in first, in the order in which they were chosen."""
        states = FILTERS.get(filter_, OPEN_STATES)
        counts = await _counts(session, user_id)
        page, pages = nearest(page, sum(counts.get(state, 0) for state in states), PAGE_SIZE)
        rows = await session.scalars(
            select(Recommendation)
            .where(Recommendation.user_id == user_id, Recommendation.state.in_(states))
            .order_by(Recommendation.created_at.desc(), Recommendation.id)
            .offset(page * PAGE_SIZE)
            .limit(PAGE_SIZE)
        )
        has_result = bool(await session.scalar(select(exists().where(Assessment.user_id == user_id))))
        return RecommendationPage(
            filter_, Page([self._card(row) for row in rows], page, pages), counts.get("done", 0), has_result
        )

    async def card(self, session: AsyncSession, user_id: int, recommendation_id: int) -> RecommendationCard:
        """Return one of their own steps. Raise NotYours."""
        row = await session.scalar(
            select(Recommendation).where(Recommendation.id == recommendation_id, Recommendation.user_id == user_id)
        )
        if row is None:
            raise NotYours
        return self._card(row)

    async def current(self, session: AsyncSession, user_id: int) -> RecommendationCard | None:
        """Return the step being tried: the one started last."""
        row = await session.scalar(
            select(Recommendation)
            .where(Recommendation.user_id == user_id, Recommendation.state == "started")
            .order_by(Recommendation.started_at.desc())
            .limit(1)
        )
        return None if row is None else self._card(row)

    async def move(self, uow: UnitOfWork, recommendation_id: int, to: str) -> RecommendationCard:
        """Start, finish, decline or reopen a step; a press that comes too late changes nothing. Raise NotYours."""
        moved = await uow.session.execute(
            update(Recommendation)
            .where(
                Recommendation.id == recommendation_id,
                Recommendation.user_id == uow.member.id,
                Recommendation.state.in_(MOVES[to]),
            )
            .values(updated_at=uow.now, **_values(to, uow.now))
            .execution_options(synchronize_session=False)
        )
        card = await self.card(uow.session, uow.member.id, recommendation_id)
        if moved.rowcount:  # type: ignore[attr-defined]
            await messages.replan_recommendation(uow, recommendation_id, _tried_since(card), self._catalogue.nudges)
            if to == "done":
                counts = await _counts(uow.session, uow.member.id)
                return replace(card, is_first_done=counts["done"] == 1)
        return card

    async def set_plan(self, uow: UnitOfWork, recommendation_id: int, plan: str) -> RecommendationCard:
        """Keep the person's own plan, on one line, and remind of it on the day that it names.

        Raise NotYours, PlanEmpty, PlanTooLong.
        """
        plan = " ".join(plan.split())
        if not plan:
            raise PlanEmpty
        if len(plan) > PLAN_LENGTH:
            raise PlanTooLong(PLAN_LENGTH)
        await uow.session.execute(
            update(Recommendation)
            .where(Recommendation.id == recommendation_id, Recommendation.user_id == uow.member.id)
            .values(plan=plan, updated_at=uow.now)
        )
        card = await self.card(uow.session, uow.member.id, recommendation_id)
        await messages.remind_of_plan(uow, recommendation_id, _tried_since(card), plan, self._content.typed)
        return card

    async def take_offered_plan(self, uow: UnitOfWork, recommendation_id: int) -> RecommendationCard:
        """Keep the plan that the content offers, unless there is one already. Raise NotYours."""
        card = await self.card(uow.session, uow.member.id, recommendation_id)
        if card.plan or card.item is None:
            return card
        return await self.set_plan(uow, recommendation_id, card.item.plan.in_(uow.member.locale))

    async def for_scale(self, uow: UnitOfWork, scale: ScaleKey) -> RecommendationCard | None:
        """Return a step that is meant for a scale: one that is open, else one more; None when nothing suits."""
        rows = await uow.session.scalars(
            select(Recommendation)
            .where(Recommendation.user_id == uow.member.id, Recommendation.state.in_(OPEN_STATES))
            .order_by(Recommendation.created_at.desc(), Recommendation.id)
        )
        for card in map(self._card, rows):
            if card.item is not None and scale in card.item.dimensions:
                return card
        return await self.another(uow, scale)

    async def another(self, uow: UnitOfWork, scale: ScaleKey | None = None) -> RecommendationCard | None:
        """Return one more step for the latest result (for one scale, if given); None when five are open or nothing
        suits.
        """
        latest = await uow.session.scalar(
            select(Assessment).where(Assessment.user_id == uow.member.id).order_by(Assessment.period.desc()).limit(1)
        )
        if latest is None:
            return None if scale is None else await self._without_result(uow, scale)
        choices = await self._choose(uow, latest, scale)
        if not choices:
            return None
        return await self._add(uow, latest.id, choices[0])

    async def keep(self, uow: UnitOfWork, recommendation_id: int) -> RecommendationCard:
        """Go on with a step after its review: no more nudges, another review after as many days. Raise NotYours."""
        card = await self.card(uow.session, uow.member.id, recommendation_id)
        if card.state == "started" and card.started_at is not None:
            days = (uow.now - card.started_at).days + self._catalogue.nudges.review_day
            await messages.plan_recommendation_messages(uow, recommendation_id, card.started_at, nudges=(), review=days)
        return card

    async def mute(self, uow: UnitOfWork, recommendation_id: int) -> RecommendationCard:
        """Ask no more about this step; the step itself stays. Raise NotYours."""
        card = await self.card(uow.session, uow.member.id, recommendation_id)
        await messages.withdraw_recommendation_messages(uow, recommendation_id)
        return card

    @property
    def review_day(self) -> int:
        """The day, counted from its start, on which a step is reviewed; its days are not counted any further."""
        return self._catalogue.nudges.review_day

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _choose(
        self, uow: UnitOfWork, assessment: Assessment, scale: ScaleKey | None = None
    ) -> list[selection.RecommendationChoice]:
        version = assessment.questionnaire_version
        questionnaire = self._content.questionnaires.get(version, self._content.questionnaire)
        kind_of_work = await uow.session.scalar(
            select(Department.kind_of_work).where(Department.id == uow.member.department_id)
        )
        rested = uow.now - timedelta(days=self._catalogue.selection.rest_days)
        return selection.choose(
            self._catalogue,
            questionnaire,
            score(questionnaire, assessment.answers),
            assessment.answers,
            causes={cause for cause in (assessment.cause, assessment.second_cause) if cause is not None},
            kind_of_work=kind_of_work,
            open_ids=await _ids(uow.session, uow.member.id, Recommendation.state.in_(OPEN_STATES)),
            recent_ids=await _ids(uow.session, uow.member.id, Recommendation.closed_at > rested),
            scale=scale,
        )

    async def _without_result(self, uow: UnitOfWork, scale: ScaleKey) -> RecommendationCard | None:
        """Return the step for people without a check-in; None while it rests."""
        item = self._catalogue.get(self._catalogue.selection.without_result[scale])
        rested = uow.now - timedelta(days=self._catalogue.selection.rest_days)
        if item is None or item.id in await _ids(uow.session, uow.member.id, Recommendation.closed_at > rested):
            return None
        return await self._add(uow, None, selection.RecommendationChoice(item, scale))

    async def _add(
        self, uow: UnitOfWork, assessment_id: int | None, choice: selection.RecommendationChoice
    ) -> RecommendationCard:
        row = _row(uow.member, assessment_id, choice, uow.now)
        uow.session.add(row)
        await uow.session.flush()
        return self._card(row)

    def _card(self, row: Recommendation) -> RecommendationCard:
        return RecommendationCard(
            id=row.id,
            catalogue=self._catalogue,
            item=self._catalogue.get(row.content_id),
            title=row.title,
            description=row.description,
            duration=row.duration,
            category=row.category,
            reason=row.reason,
            state=row.state,
            plan=row.plan,
            started_at=row.started_at,
        )


async def _counts(session: AsyncSession, user_id: int) -> dict[str, int]:
    """Return how many of the person's steps are in each state."""
    rows = await session.execute(
        select(Recommendation.state, func.count())
        .where(Recommendation.user_id == user_id)
        .group_by(Recommendation.state)
    )
    return {state: number for state, number in rows.all()}  # noqa: C416 (rows are no pairs to mypy)


async def _ids(session: AsyncSession, user_id: int, condition: Any) -> set[str]:
    rows = await session.scalars(select(Recommendation.content_id).where(Recommendation.user_id == user_id, condition))
    return set(rows)


def _row(
    member: Member, assessment_id: int | None, choice: selection.RecommendationChoice, now: datetime
) -> Recommendation:
    item = choice.item
    return Recommendation(
        user_id=member.id,
        assessment_id=assessment_id,
        content_id=item.id,
        reason=choice.reason,
        category=item.category,
        title=item.title.in_(member.locale),
        description=item.text.in_(member.locale),
        priority=item.priority,
        duration=item.duration.in_(member.locale),
        completed=False,
        state="offered",
        created_at=now,
        updated_at=now,
    )


def _tried_since(card: RecommendationCard) -> datetime | None:
    return card.started_at if card.state == "started" else None


def _values(to: str, now: datetime) -> dict[str, Any]:
    if to == "started":
        return {"state": "started", "started_at": now}
    if to == "reopened":
        return {"state": _state_before(), "completed": False, "closed_at": None}
    return {"state": to, "completed": to == "done", "closed_at": now}


def _state_before() -> Any:
    return case((Recommendation.started_at.is_not(None), "started"), else_="offered")
