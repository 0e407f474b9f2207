"""HR's way from a summary to the figures behind it: one group's card, its line over time, and everything as a file.

Publications only, as they were for the week that a button names. Every look is written to the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from content.hr_actions import Action
from models import Promise
from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.audience import promise_days
from services.company.memberships import COMPANY, Group, GroupKey
from services.gate import publications, trends
from services.gate.publications import CHECKIN_PERIOD, PULSE_PERIOD, PULSE_WEEK, Publication
from services.gate.trends import GroupPulse, Point, closed_periods, pulse_of
from services.kit.calendar import WEEK, Calendar
from services.kit.curves import Curves, Line, Mark
from services.summary.errors import FiguresGone, NothingPublished
from services.summary.steps.suggestions import ActionFigures, Actions
from services.summary.weekly import HISTORY_PERIODS, HISTORY_WEEKS, evidence_of, unasked_in

WEEKS_IN_CHART = 26
SLOTS_IN_LINE = 8
PERIODS_IN_MAP = 6
ACTIONS = 3
EVER = 10_000  # more weeks than there will be


@dataclass(frozen=True, slots=True)
class DrilldownCard:
    """What was published of one cell by the end of a week; `group` is None for the company.

    `pulse`: as of the week, of the newest period for a group that reports once a period (`is_pooled`). `period`: the
    newest check-in period by then, `period_then` the one before. `line`: strain week by week, or period by period.
    `actions`: what the figures suggest.
    """

    key: GroupKey
    group: Group | None
    week: Publication
    is_pooled: bool
    pulse: GroupPulse | None
    period: Publication | None
    period_then: Publication | None
    line: tuple[Point, ...]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class GroupCurves(Curves):
    """The published lines of a group (None: the company); of one that `is_pooled` each period's mean in all its weeks.

    `changed_on`: the Monday from which on figures are made in another way than before, where that lies among them.
    """

    group: Group | None
    is_pooled: bool
    changed_on: date | None


@dataclass(frozen=True, slots=True)
class Everything:
    """All that was ever published, oldest first. `pooled`: the pulses of periods; `promises`: the texts by id (language
    of the text, English)."""

    weeks: Sequence[Publication]
    periods: Sequence[Publication]
    pooled: Sequence[Publication]
    promises: Mapping[int, tuple[str, str | None]]


class Drilldown:
    """The use cases. Every method raises NotAllowed for people outside HR."""

    def __init__(self, content: Content, calendar: Calendar) -> None:
        self._calendar = calendar
        self._pulse = content.pulse
        self._actions = Actions(content.hr_actions)

    async def groups(self, uow: UnitOfWork, week: date) -> Publication:
        """Return the publication whose groups can be chosen from. Raise FiguresGone."""
        require_hr(uow.member)
        found = await publications.find(uow.session, PULSE_WEEK, week)
        if found is None:
            raise FiguresGone
        return found

    async def look(self, uow: UnitOfWork, pressed: str, week: date) -> DrilldownCard:
        """Return one group, or the company. Raise FiguresGone for one that was not named in that week."""
        shown, key = await self.groups(uow, week), GroupKey(pressed)
        _group(shown, key)
        await audit.record(uow, "viewed_group", f"{key} week {week}")
        return await self.card(uow.session, shown, key)

    async def card(self, session: AsyncSession, shown: Publication, key: GroupKey) -> DrilldownCard:
        """Return what HR sees of a group of this week; the caller has checked who may. Raise FiguresGone."""
        group = _group(shown, key)
        weeks, evidence = await self._evidence(session, shown.slot)
        pulse = pulse_of(weeks, evidence.pooled, key)
        asked = evidence.period or shown
        is_shown = pulse is not None or asked.cell(key) is not None
        is_pooled = shown.reports_once(key)
        history = evidence.pooled if is_pooled else weeks
        actions = self._actions.for_cell(asked, key, evidence) if is_shown else []
        return DrilldownCard(
            key=key,
            group=group,
            week=shown,
            is_pooled=is_pooled,
            pulse=pulse,
            period=evidence.period,
            period_then=evidence.before,
            line=tuple(trends.line(history, key, "stress", evidence.pooled, evidence.unasked)[-SLOTS_IN_LINE:]),
            actions=tuple(actions[:ACTIONS]),
        )

    async def curves(self, uow: UnitOfWork, pressed: str, week: date) -> GroupCurves:
        """Return the published lines of a group, or of the company, up to that week.

        A week without figures is a gap; one in which no one was asked is left out, unless a check-in stands in it.
        Raise FiguresGone, and NothingPublished where there is not one figure.
        """
        key = GroupKey(pressed)
        shown = await self.groups(uow, week)
        group = _group(shown, key)
        weeks = await publications.history(uow.session, PULSE_WEEK, WEEKS_IN_CHART, week)
        pooled = await closed_periods(uow.session, week, WEEKS_IN_CHART)
        if all(publication.cell(key) is None for publication in (*weeks, *pooled)):
            raise NothingPublished
        await audit.record(uow, "viewed_chart", f"{key} week {week}")
        marks = tuple(
            Mark(one.period.end - WEEK, cell.means["total"].value)
            for one in await self._periods(uow.session, week, len(weeks))
            if (cell := one.cell(key)) is not None and one.period.end - WEEK >= weeks[0].slot
        )
        unasked = await unasked_in(uow.session, self._calendar, weeks) - {mark.week for mark in marks}
        lines = [trends.line(weeks, key, item.metric, pooled, unasked) for item in self._pulse.items]
        return GroupCurves(
            group=group,
            is_pooled=shown.reports_once(key),
            weeks=tuple(point.slot for point in lines[0]),
            lines=tuple(
                Line(item, tuple(point.value for point in line), None)
                for item, line in zip(self._pulse.items, lines, strict=True)
            ),
            marks=marks,
            top=self._pulse.answer.max,
            top_total=self._pulse.on_questionnaire.max_score,
            changed_on=trends.mixes_editions(weeks),
            promises=await promise_days(
                uow.session, self._calendar, _concerned(key, group), weeks[0].slot, weeks[-1].period.last_day
            ),
        )

    async def periods(self, uow: UnitOfWork, week: date) -> list[Publication]:
        """Return the newest periods up to that week that can be compared, oldest first: all of one edition of the gate.

        Raise NothingPublished.
        """
        require_hr(uow.member)
        found = await self._periods(uow.session, week, PERIODS_IN_MAP)
        if not found:
            raise NothingPublished
        await audit.record(uow, "viewed_map", f"week {week}")
        return [period for period in found if period.edition == found[-1].edition]

    async def everything(self, uow: UnitOfWork, today: date) -> Everything:
        """Return everything that was published, for a file. Raise NothingPublished."""
        require_hr(uow.member)
        weeks = await publications.history(uow.session, PULSE_WEEK, EVER)
        periods = await publications.history(uow.session, CHECKIN_PERIOD, EVER)
        if not weeks and not periods:
            raise NothingPublished
        await audit.record(uow, "exported", f"until {today}")
        ids = {id_ for week in weeks for id_ in week.noticed}
        rows = await uow.session.execute(select(Promise.id, Promise.text, Promise.text_en).where(Promise.id.in_(ids)))
        pooled = await publications.history(uow.session, PULSE_PERIOD, EVER)
        return Everything(weeks, periods, pooled, {id_: (text, text_en) for id_, text, text_en in rows})

    async def _evidence(self, session: AsyncSession, week: date) -> tuple[list[Publication], ActionFigures]:
        weeks = await publications.history(session, PULSE_WEEK, HISTORY_WEEKS, week)
        pooled = await closed_periods(session, week, HISTORY_PERIODS)
        unasked = await unasked_in(session, self._calendar, weeks)
        return weeks, evidence_of(weeks, await self._periods(session, week, 2), pooled, unasked)

    async def _periods(self, session: AsyncSession, week: date, number: int) -> list[Publication]:
        """Return the newest periods that had closed by the end of that week, oldest first."""
        found = await publications.history(session, CHECKIN_PERIOD, number + 1, week)
        return [one for one in found if one.period.end <= week + WEEK][-number:]


def _concerned(key: GroupKey, group: Group | None) -> set[GroupKey]:
    """Return the targets whose promises are about this cell."""
    departments = () if group is None else group.departments
    return {COMPANY, key, *map(GroupKey.of_department, departments)}


def _group(publication: Publication, key: GroupKey) -> Group | None:
    """Return the group with this key, shown or hidden; None is the company. Raise FiguresGone."""
    if key == COMPANY:
        return None
    for group in publication.all_groups:
        if group.key == key:
            return group
    raise FiguresGone
