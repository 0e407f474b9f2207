"""A manager's team: what to do with its figures, a sheet for the talk, and whether it comes every week."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from handlers.access import WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.summary import TeamButton, TeamPage
from services.summary import team
from services.summary.summaries import Summaries
from transport import delivery
from transport.request import Request
from views.charts import ChartRenderer
from views.summary import talk_paper
from views.summary import team as views

router = Router(name="summary.team")
router.message.filter(IsMember())
router.callback_query.filter(IsMember())


@router.message(Command("team"), flags=WITHOUT_CONSENT)
async def team_command(message: Message, request: Request, summaries: Summaries, content: Content) -> None:
    """Show the team as a new message."""
    async with request.read() as uow:
        card = await team.look(uow.session, content.talk, request.member.id, summaries.today(request.now), request.now)
    await request.show(views.team(request.t, content.talk, card, number=0))


@router.callback_query(TeamPage.filter(), flags=WITHOUT_CONSENT)
async def open_team(query: CallbackQuery, request: Request, summaries: Summaries, content: Content) -> None:
    """Show the team from the home screen."""
    async with request.read() as uow:
        card = await team.look(uow.session, content.talk, request.member.id, summaries.today(request.now), request.now)
    await request.show(views.team(request.t, content.talk, card, number=0))


@router.callback_query(TeamButton.filter(F.action == "page"), flags=WITHOUT_CONSENT)
async def turn_page(
    query: CallbackQuery, request: Request, callback_data: TeamButton, summaries: Summaries, content: Content
) -> None:
    """Show a page of the managed groups."""
    async with request.read() as uow:
        card = await team.look(uow.session, content.talk, request.member.id, summaries.today(request.now), request.now)
    await request.show(views.team(request.t, content.talk, card, callback_data.page))


@router.callback_query(TeamButton.filter(F.action == "questions"), flags=WITHOUT_CONSENT)
async def questions(query: CallbackQuery, request: Request, content: Content) -> None:
    """Show five questions for a team talk."""
    async with request.read() as uow:
        await team.require_manager(uow)
    await request.show(views.questions(request.t, content))


@router.callback_query(TeamButton.filter(F.action == "paper"), flags=WITHOUT_CONSENT)
async def paper(
    query: CallbackQuery,
    request: Request,
    callback_data: TeamButton,
    summaries: Summaries,
    renderer: ChartRenderer,
    content: Content,
) -> None:
    """Send one page to print and take to the talk."""
    async with request.read() as uow:
        card = await team.look(uow.session, content.talk, request.member.id, summaries.today(request.now), request.now)
    sheet = await renderer.render(talk_paper.paper, request.t, content, card, callback_data.page)
    await request.answer()
    await delivery.send_document(query, talk_paper.file(request.t, sheet))


@router.callback_query(TeamButton.filter(F.action.in_({"weekly", "on_demand"})), flags=WITHOUT_CONSENT)
async def wish(
    query: CallbackQuery, request: Request, callback_data: TeamButton, summaries: Summaries, content: Content
) -> None:
    """Send the figures every week from now on, or stop."""
    async with request.begin() as uow:
        await team.wish(uow, callback_data.action == "weekly")
        card = await team.look(uow.session, content.talk, request.member.id, summaries.today(request.now), request.now)
    await request.show(views.team(request.t, content.talk, card, number=0))
