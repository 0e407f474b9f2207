"""HR's panel: one message from which everything else is reached."""

from __future__ import annotations

from collections.abc import Sequence

from keyboards.account import Go
from keyboards.company import HrPage
from keyboards.lifecycle import ChangeButton
from keyboards.rows import Button, keyboard
from services.company.hr_home import Panel
from services.summary.joining import Proposal
from views.company import proposals
from views.screen import Screen, titled
from views.translator import Translator

BACK = HrPage(place="panel")


def panel(t: Translator, panel: Panel, to_join: Sequence[Proposal] = ()) -> Screen:
    """How many people are in, and where to go; before that, once, the administrator gives the company's word."""
    if panel.is_admin and not panel.readiness.is_word_given:
        return _undertakings(t)
    proposed: list[Button] | None = (
        [(t.n("people.proposed", panel.proposed), ChangeButton(action="list"))] if panel.proposed else None
    )
    audit: list[Button] | None = [(t("hr.audit"), HrPage(place="audit"))] if panel.is_admin else None
    return Screen(
        titled(
            t("button.hr"),
            t.n("hr.joined", panel.joined),
            *_missing(t, panel),
            _unanswered(t, panel),
            proposals.section(t, to_join),
            t("hr.what_is_here"),
            t("hr.who_sees"),
        ),
        keyboard(
            *proposals.rows(t, to_join),
            proposed,
            [(t("hr.people"), HrPage(place="people")), (t("hr.departments"), HrPage(place="departments"))],
            [(t("hr.groups"), HrPage(place="groups")), (t("hr.invites"), HrPage(place="invites"))],
            [(t("hr.summary"), HrPage(place="summary")), (t("hr.promises"), HrPage(place="promises"))],
            [(t("hr.calendar"), HrPage(place="calendar")), (t("hr.round"), HrPage(place="round"))],
            audit,
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def _unanswered(t: Translator, panel: Panel) -> str | None:
    if panel.unanswered is None:
        return None
    count = panel.unanswered.count
    return t("hr.unanswered_some") if count is None else t.n("hr.unanswered", count)


def _missing(t: Translator, panel: Panel) -> list[str]:
    """Why nobody can be invited yet."""
    return [
        *([] if panel.readiness.is_help_named else [t("undertakings.help_missing")]),
        *([] if panel.readiness.is_word_given else [t("undertakings.word_missing")]),
    ]


def _undertakings(t: Translator) -> Screen:
    return Screen(
        titled(t("undertakings.title"), t("undertakings.text"), t("undertakings.how")),
        keyboard([(t("undertakings.accept"), HrPage(place="give_word"))], [(t("button.menu"), Go(place="menu"))]),
    )
