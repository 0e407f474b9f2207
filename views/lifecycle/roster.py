"""A list of people: asking for the file, what it says and would change, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiogram.utils.formatting import Text

from keyboards.company import HrPage
from keyboards.lifecycle import ChangeButton, RosterButton
from keyboards.rows import Button, keyboard
from services.lifecycle.roster.files import MEGABYTES
from services.lifecycle.roster.importing import Imported, RosterPlan
from services.lifecycle.roster.reading import ANSWERS, Doubt, Roster, RosterRow, by_department
from services.lifecycle.roster.workbooks import MOST_ROWS
from services.lifecycle.roster.writing import write
from views.company.hr import BACK
from views.company.people import cut
from views.parts import menu
from views.screen import Document, Screen, lines, titled
from views.translator import Translator

SHOWN = 10  # errors, doubts and departments
NAMED = 3  # people, in a row
LIST = HrPage(place="invites")
GROUPS: tuple[str, ...] = ("new", "invited", "joined", "left", "unclear")


def ask(t: Translator) -> Screen:
    """What the file has to look like."""
    return Screen(
        titled(t("roster.upload"), t("roster.how", megabytes=MEGABYTES, rows=MOST_ROWS), t("roster.who_sees")),
        keyboard([(t("button.back"), LIST)]),
    )


def unasked(t: Translator) -> Screen:
    """What a file can be for."""
    return Screen(
        Text(t("roster.unasked")), keyboard([(t("roster.upload"), RosterButton(action="ask"))], menu(t)), protect=False
    )


def doubts(t: Translator, roster: Roster, file: str) -> Screen:
    """Which rows may be no people, and what they may be instead."""
    seen = [doubt for doubt in roster.doubts if doubt.kind != "nothing"]
    answers = list(ANSWERS)
    if not any(doubt.kind == "department" for doubt in seen):
        answers.remove("departments")
    more = len(seen) - SHOWN
    return Screen(
        titled(
            t("roster.doubts"),
            lines(*(_doubt(t, doubt) for doubt in seen[:SHOWN]), t.n("roster.more_rows", more) if more > 0 else None),
            t("roster.doubts_departments" if "departments" in answers else "roster.doubts_totals"),
        ),
        keyboard(
            *([(t(f"roster.answer_{answer}"), RosterButton(action=answer, file=file))] for answer in answers),
            [(t("button.cancel"), LIST)],
        ),
    )


def mistakes(t: Translator, roster: Roster) -> Screen:
    """The lines that keep the file from being used: then nothing is made."""
    shown = [t(f"roster.error_{error.trouble}", line=error.line) for error in roster.errors[:SHOWN]]
    return Screen(
        titled(
            t("roster.preview_errors"),
            t.n("roster.errors", len(roster.errors)),
            lines(*shown),
            t("roster.nothing_made"),
        ),
        keyboard([(t("button.cancel"), LIST)]),
    )


def preview(t: Translator, roster: Roster, plan: RosterPlan, file: str) -> Screen:
    """What was read and what it would change."""
    return Screen(
        titled(
            t("roster.preview"),
            lines(_read(t, roster), *(_skipped(t, roster))),
            t("roster.first", people=_people(t, roster.people, NAMED)),
            lines(t.n("roster.people", len(roster.people)), *_groups(t, plan)),
            lines(
                t("roster.repeated", count=roster.repeated) if roster.repeated else None,
                _departments(t, plan),
                t("roster.new_departments", departments=_some(t, plan.new_departments))
                if plan.new_departments
                else None,
            ),
            _proposed(t, plan),
            t("roster.nothing_yet" if _changes(plan) else "roster.nothing_new"),
        ),
        keyboard(*_confirm(t, plan, file), [(t("button.cancel" if _changes(plan) else "button.back"), LIST)]),
    )


def done(t: Translator, imported: Imported) -> Screen:
    """What was made; the links stand in the file below, and nowhere else."""
    made = len(imported.rows)
    proposed: list[Button] | None = None
    if imported.proposed:
        proposed = [(t.n("people.proposed", imported.proposed), ChangeButton(action="list"))]
    return Screen(
        titled(
            t.n("roster.done", made) if made else t("roster.done_nobody"),
            t("roster.links_below") if made else None,
            t("roster.proposals_wait") if imported.proposed else None,
        ),
        keyboard(proposed, [(t("hr.invites"), LIST), (t("button.hr"), BACK)]),
    )


def links(t: Translator, imported: Imported, today: date) -> Document:
    """Who gets which link, as a CSV."""
    header = (t("roster.column_name"), t("roster.column_department"), t("roster.column_link"))
    rows = [(row.name, row.department, link) for row, link in zip(imported.rows, imported.links, strict=True)]
    return Document(f"exhale-invites-{today}.csv", write(header, rows), t("roster.caption"))


# --- what was read ---------------------------------------------------------------------------------------------------


def _read(t: Translator, roster: Roster) -> str:
    """From which columns, and of a workbook of several sheets from which one."""
    titles = roster.titles
    names = " + ".join(t("roster.quoted", title=cut(title)) for title in titles.names)
    if titles.department is None:
        text = t("roster.columns_alone", names=names)
    else:
        text = t("roster.columns", names=names, department=t("roster.quoted", title=cut(titles.department)))
    return text if titles.sheet is None else t("roster.sheet", sheet=titles.sheet) + " " + text


def _skipped(t: Translator, roster: Roster) -> list[str]:
    taken = "nothing" if roster.answer == "people" else None
    skipped = [doubt for doubt in roster.doubts if taken is None or doubt.kind == taken]
    units = [doubt for doubt in skipped if doubt.kind == "department" and roster.answer == "departments"]
    no_people = [doubt for doubt in skipped if doubt not in units]
    return [
        *([t("roster.units", count=len(units))] if units else []),
        *([t("roster.skipped", rows=", ".join(str(doubt.line) for doubt in no_people[:SHOWN]))] if no_people else []),
    ]


def _doubt(t: Translator, doubt: Doubt) -> str:
    return t("roster.doubt_line", line=doubt.line, text=cut(doubt.text))


def _people(t: Translator, rows: Sequence[RosterRow], named: int) -> str:
    shown = [
        t("roster.person", name=cut(row.name), department=cut(row.department)) if row.department else cut(row.name)
        for row in rows[:named]
    ]
    return ", ".join(shown)


# --- what it would change --------------------------------------------------------------------------------------------


def _groups(t: Translator, plan: RosterPlan) -> list[str]:
    """How many are in each group; those about whom something is to be thought are named."""
    found: list[str] = []
    for group in GROUPS:
        rows: tuple[RosterRow, ...] = getattr(plan, group)
        if rows:
            names = ", ".join(cut(row.name) for row in rows[:NAMED]) + (" …" if len(rows) > NAMED else "")
            found.append(t(f"roster.group_{group}", count=len(rows), names=names))
    return found


def _departments(t: Translator, plan: RosterPlan) -> Text | None:
    """Where those who are new would be."""
    counted = sorted(by_department(plan.new).items(), key=lambda pair: pair[0].casefold())
    if not counted:
        return None
    shown = [
        t("roster.department_line", department=name or t("invite.any_department"), count=count)
        for name, count in counted[:SHOWN]
    ]
    rest = len(counted) - len(shown)
    return lines(t("roster.new_by_department"), *shown, t.n("roster.more_departments", rest) if rest else None)


def _proposed(t: Translator, plan: RosterPlan) -> Text | None:
    if not (plan.moves or plan.missing):
        return None
    moves = ", ".join(cut(move.name) for move in plan.moves[:NAMED]) + (" …" if len(plan.moves) > NAMED else "")
    missing = ", ".join(cut(one.name) for one in plan.missing[:NAMED]) + (" …" if len(plan.missing) > NAMED else "")
    return lines(
        t("roster.moves", count=len(plan.moves), names=moves) if plan.moves else None,
        t("roster.missing", count=len(plan.missing), names=missing) if plan.missing else None,
        t("roster.only_proposed"),
    )


def _changes(plan: RosterPlan) -> bool:
    return bool(plan.new or plan.left or plan.moves or plan.missing)


def _confirm(t: Translator, plan: RosterPlan, file: str) -> list[list[Button] | None]:
    """Invite those who are new, or those too who come back; without either, only the proposals are kept."""
    confirm, with_left = RosterButton(action="confirm", file=file), RosterButton(action="confirm_left", file=file)
    new, back = len(plan.new), len(plan.left)
    if new:
        first: list[Button] | None = [(t.n("roster.confirm", new), confirm)]
    else:
        first = [(t("roster.keep_proposals"), confirm)] if plan.moves or plan.missing else None
    return [first, [(t.n("roster.confirm_left", new + back), with_left)] if back else None]


def _some(t: Translator, names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    rest = len(names) - SHOWN
    return f"{shown}; {t.n('roster.more_departments', rest)}" if rest > 0 else shown
