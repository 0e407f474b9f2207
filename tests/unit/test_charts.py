"""The chart of the dashboard: the lines are the data, the caption says the same, and the file is small."""

from __future__ import annotations

import gc
import io
import math
import re
import weakref
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from content import Words, load_content
from services.kit.calendar import WEEK
from services.kit.curves import Line, Mark, PromiseDay
from services.wellbeing.dashboard import Board, StepCount
from services.wellbeing.history import PastCheckIn
from views import charts
from views.translator import Catalogs, Translator
from views.wellbeing.dashboard import dashboard

pytestmark = pytest.mark.slow

CONTENT = load_content()
CATALOGS = Catalogs()
LAST = date(2026, 3, 2)
SPANS = (4, 12, 52)
LONGEST_CAPTION = 1024
LARGEST_FILE = 80_000
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

Answers = tuple[float | None, ...]


@pytest.fixture(params=["ru", "en"])
def t(request: pytest.FixtureRequest) -> Translator:
    return CATALOGS.translator(request.param)


def board(answers: Sequence[Answers], totals: Sequence[tuple[int, float]] = (), span: int | None = None) -> Board:
    """A board with the same weeks for the three lines, and check-ins as (weeks ago, total)."""
    span = span or len(answers[0])
    weeks = tuple(LAST - back * WEEK for back in reversed(range(span)))
    lines = tuple(
        Line(item, values, None if values.count(None) > len(values) - 3 else 4.25)
        for item, values in zip(CONTENT.pulse.items, answers, strict=True)
    )
    marks = tuple(Mark(LAST - back * WEEK, total) for back, total in totals)
    latest = PastCheckIn(1, LAST, totals[-1][1], "quarter", ()) if totals else None
    return Board(weeks, lines, marks, 10, 120, latest, len(totals), None, None, 96, (), is_empty=False)


def wavy(span: int, every: int = 0) -> tuple[Answers, ...]:
    """Answers of `span` weeks that go up and down; with `every`, each so-many-th week is missing."""
    return tuple(
        tuple(
            None if every and week % every == shift else float(round(5 + 5 * math.sin(week * 0.9 + shift)))
            for week in range(span)
        )
        for shift in range(3)
    )


