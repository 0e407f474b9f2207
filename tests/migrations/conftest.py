"""What the tests of migrations share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory


@pytest.fixture(scope="session", autouse=True)
def _revisions_are_read_once() -> Iterator[None]:
    """Let Alembic read the same revisions once: it does so at each step, and dozens of steps are taken here."""
    read = ScriptDirectory.from_config

    @cache
    def read_once(folder: str, files: frozenset[tuple[str, int]]) -> ScriptDirectory:
        return read(configs[folder])

    configs: dict[str, Config] = {}

    def from_config(config: Config) -> ScriptDirectory:
        folder = config.get_main_option("version_locations") or ""
        configs[folder] = config
        return read_once(folder, frozenset((path.name, path.stat().st_mtime_ns) for path in Path(folder).glob("*.py")))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptDirectory, "from_config", from_config)
        yield
