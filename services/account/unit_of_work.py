"""What every use case of a person carries: the transaction, who acts, and the moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.account.member import Member
from services.kit.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction of the person behind it. Its opener commits; services only flush.

    `visitor` is None for people who haven't joined. `now` is an aware moment in UTC, the same for the whole use case.
    """

    session: AsyncSession
    visitor: Member | None
    now: datetime

    @property
    def member(self) -> Member:
        """Return the person. Raise NotAllowed for people who haven't joined."""
        if self.visitor is None:
            raise NotAllowed
        return self.visitor

    def of(self, member: Member) -> UnitOfWork:
        """Return the same transaction and moment for another person, such as one who has just joined."""
        return replace(self, visitor=member)
