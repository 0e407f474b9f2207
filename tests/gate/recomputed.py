"""The figures of a publication once more, from raw rows and in the test's own words: nothing counts in SQL here.

Rounding is Decimal's, the quantile of Student's t is integrated, who counts is read row by row.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from statistics import NormalDist, fmean, stdev
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Assessment, Grouping, Membership, Metric, Readership, User
from services.gate.publications import GroupFigures, Mean, Publication
from services.kit.calendar import WEEK

Answers = dict[str, float]
WEEKLY, SPREAD = 20, 15
HALF, NEARLY_ALL = Decimal("0.5"), Decimal("0.9")
TOP = {"burnout": 10, "stress": 10, "productivity": 10, "total": 120}
COUNTED = ("load", "rest", "control", "goals", "recognition", "fairness", "help", "conflict", "values", "nothing")
STEP = {"burnout": "0.5", "stress": "0.5", "productivity": "0.5", "total": "5"}


@dataclass(frozen=True)
class Member:
    """Somebody who counts: in which group, and the figures of the answers, None for who did not answer."""

    group: str
    answers: Answers | None


async def expected(session: AsyncSession, publication: Publication) -> dict[str, Any]:
    """What should have been published: cells by key, and the keys of groups without figures.

    Which groups report once is the publication's own word, apart from the first week: `sizes_agree`. So is which of
    them are hidden in the pulse of a period: `tests/gate/rests.py` attacks it.
    """
    members = await _members(session, publication)
    k = publication.k
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.group].append(member)
    if publication.kind == "pulse_period":
        teams: dict[str, list[Member]] = {cell.key: groups[cell.key] for cell in publication.groups}
        assert all(_is_enough(team, k) for team in teams.values())
        spreads = dict(publication.spreads)
        return {
            "cells": {key: _cell(team, spreads, len(members), k) for key, team in teams.items()},
            "hidden": sorted(group.key for group in publication.hidden),
        }
    pooled = {group.key for group in publication.pooled}
    if not _is_enough(members, k):
        return {"cells": {}, "hidden": sorted(key for key in groups if key and key not in pooled)}
    hidden = {key for key, team in groups.items() if not key or key in pooled or not _is_enough(team, k)}
    shown = sorted((len(team), key) for key, team in groups.items() if key not in hidden)
    if hidden and shown and not _is_enough([member for key in hidden for member in groups[key]], k):
        hidden.add(shown[0][1])
    spreads = _spreads(_answers(members), k) if len(members) >= max(k, SPREAD) else {}
    teams = {"company": members} | {key: team for key, team in groups.items() if key not in hidden}
    return {
        "cells": {key: _cell(team, spreads, len(members), k) for key, team in teams.items()},
        "hidden": sorted(key for key in hidden if key and key not in pooled),
    }


def published(publication: Publication) -> dict[str, Any]:
    """The same of a publication."""
    return {
        "cells": {cell.key: _plain(cell) for cell in publication.cells},
        "hidden": sorted(group.key for group in publication.hidden),
    }


async def causes_agree(session: AsyncSession, publication: Publication) -> int:
    """How many cells have counts of causes; what they tell is made of these noisy counts and of numbers of members.

    A group of fifteen or more is a part of its own; everybody else is in the part without a name, drawn together. The
    company is the sum of the parts, and told from √parts times as many people.
    """
    members = await _members(session, publication)
    drawn = publication.drawn.get("causes", {})
    sizes = Counter(member.group for member in members)
    if publication.company is not None:
        alone = {group for group, size in sizes.items() if group and size >= SPREAD}
        assert drawn.keys() == alone | ({""} if alone != sizes.keys() else set())
    counted = 0
    for cell in publication.cells:
        rows = list(drawn.values()) if cell.key == "company" else [drawn[key] for key in drawn if key == cell.key]
        people = len(members) if cell.key == "company" else sizes[cell.key]
        assert cell.causes == () or rows
        assert [(one.id, one.share.value) for one in cell.causes] == _most_named(rows, people)
        counted += bool(rows)
    return counted


def _most_named(rows: Sequence[tuple[int, ...]], people: int) -> list[tuple[str, float]]:
    """The three with the largest counts, of those that more than a tenth named; none where the noise is too large."""
    if not rows or people < math.ceil(10 * math.sqrt(2 * len(rows))):
        return []
    counts = {cause: sum(column) for cause, column in zip(COUNTED, zip(*rows, strict=True), strict=True)}
    found = []
    for cause, count in sorted(counts.items(), key=lambda named: -named[1]):
        tenths = _to(Decimal(min(max(count, 0), people)) / people, Decimal("0.1"), ROUND_HALF_UP)
        if tenths > Decimal("0.1"):
            found.append((cause, float(min(tenths, Decimal("0.9")))))
    return found[:3]


async def sizes_agree(session: AsyncSession, first_week: Publication) -> bool:
    """Whether in a period's first week the small groups, and neither the smallest nor the others, report once."""
    sizes = Counter(member.group for member in await _members(session, first_week) if member.group)
    small = {key for key, size in sizes.items() if first_week.k + 2 <= size < max(WEEKLY, 3 * first_week.k - 1)}
    return small == {group.key for group in first_week.pooled}


def _plain(cell: GroupFigures) -> dict[str, tuple[float, float | None, float | None]]:
    return {name: (mean.value, mean.low, mean.high) for name, mean in cell.means.items()}


def _is_enough(team: Sequence[Member], k: int) -> bool:
    return len(_answers(team)) >= k and len(team) >= k + 2


# --- who counts -------------------------------------------------------------------------------------------------------


