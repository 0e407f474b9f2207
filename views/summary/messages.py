"""Weekly figures as they are sent."""

from __future__ import annotations

from keyboards.account import Go
from keyboards.rows import Button
from keyboards.summary import TeamPage
from services.kit.calendar import Period
from services.summary.messages import NewResults, SummaryMessage, TeamMessage
from views.parts import PartView, menu
from views.screen import Screen
from views.summary import screens, team
from views.translator import Translator


def hr_summary(t: Translator, message: SummaryMessage) -> Screen:
    """HR's summary, word for word as it is stored."""
    return screens.issued(t, message.stored, is_first=message.is_first)


def team_summary(t: Translator, message: TeamMessage) -> Screen:
    """The first of a manager's teams."""
    return team.team(t, message.talk, message.card, number=0)


def _nudge(t: Translator, period: Period) -> str:
    days = t.days(period.start, period.last_day)
    return "\n\n".join((t("agreement.nudge_first"), t("agreement.nudge", period=days)))


def _nudge_line(t: Translator, _: Period) -> str:
    return t("agreement.nudge_also")


def _to_team(t: Translator, _: Period) -> list[list[Button]]:
    return [[(t("button.team"), TeamPage())]]


AGREEMENT_NUDGE = PartView(_nudge, _nudge_line, lambda t, period: [*_to_team(t, period), menu(t)], _to_team)


def news_line(t: Translator, news: NewResults) -> str:
    """That there are new results, beside what a message is about."""
    return t("news.line", period=t.days(news.first, news.last))


def news_button(t: Translator) -> list[Button]:
    """The way to them, which leaves the message as it is."""
    return [(t("news.open"), Go(place="hr_saw"))]
