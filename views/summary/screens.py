"""HR's summary on the screen: the stored words with their buttons, the steps behind it, the groups and their cards."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.utils.formatting import Bold, ExpandableBlockQuote, Text

from content import Content
from keyboards.company import HrPage
from keyboards.rows import Button, keyboard
from keyboards.summary import OpenGroup, SummaryPage
from services.company.memberships import COMPANY, GroupKey
from services.gate import trends
from services.gate.publications import GroupFigures, Publication
from services.gate.trends import GroupPulse
from services.kit.pages import page_of
from services.summary.drilldown import DrilldownCard
from services.summary.joining import Proposal
from services.summary.stored import SentSummary
from services.summary.weekly import Form
from views import figures, pages
from views.company import proposals
from views.screen import Screen, lines, paragraphs, titled
from views.summary import steps
from views.summary.parts import SMALL_PRINT
from views.translator import Translator


def issued(t: Translator, stored: SentSummary, *, is_first: bool) -> Screen:
    """The message as it is sent; the first one that somebody gets says who else reads it."""
    return Screen(
        paragraphs(_words(t, stored), _first(t, stored) if is_first else None),
        keyboard(*_rows(t, stored)),
        protect=False,
    )


def again(t: Translator, stored: SentSummary) -> Screen:
    """The same words on demand, marked as a repeat."""
    return Screen(
        paragraphs(t("hr.report.repeat"), _words(t, stored)), keyboard(*_rows(t, stored), _panel(t)), protect=False
    )


def live(t: Translator, text: str, week: int) -> Screen:
    """The summary before any was stored."""
    return Screen(
        paragraphs(_titled_first(text), t("summary.first_starting")),
        keyboard(*_starting_rows(t, week), _panel(t)),
        protect=False,
    )


def sample(t: Translator) -> Screen:
    """The example, marked as one."""
    back = keyboard([(t("button.back"), HrPage(place="summary"))])
    return Screen(Text(t("privacy.example")), back, protect=False)


def groups(t: Translator, week: Publication, number: int, proposed: Sequence[Proposal]) -> Screen:
    """A page of the groups of a week, shown and hidden alike, after the company; and what could be joined."""
    concerned = proposed if week.hidden else ()
    page = page_of(figures.alphabetical(t, week.all_groups), number)
    ordinal = week.slot.toordinal()
    return Screen(
        titled(
            t("group.list", period=figures.days_of(t, week)),
            t("group.choose"),
            proposals.section(t, concerned),
            pages.number(t, page),
            t("group.who_sees"),
        ),
        keyboard(
            [(t("summary.company"), OpenGroup(action="show", week=ordinal, key=COMPANY, page=page.number))],
            *(
                [(figures.name(t, group, 40), OpenGroup(action="show", week=ordinal, key=group.key, page=page.number))]
                for group in page.items
            ),
            pages.turning(t, page, lambda number: SummaryPage(action="groups", week=ordinal, page=number)),
            *proposals.rows(t, concerned),
            [
                (t("map.button"), SummaryPage(action="map", week=ordinal)),
                (t("summary.button.back"), SummaryPage(action="open", week=ordinal)),
            ],
        ),
        protect=False,
    )


def card(t: Translator, content: Content, found: DrilldownCard, page: int, proposed: Sequence[Proposal]) -> Screen:
    """One group: the pulse, its line, the check-in, what to do; of a hidden one why, and what it could be joined to."""
    ordinal = found.week.slot.toordinal()
    back: list[Button] = [(t("summary.button.groups"), SummaryPage(action="groups", week=ordinal, page=page))]
    chart: list[Button] = [(t("button.chart"), OpenGroup(action="chart", week=ordinal, key=found.key, page=page))]
    is_hidden = _is_hidden(found)
    concerned = proposals.about(proposed, found.key) if is_hidden else []
    return Screen(
        titled(
            cell_title(t, found),
            *cell_figures(t, content, found),
            t("group.hidden_do") if is_hidden else None,
            proposals.section(t, concerned),
            _actions(t, content, found),
            t("group.who_sees"),
        ),
        keyboard(
            *proposals.rows(t, concerned), [(t("hr.groups"), HrPage(place="groups"))] if is_hidden else chart, back
        ),
        protect=False,
    )


def cell_title(t: Translator, found: DrilldownCard) -> str:
    """Whose figures, and of which week."""
    name = t("summary.company") if found.group is None else figures.name(t, found.group, 100)
    return t("group.title", name=name, period=figures.days_of(t, found.week))


def cell_figures(t: Translator, content: Content, found: DrilldownCard) -> list[Text | str | None]:
    """Everything that was published of one group, or that it was not."""
    return [
        own_pulse(t, found.pulse, is_pooled=found.is_pooled) or t("group.hidden"),
        None if _is_hidden(found) else _line(t, found),
        checkin(t, found.period, found.period_then, found.key),
        _causes(t, content, found),
    ]


def _is_hidden(found: DrilldownCard) -> bool:
    return found.pulse is None and (found.period is None or found.period.cell(found.key) is None)


def own_pulse(t: Translator, pulse: GroupPulse | None, *, is_pooled: bool) -> Text | str | None:
    """The three means of a group now and before, or when they come; None where it has none."""
    if pulse is None:
        return t("group.pooled_waiting") if is_pooled else None
    rows = (
        f"{figures.label(t, name)}  {figures.shift(t, name, pulse.shifts[name], pulse.source.k)}"
        for name in figures.PULSE_FIGURES
    )
    return lines(
        t("group.pooled", period=figures.days_of(t, pulse.source)) if pulse.is_pooled else None,
        t("summary.pulse_head", top=figures.TOPS["stress"]),
        *rows,
        _answered(t, pulse.cell),
    )


def _causes(t: Translator, content: Content, found: DrilldownCard) -> str | None:
    """What weighed most. On HR's card alone: a manager may be what somebody named."""
    cell = None if found.period is None else found.period.cell(found.key)
    return None if cell is None else figures.causes(t, content, cell) or None


