"""Which handlers stay open to people who may not be asked anything: those with one of these flags, and no others."""

from __future__ import annotations

from services.account.access import AccessState

LEFT = {"open_to": frozenset({AccessState.OFFBOARDED})}
MOVED = {"open_to": frozenset({AccessState.MOVED})}
ALWAYS = {"open_to": frozenset(AccessState)}
WITHOUT_CONSENT = {"open_to": frozenset({AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED})}
