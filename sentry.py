"""Errors go to Sentry when it is configured: what failed and where, nothing of anybody.

Sentry's own protection of personal data leaves the token in the addresses of calls, and messages of exceptions may
quote what a person typed. So variables, sources, bodies and breadcrumbs are switched off, and of an event only what is
named here leaves, scrubbed like the log.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport

from logs import scrub

KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "exception")


def configure(dsn: str, *, transport: Transport | None = None) -> None:
    """Send what is logged as an error. `transport` replaces the way to the server."""
    sentry_sdk.init(
        dsn,
        transport=transport,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_enabling_integrations=False,
        before_send=_clean,
        before_send_transaction=_drop,
        before_breadcrumb=_drop,
    )


def _clean(event: Any, hint: dict[str, Any]) -> Any:
    """The classes and places of exceptions, and our own line of the log with its fields; never a message."""
    kept = {key: event[key] for key in KEPT if key in event}
    for exception in kept.get("exception", {}).get("values", ()):
        exception["value"] = ""
    line = getattr(hint.get("log_record"), "msg", "")
    if isinstance(line, dict):
        kept["message"] = line.get("event", "")
        kept["tags"] = {key: str(value) for key, value in line.items() if key not in ("event", "exc_info")}
    return _scrubbed(kept)


def _drop(*_: Any) -> None:
    """Nothing of this kind leaves."""


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _scrubbed(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(part) for part in value]
    return value
