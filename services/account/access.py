"""Who may be asked anything, and who only comes for the own data."""

from __future__ import annotations

from enum import StrEnum

from services.account.member import Member


class AccessState(StrEnum):
    """Why a person is asked nothing now. The first that applies holds."""

    MOVED = "moved"
    OFFBOARDED = "offboarded"
    WITHDRAWN = "withdrawn"
    CONSENT_CHANGED = "consent_changed"


def access_of(member: Member, consent_version: int) -> AccessState | None:
    """The standing of this person while the consent text has `consent_version`; None when nothing stands in the way."""
    if member.moved_at is not None:
        return AccessState.MOVED
    if member.offboarded_at is not None:
        return AccessState.OFFBOARDED
    if member.has_withdrawn:
        return AccessState.WITHDRAWN
    return AccessState.CONSENT_CHANGED if member.consent_version < consent_version else None
