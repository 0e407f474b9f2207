"""What systemd is told: that the bot is running, its event loop alive, and when it stops. Nothing without systemd."""

from __future__ import annotations

import asyncio
import os
import socket

READY = "READY=1"
STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


class Supervisor:
    """Speaks the protocol of sd_notify(3). `start()` and `stop()` are called once, in the event loop."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET")
        self._every = int(os.environ.get("WATCHDOG_USEC") or 0) / 1_000_000 / 3

    def start(self) -> None:
        """Say that the bot is running, and from now on that the loop is, three times as often as systemd checks."""
        self._say(READY)
        self._beat()

    def stop(self) -> None:
        """Say that the bot is stopping. The loop still says that it is running for as long as it is."""
        self._say(STOPPING)

    def _beat(self) -> None:
        if self._address and self._every:
            self._say(ALIVE)
            asyncio.get_running_loop().call_later(self._every, self._beat)

    def _say(self, state: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as way:
            try:
                way.sendto(state.encode(), address)
            except OSError:  # no one to tell; if that lasts, systemd restarts the bot
                return
