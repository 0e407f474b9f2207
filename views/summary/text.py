"""HR's weekly summary in words: four forms, each short enough to be read in thirty seconds, fit to be forwarded.

What matters leads: promises that are overdue, what stays high, what clearly moved; then the figures, one step, what
else is promised and what comes. The small print stands behind a mark, which the screen folds away.

What does not fit is left out by the same rule for everybody: names and promises get shorter, then the groups that did
not move go; how many are missing is said. Where even that is too long, whole sections go, the last in rank first, until
the title alone is left. Every figure is as it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from content import Content
from keyboards.labels import shortened
from services.company.memberships import GroupKey
from services.gate.publications import Publication
from services.summary.summaries import SummaryDraft
from services.summary.weekly import ClearChange, Form
from services.wellbeing.scoring import frequency
from views import figures
from views.company import proposals
from views.summary.parts import SMALL_PRINT, Parts, Room, joined_lines
from views.translator import Translator

LIMIT = 1_200
PERIOD_LIMIT = 2_400  # a period has scales, causes and four whole steps to tell of
ORG_LENGTH = 60


class Rank(IntEnum):
    """What matters more comes first; the last goes first where there is no room."""

    TITLE = 0
    HIGH = 1
    NEWS = 2
    OVERDUE = 3
    FOOTER = 4
    FIGURES = 5
    STEPS = 6
    GROUPS = 7
    PROMISES = 8
    NEXT = 9


class Section(NamedTuple):
    """A part of the summary; empty where there is nothing to say."""

    rank: Rank
    text: str


ROOMS = (
    Room(12, 8, 12, 6, 40, 160, 400),
    Room(12, 6, 12, 5, 32, 100, 200),
    Room(12, 6, 12, 4, 32, 80, 120),
    Room(12, 5, 12, 3, 28, 80, 100),
    Room(12, 4, 10, 3, 24, 60, 100),
    Room(12, 3, 10, 2, 24, 60, 90),
    Room(10, 3, 8, 2, 24, 50, 90),
    Room(8, 3, 8, 1, 20, 50, 81),
    Room(6, 3, 6, 1, 20, 40, 70),
    Room(4, 3, 5, 1, 16, 40, 70),
    Room(2, 2, 3, 1, 12, 40, 60),
    Room(1, 1, 2, 1, 12, 40, 50),
)


def summary_text(t: Translator, content: Content, issue: SummaryDraft, org: str | None) -> str:
    """The message in one language; `org` is the company's name where it is known."""
    sections: list[Section] = []
    limit = limit_of(issue.summary.form)
    for room in ROOMS:
        sections = _Writer(t, content, issue, org, room).sections()
        if len(text := _joined(sections)) <= limit:
            return text
    return fitted(sections, limit)


def limit_of(form: Form) -> int:
    """How many characters a form may have."""
    return PERIOD_LIMIT if form == Form.PERIOD else LIMIT


def fitted(sections: Sequence[Section], limit: int) -> str:
    """As many sections as fit, without the last in rank; of the last one that is left, as much of its first line."""
    kept = list(sections)
    while len(text := _joined(kept)) > limit and len(kept) > 1:
        kept.remove(max(kept))
    return text if len(text) <= limit else shortened(text.partition("\n")[0], limit)


def _joined(sections: Sequence[Section]) -> str:
    """The sections that are there, with empty lines between them."""
    return "\n\n".join(section.text for section in sections if section.text)


