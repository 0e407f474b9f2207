"""One term per thing, and buttons short enough for a phone: docs/glossary.md says what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.pofile import read_po

from benchmarks.house import nodes
from locales import LOCALES_PATH

ROOT = LOCALES_PATH.parent
GLOSSARY = ROOT / "docs" / "glossary.md"
LONGEST_BUTTON = 30  # characters, which is what a button as wide as a phone shows
LOCALES = ("ru", "en")
WITHOUT_A_WAY_ON = {
    *("delete.done", "relink.moved"),  # nothing of the person is left here
    *("error.throttled", "error.general"),  # wait, and do the same again
}


@cache
def texts(locale: str) -> dict[str, tuple[str, ...]]:
    """Return the forms of every text of a catalog by its key."""
    with (LOCALES_PATH / locale / "LC_MESSAGES" / "bot.po").open("rb") as file:
        catalog = read_po(file, locale=locale, abort_invalid=True)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (message.string,)
        if isinstance(message.string, str)
        else tuple(message.string or ())
        for message in catalog
        if message.id
    }


def avoided(locale: str) -> list[str]:
    """Return the patterns in the table "Avoid" of a language, as regular expressions without regard to case."""
    _, _, after = GLOSSARY.read_text(encoding="utf-8").partition(f"### {locale}\n")
    return re.findall(r"^\| `([^`]+)` \|", after.partition("\n#")[0], re.MULTILINE)


def button_keys() -> Iterator[str]:
    """Yield the keys of texts that stand on buttons: pairs of `t("key")` and what the press means."""
    for path in sorted((ROOT / "views").rglob("*.py")):
        for node in nodes(path):
            match node:
                case ast.Tuple(
                    elts=[
                        ast.Call(func=ast.Name(id="t"), args=[ast.Constant(value=str() as key), *_]),
                        ast.Call(func=ast.Name(id=means)),
                    ]
                ) if means != "t":
                    yield key


def screens_without_buttons() -> Iterator[set[str]]:
    """Yield the keys of the texts of each screen that is made without buttons."""
    for folder in ("views", "handlers", "middlewares", "transport"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in nodes(path):
                match node:
                    case ast.Call(func=ast.Name(id="Screen"), args=[text], keywords=more) if "markup" not in {
                        one.arg for one in more
                    }:
                        yield keys_in(text)
                    case ast.Call(func=ast.Name(id="note") | ast.Attribute(attr="note"), args=[text], keywords=[]):
                        yield keys_in(text)


def keys_in(node: ast.expr) -> set[str]:
    """Return the keys of the catalogs that are named within an expression."""
    constants = {str(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant)}
    return constants & texts("ru").keys()


def test_a_screen_without_buttons_says_what_to_type() -> None:
    catalog = texts("ru")
    silent = {
        key
        for keys in screens_without_buttons()
        if not any(re.search(r"(?<!\w)/[a-z]|{link}", form) for key in keys for form in catalog[key])
        for key in keys
    }
    assert silent - {"bot.name"} == WITHOUT_A_WAY_ON


@pytest.mark.parametrize("locale", LOCALES)
def test_the_glossary_is_kept(locale: str) -> None:
    patterns = avoided(locale)
    assert len(patterns) >= 10
    found = [
        (key, pattern)
        for key, forms in texts(locale).items()
        for pattern in patterns
        if any(re.search(pattern, form, re.IGNORECASE) for form in forms)
    ]
    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_button_fits_on_a_phone(locale: str) -> None:
    catalog, keys = texts(locale), set(button_keys())
    assert len(keys) > 150
    fixed = {key: re.sub(r"{\w+}", "", form) for key in keys for form in catalog[key]}
    assert {key: text for key, text in fixed.items() if len(text) > LONGEST_BUTTON} == {}
