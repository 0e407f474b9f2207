"""What the stories share, so that each of them begins quickly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from content import load_content
from views import translator


@pytest.fixture(scope="package", autouse=True)
def _read_once() -> Iterator[None]:
    """Catalogs and content are read for the first stage and kept for the others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translator, "_compile", cache(translator._compile))
        patch.setattr("tests.fakes.stage.load_content", cache(load_content))
        yield
