"""A third language is a folder of texts and no change of code: a copy of the sources is given one, and speaks it."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.house import nodes
from locales import LOCALES
from playground.remote.processes import ROOT
from tests.pseudo import LOCALE, add_language

NOT_COPIED = shutil.ignore_patterns(".*", "data", "docs")  # compiled modules are copied: they save seconds
SPEAKS = f"""
from content import load_content
from views.translator import Catalogs
t = Catalogs().translator("{LOCALE}")
print(t("consent.title"))
print(t.words(load_content().questionnaire.items[0]))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources with a third language of pseudo-text."""
    sources = tmp_path / "sources"
    shutil.copytree(ROOT, sources, ignore=NOT_COPIED)
    add_language(sources)
    return sources


def run(copy: Path, *arguments: str) -> str:
    """Run Python in the copy; return what it said."""
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.soak
def test_a_folder_of_texts_is_a_language(copy: Path) -> None:
    title, item = run(copy, "-c", SPEAKS).splitlines()
    assert title == "Éẋȟáĺé: ḃéḟóŕé ẃé ḃéǵíń"
    assert item == "Ḃý ťȟé ḿíďďĺé óḟ ťȟé ẃóŕḱďáý Í ẃáś ŕúńńíńǵ óúť óḟ éńéŕǵý."


@pytest.mark.soak
def test_every_screen_speaks_it(copy: Path) -> None:
    run(copy, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/bot/test_screens.py", "-k", LOCALE)


ABOUT_BOTH = {
    "content/base.py",
    "content/demo.py",
    "ops/doctor.py",
    "services/outreach/promise_writing.py",
}  # and any other


def test_no_code_lists_the_languages() -> None:
    """Whatever names both of them would have to learn the third."""
    found = set()
    for package in ("app", "content", "handlers", "keyboards", "middlewares", "ops", "services", "transport", "views"):
        for path in (ROOT / package).rglob("*.py"):
            for node in nodes(path):
                parts = getattr(node, "elts", None) or getattr(node, "keys", None) or []
                if {"ru", "en"} <= {part.value for part in parts if isinstance(part, ast.Constant)}:
                    found.add(str(path.relative_to(ROOT)))
    assert found <= ABOUT_BOTH
    assert LOCALES[:2] == ("ru", "en")
