"""Who may be asked anything, and who comes only for their own data: one rule, in Python and as SQL."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import BindParameter, ColumnElement, and_

from models import User


class AccessState(StrEnum):
    """Why a person is not asked anything now. The first reason that applies wins."""

    MOVED = "moved"
    OFFBOARDED = "offboarded"
    WITHDRAWN = "withdrawn"
    CONSENT_CHANGED = "consent_changed"


class Consenting(Protocol):
    """What the rule looks at: a row of `users`, or the `Member` made from it."""

    @property
    def moved_at(self) -> datetime | None: ...
    @property
    def offboarded_at(self) -> datetime | None: ...
    @property
    def consent_withdrawn_at(self) -> datetime | None: ...
    @property
    def consent_version(self) -> int: ...


def access_of(person: Consenting, consent_version: int) -> AccessState | None:
    """Return what stands between a person and being asked while the consent text has `consent_version`, or None.

    Consent to a newer text covers the older one, so that going back to an earlier release asks no one again.
    """
    if person.moved_at is not None:
        return AccessState.MOVED
    if person.offboarded_at is not None:
        return AccessState.OFFBOARDED
    if person.consent_withdrawn_at is not None:
        return AccessState.WITHDRAWN
    return AccessState.CONSENT_CHANGED if person.consent_version < consent_version else None


def may_be_asked(consent_version: int | BindParameter[int]) -> ColumnElement[bool]:
    """Return the same rule as a condition on `users`: true of exactly those whom `access_of` lets in."""
    return and_(
        User.moved_at.is_(None),
        User.offboarded_at.is_(None),
        User.consent_withdrawn_at.is_(None),
        User.consent_version >= consent_version,
    )
