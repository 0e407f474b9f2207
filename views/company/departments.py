"""HR's departments: the list, one of them, and what can be set of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import Text

from content import Words
from keyboards.company import DepartmentButton, HrPage, SetDepartment
from keyboards.rows import Button, danger, in_rows_of, keyboard
from services.company.departments import (
    NAME_LENGTH,
    DepartmentCard,
    DepartmentLine,
    ManagerCandidate,
    NameField,
    Reports,
)
from services.company.memberships import Group
from services.kit.pages import Page
from views import pages
from views.company.hr import BACK
from views.screen import Screen, lines, titled
from views.translator import Translator

CHOSEN = "● "


def department_list(t: Translator, page: Page[DepartmentLine]) -> Screen:
    """One page, in alphabetical order."""
    return Screen(
        titled(t("hr.departments"), t("department.list" if page.items else "department.none"), pages.number(t, page)),
        keyboard(
            *([(line.name, _to("card", line.id))] for line in page.items),
            pages.turning(t, page, lambda number: DepartmentButton(action="list", page=number)),
            [(t("department.create"), _to("create"))],
            [(t("button.back"), BACK)],
        ),
    )


def card(t: Translator, card: DepartmentCard, kinds: Mapping[str, Words], note: str | None = None) -> Screen:
    """Everything that is set of a department."""
    work = kinds.get(card.kind_of_work or "")
    unset = t("department.unset")
    return Screen(
        titled(
            card.name,
            note,
            lines(
                t("department.name_en_line", name=card.name_en or unset),
                t("department.manager_line", name=_person(t, card.manager) if card.manager else unset),
                t("department.manager_from", date=t.date(card.manager_reads_from)) if card.manager_reads_from else None,
                t("department.zone_line", place=t.place(card.timezone) if card.timezone else t("department.own_zone")),
                t("department.country_line", country=_country(t, card)),
                t("department.work_line", work=t.words(work) if work else unset),
                t("department.people_line", count=card.people),
                *_reports(t, card.reports),
            ),
        ),
        keyboard(
            [(t("department.rename"), _to("name", card.id)), (t("department.rename_en"), _to("name_en", card.id))],
            [(t("department.manager"), _to("managers", card.id)), (t("department.zone"), _to("zones", card.id))],
            [(t("department.work"), _to("works", card.id)), (t("department.country"), _to("country", card.id))],
            [(t("hr.groups"), HrPage(place="groups"))],
            [(t("department.delete"), _to("delete", card.id))] if card.can_be_deleted else None,
            [(t("hr.departments"), HrPage(place="departments")), (t("button.hr"), BACK)],
        ),
    )


def type_new_name(t: Translator) -> Screen:
    """The name of a new department is typed."""
    return Screen(
        Text(t("department.type_name", max=NAME_LENGTH)), keyboard([(t("button.back"), HrPage(place="departments"))])
    )


def type_name(t: Translator, card: DepartmentCard, field: NameField) -> Screen:
    """Another name is typed."""
    drop: list[Button] | None = None
    if field == "name_en" and card.name_en:
        drop = [(t("department.drop_name_en"), SetDepartment(field="name_en", id=card.id, value=""))]
    question = t("department.type_name_en" if field == "name_en" else "department.type_name", max=NAME_LENGTH)
    return Screen(titled(card.name, question), keyboard(drop, _back(t, card.id)))


def works(t: Translator, card: DepartmentCard, kinds: Mapping[str, Words]) -> Screen:
    """The kinds of work: which steps fit."""

    def button(label: str, value: str) -> Button:
        mark = CHOSEN if value == (card.kind_of_work or "") else ""
        return mark + label, SetDepartment(field="work", id=card.id, value=value)

    buttons = [button(t.words(words), kind) for kind, words in kinds.items()]
    return Screen(
        titled(card.name, t("department.choose_work")),
        keyboard(*in_rows_of(2, buttons), [button(t("department.unset"), "")], _back(t, card.id)),
    )


def zones(t: Translator, card: DepartmentCard, page: Page[str], now: datetime) -> Screen:
    """The time zones that are offered, with the time there; any other one is typed."""

    def button(zone: str) -> Button:
        mark = CHOSEN if zone == card.timezone else ""
        label = f"{mark}{t.place(zone)} {t.time(now.astimezone(ZoneInfo(zone)).time())}"
        return label, SetDepartment(field="zone", id=card.id, value=zone)

    return Screen(
        titled(card.name, t("department.choose_zone")),
        keyboard(
            *in_rows_of(2, [button(zone) for zone in page.items]),
            pages.turning(t, page, lambda number: DepartmentButton(action="zones", id=card.id, page=number)),
            [(t("settings.other_zone"), _to("zone", card.id))],
            [(t("department.own_zone"), SetDepartment(field="zone", id=card.id, value=""))],
            _back(t, card.id),
        ),
    )


def type_zone(t: Translator, card: DepartmentCard) -> Screen:
    """A time zone is typed."""
    return Screen(titled(card.name, t("department.type_zone")), keyboard(_back(t, card.id)))


def type_country(t: Translator, card: DepartmentCard) -> Screen:
    """The country is typed whose public holidays the department has."""
    own: list[Button] = [(t("department.own_country"), SetDepartment(field="country", id=card.id, value=""))]
    now = t("department.country_line", country=_country(t, card))
    return Screen(titled(card.name, now, t("department.type_country")), keyboard(own, _back(t, card.id)))


def managers(t: Translator, card: DepartmentCard, page: Page[ManagerCandidate]) -> Screen:
    """The people in the department, to choose its manager from."""
    return Screen(
        titled(card.name, t("department.choose_manager"), pages.number(t, page)),
        keyboard(
            *_people(t, card, page.items),
            pages.turning(t, page, lambda number: DepartmentButton(action="managers", id=card.id, page=number)),
            [(t("department.find_manager"), _to("find", card.id))],
            [(t("department.no_manager"), SetDepartment(field="manager", id=card.id, value=""))],
            _back(t, card.id),
        ),
    )


def type_manager(t: Translator, card: DepartmentCard) -> Screen:
    """Somebody's name, or a part of it, is typed."""
    return Screen(titled(card.name, t("department.type_manager")), keyboard(_back(t, card.id)))


