"""Charts as PNG pictures, made to be read on a phone.

matplotlib is imported in the thread that draws the first one: that costs 0.7–1.2 s there and 45 MB, and holds the loop
up by at most 15–40 ms (measured with a cold disk and without a font cache; a drawing by less than 20 ms).
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ParamSpec

from services.kit.curves import Curves
from views.translator import Translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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

# Calm colours that differ in lightness as well; every line also has a stroke and a marker of its own.
STYLES: dict[str, dict[str, Any]] = {
    "burnout": {"color": "#1f4e79", "linestyle": "-", "marker": "o"},
    "stress": {"color": "#8e6bbf", "linestyle": (0, (5, 1.6)), "marker": "s"},
    "productivity": {"color": "#3fa796", "linestyle": (0, (1.2, 1.4)), "marker": "^"},
}
LEGEND: dict[str, Any] = {"ncols": 2, "frameon": False, "handlelength": 2.4, "columnspacing": 1.2}


class ChartRenderer:
    """Draws one picture at a time, beside the loop."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def render(self, picture: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> bytes:
        """Run a function that draws in a thread; gives its PNG."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(picture, *args, **kwargs)


def chart_of(t: Translator, board: Curves) -> bytes:
    """The chart as a PNG."""
    return _png(figure_of(t, board))


def figure_of(t: Translator, board: Curves) -> Figure:
    """The pulse as lines with gaps; below, in a strip of their own, the check-ins: nothing joins the two."""
    from matplotlib import rc_context  # noqa: PLC0415 (at the first chart, see above)
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: PLC0415

    with rc_context({"font.family": FONT, "font.size": FONT_SIZE, "text.color": INK}):
        figure = Figure(
            figsize=SIZE_INCHES,
            dpi=DOTS_PER_INCH,
            facecolor=PAPER,
            layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08),
        )
        if board.marks:
            pulse, checkins = figure.subplots(2, sharex=True, height_ratios=PANELS)
            _draw_checkins(t, checkins, board)
        else:
            pulse = figure.subplots()
        _draw_pulse(t, pulse, board)
        last = len(board.weeks) - 1
        pulse.set_xlim(-0.03 * last - 0.1, last * 1.03 + 0.1)
        figure.axes[-1].set_xticks(*_ticks(t, board))
        return figure


def _draw_pulse(t: Translator, axes: Axes, board: Curves) -> None:
    many = len(board.weeks) >= MONTHS_FROM
    for line in board.lines:
        axes.plot(
            range(len(line.values)),
            [float("nan") if value is None else value for value in line.values],
            label=t.words(line.item.label),
            linewidth=2.4 if many else 3.2,
            markersize=5.5 if many else 10,
            markeredgecolor=PAPER,
            markeredgewidth=0.4 if many else 1,
            clip_on=False,
            **STYLES[line.item.metric],
        )
    _dress(axes, board.top, step=2)
    if any(line.answers for line in board.lines):
        axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", **LEGEND)
    else:
        middle = (len(board.weeks) - 1) / 2
        axes.text(middle, board.top / 2, t("dashboard.no_answers"), ha="center", va="center")


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
        places = [place for place, day in enumerate(sundays) if day.day <= 7 and day.month % 2]
        return places, [t.month(sundays[place]) for place in places]
    step = -(-len(weeks) // TICKS)
    places = list(range(len(weeks) - 1, -1, -step))[::-1]
    return places, [t.short_date(weeks[place]) for place in places]


def _png(figure: Figure) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415 (matplotlib's own dependency)

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), pixels, "raw", "RGBA", 0, 1)
    file = io.BytesIO()
    # the default method takes ten times as long
    picture.convert("RGB").quantize(COLOURS_IN_FILE, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()
