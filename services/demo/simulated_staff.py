"""Invented colleagues: what they answered in the past, and go on answering while the playground's clock moves.

No one can open their chats, so the bot writes to none of them: they count as unreachable. What they answer follows
from the content and from their own id alone, so that a company that is made twice is the same twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content, Questionnaire
from content.demo import DemoContent, DemoDepartment
from models import Assessment, Membership, Metric, Promise, Reaction, Recommendation, User
from services.account import users
from services.account.users import NewMember
from services.kit import bot_info
from services.kit.calendar import DAY, WEEK, Calendar, Period, at_local
from services.wellbeing import scoring
from services.wellbeing.checkin import columns_of

SINCE = "demo_since"  # the Monday on which the invented company began
UNTIL = "demo_until"  # the Monday up to which its people have answered
FIRST_ACCOUNT = 9_000_000_001
OWN = 0.7  # standard deviations: between people and, of a person, between answers, in item scores 0–6
NOISE = 1.0
RISE_WEEKS = 6  # in so many weeks a change of the strain has come about
RECOMMENDATIONS = 3
ASKED_BEFORE = timedelta(weeks=3)  # since then people have been asked whether they notice what was promised


class SimulatedStaff:
    """The people of the invented departments. Every method runs in the caller's transaction."""

    def __init__(self, content: Content, calendar: Calendar, timezone: str) -> None:
        self._content = content
        self._demo = content.demo
        self._calendar = calendar
        self._timezone = timezone

    async def move_in(self, session: AsyncSession, departments: list[int], now: datetime) -> datetime:
        """Let everyone join in the last week before the past `periods`; return the moment.

        `departments` are the ids of the content's departments.
        """
        period = self._calendar.period_at(now)
        since = period.start - self._demo.periods * period.weeks * WEEK
        joined = at_local(since, users.DEFAULT_HOUR, self._calendar.zone) - WEEK
        rows: list[dict[str, Any]] = []
        for department_id, department in zip(departments, self._demo.departments, strict=True):
            for _ in range(department.colleagues):
                user_id = await self._join(session, len(rows), department_id, joined)
                rows.append({"user_id": user_id, "department_id": department_id, "since": since})
        if rows:
            nobody = {"unreachable_at": joined, "plan_at": None}
            await session.execute(update(User).where(User.telegram_id >= FIRST_ACCOUNT).values(nobody))
            await session.execute(insert(Membership), rows)
        await bot_info.set_fact(session, SINCE, since.isoformat())
        await bot_info.set_fact(session, UNTIL, since.isoformat())
        return joined

    async def promise(self, session: AsyncSession, departments: list[int], author: str, now: datetime) -> None:
        """Add what HR promised, signed with the author's audit key, and whether people notice what was done."""
        asked_at = now - ASKED_BEFORE
        for promise in self._demo.promises:
            is_done = promise.days is None
            row = Promise(
                department_id=None if promise.department is None else departments[promise.department],
                text=promise.text.ru,
                text_en=promise.text.en,
                due=None if promise.days is None else self._calendar.today(now) + promise.days * DAY,
                state="done" if is_done else "planned",
                asked_at=asked_at if is_done else None,
                author_audit_key=author,
                created_at=asked_at,
                updated_at=asked_at,
            )
            session.add(row)
            await session.flush()
            if is_done:
                await self._react(session, row.id, asked_at)

    async def catch_up(self, session: AsyncSession, now: datetime) -> None:
        """Answer the pulse of every week that has closed since the last time, and the check-in of every period."""
        until = await bot_info.get_fact(session, UNTIL)
        week, open_week = date.fromisoformat(until or date.max.isoformat()), self._calendar.week_of(now)
        if week >= open_week:
            return
        since = date.fromisoformat(await bot_info.get_fact(session, SINCE) or "")
        places = await self._places(session)
        while week < open_week:
            await self._answer_pulse(session, places, week, since)
            period = self._calendar.period_of(week)
            if week + WEEK == period.end:
                await self._check_in(session, places, period, since)
            week += WEEK
        await bot_info.set_fact(session, UNTIL, open_week.isoformat())

    async def answer_pulses(
        self, session: AsyncSession, user_id: int, department_id: int, since: date, now: datetime
    ) -> None:
        """The weekly pulses of one person from a Monday on, as someone of the first department answers."""
        places = [(user_id, department_id, self._demo.departments[0])]
        week = since
        while week < self._calendar.week_of(now):
            await self._answer_pulse(session, places, week, since)
            week += WEEK

    # --- inside ------------------------------------------------------------------------------------------------------

    async def _join(self, session: AsyncSession, number: int, department_id: int, joined: datetime) -> int:
        name, version = _name(self._demo, number), self._content.consent.version
        joining = NewMember(FIRST_ACCOUNT + number, name, "ru", "employee", department_id, version)
        return await users.join(session, joining, self._timezone, joined)

    async def _places(self, session: AsyncSession) -> list[tuple[int, int | None, DemoDepartment]]:
        """Return the internal id of each colleague, the id of their department, and what the content says of it."""
        rows = await session.execute(
            select(User.id, User.department_id, User.telegram_id)
            .where(User.telegram_id >= FIRST_ACCOUNT)
            .order_by(User.telegram_id)
        )
        said = [department for department in self._demo.departments for _ in range(department.colleagues)]
        return [(id_, department_id, said[account - FIRST_ACCOUNT]) for id_, department_id, account in rows]

    async def _answer_pulse(
        self, session: AsyncSession, places: Iterable[tuple[int, int | None, DemoDepartment]], week: date, since: date
    ) -> None:
        rows = []
        answered_at = at_local(week + 3 * DAY, users.DEFAULT_PULSE_HOUR, self._calendar.zone)
        for user_id, department_id, department in places:
            chance = _chance(user_id, week)
            if chance.random() > self._demo.answer.pulse:
                continue
            levels = self._levels(department, week, since)
            own = _chance(user_id).gauss(0, OWN)
            worn = levels["EE"] / 6 * 10 + own
            done = 10 - levels["RA"] / 6 * 10 - own
            figures = {"burnout": worn, "stress": levels["stress"] + own, "productivity": done}
            rows.append(
                {
                    "user_id": user_id,
                    "date": week.isoformat(),
                    "source": "pulse",
                    "period": self._calendar.period_of(week).start,
                    "department_id": department_id,
                    "created_at": answered_at,
                    **{name: 10.0 * _rounded(value + chance.gauss(0, NOISE), 10) for name, value in figures.items()},
                }
            )
        if rows:
            await session.execute(insert(Metric), rows)

    async def _check_in(
        self,
        session: AsyncSession,
        places: Iterable[tuple[int, int | None, DemoDepartment]],
        period: Period,
        since: date,
    ) -> None:
        assessments, recommendations = [], []
        answered_at = at_local(period.invitation_week + DAY, users.DEFAULT_HOUR, self._calendar.zone)
        for user_id, department_id, department in places:
            chance = _chance(user_id, period.start)
            if chance.random() > self._demo.answer.checkin:
                continue
            answers = self._answers(self._levels(department, period.start, since), _chance(user_id), chance)
            figures = _assessment(self._content.questionnaire, user_id, department_id, period, answers, answered_at)
            assessments.append(figures | self._causes(department, _chance(user_id, period.start, "causes")))
            recommendations += _recommendations(self._content, user_id, chance, answered_at)
        if assessments:
            await session.execute(insert(Assessment), assessments)
            await session.execute(insert(Recommendation), recommendations)

    def _levels(self, department: DemoDepartment, week: date, since: date) -> dict[str, float]:
        """Return what people of a department answer on average in a week.

        What has changed lately: the strain, step by step from the last past period on; the scales, in the open period.
        """
        period_weeks = self._calendar.period_weeks
        changed = (week - since) // WEEK - (self._demo.periods - 1) * period_weeks
        risen = min(max(changed + 1, 0) / RISE_WEEKS, 1.0)
        shares = {"stress": risen}
        return {
            name: level + department.lately.get(name, 0.0) * shares.get(name, float(changed >= period_weeks))
            for name, level in department.levels.items()
        }

    def _answers(self, levels: Mapping[str, float], person: Random, chance: Random) -> dict[str, int]:
        own = person.gauss(0, OWN)
        answers = {}
        for item in self._content.questionnaire.items:
            score = _rounded(levels[item.scale] + own + chance.gauss(0, NOISE), self._content.questionnaire.top)
            answers[item.key] = self._content.questionnaire.top - score if item.reverse else score
        return answers

    def _causes(self, department: DemoDepartment, chance: Random) -> dict[str, Any]:
        """Return what weighed most, or nothing in particular; everyone has gone on to the result."""
        named = [cause for cause, share in department.causes.items() if chance.random() < share] or ["nothing"]
        first, second = [*named, None][:2]
        return {"cause": first, "second_cause": second, "causes_open": False}

    async def _react(self, session: AsyncSession, promise_id: int, asked_at: datetime) -> None:
        rows = [
            {
                "promise_id": promise_id,
                "user_id": user_id,
                "noticed": _chance(user_id, promise_id).random() < self._demo.answer.noticed,
                "created_at": asked_at + DAY,
            }
            for user_id, _, _ in await self._places(session)
        ]
        if rows:
            await session.execute(insert(Reaction), rows)


