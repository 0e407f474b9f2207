"""HR's weekly summary in words: four forms, each under LIMIT characters, read in thirty seconds, fit to be forwarded.

What does not fit is left out by the same rule for everybody: names and promises get shorter, then the groups that did
not move go; how many are missing is said. Every figure is as it was published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from content import Content
from services.company.memberships import COMPANY, Group
from services.gate import trends
from services.gate.publications import Cell, Mean, Publication
from services.gate.trends import Change
from services.summary.summaries import SummaryDraft, is_quiet
from services.summary.weekly import ClearChange, Form, PromiseLine
from views.summary import figures
from views.translator import Translator

LIMIT = 1_500
ORG_LENGTH = 60
UP, DOWN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each thing there is room for: rows of groups, names in a list, promises; characters of a name, of a
    promise and of a step."""

    groups: int
    names: int
    promises: int
    name: int
    promise: int
    step: int


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
    texts = (_Writer(t, content, issue, org, room).text() for room in ROOMS)
    return next(text for text in texts if len(text) <= LIMIT)


class _Writer:
    """Writes one form with so much room."""

    def __init__(self, t: Translator, content: Content, issue: SummaryDraft, org: str | None, room: Room) -> None:
        self._t = t
        self._content = content
        self._issue = issue
        self._summary = issue.summary
        self._org = org
        self._room = room

    def text(self) -> str:
        """The parts that are there, with empty lines between them."""
        parts = {
            Form.STARTING: self._starting,
            Form.ORDINARY: self._ordinary,
            Form.PERIOD: self._period,
            Form.TOO_FEW: self._too_few,
        }[self._summary.form]()
        return "\n\n".join(part for part in parts if part)

    # --- the forms ----------------------------------------------------------------------------------------------------

    def _starting(self) -> list[str]:
        t, issue = self._t, self._issue
        joined = issue.joined
        share = None if joined is None else figures.share(t, joined.share)
        return [
            t("summary.starting_title"),
            _lines(
                "" if joined is None else t("summary.starting_joined", share=share, whole=joined.whole),
                t("summary.starting_dates", pulse=t.date(issue.figures_on), checkin=t.date(issue.results_on)),
            ),
            t("summary.starting_do"),
        ]

    def _ordinary(self) -> list[str]:
        t, week = self._t, self._summary.week
        assert week is not None
        news = self._news()
        if is_quiet(self._summary):
            return [self._title(week), _lines(news, self._participation(week)), self._promises(), self._next()]
        return [
            self._title(week),
            news,
            self._pulse(week),
            self._groups(t("summary.stress_by_group"), week, self._stress_row),
            self._steps(t("summary.step_head"), numbered=False),
            self._promises(),
            self._next(),
            t("hr.report.footer"),
        ]

    def _period(self) -> list[str]:
        t, period = self._t, self._summary.period
        assert period is not None
        return [
            self._title(period),
            self._in_short(period),
            self._scales(period),
            self._groups(t("summary.exhaustion_by_group"), period, self._exhaustion_row),
            self._steps(t("summary.steps_head"), numbered=True),
            _lines(self._promises(), self._tips(period)),
            f"{t('hr.report.intervals')} {t('hr.report.footer')}",
        ]

    def _too_few(self) -> list[str]:
        t, week = self._t, self._summary.week
        assert week is not None
        return [
            self._title(week),
            t("summary.too_few"),
            t("summary.too_few_what_helps"),
            self._promises(),
            self._next(),
        ]

    # --- what is new --------------------------------------------------------------------------------------------------

    def _title(self, publication: Publication) -> str:
        t, days = self._t, figures.days_of(self._t, publication)
        title = t("summary.week_title" if publication.weeks == 1 else "summary.period_title", period=days)
        return f"{title} · {figures.shortened(self._org, ORG_LENGTH)}" if self._org else title

    def _news(self) -> str:
        t, then = self._t, self._summary.week_then
        if then is None or then.company is None:
            return t("summary.new_first")
        if not self._summary.moved:
            return t("summary.new_nothing")
        return t("summary.new", list=self._moved())

    def _in_short(self, period: Publication) -> str:
        t = self._t
        assert period.company is not None
        level = self._word(period.company.means["EE"])
        harder = [
            cell for cell in figures.shown(t, period) if self._word(cell.means["EE"]) == "high" and level != "high"
        ]
        first = t("summary.in_short", word=t(f"scale_word.{level}"))
        if harder:
            names = self._listed([figures.cell_name(t, cell, self._room.name) for cell in harder])
            first = t("summary.in_short_more", word=t(f"scale_word.{level}"), groups=names)
        return f"{first} {self._since_last(period)}"

    def _word(self, value: Mean) -> str:
        """The end of the key of `scale_word`."""
        cuts = self._content.questionnaire.scoring.cut_means
        return "high" if value.value >= cuts.high else "medium" if value.value >= cuts.medium else "low"

    def _since_last(self, period: Publication) -> str:
        t, before = self._t, self._summary.period_then
        if before is None or before.company is None:
            return t("summary.period_first")
        if not self._summary.moved:
            return t("summary.period_same")
        return t("summary.period_moved", list=self._moved())

    def _moved(self) -> str:
        """«Склад (напряжение выше)»: one entry for each cell; the total stands for its scales."""
        by_cell: dict[str, list[ClearChange]] = {}
        for moved in self._summary.moved:
            by_cell.setdefault(moved.key, []).append(moved)
        return self._listed([self._moved_entry(key, moved) for key, moved in by_cell.items()])

    def _moved_entry(self, key: str, moved: Sequence[ClearChange]) -> str:
        return self._t("summary.moved_entry", who=self._who(key), changes=", ".join(self._changes(moved)))

    def _changes(self, moved: Sequence[ClearChange]) -> list[str]:
        whole = [one for one in moved if one.figure == "total"]
        return [
            self._t(f"summary.moved.{one.figure}_{'up' if one.change.difference > 0 else 'down'}")
            for one in whole or moved
        ]

    # --- the figures --------------------------------------------------------------------------------------------------

    def _participation(self, publication: Publication) -> str:
        company = publication.company
        if company is None or company.participation is None:
            return ""
        return self._t("summary.participation", share=figures.share(self._t, company.participation))

    def _pulse(self, week: Publication) -> str:
        t, then = self._t, self._summary.week_then
        has_then = then is not None and then.company is not None
        return _lines(
            t("summary.pulse_head", top=figures.TOPS["stress"]),
            *(
                f"{figures.label(t, name)}  {self._then_now(week, then, COMPANY, name)}"
                for name in figures.PULSE_FIGURES
            ),
            t("summary.then_now") if has_then else "",
            self._participation(week),
        )

    def _then_now(self, week: Publication, then: Publication | None, key: str, figure: str) -> str:
        """«6,0 → 7,0 ▲ больше случайного»."""
        now = self._mean(week, key, figure)
        change = trends.change(week, then, key, figure)
        before = then.cell(key) if then is not None else None
        line = now if before is None or then is None else f"{self._mean(then, key, figure)} → {now}"
        return line + moved_mark(self._t, change)

    def _mean(self, publication: Publication, key: str, figure: str) -> str:
        cell = publication.cell(key)
        assert cell is not None
        return figures.mean(self._t, figure, cell.means[figure], publication.k)

    def _scales(self, period: Publication) -> str:
        t, company = self._t, period.company
        assert company is not None
        return _lines(
            self._participation(period),
            t("summary.scales_head", top=figures.TOPS["EE"]),
            *(
                f"{figures.label(t, scale)}  {self._mean(period, COMPANY, scale)}{figures.interval(t, value)}"
                for scale in figures.SCALES
                if (value := company.means[scale])
            ),
            high_share(t, company),
        )

    def _groups(self, head: str, publication: Publication, row: Callable[[Publication, Cell], str]) -> str:
        cells = figures.shown(self._t, publication)
        hidden = figures.alphabetical(self._t, publication.hidden)
        kept = cells
        if len(cells) > self._room.groups:
            clearly = {moved.key for moved in self._summary.moved}
            kept = [cell for cell in cells if cell.key in clearly][: self._room.groups]
        left_out = len(cells) - len(kept)
        more = "summary.more_groups" if kept else "summary.only_groups"
        return _lines(
            head if kept else "",
            *(f"{figures.cell_name(self._t, cell, self._room.name)}  {row(publication, cell)}" for cell in kept),
            self._t.n(more, left_out) if left_out else "",
            self._hidden(hidden),
        )

    def _hidden(self, groups: Sequence[Group]) -> str:
        if not groups:
            return ""
        names = self._listed([figures.name(self._t, group, self._room.name) for group in groups])
        return self._t("hr.report.hidden", groups=names)

    def _stress_row(self, week: Publication, cell: Cell) -> str:
        return self._then_now(week, self._summary.week_then, cell.key, "stress")

    def _exhaustion_row(self, period: Publication, cell: Cell) -> str:
        then = self._summary.period_then
        now = self._mean(period, cell.key, "EE")
        change = trends.change(period, then, cell.key, "EE")
        return (
            now if change is None or then is None else verdict(self._t, now, change, self._mean(then, cell.key, "EE"))
        )

    def _tips(self, period: Publication) -> str:
        t, categories = self._t, self._content.recommendations.categories
        done = [
            f"{t.words(categories[name])} {figures.short_share(t, share)}"
            for name, share in period.tips.items()
            if name in categories
        ]
        return t("summary.tips", list=self._listed(done)) if done else ""

    # --- what to do, what was promised, what comes --------------------------------------------------------------------

    def _steps(self, head: str, *, numbered: bool) -> str:
        rows = []
        for number, step in enumerate(self._summary.steps, start=1):
            words = self._t.words(step.action)
            text = _whole_sentences(words[0].lower() + words[1:], self._room.step)
            who = self._for_whom(step.cells)
            horizon = self._t.words(self._content.hr_actions.horizons[step.action.horizon])
            rows.append(f"{f'{number}. ' if numbered else ''}{who}, {horizon}: {text}")
        return _lines(head, *rows) if rows else ""

    def _for_whom(self, keys: Sequence[str]) -> str:
        if COMPANY in keys:
            return self._t("summary.for_everyone")
        return self._listed([self._who(key) for key in keys])

    def _promises(self) -> str:
        lines = self._summary.promises
        rows = [f"• {self._promise(line)}" for line in lines[: self._room.promises]]
        left_out = len(lines) - len(rows)
        more = self._t.n("summary.more_promises", left_out) if left_out else ""
        return _lines(self._t("summary.promised"), *rows, more) if rows else ""

    def _promise(self, line: PromiseLine) -> str:
        who = self._t("summary.everyone") if figures.is_for_company(line) else self._who(line.target)
        return f"{who}: {promise_line(self._t, line, self._issue.on, self._room.promise)}"

    def _next(self) -> str:
        closes, results = self._summary.checkin_closes, self._issue.results_on
        return self._t("summary.next", closes=self._t.date(closes), results=self._t.date(results))

    def _who(self, key: str) -> str:
        group = self._issue.groups.get(key)
        return self._t("summary.company") if group is None else figures.name(self._t, group, self._room.name)

    def _listed(self, entries: Sequence[str]) -> str:
        kept, left_out = entries[: self._room.names], len(entries) - self._room.names
        more = f" {self._t('summary.and_more', n=left_out)}" if left_out > 0 else ""
        return ", ".join(kept) + more


