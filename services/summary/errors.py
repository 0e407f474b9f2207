"""Refusals of the summary and its figures."""

from __future__ import annotations

from services.kit.errors import Refusal


class FiguresGone(Refusal):
    """Nothing was published about the week or the group that a button names."""

    key = "group.gone"


class NothingPublished(Refusal):
    """Not a single figure was published yet."""

    key = "file.nothing"
