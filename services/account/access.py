"""Who may be asked anything, and who only comes for the own data."""

from __future__ import annotations

from enum import StrEnum

from services.account.users import Actor


class Standing(StrEnum):
    """Why a person is asked nothing now. The first that applies holds."""

    MOVED = "moved"
    OFFBOARDED = "offboarded"
    WITHDRAWN = "withdrawn"
    CONSENT_CHANGED = "consent_changed"


def standing_of(actor: Actor, consent_version: int) -> Standing | None:
    """The standing of this person while the consent text has `consent_version`; None when nothing stands in the way."""
    if actor.moved_at is not None:
        return Standing.MOVED
    if actor.offboarded_at is not None:
        return Standing.OFFBOARDED
    if actor.has_withdrawn:
        return Standing.WITHDRAWN
    return Standing.CONSENT_CHANGED if actor.consent_version < consent_version else None
