"""Published figures in words: as they were published, neither sharper nor blunter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from content import Content
from keyboards.labels import shortened
from services.company.memberships import COMPANY, Group
from services.gate import disclosure
from services.gate.publications import Band, GroupFigures, Mean, Publication, Share
from services.gate.trends import FIGURES, Change, Movement
from services.kit.text import name_in
from services.summary.weekly import PromiseLine
from views.translator import Translator

PULSE_FIGURES = FIGURES
SCALES = ("EE", "DP", "RA")
TOTAL = "total"
UP, DOWN = "▲", "▼"
TOPS = {
    **dict.fromkeys(PULSE_FIGURES, 10),
    **dict.fromkeys(SCALES, 6),
    TOTAL: 120,
}  # as services.gate.publications.GroupFigures has them


def label(t: Translator, figure: str) -> str:
    """The name of a published mean."""
    return t(f"figure.{figure}")


def mean(t: Translator, figure: str, value: Mean, k: int) -> str:
    """«6,0»; at the lowest and the highest value that is ever published «≤ 0,5», «≥ 9,5». Totals have no decimal."""
    top = TOPS[figure]
    lowest, highest = disclosure.ends(value, top, k)
    sign = "≤\u00a0" if value.value <= lowest else "≥\u00a0" if value.value >= highest else ""
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


def share_interval(t: Translator, value: Share) -> str:
    """« (20–40 %)»; nothing where none was published, nor behind «10 % или меньше»."""
    if value.low is None or value.high is None or value.is_or_less or value.is_or_more:
        return ""
    return f" ({round(value.low * 100)}–{t.percent(value.high)})"


def band(t: Translator, value: Band) -> str:
    """«10–14», «40 и больше»."""
    return t("summary.band_open", low=value.low) if value.high is None else f"{value.low}–{value.high}"


def days_of(t: Translator, publication: Publication) -> str:
    """The days that a publication is about."""
    return t.days(publication.slot, publication.period.last_day)


def name(t: Translator, group: Group, length: int = 255) -> str:
    """A group's name in the reader's language."""
    return shortened(name_in(t.locale, group.name, group.name_en), length)


def cell_name(t: Translator, cell: GroupFigures, length: int = 255) -> str:
    """The name of a group, or the word for the whole company."""
    return t("summary.company") if cell.group is None else name(t, cell.group, length)


def alphabetical(t: Translator, groups: Iterable[Group]) -> list[Group]:
    """By the names in the reader's language: sorting by a figure would be a ranking."""
    return sorted(groups, key=lambda group: (name(t, group).casefold(), group.key))


def shown(t: Translator, publication: Publication) -> list[GroupFigures]:
    """The groups with figures, in alphabetical order."""
    cells = {cell.key: cell for cell in publication.groups}
    return [cells[group.key] for group in alphabetical(t, (cell.group for cell in publication.groups if cell.group))]


def promise_text(t: Translator, line: PromiseLine, length: int = 300) -> str:
    """What was promised, in the reader's language, and whether a manager recorded it."""
    text = shortened(name_in(t.locale, line.text, line.text_en), length)
    return t("promise.by_manager", text=text) if line.by_manager else text


def is_for_company(line: PromiseLine) -> bool:
    """Whether a promise is for everyone."""
    return line.target == COMPANY


def promise_line(t: Translator, line: PromiseLine, on: date, length: int = 300) -> str:
    """A promise with its date as seen from the day `on`, or that it was done and what people say."""
    text = promise_text(t, line, length)
    if line.is_done:
        noticed = None if line.noticed is None else t("summary.promise.noticed", share=share(t, line.noticed))
        helped = None if line.helped is None else t(f"summary.promise.{line.helped}")
        return "; ".join(part for part in (t("summary.promise.done", text=text), noticed, helped) if part)
    if line.due is None:
        return text
    left = (line.due - on).days
    if left < 0:
        return t.n("summary.promise.overdue", -left, text=text, date=t.date(line.due))
    if left == 0:
        return t("summary.promise.today", text=text, date=t.date(line.due))
    return t.n("summary.promise.left", left, text=text, date=t.date(line.due))


def high_share(t: Translator, cell: GroupFigures) -> str:
    """The share of people at high, or at medium and high together where that is what was published."""
    if cell.levels is None:
        return ""
    for key, value in (("summary.high", cell.levels.high), ("summary.raised", cell.levels.raised)):
        if value is not None:
            return t(key, share=share(t, value) + share_interval(t, value))
    return ""


def causes(t: Translator, content: Content, cell: GroupFigures) -> str:
    """«Что тяготит больше всего …: слишком много работы — около 50 %», or nothing where none was published.

    That nothing in particular does comes last, however many say so.
    """
    known = [(cause, one.share) for one in cell.causes if (cause := content.causes.get(one.id)) is not None]
    named = [
        t("summary.cause", cause=t.words(cause.words).lower(), share=share(t, part))
        for cause, part in sorted(known, key=lambda found: found[0].stands_alone)
    ]
    return t("summary.causes", list="; ".join(named)) if named else ""


def verdict(t: Translator, now: str, change: Change, then: str) -> str:
    """«2,5 ▼ стало легче (было 3,5)»; «4,0 · без заметных изменений»."""
    if not change.is_clear:
        return f"{now} · {t('summary.same')}"
    words = t("summary.harder" if change.difference > 0 else "summary.easier", then=then)
    return f"{now} {_arrow(change)} {words}"


def shift(t: Translator, figure: str, found: Movement, k: int) -> str:
    """«6,0 → 7,0 ▲ заметно»: the four weeks before, the latest four, and whether that is a clear change."""
    now = mean(t, figure, found.now, k)
    line = now if found.then is None else f"{mean(t, figure, found.then, k)} → {now}"
    return line + moved_mark(t, found.change)


def moved_mark(t: Translator, change: Change | None) -> str:
    """« ▲ заметно» behind a figure that clearly moved, else nothing."""
    return f" {_arrow(change)} {t('summary.clear')}" if change is not None and change.is_clear else ""


def _arrow(change: Change) -> str:
    return UP if change.difference > 0 else DOWN
