"""The steps that a summary suggests: all of them, one with what can be done about it, and what people can be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiogram.utils.formatting import Bold

from content import Content
from content.hr_actions import Action
from keyboards.company import HrPage
from keyboards.rows import Button, copying, keyboard, primary
from keyboards.summary import StepButton, SummaryPage
from services.company.memberships import Group
from services.outreach.promise_cards import PromiseCard
from services.outreach.promise_draft import DraftCard
from services.summary.steps.answering import StepCard
from services.summary.stored import SentSummary, StoredStep
from views import figures
from views.company import audience
from views.outreach import promises
from views.screen import Screen, lines, titled
from views.translator import Catalogs, Translator

NAMED_AT_MOST = 8
NAME_ON_BUTTON = 20


def rows(t: Translator, stored: SentSummary) -> list[list[Button]]:
    """Under the summary: what can be done about its one step, or the way to several."""
    week = stored.week.toordinal()
    if not stored.steps:
        return []
    opens = SummaryPage(action="steps", week=week)
    if len(stored.steps) > 1:
        return [[(t("summary.button.steps"), opens)]]
    return [[(t("summary.button.step", who=_who(t, stored.steps[0])), opens)], *_answers(t, week, 0)]


def every(t: Translator, content: Content, stored: SentSummary) -> Screen:
    """Each step with who does it by when, and how well it is founded."""
    week = stored.week.toordinal()
    known = {rule.id: rule for rule in content.hr_actions.rules}
    there = [(n, step, known[step.action]) for n, step in enumerate(stored.steps) if step.action in known]
    parts = [
        lines(Bold(t("summary.everyone") if step.for_everyone else _names(t, step.groups)), *_words(t, content, action))
        for _, step, action in there
    ]
    if len(there) == 1:
        ((n, _, _),) = there
        buttons = _answers(t, week, n)
    else:
        buttons = [
            [(t("step.open", number=n + 1, who=_who(t, step)), StepButton(action="card", week=week, n=n))]
            for n, step, _ in there
        ]
    return Screen(
        titled(t("steps.title"), *parts, t("steps.never")),
        keyboard(*buttons, [(t("summary.button.back"), SummaryPage(action="open", week=week))]),
        protect=False,
    )


def card(t: Translator, content: Content, found: StepCard, note: str | None = None) -> Screen:
    """One step, what HR said to it, and what can be done about it."""
    return Screen(
        titled(
            ", ".join(audience.name(t, target) for target in found.targets[:NAMED_AT_MOST]),
            note,
            lines(*_words(t, content, found.action)),
            _answered(t, found),
            t("steps.never"),
        ),
        keyboard(*_answers(t, found.week.toordinal(), found.number), _back(t, found)),
        protect=False,
    )


def whom(t: Translator, found: StepCard) -> Screen:
    """To which of several groups it is promised."""
    week = found.week.toordinal()
    buttons: list[list[Button]] = [
        [(audience.name(t, target), StepButton(action="whom", week=week, n=found.number, key=target.key))]
        for target in found.targets
    ]
    return Screen(titled(t("promise.new"), t("promise.whom")), keyboard(*buttons, _to_card(t, found)))


def begun(t: Translator, catalogs: Catalogs, found: DraftCard | PromiseCard) -> Screen:
    """The draft of a suggested step, or the promise that was made of it before."""
    if isinstance(found, PromiseCard):
        return promises.promise_card(t, found, t("promise.made_already"))
    return promises.draft(t, catalogs, found)


def when(t: Translator, found: StepCard, days: Sequence[date]) -> Screen:
    """When it may come back."""
    week = found.week.toordinal()
    buttons: list[list[Button]] = [
        [(t.date(day), StepButton(action="until", week=week, n=found.number, day=day.toordinal()))] for day in days
    ]
    return Screen(titled(t("step.later"), t("step.when")), keyboard(*buttons, _to_card(t, found)))


def told(t: Translator, found: StepCard) -> Screen:
    """What people can be told: to copy with one press, or where it is too long for that, to forward."""
    text = t.words(found.action.told)
    whose = ", ".join(audience.name(t, target) for target in found.targets[:NAMED_AT_MOST])
    return Screen(
        titled(t("step.text"), t("step.text_for", who=whose), text, t("step.text_how")),
        keyboard(copying(t("step.copy"), text), _to_card(t, found)),
        protect=False,
    )


def evidence(t: Translator, content: Content, action: Action) -> str:
    """How well an action is studied, in plain words; of what is about asking itself, the note alone."""
    note = "" if action.evidence.note is None else f"{t.words(action.evidence.note)}."
    if action.area == "process":
        return note
    return f"{t.words(content.recommendations.evidence_words[action.evidence.grade])} {note}".strip()


def _words(t: Translator, content: Content, action: Action) -> tuple[str, str, str]:
    owner = t.words(content.hr_actions.owners[action.owner])
    horizon = t.words(content.hr_actions.horizons[action.horizon])
    return (
        t.words(action),
        t("steps.owner", owner=owner, horizon=horizon),
        t("steps.why", why=evidence(t, content, action)),
    )


def _answers(t: Translator, week: int, n: int) -> list[list[Button]]:
    return [
        [primary(t("step.promise"), StepButton(action="promise", week=week, n=n))],
        [
            (t("step.doing"), StepButton(action="doing", week=week, n=n)),
            (t("step.later"), StepButton(action="later", week=week, n=n)),
        ],
        [(t("step.text"), StepButton(action="text", week=week, n=n))],
    ]


def _answered(t: Translator, found: StepCard) -> str | None:
    if found.answer is None:
        return None
    return t(f"step.is_{found.answer.state}", date=t.date(found.answer.until, year=True))


def _back(t: Translator, found: StepCard) -> list[Button]:
    return [
        (t("hr.promises"), HrPage(place="promises")),
        (t("summary.button.back"), SummaryPage(action="open", week=found.week.toordinal())),
    ]


def _to_card(t: Translator, found: StepCard) -> list[Button]:
    return [(t("button.back"), StepButton(action="card", week=found.week.toordinal(), n=found.number))]


def _who(t: Translator, step: StoredStep) -> str:
    """«Склад», «Все», or the first of several and how many more."""
    if step.for_everyone:
        return t("summary.everyone")
    first, more = figures.name(t, step.groups[0], NAME_ON_BUTTON), len(step.groups) - 1
    return f"{first} +{more}" if more else first


def _names(t: Translator, found: tuple[Group, ...]) -> str:
    names = [figures.name(t, group, 40) for group in found]
    more = f" {t('summary.and_more', n=len(names) - NAMED_AT_MOST)}" if len(names) > NAMED_AT_MOST else ""
    return ", ".join(names[:NAMED_AT_MOST]) + more
