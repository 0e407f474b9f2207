"""The card with the hours after the first result: *Fine*, or another day and hour."""

from __future__ import annotations

from datetime import time

from aiogram import F, Router
from aiogram.types import CallbackQuery

import delivery
from db import Database
from handlers.filters import Member
from keyboards.callbacks import Defaults
from services import users
from services.clock import Clock
from services.users import Actor
from views import defaults as views
from views.translator import Translator


async def fine(query: CallbackQuery, actor: Actor, t: Translator) -> None:
    """Everything stays as it is."""
    await delivery.show(query, views.settled(t, actor), toast=t("settings_card.saved"))


async def change(query: CallbackQuery, actor: Actor, t: Translator) -> None:
    """Days and hours to choose from."""
    await delivery.show(query, views.choose(t, actor))


async def choose_weekday(
    query: CallbackQuery, callback_data: Defaults, actor: Actor, database: Database, clock: Clock, t: Translator
) -> None:
    """Another weekday."""
    async with database.begin() as session:
        actor = await users.set_rhythm(session, actor, callback_data.value, actor.rhythm.at, clock())
    await delivery.show(query, views.choose(t, actor), toast=t("settings_card.saved"))


async def choose_hour(
    query: CallbackQuery, callback_data: Defaults, actor: Actor, database: Database, clock: Clock, t: Translator
) -> None:
    """Another hour."""
    async with database.begin() as session:
        at = time(callback_data.value % 24)
        actor = await users.set_rhythm(session, actor, actor.rhythm.weekday, at, clock())
    await delivery.show(query, views.choose(t, actor), toast=t("settings_card.saved"))


def create() -> Router:
    """The router of this area."""
    router = Router(name="defaults")
    router.message.filter(Member())
    router.callback_query.filter(Member())
    router.callback_query.register(fine, Defaults.filter(F.action == "fine"))
    router.callback_query.register(change, Defaults.filter(F.action == "change"))
    router.callback_query.register(choose_weekday, Defaults.filter(F.action == "weekday"))
    router.callback_query.register(choose_hour, Defaults.filter(F.action == "hour"))
    return router
