"""The poster of an invite: one A4 page as a PDF, all of it lines and letters, so it prints sharp at any size.

matplotlib is imported in the thread that draws, as for the charts.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from views.charts import FONT, INK, PAPER
from views.translator import Translator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

A4_INCHES = (210 / 25.4, 297 / 25.4)
CODE_INCHES = 4.7  # 12 cm: read from two metres
QUIET_ZONE = 4  # modules of white around the code, as ISO/IEC 18004 wants it
OVERLAP = 0.08  # of a module, so that no viewer shows seams between the rows
TITLE, LINE, SMALL = 30, 17, 13  # points
LETTERS = {LINE: 48, SMALL: 66}  # that fit into a line
CENTRE: dict[str, Any] = {"x": 0.5, "ha": "center", "va": "top", "linespacing": 1.35}


def poster(t: Translator, link: str, last_day: date) -> bytes:
    """The page as a PDF."""
    from matplotlib import rc_context  # noqa: PLC0415 (see above)

    file = io.BytesIO()
    with rc_context({"font.family": FONT, "text.color": INK, "pdf.fonttype": 42}):
        figure(t, link, last_day).savefig(
            file, format="pdf", facecolor=PAPER, metadata={"Title": t("bot.name"), "CreationDate": None}
        )
    return file.getvalue()


def figure(t: Translator, link: str, last_day: date) -> Figure:
    """The page: a title, three lines, the code, who sees what, until when."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    page = Figure(figsize=A4_INCHES, facecolor=PAPER)
    page.text(y=0.93, s=t("poster.title"), fontsize=TITLE, fontweight="bold", **CENTRE)
    lines = (t("poster.what"), t("poster.own"), t("poster.how"))
    page.text(y=0.85, s="\n\n".join(_wrapped(line, LINE) for line in lines), fontsize=LINE, **CENTRE)
    width, height = (CODE_INCHES / inches for inches in A4_INCHES)
    _draw_code(page, link, (0.5 - width / 2, 0.2, width, height))
    last = (t("poster.who_sees"), t("poster.until", date=t.date(last_day, year=True)))
    page.text(y=0.17, s="\n\n".join(_wrapped(line, SMALL) for line in last), fontsize=SMALL, **CENTRE)
    return page


def _draw_code(page: Figure, link: str, place: tuple[float, float, float, float]) -> None:
    axes = page.add_axes(place)
    import segno  # noqa: PLC0415 (at the first poster)

    matrix = segno.make_qr(link, error="m").matrix
    for row, modules in enumerate(matrix):
        bars = [(start, length + OVERLAP) for start, length in _dark_runs(modules)]
        axes.broken_barh(bars, (row, 1 + OVERLAP), facecolor="black", linewidth=0)
    side = len(matrix) + QUIET_ZONE
    axes.set_xlim(-QUIET_ZONE, side)
    axes.set_ylim(side, -QUIET_ZONE)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _dark_runs(modules: bytearray) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules of a row begins, and how long it is."""
    start = 0
    for is_dark, run in groupby(modules, key=bool):
        length = len(list(run))
        if is_dark:
            yield start, length
        start += length


def _wrapped(text: str, size: int) -> str:
    return textwrap.fill(text, LETTERS[size])
