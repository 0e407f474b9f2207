"""HR's list of people, one person, and what HR may change; and what the people concerned read."""

from __future__ import annotations

from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Text

from keyboards.company import (
    HrPage,
    MoveChoice,
    MovePerson,
    OpenPeople,
    PeopleChoice,
    PeopleKind,
    PersonButton,
    SetRole,
)
from keyboards.lifecycle import ChangeButton, InviteButton
from keyboards.rows import Button, in_rows_of, keyboard
from services.company.departments import DepartmentLine
from services.company.people import SEARCH_LENGTH, DepartmentMove, PersonCard, PersonLine
from services.company.people import PeopleList as People
from services.kit.pages import Page
from views import pages
from views.screen import Screen, lines, titled
from views.translator import Translator

NAME_SHOWN = 40  # UTF-16 units, as Telegram counts: twenty names and departments stand on one screen
NUMBERS_IN_A_ROW = 5
KINDS: tuple[PeopleKind, ...] = ("all", "invited", "left")
ROLES = ("employee", "hr", "admin")


def people(t: Translator, found: People) -> Screen:
    """One page of numbered lines; the numbers below open who joined and who is invited."""
    which, page = found.which, found.page

    def to(number: int) -> OpenPeople:
        return OpenPeople(kind=which.filter, department=which.department_id, page=number)

    return Screen(
        titled(
            t("hr.people"),
            t("people.search_first"),
            _what(t, found),
            lines(*(_line(t, number, line) for number, line in enumerate(page.items, start=1))),
            pages.number(t, page),
            t("people.who_sees"),
        ),
        keyboard(
            *in_rows_of(NUMBERS_IN_A_ROW, _numbers(found)),
            pages.turning(t, page, to),
            [(t.n("people.proposed", found.proposed), ChangeButton(action="list"))] if found.proposed else None,
            [
                (t("people.find"), PeopleChoice(action="find")),
                (t("people.by_department"), PeopleChoice(action="departments")),
            ],
            [(t(f"people.{kind}"), OpenPeople(kind=kind)) for kind in KINDS if kind != which.filter],
            [(t("button.back"), HrPage(place="panel"))],
        ),
    )


def _numbers(found: People) -> list[Button]:
    """A button for each line behind which there is more."""
    which, page = found.which, found.page
    buttons: list[Button] = []
    for number, line in enumerate(page.items, start=1):
        if line.state == "joined":
            place = {"kind": which.filter, "department": which.department_id, "page": page.number}
            buttons.append((str(number), PersonButton(action="card", person=line.id, **place)))
        elif line.state == "invited":
            buttons.append((str(number), InviteButton(action="card", id=line.id)))
    return buttons


def find(t: Translator) -> Screen:
    """A part of a name is typed."""
    return Screen(Text(t("people.type_name", max=SEARCH_LENGTH)), keyboard(to_list(t)))


def departments(t: Translator, page: Page[DepartmentLine]) -> Screen:
    """Of which department."""
    return Screen(
        titled(t("hr.people"), t("people.which_department"), pages.number(t, page)),
        keyboard(
            *([(line.name, OpenPeople(kind="department", department=line.id))] for line in page.items),
            pages.turning(t, page, lambda number: PeopleChoice(action="departments", page=number)),
            to_list(t),
        ),
    )


def card(t: Translator, person: PersonCard, place: PersonButton, note: str | None = None) -> Screen:
    """One person; `place` is the page of the list to go back to, `note` says what has just changed."""

    def ask(action: str) -> PersonButton:
        return place.model_copy(update={"action": action, "person": person.id})

    role: Button = (t("people.change_role"), ask("role"))
    dismiss: list[list[Button]] = [[(t("people.new_link"), ask("relink")), (t("people.offboard"), ask("offboard"))]]
    return Screen(
        titled(person.name or t("contact.unnamed"), note, facts(t, person), t("people.not_shown")),
        keyboard(
            [(t("people.move"), MoveChoice(person=person.id)), *([role] if person.may_set_role else [])],
            *(dismiss if person.may_dismiss else []),
            [(t("button.back"), OpenPeople(kind=place.kind, department=place.department, page=place.page))],
        ),
    )


