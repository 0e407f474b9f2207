"""Promises as HR sees them: for whom, by when, and whether people notice them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import Promise
from services.company.audience import Target, name_targets, target_of
from services.company.calendar import holds
from services.company.memberships import groups_at
from services.gate import publications
from services.gate.publications import PULSE_WEEK, Share
from services.kit.calendar import WEEK, Calendar, Period
from services.kit.calendar.held import HeldPeriods
from services.outreach.notes import DONE
from services.outreach.owners import names_of


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """A promise as HR sees it. `owner`: who does it. `days_left`: until the date of a planned one, negative when it is
    overdue.

    `noticed`: the published share; `noticed_on`: the Monday on which it comes, while it is still to come. `by_manager`:
    recorded by a manager for the own group. `is_group_gone`: it was made to a reporting group that was dissolved.
    `helped`: what could be said later, a services.summary.helped.Helped. `held`: the check-ins that wait for it;
    `next_period`: from which on they could.
    """

    id: int
    target: Target
    is_group_gone: bool
    text: str
    text_en: str | None
    owner: str | None
    due: date | None
    days_left: int | None
    is_done: bool
    done_on: date | None
    noticed: Share | None
    noticed_on: date | None
    by_manager: bool
    helped: str | None
    held: HeldPeriods | None
    next_period: Period


async def promise_cards(
    session: AsyncSession, rows: Iterable[Promise], calendar: Calendar, now: datetime
) -> list[PromiseCard]:
    """Return the cards of these rows, in their order."""
    rows = list(rows)
    targets, today = await name_targets(session), calendar.today(now)
    owners = await names_of(session, [row.owner_id for row in rows])
    groups = {group.key for group in await groups_at(session, calendar.period_at(now).start)}
    held = await holds.standing(session, [row.id for row in rows])
    cards = []
    for row in rows:
        noticed, noticed_on = await _noticed(session, row, calendar)
        is_done = row.state == DONE
        cards.append(
            PromiseCard(
                id=row.id,
                target=targets[target_of(row)],
                is_group_gone=row.group_id is not None and target_of(row) not in groups,
                text=row.text,
                text_en=row.text_en,
                owner=owners.get(row.owner_id),
                due=row.due,
                days_left=None if is_done or row.due is None else (row.due - today).days,
                is_done=is_done,
                done_on=None if row.asked_at is None else calendar.today(row.asked_at),
                noticed=noticed,
                noticed_on=noticed_on,
                by_manager=row.by_manager,
                helped=row.helped,
                held=held.get(row.id),
                next_period=calendar.period_at(now).next(),
            )
        )
    return cards


async def _noticed(session: AsyncSession, row: Promise, calendar: Calendar) -> tuple[Share | None, date | None]:
    """Return the share in the publication that counts the answers, or the Monday on which it comes."""
    if row.asked_at is None:
        return None, None
    week = calendar.week_of(row.asked_at) + WEEK
    counted = await publications.find(session, PULSE_WEEK, week)
    return (None, week + WEEK) if counted is None else (counted.noticed.get(row.id), None)
