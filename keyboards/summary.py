"""The published figures: the data behind the buttons."""

from __future__ import annotations

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from keyboards.fields import CellKey, Day, Whole


class TeamPage(CallbackData, prefix="n9"):
    """The manager's own screen."""


class SummaryPage(CallbackData, prefix="m5"):
    """HR's summary about the week that began on `week`, and what leads on from it; `page` is one of the groups."""

    action: Literal["open", "steps", "groups", "file", "sample", "map"]
    week: Day
    page: Whole = 0


class StepButton(CallbackData, prefix="m8"):
    """A suggested step, number `n` of the summary about a week: the step, whom it's promised to (`key`), that it's
    being done, not before a `day`, and what can be told to people."""

    action: Literal["card", "promise", "whom", "doing", "later", "until", "text"]
    week: Day
    n: Whole
    key: CellKey = "company"
    day: Day = 1


class OpenGroup(CallbackData, prefix="m6"):
    """The published figures of one group as they were in that week, as words or as a chart."""

    action: Literal["show", "chart"]
    week: Day
    key: CellKey
    page: Whole = 0


class TeamButton(CallbackData, prefix="m7"):
    """A manager's team: a page of it, its sheet, the five questions, whether it comes every week (the state to set)."""

    action: Literal["page", "paper", "questions", "weekly", "on_demand"]
    page: Whole = 0
