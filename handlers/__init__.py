"""One router a module. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher

from handlers import blocking, errors, fallback, groups, menu
from handlers.account import leaving, privacy, profile, settings, support
from handlers.company import audit, calendar, departments, hr, people, proposals, reporting_groups
from handlers.lifecycle import invites, offboarding, relink, roster, roster_changes, start
from handlers.outreach import agreements, contact, notes, promises, rounds
from handlers.summary import steps, summaries, team
from handlers.wellbeing import (
    breathing,
    causes,
    checkin,
    crisis,
    dashboard,
    history,
    pulse,
    recommendations,
    results,
    snooze,
)
from transport.aiogram_tuning import attachable

AREAS = (
    groups,
    checkin,  # the busiest: a press passes the fewest filters on its way
    causes,
    pulse,
    results,
    snooze,
    start,
    menu,
    recommendations,
    dashboard,
    history,
    breathing,
    settings,
    profile,
    support,
    crisis,
    contact,
    hr,
    summaries,
    steps,
    team,
    departments,
    calendar,
    reporting_groups,
    proposals,
    invites,
    roster,
    roster_changes,
    people,
    offboarding,
    relink,
    promises,
    agreements,
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
    """Include the router of every module, in this order."""
    dispatcher.include_routers(*(attachable(area.router) for area in AREAS))
