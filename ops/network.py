"""What goes wrong on the way to Telegram, as the client's libraries tell it."""

from __future__ import annotations

from aiohttp import ClientConnectorError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

PROXY_ERRORS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)  # relatives of no error that aiogram knows
NOT_CONNECTED = (ClientConnectorError, *PROXY_ERRORS)  # no name, no connection, no TLS: nothing was sent
