"""The page's files: complete in both languages, and nothing that its policy would block."""

import re

from playground.server.server import PAGE


def words(language: str) -> set[str]:
    block = re.search(rf"^  {language}: {{\n(.*?)^  }},", (PAGE / "strings.js").read_text(), re.DOTALL | re.MULTILINE)
    assert block
    return set(re.findall(r"^    (\w+):", block[1], re.MULTILINE))


def test_every_word_is_there_in_russian_and_english() -> None:
    assert words("ru") == words("en")
    assert len(words("ru")) > 30


def test_every_word_that_is_used_exists_and_every_word_is_used() -> None:
    code = "".join(path.read_text() for path in PAGE.glob("*.js"))
    used = set(re.findall(r'word\(\s*"(\w+)"', code))
    chosen = {name for pair in re.findall(r'word\([^()"]+\? "(\w+)" : "(\w+)"\)', code) for name in pair}
    assert used | chosen == words("en")


def test_the_page_has_no_inline_code_and_nothing_from_elsewhere() -> None:
    page = (PAGE / "index.html").read_text()
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_texts_reach_the_page_as_text_only() -> None:
    code = "".join(path.read_text() for path in PAGE.glob("*.js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", code)
