"""Points of the dashboard: one row per person, ISO week and source. What a week did not tell stays empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.pulse import BurnoutPoint
from models import Assessment, Metric
from models.upsert import insert_into

PULSE = "pulse"
CHECKIN = "assessment"
FIGURES = ("burnout", "stress", "productivity")

Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class PointKey:
    """Where a point belongs: `week` is its ISO Monday, `period` the check-in period that holds it."""

    user_id: int
    week: date
    source: str
    period: date
    department_id: int | None


async def put(session: AsyncSession, key: PointKey, figures: Figures, now: datetime) -> None:
    """Set figures (0–100) of one row; its other figures, period and department stay as they were first written."""
    insert = insert_into(
        session,
        Metric,
        user_id=key.user_id,
        date=key.week.isoformat(),
        source=key.source,
        period=key.period,
        department_id=key.department_id,
        created_at=now,
        **figures,
    )
    await session.execute(
        insert.on_conflict_do_update(index_elements=["user_id", "date", "source"], set_=dict(figures))
    )


async def put_checkin(
    session: AsyncSession, assessment: Assessment, rule: BurnoutPoint, week: date, now: datetime
) -> None:
    """The burnout point of a finished check-in, score / max_score × 100: one per period, so a redo replaces it."""
    mine = (Metric.user_id == assessment.user_id, Metric.period == assessment.period, Metric.source == CHECKIN)
    await session.execute(delete(Metric).where(*mine).execution_options(synchronize_session=False))
    key = PointKey(assessment.user_id, week, CHECKIN, assessment.period, assessment.department_id)
    await put(session, key, {rule.metric: assessment.score / rule.max_score * 100}, now)


async def read(
    session: AsyncSession, user_id: int, source: str, since: date, until: date
) -> dict[date, dict[str, float | None]]:
    """Return the figures by week, from Monday `since` to Monday `until`, both included."""
    rows = await session.execute(
        select(Metric.date, Metric.burnout, Metric.stress, Metric.productivity)
        .where(
            Metric.user_id == user_id,
            Metric.source == source,
            Metric.date.between(since.isoformat(), until.isoformat()),
        )
        .order_by(Metric.date)
    )
    return {date.fromisoformat(day): dict(zip(FIGURES, figures, strict=True)) for day, *figures in rows.all()}