BOARDS = {
    "nothing": board(((None,) * 12,) * 3),
    "one point": board(((*(None,) * 11, 5.0), (*(None,) * 11, 0.0), (*(None,) * 11, 10.0))),
    "one check-in": board(((None,) * 4,) * 3, totals=[(1, 64)]),
    **{
        f"{span} weeks": board(wavy(span), totals=[(back, 40 + back) for back in range(span - 1, -1, -4)])
        for span in SPANS
    },
    **{f"{span} weeks with gaps": board(wavy(span, every=3), totals=[(1, 78.5)]) for span in SPANS},
    "a wild year": board(
        tuple(tuple(float((week * step) % 11 // 2 * 2) for week in range(52)) for step in (5, 7, 9)),
        totals=[(back, back * 37 % 121) for back in range(51, -1, -4)],
    ),
    "the top": board(((10.0,) * 12,) * 3, totals=[(0, 120)]),
}


@cache
def drawn(locale: str, name: str) -> Figure:
    """The chart of a board, drawn once: the tests only look at it."""
    return charts.figure_of(CATALOGS.translator(locale), BOARDS[name])


def numbers(values: Any) -> list[float]:
    return [float(value) for value in values]


def pulse_lines(axes: Axes) -> list[list[float]]:
    beside = (charts.KEY, charts.PROMISE)
    return [numbers(line.get_ydata()) for line in axes.lines if line.get_gid() not in beside]


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb: WCAG 2.2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours: WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", BOARDS)
def test_it_is_a_small_png_fit_for_a_phone(name: str) -> None:
    picture = charts.png(drawn("ru", name))
    assert len(picture) < LARGEST_FILE
    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.size == (1024, 1024)


@pytest.mark.parametrize("name", BOARDS)
def test_the_lines_are_the_answers_with_gaps_between(name: str) -> None:
    given = BOARDS[name]
    lines = pulse_lines(drawn("ru", name).axes[0])
    assert len(lines) == len(given.lines)
    for line, values in zip(given.lines, lines, strict=True):
        assert [None if math.isnan(value) else value for value in values] == list(line.values)


@pytest.mark.parametrize("name", [name for name in BOARDS if BOARDS[name].marks])
def test_check_ins_are_marks_that_nothing_joins(t: Translator, name: str) -> None:
    given = BOARDS[name]
    pulse, checkins = drawn(t.locale, name).axes
    [marks] = checkins.lines
    assert marks.get_linestyle() == "None"
    assert numbers(marks.get_ydata()) == [mark.total for mark in given.marks]
    assert [given.weeks[int(place)] for place in numbers(marks.get_xdata())] == [mark.week for mark in given.marks]
    assert [text.get_text() for text in checkins.texts] == [t.number(mark.total) for mark in given.marks]
    assert len(pulse_lines(pulse)) == len(given.lines)


def test_every_colour_stands_out_from_the_paper_and_labels_can_be_read() -> None:
    for style in charts.STYLES.values():
        assert contrast(style["color"], charts.PAPER) >= 4.5
    assert contrast(charts.INK, charts.PAPER) >= 4.5


@pytest.mark.parametrize(("answers", "lanes"), [(((5.0, 6.0),) * 3, 3), (((1.0, 2.0), (5.0, None), (8.0, 9.0)), 1)])
def test_equal_lines_run_side_by_side_and_others_where_they_are(answers: tuple[Answers, ...], lanes: int) -> None:
    axes = charts.figure_of(CATALOGS.translator("en"), board(answers)).axes[0]
    lines = [line for line in axes.lines if line.get_gid() is None]
    heights = {line.get_transform().transform((0, 5))[1] for line in lines}
    assert len(heights) == lanes
    points = sorted(height * 72 / charts.DOTS_PER_INCH for height in heights)
    widths = {line.get_linewidth() for line in lines}
    assert all(upper - lower > max(widths) for lower, upper in pairwise(points)), "none hides another"
    unit = axes.transData.transform((0, 1))[1] - axes.transData.transform((0, 0))[1]
    assert (max(heights) - min(heights)) / unit < 0.5, "no more than a step of what is published"


@pytest.mark.parametrize("name", [name for name in BOARDS if name != "nothing"])
def test_each_line_is_named_at_its_end_and_no_label_covers_another(t: Translator, name: str) -> None:
    given = BOARDS[name]
    figure = drawn(t.locale, name)
    figure.draw_without_rendering()
    labels = {" ".join(text.get_text().split()): text for text in figure.axes[0].texts}
    answered = [line for line in given.lines if line.answers]
    for line in answered:
        colour = labels[" ".join(t.words(line.item.label).split())].get_color()
        assert colour == charts.STYLES[line.item.metric]["color"]
    boxes = sorted((text.get_window_extent() for text in labels.values()), key=lambda box: float(box.y0))
    assert all(lower.y1 <= upper.y0 for lower, upper in pairwise(boxes))
    assert all(box.x1 <= figure.bbox.x1 for box in boxes), "none is cut off"


def test_days_of_promises_are_marked_where_they_lie(t: Translator) -> None:
    kept, due = LAST - 2 * WEEK, LAST + timedelta(days=6)
    promises = (PromiseDay(kept, True, "Вода", "Water"), PromiseDay(due, False, "Стулья", None))
    axes = charts.figure_of(t, replace(BOARDS["4 weeks"], promises=promises)).axes[0]
    marks = [line for line in axes.lines if line.get_gid() == charts.PROMISE]
    assert [round(numbers(line.get_xdata())[0], 2) for line in marks] == [round(1 - 3 / 7, 2), round(3 + 3 / 7, 2)]
    assert [line.get_linestyle() for line in marks] == ["-", ":"]
    assert [text.get_text() for text in axes.texts if text.get_gid() == charts.PROMISE] == ["1", "2"]


def test_the_lines_differ_without_colour() -> None:
    styles = [charts.STYLES[item.metric] for item in CONTENT.pulse.items]
    assert len({style["marker"] for style in styles}) == len(styles)
    assert len({style["linestyle"] for style in styles}) == len(styles)


def test_labels_are_in_the_language_and_every_letter_has_a_glyph(t: Translator) -> None:
    """A glyph that the font lacks would be a warning, and warnings are errors here."""
    figure = drawn(t.locale, "52 weeks")
    ticks = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert t.month(LAST) in ticks
    charts.chart_of(t, BOARDS["52 weeks"])


async def test_nothing_of_a_figure_stays_after_its_picture() -> None:
    drawings: list[weakref.ref[Figure]] = []

    def picture() -> bytes:
        figure = charts.figure_of(CATALOGS.translator("en"), BOARDS["4 weeks"])
        drawings.append(weakref.ref(figure))
        return charts.png(figure)

    gc.disable()  # so that the collector comes only when it is asked
    try:
        assert await charts.ChartRenderer().render(picture)
    finally:
        gc.enable()
    assert [drawing() for drawing in drawings] == [None]


@pytest.mark.parametrize("name", BOARDS)
def test_the_caption_says_what_is_drawn(t: Translator, name: str) -> None:
    given = BOARDS[name]
    screen = dashboard(t, given, b"")
    assert screen.is_covered, "it is personal"
    caption, _ = screen.text.render()
    assert len(caption) <= LONGEST_CAPTION
    axes = drawn(t.locale, name).axes
    for line, values in zip(given.lines, pulse_lines(axes[0]), strict=True):
        known = [value for value in values if not math.isnan(value)]
        [said] = [text for text in caption.splitlines() if text.startswith(t.words(line.item.label))]
        figures = NUMBER.findall(said)
        latest = known[-1:] + ([line.mean] if known and line.mean is not None else [])
        scatter = [min(known), max(known)] if len(set(known)) > 1 else []
        assert figures == [t.number(value) for value in latest + scatter]
    if given.marks:
        drawn_totals = [t.number(total) for total in numbers(axes[1].lines[0].get_ydata())]
        assert f": {', '.join(drawn_totals)}." in caption


def test_the_longest_caption_fits(t: Translator) -> None:
    categories = list(CONTENT.recommendations.categories.values())
    scales = CONTENT.questionnaire.scales
    marks = tuple(Mark(LAST - back * WEEK, 111.1) for back in range(13))
    full = board(wavy(52, every=3))
    longest = Board(
        full.weeks,
        full.lines,
        marks,
        10,
        120,
        PastCheckIn(1, date(2026, 11, 30), 66.6, "half", tuple((scale, "daily") for scale in scales.values())),
        99,
        66.6,
        111.1,
        9999,
        tuple(StepCount(name, 99, 99) for name in categories),
        is_empty=False,
    )
    caption, _ = dashboard(t, longest, b"").text.render()
    assert len(caption) <= LONGEST_CAPTION


def test_gaps_are_explained_only_where_there_are_some(t: Translator) -> None:
    gaps = t("dashboard.gaps")
    said = {name: gaps in dashboard(t, BOARDS[name], b"").text.render()[0] for name in BOARDS}
    assert said["12 weeks with gaps"]
    assert not said["12 weeks"]
    assert not said["one point"]
    assert not said["nothing"]


def test_done_steps_are_named_by_category(t: Translator) -> None:
    given = board(((5.0,) * 4,) * 3)
    sleep, rest = Words(ru="Сон", en="Sleep"), Words(ru="Отдых", en="Rest")
    done = Board(
        given.weeks,
        given.lines,
        (),
        10,
        120,
        None,
        0,
        None,
        None,
        3,
        (StepCount(sleep, 2, 3), StepCount(rest, 1, 1)),
        is_empty=False,
    )
    caption, _ = dashboard(t, done, b"").text.render()
    of = t("dashboard.done_of", category="", done=1, offered=1).strip()
    assert f"{t.words(sleep)} 2{of[1:-1]}3, {t.words(rest)} {of}" in caption
