"""Which handlers stay open to people who may not be asked anything: those with one of these flags, and no others."""

from __future__ import annotations

from services.account.access import Standing

LEFT = {"open_to": frozenset({Standing.OFFBOARDED})}
MOVED = {"open_to": frozenset({Standing.MOVED})}
ALWAYS = {"open_to": frozenset(Standing)}
WITHOUT_CONSENT = {"open_to": frozenset({Standing.WITHDRAWN, Standing.CONSENT_CHANGED})}