async def _members(session: AsyncSession, publication: Publication) -> list[Member]:
    start = publication.slot
    session.expire_all()
    users = list(await session.scalars(select(User)))
    readers = await _newest(session, Readership, "user_id", "reads", start)
    places = await _newest(session, Membership, "user_id", "department_id", start)
    named = await _newest(session, Grouping, "department_id", "group_id", start)
    if publication.kind == "checkin_period":
        answers = await _checkins(session, start)
    elif publication.kind == "pulse_week":
        answers = await _pulses(session, [start])
    else:
        answers = await _pulses(session, [start + number * WEEK for number in range(publication.weeks)])
    members = []
    for user in users:
        if user.id not in places or readers.get(user.id) or user.offboarded_at is not None:
            continue
        department = places[user.id]
        group = "" if department is None else f"g{named[department]}" if named.get(department) else f"d{department}"
        given = answers.get(user.id, []) if user.consent_withdrawn_at is None else []
        if publication.kind == "pulse_period":
            given = [(at, values) for at, values in given if at >= user.consent_at]
        own = {name: fmean(values[name] for _, values in given) for name in given[0][1]} if given else None
        members.append(Member(group, own))
    return members


async def _newest(session: AsyncSession, table: Any, key: str, value: str, day: date) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for row in await session.scalars(select(table).order_by(table.since)):
        if row.since <= day:
            found[getattr(row, key)] = getattr(row, value)
    return found


Given = dict[int, list[tuple[datetime, Answers]]]
"""What somebody answered, and when."""


async def _pulses(session: AsyncSession, weeks: Sequence[date]) -> Given:
    found: Given = defaultdict(list)
    for row in await session.scalars(select(Metric)):
        given = {"burnout": row.burnout, "stress": row.stress, "productivity": row.productivity}
        if row.date in {str(week) for week in weeks} and row.source == "pulse" and None not in given.values():
            values = {name: float(value or 0) / 10 for name, value in given.items()}
            found[row.user_id].append((row.created_at, values))
    return found


async def _checkins(session: AsyncSession, start: date) -> Given:
    found: Given = defaultdict(list)
    for row in await session.scalars(select(Assessment)):
        if row.period == start and row.quality == "ok":
            given: Answers = {
                "EE": row.emotional_exhaustion / 9,
                "DP": row.depersonalization / 5,
                "RA": row.reduced_accomplishment / 6,
                "total": row.score,
            }
            found[row.user_id].append((row.created_at, given))
    return found


def _answers(team: Sequence[Member]) -> list[Answers]:
    return [member.answers for member in team if member.answers is not None]


# --- figures ----------------------------------------------------------------------------------------------------------


def _cell(
    team: Sequence[Member], spreads: dict[str, float], company: int, k: int
) -> dict[str, tuple[float, float | None, float | None]]:
    """The means, with intervals as though half of the people had answered, and k at least."""
    answers, people = _answers(team), len(team)
    supposed, of_company = max(k, people - people // 2), max(k, company - company // 2)
    is_coarse = "stress" in answers[0] and people < max(WEEKLY, 3 * k - 1)
    part = NEARLY_ALL if is_coarse else HALF
    means: dict[str, tuple[float, float | None, float | None]] = {}
    for name in answers[0]:
        value = _rounded(name, fmean(given[name] for given in answers), k, part)
        means[name] = (value, None, None)
        if name in spreads:
            left = math.sqrt((people - supposed) / (people - 1))
            error = _t(of_company - 1) * spreads[name] / math.sqrt(supposed) * left
            means[name] = (value, *_ends(name, value, error, k, part))
    return means


def _step(name: str, k: int, part: Decimal) -> tuple[Decimal, Decimal]:
    """The content's step, and the smallest multiple of it with step × (2k − 1) at least that part of the scale."""
    fine = Decimal(STEP.get(name, "0.5"))
    step = fine
    while step * (2 * k - 1) < Decimal(TOP.get(name, 6)) * part:
        step += fine
    return fine, step


def _to(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).quantize(Decimal(1), rounding) * step


def _rounded(name: str, exact: float, k: int, part: Decimal) -> float:
    fine, step = _step(name, k, part)
    top = Decimal(TOP.get(name, 6))
    value = _to(_to(Decimal(repr(round(exact, 9))), fine, ROUND_HALF_UP), step, ROUND_HALF_UP)
    lowest = Decimal(0)
    while (lowest + fine / 2) * k < top / 2:
        lowest += step
    return float(min(max(value, lowest), top - lowest))


def _ends(name: str, value: float, error: float, k: int, part: Decimal) -> tuple[float, float]:
    """√(error² + 1.96² step²/12) around the published mean, outward, cut at the ends of the scale."""
    _, step = _step(name, k, part)
    half = math.sqrt(error**2 + NormalDist().inv_cdf(0.975) ** 2 * float(step) ** 2 / 12)
    margin = _to(Decimal(repr(round(half, 9))), step, ROUND_CEILING)
    top = Decimal(TOP.get(name, 6))
    return float(max(Decimal(0), Decimal(repr(value)) - margin)), float(min(top, Decimal(repr(value)) + margin))


def _spreads(answers: Sequence[Answers], k: int) -> dict[str, float]:
    """Standard deviations to two steps, at least two."""
    found = {}
    for name in answers[0]:
        double = 2 * _step(name, k, HALF)[1]
        exact = Decimal(repr(round(stdev(given[name] for given in answers), 9)))
        found[name] = float(max(double, _to(exact, double, ROUND_HALF_UP)))
    return found


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
