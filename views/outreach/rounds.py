"""A round: inviting to the check-in now. Nothing here says how many people are written to."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.utils.formatting import Bold

from keyboards.company import HrPage
from keyboards.outreach import RoundButton
from keyboards.rows import Button, keyboard
from services.company.audience import Target
from services.outreach.rounds import RoundBegun, RoundChoice, RoundPreview
from services.summary.joining import Proposal
from views import figures, pages
from views.company import audience, proposals
from views.company.hr import BACK
from views.screen import Screen, lines, paragraphs, titled
from views.translator import Catalogs, Translator

LIST = HrPage(place="round")


def choices(t: Translator, choice: RoundChoice) -> Screen:
    """What a round is, and whom it can be for."""

    def label(target: Target) -> str:
        name, begun_on = audience.name(t, target), choice.begun_on.get(target.key)
        return name if begun_on is None else t("round.begun_mark", target=name, date=t.date(begun_on))

    rows: list[list[Button]] = [
        [(label(target), RoundButton(action="preview", target=target.key))] for target in choice.targets.items
    ]
    return Screen(
        titled(
            t("hr.round"),
            t("round.what", date=t.date(choice.period.last_day)),
            t("round.whom"),
            pages.number(t, choice.targets),
        ),
        keyboard(
            *rows,
            pages.turning(t, choice.targets, lambda number: RoundButton(action="list", page=number)),
            [(t("button.back"), BACK)],
        ),
    )


def preview(t: Translator, catalogs: Catalogs, shown: RoundPreview, proposed: Sequence[Proposal]) -> Screen:
    """Who belongs to the target, the words that will be sent, and what could be joined to have figures of it."""
    if shown.begun_on is not None:
        return _already(t, audience.name(t, shown.target), t.date(shown.begun_on))
    name, readers = audience.name(t, shown.target), map(catalogs.translator, catalogs.locales)
    people = (
        t("round.few_people", target=name)
        if shown.people is None
        else t("round.people", target=name, people=figures.band(t, shown.people))
    )
    concerned = proposals.about(proposed, shown.target.key)
    begin = RoundButton(action="begin", target=shown.target.key, start=shown.period.start.toordinal())
    return Screen(
        paragraphs(
            Bold(t("hr.round")),
            people,
            lines(t("round.preview"), *(r("reminder.check_0", date=r.date(shown.period.last_day)) for r in readers)),
            t("round.leaves_on", date=t.date(shown.leaves_on)) if shown.leaves_on else None,
            t("round.left_alone"),
            proposals.section(t, concerned),
        ),
        keyboard([(t("round.confirm"), begin)], *proposals.rows(t, concerned), [(t("button.back"), LIST)]),
    )


def begun(t: Translator, round_: RoundBegun) -> Screen:
    """The round is on its way, or was already."""
    name = audience.name(t, round_.target)
    if not round_.is_new:
        return _already(t, name, t.date(round_.begun_on))
    return Screen(titled(t("round.begun_title"), t("round.begun", target=name)), keyboard([(t("button.back"), LIST)]))


def _already(t: Translator, name: str, date: str) -> Screen:
    return Screen(titled(name, t("round.already", date=date)), keyboard([(t("button.back"), LIST)]))
