"""HR's weekly summary in words: four forms, each under LIMIT characters, read in thirty seconds, fit to be forwarded.

What does not fit is left out by the same rule for everybody: names and promises get shorter, then the groups that did
not move go; how many are missing is said. Where even that is too long, whole sections go, the last in rank first, until
the title alone is left. Every figure is as it was published.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from content import Content
from services.company.memberships import GroupKey
from services.gate.publications import Publication
from services.summary.summaries import SummaryDraft, is_quiet
from services.summary.weekly import ClearChange, Form
from services.wellbeing.scoring import frequency
from views.company import proposals
from views.summary import figures
from views.summary.parts import Parts, Room, joined_lines
from views.translator import Translator

LIMIT = 1_500
ORG_LENGTH = 60


class Rank(IntEnum):
    """What matters more comes first; the last goes first where there is no room."""

    TITLE = 0
    NEWS = 1
    FOOTER = 2
    FIGURES = 3
    STEPS = 4
    GROUPS = 5
    PROMISES = 6
    NEXT = 7


class Section(NamedTuple):
    """A part of the summary; empty where there is nothing to say."""

    rank: Rank
    text: str


ROOMS = (
    Room(12, 8, 6, 40, 160, 400),
    Room(12, 6, 5, 32, 100, 200),
    Room(12, 6, 4, 32, 80, 120),
    Room(12, 5, 3, 28, 80, 100),
    Room(12, 4, 3, 24, 60, 82),
    Room(12, 3, 2, 24, 60, 82),
    Room(10, 3, 2, 24, 50, 81),
    Room(8, 3, 1, 20, 50, 81),
    Room(6, 3, 1, 20, 40, 70),
    Room(4, 3, 1, 16, 40, 70),
    Room(2, 2, 1, 12, 40, 60),
    Room(1, 1, 1, 12, 40, 50),
)


def summary_text(t: Translator, content: Content, issue: SummaryDraft, org: str | None) -> str:
    """The message in one language; `org` is the company's name where it is known."""
    sections: list[Section] = []
    for room in ROOMS:
        sections = _Writer(t, content, issue, org, room).sections()
        if len(text := _joined(sections)) <= LIMIT:
            return text
    return fitted(sections)


def fitted(sections: Sequence[Section]) -> str:
    """As many sections as fit, without the last in rank; of the last one that is left, as much of its first line."""
    kept = list(sections)
    while len(text := _joined(kept)) > LIMIT and len(kept) > 1:
        kept.remove(max(kept))
    return text if len(text) <= LIMIT else figures.shortened(text.partition("\n")[0], LIMIT)


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
            t("summary.starting_dates", pulse=t.date(issue.figures_on), checkin=t.date(issue.results_on)),
        )
        return [
            Section(Rank.TITLE, t("summary.starting_title")),
            Section(Rank.NEWS, news),
            Section(Rank.STEPS, t("summary.starting_do")),
            Section(Rank.GROUPS, proposals.section(t, issue.proposals) or ""),
        ]

    def _ordinary(self, week: Publication) -> list[Section]:
        t, parts, news = self._t, self._parts, self._news()
        ahead = [Section(Rank.PROMISES, parts.promises()), Section(Rank.NEXT, parts.next())]
        if is_quiet(self._summary):
            return [self._title(week), Section(Rank.NEWS, news), *ahead]
        return [
            self._title(week),
            Section(Rank.NEWS, news),
            Section(Rank.FIGURES, parts.pulse(week)),
            Section(Rank.GROUPS, parts.groups(t("summary.stress_by_group"), week, parts.stress_row)),
            Section(Rank.STEPS, parts.steps(t("summary.step_head"), numbered=False)),
            *ahead,
            Section(Rank.FOOTER, t("hr.report.footer")),
        ]

    def _period(self, period: Publication) -> list[Section]:
        t, parts = self._t, self._parts
        return [
            self._title(period),
            Section(Rank.NEWS, self._in_short(period)),
            Section(Rank.FIGURES, parts.scales(period)),
            Section(Rank.GROUPS, parts.groups(t("summary.exhaustion_by_group"), period, parts.exhaustion_row)),
            Section(Rank.STEPS, parts.steps(t("summary.steps_head"), numbered=True)),
            Section(Rank.PROMISES, joined_lines(parts.promises(), parts.steps_done(period))),
            Section(Rank.FOOTER, f"{t('hr.report.intervals')} {t('hr.report.footer')}"),
        ]

    def _too_few(self, week: Publication) -> list[Section]:
        return [
            self._title(week),
            Section(Rank.NEWS, self._t("summary.too_few")),
            Section(Rank.STEPS, self._t("summary.too_few_what_helps")),
            Section(Rank.PROMISES, self._parts.promises()),
            Section(Rank.NEXT, self._parts.next()),
        ]

    # --- what is new --------------------------------------------------------------------------------------------------

    def _title(self, publication: Publication) -> Section:
        t, days = self._t, figures.days_of(self._t, publication)
        title = t("summary.week_title" if publication.weeks == 1 else "summary.period_title", period=days)
        named = f"{title} · {figures.shortened(self._org, ORG_LENGTH)}" if self._org else title
        return Section(Rank.TITLE, named)

    def _news(self) -> str:
        t, then = self._t, self._summary.week_then
        if then is None or then.company is None:
            return t("summary.new_first")
        if not self._summary.moved:
            return t("summary.new_nothing")
        return t("summary.new", list=self._moved())

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
        if not self._summary.moved:
            return t("summary.period_same")
        return t("summary.period_moved", list=self._moved())

    def _moved(self) -> str:
        """«Склад (напряжение выше)»: one entry for each cell; the total stands for its scales."""
        by_cell: dict[GroupKey, list[ClearChange]] = {}
        for moved in self._summary.moved:
            by_cell.setdefault(moved.key, []).append(moved)
        return self._parts.listed([self._moved_entry(key, moved) for key, moved in by_cell.items()])

    def _moved_entry(self, key: GroupKey, moved: Sequence[ClearChange]) -> str:
        return self._t("summary.moved_entry", who=self._parts.who(key), changes=", ".join(self._changes(moved)))

    def _changes(self, moved: Sequence[ClearChange]) -> list[str]:
        whole = [one for one in moved if one.figure == "total"]
        return [
            self._t(f"summary.moved.{one.figure}_{'up' if one.change.difference > 0 else 'down'}")
            for one in whole or moved
        ]
