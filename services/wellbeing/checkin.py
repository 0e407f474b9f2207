"""The check-in: one draft per person, changed by conditional statements, and its result.

A press is one UPDATE that says «still open, still mine, still this question»; whoever loses it is stale and is shown
the question that is asked now. The rows are the truth: after a kill the next press or /checkin goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import Float, Integer, Table, Text, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire
from models import Assessment, Draft, Recommendation, User
from models.jsonput import json_put
from models.upsert import insert_into
from services.account.member import Member
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import MIN_DAYS_BETWEEN, Calendar, Period
from services.kit.errors import NotYours
from services.wellbeing import points, scoring
from services.wellbeing.recommendations import OPEN_STATES, Recommendations


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """Which question a button belongs to."""

    draft_id: int
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class CheckInStep:
    """The question that is asked now. `position` counts from 0; `chosen` is the answer given before, if any.

    `answered` counts the questions that were not skipped; the check-in closes at the end of `last_day`. `is_stale`
    says of any place that the press came too late; `is_renewed` that an earlier draft's questions are gone.
    """

    draft_id: int
    questionnaire: Questionnaire
    position: int
    chosen: int | None
    answered: int
    last_day: date
    is_stale: bool = False
    is_renewed: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Every question was passed, but too many were skipped to give a result."""

    draft_id: int
    last_day: date


@dataclass(frozen=True, slots=True)
class ResultCard:
    """A finished check-in as its owner sees it."""

    assessment_id: int
    date: dt.date
    questionnaire: Questionnaire
    result: scoring.Result
    change: scoring.ScoreChange | None
    previous_date: dt.date | None
    is_suspect: bool
    may_redo: bool
    open_tips: int


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to answer now: the latest result, and when the next check-in is offered.

    `is_early`: the result is of the period before, and too fresh for another one.
    """

    card: ResultCard
    next_date: date
    is_early: bool
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer just given was the last one. `is_first` asks for the card with the defaults, once."""

    card: ResultCard
    is_first: bool


@dataclass(frozen=True, slots=True)
class Postponed:
    """The person hardly worked in these weeks: nothing is asked before `next_date`."""

    next_date: date


@dataclass(frozen=True, slots=True)
class Ready:
    """A check-in can be started; it is open until `last_day`."""

    last_day: date
    is_stale: bool = False
    is_renewed: bool = False


Place = CheckInStep | Unfinished | Done | Finished | Postponed | Ready


