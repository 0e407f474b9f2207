"""One router per area. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher

from handlers import (
    checkin,
    defaults,
    errors,
    fallback,
    groups,
    leaving,
    membership,
    menu,
    recommendations,
    results,
    start,
)

AREAS = (
    groups,
    checkin,  # the busiest: a press passes the fewest filters on its way
    results,
    start,
    menu,
    recommendations,
    defaults,
    leaving,
    membership,
    errors,
    fallback,
)


def setup(dispatcher: Dispatcher) -> None:
    """Include a fresh router of every area."""
    dispatcher.include_routers(*(area.create() for area in AREAS))
