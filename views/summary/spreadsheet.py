"""The published figures as a spreadsheet. Words are written as words, so that no cell of it can ever be a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

from content import Content
from services.gate.publications import PULSE_PERIOD, GroupFigures, Mean, Publication, Share
from services.kit.text import name_in
from services.summary.drilldown import Everything
from views import figures
from views.screen import Document
from views.translator import Translator

WIDTH = 14
LEVELS = ("low", "medium", "high", "raised")
ABOUT = ("what", "intervals", "empty", "editions")

Value = str | float | date | None


def document(t: Translator, content: Content, found: Everything, on: date) -> Document:
    """The file, with a sheet for each kind of publication. Blocks: to be called in a thread."""
    import xlsxwriter  # noqa: PLC0415 (at the first file: half a second on a busy machine)

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    head, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for title, rows in (
        (t("file.pulse"), _pulse(t, found.weeks)),
        (t("file.pooled"), _pulse(t, found.pooled)),
        (t("file.checkins"), _checkins(t, content, found.periods)),
        (t("file.causes"), _causes(t, content, found.periods)),
        (t("file.recommendations"), _recommendations(t, content, found.periods)),
        (t("file.noticed"), _noticed(t, found)),
        (
            t("file.about"),
            [[t("file.what")], [t("file.intervals")], [t("file.empty")], [t("file.editions")], [t("hr.report.footer")]],
        ),
    ):
        sheet = book.add_worksheet(title)
        sheet.set_column(0, 30, WIDTH)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, head if number == 0 else None)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write_number(number, column, value)
    book.close()
    return Document(f"exhale-{on}.xlsx", file.getvalue(), t("file.caption", date=t.date(on, year=True)))


def _pulse(t: Translator, weeks: Sequence[Publication]) -> Iterable[Sequence[Value]]:
    yield [*_first_heads(t), *_mean_heads(t, figures.PULSE_FIGURES)]
    for week in weeks:
        for name, cell in _cells(t, week):
            yield [*_first_values(t, week, name, cell), *_means(t, week, cell, figures.PULSE_FIGURES)]


def _checkins(t: Translator, content: Content, periods: Sequence[Publication]) -> Iterable[Sequence[Value]]:
    names = (*figures.SCALES, figures.TOTAL)
    items = sorted({item for period in periods for cell in period.cells for item in cell.items})
    texts = {f"q{item.key}": t.words(item) for item in content.questionnaire.items}
    levels = [t(f"file.level_{level}") for level in LEVELS]
    yield [*_first_heads(t), *_mean_heads(t, names), *levels, *(texts.get(item, item) for item in items)]
    for period in periods:
        for name, cell in _cells(t, period):
            shares = [None if cell is None or cell.levels is None else getattr(cell.levels, one) for one in LEVELS]
            yield [
                *_first_values(t, period, name, cell),
                *_means(t, period, cell, names),
                *(_share(t, share) for share in shares),
                *(_number(t, "EE", None if cell is None else cell.items.get(item), period.k) for item in items),
            ]


def _causes(t: Translator, content: Content, periods: Sequence[Publication]) -> Iterable[Sequence[Value]]:
    yield [t("file.from"), t("file.to"), t("file.group"), t("file.cause"), t("file.cause_share")]
    for period in periods:
        for name, cell in _cells(t, period):
            for named in () if cell is None else cell.causes:
                cause = content.causes.get(named.id)
                words = named.id if cause is None else t.words(cause.words)
                yield [period.slot, period.period.last_day, name, words, _share(t, named.share)]


def _recommendations(t: Translator, content: Content, periods: Sequence[Publication]) -> Iterable[Sequence[Value]]:
    yield [t("file.from"), t("file.to"), t("file.category"), t("file.done")]
    categories = content.recommendations.categories
    for period in periods:
        for name, share in period.recommendations.items():
            words = t.words(categories[name]) if name in categories else name
            yield [period.slot, period.period.last_day, words, _share(t, share)]
        if period.steps is not None:
            yield [period.slot, period.period.last_day, t("file.any_step"), _share(t, period.steps)]


def _noticed(t: Translator, found: Everything) -> Iterable[Sequence[Value]]:
    yield [t("file.from"), t("file.to"), t("file.promise"), t("file.noticed_share")]
    for week in found.weeks:
        for id_, share in week.noticed.items():
            text, text_en = found.promises.get(id_, (str(id_), None))
            yield [week.slot, week.period.last_day, name_in(t.locale, text, text_en), _share(t, share)]


def _first_heads(t: Translator) -> list[str]:
    return [t(f"file.{name}") for name in ("from", "to", "edition", "group", "answered", "participation")]


def _mean_heads(t: Translator, names: Sequence[str]) -> list[str]:
    ends = [t("file.low"), t("file.high")]
    return list(chain.from_iterable([figures.label(t, name), *ends] for name in names))


def _cells(t: Translator, publication: Publication) -> list[tuple[str, GroupFigures | None]]:
    """The company (not in the pulse of a period), then all groups by name; None where there are no figures."""
    groups = [
        (figures.name(t, group), publication.cell(group.key))
        for group in figures.alphabetical(t, publication.all_groups)
    ]
    if publication.kind == PULSE_PERIOD:
        return groups
    return [(t("summary.company"), publication.company), *groups]


def _first_values(t: Translator, publication: Publication, name: str, cell: GroupFigures | None) -> list[Value]:
    first: list[Value] = [publication.slot, publication.period.last_day, publication.edition, name]
    if cell is None:
        is_pooled = any(figures.name(t, group) == name for group in publication.pooled)
        return [*first, t("file.once" if is_pooled else "file.hidden"), None]
    return [*first, None if cell.answered is None else figures.band(t, cell.answered), _share(t, cell.participation)]


def _means(t: Translator, publication: Publication, cell: GroupFigures | None, names: Sequence[str]) -> list[Value]:
    if cell is None:
        return []
    found = [(name, cell.means[name]) for name in names]
    rows = ([_number(t, name, value, publication.k), value.low, value.high] for name, value in found)
    return list(chain.from_iterable(rows))


def _number(t: Translator, figure: str, value: Mean | None, k: int) -> Value:
    """The figure as a number; as words where it stands for "this or less" and "this or more"."""
    if value is None:
        return None
    words = figures.mean(t, figure, value, k)
    return words if words[0] in "≤≥" else value.value


def _share(t: Translator, share: Share | None) -> Value:
    return None if share is None else figures.share(t, share)
