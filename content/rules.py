"""Conditions written in the content files, such as ``EE=H and (DP=H or RA=H)`` or ``n < k``.

Grammar; nothing else is accepted, and nothing is ever evaluated as Python:

    rule      = "always" | "otherwise" | any
    any       = all ("or" all)*
    all       = condition ("and" condition)*
    condition = "(" any ")" | flag | name sign operand | name "in" "[" word ("," word)* "]"
    sign      = "=" | "==" | "<" | "<=" | ">" | ">="
    operand   = number | name | word

A condition on a value that is not known (None) does not hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Value = float | str | None
Vocabulary = Mapping[str, frozenset[str]]
"""The names a rule may use, each with the words it may be compared with: none for a figure or a flag."""

_Predicate = Callable[[Mapping[str, Value]], bool]
_Operand = Callable[[Mapping[str, Value]], Value]
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TOKEN = re.compile(r"\s*([+-]?\d+(?:\.\d+)?|[A-Za-z_]\w*|>=|<=|==|[=<>()\[\],])")


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed condition. Two rules with the same text are equal."""

    text: str
    names: frozenset[str] = field(compare=False)
    _predicate: _Predicate = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Rule:
        """Read a rule. Raises ValueError, which quotes it, on bad grammar or a word outside the vocabulary."""
        parser = _Parser(text, vocabulary)
        predicate = parser.rule()
        return cls(text, frozenset(parser.names), predicate)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Whether the rule is true of these values. Raises KeyError when a name that it needs is missing."""
        return self._predicate(values)


class _Parser:
    """Recursive descent, one method per line of the grammar."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.names: set[str] = set()
        self.tokens = self._tokens()

    def rule(self) -> _Predicate:
        if self.tokens in (["always"], ["otherwise"]):
            return lambda _: True
        predicate = self._any()
        if self.tokens:
            raise self._error(f"“{self.tokens[0]}” was not expected")
        return predicate

    def _any(self) -> _Predicate:
        parts = [self._all()]
        while self._take("or"):
            parts.append(self._all())
        return lambda values: any(part(values) for part in parts)

    def _all(self) -> _Predicate:
        parts = [self._condition()]
        while self._take("and"):
            parts.append(self._condition())
        return lambda values: all(part(values) for part in parts)

    def _condition(self) -> _Predicate:
        if self._take("("):
            inner = self._any()
            self._expect(")")
            return inner
        name = self._name(self._next())
        if self._take("in"):
            return self._one_of(name)
        sign = next((sign for sign in ("=", "==", *_ORDER) if self._take(sign)), None)
        if sign is None:
            if self.vocabulary[name]:
                raise self._error(f"“{name}” needs a comparison")
            return lambda values: bool(values[name])
        return self._comparison(name, sign, self._operand(name, sign))

    def _one_of(self, name: str) -> _Predicate:
        self._expect("[")
        words = {self._word(name)}
        while self._take(","):
            words.add(self._word(name))
        self._expect("]")
        return lambda values: values[name] in words

    def _operand(self, name: str, sign: str) -> _Operand:
        if self.vocabulary[name]:
            if sign in _ORDER:
                raise self._error(f"“{name}” is a word and has no order")
            word = self._word(name)
            return lambda _: word
        token = self._next()
        try:
            number = float(token)
        except ValueError:
            other = self._name(token)
            return lambda values: values[other]
        return lambda _: number

    @staticmethod
    def _comparison(name: str, sign: str, operand: _Operand) -> _Predicate:
        def predicate(values: Mapping[str, Value]) -> bool:
            left, right = values[name], operand(values)
            if left is None or right is None:
                return False
            if sign in _ORDER:
                return _ORDER[sign](float(left), float(right))
            return left == right

        return predicate

    def _word(self, name: str) -> str:
        word = self._next()
        if word not in self.vocabulary[name]:
            raise self._error(f"“{word}” is no value of “{name}”")
        return word

    def _name(self, token: str) -> str:
        if token not in self.vocabulary:
            raise self._error(f"“{token}” is no known name")
        self.names.add(token)
        return token

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            del self.tokens[0]
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise self._error(f"“{token}” is missing")

    def _next(self) -> str:
        if not self.tokens:
            raise self._error("something is missing at its end")
        return self.tokens.pop(0)

    def _tokens(self) -> list[str]:
        tokens, position, text = [], 0, self.text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error(f"“{text[position:].strip()[0]}” can't be read")
            tokens.append(match[1])
            position = match.end()
        return tokens

    def _error(self, reason: str) -> ValueError:
        return ValueError(f"rule “{self.text}”: {reason}")
