"""A complete check-in becomes a row: inserted, or in place of the careless one of the same period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from content import Questionnaire
from models import Assessment
from services.account.unit_of_work import UnitOfWork
from services.wellbeing import scoring


def columns_of(
    questionnaire: Questionnaire, answers: dict[str, int], result: scoring.Result, quality: str, now: datetime
) -> dict[str, Any]:
    """Return what a finished check-in fills in of its row, by column."""
    return {
        "date": now,
        "burnout_level": result.level,
        "score": result.total,
        **{questionnaire.scales[code].column: value for code, value in result.scales.items()},
        "answers": answers,
        "questionnaire_version": questionnaire.version,
        "profile": result.profile,
        "quality": quality,
        "cause": None,
        "second_cause": None,
        "causes_open": True,
    }


async def store(uow: UnitOfWork, period: date, figures: Mapping[str, Any]) -> Assessment:
    """Insert the assessment, or replace the careless one of this period."""
    careless = await uow.session.scalar(
        select(Assessment).where(Assessment.user_id == uow.member.id, Assessment.period == period)
    )
    if careless is not None:
        for name, value in figures.items():
            setattr(careless, name, value)
        careless.redone = True
        await uow.session.flush()
        return careless
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
    return row


def gaps(times: Mapping[str, float], started: datetime) -> list[float]:
    """Return the seconds that each answer took: the gaps between the moments of the presses, in their order."""
    return [later - earlier for earlier, later in pairwise([started.timestamp(), *sorted(times.values())])]