def found(t: Translator, card: DepartmentCard, people: Sequence[ManagerCandidate]) -> Screen:
    """Whom a search found."""
    return Screen(
        titled(card.name, t("department.found" if people else "department.found_nobody")),
        keyboard(*_people(t, card, people), _back(t, card.id)),
    )


def delete_question(t: Translator, card: DepartmentCard) -> Screen:
    """The second step before a department is erased."""
    return Screen(
        titled(card.name, t("department.delete_question")),
        keyboard([danger(t("department.delete"), _to("deleted", card.id))], _back(t, card.id)),
    )


def _country(t: Translator, card: DepartmentCard) -> str:
    return t.country(card.country) if card.country else t("department.own_country")


def _people(t: Translator, card: DepartmentCard, people: Sequence[ManagerCandidate]) -> list[list[Button]]:
    present = card.manager.id if card.manager else 0
    return [
        [
            (
                (CHOSEN if person.id == present else "") + _person(t, person),
                SetDepartment(field="manager", id=card.id, value=str(person.id)),
            )
        ]
        for person in people
    ]


def _reports(t: Translator, reports: Reports) -> list[str]:
    def said(group: Group | None, **since: str) -> str:
        when = "_from" if since else ""
        if group is None:
            return t(f"department.reports_alone{when}", **since)
        return t(f"department.reports_in{when}", group=_group_name(t, group), **since)

    present = said(reports.group)
    changes = (reports.next and reports.next.key) != (reports.group and reports.group.key)
    return [present, said(reports.next, date=t.date(reports.since))] if changes else [present]


def _group_name(t: Translator, group: Group) -> str:
    return (t.locale == "en" and group.name_en) or group.name


def _person(t: Translator, person: ManagerCandidate) -> str:
    return person.name or t("contact.unnamed")


def _to(action: str, department_id: int = 0) -> DepartmentButton:
    return DepartmentButton(action=action, id=department_id)


def _back(t: Translator, department_id: int) -> list[Button]:
    return [(t("button.back"), _to("card", department_id))]
