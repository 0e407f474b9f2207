"""The dashboard on the screen: the chart, and the same figures in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import Button, keyboard
from keyboards.wellbeing import Chart, Checkin, HistoryList, PulseButton
from services.kit.curves import Line
from services.wellbeing.dashboard import SPANS, Board
from views.screen import Screen, lines, titled
from views.translator import Translator
from views.wellbeing.history import reading
from views.wellbeing.pulse import answered

CHOSEN = "● "


def dashboard(t: Translator, board: Board, chart: bytes) -> Screen:
    """The chart with its caption."""
    return Screen(
        titled(
            t.n("dashboard.title", len(board.weeks)),
            lines(t("dashboard.pulse"), *(_line(t, line) for line in board.lines)),
            lines(_marks(t, board), t("dashboard.gaps") if _has_gaps(board) else None),
            lines(_latest(t, board), _totals(t, board), _done(t, board)),
            t("dashboard.covered"),
        ),
        keyboard(
            [_span(t, board, weeks) for weeks in SPANS],
            [(t("history.title"), HistoryList(page=0)), (t("button.menu"), Go(place="menu"))],
        ),
        photo=chart,
        is_covered=True,
    )


def empty(t: Translator) -> Screen:
    """What will stand here, and how the first point comes."""
    return Screen(
        titled(t("dashboard.empty_title"), t("dashboard.empty"), t("dashboard.empty_how"), t("home.private")),
        keyboard(
            [(t("home.answer_pulse"), PulseButton(action="open"))],
            [(t("button.open_checkin"), Checkin(action="open"))],
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def _line(t: Translator, line: Line) -> str:
    label = t.words(line.item.label)
    if not line.answers:
        return t("dashboard.no_figure", label=label)
    latest = answered(t, label, line.answers[-1], line.mean)
    low, high = min(line.answers), max(line.answers)
    return latest if low == high else f"{latest} ({t('dashboard.range', low=t.number(low), high=t.number(high))})"


def _marks(t: Translator, board: Board) -> str | None:
    if not board.marks:
        return None
    totals = ", ".join(t.number(mark.total) for mark in board.marks)
    return t("dashboard.marks", top=board.top_total, totals=totals)


def _has_gaps(board: Board) -> bool:
    """Whether a line is broken somewhere between its first and its last answer."""
    return any(None in _between(line.values) for line in board.lines)


def _between(values: Sequence[float | None]) -> list[float | None]:
    begun = list(dropwhile(lambda value: value is None, values))
    return list(dropwhile(lambda value: value is None, reversed(begun)))


def _latest(t: Translator, board: Board) -> str | None:
    if board.latest is None:
        return None
    return t("dashboard.latest", date=t.date(board.latest.date, year=True), reading=reading(t, board.latest))


def _totals(t: Translator, board: Board) -> str:
    if board.mean_total is None or board.highest_total is None or board.checkins == 1:
        return t("dashboard.totals", checkins=board.checkins, days=board.days_in_system)
    return t(
        "dashboard.totals_with_mean",
        checkins=board.checkins,
        mean=t.number(round(board.mean_total, 1)),
        highest=t.number(board.highest_total),
        top=board.top_total,
        days=board.days_in_system,
    )


def _done(t: Translator, board: Board) -> Text | None:
    counts = [
        t("dashboard.done_of", category=t.words(step.category), done=step.done, offered=step.offered)
        for step in board.steps
        if step.done
    ]
    return Text(t("dashboard.done", list=", ".join(counts))) if counts else None


def _span(t: Translator, board: Board, weeks: int) -> Button:
    chosen = CHOSEN if weeks == len(board.weeks) else ""
    return chosen + t.n("dashboard.weeks", weeks), Chart(weeks=weeks)