def _whole_sentences(text: str, length: int) -> str:
    """As many sentences as there is room for, else as many words with an ellipsis: all of it is behind a button."""
    if len(text) <= length:
        return text
    sentences, point, _ = text[: length + 1].rpartition(". ")
    return sentences + "." if point else figures.shortened(text, length)


def promise_line(t: Translator, line: PromiseLine, on: date, length: int = 300) -> str:
    """A promise with its date as seen from the day `on`, or that it was done and what people say."""
    text = figures.promise_text(t, line, length)
    if line.is_done:
        done = t("summary.promise.done", text=text)
        if line.noticed is None:
            return done
        return f"{done}; {t('summary.promise.noticed', share=figures.share(t, line.noticed))}"
    if line.due is None:
        return text
    left = (line.due - on).days
    if left < 0:
        return t.n("summary.promise.overdue", -left, text=text, date=t.date(line.due))
    if left == 0:
        return t("summary.promise.today", text=text, date=t.date(line.due))
    return t.n("summary.promise.left", left, text=text, date=t.date(line.due))


def high_share(t: Translator, cell: Cell) -> str:
    """The share of people at high, or at medium and high together where that is what was published."""
    levels = cell.levels
    if levels is None:
        return ""
    share = levels.high or levels.raised
    assert share is not None
    text = figures.share(t, share) + figures.share_interval(t, share)
    return t("summary.high" if levels.high else "summary.raised", share=text)


def verdict(t: Translator, now: str, change: Change, then: str) -> str:
    """«2,5 ▼ стало легче (было 3,5)»; «4,0 · без изменений»."""
    if not change.is_clear:
        return f"{now} · {t('summary.same')}"
    words = t("summary.harder" if change.difference > 0 else "summary.easier", then=then)
    return f"{now} {_arrow(change)} {words}"


def moved_mark(t: Translator, change: Change | None) -> str:
    """« ▲ больше случайного» behind a figure that clearly moved, else nothing."""
    return f" {_arrow(change)} {t('summary.clear')}" if change is not None and change.is_clear else ""


def _arrow(change: Change) -> str:
    return UP if change.difference > 0 else DOWN


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
