"""The dashboard: the own chart, redrawn in place for other spans."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from db.database import Database
from handlers.filters import IsMember
from keyboards.callbacks import Chart
from services.account.users import Member
from services.kit.clock import Clock
from services.wellbeing.dashboard import DEFAULT_SPAN, Board, Dashboard
from transport import delivery
from views import charts
from views.charts import ChartRenderer
from views.screen import Screen
from views.translator import Translator
from views.wellbeing import dashboard as views


async def dashboard(
    message: Message,
    member: Member,
    database: Database,
    dashboards: Dashboard,
    renderer: ChartRenderer,
    clock: Clock,
    t: Translator,
) -> None:
    """The chart as a new message."""
    async with database.read() as session:
        board = await dashboards.look(session, member, DEFAULT_SPAN, clock())
    await delivery.show(message, await _screen(t, board, renderer))


async def show_span(
    query: CallbackQuery,
    callback_data: Chart,
    member: Member,
    database: Database,
    dashboards: Dashboard,
    renderer: ChartRenderer,
    clock: Clock,
    t: Translator,
) -> None:
    """The chart of so many weeks."""
    async with database.read() as session:
        board = await dashboards.look(session, member, callback_data.weeks, clock())
    await delivery.show(query, await _screen(t, board, renderer))


async def _screen(t: Translator, board: Board, renderer: ChartRenderer) -> Screen:
    if board.is_empty:
        return views.empty(t)
    return views.dashboard(t, board, await renderer.render(charts.chart_of, t, board))


def create() -> Router:
    """The router of this area."""
    router = Router(name="wellbeing.dashboard")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    router.callback_query.register(show_span, Chart.filter())
    router.message.register(dashboard, Command("dashboard"))
    return router
