"""Errors go to Sentry when it is configured: what failed and where, nothing of anyone.

Sentry's own protection of personal data leaves the token in the addresses of calls, and messages of exceptions may
quote what a person typed. So variables, sources, bodies and breadcrumbs are switched off, and of an event only what is
named here leaves, scrubbed like the log.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport

from ops.logs import scrub

KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment")
KEPT_OF_A_FRAME = ("filename", "module", "function", "lineno", "in_app")


def configure(dsn: str, *, transport: Transport | None = None) -> None:
    """Send what is logged as an error. `transport` replaces the way to the server."""
    sentry_sdk.init(
        dsn,
        transport=transport,
        data_collection={
            "user_info": False,
            "http_bodies": [],
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
            "frame_context_lines": 0,
        },
        max_breadcrumbs=0,
        auto_enabling_integrations=False,
        before_send=_clean,
        before_send_transaction=_drop,
        before_breadcrumb=_drop,
    )


def _clean(event: Any, hint: dict[str, Any]) -> Any:
    """Return the classes and places of exceptions, and our own line of the log with its fields; never a message."""
    kept = {key: event[key] for key in KEPT if key in event}
    if "exception" in event:
        kept["exception"] = {"values": [_outline(exception) for exception in event["exception"]["values"]]}
    line = getattr(hint.get("log_record"), "msg", "")
    if isinstance(line, dict):
        kept["message"] = line.get("event", "")
        kept["tags"] = {key: str(value) for key, value in line.items() if key not in ("event", "exc_info")}
    return _scrubbed(kept)


def _outline(exception: Any) -> Any:
    """Its class, and the places on the way to it."""
    frames = (exception.get("stacktrace") or {}).get("frames", ())
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "value": "",
        "stacktrace": {"frames": [{key: frame.get(key) for key in KEPT_OF_A_FRAME} for frame in frames]},
    }


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
