"""Reading the audit log: what `services.company.audit` wrote down, for administrators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditEntry, User
from services.account.permissions import require_admin
from services.account.unit_of_work import UnitOfWork
from services.company.audience import name_targets
from services.kit.pages import Page, nearest
from services.kit.text import name_in

LINES_ON_A_PAGE = 12
VIEWS = ("viewed_", "exported")  # how the actions begin that only look; all others change something
AuditKind = Literal["all", "changes", "views"]
PERSON = re.compile(r"[0-9a-f]{32}")  # a random key, as users.audit_key


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One row: `at` in the reader's zone, `who` None when that person is gone, `target` as it was recorded."""

    at: datetime
    who: str | None
    action: str
    target: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """One page, the newest first; `names` says what the words of a target stand for: `d3`, `g2`, a person's key."""

    kind: AuditKind
    page: Page[AuditLine]
    names: Mapping[str, str]


async def read(uow: UnitOfWork, kind: AuditKind, number: int) -> AuditLog:
    """Return one page of the log, or of what changed something, or of what was looked at. Raise NotAllowed."""
    require_admin(uow.member)
    is_view = or_(*(AuditEntry.action.startswith(word, autoescape=True) for word in VIEWS))
    listed = {"all": true(), "views": is_view, "changes": ~is_view}[kind]
    total = await uow.session.scalar(select(func.count()).select_from(AuditEntry).where(listed))
    number, pages = nearest(number, total or 0, LINES_ON_A_PAGE)
    rows = await uow.session.execute(
        select(AuditEntry, User.name)
        .outerjoin(User, User.audit_key == AuditEntry.actor_audit_key)
        .where(listed)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .offset(number * LINES_ON_A_PAGE)
        .limit(LINES_ON_A_PAGE)
    )
    zone = uow.member.rhythm.zone
    lines = [AuditLine(row.at.astimezone(zone), who, row.action, row.target) for row, who in rows]
    return AuditLog(kind, Page(lines, number, pages), await _names(uow.session, uow.member.locale, lines))


async def _names(session: AsyncSession, locale: str, lines: Iterable[AuditLine]) -> dict[str, str]:
    keys = {word for line in lines for word in line.target.split() if PERSON.fullmatch(word)}
    people = await session.execute(select(User.audit_key, User.name).where(User.audit_key.in_(keys)))
    targets = (await name_targets(session)).values()
    named = {target.key: name_in(locale, target.name, target.name_en) for target in targets if target.name}
    return named | dict(people.all())
