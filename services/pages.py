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


def count_pages(entries: int, size: int = PAGE_SIZE) -> int:
    """The number of pages that so many entries take, at least 1."""
    return max(1, -(-entries // size))


def page_of(entries: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """That page of the entries, or the last one there is."""
    pages = count_pages(len(entries), size)
    number = min(number, pages - 1)
    return Page(entries[number * size : (number + 1) * size], number, pages)
