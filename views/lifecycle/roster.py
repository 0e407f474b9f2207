"""A list of people: asking for the file, what it would make, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aiogram.utils.formatting import Text

from keyboards.company import HrPage
from keyboards.lifecycle import RosterButton
from keyboards.rows import Button, keyboard
from services.lifecycle import roster as rosters
from services.lifecycle.roster import MEGABYTES, MOST_ROWS, Roster
from views.company.hr import BACK
from views.screen import Document, Screen, lines, titled
from views.translator import Translator

SHOWN = 10  # errors, and departments
LIST = HrPage(place="invites")


def ask(t: Translator) -> Screen:
    """What the file has to look like."""
    return Screen(
        titled(t("roster.upload"), t("roster.how", megabytes=MEGABYTES, rows=MOST_ROWS), t("roster.who_sees")),
        keyboard([(t("button.back"), LIST)]),
    )


def preview(t: Translator, roster: Roster, new: Sequence[str], file: str) -> Screen:
    """What the file would make, or the lines that keep it from doing so: then nothing is made."""
    confirm: list[Button] | None = None
    title = t("roster.preview_errors" if roster.errors else "roster.preview")
    body: list[str | Text | None]
    if roster.errors:
        errors = [t(f"roster.error_{error.trouble}", line=error.line) for error in roster.errors[:SHOWN]]
        body = [t.n("roster.errors", len(roster.errors)), lines(*errors), t("roster.nothing_made")]
    else:
        confirm = [(t.n("roster.confirm", len(roster.people)), RosterButton(action="confirm", file=file))]
        body = [
            t.n("roster.people", len(roster.people)),
            _departments(t, roster),
            t("roster.new_departments", departments=_some(t, new)) if new else None,
            t("roster.repeated", count=roster.repeated) if roster.repeated else None,
            t("roster.nothing_yet"),
        ]
    return Screen(titled(title, *body), keyboard(confirm, [(t("button.cancel"), LIST)]))


def done(t: Translator, made: int) -> Screen:
    """The invites are made; the links stand in the file below, and nowhere else."""
    return Screen(
        titled(t.n("roster.done", made), t("roster.links_below")),
        keyboard([(t("hr.invites"), LIST), (t("button.hr"), BACK)]),
    )


def links(t: Translator, roster: Roster, made: Sequence[str], today: date) -> Document:
    """Who gets which link, as a CSV."""
    header = (t("roster.column_name"), t("roster.column_department"), t("roster.column_link"))
    rows = [(person.name, person.department, link) for person, link in zip(roster.people, made, strict=True)]
    return Document(f"exhale-invites-{today}.csv", rosters.write(header, rows), t("roster.caption"))


def _departments(t: Translator, roster: Roster) -> Text:
    counted = sorted(roster.by_department.items(), key=lambda pair: pair[0].casefold())
    shown = [
        t("roster.department_line", department=name or t("invite.any_department"), count=count)
        for name, count in counted[:SHOWN]
    ]
    rest = len(counted) - len(shown)
    return lines(*shown, t.n("roster.more_departments", rest) if rest else None)


def _some(t: Translator, names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN])
    rest = len(names) - SHOWN
    return f"{shown}; {t.n('roster.more_departments', rest)}" if rest > 0 else shown
