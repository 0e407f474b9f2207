"""The home screen: its first button is the one thing that waits; during a pause, whatever it is for, people first."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go, ProfileField, SettingsPage
from keyboards.company import HrPage
from keyboards.outreach import NoteButton
from keyboards.rows import Button, keyboard, primary
from keyboards.summary import TeamPage
from keyboards.wellbeing import (
    Chart,
    Checkin,
    HistoryList,
    PulseButton,
    RecommendationButton,
    RecommendationList,
    ShowResult,
)
from services.home import HomeCard
from services.kit.calendar.held import OnHold
from services.wellbeing.checkin import CausesStep, CheckInState, CheckInStep, Done, Postponed, Ready, Unfinished
from services.wellbeing.dashboard import SPANS
from services.wellbeing.pulse import Question, Summary
from services.wellbeing.recommendations import RecommendationCard
from views.checkin_dates import next_checkin, on_hold
from views.outreach import notes
from views.screen import Screen, lines, titled
from views.translator import Translator

NEWS_LENGTH = 120


def home(t: Translator, card: HomeCard, note: str | None = None) -> Screen:
    """Where am I, what waits, who sees this. `note` is a line about what led here."""
    talk: Button = (t("button.someone_to_talk_to"), Go(place="help_now"))
    settings: Button = (t("button.settings"), SettingsPage(page="main"))
    return Screen(
        titled(
            t("home.title", name=card.name) if card.name else t("bot.name"),
            note,
            None if card.name else t("home.nameless"),
            lines(*_checkin(t, card.checkin), _pulse(t, card), _trying(t, card), _news(t, card)),
            t("home.private"),
        ),
        keyboard(
            [talk] if card.is_paused else None,
            _first(t, card),
            _pulse_too(t, card),
            None if card.name else [(t("home.give_name"), ProfileField(action="ask", field="name"))],
            [
                (t("button.my_recommendations"), RecommendationList(kind="open", page=0)),
                *([(t("button.my_result"), ShowResult(action="show", assessment=0))] if card.has_result else []),
            ],
            [(t("button.chart"), Chart(weeks=SPANS[0])), (t("button.what_hr_sees"), Go(place="hr_sees"))],
            [(t("note.button"), NoteButton(action="open", promise=card.news.promise_id))] if card.news else None,
            [settings] if card.is_paused else [talk, settings],
            [
                *([(t("history.title"), HistoryList(page=0))] if card.has_result else []),
                (t("button.help"), Go(place="help")),
            ],
            _others(t, card),
        ),
    )


def not_understood(t: Translator, card: HomeCard) -> Screen:
    """The answer to words that nobody asked for: the one thing that waits, home, and people."""
    return Screen(
        Text(t("error.unknown_text")),
        keyboard(
            _first(t, card),
            [(t("button.menu"), Go(place="menu")), (t("button.someone_to_talk_to"), Go(place="help_now"))],
        ),
    )


def _checkin(t: Translator, state: CheckInState) -> list[str]:
    match state:
        case Ready(hold=OnHold() as hold):
            return [on_hold(t, hold)]
        case Postponed() | Done(is_early=True):
            key = "home.checkin_postponed" if isinstance(state, Postponed) else "result.next"
            return [next_checkin(t, key, state.next_date)]
        case Done() | CausesStep():
            return [t("home.checkin_done"), next_checkin(t, "home.next_on", state.next_date)]
        case CheckInStep() if state.answered:
            total = len(state.questionnaire.order)
            return [t("home.checkin_draft", done=state.answered, total=total, date=t.date(state.last_day))]
        case CheckInStep() | Unfinished() | Ready():
            return [t("home.checkin_open", date=t.date(state.last_day))]
        case _:
            return []


def _pulse(t: Translator, card: HomeCard) -> str | None:
    match card.pulse:
        case Question():
            return t("home.pulse_open")
        case Summary():
            return t("home.pulse_done")
        case None:
            return None


def _trying(t: Translator, card: HomeCard) -> str:
    if card.trying is None or card.trying_since is None:
        return t("home.nothing_tried")
    title = _title(t, card.trying)
    if card.trying_day is None:
        return t("home.trying_since", title=title, date=t.date(card.trying_since))
    return t("home.trying", title=title, day=card.trying_day)


def _news(t: Translator, card: HomeCard) -> str | None:
    return None if card.news is None else notes.brief(t, card.news, NEWS_LENGTH)


def _title(t: Translator, card: RecommendationCard) -> str:
    return t.words(card.item.title) if card.item else card.title


def _others(t: Translator, card: HomeCard) -> list[Button]:
    """What is not the person's own: last, after everything that is."""
    team: list[Button] = [(t("button.team"), TeamPage())] if card.is_manager else []
    return [*team, *([(t("button.hr"), HrPage(place="panel"))] if card.is_hr else [])]


def _pulse_too(t: Translator, card: HomeCard) -> list[Button] | None:
    """The week's questions, where a check-in is before them."""
    is_second = isinstance(card.pulse, Question) and _checkin_button(t, card) is not None
    return [(t("home.answer_pulse"), PulseButton(action="open"))] if is_second else None


def _first(t: Translator, card: HomeCard) -> list[Button] | None:
    if (checkin := _checkin_button(t, card)) is not None:
        return [checkin]
    if isinstance(card.pulse, Question):
        return [primary(t("home.answer_pulse"), PulseButton(action="open"))]
    if card.trying is not None:
        label = t("home.open_recommendation", title=_title(t, card.trying))
        return [primary(label, RecommendationButton(action="card", id=card.trying.id))]
    return None


def _checkin_button(t: Translator, card: HomeCard) -> Button | None:
    """The way into a check-in that is open."""
    match card.checkin:
        case CheckInStep() as step if step.answered:
            total = len(step.questionnaire.order)
            return primary(t("home.continue_checkin", done=step.answered, total=total), Checkin(action="open"))
        case Unfinished() as unfinished:
            return primary(t("button.skipped"), Checkin(action="skipped", draft=unfinished.draft_id))
        case CheckInStep() | Ready(hold=None):
            return primary(t("home.start_checkin"), Checkin(action="open"))
    return None