class CheckIns:
    """The use cases of the check-in. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar, recommendations: Recommendations) -> None:
        self._content = content
        self._calendar = calendar
        self._recommendations = recommendations

    async def place(self, uow: UnitOfWork) -> Place:
        """Where this person stands with the check-in, without changing anything."""
        draft = await uow.session.scalar(select(Draft).where(Draft.user_id == uow.member.id, Draft.closes_at > uow.now))
        if draft is not None and draft.questionnaire_version in self._content.questionnaires:
            return self._step_of(draft)
        period = self._calendar.period_at(uow.now)
        latest = await self._latest(uow.session, uow.member.id)
        if latest is not None and not self._may_answer(latest, period, uow.now):
            is_early = latest.period != period.start
            next_date = self._invited_on(uow.member, period if is_early else period.next())
            return Done(await self._card(uow.session, latest, uow.now), next_date, is_early)
        if uow.member.postponed_period == period.start:
            return Postponed(self._invited_on(uow.member, period.next()))
        return Ready(period.last_day, is_renewed=draft is not None)

    async def start(self, uow: UnitOfWork) -> Place:
        """Go on with the open draft, or begin one where a check-in may be answered. A postponement is taken back."""
        place = await self.place(uow)
        if not isinstance(place, Ready | Postponed):
            return place
        if isinstance(place, Postponed):
            await uow.session.execute(
                update(User).where(User.id == uow.member.id).values(postponed_period=None, updated_at=uow.now)
            )
        step = await self._begin(uow.session, uow.member.id, self._calendar.period_at(uow.now), uow.now)
        is_renewed = isinstance(place, Ready) and place.is_renewed
        return replace(step, is_renewed=True) if is_renewed and isinstance(step, CheckInStep) else step

    async def answer(self, uow: UnitOfWork, press: QuestionRef, value: int | None) -> Place:
        """Store one answer (None skips) if this question is still asked; the last one submits, exactly once.

        Raises NotYours for a question or an option that the questionnaire does not have.
        """
        questionnaire = self._content.questionnaires.get(press.version)
        if questionnaire is None:
            return _stale(await self.place(uow))
        if not 0 <= press.position < len(questionnaire.order) or value not in {None, *range(questionnaire.top + 1)}:
            raise NotYours
        row = await self._advance(
            uow.session, uow.member.id, press, questionnaire.order[press.position], value, uow.now
        )
        if row is None:
            return _stale(await self.place(uow))
        if row.position < len(questionnaire.order):
            return self._step(row.id, questionnaire, row.position, row.answers, row.period)
        return await self._submit(uow, questionnaire, row)

    async def back(self, uow: UnitOfWork, press: QuestionRef) -> Place:
        """Ask the question before this one again; answers stay as they are."""
        moved = await uow.session.execute(
            update(Draft)
            .where(*_still_asked(uow.member.id, press, uow.now), Draft.position > 0)
            .values(position=Draft.position - 1, updated_at=uow.now)
            .execution_options(synchronize_session=False)
        )
        place = await self.place(uow)
        return place if moved.rowcount else _stale(place)  # type: ignore[attr-defined]

    async def revisit_skipped(self, uow: UnitOfWork, draft_id: int) -> Place:
        """Of a draft that was passed with too many skipped: ask the first skipped question again."""
        draft = await uow.session.scalar(select(Draft).where(Draft.id == draft_id, Draft.user_id == uow.member.id))
        questionnaire = None if draft is None else self._content.questionnaires.get(draft.questionnaire_version)
        if draft is not None and questionnaire is not None and draft.position == len(questionnaire.order):
            draft.position = _first_skipped(questionnaire, draft.answers)
            draft.updated_at = uow.now
            await uow.session.flush()
        return await self.place(uow)

    async def postpone(self, uow: UnitOfWork, press: QuestionRef) -> Place:
        """«Hardly worked these four weeks»: drop the draft on its first question and ask nothing more in this period.

        A check-in that is answered anew is only dropped: its first result stands.
        """
        dropped = await uow.session.execute(
            delete(Draft).where(*_still_asked(uow.member.id, press, uow.now), Draft.position == 0)
        )
        place = await self.place(uow)
        if not dropped.rowcount:  # type: ignore[attr-defined]
            return _stale(place)
        if not isinstance(place, Ready):
            return place
        period = self._calendar.period_at(uow.now)
        await uow.session.execute(
            update(User).where(User.id == uow.member.id).values(postponed_period=period.start, updated_at=uow.now)
        )
        return Postponed(self._invited_on(uow.member, period.next()))

    async def redo(self, uow: UnitOfWork, assessment_id: int) -> Place:
        """Answer a careless check-in of this period anew, once; its result stays until the new one replaces it.

        Raises NotYours.
        """
        if not self._may_redo(await self._own(uow.session, uow.member.id, assessment_id), uow.now):
            return await self.place(uow)
        return await self._begin(uow.session, uow.member.id, self._calendar.period_at(uow.now), uow.now)

    async def card(self, session: AsyncSession, user_id: int, assessment_id: int, now: datetime) -> ResultCard:
        """One own result. Raises NotYours."""
        return await self._card(session, await self._own(session, user_id, assessment_id), now)

    async def find_card(
        self, session: AsyncSession, user_id: int, assessment_id: int, now: datetime
    ) -> ResultCard | None:
        """One own result, or for 0 the latest, None when there is none yet. Raises NotYours."""
        if assessment_id:
            return await self.card(session, user_id, assessment_id, now)
        row = await self._latest(session, user_id)
        return None if row is None else await self._card(session, row, now)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _invited_on(self, member: Member, period: Period) -> date:
        """The local date on which the check-in of a period is offered."""
        return member.rhythm.date_of(member.rhythm.invitation_at(period))

    async def _begin(self, session: AsyncSession, user_id: int, period: Period, now: datetime) -> Place:
        # A draft that is closed, or whose questions are gone, gives way; an open one is never overwritten.
        gone = (Draft.closes_at <= now) | Draft.questionnaire_version.not_in(self._content.questionnaires)
        await session.execute(delete(Draft).where(Draft.user_id == user_id, gone))
        insert = insert_into(
            session,
            Draft,
            user_id=user_id,
            period=period.start,
            closes_at=self._calendar.closes_at(period),
            questionnaire_version=self._content.questionnaire.version,
            position=0,
            answers={},
            times={},
            created_at=now,
            updated_at=now,
        )
        await session.execute(insert.on_conflict_do_nothing(index_elements=["user_id"]))
        draft = await session.scalar(select(Draft).where(Draft.user_id == user_id))
        assert draft is not None
        return self._step_of(draft)

    async def _advance(
        self, session: AsyncSession, user_id: int, press: QuestionRef, key: str, value: int | None, now: datetime
    ) -> Any | None:
        parameters = {
            "draft": press.draft_id,
            "user": user_id,
            "version": press.version,
            "asked": press.position,
            "now": now,
            "question": key,
            "value": value,
            "moment": now.timestamp(),
        }
        return (await session.execute(_ADVANCE, parameters)).one_or_none()

    async def _submit(self, uow: UnitOfWork, questionnaire: Questionnaire, draft: Any) -> Place:
        answers = {key: value for key, value in draft.answers.items() if value is not None}
        result = scoring.score(questionnaire, answers)
        if result.total is None:
            return Unfinished(draft.id, self._calendar.period_of(draft.period).last_day)
        await uow.session.execute(delete(Draft).where(Draft.id == draft.id))
        quality = scoring.quality(questionnaire, answers, _gaps(draft.times, draft.created_at))
        row, is_first = await self._store(uow, questionnaire, draft.period, answers, result, quality)
        point = self._content.pulse.on_questionnaire
        await points.put_checkin(uow.session, row, point, self._calendar.week_of(uow.now), uow.now)
        await self._recommendations.offer(uow, row.id, questionnaire, result, answers)
        return Finished(await self._card(uow.session, row, uow.now), is_first)

    async def _store(
        self,
        uow: UnitOfWork,
        questionnaire: Questionnaire,
        period: date,
        answers: dict[str, int],
        result: scoring.Result,
        quality: str,
    ) -> tuple[Assessment, bool]:
        """Insert the assessment, or replace the careless one of this period; tells whether it is the person's first."""
        figures = columns_of(questionnaire, answers, result, quality, uow.now)
        careless = await uow.session.scalar(
            select(Assessment).where(Assessment.user_id == uow.member.id, Assessment.period == period)
        )
        if careless is not None:
            for name, value in figures.items():
                setattr(careless, name, value)
            careless.redone = True
            await uow.session.flush()
            return careless, False
        earlier = await uow.session.scalar(select(func.count()).where(Assessment.user_id == uow.member.id))
        row = Assessment(
            user_id=uow.member.id,
            period=period,
            department_id=uow.member.department_id,
            redone=False,
            created_at=uow.now,
            **figures,
        )
        uow.session.add(row)
        await uow.session.flush()
        return row, not earlier

    async def _latest(self, session: AsyncSession, user_id: int) -> Assessment | None:
        return await session.scalar(
            select(Assessment).where(Assessment.user_id == user_id).order_by(Assessment.period.desc()).limit(1)
        )

    async def _own(self, session: AsyncSession, user_id: int, assessment_id: int) -> Assessment:
        row = await session.scalar(
            select(Assessment).where(Assessment.id == assessment_id, Assessment.user_id == user_id)
        )
        if row is None:
            raise NotYours
        return row

    async def _card(self, session: AsyncSession, row: Assessment, now: datetime) -> ResultCard:
        previous = await session.scalar(
            select(Assessment)
            .where(Assessment.user_id == row.user_id, Assessment.period < row.period, Assessment.quality == "ok")
            .order_by(Assessment.period.desc())
            .limit(1)
        )
        open_tips = await session.scalar(
            select(func.count()).where(Recommendation.user_id == row.user_id, Recommendation.state.in_(OPEN_STATES))
        )
        is_suspect = row.quality == "suspect"
        result = self._result(row)
        change = None
        if previous is not None and not is_suspect:
            change = scoring.change(self._questionnaire(row.questionnaire_version), self._result(previous), result)
        return ResultCard(
            assessment_id=row.id,
            date=self._calendar.today(row.date),
            questionnaire=self._questionnaire(row.questionnaire_version),
            result=result,
            change=change,
            previous_date=None if previous is None else self._calendar.today(previous.date),
            is_suspect=is_suspect,
            may_redo=self._may_redo(row, now),
            open_tips=open_tips or 0,
        )

    def _questionnaire(self, version: int) -> Questionnaire:
        return self._content.questionnaires.get(version, self._content.questionnaire)

    def _result(self, row: Assessment) -> scoring.Result:
        return scoring.score(self._questionnaire(row.questionnaire_version), row.answers)

    def _may_answer(self, latest: Assessment, period: Period, now: datetime) -> bool:
        return latest.period != period.start and now - latest.date >= timedelta(days=MIN_DAYS_BETWEEN)

    def _may_redo(self, row: Assessment, now: datetime) -> bool:
        is_open = row.period == self._calendar.period_at(now).start
        return is_open and row.quality == "suspect" and not row.redone

    def _step_of(self, draft: Draft) -> CheckInStep | Unfinished:
        questionnaire = self._content.questionnaires[draft.questionnaire_version]
        if draft.position >= len(questionnaire.order):
            return Unfinished(draft.id, self._calendar.period_of(draft.period).last_day)
        return self._step(draft.id, questionnaire, draft.position, draft.answers, draft.period)

    def _step(
        self,
        draft_id: int,
        questionnaire: Questionnaire,
        position: int,
        answers: Mapping[str, int | None],
        period: date,
    ) -> CheckInStep:
        return CheckInStep(
            draft_id=draft_id,
            questionnaire=questionnaire,
            position=position,
            chosen=answers.get(questionnaire.order[position]),
            answered=sum(value is not None for value in answers.values()),
            last_day=self._calendar.period_of(period).last_day,
        )


