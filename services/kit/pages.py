"""One page of a list: as many entries as a phone shows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 8


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The entries of a page; `number` counts from 0, and `pages` is at least 1."""

    items: Sequence[T]
    number: int
    pages: int


def nearest(number: int, entries: int, size: int = PAGE_SIZE) -> tuple[int, int]:
    """Return that page of so many entries, or the nearest there is, and how many pages there are: at least 1."""
    pages = max(1, -(-entries // size))
    return min(max(number, 0), pages - 1), pages


def page_of(entries: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Return that page of the entries, or the nearest there is."""
    number, pages = nearest(number, len(entries), size)
    return Page(entries[number * size : (number + 1) * size], number, pages)
