"""The groups by check-in period as one picture for HR: published means only, and nothing where there is none."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiogram.utils.formatting import Bold

from keyboards.labels import shortened
from keyboards.rows import keyboard
from keyboards.summary import SummaryPage
from services.company.memberships import COMPANY, Group, GroupKey
from services.gate.publications import Publication
from services.kit.pages import Page, page_of
from views import figures, pages
from views.charts import FONT_SIZE, INK, PAPER, SIZE_INCHES, blank, house_style, png
from views.screen import Screen, lines, paragraphs
from views.translator import Translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIGURE = "EE"
ON_A_PAGE = 24
ROW_INCHES, HEAD_INCHES = 0.44, 0.9
NAME_LENGTH, NAME_WIDTH = 26, 16
LEAST_COLUMNS = 3  # wide, so that one period is no row of bars
COLOURS = 64  # in the file
LOWEST, HIGHEST = (232, 238, 245), (31, 78, 121)  # red, green and blue of the ends of the scale
DARK = "#1b2230"  # of the figures in pale cells
EDGE = "#7d8797"  # around each cell with a figure, so that the palest one is no empty one
DARK_FROM = 0.55  # of the scale, from where on figures are written in white: at least 3:1 for bold ones either way
IN_WORDS = 20


def page(t: Translator, periods: Sequence[Publication], number: int) -> Page[Group]:
    """A page of the groups of the newest period, in alphabetical order."""
    return page_of(figures.alphabetical(t, periods[-1].all_groups), number, ON_A_PAGE)


def picture(t: Translator, periods: Sequence[Publication], groups: Sequence[Group]) -> bytes:
    """The map as a PNG."""
    return png(figure_of(t, periods, groups), COLOURS)


def figure_of(t: Translator, periods: Sequence[Publication], groups: Sequence[Group]) -> Figure:
    """The company and these groups as rows, the periods as columns, the newest on the right."""
    keys: list[GroupKey] = [COMPANY, *(group.key for group in groups)]
    names = [t("summary.company"), *(figures.name(t, group, NAME_LENGTH) for group in groups)]
    with house_style():
        figure = blank(SIZE_INCHES[0], HEAD_INCHES + ROW_INCHES * len(keys))
        axes = figure.subplots()
        for row, key in enumerate(keys):
            for column, period in enumerate(periods):
                _draw_cell(t, axes, (column, row), period, key)
        axes.set_xlim(0, max(len(periods), LEAST_COLUMNS))
        axes.set_ylim(len(keys), 0)
        axes.set_xticks([column + 0.5 for column in range(len(periods))], [_days(t, period) for period in periods])
        axes.set_yticks([row + 0.5 for row in range(len(keys))], [textwrap.fill(name, NAME_WIDTH) for name in names])
        axes.xaxis.tick_top()
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelcolor=INK, labelsize=FONT_SIZE - 3)
        return figure


def colour(share: float) -> str:
    """The colour of a value at this share of the scale."""
    mixed = (round(low + (high - low) * share) for low, high in zip(LOWEST, HIGHEST, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def ink_on(share: float) -> str:
    """The colour of the figures in such a cell."""
    return PAPER if share >= DARK_FROM else DARK


def screen(t: Translator, periods: Sequence[Publication], shown: Page[Group], week: int, drawn: bytes) -> Screen:
    """The picture, how to read it, and the newest period in words."""
    return Screen(
        paragraphs(
            lines(Bold(t("map.title", figure=figures.label(t, FIGURE))), t("map.read", top=figures.TOPS[FIGURE])),
            _in_words(t, periods[-1], shown.items),
            pages.number(t, shown),
        ),
        keyboard(
            pages.turning(t, shown, lambda number: SummaryPage(action="map", week=week, page=number)),
            [
                (t("summary.button.groups"), SummaryPage(action="groups", week=week)),
                (t("summary.button.back"), SummaryPage(action="open", week=week)),
            ],
        ),
        protect=False,
        photo=drawn,
    )


def _draw_cell(t: Translator, axes: Axes, at: tuple[int, int], period: Publication, key: GroupKey) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 (at the first picture, as in views/charts.py)

    if (cell := period.cell(key)) is None:
        return
    value = cell.means[FIGURE]
    share = value.value / figures.TOPS[FIGURE]
    column, row = at
    axes.add_patch(Rectangle((column + 0.04, row + 0.05), 0.92, 0.9, facecolor=colour(share), edgecolor=EDGE))
    axes.text(
        column + 0.5,
        row + 0.5,
        figures.mean(t, FIGURE, value, period.k),
        ha="center",
        va="center_baseline",
        color=ink_on(share),
        fontweight="bold",
    )


def _days(t: Translator, period: Publication) -> str:
    return f"{t.short_date(period.slot)} –\n{t.short_date(period.period.last_day)}"


def _in_words(t: Translator, newest: Publication, groups: Sequence[Group]) -> str:
    """What the last column says, as far as a caption has room."""
    cells = [cell for key in (COMPANY, *(group.key for group in groups)) if (cell := newest.cell(key)) is not None]
    said = [
        f"{figures.cell_name(t, cell, NAME_LENGTH)} {figures.mean(t, FIGURE, cell.means[FIGURE], newest.k)}"
        for cell in cells[:IN_WORDS]
    ]
    empty = [figures.name(t, group, NAME_LENGTH) for group in groups if newest.cell(group.key) is None]
    parts = [
        t("map.newest", period=figures.days_of(t, newest), list=shortened("; ".join(said), 420)) if said else "",
        t("map.empty", list=shortened(", ".join(empty), 200)) if empty else "",
    ]
    return " ".join(part for part in parts if part)
