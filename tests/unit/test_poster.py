"""The poster: its code holds the link, module by module, and everything stays on the page."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
import segno
from matplotlib.backends.backend_agg import FigureCanvasAgg

from views.lifecycle import poster
from views.translator import Catalogs, Deployment, Translator

pytestmark = pytest.mark.slow

LINK = "https://t.me/exhale_bot?start=" + "aB3-_" * 8 + "xyz"
LAST_DAY = date(2026, 12, 6)
DOTS_PER_INCH = 150
PAPER, INK = 255, 0
RGBA = 4  # bytes of a pixel, the red one first


@pytest.fixture(scope="module", params=["ru", "en"])
def t(request: pytest.FixtureRequest) -> Translator:
    return Catalogs(Deployment(min_n=9)).translator(request.param)


def test_every_module_of_the_code_can_be_read_from_the_picture(t: Translator) -> None:
    page = poster.figure(t, LINK, LAST_DAY)
    page.set_dpi(DOTS_PER_INCH)
    canvas = FigureCanvasAgg(page)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    width, height = canvas.get_width_height()
    (axes,) = page.axes
    matrix = segno.make_qr(LINK, error="m").matrix

    def colour(row: int, column: int) -> int:
        x, y = axes.transData.transform((column + 0.5, row + 0.5))
        return int(pixels[((height - 1 - round(y)) * width + round(x)) * RGBA])

    side = len(matrix)
    seen = [[colour(row, column) for column in range(-4, side + 4)] for row in range(-4, side + 4)]
    quiet = [PAPER] * (side + 8)
    inside = [[PAPER] * 4 + [INK if module else PAPER for module in row] + [PAPER] * 4 for row in matrix]
    assert seen == [quiet] * 4 + inside + [quiet] * 4


def test_the_words_are_all_there_and_on_the_page(t: Translator) -> None:
    page = poster.figure(t, LINK, LAST_DAY)
    said = " ".join(" ".join(text.get_text() for text in page.texts).split())
    for key in ("poster.title", "poster.what", "poster.own", "poster.how", "poster.who_sees"):
        assert " ".join(t(key).split()) in said
    assert "9" in t("poster.who_sees")
    assert " ".join(t.date(LAST_DAY, year=True).split()) in said
    renderer = FigureCanvasAgg(page).get_renderer()  # type: ignore[no-untyped-call]
    boxes = [text.get_window_extent(renderer) for text in page.texts] + [page.axes[0].get_window_extent(renderer)]
    margin = 0.04 * page.bbox.width
    assert all(box.x0 > margin and box.x1 < page.bbox.width - margin for box in boxes)
    down = sorted(boxes, key=lambda box: -box.y0)
    assert all(above.y0 > below.y1 for above, below in pairwise(down)), "nothing covers anything"
    assert down[-1].y0 > margin


def test_it_is_one_page_of_a4_and_the_same_each_time(t: Translator) -> None:
    first = poster.poster(t, LINK, LAST_DAY)
    if t.locale == "ru":
        assert first == poster.poster(t, LINK, LAST_DAY)
    assert first.startswith(b"%PDF")
    assert b"/MediaBox [ 0 0 595.2" in first
    assert first.count(b"/Type /Page ") == 1