class _Writer:
    """Writes one form with so much room."""

    def __init__(self, t: Translator, content: Content, issue: SummaryDraft, org: str | None, room: Room) -> None:
        self._t = t
        self._content = content
        self._issue = issue
        self._summary = issue.summary
        self._org = org
        self._room = room
        self._parts = Parts(t, content, issue, room)

    def sections(self) -> list[Section]:
        """The sections of its form, in the order in which they are read."""
        summary = self._summary
        if summary.form == Form.STARTING or summary.week is None:
            return self._starting()
        if summary.form == Form.PERIOD and summary.period is not None:
            return self._period(summary.period)
        return self._too_few(summary.week) if summary.form == Form.TOO_FEW else self._ordinary(summary.week)

    # --- the forms ----------------------------------------------------------------------------------------------------

    def _starting(self) -> list[Section]:
        t, issue = self._t, self._issue
        joined = issue.joined
        share = None if joined is None else figures.share(t, joined.share)
        news = joined_lines(
            "" if joined is None else t("summary.starting_joined", share=share, whole=joined.whole),
            self._first_figures(),
        )
        return [
            Section(Rank.TITLE, t("summary.starting_title")),
            Section(Rank.NEWS, news),
            Section(Rank.STEPS, t("summary.starting_do")),
            Section(Rank.GROUPS, proposals.section(t, issue.proposals) or ""),
        ]

    def _first_figures(self) -> str:
        t, pulse, results = self._t, self._t.date(self._issue.figures_on), self._issue.results_on
        if results is None:
            return t("summary.starting_dates_held", pulse=pulse)
        return t("summary.starting_dates", pulse=pulse, checkin=t.date(results))

    def _ordinary(self, week: Publication) -> list[Section]:
        t, parts = self._t, self._parts
        first = [self._title(week), *self._leading(self._pulse_news())]
        ahead = [Section(Rank.PROMISES, parts.promises()), Section(Rank.NEXT, parts.next())]
        if self._issue.is_quiet:
            return [*first, *ahead]
        return [
            *first,
            Section(Rank.FIGURES, parts.pulse()),
            Section(Rank.GROUPS, parts.groups(t("summary.stress_by_group"), week, parts.stress_row)),
            Section(Rank.STEPS, parts.steps(t("summary.step_head"), numbered=False)),
            *ahead,
            Section(Rank.FOOTER, SMALL_PRINT + t("hr.report.footer")),
        ]

    def _period(self, period: Publication) -> list[Section]:
        t, parts = self._t, self._parts
        pulse = "" if not self._summary.is_compared else self._pulse_news()
        return [
            self._title(period),
            *self._leading(joined_lines(self._in_short(period), pulse)),
            Section(Rank.FIGURES, parts.scales(period)),
            Section(Rank.GROUPS, parts.groups(t("summary.exhaustion_by_group"), period, parts.exhaustion_row)),
            Section(Rank.STEPS, parts.steps(t("summary.steps_head"), numbered=True)),
            Section(Rank.PROMISES, joined_lines(parts.promises(), parts.steps_done(period))),
            Section(Rank.FOOTER, f"{SMALL_PRINT}{t('hr.report.intervals')} {t('hr.report.footer')}"),
        ]

    def _too_few(self, week: Publication) -> list[Section]:
        return [
            self._title(week),
            *self._leading(self._t("summary.too_few")),
            Section(Rank.STEPS, self._t("summary.too_few_what_helps")),
            Section(Rank.PROMISES, self._parts.promises()),
            Section(Rank.NEXT, self._parts.next()),
        ]

    def _leading(self, news: str) -> list[Section]:
        """What every form begins with: what is overdue, what stays high, what is new."""
        return [
            Section(Rank.OVERDUE, self._parts.overdue()),
            Section(Rank.HIGH, self._parts.high()),
            Section(Rank.NEWS, news),
        ]

    # --- what is new --------------------------------------------------------------------------------------------------

    def _title(self, publication: Publication) -> Section:
        t, days = self._t, figures.days_of(self._t, publication)
        title = t("summary.week_title" if publication.weeks == 1 else "summary.period_title", period=days)
        named = f"{title} · {shortened(self._org, ORG_LENGTH)}" if self._org else title
        return Section(Rank.TITLE, named)

    def _pulse_news(self) -> str:
        """What the pulse says is new."""
        t, moved = self._t, self._summary.moved
        if not self._summary.is_compared and not moved:
            return t("summary.new_first")
        return t("summary.new", list=self._moved(moved)) if moved else t("summary.new_nothing")

    def _in_short(self, period: Publication) -> str:
        t = self._t
        if period.company is None:
            return self._since_last(period)
        cut = self._content.questionnaire.scoring.cut_means.high
        mean = period.company.means["EE"].value
        harder = [cell for cell in figures.shown(t, period) if cell.means["EE"].value >= cut > mean]
        word = t(f"frequency.{frequency(self._content.questionnaire, mean)}")
        first = t("summary.in_short", word=word)
        if harder:
            names = self._parts.listed([figures.cell_name(t, cell, self._room.name) for cell in harder])
            first = t("summary.in_short_more", word=word, groups=names)
        return f"{first} {self._since_last(period)}"

    def _since_last(self, period: Publication) -> str:
        t, before = self._t, self._summary.period_then
        if before is None or before.company is None:
            return t("summary.period_first")
        moved = self._summary.period_moved
        return t("summary.period_moved", list=self._moved(moved)) if moved else t("summary.period_same")

    def _moved(self, changes: Sequence[ClearChange]) -> str:
        """«Склад (напряжение выше)»: one entry for each cell; the total stands for its scales."""
        by_cell: dict[GroupKey, list[ClearChange]] = {}
        for moved in changes:
            by_cell.setdefault(moved.key, []).append(moved)
        return self._parts.moved([self._moved_entry(key, moved) for key, moved in by_cell.items()])

    def _moved_entry(self, key: GroupKey, moved: Sequence[ClearChange]) -> str:
        return self._t("summary.moved_entry", who=self._parts.who(key), changes=", ".join(self._changes(moved)))

    def _changes(self, moved: Sequence[ClearChange]) -> list[str]:
        """The total stands for the scales that moved with it, and for none that moved against it."""
        whole = next((one for one in moved if one.figure == "total"), None)
        named = [
            one for one in moved if whole is None or one is whole or one.change.difference * whole.change.difference < 0
        ]
        return [self._t(f"summary.moved.{one.figure}_{'up' if one.change.difference > 0 else 'down'}") for one in named]
