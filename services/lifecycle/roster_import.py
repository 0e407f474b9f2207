"""The invites of a list of people: what it would make, and making all of them in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

from services.account.permissions import require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import departments
from services.company.departments import key_of
from services.company.hr_home import Undertakings
from services.lifecycle import invites
from services.lifecycle.errors import RosterWithErrors, TooManyDepartments
from services.lifecycle.roster import Roster

MOST_NEW_DEPARTMENTS = 100  # more of them are no departments: the columns are mixed up


async def new_departments(uow: UnitOfWork, roster: Roster) -> list[str]:
    """The departments of a list that there are not yet. Raises NotAllowed, TooManyDepartments."""
    require_hr(uow.member)
    known = await departments.names(uow.session)
    new = [name for name in roster.by_department if name and key_of(name) not in known]
    if len(new) > MOST_NEW_DEPARTMENTS:
        raise TooManyDepartments(MOST_NEW_DEPARTMENTS)
    return new


async def make(uow: UnitOfWork, roster: Roster, file: str, undertakings: Undertakings) -> list[str]:
    """The links, one for each person and in their order; departments that there are not yet are created.

    Raises NotAllowed, HelpNotNamed, WordNotGiven, RosterWithErrors, TooManyDepartments, and NameTaken for a department
    named like a group.
    """
    await undertakings.require(uow)
    if roster.errors:
        raise RosterWithErrors
    for name in await new_departments(uow, roster):
        await departments.create(uow, name)
    ids: Mapping[str, int | None] = {"": None, **await departments.names(uow.session)}
    people = [(person.name, ids[key_of(person.department)]) for person in roster.people]
    return await invites.make_many(uow, people, file)
