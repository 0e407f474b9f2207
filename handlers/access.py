"""Flags of handlers: which are open to people who may not be asked anything, and which end what was being typed."""

from __future__ import annotations

from services.account.access import AccessState

MOVED = {"open_to": frozenset({AccessState.MOVED})}
ALWAYS = {"open_to": frozenset(AccessState)}
AT_THE_DOOR = {"open_to": frozenset(AccessState) - {AccessState.MOVED}}
WITHOUT_CONSENT = {"open_to": frozenset({AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED})}

UNLOGGED = {"unlogged": True}  # what a line in a log would tell of a person is no one's business
ENDS_DIALOG = {"ends_dialog": True}  # the next typed message is awaited no more, from `request.begin()` on
