"""The figures of a publication once more, from raw rows and in the test's own words: nothing counts in SQL here.

Rounding is Decimal's, the quantile of Student's t is integrated, who counts is read row by row.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from statistics import NormalDist, fmean, stdev
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Grouping, Membership, Metric, Readership, User
from services.gate.publications import Cell, Mean, Publication, Share
from tests.gate.world import CONTENT

Answers = dict[str, float]
DETAILED = 10
TOP = {"burnout": 10, "stress": 10, "productivity": 10, "total": 120}
STEP = {"burnout": "0.5", "stress": "0.5", "productivity": "0.5", "total": "5"}
SCALE = {item.key: item.scale for item in CONTENT.questionnaire.items}
REVERSED = {item.key for item in CONTENT.questionnaire.items if item.reverse}


@dataclass(frozen=True)
class Member:
    """Somebody who counts: in which group, and the figures of the answers, None for who did not answer."""

    group: str
    answers: Answers | None
    level: str | None


async def expected(session: AsyncSession, publication: Publication) -> dict[str, Any]:
    """What should have been published: cells by key, and the keys of hidden groups."""
    members = await _members(session, publication)
    k = publication.k
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.group].append(member)
    everybody = _answers(members)
    if len(everybody) < k:
        return {"cells": {}, "hidden": sorted(key for key in groups if key)}
    hidden = {key for key, team in groups.items() if not key or len(_answers(team)) < k}
    left_over = sum(len(_answers(groups[key])) for key in hidden)
    shown = sorted((len(team), key) for key, team in groups.items() if key not in hidden)
    if hidden and left_over < k and shown:
        hidden.add(shown[0][1])
    spreads = _spreads(everybody, k) if len(everybody) >= max(k, DETAILED) else {}
    teams = {"company": members} | {key: team for key, team in groups.items() if key not in hidden}
    return {
        "cells": {key: _cell(team, spreads, len(everybody), k) for key, team in teams.items()},
        "hidden": sorted(key for key in hidden if key),
    }


def published(publication: Publication) -> dict[str, Any]:
    """The same of a publication."""
    return {
        "cells": {cell.key: _plain(cell) for cell in publication.cells},
        "hidden": sorted(group.key for group in publication.hidden),
    }


def _plain(cell: Cell) -> dict[str, Any]:
    levels = cell.levels
    return {
        "band": (cell.answered.low, cell.answered.high),
        "participation": None if cell.participation is None else cell.participation.value,
        "means": {name: (mean.value, mean.low, mean.high) for name, mean in cell.means.items()},
        "items": {name: mean.value for name, mean in cell.items.items()},
        "levels": None
        if levels is None
        else [_triple(share) for share in (levels.low, levels.medium, levels.high, levels.raised)],
    }


def _triple(share: Share | None) -> tuple[Any, ...] | None:
    return None if share is None else (share.value, share.low, share.high)


# --- who counts -------------------------------------------------------------------------------------------------------


async def _members(session: AsyncSession, publication: Publication) -> list[Member]:
    start = publication.slot
    session.expire_all()
    users = list(await session.scalars(select(User)))
    readers = await _newest(session, Readership, "user_id", "reads", start)
    places = await _newest(session, Membership, "user_id", "department_id", start)
    named = await _newest(session, Grouping, "department_id", "group_id", start)
    answers = await _pulses(session, start) if publication.kind == "pulse_week" else await _checkins(session, start)
    members = []
    for user in users:
        if user.id not in places or readers.get(user.id) or user.offboarded_at is not None:
            continue
        department = places[user.id]
        group = "" if department is None else f"g{named[department]}" if named.get(department) else f"d{department}"
        given, level = answers.get(user.id, (None, None)) if user.consent_withdrawn_at is None else (None, None)
        members.append(Member(group, given, level))
    return members


async def _newest(session: AsyncSession, table: Any, key: str, value: str, day: date) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for row in await session.scalars(select(table).order_by(table.since)):
        if row.since <= day:
            found[getattr(row, key)] = getattr(row, value)
    return found


async def _pulses(session: AsyncSession, week: date) -> dict[int, tuple[Answers, None]]:
    found: dict[int, tuple[Answers, None]] = {}
    for row in await session.scalars(select(Metric)):
        given = {"burnout": row.burnout, "stress": row.stress, "productivity": row.productivity}
        if row.date == str(week) and row.source == "pulse" and None not in given.values():
            found[row.user_id] = ({name: float(value or 0) / 10 for name, value in given.items()}, None)
    return found


async def _checkins(session: AsyncSession, start: date) -> dict[int, tuple[Answers, str]]:
    found = {}
    for row in await session.scalars(select(Assessment)):
        if row.period == start and row.quality == "ok":
            given: Answers = {
                "EE": row.emotional_exhaustion / 9,
                "DP": row.depersonalization / 5,
                "RA": row.reduced_accomplishment / 6,
                "total": row.score,
            }
            for key in ("1", "7", "13"):
                raw = row.answers.get(key)
                own = None if raw is None else 6 - raw if key in REVERSED else raw
                given[f"q{key}"] = given[SCALE[key]] if own is None else own
            found[row.user_id] = (given, row.burnout_level)
    return found


def _answers(team: Sequence[Member]) -> list[Answers]:
    return [member.answers for member in team if member.answers is not None]


# --- figures ----------------------------------------------------------------------------------------------------------


def _cell(team: Sequence[Member], spreads: dict[str, float], company: int, k: int) -> dict[str, Any]:
    answers = _answers(team)
    n, people = len(answers), len(team)
    names = [name for name in answers[0] if not name.startswith("q")]
    is_detailed = n >= max(k, DETAILED)
    means: dict[str, tuple[float, float | None, float | None]] = {}
    for name in names:
        value = _rounded(name, fmean(given[name] for given in answers), k)
        means[name] = (value, None, None)
        if is_detailed:
            error = _t(company - 1) * spreads[name] / math.sqrt(n) * math.sqrt((people - n) / max(1, people - 1))
            means[name] = (value, *_ends(name, value, error, k))
    items = [name for name in answers[0] if name.startswith("q")] if is_detailed else []
    return {
        "band": _band(n, k),
        "participation": _tenth(n / people) if people >= max(k, DETAILED) else None,
        "means": means,
        "items": {name: _rounded(name, fmean(given[name] for given in answers), k) for name in items},
        "levels": _levels([member.level for member in team if member.answers]) if is_detailed else None,
    }


def _step(name: str, k: int) -> tuple[Decimal, Decimal]:
    """The content's step, and the smallest multiple of it with step × (2k − 1) at least half the scale."""
    fine = Decimal(STEP.get(name, "0.5"))
    step = fine
    while step * (2 * k - 1) < Decimal(TOP.get(name, 6)) / 2:
        step += fine
    return fine, step


