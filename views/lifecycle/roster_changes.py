"""What the last list of people proposes: all of it, one person, and a kind at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from keyboards.company import HrPage
from keyboards.lifecycle import ChangeButton
from keyboards.rows import Button, danger, in_rows_of, keyboard
from services.lifecycle.roster.changes import ChangeKind, ListedChange, ListedChanges
from views import pages
from views.company.people import NUMBERS_IN_A_ROW, cut
from views.screen import Screen, lines, titled
from views.translator import Translator


def changes(t: Translator, found: ListedChanges, note: str | None = None) -> Screen:
    """One page of numbered lines, and carrying out all of a kind; `note` says what has just been done."""
    page = found.page
    numbers: list[Button] = [
        (str(number), ChangeButton(action="card", id=one.id, page=page.number))
        for number, one in enumerate(page.items, start=1)
    ]
    return Screen(
        titled(
            t("proposals.title"),
            note,
            t("proposals.what") if page.items else t("proposals.nothing"),
            lines(*(f"{number}. {line(t, one)}" for number, one in enumerate(page.items, start=1))),
            pages.number(t, page),
            t("people.who_sees"),
        ),
        keyboard(
            *in_rows_of(NUMBERS_IN_A_ROW, numbers),
            pages.turning(t, page, lambda number: ChangeButton(action="list", page=number)),
            [(t("proposals.all_moved"), ChangeButton(action="ask_moved"))] if found.moved > 1 else None,
            [(t("proposals.all_left"), ChangeButton(action="ask_left"))] if found.left > 1 else None,
            [(t("hr.people"), HrPage(place="people"))],
        ),
    )


def card(t: Translator, proposal: ListedChange, page: int) -> Screen:
    """One person, what would happen, and the choice."""
    place = {"id": proposal.id, "page": page}
    return Screen(
        titled(
            proposal.name or t("contact.unnamed"),
            t(f"proposals.card_{proposal.kind}", **_places(t, proposal)),
            *_rules(t, proposal.kind, proposal.until),
        ),
        keyboard(
            [_deed(t(f"proposals.accept_{proposal.kind}"), ChangeButton(action="accept", **place), proposal.kind)],
            [(t("proposals.decline"), ChangeButton(action="decline", **place))],
            [(t("button.back"), ChangeButton(action="list", page=page))],
        ),
    )


def all_of(t: Translator, kind: ChangeKind, found: Sequence[ListedChange]) -> Screen:
    """Everybody whom one press concerns, by name, and what would happen."""
    if not found:
        return Screen(titled(t("proposals.title"), t("proposals.nothing")), keyboard(_back(t)))
    action: Literal["all_left", "all_moved"] = "all_left" if kind == "left" else "all_moved"
    return Screen(
        titled(
            t.n(f"proposals.ask_{kind}", len(found)),
            lines(*(f"• {line(t, one)}" for one in found)),
            *_rules(t, kind, min(one.until for one in found)),
        ),
        keyboard(
            [_deed(t.n(f"proposals.confirm_{kind}", len(found)), ChangeButton(action=action, id=found[-1].id), kind)],
            _back(t),
        ),
    )


def line(t: Translator, proposal: ListedChange) -> str:
    """Who, and what the list says of them."""
    return t(f"proposals.line_{proposal.kind}", name=cut(proposal.name) or t("contact.unnamed"), **_places(t, proposal))


def _places(t: Translator, proposal: ListedChange) -> dict[str, str]:
    return {"department": cut(proposal.department or t("people.no_department")), "target": cut(proposal.target or "")}


def _rules(t: Translator, kind: ChangeKind, until: date) -> list[str]:
    if kind == "moved":
        return [t("people.move_rule")]
    return [t("people.offboard_rule", date=t.date(until, year=True)), t("people.offboard_for_good")]


def _deed(text: str, data: ChangeButton, kind: ChangeKind) -> Button:
    """What carries it out: the end of access can't be taken back."""
    return danger(text, data) if kind == "left" else (text, data)


def _back(t: Translator) -> list[Button]:
    return [(t("button.back"), ChangeButton(action="list"))]
