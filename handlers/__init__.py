"""One router per area. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher

from handlers import (
    breathing,
    checkin,
    contact,
    dashboard,
    errors,
    fallback,
    groups,
    history,
    leaving,
    membership,
    menu,
    privacy,
    profile,
    pulse,
    recommendations,
    results,
    settings,
    start,
    support,
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
    privacy,
    leaving,
    membership,
    errors,
    fallback,
)


def setup(dispatcher: Dispatcher) -> None:
    """Include a fresh router of every area."""
    dispatcher.include_routers(*(area.create() for area in AREAS))
