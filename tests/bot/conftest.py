"""What the stories share, so that each of them begins quickly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def _described_once() -> Iterator[None]:
    """What aiogram reads from the signatures of handlers and filters, it reads for the first bot only."""
    from aiogram.dispatcher.event.handler import CallableObject

    from tests.fakes.aiogram_inside import describe_once

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CallableObject, "__post_init__", describe_once(CallableObject.__post_init__))
        yield
