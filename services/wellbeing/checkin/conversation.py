"""The check-in: one draft per person, changed by conditional statements, and its result.

A press is one UPDATE that says «still open, still mine, still this question»; whoever loses it is stale and is shown
the question that is asked now. The rows are the truth: after a kill the next press or /checkin goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire
from models import Assessment, Draft, User
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import MIN_DAYS_BETWEEN, Calendar, Period
from services.kit.calendar.held import all_held, hold_at, is_held, next_invitation
from services.kit.errors import NotYours
from services.wellbeing import points, scoring
from services.wellbeing.checkin import causes, drafts, submission
from services.wellbeing.checkin.drafts import QuestionRef
from services.wellbeing.checkin.results import Results, find_latest, get_own
from services.wellbeing.checkin.states import (
    CausesStep,
    CheckInState,
    CheckInStep,
    Done,
    Finished,
    Postponed,
    Ready,
    ResultCard,
    Unfinished,
)
from services.wellbeing.messages import withdraw_checkin_messages
from services.wellbeing.recommendations import Recommendations


class CheckIns:
    """The use cases of the check-in. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar, recommendations: Recommendations) -> None:
        self._content = content
        self._calendar = calendar
        self._recommendations = recommendations
        self._results = Results(content, calendar)

    async def state(self, uow: UnitOfWork) -> CheckInState:
        """Return the state that this person's rows say, without changing anything. It is never Finished."""
        draft = await drafts.find_open(uow)
        if draft is not None and draft.questionnaire_version in self._content.questionnaires:
            return self._state_of(uow, draft)
        period = self._calendar.period_at(uow.now)
        held = await all_held(uow.session)
        latest = await find_latest(uow.session, uow.member.id)
        if latest is not None and not _may_answer(latest, period, uow.now):
            is_early = latest.period != period.start
            next_date = next_invitation(self._calendar, uow.member.rhythm, held, period if is_early else period.next())
            card = await self._results.card_of(uow.session, latest, uow.now)
            if card.may_name_causes:
                return CausesStep(card, self._content.causes, next_date)
            return Done(card, next_date, is_early)
        if uow.member.postponed_period == period.start:
            return Postponed(next_invitation(self._calendar, uow.member.rhythm, held, period.next()))
        hold = hold_at(self._calendar, uow.member.rhythm, held, uow.now) if is_held(held, period) else None
        return Ready(period.last_day, hold, is_renewed=draft is not None)

    async def start(self, uow: UnitOfWork, *, anyway: bool = False) -> CheckInState:
        """Go on with the open draft, or begin one where a check-in may be answered. A postponement is taken back.

        Where no one is asked in this period, only `anyway` begins one.
        """
        state = await self.state(uow)
        if not isinstance(state, Ready | Postponed) or (isinstance(state, Ready) and state.hold and not anyway):
            return state
        if isinstance(state, Postponed):
            await _set_postponed(uow, None)
        step = await self._begin(uow)
        is_renewed = isinstance(state, Ready) and state.is_renewed
        return replace(step, is_renewed=True) if is_renewed and isinstance(step, CheckInStep) else step

    async def answer(self, uow: UnitOfWork, press: QuestionRef, value: int | None) -> CheckInState:
        """Store one answer (None skips) if this question is still asked; the last one submits, exactly once.

        Raise NotYours for a question or an option that the questionnaire does not have.
        """
        questionnaire = self._content.questionnaires.get(press.version)
        if questionnaire is None:
            return _stale(await self.state(uow))
        key = _question(questionnaire, press, value)
        row = await drafts.advance(uow, press, key, value)
        if row is None:
            return _stale(await self.state(uow))
        if row.position < len(questionnaire.order):
            return _step(self._calendar, row, questionnaire)
        return await self._submit(uow, questionnaire, row)

    async def answer_late(self, uow: UnitOfWork, press: QuestionRef, value: int) -> CheckInState:
        """Take an answer that the short way left: the last one; every other one came too late. Raise NotYours."""
        questionnaire = self._content.questionnaires.get(press.version)
        if questionnaire is not None and press.position < len(questionnaire.order) - 1:
            _question(questionnaire, press, value)
            return _stale(await self.state(uow))
        return await self.answer(uow, press, value)

    async def back(self, uow: UnitOfWork, press: QuestionRef) -> CheckInState:
        """Ask the question before this one again; answers stay as they are."""
        has_moved = press.version in self._content.questionnaires and await drafts.step_back(uow, press)
        state = await self.state(uow)
        return state if has_moved else _stale(state)

    async def revisit_skipped(self, uow: UnitOfWork, draft_id: int) -> CheckInState:
        """Ask the first skipped question again, of a draft with too many skipped ones."""
        draft = await drafts.find_own(uow.session, uow.member.id, draft_id)
        questionnaire = None if draft is None else self._content.questionnaires.get(draft.questionnaire_version)
        if draft is not None and questionnaire is not None and draft.position == len(questionnaire.order):
            draft.position = _first_skipped(questionnaire, draft.answers)
            draft.updated_at = uow.now
            await uow.session.flush()
        return await self.state(uow)

    async def postpone(self, uow: UnitOfWork, press: QuestionRef) -> CheckInState:
        """«Hardly worked these four weeks»: drop the untouched draft and ask nothing more in this period.

        A draft with answers is kept, and its question asked again. A retaken check-in is only dropped: its first result
        stands.
        """
        is_dropped = press.version in self._content.questionnaires and await drafts.drop_unanswered(uow, press)
        state = await self.state(uow)
        if not is_dropped:
            return _stale(state)
        if not isinstance(state, Ready):
            return state
        period = self._calendar.period_at(uow.now)
        await _set_postponed(uow, period.start)
        return Postponed(await self._next_date(uow, period))

    async def decline(self, uow: UnitOfWork, start: date) -> CheckInState:
        """«Not this time»: send no more about the period that began on `start`. A draft with answers is kept."""
        state, period = await self.state(uow), self._calendar.period_at(uow.now)
        if period.start != start or isinstance(state, Done):
            return _stale(state)
        await withdraw_checkin_messages(uow, start)
        if isinstance(state, CheckInStep):
            await drafts.drop_unanswered(uow, QuestionRef(state.draft_id, state.questionnaire.version, state.position))
            state = await self.state(uow)
        if not isinstance(state, Ready):
            return state
        await _set_postponed(uow, start)
        return Postponed(await self._next_date(uow, period), is_declined=True)

    async def redo(self, uow: UnitOfWork, assessment_id: int) -> CheckInState:
        """Answer a careless check-in of this period anew, once; its result stays until the new one replaces it.

        Raise NotYours.
        """
        row = await get_own(uow.session, uow.member.id, assessment_id)
        if not self._results.may_redo(row, uow.now):
            return await self.state(uow)
        row.causes_open = False  # they are asked again after the new answers
        return await self._begin(uow)

    async def ask_causes(self, uow: UnitOfWork, assessment_id: int) -> CheckInState:
        """Ask what weighed most, where it may still be said. Raise NotYours."""
        await get_own(uow.session, uow.member.id, assessment_id)
        return _asked(await self.state(uow), assessment_id)

    async def name_cause(self, uow: UnitOfWork, assessment_id: int, cause_id: str, *, is_on: bool) -> CheckInState:
        """Name what weighed, or take it back, and choose the steps that no one took yet anew. Raise NotYours."""
        row = await get_own(uow.session, uow.member.id, assessment_id, with_for_update=True)
        cause = self._content.causes.get(cause_id)
        if cause is None:
            raise NotYours
        if not causes.may_name(row, self._calendar.period_at(uow.now)):
            return _asked(await self.state(uow), assessment_id)
        before = row.cause, row.second_cause
        has_room = causes.name(self._content.causes, row, cause, is_on=is_on)
        if (row.cause, row.second_cause) != before:
            await self._recommendations.offer(uow, row)
        state = _asked(await self.state(uow), assessment_id)
        return state if has_room or not isinstance(state, CausesStep) else replace(state, is_full=True)

    async def finish_causes(self, uow: UnitOfWork, assessment_id: int) -> CheckInState:
        """Go on to the result: what weighed most is said, or passed over. Raise NotYours."""
        row = await get_own(uow.session, uow.member.id, assessment_id, with_for_update=True)
        if not causes.may_name(row, self._calendar.period_at(uow.now)):
            return _stale(await self.state(uow))
        row.causes_open = False
        return Finished(await self._results.card_of(uow.session, row, uow.now))

    async def card(self, session: AsyncSession, user_id: int, assessment_id: int, now: datetime) -> ResultCard:
        """Return one own result. Raise NotYours."""
        return await self._results.card_of(session, await get_own(session, user_id, assessment_id), now)

    async def find_card(
        self, session: AsyncSession, user_id: int, assessment_id: int, now: datetime
    ) -> ResultCard | None:
        """Return one own result, or for 0 the latest, None when there is none yet. Raise NotYours."""
        if assessment_id:
            return await self.card(session, user_id, assessment_id, now)
        row = await find_latest(session, user_id)
        return None if row is None else await self._results.card_of(session, row, now)

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _begin(self, uow: UnitOfWork) -> CheckInStep | Unfinished:
        known = list(self._content.questionnaires)
        return self._state_of(uow, await drafts.begin(uow, self._content.questionnaire, known, self._calendar))

    async def _submit(self, uow: UnitOfWork, questionnaire: Questionnaire, draft: Any) -> Unfinished | CausesStep:
        answers = {key: value for key, value in draft.answers.items() if value is not None}
        result = scoring.score(questionnaire, answers)
        if result.total is None:
            return self._unfinished(draft)
        await uow.session.execute(delete(Draft).where(Draft.id == draft.id))
        quality = scoring.quality(questionnaire, answers, submission.gaps(draft.times, draft.created_at))
        figures = submission.columns_of(questionnaire, answers, result, quality, uow.now)
        row = await submission.store(uow, draft.period, figures)
        point = self._content.pulse.on_questionnaire
        await points.put_checkin(uow.session, row, point, self._calendar.week_of(uow.now), uow.now)
        await self._recommendations.offer(uow, row)
        next_date = await self._next_date(uow, self._calendar.period_of(draft.period))
        card = await self._results.card_of(uow.session, row, uow.now)
        return CausesStep(card, self._content.causes, next_date, is_asked=True)

    async def _next_date(self, uow: UnitOfWork, period: Period) -> date | None:
        return next_invitation(self._calendar, uow.member.rhythm, await all_held(uow.session), period.next())

    def _state_of(self, uow: UnitOfWork, draft: Draft) -> CheckInStep | Unfinished:
        questionnaire = self._content.questionnaires[draft.questionnaire_version]
        is_passed = draft.position >= len(questionnaire.order)
        if is_passed:
            return self._unfinished(draft)
        return _step(self._calendar, draft, questionnaire, was_away=uow.member.rhythm.was_away(uow.now))

    def _unfinished(self, draft: Any) -> Unfinished:
        return Unfinished(draft.id, self._calendar.period_of(draft.period).last_day)


