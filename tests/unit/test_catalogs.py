"""The catalogs are complete in both languages, and the code uses only keys that they have."""

import ast
import datetime as dt
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from benchmarks.house import nodes
from locales import LOCALES_PATH
from views.translator import Catalogs

ROOT = LOCALES_PATH.parent
LOCALES = ("ru", "en")
SPEAKERS = ("views", "handlers", "keyboards", "middlewares", "bot.py", "scheduler.py", "transport")
GIVEN_EVERYWHERE = {  # views.translator.Deployment
    *("org", "min_n", "backups_kept", "leavers_kept", "answers_kept", "every", "support", "talk", "emergency")
}
CYRILLIC = re.compile("[А-Яа-яЁё]")
CYRILLIC_IS_AT_HOME = {"benchmarks", "locales", "content", "playground", "tests"}


def read(locale: str) -> Catalog:
    with (LOCALES_PATH / locale / "LC_MESSAGES" / "bot.po").open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def messages(catalog: Catalog) -> dict[str, Message]:
    return {message.id if isinstance(message.id, str) else message.id[0]: message for message in catalog if message.id}


CATALOGS = {locale: read(locale) for locale in LOCALES}
MESSAGES = {locale: messages(catalog) for locale, catalog in CATALOGS.items()}
KEYS = sorted(MESSAGES["ru"].keys() | MESSAGES["en"].keys())


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(message: Message) -> set[str]:
    return {name for form in forms(message) for name in re.findall(r"{(\w+)}", form)}


def test_both_languages_have_the_same_keys() -> None:
    assert MESSAGES["ru"].keys() == MESSAGES["en"].keys()
    assert len(KEYS) > 200


def test_no_key_stands_twice() -> None:
    for locale in LOCALES:
        text = (LOCALES_PATH / locale / "LC_MESSAGES" / "bot.po").read_text(encoding="utf-8")
        found = re.findall(r'^msgid "(.+)"$', text, re.M)
        assert sorted(found) == sorted(set(found))


def test_entries_are_finished() -> None:
    for key in KEYS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_]+)*", key), key
        ru, en = MESSAGES["ru"][key], MESSAGES["en"][key]
        assert ru.pluralizable == en.pluralizable, key
        assert placeholders(ru) == placeholders(en), key
        is_finished(key, ru, 3 if ru.pluralizable else 1)
        is_finished(key, en, 2 if en.pluralizable else 1)
        if ru.pluralizable:
            assert ru.id == (key, key) == en.id, key
            assert placeholders(ru) >= {"n"}, key


def is_finished(key: str, message: Message, number_of_forms: int) -> None:
    assert not message.fuzzy, key
    assert len(forms(message)) == number_of_forms, key
    for form in forms(message):
        assert form.strip() == form != "", key
        assert not re.search(r"<\w+>|&\w+;", form), f"{key}: texts are plain"
        form.format_map(dict.fromkeys(placeholders(message), 1))  # every brace is a placeholder


def test_each_language_is_itself() -> None:
    for key in KEYS:
        if key.startswith("language."):
            continue
        assert not any(CYRILLIC.search(form) for form in forms(MESSAGES["en"][key])), key
        for form in forms(MESSAGES["ru"][key]):
            russian = re.sub(r"{\w+}|/\w+|\bHR\b|[^\w]|\d", "", form)
            assert CYRILLIC.search(form) or not russian, f"{key}: an English text among the Russian ones"


def test_a_figure_and_its_word_do_not_part_in_russian() -> None:
    figure_and_word = re.compile(r"\d (%|(?!прямо )[а-яё])|{(min_n|n|share)} (%|[а-яё])")
    for key in KEYS:
        for form in forms(MESSAGES["ru"][key]):
            assert not figure_and_word.search(form), (key, form)


def test_russian_has_three_plural_forms_and_english_two() -> None:
    assert CATALOGS["ru"].num_plurals == 3
    assert CATALOGS["en"].num_plurals == 2


# --- the translator ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return Catalogs()


def test_catalogs_need_no_compiled_file(catalogs: Catalogs) -> None:
    assert set(catalogs.available_locales) == set(LOCALES)
    assert all(isinstance(found, gettext.GNUTranslations) for found in catalogs.locales.values())
    assert not list(LOCALES_PATH.rglob("*.mo"))


@pytest.mark.parametrize(
    ("count", "ru", "en"),
    [
        (1, "1\u00a0минута", "1 minute"),
        (2, "2\u00a0минуты", "2 minutes"),
        (5, "5\u00a0минут", "5 minutes"),
        (11, "11\u00a0минут", "11 minutes"),
        (21, "21\u00a0минута", "21 minutes"),
        (0, "0\u00a0минут", "0 minutes"),
    ],
)
def test_plurals(catalogs: Catalogs, count: int, ru: str, en: str) -> None:
    assert catalogs.translator("ru").n("recommendations.minutes", count) == ru
    assert catalogs.translator("en").n("recommendations.minutes", count) == en


