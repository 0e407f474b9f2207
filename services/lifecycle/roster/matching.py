"""Who of a list is who of those that the bot knows, by names and departments. Pure.

The same name in the same department is the same person; the same name elsewhere is, when there is only one of each.
«Анна Петрова» may be «Петрова Анна Олеговна» in a list. Where more than one could be meant, nothing is decided.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from services.lifecycle.roster.columns import words_of

FEWEST_WORDS = 2  # of the shorter name: a first name alone is no one's

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with the department it stands in, None where that is not said; `id` tells entries of a kind apart."""

    id: int
    name: str
    place: Hashable | None


@dataclass(slots=True)
class Matches:
    """`pairs`: the ids of rows and of those they are. `unclear`: the ids of rows, and of those they may be."""

    pairs: dict[int, int] = field(default_factory=dict)
    unclear_rows: set[int] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Named:
    entry: Entry
    key: Key


def match(rows: Sequence[Entry], *pools: Sequence[Entry]) -> list[Matches]:
    """Return for each pool which rows are in it; a row is in one pool at most, in an earlier one rather than a later.

    For ten thousand rows it takes a part of a second: run it in a thread.
    """
    left = [_Named(row, _key(row)) for row in rows]
    open_pools = [[_Named(one, _key(one)) for one in pool] for pool in pools]
    found = [Matches() for _ in pools]
    for step in (_in_the_same_place, _under_the_same_name, _under_a_part_of_the_name):
        for number, matches in enumerate(found):
            step(left, open_pools[number], matches)
            done = matches.pairs.keys() | matches.unclear_rows
            left = [one for one in left if one.entry.id not in done]
            taken = {*matches.pairs.values()} | matches.unclear
            open_pools[number] = [one for one in open_pools[number] if one.entry.id not in taken]
    return found


def _key(entry: Entry) -> Key:
    return tuple(sorted(words_of(entry.name)))


def _in_the_same_place(rows: Sequence[_Named], pool: Sequence[_Named], matches: Matches) -> None:
    there: dict[tuple[Key, Hashable], list[int]] = defaultdict(list)
    for one in pool:
        there[one.key, one.entry.place].append(one.entry.id)
    for row in rows:
        same = there.get((row.key, row.entry.place))
        if same:
            matches.pairs[row.entry.id] = same.pop(0)


def _under_the_same_name(rows: Sequence[_Named], pool: Sequence[_Named], matches: Matches) -> None:
    wanted: dict[Key, list[Entry]] = defaultdict(list)
    for row in rows:
        wanted[row.key].append(row.entry)
    there: dict[Key, list[Entry]] = defaultdict(list)
    for one in pool:
        there[one.key].append(one.entry)
    for key, entries in wanted.items():
        known = there.get(key)
        if not known:
            continue
        is_the_same_crowd = len(entries) == len(known) and all(entry.place is None for entry in entries)
        if len(entries) == len(known) == 1 or is_the_same_crowd:
            matches.pairs |= {entry.id: one.id for entry, one in zip(entries, known, strict=True)}
        else:
            _leave_open(entries, known, matches)


def _under_a_part_of_the_name(rows: Sequence[_Named], pool: Sequence[_Named], matches: Matches) -> None:
    links = list(_links(rows, pool))
    for in_place in (True, False):
        here = [(row, one) for row, one in links if not in_place or row.place == one.place]
        by_row, by_one = Counter(row.id for row, _ in here), Counter(one.id for _, one in here)
        sure = {row.id: one.id for row, one in here if by_row[row.id] == by_one[one.id] == 1}
        matches.pairs |= sure
        done = {*sure.values()}
        links = [(row, one) for row, one in links if row.id not in sure and one.id not in done]
    _leave_open([row for row, _ in links], [one for _, one in links], matches)


def _links(rows: Iterable[_Named], pool: Iterable[_Named]) -> Iterator[tuple[Entry, Entry]]:
    """Give every row with everyone whose name is a part of it, or of whose name it is a part."""
    by_word: dict[str, list[_Named]] = defaultdict(list)
    for row in rows:
        for word in set(row.key):
            by_word[word].append(row)
    for one in pool:
        own = set(one.key)
        near = {row.entry.id: row for word in own for row in by_word.get(word, ())}
        for row in near.values():
            shorter, longer = sorted((own, set(row.key)), key=len)
            if len(shorter) >= FEWEST_WORDS and shorter <= longer:
                yield row.entry, one.entry


def _leave_open(rows: Iterable[Entry], known: Iterable[Entry], matches: Matches) -> None:
    matches.unclear_rows |= {row.id for row in rows}
    matches.unclear |= {one.id for one in known}
