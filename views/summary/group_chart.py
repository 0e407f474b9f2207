"""A group's lines over time: the picture, the same in words, and the way back."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from keyboards.labels import shortened
from keyboards.rows import Button, keyboard
from keyboards.summary import OpenGroup, SummaryPage
from services.company.memberships import COMPANY
from services.kit.curves import Line
from services.kit.text import name_in
from services.summary.drilldown import GroupCurves
from views import figures
from views.screen import Screen, lines, paragraphs
from views.translator import Translator

PROMISE_IN_CAPTION = 60


def chart(t: Translator, curves: GroupCurves, pressed: OpenGroup, picture: bytes) -> Screen:
    """The lines over time as a picture, the same in words, and the way back to where it was asked for."""
    name = t("summary.company") if curves.group is None else figures.name(t, curves.group, 200)
    has_gaps = any(None in line.values for line in curves.lines)
    changed = None if curves.changed_on is None else t("group.chart_changed", date=t.date(curves.changed_on, year=True))
    return Screen(
        paragraphs(
            lines(
                Bold(t("group.chart_of_periods" if curves.is_pooled else "group.chart", name=name)),
                t("group.chart_read", top=curves.top),
            ),
            lines(*(_line_in_words(t, line) for line in curves.lines), _marks(t, curves)),
            _promise_days(t, curves),
            lines(t("group.chart_gaps") if has_gaps else None, changed),
        ),
        keyboard(_back_from_chart(t, pressed), [(t("map.button"), SummaryPage(action="map", week=pressed.week))]),
        protect=False,
        photo=picture,
    )


def _line_in_words(t: Translator, line: Line) -> str:
    label = t.words(line.item.label)
    if not line.answers:
        return t("group.chart_no_line", label=label)
    last, low, high = (t.decimal(value) for value in (line.answers[-1], min(line.answers), max(line.answers)))
    span = "" if low == high else f" ({low}–{high})"
    return t("group.chart_line", label=label, figures=last + span)


def _marks(t: Translator, curves: GroupCurves) -> str | None:
    totals = ", ".join(t.number(mark.total) for mark in curves.marks)
    return t("dashboard.marks", top=curves.top_total, totals=totals) if totals else None


def _promise_days(t: Translator, curves: GroupCurves) -> Text | None:
    """The numbered lines of the picture in words."""
    if not curves.promises:
        return None
    rows = (
        f"{number}. "
        + t(
            "group.chart_kept" if promise.is_done else "group.chart_due",
            date=t.date(promise.day),
            text=shortened(name_in(t.locale, promise.text, promise.text_en), PROMISE_IN_CAPTION),
        )
        for number, promise in enumerate(curves.promises, start=1)
    )
    return lines(t("group.chart_promises"), *rows)


def _back_from_chart(t: Translator, pressed: OpenGroup) -> list[Button]:
    if pressed.key == COMPANY:
        return [(t("summary.button.back"), SummaryPage(action="open", week=pressed.week))]
    return [(t("group.button.back"), OpenGroup(action="show", week=pressed.week, key=pressed.key, page=pressed.page))]
