"""Earlier check-ins: the list, and the answers that were given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire, Words
from content.questionnaire import Item, Option
from models import Assessment
from services.kit.calendar import Calendar
from services.kit.errors import NotYours
from services.kit.pages import Page, nearest, page_of
from services.wellbeing import scoring
from services.wellbeing.scoring import Frequency

PAGE_SIZE = 6
ANSWERS_ON_A_PAGE = 10  # twenty long statements would not fit into one message


@dataclass(frozen=True, slots=True)
class PastCheckIn:
    """One finished check-in. `often`: how often it was hard on average; `high_scales` and how often, where the total
    alone (0–120) would hide them."""

    assessment_id: int
    date: dt.date
    total: float
    often: Frequency
    high_scales: tuple[tuple[Words, Frequency], ...]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """Answers of one check-in in the order in which they were asked; None was skipped."""

    assessment_id: int
    date: dt.date
    page: Page[tuple[Item, Option | None]]


class History:
    """What a person answered. Every method runs in the caller's transaction and only reads."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._content = content
        self._calendar = calendar

    async def page(self, session: AsyncSession, user_id: int, page: int) -> Page[PastCheckIn]:
        """Return one page of the person's check-ins, the newest first, or the nearest one there is."""
        page, pages = nearest(page, await self.count(session, user_id), PAGE_SIZE)
        rows = await session.scalars(
            select(Assessment)
            .where(Assessment.user_id == user_id)
            .order_by(Assessment.period.desc())
            .offset(page * PAGE_SIZE)
            .limit(PAGE_SIZE)
        )
        return Page([self._entry(row) for row in rows], page, pages)

    async def latest(self, session: AsyncSession, user_id: int) -> PastCheckIn | None:
        """Return the newest check-in, None before the first."""
        row = await session.scalar(
            select(Assessment).where(Assessment.user_id == user_id).order_by(Assessment.period.desc()).limit(1)
        )
        return None if row is None else self._entry(row)

    async def count(self, session: AsyncSession, user_id: int) -> int:
        """Return how many check-ins the person has finished."""
        return (
            await session.scalar(select(func.count()).select_from(Assessment).where(Assessment.user_id == user_id))
        ) or 0

    async def answers(self, session: AsyncSession, user_id: int, assessment_id: int, part: int) -> AnswerPage:
        """Return the answers of one of the person's own check-ins, a page at a time. Raise NotYours."""
        row = await session.scalar(
            select(Assessment).where(Assessment.id == assessment_id, Assessment.user_id == user_id)
        )
        if row is None:
            raise NotYours
        questionnaire = self._questionnaire(row)
        answers = [
            (questionnaire.item(key), _option(questionnaire, row.answers.get(key))) for key in questionnaire.order
        ]
        return AnswerPage(row.id, self._date(row), page_of(answers, part, ANSWERS_ON_A_PAGE))

    def _entry(self, row: Assessment) -> PastCheckIn:
        questionnaire = self._questionnaire(row)
        result = scoring.score(questionnaire, row.answers)
        total = result.total or 0.0  # only check-ins with a total are finished
        high = [
            (scale, scoring.frequency(questionnaire, (result.scales[code] or 0.0) / scale.items))
            for code, scale in questionnaire.scales.items()
            if result.level != "high" and result.scale_levels[code] == "high"
        ]
        often = scoring.frequency(questionnaire, total / len(questionnaire.items))
        return PastCheckIn(row.id, self._date(row), total, often, tuple(high))

    def _questionnaire(self, row: Assessment) -> Questionnaire:
        return self._content.questionnaires.get(row.questionnaire_version, self._content.questionnaire)

    def _date(self, row: Assessment) -> date:
        return self._calendar.today(row.date)


def _option(questionnaire: Questionnaire, value: int | None) -> Option | None:
    return None if value is None else questionnaire.response_scale[value]
