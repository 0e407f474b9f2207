"""The image and the composition, as far as they can be read without an engine: stages, user, pins, health, secrets."""

from __future__ import annotations

import ast
import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def health_of_image() -> str:
    """The program of the Dockerfile's HEALTHCHECK."""
    found = re.search(r"HEALTHCHECK[^\n]*CMD (\[.*?\])$", DOCKERFILE.replace("\\\n", ""), re.MULTILINE)
    assert found
    command = ast.literal_eval(found[1])
    assert command[:2] == ["python", "-c"]
    return str(command[2])


def health_of_service() -> str:
    command = SERVICES["bot"]["healthcheck"]["test"]
    assert command[:3] == ["CMD", "python", "-c"]
    return str(command[3])


def test_the_image_is_built_in_two_stages_and_runs_as_nobody_in_particular() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    assert stages == [("${BASE}", "build"), ("${BASE}", "")]
    assert re.search(r"^ARG BASE=python:3\.\d+-slim$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "--require-hashes" in DOCKERFILE
    assert "STOPSIGNAL SIGTERM" in DOCKERFILE
    assert "EXHALE_CONTAINER=1" in DOCKERFILE
    last_stage = DOCKERFILE[DOCKERFILE.rindex("FROM ") :]
    assert "pip install" not in last_stage
    assert "VOLUME /app/data" in last_stage
    assert re.search(r'^CMD \["python", "bot.py"\]$', last_stage, re.MULTILINE)


def test_nothing_secret_goes_into_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert not {"!.env", "!data", "!.git", "!tests"} & set(rules)


class Health(http.server.BaseHTTPRequestHandler):
    """Answers as the ops server does, or not at all well."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def ops() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()
    Health.status = 200


@pytest.mark.parametrize("program", [health_of_image(), health_of_service()], ids=["image", "compose"])
def test_health_is_asked_of_the_running_bot_with_the_standard_library(program: str, ops: int) -> None:
    def asked() -> int:
        here = program.replace("9090", str(ops))
        return subprocess.run([sys.executable, "-I", "-c", here], check=False, capture_output=True).returncode

    imported = {
        alias.name for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported <= {"os", "urllib.request"}
    assert asked() == 0
    Health.status = 503
    assert asked() != 0


def test_every_service_is_hardened_and_pinned() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["cap_drop"] == ["ALL"], name
        assert not service.get("privileged"), name
        assert "ports" not in service, name  # what is open to the world is the reverse proxy's matter
        assert service["logging"]["options"]["max-size"], name
        if "build" not in service:
            assert re.fullmatch(r"[a-z]+:\d+\.\d+-alpine", service["image"]), name


def test_the_bot_starts_after_the_migration_and_has_time_to_stop() -> None:
    bot, migrate = SERVICES["bot"], SERVICES["migrate"]
    assert bot["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert migrate["command"] == ["python", "manage.py", "migrate"]
    assert migrate["restart"] == "no"
    assert migrate["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert bot["stop_grace_period"] == "30s"
    assert bot["user"] == migrate["user"] == "10001:10001"
    assert bot["image"] == migrate["image"]
    for name in ("postgres", "redis"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_what_is_missing_stops_the_composition_with_a_word() -> None:
    environment = SERVICES["bot"]["environment"]
    assert environment["BOT_TOKEN"].startswith("${BOT_TOKEN:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_settings_of_the_composition_exist_and_are_accepted() -> None:
    environment = {
        name.lower(): re.sub(r"\$\{(\w+):\?[^}]*\}", "7000000001:x" if name == "BOT_TOKEN" else "secret", str(value))
        for name, value in SERVICES["bot"]["environment"].items()
    }
    assert set(environment) <= set(Settings.model_fields)
    settings = load_settings(_env_file=None, **environment)
    assert settings.ops_on == 9090
    assert settings.database.startswith("postgresql+asyncpg://exhale:secret@postgres/")
    assert SERVICES["bot"]["expose"] == [str(settings.web_port), str(settings.ops_on)]


def test_redis_keeps_nothing() -> None:
    assert SERVICES["redis"]["command"][1:5] == ["--save", "", "--appendonly", "no"]
    assert "volumes" not in SERVICES["redis"]
