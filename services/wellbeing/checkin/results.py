"""Finished check-ins as their owners see them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire
from models import Assessment, Recommendation
from services.kit.calendar import Calendar
from services.kit.errors import NotYours
from services.wellbeing import scoring
from services.wellbeing.checkin import causes
from services.wellbeing.checkin.states import ResultCard
from services.wellbeing.recommendations import OPEN_STATES

YEAR = timedelta(weeks=52)


async def find_latest(session: AsyncSession, user_id: int) -> Assessment | None:
    """Return the person's assessment of the latest period."""
    return await session.scalar(
        select(Assessment).where(Assessment.user_id == user_id).order_by(Assessment.period.desc()).limit(1)
    )


async def get_own(
    session: AsyncSession, user_id: int, assessment_id: int, *, with_for_update: bool = False
) -> Assessment:
    """Return one of the person's own assessments. Raise NotYours."""
    own = select(Assessment).where(Assessment.id == assessment_id, Assessment.user_id == user_id)
    row = await session.scalar(own.with_for_update() if with_for_update else own)
    if row is None:
        raise NotYours
    return row


class Results:
    """From an assessment's row to its card."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._content = content
        self._calendar = calendar

    def may_redo(self, row: Assessment, now: datetime) -> bool:
        """Return whether it is a careless check-in of the open period that hasn't been answered anew yet."""
        is_open = row.period == self._calendar.period_at(now).start
        return is_open and row.quality == "suspect" and not row.redone

    async def card_of(self, session: AsyncSession, row: Assessment, now: datetime) -> ResultCard:
        """Return the card of an assessment, compared with the reliable ones of the year before it."""
        earlier = (
            await session.scalars(
                select(Assessment)
                .where(
                    Assessment.user_id == row.user_id,
                    Assessment.period < row.period,
                    Assessment.period >= row.period - YEAR,
                    Assessment.quality == "ok",
                )
                .order_by(Assessment.period.desc())
            )
        ).all()
        open_recommendations = await session.scalar(
            select(func.count()).where(Recommendation.user_id == row.user_id, Recommendation.state.in_(OPEN_STATES))
        )
        is_suspect = row.quality == "suspect"
        result = self._result(row)
        change = None
        questionnaire = self._questionnaire(row.questionnaire_version)
        if earlier and not is_suspect:
            change = scoring.change(questionnaire, [self._result(one) for one in earlier], result)
        return ResultCard(
            assessment_id=row.id,
            date=self._calendar.today(row.date),
            questionnaire=questionnaire,
            result=result,
            strongest=scoring.strongest(questionnaire, row.answers),
            change=change,
            earlier_dates=tuple(self._calendar.today(one.date) for one in earlier),
            is_suspect=is_suspect,
            may_redo=self.may_redo(row, now),
            open_recommendations=open_recommendations or 0,
            causes=causes.named(self._content.causes, row),
            may_name_causes=causes.may_name(row, self._calendar.period_at(now)),
        )

    def _questionnaire(self, version: int) -> Questionnaire:
        return self._content.questionnaires.get(version, self._content.questionnaire)

    def _result(self, row: Assessment) -> scoring.Result:
        return scoring.score(self._questionnaire(row.questionnaire_version), row.answers)
