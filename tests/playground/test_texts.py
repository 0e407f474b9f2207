"""HTML and entities: what people see, and what is refused with which words."""

import pytest

from playground.wire.errors import ApiError
from playground.wire.text import parse

HTML_RESULTS = {
    "a <b>b</b>": ("a b", [("bold", 2, 1)]),
    "<b>a <i>😀b</i></b>c": ("a 😀bc", [("bold", 0, 5), ("italic", 2, 3)]),
    "&lt;b&gt; &amp;&quot;&#33;&#x21;": ('<b> &"!!', []),
    "&nbsp;": ("&nbsp;", []),
    "<B>x</b  >": ("x", [("bold", 0, 1)]),
    '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>': ("xy", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    "<b></b>x": ("x", []),
    "  <b>x</b>  ": ("x", [("bold", 0, 1)]),
    "<b>x  </b>": ("x", [("bold", 0, 1)]),
    "<blockquote expandable>x</blockquote>": ("x", [("expandable_blockquote", 0, 1)]),
    "/checkin, a@b.io": ("/checkin, a@b.io", [("bot_command", 0, 8), ("email", 10, 6)]),
    "<code>/checkin</code>": ("/checkin", [("code", 0, 8)]),
    "1/2 https://a.b/c.": ("1/2 https://a.b/c.", [("url", 4, 13)]),
}
HTML_REFUSALS = {
    "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
    "x</b>": "Unexpected end tag at byte offset 1",
    "я<x>": 'Unsupported start tag "x" at byte offset 2',
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "<b>x</i>": 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    "<b": "Unclosed start tag at byte offset 0",
    "<b>x</b": "Unclosed end tag at byte offset 4",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<a href="x': "Unclosed start tag at byte offset 0",
    "<a href=x!>y</a>": "Unexpected end of name token at byte offset 8",
    '<a "x">y</a>': 'Empty attribute name in the tag "a" at byte offset 0',
}


@pytest.mark.parametrize("source", HTML_RESULTS)
def test_html_becomes_text_and_entities(source: str) -> None:
    text, entities = parse(source, "HTML", None, limit=4096, kind="message")
    assert (text, [(e["type"], e["offset"], e["length"]) for e in entities]) == HTML_RESULTS[source]


@pytest.mark.parametrize("source", HTML_REFUSALS)
def test_broken_html_is_refused(source: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(source, "HTML", None, limit=4096, kind="message")
    assert caught.value.description == f"Bad Request: can't parse entities: {HTML_REFUSALS[source]}"


def test_a_link_keeps_its_address_and_a_bad_one_its_text_only() -> None:
    text, entities = parse(
        '<a href="http://a.ru?x=1&amp;y">a</a><a href="javascript:x">b</a>', "html", None, limit=99, kind=""
    )
    assert text == "ab"
    assert [entity["url"] for entity in entities] == ["http://a.ru?x=1&y"]


def test_a_language_belongs_to_a_pre_only() -> None:
    source = '<pre><code class="language-py">x</code></pre> <code class="language-py">y</code>'
    _, entities = parse(source, "HTML", None, limit=99, kind="")
    assert entities == [
        {"type": "pre", "offset": 0, "length": 1, "language": "py"},
        {"type": "code", "offset": 2, "length": 1},
    ]


def test_a_code_in_a_pre_of_one_length_is_one_entity() -> None:
    _, entities = parse("<pre><code>x</code></pre>", "HTML", None, limit=99, kind="")
    assert entities == [{"type": "pre", "offset": 0, "length": 1}]


@pytest.mark.parametrize(
    ("entity", "words"),
    [
        ({"type": "bold", "offset": 2, "length": 9}, "entity beginning at UTF-16 offset 2 ends after the end"),
        ({"type": "bold", "offset": 9, "length": 1}, "entity begins after the end of the text at UTF-16 offset 9"),
        ({"type": "bold", "offset": -1, "length": 1}, "receive an entity with incorrect offset -1"),
        ({"type": "bold", "offset": 0, "length": -1}, "receive an entity with incorrect length -1"),
        ({"type": "bold", "offset": 1, "length": 1}, "entity begins in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": 0, "length": 1}, "entity beginning at UTF-16 offset 0 ends in a middle"),
        ({"type": "loud", "offset": 0, "length": 1}, "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "date_time", "offset": 0, "length": 1}, "can't parse MessageEntity: Can't find field \"unix_time\""),
        (
            {"type": "date_time", "offset": 0, "length": 1, "unix_time": 1, "date_time_format": "x"},
            "can't parse MessageEntity: Invalid date-time format specified",
        ),
        (
            {"type": "date_time", "offset": 0, "length": 1, "unix_time": 1, "date_time_format": "rD"},
            "can't parse MessageEntity: Invalid date-time format specified",
        ),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        ({"type": "text_link", "offset": 0, "length": 2, "url": "x"}, "entity URL 'x' is invalid: Wrong HTTP URL"),
    ],
)
def test_entities_outside_of_the_text_are_refused(entity: dict[str, object], words: str) -> None:
    with pytest.raises(ApiError, match="Bad Request: ") as caught:
        parse("😀ab", None, [entity], limit=4096, kind="message")
    assert caught.value.description.startswith(f"Bad Request: {words}")


def test_limits_count_utf16_units_after_parsing() -> None:
    assert len(parse("<b>" + "x" * 4096 + "</b>", "HTML", None, limit=4096, kind="message").text) == 4096
    with pytest.raises(ApiError, match="Bad Request: message is too long"):
        parse("😀" * 2048 + "x", None, None, limit=4096, kind="message")


def test_markdown_is_refused() -> None:
    with pytest.raises(ApiError, match="Bad Request: unsupported parse_mode"):
        parse("*x*", "MarkdownV2", None, limit=4096, kind="message")
