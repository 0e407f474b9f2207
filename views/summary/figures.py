"""Published figures in words: as they were published, neither sharper nor blunter."""

from __future__ import annotations

from collections.abc import Iterable

from services.company.memberships import COMPANY, Group
from services.gate.coarsening import Grid
from services.gate.publications import Band, Cell, Mean, Publication, Share
from services.kit.text import name_in
from services.summary.weekly import PromiseLine
from views.translator import Translator

PULSE_FIGURES = ("burnout", "stress", "productivity")
SCALES = ("EE", "DP", "RA")
TOTAL = "total"
TOPS = {
    **dict.fromkeys(PULSE_FIGURES, 10),
    **dict.fromkeys(SCALES, 6),
    TOTAL: 120,
}  # as services.publications.Cell has them


def label(t: Translator, figure: str) -> str:
    """The name of a published mean."""
    return t(f"figure.{figure}")


def mean(t: Translator, figure: str, value: Mean, k: int) -> str:
    """«6,0»; at the lowest and the highest value that is ever published «≤ 0,5», «≥ 9,5». Totals have no decimal."""
    top = TOPS[figure]
    lowest = float(Grid.of(value.step, top, k).lowest)
    sign = "≤\u00a0" if value.value <= lowest else "≥\u00a0" if value.value >= top - lowest else ""
    return sign + (t.number(value.value) if figure == TOTAL else t.decimal(value.value))


def interval(t: Translator, value: Mean) -> str:
    """« (2,5–3,5)», or nothing where none was published."""
    if value.low is None or value.high is None:
        return ""
    return f" ({t.decimal(value.low)}–{t.decimal(value.high)})"


def share(t: Translator, value: Share) -> str:
    """«около 60 %», «10 % или меньше», «90 % или больше»."""
    if value.is_or_less:
        return t("share.or_less", share=t.percent(value.value))
    return t("share.or_more" if value.is_or_more else "share.about", share=t.percent(value.value))


def short_share(t: Translator, value: Share) -> str:
    """«60 %», «≤ 10 %», «≥ 90 %»: where there is little room."""
    sign = "≤\u00a0" if value.is_or_less else "≥\u00a0" if value.is_or_more else ""
    return sign + t.percent(value.value)


def share_interval(t: Translator, value: Share) -> str:
    """« (0–20 %)», or nothing where none was published."""
    if value.low is None or value.high is None:
        return ""
    return f" ({round(value.low * 100)}–{t.percent(value.high)})"


def band(t: Translator, value: Band) -> str:
    """«10–14», «40 и больше»."""
    return t("summary.band_open", low=value.low) if value.high is None else f"{value.low}–{value.high}"


def days_of(t: Translator, publication: Publication) -> str:
    """The days that a publication is about."""
    return t.days(publication.slot, publication.period.last_day)


def shortened(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis where something is missing: after a word where that is near."""
    if len(text) <= length:
        return text
    cut = text[:length]
    words = cut.rpartition(" ")[0] if " " in cut[length * 2 // 3 :] else cut[:-1]
    return words.rstrip(" ,;:.") + "…"


def name(t: Translator, group: Group, length: int = 255) -> str:
    """A group's name in the reader's language."""
    return shortened(name_in(t.locale, group.name, group.name_en), length)


def cell_name(t: Translator, cell: Cell, length: int = 255) -> str:
    """The name of a group, or the word for the whole company."""
    return t("summary.company") if cell.group is None else name(t, cell.group, length)


def alphabetical(t: Translator, groups: Iterable[Group]) -> list[Group]:
    """By the names in the reader's language: sorting by a figure would be a ranking."""
    return sorted(groups, key=lambda group: (name(t, group).casefold(), group.key))


def shown(t: Translator, publication: Publication) -> list[Cell]:
    """The groups with figures, in alphabetical order."""
    cells = {cell.key: cell for cell in publication.groups}
    return [cells[group.key] for group in alphabetical(t, (cell.group for cell in publication.groups if cell.group))]


def promise_text(t: Translator, line: PromiseLine, length: int = 300) -> str:
    """What was promised, in the reader's language."""
    return shortened(name_in(t.locale, line.text, line.text_en), length)


def is_for_company(line: PromiseLine) -> bool:
    """Whether a promise is for everyone."""
    return line.target == COMPANY
