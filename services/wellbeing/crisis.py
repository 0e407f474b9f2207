"""Words of despair in typed text: found by the fixed rules of content/crisis.yaml, without any model. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise, product

from content.crisis import MIN_PREFIX, Alternatives, Crisis, CrisisRule, Pattern, Slot, Stem

YO_TO_YE = {0x451: 0x435}
DROPPED = dict.fromkeys(
    (*map(ord, "'’‘ʼ`´"), 0xAD, *range(0x300, 0x370), *range(0x200B, 0x2010), 0x2060, 0xFE0F, 0xFEFF)
)
"""Apostrophes, accents and what is invisible."""
STOPS = dict.fromkeys(".!?", 3) | dict.fromkeys("\n,;:()—–", 1)
"""How many words a mark between two words is worth when their distance is counted. An ellipsis is worth nothing."""
KEPT = 2
"""So many of a slot's last places are tried: words of two slots may overlap."""
MIN_SOUND = 5
"""Letters of the shortest word that is also compared by how it sounds."""
MAX_JOINED = 40
"""Letters of the longest word that is tried as several words written together."""

_CHUNK = re.compile(r"[^\W_]+(?:(?:[^\w\s]|_){1,2}[^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_SPELT_OUT = re.compile(r"(?<!\w)[^\W\d_](?:[\W_]{1,2}[^\W\d_]){3,}(?!\w)")
_ELLIPSIS = re.compile(r"\.{2,}")
_RUNS = re.compile(r"(.)\1{2,}")
_DOUBLES = re.compile(r"(.)\1+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

Span = tuple[int, int]
"""The places of the first and the last word."""
Stems = frozenset[Stem]


class Tier(StrEnum):
    """How a text has to be answered."""

    EXPLICIT = "explicit"
    VIOLENCE = "violence"
    AMBIGUOUS = "ambiguous"


class Detector:
    """Decide which rules a text meets; rules of both languages are always tried.

    Words are compared after undoing what people do to them: marks and spaces inside words, letters of the other
    alphabet, repeated letters, words written together and, where a rule allows it, one slip of the finger.
    """

    def __init__(self, crisis: Crisis) -> None:
        rules = [rule for language in crisis.rules.values() for rule in language]
        slots: dict[Slot, int] = {}
        compiled = [(rule.tier, _Compiled(crisis, rule, slots)) for rule in rules]
        self._rules = {tier: [rule for its, rule in compiled if its == tier] for tier in Tier}
        known = {stem for slot in slots for phrase in slot for word in phrase for stem in word}
        listed = {Stem.parse(text) for text in (*crisis.joined, *crisis.spelt_right)}
        self._vocabulary = _Vocabulary(known | listed, crisis)
        self._words: dict[Stem, list[int]] = {}
        self._phrases: dict[tuple[Stem, Stem], list[tuple[int, tuple[Alternatives, ...]]]] = {}
        for slot, number in slots.items():
            for first, *rest in slot:
                for stem in first:
                    if not rest:
                        self._words.setdefault(stem, []).append(number)
                    for second in rest[0] if rest else ():
                        self._phrases.setdefault((stem, second), []).append((number, tuple(rest[1:])))

    def tier(self, text: str) -> Tier | None:
        """Return the gravest tier whose rules the text meets, or None. Nearly linear in the length of the text."""
        found = self._slots(self._vocabulary.read(text))
        return next((tier for tier, rules in self._rules.items() if any(rule.meets(found) for rule in rules)), None)

    def _slots(self, words: Sequence[tuple[Stems, int]]) -> dict[int, list[Span]]:
        """Where each slot is filled, in the order of the text."""
        found: dict[int, list[Span]] = {}
        for index, (stems, place) in enumerate(words):
            for stem in stems:
                for slot in self._words.get(stem, ()):
                    found.setdefault(slot, []).append((place, place))
            for pair in product(stems, _next(words, index, 1)):
                for slot, rest in self._phrases.get(pair, ()):
                    if not any(_next(words, index, step).isdisjoint(word) for step, word in enumerate(rest, 2)):
                        found.setdefault(slot, []).append((place, place + len(rest) + 1))
        return found


def _next(words: Sequence[tuple[Stems, int]], index: int, step: int) -> Stems:
    """Return the stems of the word so many words further on, if no mark stands between."""
    if index + step < len(words) and words[index + step][1] == words[index][1] + step:
        return words[index + step][0]
    return frozenset()


class _Compiled:
    """A rule whose patterns are read: each slot has a number in `slots`, where new ones are added."""

    def __init__(self, crisis: Crisis, rule: CrisisRule, slots: dict[Slot, int]) -> None:
        self._find = [_numbered(crisis.pattern(text), slots) for text in rule.find]
        self._unless = [_numbered(crisis.pattern(text), slots) for text in rule.unless]
        self._window, self._near = rule.window, rule.near

    def meets(self, found: Mapping[int, Sequence[Span]]) -> bool:
        """Return whether one of the patterns stands there without one of the exclusions near it."""
        excluded: set[int] | None = None
        for pattern in self._find:
            for first, last in _spans(pattern, found, self._window):
                if excluded is None:
                    excluded = self._excluded(found)
                if excluded.isdisjoint(range(first, last + 1)):
                    return True
        return False

    def _excluded(self, found: Mapping[int, Sequence[Span]]) -> set[int]:
        """Return the places near an exclusion."""
        return {
            place
            for pattern in self._unless
            for first, last in _spans(pattern, found, self._window)
            for place in range(first - self._near, last + self._near + 1)
        }


def _numbered(pattern: Pattern, slots: dict[Slot, int]) -> tuple[int, ...]:
    return tuple(slots.setdefault(slot, len(slots)) for slot in pattern)


def _spans(pattern: Sequence[int], found: Mapping[int, Sequence[Span]], window: int) -> Iterator[Span]:
    """Where all slots of the pattern are filled, by different words, within so many words."""
    if not all(slot in found for slot in pattern):
        return
    hits = sorted((span, number) for number, slot in enumerate(pattern) for span in found[slot])
    latest: list[tuple[Span, ...]] = [()] * len(pattern)
    for span, number in hits:
        for others in product(*latest[:number], *latest[number + 1 :]):
            first, last = min((span, *others))[0], max(end for _, end in (span, *others))
            if last - first < window and _are_apart(sorted((span, *others))):
                yield first, last
        latest[number] = (*latest[number], span)[-KEPT:]


def _are_apart(spans: Sequence[Span]) -> bool:
    return all(before[1] < after[0] for before, after in pairwise(spans))


class _Vocabulary:
    """The words of all rules, and how a text is read as such words."""

    def __init__(self, stems: Iterable[Stem], crisis: Crisis) -> None:
        self._exact: dict[str, Alternatives] = {}
        self._open: dict[str, Alternatives] = {}
        self._slips: dict[str, list[Stem]] = {}
        for stem in stems:
            known = self._open if stem.is_open else self._exact
            known[stem.letters] = (*known.get(stem.letters, ()), stem)
            if stem.slips:
                self._slips.setdefault(stem.letters[0], []).append(stem)
        self._longest = max(map(len, self._open), default=0)
        self._misspelt = crisis.misspelt
        self._sounds = crisis.sounds
        self._exact_sounds = _by(self._sound, self._exact)
        self._open_sounds = _by(self._sound, self._open)
        self._joined = frozenset(crisis.joined)
        self._like_russian = crisis.lookalikes.russian.table()
        self._like_english = crisis.lookalikes.english.table()

    def read(self, text: str) -> list[tuple[Stems, int]]:
        """Return the words of the text with their places; a mark between two words widens their distance."""
        look_up = cache(self._look_up)
        text = unicodedata.normalize("NFKC", text).translate(DROPPED)
        text = _SPELT_OUT.sub(lambda found: re.sub(r"[\W_]", "", found[0]), text)
        is_russian = _CYRILLIC.search(text) is not None
        words: list[tuple[Stems, int]] = []
        place = end = 0
        for chunk in _CHUNK.finditer(text):
            for word, start, stop in self._pieces(chunk, look_up, is_russian=is_russian):
                place += _distance(text[end:start])
                for stems in self._split(word, look_up):
                    place += 1
                    words.append((stems, place))
                end = stop
        return words

    def _pieces(
        self, chunk: re.Match[str], look_up: Callable[[str], Stems], *, is_russian: bool
    ) -> list[tuple[str, int, int]]:
        """Return the words of a chunk with their beginning and end: one, where marks stand inside a word."""
        start = chunk.start()
        pieces = [
            (self._in_one_alphabet(piece[0], is_russian=is_russian), start + piece.start(), start + piece.end())
            for piece in _PIECE.finditer(chunk[0])
        ]
        if len(pieces) > 1 and not any(len(word) > 2 and look_up(word) for word, _, _ in pieces):
            whole = "".join(word for word, _, _ in pieces)
            if look_up(whole):
                return [(whole, start, chunk.end())]
        return pieces

    def _in_one_alphabet(self, word: str, *, is_russian: bool) -> str:
        """Return the word in small letters of one alphabet, without ё; a figure counts as a letter only between
        letters.
        """
        ends_in_letters = word[0].isalpha() and word[-1].isalpha()
        is_english = word.isascii() and word.isalpha() and not is_russian
        if ends_in_letters and not is_english:
            as_russian, as_latin = word.translate(self._like_russian), word.translate(self._like_english)
            if (is_russian or not word.isascii()) and not any(map(str.isascii, as_russian)):
                word = as_russian
            elif as_latin.isascii():
                word = as_latin
        return word.lower().translate(YO_TO_YE)

    def _split(self, word: str, look_up: Callable[[str], Stems]) -> list[Stems]:
        """Return the stems of a word, or of the words that were written together in it."""
        stems = look_up(word)
        if stems or len(word) > MAX_JOINED:
            return [stems]
        return [look_up(part) for part in self._parts(word)] or [stems]

    def _parts(self, word: str) -> list[str]:
        """Return the words that this one consists of, or none."""
        parts: list[list[str] | None] = [[]]
        for end in range(1, len(word) + 1):
            starts = (start for start in range(end) if parts[start] is not None and word[start:end] in self._joined)
            start = next(starts, None)
            parts.append(None if start is None else [*(parts[start] or []), word[start:end]])
        return parts[-1] or []

    def _look_up(self, word: str) -> Stems:
        """Return the stems that a word has, as it is written, without repeated letters, or with one slip forgiven."""
        right = self._misspelt.get(word)
        if right is not None:
            return self._look_up(right) | _literal(word, self._exact, self._open, self._longest)
        forms = [word]
        if _DOUBLES.search(word):
            forms += [_RUNS.sub(r"\1", word), _RUNS.sub(r"\1\1", word), _DOUBLES.sub(r"\1", word)]
        for form in forms:
            if stems := _literal(form, self._exact, self._open, self._longest):
                return stems
        sound = self._sound(word)
        if sound and (stems := _literal(sound, self._exact_sounds, self._open_sounds, self._longest)):
            return stems
        return frozenset(stem for stem in self._slips.get(word[0], ()) if _is_slip(word, stem))

    def _sound(self, word: str) -> str | None:
        """Return how a word of a language with such rules sounds; None for a short word or one of another language."""
        if len(word) < MIN_SOUND or not _CYRILLIC.match(word):
            return None
        for written, heard in self._sounds.items():
            word = word.replace(written, heard)
        return _DOUBLES.sub(r"\1", word)


def _literal(word: str, exact: Mapping[str, Alternatives], opens: Mapping[str, Alternatives], longest: int) -> Stems:
    """Return the stems that are this word, or that it begins with."""
    begins = (opens.get(word[:length], ()) for length in range(MIN_PREFIX, min(len(word), longest) + 1))
    return frozenset(exact.get(word, ())).union(*begins)


def _by(key: Callable[[str], str | None], stems: Mapping[str, Alternatives]) -> dict[str, Alternatives]:
    """Return the stems by a key of their letters, without those that have none."""
    found: dict[str, Alternatives] = {}
    for letters, known in stems.items():
        if (name := key(letters)) is not None:
            found[name] = (*found.get(name, ()), *known)
    return found


def _distance(gap: str) -> int:
    """Return how many words the marks between two words are worth."""
    gap = _ELLIPSIS.sub(" ", gap)
    return max((STOPS.get(char, 0) for char in gap), default=0) or int(" - " in gap)


def _is_slip(word: str, stem: Stem) -> bool:
    """Return whether one letter of the stem is wrong, missing, doubled or swapped with the next; the first one is
    right.
    """
    right = stem.letters
    same = next(
        (place for place, (its, mine) in enumerate(zip(right, word, strict=False)) if its != mine),
        min(len(right), len(word)),
    )
    rests = [(same + 1, same + 1), (same + 1, same), (same, same + 1)]
    if word[same : same + 2] == right[same : same + 2][::-1]:
        rests.append((same + 2, same + 2))
    return any(
        word[mine:].startswith(right[its:]) if stem.is_open else word[mine:] == right[its:] for mine, its in rests
    )
