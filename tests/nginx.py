"""A throw-away nginx from the distribution's packages, with the file of `deploy/nginx` and a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from playground.remote.processes import ROOT

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
OPENSSL = shutil.which("openssl")
SITE = ROOT / "deploy" / "nginx" / "exhale.conf"
KEPT_FOR = "/etc/letsencrypt/live/bot.example.org"
START_SECONDS = 20


class Nginx:
    """Listens on a loopback port for the bot on `target`; `stop()` ends it."""

    def __init__(self, port: int, target: int) -> None:
        assert PROGRAM is not None
        assert OPENSSL is not None
        self.port = port
        self._folder = Path(tempfile.mkdtemp(prefix="exhale-nginx-"))
        key = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
        names = ["-subj", "/CN=bot.example.org", "-keyout", "privkey.pem", "-out", "fullchain.pem"]
        subprocess.run([OPENSSL, *key, *names], cwd=self._folder, check=True, capture_output=True)
        site = SITE.read_text(encoding="utf-8")
        for standing, here in (
            ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
            ("listen [::]:443 ssl;", ""),
            ("127.0.0.1:8081", f"127.0.0.1:{target}"),
            (KEPT_FOR, str(self._folder)),
        ):
            assert standing in site
            site = site.replace(standing, here)
        (self._folder / "site.conf").write_text(site)
        temporary = "".join(
            f"{kind}_temp_path {self._folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (self._folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {self._folder}/pid; error_log {self._folder}/log warn;\n"
            f"{'user root;' if os.geteuid() == 0 else ''}\nevents {{ worker_connections 1024; }}\n"
            f"http {{ access_log off; {temporary} include {self._folder}/site.conf; }}\n"
        )
        self._process = subprocess.Popen(
            [PROGRAM, "-p", self._folder, "-c", self._folder / "nginx.conf", "-e", self._folder / "log"],
            stdin=subprocess.DEVNULL,
        )
        self._wait()

    def stop(self) -> None:
        """End it, and remove its files."""
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        log = (self._folder / "log").read_text() if (self._folder / "log").exists() else ""
        self._process.kill()
        raise AssertionError(f"nginx does not listen: {log}")
