"""Which handlers stay open to people who may not be asked anything: those with one of these flags, and no others."""

from __future__ import annotations

from services.account.access import AccessState

MOVED = {"open_to": frozenset({AccessState.MOVED})}
ALWAYS = {"open_to": frozenset(AccessState)}
AT_THE_DOOR = {"open_to": frozenset(AccessState) - {AccessState.MOVED}}
WITHOUT_CONSENT = {"open_to": frozenset({AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED})}