def facts(t: Translator, person: PersonCard) -> Text:
    """Everything that HR's card says of a person, the name apart."""
    return lines(
        t("people.department_line", department=person.department or t("people.no_department")),
        t("people.role_line", role=t(f"people.role_{person.role}")),
        t("people.manages_line", departments=", ".join(person.manages)) if person.manages else None,
        t("people.joined_line", date=t.date(person.joined, year=True)),
    )


def listed(t: Translator, line: PersonLine) -> str:
    """What HR's list says of a person."""
    state = t(f"people.state_{line.state}")
    if line.since is not None:
        moment = {"date": t.date(line.since.date(), year=True), "time": t.time(line.since.time())}
        state = t(f"people.namesake_{line.state}", **moment)
    parts = [_short(t, line.name), cut(line.department) if line.department else None, state]
    if line.is_manager:
        parts.append(t("people.is_manager"))
    if line.role != "employee":
        parts.append(t(f"people.role_{line.role}"))
    return " · ".join(part for part in parts if part)


def move(t: Translator, person: PersonCard, page: Page[DepartmentLine]) -> Screen:
    """Where to, and from when it counts."""
    return Screen(
        titled(
            t("people.move_title", name=name_of(t, person)),
            t("people.now_in", department=person.department or t("people.no_department")),
            t("people.move_rule"),
            pages.number(t, page),
        ),
        keyboard(
            *([(line.name, MovePerson(person=person.id, department=line.id))] for line in page.items),
            pages.turning(t, page, lambda number: MoveChoice(person=person.id, page=number)),
            to_card(t, person.id),
        ),
    )


def moved(t: Translator, result: DepartmentMove) -> Screen:
    """The card after a move."""
    note = t("people.moved", date=t.date(result.since)) if result.since else t("people.is_there_already")
    return card(t, result.card, PersonButton(action="card", person=result.card.id), note)


def role(t: Translator, person: PersonCard) -> Screen:
    """Which role, and what each one does."""
    choice: list[list[Button]] = [
        [(t(f"people.role_{name}"), SetRole(person=person.id, role=name))] for name in ROLES if name != person.role
    ]
    return Screen(
        titled(
            t("people.role_title", name=name_of(t, person)),
            t("people.role_line", role=t(f"people.role_{person.role}")),
            t("people.role_rule"),
        ),
        keyboard(*choice, to_card(t, person.id)),
    )


def role_set(t: Translator, person: PersonCard, since: date | None) -> Screen:
    """The card after the role changed; `since`: from when on it counts in the figures."""
    note = t("people.role_set") if since is None else t("people.role_set_counts", date=t.date(since))
    return card(t, person, PersonButton(action="card", person=person.id), note)


# --- what the people concerned read ----------------------------------------------------------------------------------


def _what(t: Translator, found: People) -> str:
    which = found.which
    if which.filter == "found":
        if not found.total:
            return t("people.nobody_found", words=which.words)
        return t.n("people.found", found.total, words=which.words)
    if not found.total:
        return t("people.nobody")
    if which.filter == "department":
        return t.n("people.count_department", found.total, department=found.department or t("people.no_department"))
    return t.n(f"people.count_{which.filter}", found.total)


def _line(t: Translator, number: int, line: PersonLine) -> str:
    """A line with its number, or with a dot where there is nothing behind it."""
    mark = "•" if line.state == "left" else f"{number}."
    return f"{mark} {listed(t, line)}"


def name_of(t: Translator, person: PersonCard) -> str:
    return person.name or t("contact.unnamed")


def _short(t: Translator, name: str) -> str:
    return cut(name) or t("contact.unnamed")


def cut(text: str) -> str:
    """Shorten a name that would fill a screen."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * NAME_SHOWN:
        return text
    return units[: 2 * (NAME_SHOWN - 1)].decode("utf-16-le", errors="ignore").rstrip() + "…"


def to_list(t: Translator) -> list[tuple[str, CallbackData]]:
    return [(t("button.back"), OpenPeople(kind="all"))]


def to_card(t: Translator, person_id: int) -> list[tuple[str, CallbackData]]:
    return [(t("button.back"), PersonButton(action="card", person=person_id))]
