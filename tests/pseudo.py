"""A third language for the tests: the English texts in accented letters, as a translator would add them.

`add_language` writes nothing but what the page "Add a language" tells its reader to write: a catalog, and a text in the
new language beside each Russian and English one of the content.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

LOCALE = "eo"  # of a language with names of months and cities of its own
PLAIN = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpRrSsTtUuVvWwXxYyZz"
ACCENTED = "ÁáḂḃĆćĎďÉéḞḟǴǵȞȟÍíĴĵḰḱĹĺḾḿŃńÓóṔṕŔŕŚśŤťÚúṼṽẂẃẊẋÝýŹź"
KEPT = re.compile(r"({\w*}|https?://\S+|(?<![\w/])/[a-z_]+|<\w+>)")  # placeholders, addresses, commands
LETTERS = str.maketrans(PLAIN, ACCENTED)


def pseudo(text: str) -> str:
    """Return a text as long as it was, in letters that no other language of the bot has."""
    return "".join(part if KEPT.fullmatch(part) else part.translate(LETTERS) for part in KEPT.split(text))


def add_language(root: Path) -> None:
    """Give the sources under `root` a third language."""
    folder = root / "locales" / LOCALE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (root / "locales" / "en" / "LC_MESSAGES" / "bot.po").open("rb") as file:
        english = read_po(file, locale="en")
    catalog = Catalog(locale=LOCALE)
    for message in english:
        if message.id:
            forms = message.string
            catalog.add(message.id, pseudo(forms) if isinstance(forms, str) else tuple(map(pseudo, forms or ())))
    with (folder / "bot.po").open("wb") as out:
        write_po(out, catalog, width=0)
    for path in (root / "content").glob("*.yaml"):
        texts = _with_pseudo(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        path.write_text(
            yaml.dump(texts, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    shutil.copy(root / "content" / "papers" / "en.yaml", root / "content" / "papers" / f"{LOCALE}.yaml")


def _with_pseudo(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_pseudo(one) for one in node]
    if not isinstance(node, dict):
        return node
    grown = {key: _with_pseudo(value) for key, value in node.items()}
    if isinstance(node.get("ru"), str) and isinstance(node.get("en"), str):
        grown[LOCALE] = pseudo(node["en"])
    return grown
