"""`python -m tests.e2e.fork_server SOCKET`: imports what bots need once, and then forks a process for whoever asks.

It goes on in the background when it is ready. Whoever sends a pickled function and its arguments is told, line by line,
the number of the process that calls it and, when that has ended, its exit code; who only connects keeps the server.
When nobody is connected any more, the server ends, and with it the processes that are left.
"""

from __future__ import annotations

import os
import pickle
import selectors
import socket
import sys
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

READ = selectors.EVENT_READ
PATIENCE_SECONDS = 10  # until the first one connects
PROCESSES = get_context("fork")


class ForkServer:
    """Serves until nobody is connected."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, READ)
        self._connections: set[socket.socket] = set()

    def serve(self) -> None:
        """Take requests in, and tell of ends."""
        while True:
            for key, _ in self._selector.select(PATIENCE_SECONDS):
                if key.fileobj is self._listener:
                    self._welcome()
                elif key.data is None:
                    self._hear(key.fileobj)
                else:
                    self._tell_end(key.fileobj, *key.data)
            if not self._connections:
                return

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        self._connections.add(connection)
        self._selector.register(connection, READ)

    def _hear(self, connection: Any) -> None:
        self._selector.unregister(connection)
        with connection.makefile("rb") as stream:
            request = stream.read()
        if not request:
            self._part(connection)
            return
        process = PROCESSES.Process(target=self._become, args=(request,), daemon=True)
        process.start()
        self._selector.register(process.sentinel, READ, (process, connection))
        _say(connection, process.pid)

    def _become(self, request: bytes) -> None:
        """In the new process: nothing of the server stays open."""
        self._selector.close()
        for one in (self._listener, *self._connections):
            one.close()
        function, arguments = pickle.loads(request)
        function(*arguments)

    def _tell_end(self, sentinel: Any, process: BaseProcess, connection: socket.socket) -> None:
        self._selector.unregister(sentinel)
        process.join()
        _say(connection, process.exitcode)
        self._part(connection)

    def _part(self, connection: socket.socket) -> None:
        self._connections.remove(connection)
        connection.close()


def _say(connection: socket.socket, number: int | None) -> None:
    with suppress(ConnectionError):
        connection.sendall(f"{number}\n".encode())


def main(address: Path) -> None:
    """Get ready, go into the background, serve."""
    from tests.e2e import forks, preloaded  # noqa: F401 (takes seconds)

    with socket.socket(socket.AF_UNIX) as listener:
        address.unlink(missing_ok=True)  # of a server that was killed
        listener.bind(str(address))
        listener.listen()
        if os.fork():
            os._exit(0)
        os.setsid()  # what interrupts the tests is no business of the server
        try:
            ForkServer(listener).serve()
        finally:
            address.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
