"""The rules of the architecture that import-linter (pyproject.toml) can't see: the root, and what may stand where."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from benchmarks.house import OUTSIDE, ROOT, nodes

pytestmark = pytest.mark.slow

# Each module or package of ours, and which others it may import. A new one needs a row.
MAY_IMPORT: dict[str, set[str]] = {
    "app": {
        "config",
        "content",
        "db",
        "handlers",
        "keyboards",
        "locales",
        "middlewares",
        "migrations",
        "ops",
        "playground",
        "scheduler",
        "services",
        "transport",
        "views",
    },
    "bot": {"app", "config", "content", "migrations", "ops", "services", "transport"},
    "config": {"db", "locales", "services"},
    "content": {"locales"},
    "db": set(),
    "handlers": {"content", "db", "keyboards", "ops", "services", "transport", "views"},
    "keyboards": {"locales"},
    "locales": set(),
    "manage": {"config", "content", "db", "migrations", "ops", "services"},
    "middlewares": {"content", "db", "keyboards", "ops", "services", "transport", "views"},
    "migrations": {"config", "db", "models"},
    "models": set(),
    "ops": {"config", "content", "db", "locales", "migrations", "services"},
    "playground": set(),
    "scheduler": {"db", "keyboards", "ops", "services", "transport", "views"},
    "services": {"content", "locales", "models"},
    "transport": {"db", "models", "ops", "services", "views"},
    "views": {"content", "keyboards", "locales", "services"},
}

# Modules at the root; what packages may use stands in pyproject.toml.
WITHOUT_AIOGRAM = {"config", "manage"}
WITHOUT_SQLALCHEMY = {"bot", "scheduler"}
BOTH = {ROOT / "transport" / "fsm_storage.py"}
SESSION_TYPE = "sqlalchemy.ext.asyncio.AsyncSession"

AT_FIRST_USE = {
    "PIL", "alembic", "asyncpg", "holidays", "mako", "matplotlib", "numpy", "opendp", "playground", "python_calamine",
    "redis", "segno", "sentry_sdk", "xlsxwriter",
}  # fmt: skip
WITHOUT_COLLECTOR = "import gc; gc.disable()"  # which is a fifth of what the imports cost
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "func.now"}
TALKS_TO_TELEGRAM = {"bot", "delivery", "message", "query", "callback", "event"}
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@cache
def areas() -> set[str]:
    """Every top-level module and package with code in it."""
    folders = (path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
    return {path.stem for path in ROOT.glob("*.py")} | {path.name for path in folders if any(path.glob("**/*.py"))}


def files(area: str) -> list[Path]:
    """The source files of a top-level module or package."""
    return sorted((ROOT / area).glob("**/*.py")) if (ROOT / area).is_dir() else [ROOT / f"{area}.py"]


@cache
def imported(file: Path) -> set[str]:
    """Everything that a file imports, as dotted names; its own package's relative imports are left out."""
    names: set[str] = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def uses(file: Path, library: str) -> bool:
    """Whether a file imports a library; the type of a session is not counted as SQLAlchemy."""
    return any(name.split(".")[0] == library and name != SESSION_TYPE for name in imported(file))


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def present(*names: str) -> list[str]:
    return sorted(set(names) & areas())


def test_every_area_has_a_row() -> None:
    assert areas() - OUTSIDE - MAY_IMPORT.keys() == set()


@pytest.mark.parametrize("area", present(*MAY_IMPORT))
def test_imports_go_in_the_allowed_direction(area: str) -> None:
    allowed = MAY_IMPORT[area] | {area}
    ours = areas() | OUTSIDE
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files(area)
        for name in imported(file)
        if name.split(".")[0] in ours - allowed
    }
    assert wrong == set()


@pytest.mark.parametrize("area", present(*WITHOUT_AIOGRAM))
def test_no_aiogram(area: str) -> None:
    assert [str(file) for file in files(area) if uses(file, "aiogram")] == []


@pytest.mark.parametrize("area", present(*WITHOUT_SQLALCHEMY))
def test_no_sqlalchemy(area: str) -> None:
    assert [str(file) for file in files(area) if uses(file, "sqlalchemy")] == []


def test_the_scheduler_leaves_the_outbox_to_services() -> None:
    assert {name for name in imported(ROOT / "scheduler.py") if name.startswith("services.outbox")} == set()


def test_one_module_knows_both_aiogram_and_sqlalchemy() -> None:
    code = (file for area in areas() - OUTSIDE for file in files(area))
    assert {file for file in code if uses(file, "aiogram") and uses(file, "sqlalchemy")} <= BOTH


def test_the_command_line_does_not_load_aiogram() -> None:
    """Not even through what it imports: that would cost every command seconds."""
    program = f"{WITHOUT_COLLECTOR}; import manage, sys; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_a_start_loads_no_library_and_builds_no_type_that_it_may_never_need() -> None:
    """Each library is imported, and each of aiogram's types built, where it is used.

    So neither a start's time nor an idle bot's memory pays for it.
    """
    program = (
        f"{WITHOUT_COLLECTOR}; import bot, sys; print(*sorted({AT_FIRST_USE!r} & set(sys.modules)));"
        "from aiogram.types import Poll; print(Poll.__pydantic_complete__)"
    )
    started = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert started.stdout.split() == ["False"]


def test_services_are_given_the_time() -> None:
    taken = [
        f"{where(file, node)} {ast.unparse(node.func)}"
        for file in files("services")
        if file.name != "clock.py"
        for node in nodes(file)
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS
    ]
    assert taken == []


@pytest.mark.parametrize("area", present("handlers", "middlewares", "scheduler", "transport"))
def test_nothing_is_sent_inside_a_transaction(area: str) -> None:
    sent = [
        f"{where(file, call)} {ast.unparse(call.func)}"
        for file in files(area)
        for node in nodes(file)
        if isinstance(node, ast.AsyncWith) and opens_transaction(node)
        for statement in node.body
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and talks_to_telegram(call, imported(file))
    ]
    assert sent == []


@pytest.mark.parametrize("area", present("handlers", "middlewares", "transport"))
def test_only_the_scheduler_waits_long_for_telegram(area: str) -> None:
    """`delivery.send` takes up to 20 s; inside an update that is four times what a press may wait."""
    sent = [
        where(file, call)
        for file in files(area)
        for call in nodes(file)
        if isinstance(call, ast.Call)
        if ast.unparse(call.func) == "delivery.send" or "transport.delivery.send" in imported(file)
    ]
    assert sent == []


def opens_transaction(block: ast.AsyncWith) -> bool:
    return any(ast.unparse(item.context_expr).endswith((".begin()", ".read()")) for item in block.items)


def talks_to_telegram(call: ast.Call, names: set[str]) -> bool:
    """Whether a call goes to delivery, or to a method of the bot or of an update."""
    parts = ast.unparse(call.func).removeprefix("self.").split(".")
    return f"transport.delivery.{parts[0]}" in names or (
        parts[0].lstrip("_") in TALKS_TO_TELEGRAM and parts[-1] != "parse"
    )


@pytest.mark.parametrize("area", present(*MAY_IMPORT.keys() - {"playground"}))
def test_words_for_people_are_in_the_catalogs(area: str) -> None:
    """A Russian literal in the code would have no translation."""
    literals = [
        f"{where(file, node)} {node.value}"
        for file in files(area)
        for node in nodes(file)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CYRILLIC.search(node.value)
        if node.value not in docstrings(file)
    ]
    assert literals == []


@cache
def docstrings(file: Path) -> set[str | None]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {ast.get_docstring(node, clean=False) for node in nodes(file) if isinstance(node, documented)}
