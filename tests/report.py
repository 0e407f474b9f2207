"""Which variants of a story the ordinary run tells, and what its closing lines say: tests per area, reasons for skips.

An area is told from the test itself: its folder, whether hypothesis drives it, or the database it ran on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from zlib import crc32

import pytest
from _pytest.terminal import TerminalReporter

AREA = "area"
FOLDERS = {"e2e": "end to end", "playground": "playground"}
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FOLDERS_OF_STORIES = {"bot", "gate"}
LANGUAGES = {"en", "ru"}
ORDER = ["unit", "property", "SQLite", "PostgreSQL", "playground", "end to end"]


def area_of(item: pytest.Item) -> str:
    """The one area that a test counts for."""
    folder = Path(str(item.path)).relative_to(Path(__file__).parent).parts[0]
    if folder in FOLDERS:
        return FOLDERS[folder]
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        return "property"
    parts = _parts_of(item)
    fixtures = getattr(item, "fixturenames", [])
    names = [name for key, name in DATABASES.items() if key in parts or f"{key}_databases" in fixtures]
    return names[0] if names else "unit"


def _parts_of(item: pytest.Item) -> list[str]:
    callspec = getattr(item, "callspec", None)
    return callspec.id.split("-") if callspec else []


@pytest.hookimpl(tryfirst=True)  # before marks are looked at
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note the area where it survives the way from a worker process.

    A story is told on SQLite; on PostgreSQL, too, where the database itself has a part in it (its last variant: what is
    typed, and in which language, hardly gets there), and else in `make soak`. Of its two languages it is told in one,
    where the words are not the point (`both_languages`), and in the other one in `make soak`.
    """
    _tell_in_one_language(items)
    told: set[str] = set()
    for item in reversed(items):
        item.user_properties.append((AREA, area_of(item)))
        if "postgresql" in _parts_of(item):
            story = item.nodeid.partition("[")[0]
            is_variant = story in told and not FOLDERS_OF_STORIES.isdisjoint(item.path.parts)
            if is_variant or not _chooses_databases(item) or config.getoption("sqlite_only"):
                item.add_marker(pytest.mark.soak)
            told.add(story)


def _tell_in_one_language(items: list[pytest.Item]) -> None:
    """Keep one of the variants of a story that differ in nothing but the language: half of them in each."""
    variants: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        parts = _parts_of(item)
        language = next((part for part in reversed(parts) if part in LANGUAGES), None)
        is_story = "bot" in item.path.parts and "sqlite" in parts
        if language and is_story and not item.get_closest_marker("both_languages"):
            parts.remove(language)
            variants[f"{item.nodeid.partition('[')[0]}[{'-'.join(parts)}]"].append(item)
    for story, same in variants.items():
        told = crc32(story.encode()) % len(same)
        for item in (*same[:told], *same[told + 1 :]):
            item.add_marker(pytest.mark.soak)


def _chooses_databases(item: pytest.Item) -> bool:
    """Whether a test says itself on which databases it runs."""
    named = [mark.args[0] for mark in item.iter_markers("parametrize")]
    return item.get_closest_marker("both_databases") is not None or any("databases" in names for names in named)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the counts and the reasons."""
    counts: dict[str, Counter[str]] = {}
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            area = dict(getattr(report, "user_properties", [])).get(AREA, "unit")
            counts.setdefault(area, Counter())[outcome] += 1
    terminalreporter.section("tests by area")
    for area in sorted(counts, key=lambda name: (name not in ORDER, ORDER.index(name) if name in ORDER else 0)):
        line = ", ".join(f"{count} {outcome}" for outcome, count in counts[area].items())
        terminalreporter.write_line(f"{area:<12} {line}")
    reasons = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    for reason, count in reasons.items():
        terminalreporter.write_line(f"skipped      {count}: {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What a skipped test or module gave as its reason."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(report.longrepr)