# The one hot statement, built once and without the ORM: of twenty parallel presses one finds its question still asked.
_DRAFTS = cast(Table, Draft.__table__)
_ADVANCE = (
    update(_DRAFTS)
    .where(
        _DRAFTS.c.id == bindparam("draft"),
        _DRAFTS.c.user_id == bindparam("user"),
        _DRAFTS.c.questionnaire_version == bindparam("version"),
        _DRAFTS.c.position == bindparam("asked"),
        _DRAFTS.c.closes_at > bindparam("now"),
    )
    .values(
        answers=json_put(_DRAFTS.c.answers, bindparam("question", type_=Text()), bindparam("value", type_=Integer())),
        times=json_put(_DRAFTS.c.times, bindparam("question", type_=Text()), bindparam("moment", type_=Float())),
        position=_DRAFTS.c.position + 1,
        updated_at=bindparam("now"),
    )
    .returning(*(_DRAFTS.c[name] for name in ("id", "position", "answers", "times", "period", "created_at")))
)


def columns_of(
    questionnaire: Questionnaire, answers: dict[str, int], result: scoring.Result, quality: str, now: datetime
) -> dict[str, Any]:
    """What a finished check-in fills in of its row, by column."""
    return {
        "date": now,
        "burnout_level": result.level,
        "score": result.total,
        **{questionnaire.scales[code].column: value for code, value in result.scales.items()},
        "answers": answers,
        "questionnaire_version": questionnaire.version,
        "profile": result.profile,
        "quality": quality,
    }


def _still_asked(user_id: int, press: QuestionRef, now: datetime) -> tuple[Any, ...]:
    return (
        Draft.id == press.draft_id,
        Draft.user_id == user_id,
        Draft.questionnaire_version == press.version,
        Draft.position == press.position,
        Draft.closes_at > now,
    )


def _first_skipped(questionnaire: Questionnaire, answers: Mapping[str, int | None]) -> int:
    return next(place for place, key in enumerate(questionnaire.order) if answers.get(key) is None)


def _stale(place: Place) -> Place:
    return replace(place, is_stale=True) if isinstance(place, CheckInStep | Done | Ready) else place


def _gaps(times: Mapping[str, float], started: datetime) -> list[float]:
    """Seconds that each answer took: the gaps between the moments of the presses, in their order."""
    return [later - earlier for earlier, later in pairwise([started.timestamp(), *sorted(times.values())])]
