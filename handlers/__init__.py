"""One router a module. The order is fixed here; `fallback` is last."""

from __future__ import annotations

from aiogram import Dispatcher, Router

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
    """Include the router of every module, in this order."""
    dispatcher.include_routers(*(attachable(area.router) for area in AREAS))


def attachable(router: Router) -> Router:
    """Return a router with the same name, filters and handlers that no dispatcher has yet.

    aiogram attaches a router once and for all, and a process may build several dispatchers.
    """
    fresh = Router(name=router.name)
    for event, observer in router.observers.items():
        fresh.observers[event].handlers = observer.handlers
        fresh.observers[event]._handler = observer._handler  # holds `router.<event>.filter(…)`; it has no public name
    return fresh
