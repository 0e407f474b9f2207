"""Charts as PNG pictures, made to be read on a phone.

matplotlib is imported in the thread that draws the first one: that costs 0.7–1.2 s there and 65 MB, and holds the loop
up by at most 15–40 ms (measured with a cold disk and without a font cache; a drawing by less than 20 ms).
"""

from __future__ import annotations

import asyncio
import gc
import io
import textwrap
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any, ParamSpec

from services.kit.curves import Curves, Line
from views.translator import Translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

P = ParamSpec("P")

SIZE_INCHES = (6.4, 6.4)
DOTS_PER_INCH = 160  # 1024 pixels across: three for each point of a phone
FONT = "DejaVu Sans"  # comes with matplotlib and has Cyrillic
FONT_SIZE = 14  # points: about 10 on a phone that shows the picture 330 points wide
COLOURS_IN_FILE = 24  # enough for smooth edges; the wildest year of answers stays below 80 KB
INK, PAPER, GRID = "#3b4252", "#ffffff", "#dfe3ea"
MONTHS_FROM = 26  # weeks from which the axis names months and not days
TICKS = 4
PANELS = (3.2, 1)  # heights of the pulse and of the check-ins
HALF_WEEK = 0.5  # a day is drawn beside the middle of its week
LABEL_AT = 1.04  # of the width of the axes
LABEL_WIDTH = 14  # characters in a line of a label
LABEL_GAP = 1.35  # units of the scale between the middles of two labels: two lines each, with the check-ins below

# Calm colours that differ in lightness as well; every line also has a stroke and a marker of its own. They are the ink
# of the labels too, so each has a contrast of 4.5:1 to the paper.
STYLES: dict[str, dict[str, Any]] = {
    "burnout": {"color": "#1f4e79", "linestyle": "-", "marker": "o"},
    "stress": {"color": "#8559b8", "linestyle": (0, (5, 1.6)), "marker": "s"},
    "productivity": {"color": "#1f7a6d", "linestyle": (0, (1.2, 1.4)), "marker": "^"},
}
LANES = {"burnout": 1, "stress": 0, "productivity": -1}  # on which side lines run that would hide each other
KEY, PROMISE = "key", "promise"  # what is drawn beside the lines themselves


class ChartRenderer:
    """Draws one picture at a time, beside the loop."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def render(self, picture: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
        """Run a function that draws in a thread; gives its PNG."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(_drawn, picture, *args, **kwargs)


def _drawn(picture: Callable[P, bytes], /, *args: P.args, **kwargs: P.kwargs) -> bytes:
    """Draw, and let go of the figure.

    Its parts point at each other, so it would stay, pixels and all, until the collector comes, which it seldom does
    (app/runtime.py): forty charts grew to 110 MB. Right after the drawing it is among the newest objects, and to look
    through these takes 3 ms.
    """
    try:
        return picture(*args, **kwargs)
    finally:
        gc.collect(1)


def chart_of(t: Translator, board: Curves) -> bytes:
    """The chart as a PNG."""
    return png(figure_of(t, board))


@contextmanager
def house_style() -> Iterator[None]:
    """The font and the ink of every picture."""
    from matplotlib import rc_context  # noqa: PLC0415 (at the first chart, see above)

    with rc_context({"font.family": FONT, "font.size": FONT_SIZE, "text.color": INK}):
        yield


def blank(width: float, height: float) -> Figure:
    """An empty sheet, in inches, whose layout makes room for what is written beside the axes."""
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, facecolor=PAPER, layout=layout)


def figure_of(t: Translator, board: Curves) -> Figure:
    """The pulse as lines with gaps; below, in a strip of their own, the check-ins: nothing joins the two."""
    with house_style():
        figure = blank(*SIZE_INCHES)
        if board.marks:
            pulse, checkins = figure.subplots(2, sharex=True, height_ratios=PANELS)
            _draw_checkins(t, checkins, board)
        else:
            pulse = figure.subplots()
        _draw_pulse(t, pulse, board)
        last = len(board.weeks) - 1
        pulse.set_xlim(-0.03 * last - HALF_WEEK, last * 1.03 + HALF_WEEK)
        figure.axes[-1].set_xticks(*_ticks(t, board), fontsize=FONT_SIZE - 2)
        return figure


def _draw_pulse(t: Translator, axes: Axes, board: Curves) -> None:
    many = len(board.weeks) >= MONTHS_FROM
    lane = _lane_width(board.lines, many)
    for line in board.lines:
        axes.plot(
            range(len(line.values)),
            [float("nan") if value is None else value for value in line.values],
            linewidth=1.8 if many else 2.8,
            markersize=4.2 if many else 8,
            markeredgecolor=PAPER,
            markeredgewidth=0.3 if many else 0.8,
            clip_on=False,
            transform=_moved_up(axes, LANES[line.item.metric] * lane),
            **STYLES[line.item.metric],
        )
    _dress(axes, board.top, step=2)
    _mark_promises(axes, board)
    if any(line.answers for line in board.lines):
        _label_ends(t, axes, board)
    else:
        middle = (len(board.weeks) - 1) / 2
        axes.text(middle, board.top / 2, t("dashboard.no_answers"), ha="center", va="center")


