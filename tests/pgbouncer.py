"""A throw-away PgBouncer from the distribution's packages, in front of a throw-away PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import make_url

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
STARTUP = "extra_float_digits,tcp_keepalives_idle,tcp_keepalives_interval,tcp_keepalives_count"
START_SECONDS = 20


class PgBouncer:
    """Listens on the loopback interface; `url()` leads through it, `stop()` ends it."""

    def __init__(self, server_url: str, mode: str, *, ignored: str = STARTUP) -> None:
        assert PROGRAM is not None
        self._target = make_url(server_url)
        self._folder = Path(tempfile.mkdtemp(prefix="exhale-pgbouncer-"))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        settings = self._folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host={self._target.query['host']} user=postgres\n[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = {mode}\ndefault_pool_size = 20\nmax_client_conn = 100\nserver_login_retry = 1\n"
            f"query_wait_timeout = 3\nignore_startup_parameters = {ignored}\n"
        )
        user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (self._folder, settings):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid}
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen([PROGRAM, settings], stdout=log, stderr=log, **user)  # type: ignore[call-overload]
        self._wait()

    def url(self, **query: str) -> str:
        """The address that leads through it."""
        address = self._target.set(host="127.0.0.1", port=self.port, query=query)
        return address.render_as_string(hide_password=False)

    def stop(self) -> None:
        """End it, and remove its files."""
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self._folder / "log").read_text())
