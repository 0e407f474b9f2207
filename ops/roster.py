"""A nightly export of people for `manage.py roster`: what it would change, and doing it by the rules of the bot.

The dry run names people, since someone reads it who has the file; what is applied is only counted, since the output of
a nightly job ends up in logs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from content import load_content
from services.company.errors import NameTaken
from services.kit.errors import Refusal
from services.lifecycle import errors
from services.lifecycle.roster import importing, reading, writing
from services.lifecycle.roster.importing import RosterPlan
from services.lifecycle.roster.reading import Answer, Roster

SHOWN = 10
FIRST = 3
IN_DOUBT = "are these people? Say --rows departments (those below belong there), --rows skip or --rows people"
MISTAKEN = "nothing of it is used before these rows are corrected"
HEADER = ("name", "department", "link")

SENTENCES: dict[type[Refusal], str] = {
    errors.NotATable: "it can't be read as a table: save it as XLSX or CSV",
    errors.OldWorkbook: "it is a workbook of the old Excel (.xls): save it as .xlsx",
    errors.WorkbookLocked: "it has a password: save it without one",
    errors.WorkbookTooDense: "it holds far more than a list of people: export only the columns that are needed",
    errors.RosterTooBig: "it is too big: split it",
    errors.RosterWithoutHeader: "none of its first 20 rows names a column of names and one of departments",
    errors.RosterEmpty: "there are no people in it",
    errors.TooManyDepartments: "it has more than {max} new departments: are the columns mixed up?",
    NameTaken: "a new department has the name of a reporting group",
}


class RosterError(Exception):
    """The list is not used. The text says why, and what to do."""


async def run(
    session: AsyncSession,
    file: Path,
    answer: Answer | None,
    links: Path | None,
    now: datetime,
    say: Callable[[str], None],
    *,
    is_applied: bool,
) -> bool:
    """Say what a list would change, or do it in the caller's transaction; return whether nothing is left to do.

    Raise RosterError.
    """
    try:
        found = _read(file, answer)
        plan = await importing.compare(session, found, now)
        if not is_applied:
            for line in _describe(found, plan):
                say(line)
            return not (plan.new or plan.moves or plan.missing)
        if plan.new and links is None:
            raise RosterError(f"{len(plan.new)} new: say where their links are to be written, --links FILE")
        done = await importing.carry_out(session, found, now, with_left=False)
    except Refusal as refusal:
        raise RosterError(f"{file}: {SENTENCES[type(refusal)].format_map(refusal.values)}") from None
    if done.rows and links is not None:
        # before the commit: once it is made, nothing can tell these links any more
        _write(links, [(row.name, row.department, link) for row, link in zip(done.rows, done.links, strict=True)])
        say(f"invited: {len(done.rows)}, links in {links}")
    say(f"proposals that wait for HR: {done.proposed}")
    return True


def _read(file: Path, answer: Answer | None) -> Roster:
    try:
        found = reading.read(file.read_bytes(), load_content().typed.roster, answer)
    except OSError as error:
        raise RosterError(f"{file}: {error.strerror}") from None
    if not found.is_clear:
        rows = [f"row {doubt.line}: “{doubt.text}”" for doubt in found.doubts if doubt.kind != "nothing"]
        raise RosterError("\n".join([f"{file}: {IN_DOUBT}", *_some(rows)]))
    if found.errors:
        mistakes = [f"row {error.line}: {error.trouble.replace('_', ' ')}" for error in found.errors]
        raise RosterError("\n".join([f"{file}: {MISTAKEN}", *_some(mistakes)]))
    return found


def _describe(found: Roster, plan: RosterPlan) -> Iterator[str]:
    titles = found.titles
    sheet = f"sheet “{titles.sheet}”, " if titles.sheet else ""
    yield f"read: {sheet}names from {titles.names}, departments from {titles.department}"
    yield "first: " + ", ".join(f"{row.name} ({row.department})" for row in found.people[:FIRST])
    yield f"already in: {len(plan.joined)}"
    yield f"already invited: {len(plan.invited)}"
    named = {
        "new, to be invited": [row.name for row in plan.new],
        "left before, not invited": [row.name for row in plan.left],
        "unclear which of several people, left alone": [row.name for row in plan.unclear],
        "in another department, to be proposed to HR": [f"{move.name} → {move.department}" for move in plan.moves],
        "not in the list, to be proposed to HR": [one.name for one in plan.missing],
        "departments to be created": plan.new_departments,
    }
    for title, names in named.items():
        if names:
            yield f"{title}: {len(names)} ({', '.join(_some(names))})"


def _some(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - SHOWN
    return [*lines[:SHOWN], *([f"and {rest} more"] if rest > 0 else [])]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a file that only its owner may read, and never over one that is there already."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(writing.write(HEADER, rows))
    except OSError as error:
        raise RosterError(f"--links: {path} cannot be written ({error.strerror})") from None