def _step(calendar: Calendar, draft: Any, questionnaire: Questionnaire, *, was_away: bool = False) -> CheckInStep:
    return CheckInStep(
        draft_id=draft.id,
        questionnaire=questionnaire,
        position=draft.position,
        chosen=draft.answers.get(questionnaire.order[draft.position]),
        answered=sum(value is not None for value in draft.answers.values()),
        last_day=calendar.period_of(draft.period).last_day,
        was_away=was_away,
    )


async def _set_postponed(uow: UnitOfWork, period: date | None) -> None:
    await uow.session.execute(
        update(User).where(User.id == uow.member.id).values(postponed_period=period, updated_at=uow.now)
    )


def _may_answer(latest: Assessment, period: Period, now: datetime) -> bool:
    return latest.period != period.start and now - latest.date >= timedelta(days=MIN_DAYS_BETWEEN)


def _first_skipped(questionnaire: Questionnaire, answers: Mapping[str, int | None]) -> int:
    return next(position for position, key in enumerate(questionnaire.order) if answers.get(key) is None)


def _question(questionnaire: Questionnaire, press: QuestionRef, value: int | None) -> str:
    """Return the question's key. Raise NotYours for a question or an option that there isn't."""
    if not 0 <= press.position < len(questionnaire.order) or value not in {None, *range(questionnaire.top + 1)}:
        raise NotYours
    return questionnaire.order[press.position]


def _stale(state: CheckInState) -> CheckInState:
    if isinstance(state, CausesStep):
        return replace(state, is_stale=True, is_asked=True)
    return replace(state, is_stale=True) if isinstance(state, CheckInStep | Done | Ready) else state


def _asked(state: CheckInState, assessment_id: int) -> CheckInState:
    """Return the question what weighed most, or for a button of another check-in what is there instead."""
    is_asked = isinstance(state, CausesStep) and state.card.assessment_id == assessment_id
    return replace(state, is_asked=True) if is_asked and isinstance(state, CausesStep) else _stale(state)
