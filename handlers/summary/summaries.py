"""HR's summary: the last one again, its steps, the groups behind it, the chart and the file."""

from __future__ import annotations

import asyncio
from datetime import date

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery

from content import Content
from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.filters import Hr
from keyboards.callbacks import HrPage, OpenGroup, SummaryPage
from services.account.users import Member
from services.kit.clock import Clock
from services.summary.drilldown import Drilldown
from services.summary.summaries import Summaries
from transport import delivery
from views import charts
from views.charts import ChartRenderer
from views.summary import screens as views
from views.summary import spreadsheet
from views.summary.text import summary_text
from views.translator import Catalogs, Translator


async def send_now(
    query: CallbackQuery,
    member: Member,
    database: Database,
    summaries: Summaries,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
    t: Translator,
) -> None:
    """The last summary again; before the first one, how things stand."""
    async with database.begin() as session:
        stored = await summaries.again(session, member, clock())
        issue = None if stored else await summaries.issue(session, clock())
    if stored is not None:
        screen = views.again(t, stored)
    else:
        assert issue is not None
        words = summary_text(t, content, issue, catalogs.deployment.org.get(t.locale))
        screen = views.live(t, words, issue.week.toordinal())
    await delivery.show(query, screen)


async def open_summary(
    query: CallbackQuery,
    callback_data: SummaryPage,
    member: Member,
    database: Database,
    summaries: Summaries,
    t: Translator,
) -> None:
    """Back to the summary of a week."""
    async with database.read() as session:
        stored = await summaries.find(session, member, date.fromordinal(callback_data.week))
    await delivery.show(query, views.issued(t, stored, is_first=False))


async def sample(query: CallbackQuery, t: Translator) -> None:
    """An example with invented figures."""
    await delivery.show(query, views.sample(t))


async def steps(
    query: CallbackQuery,
    callback_data: SummaryPage,
    member: Member,
    database: Database,
    summaries: Summaries,
    content: Content,
    t: Translator,
) -> None:
    """What the summary suggests, in full."""
    async with database.read() as session:
        stored = await summaries.find(session, member, date.fromordinal(callback_data.week))
    await delivery.show(query, views.steps(t, content, stored))


async def groups(
    query: CallbackQuery,
    callback_data: SummaryPage,
    member: Member,
    database: Database,
    cells: Drilldown,
    t: Translator,
) -> None:
    """The groups of that week."""
    async with database.read() as session:
        week = await cells.groups(session, member, date.fromordinal(callback_data.week))
    await delivery.show(query, views.groups(t, week, callback_data.page))


async def group(
    query: CallbackQuery,
    callback_data: OpenGroup,
    member: Member,
    database: Database,
    cells: Drilldown,
    content: Content,
    clock: Clock,
    t: Translator,
) -> None:
    """One group as it was in that week."""
    week = date.fromordinal(callback_data.week)
    async with database.begin() as session:
        card = await cells.look(session, member, callback_data.key, week, clock())
    await delivery.show(query, views.card(t, content, card, callback_data.page))


async def chart(
    query: CallbackQuery,
    callback_data: OpenGroup,
    member: Member,
    database: Database,
    cells: Drilldown,
    renderer: ChartRenderer,
    clock: Clock,
    bot: Bot,
    t: Translator,
) -> None:
    """The lines over time as a picture of its own: the summary stays where it is."""
    week = date.fromordinal(callback_data.week)
    async with database.begin() as session:
        shown, curves = await cells.curves(session, member, callback_data.key, week, clock())
    picture = await renderer.render(charts.chart_of, t, curves)
    await delivery.tell(bot, query.from_user.id, views.chart(t, shown, curves, picture))
    await delivery.answer(query)


async def file(
    query: CallbackQuery,
    member: Member,
    database: Database,
    cells: Drilldown,
    summaries: Summaries,
    content: Content,
    clock: Clock,
    t: Translator,
) -> None:
    """Everything that was published, as a spreadsheet."""
    today = summaries.today(clock())
    async with database.begin() as session:
        found = await cells.everything(session, member, today, clock())
    document = await asyncio.to_thread(spreadsheet.document, t, content, found, today)
    await delivery.send_document(query, document)
    await delivery.answer(query)


def create() -> Router:
    """The router of this area."""
    router = Router(name="summary.summaries")
    router.callback_query.filter(Hr())
    pressed, flags = router.callback_query.register, WITHOUT_CONSENT
    pressed(send_now, HrPage.filter(F.place == "summary"), flags=flags)
    pressed(open_summary, SummaryPage.filter(F.action == "open"), flags=flags)
    pressed(sample, SummaryPage.filter(F.action == "sample"), flags=flags)
    pressed(steps, SummaryPage.filter(F.action == "steps"), flags=flags)
    pressed(groups, SummaryPage.filter(F.action == "groups"), flags=flags)
    pressed(file, SummaryPage.filter(F.action == "file"), flags=flags)
    pressed(group, OpenGroup.filter(F.action == "show"), flags=flags)
    pressed(chart, OpenGroup.filter(F.action == "chart"), flags=flags)
    return router