def _lane_width(lines: Sequence[Line], many: bool) -> float:
    """Points between lines that are drawn side by side; 0 where no two of them ever have the same value.

    That is a fifth of a unit of the scale at most: less than half a step of what is published.
    """
    weeks = zip(*(line.values for line in lines), strict=True)
    known = ([value for value in week if value is not None] for week in weeks)
    if all(len(set(values)) == len(values) for values in known):
        return 0
    return 2.6 if many else 5


def _moved_up(axes: Axes, points: float) -> Transform:
    """Where the data is drawn, moved by so many points, so that the figures themselves stay what they are."""
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415

    return axes.transData + ScaledTranslation(0, points / 72, axes.figure.dpi_scale_trans)


def _label_ends(t: Translator, axes: Axes, board: Curves) -> None:
    """Name each line beside its end, with its marker; labels that would touch are moved apart."""
    answered = sorted(
        (line for line in board.lines if line.answers), key=lambda line: (line.answers[-1], LANES[line.item.metric])
    )
    for line, place in zip(answered, _apart([line.answers[-1] for line in answered], LABEL_GAP), strict=True):
        style = STYLES[line.item.metric]
        beside = axes.get_yaxis_transform()
        axes.plot(
            [LABEL_AT],
            [place],
            transform=beside,
            clip_on=False,
            markersize=8,
            gid=KEY,
            **{**style, "linestyle": "none"},
        )
        axes.annotate(
            textwrap.fill(t.words(line.item.label), LABEL_WIDTH, break_long_words=False),
            (LABEL_AT, place),
            xycoords=beside,
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=style["color"],
            linespacing=1,
            annotation_clip=False,
        )


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Ascending places at least `gap` apart and together as close to ascending `values` as can be (least squares)."""
    blocks: list[list[float]] = []
    for number, value in enumerate(values):
        blocks.append([value - number * gap])
        while len(blocks) > 1 and fmean(blocks[-2]) > fmean(blocks[-1]):
            upper = blocks.pop()
            blocks[-1] += upper
    middles = [fmean(block) for block in blocks for _ in block]
    return [middle + number * gap for number, middle in enumerate(middles)]


def _mark_promises(axes: Axes, board: Curves) -> None:
    """A line through each week with the day of a promise, numbered as in the caption; dotted while it is not kept."""
    numbers: dict[float, list[str]] = {}
    for number, promise in enumerate(board.promises, start=1):
        place = _place(board.weeks, promise.day)
        numbers.setdefault(place, []).append(str(number))
        axes.axvline(
            place, color=INK, linewidth=1.4, linestyle="-" if promise.is_done else ":", zorder=1.5, gid=PROMISE
        )
    for place, together in numbers.items():
        axes.annotate(
            ", ".join(together),
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 12),
            textcoords="offset points",
            ha="center",
            fontsize=FONT_SIZE - 2,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": PAPER, "edgecolor": INK},
            gid=PROMISE,
        )


def _place(weeks: Sequence[date], day: date) -> float:
    """Where a day lies between the weeks that are drawn: one that is left out has no width."""
    monday = day - timedelta(days=day.weekday())
    number = bisect_left(weeks, monday)
    return number + (day.weekday() - 3) / 7 if monday in weeks else number - 0.5


def _draw_checkins(t: Translator, axes: Axes, board: Curves) -> None:
    many = len(board.weeks) >= MONTHS_FROM
    places = [board.weeks.index(mark.week) for mark in board.marks]
    totals = [mark.total for mark in board.marks]
    axes.vlines(places, 0, totals, color=GRID, linewidth=5, zorder=1)
    axes.plot(places, totals, marker="D", linestyle="none", color=INK, markersize=7 if many else 11, clip_on=False)
    for place, total in zip(places, totals, strict=True):
        axes.annotate(
            t.number(total),
            (place, total),
            xytext=(0, 7 if many else 9),
            textcoords="offset points",
            ha="center",
            fontsize=FONT_SIZE - 2 if many else FONT_SIZE,
            fontweight="bold",
        )
    axes.set_title(t("dashboard.checkin", top=board.top_total), loc="left", fontsize=FONT_SIZE, pad=18)
    _dress(axes, board.top_total, step=board.top_total // 2)


def _dress(axes: Axes, top: int, step: int) -> None:
    """As little of axes and grid as can be read."""
    axes.set_ylim(0, top)
    axes.set_yticks(range(0, top + 1, step))
    axes.grid(axis="y", color=GRID, linewidth=1.4, clip_on=False)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, pad=10, labelcolor=INK)


def _ticks(t: Translator, board: Curves) -> tuple[list[int], list[str]]:
    """The weeks that are named below: Mondays counted back from the last one, or months when there are many."""
    weeks = board.weeks
    if len(weeks) >= MONTHS_FROM:
        sundays = [week + timedelta(days=6) for week in weeks]
        places = [place for place, day in enumerate(sundays) if day.day <= 7 and day.month % 3 == 0]
        return places, [t.month(sundays[place]) for place in places]
    step = -(-len(weeks) // TICKS)
    places = list(range(len(weeks) - 1, -1, -step))[::-1]
    return places, [t.short_date(weeks[place]) for place in places]


def png(figure: Figure, colours: int = COLOURS_IN_FILE) -> bytes:
    """The picture with few colours, so that it loads at once."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415 (matplotlib's own dependency)

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), pixels, "raw", "RGBA", 0, 1)
    file = io.BytesIO()
    # the default method takes ten times as long
    picture.convert("RGB").quantize(colours, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()
