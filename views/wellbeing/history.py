"""Earlier check-ins on the screen: the list, one result, and the answers behind it."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from keyboards.account import Go
from keyboards.rows import Button, in_rows_of, keyboard
from keyboards.wellbeing import Chart, HistoryEntry, HistoryList, ShowResult
from services.kit.pages import Page
from services.wellbeing.checkin import ResultCard
from services.wellbeing.dashboard import DEFAULT_SPAN
from services.wellbeing.history import AnswerPage, PastCheckIn
from views import pages
from views.screen import Screen, lines, titled
from views.translator import Translator
from views.wellbeing import causes, results

ENTRIES_PER_ROW = 2


def history(t: Translator, page: Page[PastCheckIn]) -> Screen:
    """One page of the list; every entry says as much as its button opens."""
    if not page.items:
        return results.none_yet(t)
    return Screen(
        titled(
            t("history.title"),
            lines(*(_entry(t, entry) for entry in page.items)),
            pages.number(t, page),
            t("history.open") if len(page.items) > 1 else None,
            t("home.private"),
        ),
        keyboard(
            *in_rows_of(ENTRIES_PER_ROW, [_open(t, entry, page.number) for entry in page.items]),
            pages.turning(t, page, lambda number: HistoryList(page=number)),
            [(t("button.chart"), Chart(weeks=DEFAULT_SPAN)), (t("button.menu"), Go(place="menu"))],
        ),
    )


def entry(t: Translator, card: ResultCard, page: int) -> Screen:
    """One earlier result."""
    answers = HistoryEntry(action="answers", assessment=card.assessment_id, page=page)
    return Screen(
        titled(
            t("result.title", date=t.date(card.date, year=True)),
            *results.findings(t, card),
            causes.named(t, card),
            t("result.not_a_diagnosis"),
            t("result.who_sees"),
        ),
        keyboard(
            [
                (t("history.answers"), answers),
                (t("button.more"), ShowResult(action="more", assessment=card.assessment_id)),
            ],
            [(t("button.someone_to_talk_to"), Go(place="help_now"))],
            [(t("history.to_list"), HistoryList(page=page)), (t("button.menu"), Go(place="menu"))],
        ),
    )


def answers(t: Translator, given: AnswerPage, page: int) -> Screen:
    """A part of the answers: each statement with the option that was chosen."""

    def part(number: int) -> HistoryEntry:
        return HistoryEntry(action="answers", assessment=given.assessment_id, page=page, part=number)

    skipped = t("history.skipped")
    back = HistoryEntry(action="show", assessment=given.assessment_id, page=page)
    return Screen(
        titled(
            t("history.answers_title", date=t.date(given.date, year=True)),
            t("history.part", part=given.page.number + 1, parts=given.page.pages) if given.page.pages > 1 else None,
            *(lines(t.words(item), Bold(t.words(option) if option else skipped)) for item, option in given.page.items),
        ),
        keyboard(pages.turning(t, given.page, part), [(t("button.back"), back), (t("button.menu"), Go(place="menu"))]),
    )


def reading(t: Translator, entry: PastCheckIn) -> str:
    """The total with how often it was hard, and each scale that the total would hide."""
    total = t("history.reading", score=t.number(entry.total), word=t(f"frequency.{entry.often}"))
    scales = [
        t("history.high_scale", scale=t.words(scale).lower(), word=t(f"frequency.{often}"))
        for scale, often in entry.high_scales
    ]
    return "; ".join((total, *scales))


def _entry(t: Translator, entry: PastCheckIn) -> Text:
    return Text(t("history.entry", date=t.date(entry.date, year=True), reading=reading(t, entry)))


def _open(t: Translator, entry: PastCheckIn, page: int) -> Button:
    return t.date(entry.date, year=True), HistoryEntry(action="show", assessment=entry.assessment_id, page=page)
