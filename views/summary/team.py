"""What the head of a department reads: the figures of the group where there are any, and always something to do."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from content import Content
from keyboards.account import Go
from keyboards.outreach import AskHr
from keyboards.rows import keyboard
from keyboards.summary import TeamButton
from services.kit.pages import page_of
from services.kit.text import name_in
from services.summary.team import ManagedTeam, TeamCard
from views import pages
from views.screen import Screen, lines, paragraphs, titled
from views.summary import figures
from views.summary.screens import checkin, own_pulse
from views.translator import Translator

ON_A_PAGE = 3
PROMISES = 4
PROMISE_LENGTH = 120


def team(t: Translator, card: TeamCard, number: int) -> Screen:
    """Every managed group with its figures, or without a reason why there are none."""
    if card.opens_on is not None:
        return _waiting(t, card)
    page = page_of(sorted(card.teams, key=lambda one: _name(t, one).casefold()), number, ON_A_PAGE)
    title = t("team.title_waiting") if card.week is None else t("team.title", period=figures.days_of(t, card.week))
    weekly = TeamButton(action="on_demand" if card.comes_weekly else "weekly")
    return Screen(
        titled(
            title,
            *(_one(t, card, one) for one in page.items),
            _company(t, card),
            t("team.without"),
            pages.number(t, page),
            t("team.who_sees"),
        ),
        keyboard(
            pages.turning(t, page, lambda number: TeamButton(action="page", page=number)),
            [(t("team.button.questions"), TeamButton(action="questions"))],
            [(t("team.button.ask_hr"), AskHr(action="open"))],
            [(t("team.button.on_demand" if card.comes_weekly else "team.button.weekly"), weekly)],
            [(t("button.menu"), Go(place="menu"))],
        ),
        protect=False,
    )


def _waiting(t: Translator, card: TeamCard) -> Screen:
    """From when on a manager who was appointed lately sees figures, and what that means for the own answers."""
    date = t.date(card.opens_on) if card.opens_on else ""
    names = ", ".join(sorted((_name(t, one) for one in card.teams), key=str.casefold))
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


def _one(t: Translator, card: TeamCard, one: ManagedTeam) -> Text:
    """A group: its name, the pulse, the check-in, what was promised."""
    head = Bold(_name(t, one))
    promises = _promises(t, card, one)
    if one.group is None:
        return paragraphs(lines(head, t("team.waiting" if card.week is None else "team.hidden")), promises)
    key = one.group.key
    pulse = own_pulse(t, one.pulse, is_pooled=one.is_pooled) or t("team.hidden")
    return paragraphs(lines(head, pulse), checkin(t, card.period, card.period_then, key), promises)


def _company(t: Translator, card: TeamCard) -> str | None:
    """The company's strain, for those whose group has no figures too."""
    if card.week is None:
        return None
    if card.company is None:
        return t("team.no_company")
    shift = card.company.shifts["stress"]
    value, change = figures.mean(t, "stress", shift.now, card.week.k), shift.change
    if change is None:
        return t("team.company", figures=t("team.stress", value=value))
    words = "team.same" if not change.is_clear else "team.up" if change.difference > 0 else "team.down"
    return t("team.company_clear", value=value, change=t(words))


def _promises(t: Translator, card: TeamCard, one: ManagedTeam) -> Text | None:
    if not one.promises:
        return None
    rows = [f"• {figures.promise_line(t, line, card.on, PROMISE_LENGTH)}" for line in one.promises[:PROMISES]]
    left_out = len(one.promises) - len(rows)
    return lines(t("team.promised"), *rows, t.n("summary.more_promises", left_out) if left_out else None)


def _name(t: Translator, one: ManagedTeam) -> str:
    return figures.shortened(name_in(t.locale, one.name, one.name_en), 100)