def test_an_unknown_key_is_an_error_and_never_a_text(catalogs: Catalogs) -> None:
    for locale in LOCALES:
        t = catalogs.translator(locale)
        with pytest.raises(KeyError):
            t("no.such.key")
        with pytest.raises(KeyError):
            t.n("no.such.key", 1)


def test_a_missing_value_is_an_error(catalogs: Catalogs) -> None:
    with pytest.raises(KeyError):
        catalogs.translator("en")("checkin.later")


def test_braces_in_a_value_are_only_text(catalogs: Catalogs) -> None:
    assert catalogs.translator("en")("home.title", name="{evil}") == "Exhale · {evil}"


def test_figures_and_dates_are_written_in_the_language(catalogs: Catalogs) -> None:
    ru, en = catalogs.translator("ru"), catalogs.translator("en")
    day = dt.date(2026, 11, 3)
    assert (ru.date(day), en.date(day)) == ("3\u00a0ноября", "3\u00a0November")
    assert (ru.date(day, year=True), en.date(day, year=True)) == (
        "3\u00a0ноября\u00a02026",
        "3\u00a0November\u00a02026",
    )
    assert (ru.weekday(day), en.weekday(day)) == ("вторник", "Tuesday")
    assert (ru.number(78.5), en.number(78.5)) == ("78,5", "78.5")
    assert (ru.number(78.0), en.number(78.0)) == ("78", "78")
    assert (ru.percent(0.6), en.percent(0.6)) == ("60\u00a0%", "60%")
    assert ru.time(dt.time(9)) == en.time(dt.time(9)) == "09:00"


# --- the code ---------------------------------------------------------------------------------------------------------


def sources(*names: str) -> Iterator[Path]:
    for name in names:
        path = ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def words_of(node: ast.expr) -> list[str | re.Pattern[str]]:
    """The keys that an argument may be: a literal, either branch of a condition, or a pattern for an f-string."""
    match node:
        case ast.Constant(value=str(key)):
            return [key]
        case ast.IfExp(body=body, orelse=orelse):
            return [*words_of(body), *words_of(orelse)]
        case ast.JoinedStr(values=parts):
            fixed = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in parts)
            return [re.compile("".join(fixed))]
    return []


@cache
def spoken() -> list[tuple[str, str | re.Pattern[str], set[str] | None]]:
    """Where a key is used, the key, and the names of the values that are given with it (None: not known)."""
    found = []
    for path in sources(*SPEAKERS):
        for node in nodes(path):
            match node:
                case ast.Call(func=ast.Name(id="t") | ast.Attribute(attr="t"), args=[first, *_]):
                    given: set[str] | None = set()
                case ast.Call(func=ast.Attribute(value=ast.Name(id="t"), attr="n"), args=[first, *_]):
                    given = {"n"}
                case _:
                    continue
            names = {keyword.arg for keyword in node.keywords}
            values = None if None in names else (given or set()) | {name for name in names if name}
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            found += [(place, key, values) for key in words_of(first)]
    return found


def refusals() -> list[tuple[str, str]]:
    """The `key` of each class of refusals, of all areas."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", str(node.value.value))
        for path in sorted((ROOT / "services").glob("**/errors.py"))
        for node in nodes(path)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and any(isinstance(target, ast.Name) and target.id == "key" for target in node.targets)
    ]


def test_every_key_in_the_code_exists() -> None:
    used = [(place, key) for place, key, _ in spoken()] + refusals()
    assert len(used) > 50
    missing = [
        f"{place}: {key if isinstance(key, str) else key.pattern}"
        for place, key in used
        if not (key in KEYS if isinstance(key, str) else any(key.fullmatch(known) for known in KEYS))
    ]
    assert not missing, "\n".join(missing)


def test_every_placeholder_is_given() -> None:
    lacking = [
        f"{place}: {key} needs {sorted(needed)}"
        for place, key, values in spoken()
        if isinstance(key, str)
        and values is not None
        and key in KEYS
        and (needed := placeholders(MESSAGES["en"][key]) - values - GIVEN_EVERYWHERE)
    ]
    assert not lacking, "\n".join(lacking)


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module, docstrings aside."""
    statements = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.lineno, node.value


@pytest.mark.slow
def test_no_russian_outside_catalogs_and_content() -> None:
    tops = [path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name not in CYRILLIC_IS_AT_HOME]
    checked = list(sources(*(path.name for path in tops if path.is_dir() or path.suffix == ".py")))
    assert len(checked) > 20
    found = [
        f"{path.relative_to(ROOT)}:{line}" for path in checked for line, text in literals(path) if CYRILLIC.search(text)
    ]
    assert not found, "\n".join(found)
