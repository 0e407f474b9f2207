"""Weekly figures as they are sent."""

from __future__ import annotations

from services.summary.messages import SummaryMessage
from services.summary.team import TeamCard
from views.screen import Screen
from views.summary import screens, team
from views.translator import Translator


def hr_summary(t: Translator, message: SummaryMessage) -> Screen:
    """HR's summary, word for word as it is stored."""
    return screens.issued(t, message.stored, is_first=message.is_first)


def team_summary(t: Translator, card: TeamCard) -> Screen:
    """The first of a manager's teams."""
    return team.team(t, card, number=0)
