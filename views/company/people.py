"""HR's list of people, one person, and what HR may change; and what the people concerned read."""

from __future__ import annotations

from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Text

from keyboards.company import HrPage, MoveChoice, MovePerson, OpenPeople, PeopleChoice, PersonButton, SetRole
from keyboards.rows import Button, keyboard
from services.company.departments import DepartmentLine
from services.company.people import SEARCH_LENGTH, DepartmentMove, PersonCard, PersonLine
from services.company.people import PeopleList as People
from services.kit.pages import Page
from views import pages
from views.screen import Screen, lines, titled
from views.translator import Translator

NAME_SHOWN = 48  # a name may have 200 characters, and eight of them stand on one screen
ROLES = ("employee", "hr", "admin")


def people(t: Translator, found: People) -> Screen:
    """One page: name, department, state; those who joined have a button."""
    which, page = found.which, found.page

    def to(number: int) -> OpenPeople:
        return OpenPeople(kind=which.filter, department=which.department_id, page=number)

    def card(line: PersonLine) -> PersonButton:
        return PersonButton(
            action="card", person=line.id or 0, kind=which.filter, department=which.department_id, page=page.number
        )

    return Screen(
        titled(
            t("hr.people"),
            _what(t, found),
            lines(*(_line(t, line) for line in page.items)),
            pages.number(t, page),
            t("people.who_sees"),
        ),
        keyboard(
            *([(_short(t, line.name), card(line))] for line in page.items if line.id is not None),
            pages.turning(t, page, to),
            [
                (t("people.find"), PeopleChoice(action="find")),
                (t("people.by_department"), PeopleChoice(action="departments")),
            ],
            [
                (t("people.all"), OpenPeople(kind="all")),
                (t("people.invited"), OpenPeople(kind="invited")),
                (t("people.left"), OpenPeople(kind="left")),
            ],
            [(t("button.back"), HrPage(place="panel"))],
        ),
    )


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
        titled(
            person.name or t("contact.unnamed"),
            note,
            lines(
                t("people.department_line", department=person.department or t("people.no_department")),
                t("people.role_line", role=t(f"people.role_{person.role}")),
                t("people.joined_line", date=t.date(person.joined, year=True)),
            ),
            t("people.not_shown"),
        ),
        keyboard(
            [(t("people.move"), MoveChoice(person=person.id)), *([role] if person.may_set_role else [])],
            *(dismiss if person.may_dismiss else []),
            [(t("button.back"), OpenPeople(kind=place.kind, department=place.department, page=place.page))],
        ),
    )


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


def _line(t: Translator, line: PersonLine) -> str:
    parts = [_short(t, line.name), _cut(line.department) if line.department else None, t(f"people.state_{line.state}")]
    if line.role != "employee":
        parts.append(t(f"people.role_{line.role}"))
    return " · ".join(part for part in parts if part)


def name_of(t: Translator, person: PersonCard) -> str:
    return person.name or t("contact.unnamed")


def _short(t: Translator, name: str) -> str:
    return _cut(name) or t("contact.unnamed")


def _cut(text: str) -> str:
    return text if len(text) <= NAME_SHOWN else text[: NAME_SHOWN - 1].rstrip() + "…"


def to_list(t: Translator) -> list[tuple[str, CallbackData]]:
    return [(t("button.back"), OpenPeople(kind="all"))]


def to_card(t: Translator, person_id: int) -> list[tuple[str, CallbackData]]:
    return [(t("button.back"), PersonButton(action="card", person=person_id))]
