"""What goes wrong on the way to Telegram, as the client's libraries tell it, and at our own ports."""

from __future__ import annotations

import errno

from aiohttp import ClientConnectorError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

PROXY_ERRORS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)  # relatives of no error that aiogram knows
NOT_CONNECTED = (ClientConnectorError, *PROXY_ERRORS)  # no name, no connection, no TLS: nothing was sent


class PortTakenError(Exception):
    """Something else is listening there; the text is one line for the operator."""


def port_taken(setting: str, host: str, port: int, error: OSError) -> PortTakenError:
    """Return what to raise when a port can't be opened; `setting` is the one that names it."""
    if error.errno == errno.EADDRINUSE:
        what = f"is already in use: stop the other program, or set another {setting}"
    elif error.errno == errno.EACCES:
        what = f"can't be opened by this user: set {setting} to a port above 1023"
    else:
        why = error.strerror or type(error).__name__
        what = f"can't be opened ({why}): check {setting.replace('PORT', 'HOST')}"
    return PortTakenError(f"{setting}: {port} on {host} {what}")