def checkin(t: Translator, period: Publication | None, before: Publication | None, key: GroupKey) -> Text | None:
    """The scales with their intervals and verdicts, the total, the share at high where it was published."""
    cell = None if period is None else period.cell(key)
    if period is None or cell is None:
        return None
    rows = []
    for scale in figures.SCALES:
        value = cell.means[scale]
        now = figures.mean(t, scale, value, period.k) + figures.interval(t, value)
        change = trends.change(period, before, key, scale)
        then = None if before is None else before.cell(key)
        if change is not None and then is not None and before is not None:
            now = figures.verdict(t, now, change, figures.mean(t, scale, then.means[scale], before.k))
        rows.append(f"{figures.label(t, scale)}  {now}")
    total = figures.mean(t, figures.TOTAL, cell.means[figures.TOTAL], period.k)
    return lines(
        t("group.checkin", period=figures.days_of(t, period), top=figures.TOPS["EE"]),
        *rows,
        t("group.total", total=total, top=figures.TOPS[figures.TOTAL]),
        figures.high_share(t, cell) or None,
        _answered(t, cell),
    )


def _answered(t: Translator, cell: GroupFigures) -> str | None:
    """The share of those who answered where it was published; in the first edition of the gate a band as well."""
    share = None if cell.participation is None else figures.share(t, cell.participation)
    if cell.answered is None or cell.group is None:
        return None if share is None else t("summary.participation", share=share)
    band = figures.band(t, cell.answered)
    return t("group.answered", band=band) if share is None else t("group.answered_share", band=band, share=share)


def folded_away(words: str) -> Text:
    """The words of a summary in a quote that opens at a tap: a screen or two, which hide what stands above."""
    return ExpandableBlockQuote(words.replace(f"\n\n{SMALL_PRINT}", "\n\n"))


# --- inside -----------------------------------------------------------------------------------------------------------


def _words(t: Translator, stored: SentSummary) -> Text:
    return _titled_first(stored.texts.get(t.locale) or next(iter(stored.texts.values())))


def _titled_first(text: str) -> Text:
    """The first line is bold, the small print folded away; not a word changes."""
    first, line_break, rest = text.partition("\n")
    return Text(Bold(first), line_break, _folded(rest))


def _folded(words: str) -> Text:
    """The words of a summary, the small print in a quote that opens at a tap."""
    rest, mark, small_print = words.rpartition(f"\n\n{SMALL_PRINT}")
    return Text(rest, "\n\n", ExpandableBlockQuote(small_print)) if mark else Text(words)


def _first(t: Translator, stored: SentSummary) -> str:
    return t("summary.first_starting" if stored.form == Form.STARTING else "summary.first")


def _rows(t: Translator, stored: SentSummary) -> list[list[Button]]:
    week = stored.week.toordinal()
    if stored.form == Form.STARTING:
        return _starting_rows(t, week)
    return [
        *steps.rows(t, stored),
        [
            (t("button.chart"), OpenGroup(action="chart", week=week, key=COMPANY)),
            (t("summary.button.groups"), SummaryPage(action="groups", week=week)),
        ],
        [
            (t("summary.button.promise"), HrPage(place="promises")),
            (t("summary.button.file"), SummaryPage(action="file", week=week)),
        ],
    ]


def _starting_rows(t: Translator, week: int) -> list[list[Button]]:
    return [
        [(t("summary.button.announcement"), HrPage(place="invites"))],
        [
            (t("summary.button.poster"), HrPage(place="invites")),
            (t("summary.button.sample"), SummaryPage(action="sample", week=week)),
        ],
        [(t("proposal.title"), HrPage(place="proposals"))],
    ]


def _panel(t: Translator) -> list[Button]:
    return [(t("button.hr"), HrPage(place="panel"))]


def _line(t: Translator, found: DrilldownCard) -> str | None:
    values = ["–" if point.value is None else t.decimal(point.value) for point in found.line]
    key = "group.line_of_periods" if found.is_pooled else "group.line"
    return t(key, values=" · ".join(values)) if len(values) > 1 else None


def _actions(t: Translator, content: Content, found: DrilldownCard) -> Text | None:
    if not found.actions:
        return None
    horizons = content.hr_actions.horizons
    rows = (f"• {t.words(action)} ({t.words(horizons[action.horizon])})" for action in found.actions)
    return lines(t("group.what_to_do"), *rows)
