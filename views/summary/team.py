"""What the head of a department reads: what to do, with the figures of the group where there are any."""

from __future__ import annotations

from dataclasses import replace

from aiogram.utils.formatting import BlockQuote, Bold, ExpandableBlockQuote, Text

from content import Content, Talk
from keyboards.account import Go
from keyboards.labels import shortened
from keyboards.outreach import Agreement, AskHr
from keyboards.rows import Button, copying, keyboard, primary
from keyboards.summary import TeamButton
from services.company.audience import Target
from services.kit.pages import page_of
from services.kit.text import name_in
from services.summary.team import ManagedTeam, TeamCard
from services.summary.weekly import PromiseLine
from views import figures, pages
from views.screen import Screen, lines, titled
from views.summary.screens import checkin, own_pulse
from views.translator import Translator

PROMISES = 4
PROMISE_LENGTH = 120


def team(t: Translator, talk: Talk, card: TeamCard, number: int) -> Screen:
    """What to do in a managed group: its figures, two questions made of them, how to begin, what was agreed."""
    if card.opens_on is not None:
        return _waiting(t, card)
    page = page_of(ordered(t, card), number, size=1)
    (one,) = page.items
    weekly = TeamButton(action="on_demand" if card.comes_weekly else "weekly")
    return Screen(
        titled(
            title(t, card),
            *_figures(t, card, one),
            lines(Bold(t("team.ask")), *questions_of(t, card, one)),
            lines(Bold(t("team.begin")), BlockQuote(t.words(talk.opening))),
            _agreed(t, card, one),
            _promises(t, card, one),
            _company(t, card),
            _checkin(t, card, one),
            pages.number(t, page),
            t("team.who_sees"),
        ),
        keyboard(
            *_agreeing(t, one),
            pages.turning(t, page, lambda number: TeamButton(action="page", page=number)),
            copying(t("team.button.copy"), t.words(talk.opening)),
            [
                (t("team.button.paper"), TeamButton(action="paper", page=page.number)),
                (t("team.button.questions"), TeamButton(action="questions")),
            ],
            [(t("team.button.ask_hr"), AskHr(action="open"))],
            [(t("team.button.on_demand" if card.comes_weekly else "team.button.weekly"), weekly)],
            [(t("button.menu"), Go(place="menu"))],
        ),
        protect=False,
    )


def ordered(t: Translator, card: TeamCard) -> list[ManagedTeam]:
    """The managed groups by name: one is a page."""
    return sorted(card.teams, key=lambda one: name(t, one).casefold())


def title(t: Translator, card: TeamCard) -> str:
    """Whose screen it is, and of which week."""
    week = card.newest.week
    return t("team.title_waiting") if week is None else t("team.title", period=figures.days_of(t, week))


def name(t: Translator, one: ManagedTeam) -> str:
    """A managed group's name in the reader's language."""
    return shortened(name_in(t.locale, one.name, one.name_en), 100)


def questions_of(t: Translator, card: TeamCard, one: ManagedTeam) -> list[str]:
    """The numbered questions, with the published figures in them."""
    known: dict[str, str] = {}
    if one.pulse is not None:
        k = one.pulse.source.k
        known = {figure: figures.mean(t, figure, shift.now, k) for figure, shift in one.pulse.shifts.items()}
    period = card.newest.period
    if one.group is not None and period is not None and (cell := period.cell(one.group.key)) is not None:
        known |= {scale: figures.mean(t, scale, cell.means[scale], period.k) for scale in figures.SCALES}
    return [f"{number}. {t.words(question, **known)}" for number, question in enumerate(one.questions, start=1)]


def _waiting(t: Translator, card: TeamCard) -> Screen:
    """From when on a manager who was appointed lately sees figures, and what that means for the own answers."""
    date = t.date(card.opens_on) if card.opens_on else ""
    names = ", ".join(sorted((name(t, one) for one in card.teams), key=str.casefold))
    return Screen(
        titled(t("team.title_waiting"), Bold(names), t("team.opens", date=date), t("team.without"), t("team.who_sees")),
        keyboard(
            [(t("team.button.questions"), TeamButton(action="questions"))],
            [(t("team.button.ask_hr"), AskHr(action="open"))],
            [(t("button.menu"), Go(place="menu"))],
        ),
        protect=False,
    )


