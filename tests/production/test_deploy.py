"""What `deploy/` holds is read, rendered or run by the programs that it is for, where they are installed."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from config import Settings
from ops.metrics import Metrics
from playground.remote.processes import ROOT
from services.notifications.claims import Outcome
from services.outbox.kinds import KINDS
from tests.fakes.stage import Stage

DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "exhale-rules.yaml"
FOREIGN = {"up"}  # Prometheus makes it


def program(name: str) -> str:
    """Its path, or the test is left out where it isn't installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def ran(*command: str | Path, folder: Path = ROOT, given: str | None = None) -> str:
    """What a program says; it has to end well."""
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: path.name)
def test_yaml_can_be_read(path: Path) -> None:
    assert all(isinstance(document, dict) for document in documents(path))


# --- figures ----------------------------------------------------------------------------------------------------------


def series(registry: CollectorRegistry) -> set[str]:
    """The names under which Prometheus finds what a registry declares."""
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return {family.name + end for family in registry.collect() for end in ends.get(family.type, ("",))}


def alerts() -> list[dict[str, Any]]:
    (document,) = documents(RULES)
    return [rule for group in document["groups"] for rule in group["rules"]]


def queries() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    dashboard = json.loads((DEPLOY / "grafana" / "exhale.json").read_text(encoding="utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return [*(rule["expr"] for rule in alerts()), *shown]


def asked_for(query: str) -> set[str]:
    """The names of series in an expression: words that are no function, label, keyword or string."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|without) \([^)]*\)', " ", query)
    return set(re.findall(r"\b(?:up|[a-z]+_[a-z0-9_]+)\b(?!\s*\()", bare))


@pytest.mark.parametrize("query", queries())
def test_every_query_asks_for_figures_that_exist(query: str) -> None:
    names = asked_for(query)
    assert names
    assert names <= series(Metrics().registry) | FOREIGN


def test_a_query_for_something_else_would_be_found() -> None:
    assert asked_for('sum by (area) (rate(exhale_gone_total{area="a_b"}[5m])) > 0') == {"exhale_gone_total"}


def test_figures_are_described_and_shown_from_the_start(stage: Stage) -> None:
    text = stage.app.metrics.text().decode()
    documented = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    own = {family.name + ("_total" if family.type == "counter" else "") for family in Metrics().registry.collect()}
    assert [name for name in sorted(own) if name.startswith("exhale_") and name not in documented] == []
    for kind in KINDS:
        for outcome in Outcome:
            assert f'exhale_messages_total{{kind="{kind}",outcome="{outcome}"}} 0.0' in text
    for line in (
        'exhale_updates_total{kind="callback_query",outcome="dead_lettered"} 0.0',
        'exhale_errors_total{area="libraries"} 0.0',
        'exhale_telegram_errors_total{error="TelegramNetworkError"} 0.0',
        'exhale_build_info{python_version="',
    ):
        assert line in text


def test_names_follow_the_conventions(stage: Stage) -> None:
    ran(program("promtool"), "check", "metrics", given=stage.app.metrics.text().decode())


def test_the_rules_do_what_they_say() -> None:
    promtool = program("promtool")
    ran(promtool, "check", "rules", RULES)
    ran(promtool, "test", "rules", "exhale-rules.test.yaml", folder=RULES.parent)


def test_every_alert_says_how_bad_what_and_where_to_read_on() -> None:
    headings = re.findall(r"^#+ (\w+)$", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE)
    proved = {
        case["alertname"]
        for test in documents(RULES.with_name("exhale-rules.test.yaml"))[0]["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    for alert in alerts():
        name = alert["alert"]
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["runbook_url"] == f"docs/operations.md#{name.lower()}"
        assert name in headings
        assert name in proved


# --- systemd and Kubernetes -------------------------------------------------------------------------------------------


def test_the_unit_can_be_started(tmp_path: Path) -> None:
    source = (DEPLOY / "systemd" / "exhale.service").read_text(encoding="utf-8")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(source)
    assert unit["Service"]["Type"] == "notify"
    assert unit["Service"]["WatchdogSec"] == "60"
    here = tmp_path / "exhale.service"
    here.write_text(source.replace("/srv/exhale/.venv/bin/python", sys.executable).replace("=exhale\n", "=nobody\n"))
    ran(program("systemd-analyze"), "verify", here)
    assert "OK" in ran("systemd-analyze", "security", "--offline=true", "--threshold=20", here)


def rendered() -> list[dict[str, Any]]:
    return [
        document
        for path in ("settings", "migrate", "bot")
        for document in documents(DEPLOY / f"kubernetes/{path}.yaml")
    ]


def test_the_manifests_fit_the_bot() -> None:
    by_kind = {document["kind"]: document for document in rendered()}
    assert {name.lower() for name in by_kind["ConfigMap"]["data"]} <= set(Settings.model_fields)
    pods = [by_kind[kind]["spec"]["template"]["spec"] for kind in ("Deployment", "Job")]
    for pod in pods:
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["runAsUser"] == 10001
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["image"] == "exhale"
    (bot,) = pods[0]["containers"]
    assert bot["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert bot["readinessProbe"]["httpGet"]["path"] == "/readyz"
    ports = {port["name"]: port["containerPort"] for port in bot["ports"]}
    settings = by_kind["ConfigMap"]["data"]
    assert ports == {"updates": int(settings["WEB_PORT"]), "ops": int(settings["OPS_PORT"])}
    labels = by_kind["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert by_kind["Service"]["spec"]["selector"] == labels
    (rule,) = by_kind["Ingress"]["spec"]["rules"]
    assert settings["WEBHOOK_URL"] == f"https://{rule['host']}{rule['http']['paths'][0]['path']}"


def test_the_manifests_can_be_put_together() -> None:
    found = list(yaml.safe_load_all(ran(program("kubectl"), "kustomize", DEPLOY / "kubernetes")))
    assert len(found) == len(rendered())
    assert {one["metadata"].get("namespace", "exhale") for one in found} == {"exhale"}


def test_caddy_understands_its_file() -> None:
    adapted = json.loads(ran(program("caddy"), "adapt", "--config", DEPLOY / "caddy" / "Caddyfile"))
    (server,) = adapted["apps"]["http"]["servers"].values()
    assert server["read_header_timeout"] == 5_000_000_000
