"""HR's summary: the last one again, its steps, the groups behind it, the chart and the file."""

from __future__ import annotations

import asyncio
from datetime import date

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from content import Content
from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.company import HrPage
from keyboards.summary import OpenGroup, SummaryPage
from services.summary.drilldown import Drilldown
from services.summary.joining import JoinProposals
from services.summary.summaries import Summaries
from transport import delivery
from transport.request import Request
from views import charts
from views.charts import ChartRenderer
from views.summary import group_chart, spreadsheet
from views.summary import heat_map as heat_maps
from views.summary import screens as views
from views.summary.text import summary_text
from views.translator import Catalogs

router = Router(name="summary.summaries")
router.callback_query.filter(Hr())


@router.callback_query(HrPage.filter(F.place == "summary"), flags=WITHOUT_CONSENT)
async def send_now(
    query: CallbackQuery, request: Request, summaries: Summaries, content: Content, catalogs: Catalogs
) -> None:
    """Show the last summary again; before the first one, how things stand."""
    async with request.begin() as uow:
        if (stored := await summaries.again(uow)) is not None:
            screen = views.again(request.t, stored)
        else:
            issue = await summaries.issue(uow.session, request.now)
            words = summary_text(request.t, content, issue, catalogs.deployment.org.get(request.t.locale))
            screen = views.live(request.t, words, issue.week.toordinal())
    await request.show(screen)


@router.callback_query(SummaryPage.filter(F.action == "open"), flags=WITHOUT_CONSENT)
async def open_summary(
    query: CallbackQuery, request: Request, callback_data: SummaryPage, summaries: Summaries
) -> None:
    """Go back to the summary of a week."""
    async with request.read() as uow:
        stored = await summaries.find(uow, date.fromordinal(callback_data.week))
    await request.show(views.issued(request.t, stored, is_first=False))


@router.callback_query(SummaryPage.filter(F.action == "sample"), flags=WITHOUT_CONSENT)
async def sample(query: CallbackQuery, request: Request) -> None:
    """Show an example with invented figures."""
    await request.show(views.sample(request.t))


@router.callback_query(SummaryPage.filter(F.action == "groups"), flags=WITHOUT_CONSENT)
async def groups(
    query: CallbackQuery,
    request: Request,
    callback_data: SummaryPage,
    drilldown: Drilldown,
    join_proposals: JoinProposals,
) -> None:
    """Show the groups of that week."""
    async with request.read() as uow:
        week = await drilldown.groups(uow, date.fromordinal(callback_data.week))
        proposed = await join_proposals.open(uow)
    await request.show(views.groups(request.t, week, callback_data.page, proposed))


@router.callback_query(OpenGroup.filter(F.action == "show"), flags=WITHOUT_CONSENT)
async def group(
    query: CallbackQuery,
    request: Request,
    callback_data: OpenGroup,
    drilldown: Drilldown,
    content: Content,
    join_proposals: JoinProposals,
) -> None:
    """Show one group as it was in that week."""
    week = date.fromordinal(callback_data.week)
    async with request.begin() as uow:
        card = await drilldown.look(uow, callback_data.key, week)
        proposed = await join_proposals.open(uow)
    await request.show(views.card(request.t, content, card, callback_data.page, proposed))


@router.callback_query(OpenGroup.filter(F.action == "chart"), flags=WITHOUT_CONSENT)
async def chart(
    query: CallbackQuery,
    request: Request,
    callback_data: OpenGroup,
    drilldown: Drilldown,
    renderer: ChartRenderer,
    bot: Bot,
) -> None:
    """Show the lines over time as a picture of its own: the summary stays where it is."""
    week = date.fromordinal(callback_data.week)
    async with request.begin() as uow:
        curves = await drilldown.curves(uow, callback_data.key, week)
    picture = await renderer.render(charts.chart_of, request.t, curves)
    await delivery.tell(bot, query.from_user.id, group_chart.chart(request.t, curves, callback_data, picture))
    await request.answer()


@router.callback_query(SummaryPage.filter(F.action == "map"), flags=WITHOUT_CONSENT)
async def heat_map(
    query: CallbackQuery, request: Request, callback_data: SummaryPage, drilldown: Drilldown, renderer: ChartRenderer
) -> None:
    """Show a page of the groups by period as a picture."""
    async with request.begin() as uow:
        periods = await drilldown.periods(uow, date.fromordinal(callback_data.week))
    page = heat_maps.page(request.t, periods, callback_data.page)
    picture = await renderer.render(heat_maps.picture, request.t, periods, page.items)
    await request.show(heat_maps.screen(request.t, periods, page, callback_data.week, picture))


@router.callback_query(SummaryPage.filter(F.action == "file"), flags=WITHOUT_CONSENT)
async def file(
    query: CallbackQuery, request: Request, drilldown: Drilldown, summaries: Summaries, content: Content
) -> None:
    """Send everything that was published, as a spreadsheet."""
    today = summaries.today(request.now)
    async with request.begin() as uow:
        found = await drilldown.everything(uow, today)
    document = await asyncio.to_thread(spreadsheet.document, request.t, content, found, today)
    await delivery.send_document(query, document)
    await request.answer()
