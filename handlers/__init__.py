"""One router per area. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher

from handlers import blocking, errors, fallback, groups, menu
from handlers.account import leaving, privacy, profile, settings, support
from handlers.company import audit, departments, hr, people, reporting_groups
from handlers.lifecycle import invites, roster, start
from handlers.outreach import contact, notes, promises, rounds
from handlers.summary import summaries, team
from handlers.wellbeing import breathing, checkin, dashboard, history, pulse, recommendations, results

AREAS = (
    groups,
    checkin,  # the busiest: a press passes the fewest filters on its way
    pulse,
    results,
    start,
    menu,
    recommendations,
    dashboard,
    history,
    breathing,
    settings,
    profile,
    support,
    contact,
    hr,
    summaries,
    team,
    departments,
    reporting_groups,
    invites,
    roster,
    people,
    promises,
    notes,
    rounds,
    audit,
    privacy,
    leaving,
    blocking,
    errors,
    fallback,
)


def setup(dispatcher: Dispatcher) -> None:
    """Include a fresh router of every area."""
    dispatcher.include_routers(*(area.create() for area in AREAS))
