"""Reporting groups: the list, one of them, and choosing departments. Every screen says from when a change holds."""

from __future__ import annotations

from collections.abc import Sequence

from keyboards.company import GroupButton, HrPage, SetGroup
from keyboards.rows import Button, danger, keyboard
from services.company.departments import NAME_LENGTH, DepartmentLine, NameField
from services.company.reporting_groups import DepartmentChoice, GroupLine, ReportingGroupCard
from services.kit.pages import Page
from services.summary.joining import Proposal
from views import pages
from views.company import proposals
from views.company.departments import CHOSEN
from views.company.hr import BACK
from views.screen import Screen, lines, titled
from views.translator import Translator

LIST = HrPage(place="groups")


def group_list(t: Translator, page: Page[GroupLine], proposed: Sequence[Proposal]) -> Screen:
    """One page, in alphabetical order, and what could be joined."""
    return Screen(
        titled(
            t("hr.groups"),
            t("reporting.what"),
            None if page.items else t("reporting.none"),
            proposals.section(t, proposed),
            pages.number(t, page),
        ),
        keyboard(
            *proposals.rows(t, proposed),
            *([(_label(t, line), _to("card", line.id))] for line in page.items),
            pages.turning(t, page, lambda number: GroupButton(action="list", page=number)),
            [(t("reporting.create"), _to("create"))],
            [(t("button.back"), BACK)],
        ),
    )


def card(t: Translator, card: ReportingGroupCard, note: str | None = None) -> Screen:
    """One group: what it joins now, and from the next period on where that differs."""
    date = t.date(card.since)
    coming = (
        t("reporting.next", date=date, departments=_names(card.next)) if card.next else t("reporting.ends", date=date)
    )
    rows: list[list[Button]] = [
        [(t("department.rename"), _to("name", card.id)), (t("department.rename_en"), _to("name_en", card.id))]
    ]
    if card.next:
        rows += [
            [(t("reporting.more"), _to("more", card.id)), (t("reporting.fewer"), _to("fewer", card.id))],
            [(t("reporting.dissolve"), _to("dissolve", card.id))],
        ]
    return Screen(
        titled(
            card.name,
            note,
            lines(
                t("department.name_en_line", name=card.name_en or t("department.unset")),
                t("reporting.now", departments=_names(card.now)) if card.now else None,
                coming if card.next != card.now else None,
            ),
            t("reporting.since", date=date),
        ),
        keyboard(*rows, [(t("hr.groups"), LIST), (t("button.hr"), BACK)]),
    )


def choose(t: Translator, choice: DepartmentChoice) -> Screen:
    """Departments for a new group, whose name is typed when there are two or more."""
    chosen = {line.id for line in choice.chosen}

    def button(line: DepartmentLine) -> list[Button]:
        mark, action = (CHOSEN, "drop") if line.id in chosen else ("", "pick")
        return [(mark + line.name, _set(action, 0, line.id, choice.page.number))]

    return Screen(
        titled(
            t("reporting.create"),
            t("reporting.choose", max=NAME_LENGTH),
            t("reporting.chosen", departments=_names(choice.chosen)) if choice.chosen else None,
            t("reporting.since", date=t.date(choice.since)),
            pages.number(t, choice.page),
        ),
        keyboard(
            *(button(line) for line in choice.page.items),
            pages.turning(t, choice.page, lambda number: GroupButton(action="create", id=1, page=number)),
            [(t("button.back"), LIST)],
        ),
    )


def more(t: Translator, card: ReportingGroupCard, choice: DepartmentChoice) -> Screen:
    """Departments that can come in."""
    return Screen(
        titled(
            card.name,
            t("reporting.add" if choice.page.items else "reporting.nothing_to_add"),
            t("reporting.since", date=t.date(choice.since)),
            pages.number(t, choice.page),
        ),
        keyboard(
            *([(line.name, _set("add", card.id, line.id))] for line in choice.page.items),
            pages.turning(t, choice.page, lambda number: GroupButton(action="more", id=card.id, page=number)),
            _back(t, card.id),
        ),
    )


def fewer(t: Translator, card: ReportingGroupCard, page: Page[DepartmentLine]) -> Screen:
    """Departments that can go out."""
    return Screen(
        titled(card.name, t("reporting.take"), t("reporting.since", date=t.date(card.since)), pages.number(t, page)),
        keyboard(
            *([(line.name, _set("take", card.id, line.id))] for line in page.items),
            pages.turning(t, page, lambda number: GroupButton(action="fewer", id=card.id, page=number)),
            _back(t, card.id),
        ),
    )


def type_name(t: Translator, card: ReportingGroupCard, field: NameField) -> Screen:
    """Another name is typed."""
    drop: list[Button] | None = None
    if field == "name_en" and card.name_en:
        drop = [(t("department.drop_name_en"), _set("drop_name_en", card.id, 0))]
    question = t("department.type_name_en" if field == "name_en" else "reporting.type_name", max=NAME_LENGTH)
    return Screen(titled(card.name, question), keyboard(drop, _back(t, card.id)))


def dissolve_question(t: Translator, card: ReportingGroupCard) -> Screen:
    """The second step before a group is dissolved."""
    return Screen(
        titled(card.name, t("reporting.dissolve_question", date=t.date(card.since))),
        keyboard([danger(t("reporting.dissolve"), _to("dissolved", card.id))], _back(t, card.id)),
    )


def _label(t: Translator, line: GroupLine) -> str:
    return t.n("reporting.line", line.departments, name=line.name)


def _names(departments: Sequence[DepartmentLine]) -> str:
    return ", ".join(line.name for line in departments)


def _to(action: str, group_id: int = 0) -> GroupButton:
    return GroupButton(action=action, id=group_id)


def _set(action: str, group_id: int, department_id: int, page: int = 0) -> SetGroup:
    return SetGroup(action=action, group=group_id, department=department_id, page=page)


def _back(t: Translator, group_id: int) -> list[Button]:
    return [(t("button.back"), _to("card", group_id))]