def questions(t: Translator, content: Content) -> Screen:
    """Five questions for a talk that needs no figures."""
    talk = content.hr_actions.five_questions
    return Screen(
        titled(
            t.words(talk.title),
            t.words(talk.intro),
            lines(*(f"{number}. {t.words(question)}" for number, question in enumerate(talk.questions, start=1))),
            t.words(talk.close),
        ),
        keyboard([(t("team.button.back"), TeamButton(action="page"))]),
        protect=False,
    )


def _figures(t: Translator, card: TeamCard, one: ManagedTeam) -> list[Text | str]:
    """The three figures, or that there are none and that it works without."""
    head = Bold(name(t, one))
    if one.group is None and card.newest.week is None:
        return [lines(head, t("team.waiting"))]
    pulse = None if one.group is None else own_pulse(t, one.pulse, is_pooled=one.is_pooled)
    return [lines(head, pulse)] if pulse else [lines(head, t("team.hidden")), t("team.without")]


def _checkin(t: Translator, card: TeamCard, one: ManagedTeam) -> Text | None:
    """The check-in's figures, folded away."""
    newest = card.newest
    found = None if one.group is None else checkin(t, newest.period, newest.before, one.group.key)
    return None if found is None else ExpandableBlockQuote(lines(found, t("team.scale")))


def _company(t: Translator, card: TeamCard) -> str | None:
    """The company's strain, for those whose group has no figures too."""
    if card.newest.week is None:
        return None
    if card.company is None:
        return t("team.no_company")
    shift = card.company.shifts["stress"]
    value, change = figures.mean(t, "stress", shift.now, card.newest.week.k), shift.change
    if change is None:
        return t("team.company", figures=t("team.stress", value=value))
    words = "team.same" if not change.is_clear else "team.up" if change.difference > 0 else "team.down"
    return t("team.company_clear", value=value, change=t(words))


def _agreed(t: Translator, card: TeamCard, one: ManagedTeam) -> Text:
    """What was agreed with the team, or that nothing is recorded yet."""
    own = [replace(line, by_manager=False) for line in one.agreements[:PROMISES]]  # here it goes without saying
    rows = [f"• {figures.promise_line(t, line, card.on, PROMISE_LENGTH)}" for line in own]
    return lines(Bold(t("team.agreed")), *(rows or [t("team.nothing_agreed")]))


def _agreeing(t: Translator, one: ManagedTeam) -> list[list[Button]]:
    """An agreement to be kept, or one to be recorded: that is what waits as long as there is none."""
    kept: list[list[Button]] = [
        [(t("team.button.kept", text=_words(t, line)), Agreement(action="keep", id=line.id))]
        for line in one.agreements[:PROMISES]
        if not line.is_done
    ]
    record = [(_record(t, one, target), Agreement(action="write", value=target.key)) for target in one.targets]
    return [*kept, *([button if kept else primary(*button)] for button in record)]


def _record(t: Translator, one: ManagedTeam, target: Target) -> str:
    if len(one.targets) == 1:
        return t("team.button.agree")
    return t("team.button.agree_for", name=name_in(t.locale, target.name or "", target.name_en))


def _words(t: Translator, line: PromiseLine) -> str:
    return " ".join(name_in(t.locale, line.text, line.text_en).split())


def _promises(t: Translator, card: TeamCard, one: ManagedTeam) -> Text | None:
    """What HR promised to these people."""
    promised = [line for line in one.promises if not line.by_manager]
    if not promised:
        return None
    rows = [f"• {figures.promise_line(t, line, card.on, PROMISE_LENGTH)}" for line in promised[:PROMISES]]
    left_out = len(promised) - len(rows)
    return lines(Bold(t("team.promised")), *rows, t.n("summary.more_promises", left_out) if left_out else None)
