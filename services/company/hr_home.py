"""What HR's panel is made of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from models import User
from services.account.permissions import is_admin, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company.unanswered import Unanswered, unanswered
from services.company.undertakings import Readiness, Undertakings


@dataclass(frozen=True, slots=True)
class Panel:
    """`joined`: how many people are in, whatever their state. `unanswered` is for administrators alone."""

    joined: int
    is_admin: bool
    unanswered: Unanswered | None
    readiness: Readiness


async def look(uow: UnitOfWork, undertakings: Undertakings) -> Panel:
    """The panel for this person. Raises NotAllowed."""
    require_hr(uow.member)
    joined = await uow.session.scalar(select(func.count()).select_from(User).where(User.offboarded_at.is_(None)))
    waiting = await unanswered(uow.session, uow.now) if is_admin(uow.member) else None
    return Panel(joined or 0, is_admin(uow.member), waiting, await undertakings.look(uow.session))