def _to(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).quantize(Decimal(1), rounding) * step


def _rounded(name: str, exact: float, k: int) -> float:
    fine, step = _step(name, k)
    top = Decimal(TOP.get(name, 6))
    value = _to(_to(Decimal(repr(round(exact, 9))), fine, ROUND_HALF_UP), step, ROUND_HALF_UP)
    lowest = Decimal(0)
    while (lowest + fine / 2) * k < top / 2:
        lowest += step
    return float(min(max(value, lowest), top - lowest))


def _ends(name: str, value: float, error: float, k: int) -> tuple[float, float]:
    """√(error² + 1.96² step²/12) around the published mean, outward, cut at the ends of the scale."""
    _, step = _step(name, k)
    half = math.sqrt(error**2 + NormalDist().inv_cdf(0.975) ** 2 * float(step) ** 2 / 12)
    margin = _to(Decimal(repr(round(half, 9))), step, ROUND_CEILING)
    top = Decimal(TOP.get(name, 6))
    return float(max(Decimal(0), Decimal(repr(value)) - margin)), float(min(top, Decimal(repr(value)) + margin))


def _spreads(answers: Sequence[Answers], k: int) -> dict[str, float]:
    """Standard deviations to two steps, at least two."""
    found = {}
    for name in answers[0]:
        double = 2 * _step(name, k)[1]
        exact = Decimal(repr(round(stdev(given[name] for given in answers), 9)))
        found[name] = float(max(double, _to(exact, double, ROUND_HALF_UP)))
    return found


def _band(n: int, k: int) -> tuple[int, int | None]:
    ends = [k, *(end for end in (10, 15, 20, 30, 40) if end > k), 10**9]
    for low, following in pairwise(ends):
        if low <= n < following:
            return low, None if following == 10**9 else following - 1
    raise AssertionError(n)


def _tenth(share: float) -> float:
    return float(
        min(max(_to(Decimal(repr(round(share, 9))), Decimal("0.1"), ROUND_HALF_UP), Decimal("0.1")), Decimal("0.9"))
    )


def _levels(levels: Sequence[str | None]) -> list[tuple[float, float, float] | None] | None:
    if not levels or levels[0] is None:
        return None
    low, medium, high = (levels.count(level) for level in ("low", "medium", "high"))
    if min(low, medium, high) >= 3:
        return [_share(low, len(levels)), _share(medium, len(levels)), _share(high, len(levels)), None]
    if min(low, medium + high) >= 3:
        return [_share(low, len(levels)), None, None, _share(medium + high, len(levels))]
    return None


def _share(part: int, n: int) -> tuple[float, float, float]:
    """A published share and Wilson's bounds of it, outward: the two p with |p̂ − p| = z √(p (1 − p) / n)."""
    value, z = _tenth(part / n), NormalDist().inv_cdf(0.975)

    def root(low: float, high: float) -> float:
        for _ in range(60):
            middle = (low + high) / 2
            outside = abs(value - middle) > z * math.sqrt(middle * (1 - middle) / n)
            low, high = (middle, high) if outside == (middle < value) else (low, middle)
        return low

    bounds = root(0, value), root(value, 1)
    ends = [
        _to(Decimal(repr(round(bound, 9))), Decimal("0.1"), way)
        for bound, way in zip(bounds, (ROUND_FLOOR, ROUND_CEILING), strict=True)
    ]
    return value, float(ends[0]), float(ends[1])


@cache
def _t(freedom: int) -> float:
    """The 97.5 % quantile of Student's t by Simpson's rule and bisection."""
    scale: float = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)

    def below(x: float) -> float:
        parts = 400
        width = x / parts
        heights: list[float] = [
            scale * (1 + (i * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(parts + 1)
        ]
        return 0.5 + width / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))

    low, high = 1.0, 15.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < 0.975 else (low, middle)
    return low


def change(now: Mean, then: Mean) -> tuple[float, bool] | None:
    """The difference of two published means, and whether the interval excludes 0 and it is two steps or more.

    se₁² + se₂² + step²/6, where half a published interval is 1.96 × √(se² + step²/12), or more by rounding.
    """
    if None in (now.low, now.high, then.low, then.high):
        return None
    halves = [max(mean.value - float(mean.low or 0), float(mean.high or 0) - mean.value) for mean in (now, then)]
    z = NormalDist().inv_cdf(0.975)
    variance = sum((half / z) ** 2 for half in halves)
    difference = now.value - then.value
    outside = abs(difference) + 1e-9 >= z * math.sqrt(variance)
    return difference, outside and abs(difference) >= 2 * max(now.step, then.step)
