"""The dashboard: the person's own chart, redrawn in place for other spans."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import IsMember
from keyboards.wellbeing import Chart
from services.wellbeing.dashboard import DEFAULT_SPAN, Board, Dashboard
from transport.request import Request
from views import charts
from views.charts import ChartRenderer
from views.screen import Screen
from views.translator import Translator
from views.wellbeing import dashboard as views

router = Router(name="wellbeing.dashboard")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.message(Command("dashboard"))
async def dashboard(message: Message, request: Request, dashboards: Dashboard, renderer: ChartRenderer) -> None:
    """Show the chart as a new message."""
    async with request.read() as uow:
        board = await dashboards.look(uow, DEFAULT_SPAN)
    await request.show(await _screen(request.t, board, renderer))


@router.callback_query(Chart.filter())
async def show_span(
    query: CallbackQuery, request: Request, callback_data: Chart, dashboards: Dashboard, renderer: ChartRenderer
) -> None:
    """Show the chart of that many weeks."""
    async with request.read() as uow:
        board = await dashboards.look(uow, callback_data.weeks)
    await request.show(await _screen(request.t, board, renderer))


async def _screen(t: Translator, board: Board, renderer: ChartRenderer) -> Screen:
    if board.is_empty:
        return views.empty(t)
    return views.dashboard(t, board, await renderer.render(charts.chart_of, t, board))
