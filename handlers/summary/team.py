"""A manager's team: the published figures, five questions for a talk, and whether it comes every week."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from content import Content
from db.database import Database
from handlers.access import WITHOUT_CONSENT
from handlers.filters import IsMember
from keyboards.callbacks import TeamButton, TeamPage
from services.account.users import Member
from services.kit.clock import Clock
from services.summary import team
from services.summary.summaries import Summaries
from transport import delivery
from views.summary import team as views
from views.translator import Translator


async def team_command(
    message: Message, member: Member, database: Database, summaries: Summaries, clock: Clock, t: Translator
) -> None:
    """The team as a new message."""
    async with database.read() as session:
        card = await team.look(session, member.id, summaries.today(clock()), clock())
    await delivery.show(message, views.team(t, card, number=0))


async def open_team(
    query: CallbackQuery, member: Member, database: Database, summaries: Summaries, clock: Clock, t: Translator
) -> None:
    """The team from the home screen."""
    async with database.read() as session:
        card = await team.look(session, member.id, summaries.today(clock()), clock())
    await delivery.show(query, views.team(t, card, number=0))


async def turn_page(
    query: CallbackQuery,
    callback_data: TeamButton,
    member: Member,
    database: Database,
    summaries: Summaries,
    clock: Clock,
    t: Translator,
) -> None:
    """A page of the managed groups."""
    async with database.read() as session:
        card = await team.look(session, member.id, summaries.today(clock()), clock())
    await delivery.show(query, views.team(t, card, callback_data.page))


async def questions(query: CallbackQuery, member: Member, database: Database, content: Content, t: Translator) -> None:
    """Five questions for a team talk."""
    async with database.read() as session:
        await team.require_manager(session, member)
    await delivery.show(query, views.questions(t, content))


async def wish(
    query: CallbackQuery,
    callback_data: TeamButton,
    member: Member,
    database: Database,
    summaries: Summaries,
    clock: Clock,
    t: Translator,
) -> None:
    """Get the figures every week from now on, or not."""
    async with database.begin() as session:
        await team.wish(session, member, callback_data.action == "weekly", clock())
        card = await team.look(session, member.id, summaries.today(clock()), clock())
    await delivery.show(query, views.team(t, card, number=0))


def create() -> Router:
    """The router of this area."""
    router = Router(name="summary.team")
    router.message.filter(IsMember())
    router.callback_query.filter(IsMember())
    pressed, flags = router.callback_query.register, WITHOUT_CONSENT
    router.message.register(team_command, Command("team"), flags=flags)
    pressed(open_team, TeamPage.filter(), flags=flags)
    pressed(turn_page, TeamButton.filter(F.action == "page"), flags=flags)
    pressed(questions, TeamButton.filter(F.action == "questions"), flags=flags)
    pressed(wish, TeamButton.filter(F.action.in_({"weekly", "on_demand"})), flags=flags)
    return router
