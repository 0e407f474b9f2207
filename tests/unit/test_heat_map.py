"""The map of groups by period: what was published and nothing else, in colours that can be told apart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from PIL import Image

from services.company.memberships import Group, GroupKey
from services.gate.publications import CHECKIN_PERIOD, GroupFigures, Mean, Publication
from services.kit.calendar import WEEK
from tests.unit.test_charts import contrast
from views.charts import PAPER
from views.summary import heat_map
from views.translator import Catalogs, Translator

pytestmark = pytest.mark.slow

CATALOGS = Catalogs()
LONGEST_CAPTION = 1024
GROUPS = tuple(
    Group(GroupKey(f"d{number}"), f"{name} " + "и ещё одно длинное слово " * 4, name, (number,))
    for number, name in enumerate((f"Отдел {number:02}" for number in range(30)), start=1)
)


@pytest.fixture(params=["ru", "en"])
def t(request: pytest.FixtureRequest) -> Translator:
    return CATALOGS.translator(request.param)


def period(number: int, values: Sequence[float | None], company: float | None = 2.5) -> Publication:
    """A period in which the first groups have these means, and the others none."""

    def cell(group: Group | None, value: float) -> GroupFigures:
        return GroupFigures(group, {heat_map.FIGURE: Mean(value, 0.5, None, None)})

    shown = tuple(cell(group, value) for group, value in zip(GROUPS, values, strict=False) if value is not None)
    hidden = tuple(group for group in GROUPS if group not in [one.group for one in shown])
    start = date(2026, 1, 5) + number * 8 * WEEK
    return Publication(CHECKIN_PERIOD, start, 8, 7, None if company is None else cell(None, company), shown, hidden)


PERIODS = [period(0, [1.0, None, 3.0]), period(1, [], company=None), period(2, [5.5, 0.5, 3.0])]


def test_only_what_was_published_is_drawn(t: Translator) -> None:
    axes = heat_map.figure_of(t, PERIODS, GROUPS[:4]).axes[0]
    drawn = {(text.get_position()[0] - 0.5, text.get_position()[1] - 0.5): text.get_text() for text in axes.texts}
    said = {place: text.replace(",", ".").replace("\u00a0", " ") for place, text in drawn.items()}
    assert said == {
        (0, 0): "2.5", (2, 0): "2.5",
        (0, 1): "1.0", (2, 1): "≥ 5.5",
        (2, 2): "≤ 0.5",
        (0, 3): "3.0", (2, 3): "3.0",
    }  # fmt: skip
    assert len(axes.patches) == len(drawn), "an empty cell has neither colour nor frame"


def test_cells_stand_out_and_their_figures_can_be_read() -> None:
    """3:1 for bold figures of 14 points, and for the frame around the palest cell (WCAG 2.2, 1.4.3 and 1.4.11)."""
    shares = [step / 60 for step in range(61)]
    assert all(contrast(heat_map.colour(share), heat_map.ink_on(share)) >= 3 for share in shares)
    assert contrast(heat_map.EDGE, PAPER) >= 3
    lightness = [contrast(heat_map.colour(share), PAPER) for share in shares]
    assert lightness == sorted(lightness), "the darker, the higher"


def test_many_groups_make_pages_that_telegram_takes_as_photos() -> None:
    t = CATALOGS.translator("ru")  # whose words are longer
    many = [period(number, [6 - n % 13 / 2 for n in range(20)]) for number in range(6)]
    first, last = (heat_map.page(t, many, number) for number in (0, 9))
    assert (first.pages, len(first.items), len(last.items)) == (2, heat_map.ON_A_PAGE, 30 - heat_map.ON_A_PAGE)
    picture = heat_map.picture(t, many, first.items)
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
    assert width + height <= 10_000
    assert max(width, height) <= 20 * min(width, height)
    assert len(picture) < 150_000
    screen = heat_map.screen(t, many, first, 1, picture)
    assert len(screen.text.render()[0]) <= LONGEST_CAPTION


def test_the_newest_period_stands_in_words_too(t: Translator) -> None:
    page = heat_map.page(t, PERIODS, 0)
    text = heat_map.screen(t, PERIODS, page, 1, b"").text.render()[0]
    assert t("summary.company") in text
    assert text.replace("\u00a0", " ").replace(",", ".").count("≤ 0.5") == 1
    assert t("map.empty", list="|").partition("|")[0] in text
