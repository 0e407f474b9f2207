"""The parts of HR's summary: figures, groups, steps and promises, each written with so much room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from content import Content
from keyboards.labels import shortened
from services.company.memberships import COMPANY, Group, GroupKey
from services.gate import trends
from services.gate.publications import GroupFigures, Publication
from services.summary.summaries import SummaryDraft
from services.summary.weekly import PromiseLine
from views import figures
from views.translator import Translator

WEEKS_OF_A_YEAR = 52
SMALL_PRINT = "> "  # begins a paragraph that a screen folds away


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each thing there is room for: rows of groups, names in a list, cells that moved, promises; characters
    of a name, of a promise and of a step."""

    groups: int
    names: int
    moved: int
    promises: int
    name: int
    promise: int
    step: int


class Parts:
    """The parts of one summary in one language, with so much room."""

    def __init__(self, t: Translator, content: Content, draft: SummaryDraft, room: Room) -> None:
        self._t = t
        self._content = content
        self._issue = draft
        self._summary = draft.summary
        self._room = room

    # --- the figures --------------------------------------------------------------------------------------------------

    def participation(self, publication: Publication) -> str:
        """The share of people whose check-ins are in the figures, where it was published."""
        company = publication.company
        if company is None or company.participation is None:
            return ""
        return self._t("summary.participation", share=figures.share(self._t, company.participation))

    def pulse(self) -> str:
        """The three means of the company, now and before."""
        t, company = self._t, self._summary.pulses.get(COMPANY)
        if company is None:
            return ""
        return joined_lines(
            t("summary.pulse_head", top=figures.TOPS["stress"]),
            *(
                f"{figures.label(t, name)}  {figures.shift(t, name, company.shifts[name], company.source.k)}"
                for name in figures.PULSE_FIGURES
            ),
            t("summary.then_now") if self._summary.is_compared else "",
        )

    def _mean(self, publication: Publication, cell: GroupFigures, figure: str) -> str:
        return figures.mean(self._t, figure, cell.means[figure], publication.k)

    def scales(self, period: Publication) -> str:
        """The scales of the company with their intervals."""
        t, company = self._t, period.company
        if company is None:
            return ""
        return joined_lines(
            self.participation(period),
            t("summary.scales_head", top=figures.TOPS["EE"]),
            *(
                f"{figures.label(t, scale)}  {self._mean(period, company, scale)}{figures.interval(t, value)}"
                for scale in figures.SCALES
                if (value := company.means[scale])
            ),
            figures.high_share(t, company),
            figures.causes(t, self._content, company),
        )

    def groups(self, head: str, publication: Publication, row: Callable[[Publication, GroupFigures], str]) -> str:
        """The groups with figures as far as there is room, then by name those of a period, and the hidden ones."""
        cells = figures.shown(self._t, publication)
        kept = cells
        if len(cells) > self._room.groups:
            clearly = {moved.key for moved in (*self._summary.moved, *self._summary.period_moved)}
            kept = [cell for cell in cells if cell.key in clearly][: self._room.groups]
        left_out = len(cells) - len(kept)
        more = "summary.more_groups" if kept else "summary.only_groups"
        return joined_lines(
            head if kept else "",
            *(f"{figures.cell_name(self._t, cell, self._room.name)}  {row(publication, cell)}" for cell in kept),
            self._t.n(more, left_out) if left_out else "",
            self._named("summary.pooled", publication.pooled),
            self._named("hr.report.hidden", publication.hidden),
        )

    def _named(self, key: str, groups: Sequence[Group]) -> str:
        """One line about groups without figures, or with none in a week."""
        if not groups:
            return ""
        found = figures.alphabetical(self._t, groups)
        names = self.listed([figures.name(self._t, group, self._room.name) for group in found])
        return self._t(key, groups=names)

    def stress_row(self, week: Publication, cell: GroupFigures) -> str:
        """What a row of a week says of a group."""
        pulse = self._summary.pulses[cell.key]
        return figures.shift(self._t, "stress", pulse.shifts["stress"], week.k)

    def exhaustion_row(self, period: Publication, cell: GroupFigures) -> str:
        """What a row of a period says of a group."""
        then = self._summary.period_then
        now = self._mean(period, cell, "EE")
        change = trends.change(period, then, cell.key, "EE")
        before = None if then is None else then.cell(cell.key)
        if change is None or then is None or before is None:
            return now
        return figures.verdict(self._t, now, change, self._mean(then, before, "EE"))

    def steps_done(self, period: Publication) -> str:
        """The share of people who ticked off a step."""
        if period.steps is None:
            return ""
        return self._t("summary.steps_done", share=figures.share(self._t, period.steps))

    # --- what matters first -------------------------------------------------------------------------------------------

    def overdue(self) -> str:
        """What was promised for a day that is over, and since how many days."""
        return self._listed_promises(self._t("summary.overdue"), self._issue.overdue)

    def high(self) -> str:
        """What stays high: a line for each cell, its figures with the weeks."""
        t, by_cell = self._t, dict[GroupKey, list[str]]()
        for one in self._summary.high:
            value = figures.mean(t, one.figure, one.value, one.k)
            name = figures.label(t, one.figure).lower()
            is_long = one.weeks > WEEKS_OF_A_YEAR
            lasted = t("summary.high_year") if is_long else t.n("summary.high_weeks", one.weeks)
            by_cell.setdefault(one.key, []).append(f"{name} {value}, {lasted}")
        rows = [f"{self.who(key)}: {'; '.join(words)}" for key, words in by_cell.items()]
        kept, left_out = rows[: self._room.groups], len(rows) - self._room.groups
        more = t.n("summary.more_groups", left_out) if left_out > 0 else ""
        return joined_lines(t("summary.high_head"), *kept, more) if rows else ""

    # --- what to do, what was promised, what comes --------------------------------------------------------------------

    def steps(self, head: str, *, numbered: bool) -> str:
        """What HR could do, and for whom."""
        rows = []
        for number, step in enumerate(self._summary.steps, start=1):
            words = self._t.words(step.action)
            text = _whole_sentences(words[0].lower() + words[1:], self._room.step)
            who = self._for_whom(step.cells)
            horizon = self._t.words(self._content.hr_actions.horizons[step.action.horizon])
            rows.append(f"{f'{number}. ' if numbered else ''}{who}, {horizon}: {text}")
        return joined_lines(head, *rows) if rows else ""

    def _for_whom(self, keys: Sequence[GroupKey]) -> str:
        if COMPANY in keys:
            return self._t("summary.for_everyone")
        return self.listed([self.who(key) for key in keys])

    def promises(self) -> str:
        """What else was promised, as far as there is room."""
        rest = [line for line in self._summary.promises if line not in self._issue.overdue]
        return self._listed_promises(self._t("summary.promised"), rest)

    def _listed_promises(self, head: str, lines: Sequence[PromiseLine]) -> str:
        rows = [f"• {self._promise(line)}" for line in lines[: self._room.promises]]
        left_out = len(lines) - len(rows)
        more = self._t.n("summary.more_promises", left_out) if left_out else ""
        return joined_lines(head, *rows, more) if rows else ""

    def _promise(self, line: PromiseLine) -> str:
        who = self._t("summary.everyone") if figures.is_for_company(line) else self.who(line.target)
        return f"{who}: {figures.promise_line(self._t, line, self._issue.on, self._room.promise)}"

    def next(self) -> str:
        """When the open check-in closes and its results come, or that HR holds it."""
        results, asked_from = self._issue.results_on, self._summary.asked_from
        if results is None or asked_from is None:
            return self._t("summary.next_held")
        if self._summary.is_held:
            return self._t("summary.next_held_until", date=self._t.date(asked_from))
        closes = self._summary.checkin_closes
        return self._t("summary.next", closes=self._t.date(closes), results=self._t.date(results))

    def who(self, key: GroupKey) -> str:
        """The name of a cell."""
        group = self._issue.groups.get(key)
        return self._t("summary.company") if group is None else figures.name(self._t, group, self._room.name)

    def listed(self, entries: Sequence[str]) -> str:
        """As many entries as there is room for, and how many more there are."""
        return self._at_most(entries, self._room.names)

    def moved(self, entries: Sequence[str]) -> str:
        """The same of what clearly moved, which gives way later."""
        return self._at_most(entries, self._room.moved)

    def _at_most(self, entries: Sequence[str], most: int) -> str:
        kept, left_out = entries[:most], len(entries) - most
        more = f" {self._t('summary.and_more', n=left_out)}" if left_out > 0 else ""
        return ", ".join(kept) + more


def _whole_sentences(text: str, length: int) -> str:
    """As many sentences as there is room for, else as many words with an ellipsis: all of it is behind a button."""
    if len(text) <= length:
        return text
    sentences, point, _ = text[: length + 1].rpartition(". ")
    return sentences + "." if point else shortened(text, length)


def joined_lines(*parts: str) -> str:
    """The parts that are there, one a line."""
    return "\n".join(part for part in parts if part)
