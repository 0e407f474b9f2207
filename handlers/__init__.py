"""One router per area. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher

from handlers import (
    audit,
    breathing,
    checkin,
    contact,
    dashboard,
    departments,
    errors,
    fallback,
    groups,
    history,
    hr,
    invites,
    leaving,
    membership,
    menu,
    notes,
    people,
    privacy,
    profile,
    promises,
    pulse,
    recommendations,
    reporting_groups,
    results,
    roster,
    rounds,
    settings,
    start,
    summaries,
    support,
    team,
)

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
    membership,
    errors,
    fallback,
)


def setup(dispatcher: Dispatcher) -> None:
    """Include a fresh router of every area."""
    dispatcher.include_routers(*(area.create() for area in AREAS))
