"""What both servers of the bot, the webhook and the one for operators, do about callers that are slow or silent."""

from __future__ import annotations

from aiohttp import web, web_response

SILENT_SECONDS = 15  # until a request has to be there; a proxy has to let go of idle connections earlier (deploy/)
BODY_SECONDS = 10
WAITING = 1024  # connections that may wait to be accepted: a burst of half-open ones must not keep Telegram out
LINGERING_SECONDS = 5  # for the rest of a body that was refused
LARGEST_LINE = 4096
MOST_HEADERS = 64

# aiohttp names itself and Python with their versions, also in the answers to garbage that reach no application.
web_response.SERVER_SOFTWARE = "exhale"  # type: ignore[attr-defined]


def create_runner(application: web.Application, *, drain: float) -> web.AppRunner:
    """Return what serves an application within these limits; at the end running calls have `drain` seconds."""
    return web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=drain,
        keepalive_timeout=SILENT_SECONDS,  # counted from the connection on: it also ends half a request
        lingering_time=LINGERING_SECONDS,
        max_line_size=LARGEST_LINE,
        max_field_size=LARGEST_LINE,
        max_headers=MOST_HEADERS,
    )