def _recommendations(content: Content, user_id: int, chance: Random, offered_at: datetime) -> list[dict[str, Any]]:
    rows = []
    for item in chance.sample(content.recommendations.items, RECOMMENDATIONS):
        is_done = chance.random() < content.demo.answer.recommendation
        rows.append(
            {
                "user_id": user_id,
                "content_id": item.id,
                "reason": "level",
                "category": item.category,
                "title": item.title.ru,
                "description": item.text.ru,
                "priority": item.priority,
                "duration": item.duration.ru,
                "completed": is_done,
                "state": "done" if is_done else "declined",
                "closed_at": offered_at + 5 * DAY,
                "created_at": offered_at,
                "updated_at": offered_at,
            }
        )
    return rows


def _assessment(
    questionnaire: Questionnaire,
    user_id: int,
    department_id: int | None,
    period: Period,
    answers: dict[str, int],
    answered_at: datetime,
) -> dict[str, Any]:
    return {
        **columns_of(questionnaire, answers, scoring.score(questionnaire, answers), "ok", answered_at),
        "user_id": user_id,
        "created_at": answered_at,
        "period": period.start,
        "department_id": department_id,
        "redone": False,
    }


def _name(demo: DemoContent, number: int) -> str:
    return f"{demo.names[number % len(demo.names)]} {demo.initials[number % (len(demo.initials) - 1)]}."


def _chance(*what: object) -> Random:
    """Return a source of randomness that is the same every time for the same person and week."""
    return Random("/".join(map(str, what)))  # noqa: S311 (invented answers, not secrets)


def _rounded(value: float, top: int) -> int:
    return min(max(round(value), 0), top)
