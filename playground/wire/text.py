"""Message texts: HTML and explicit entities to (text, entities), with Telegram's limits and refusals.

Entities are Bot API dicts; their offsets and lengths count UTF-16 code units. The rules and the wording of the
refusals are those of TDLib (td/telegram/MessageEntity.cpp), on which Telegram's own Bot API server is built.
"""

import html
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from playground.wire.errors import bad_request
from playground.wire.links import check_link
from playground.wire.moments import check_moment

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

TAG_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
FORMATTING_TYPES = {*TAG_TYPES.values(), "expandable_blockquote", "text_mention", "date_time"}
DETECTED_TYPES = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number",
}  # fmt: skip

CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)\s*(?:=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.\-]+(?=[\s>])))?""")
DETECTORS = [
    ("url", re.compile(r"https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)\]]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?!\w)", re.IGNORECASE)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
]


class FormattedText(NamedTuple):
    """A text as people see it, and what is marked in it."""

    text: str
    entities: list[dict[str, Any]]


@dataclass
class OpenTag:
    name: str
    argument: str
    start: int
    start_in_text: int


def utf16_length(text: str) -> int:
    """Length of `text` in UTF-16 code units, the unit of all of Telegram's limits and offsets."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse(text: str, parse_mode: str | None, entities: Any, *, limit: int, kind: str) -> FormattedText:
    """A text as a method received it, parsed, trimmed and measured.

    `kind` is "message" or "message caption", the word in the refusal when more than `limit` units remain.
    Raise ApiError 400 for broken markup, wrong entities and overlong texts; an empty result is left to the caller.
    """
    mode = (parse_mode or "").lower()
    if text and mode and mode != "none":
        if mode != "html":
            raise bad_request("Unsupported parse_mode")
        formatted = parse_html(text)
    else:
        formatted = FormattedText(text, check_entities(text, entities))
    formatted = with_detected(trim(formatted))
    if utf16_length(formatted.text) > limit:
        raise bad_request(f"{kind} is too long")
    return formatted


def parse_html(source: str) -> FormattedText:
    """Telegram's HTML to text and entities. Raise ApiError 400 "can't parse entities: …" with the byte offset."""
    return HtmlParser(source).parse()


class HtmlParser:
    """One pass over an HTML text; `out` collects plain text, `length` counts its UTF-16 units."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.length = 0
        self.open: list[OpenTag] = []
        self.entities: list[dict[str, Any]] = []

    def parse(self) -> FormattedText:
        position = 0
        while (tag := self.source.find("<", position)) >= 0:
            self.add_text(self.source[position:tag])
            position = self.end_tag(tag) if self.source.startswith("</", tag) else self.start_tag(tag)
        self.add_text(self.source[position:])
        if self.open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return FormattedText("".join(self.out), sort_entities(self.entities))

    def add_text(self, raw: str) -> None:
        text = unescape(raw)
        self.out.append(text)
        self.length += utf16_length(text)

    def start_tag(self, begin: int) -> int:
        position = self.name_end(begin + 1)
        if position == len(self.source):
            raise unparsable(f"Unclosed start tag at byte offset {self.byte(begin)}")
        name = self.source[begin + 1 : position].lower()
        if name not in TAG_TYPES:
            raise unparsable(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        attributes, end = self.attributes(name, begin, position)
        argument = tag_argument(name, attributes)
        if name == "span" and argument != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(OpenTag(name, argument, self.length, len(self.out)))
        return end

    def attributes(self, tag: str, begin: int, position: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            position = self.after_spaces(position)
            if position == len(self.source):
                raise unparsable(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
            if self.source[position] == ">":
                return found, position + 1
            match = ATTRIBUTE.match(self.source, position)
            if not match:
                raise unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
            position = match.end()
            if match[2] is None and self.source.startswith("=", position):
                value = position + 1
                if self.source[value : value + 1] in ('"', "'", ""):
                    raise unparsable(f"Unclosed start tag at byte offset {self.byte(begin)}")
                raise unparsable(f"Unexpected end of name token at byte offset {self.byte(value)}")
            found[match[1]] = attribute_value(match[2])

    def end_tag(self, begin: int) -> int:
        offset = self.byte(begin)
        if not self.open:
            raise unparsable(f"Unexpected end tag at byte offset {offset}")
        name_end = self.name_end(begin + 2)
        end = self.after_spaces(name_end)
        if not self.source.startswith(">", end):
            raise unparsable(f"Unclosed end tag at byte offset {offset}")
        tag, found = self.open[-1], self.source[begin + 2 : name_end].lower()
        if found and found != tag.name:
            raise unparsable(f'Unmatched end tag at byte offset {offset}, expected "</{tag.name}>", found "</{found}>"')
        self.open.pop()
        if self.length > tag.start:
            self.close(tag)
        return end + 1

    def name_end(self, position: int) -> int:
        """Where the name of a tag ends that begins here: at white space, at its >, or with the text."""
        while position < len(self.source) and not (self.source[position].isspace() or self.source[position] == ">"):
            position += 1
        return position

    def after_spaces(self, position: int) -> int:
        while position < len(self.source) and self.source[position].isspace():
            position += 1
        return position

    def close(self, tag: OpenTag) -> None:
        entity: dict[str, Any] = {
            "type": TAG_TYPES[tag.name], "offset": tag.start, "length": self.length - tag.start,
        }  # fmt: skip
        if tag.name == "a":
            self.close_link(entity, tag.argument or "".join(self.out[tag.start_in_text :]))
            return
        if tag.name == "blockquote" and tag.argument:
            entity["type"] = "expandable_blockquote"
        if tag.name == "tg-emoji":
            if not tag.argument.isdigit():
                raise unparsable("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.argument
        if tag.name == "code" and tag.argument:
            entity["language"] = tag.argument
        if tag.name == "pre":
            self.join_code(entity)
        self.entities.append(entity)

    def join_code(self, pre: dict[str, Any]) -> None:
        """A code with a language that fills its pre makes one entity."""
        inner = self.entities[-1] if self.entities else {}
        if inner.get("type") == "code" and (inner["offset"], inner["length"]) == (pre["offset"], pre["length"]):
            self.entities.pop()
            pre |= {"language": inner["language"]} if "language" in inner else {}

    def close_link(self, entity: dict[str, Any], url: str) -> None:
        user = re.fullmatch(r"tg://user\?id=(\d+)", url)
        if user:
            self.entities.append({**entity, "type": "text_mention", "user": unknown_user(int(user[1]))})
        elif (checked := check_link(url)).url:
            self.entities.append({**entity, "url": checked.url})

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode())


def unparsable(text: str) -> Exception:
    return bad_request(f"Can't parse entities: {text}")


def unescape(raw: str) -> str:
    """Replace the character references Telegram knows: &lt; &gt; &amp; &quot; and numeric ones."""

    def character(match: re.Match[str]) -> str:
        if match[3]:
            return html.unescape(f"&{match[3]};")
        code = int(match[1], 16) if match[1] else int(match[2])
        return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]

    return CHARACTER.sub(character, raw) if "&" in raw else raw


def attribute_value(raw: str | None) -> str:
    if raw is None:
        return ""
    return unescape(raw[1:-1]) if raw[0] in "\"'" else raw.lower()


def tag_argument(tag: str, attributes: dict[str, str]) -> str:
    """The one attribute that matters for `tag`, or an empty string."""
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    if tag == "code":
        name = attributes.get("class", "")
        return name.removeprefix("language-") if name.startswith("language-") else ""
    return attributes.get({"a": "href", "span": "class", "tg-emoji": "emoji-id"}.get(tag, ""), "")


def unknown_user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "User"}


def check_entities(text: str, given: Any) -> list[dict[str, Any]]:
    """Entities as a method received them. Raise ApiError 400 if one lies outside of `text` or cuts a character."""
    if not isinstance(given, list):
        return []
    kept = []
    for entity in given:
        checked = check_entity(entity)
        if checked and checked["length"]:
            kept.append(checked)
    starts = character_starts(text)
    for entity in sort_entities(kept):
        check_place(entity, starts)
    return sort_entities(kept)


def check_entity(entity: Any) -> dict[str, Any] | None:
    """One entity, or None for a kind that Telegram finds by itself."""
    if not isinstance(entity, dict):
        raise bad_request("Can't parse MessageEntity: expected an Object")
    for field in ("offset", "length", "type"):
        if entity.get(field) is None:
            raise bad_request(f"Can't parse MessageEntity: Can't find field \"{field}\"")
    kind, offset, length = entity["type"], entity["offset"], entity["length"]
    if kind in DETECTED_TYPES:
        return None
    if kind not in FORMATTING_TYPES:
        raise bad_request("Can't parse MessageEntity: Unsupported type specified")
    if not isinstance(offset, int) or not 0 <= offset <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect offset {offset}")
    if not isinstance(length, int) or not 0 <= length <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect length {length}")
    checked = {key: value for key, value in entity.items() if value is not None}
    if kind == "text_link":
        link = check_link(str(entity.get("url") or ""))
        if not link.url:
            raise bad_request(f"Entity {link.error}")
        checked["url"] = link.url
    if kind == "date_time":
        check_moment(entity)
        checked.setdefault("date_time_format", "")
    return checked


def check_place(entity: dict[str, Any], starts: set[int]) -> None:
    begin, end, text_end = entity["offset"], entity["offset"] + entity["length"], max(starts)
    if begin > text_end:
        raise bad_request(f"Entity begins after the end of the text at UTF-16 offset {begin}")
    if begin not in starts:
        raise bad_request(f"Entity begins in a middle of a UTF-16 symbol at byte offset {begin}")
    if end > text_end:
        raise bad_request(
            f"Entity beginning at UTF-16 offset {begin} ends after the end of the text at UTF-16 offset {end}"
        )
    if end not in starts:
        raise bad_request(
            f"Entity beginning at UTF-16 offset {begin} ends in a middle of a UTF-16 symbol at byte offset {end}"
        )


def character_starts(text: str) -> set[int]:
    """UTF-16 offsets at which a character begins, the end of the text included."""
    starts, offset = {0}, 0
    for character in text:
        offset += 2 if character > "\uffff" else 1
        starts.add(offset)
    return starts


def trim(formatted: FormattedText) -> FormattedText:
    """Remove white space at both ends, as Telegram does, and move the entities along."""
    text = "".join(" " if character < " " and character not in "\n\r" else character for character in formatted.text)
    kept = text.replace("\r", "") if not formatted.entities else text
    stripped = kept.rstrip(" \n")
    end = utf16_length(stripped)
    entities = [
        {**entity, "length": min(entity["length"], end - entity["offset"])}
        for entity in formatted.entities
        if entity["offset"] < end
    ]
    leading = len(stripped) - len(stripped.lstrip(" \n"))
    leading = min([leading, *(entity["offset"] for entity in entities)])
    for entity in entities:
        entity["offset"] -= leading
    return FormattedText(stripped[leading:], entities)


def with_detected(formatted: FormattedText) -> FormattedText:
    """Add links, addresses, commands, mentions and hashtags that no other entity covers."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in formatted.entities if blocks_detection(e["type"])]
    found = list(formatted.entities)
    for kind, pattern in DETECTORS:
        for match in pattern.finditer(formatted.text):
            begin = utf16_length(formatted.text[: match.start()])
            end = begin + utf16_length(match[0])
            if all(end <= other or begin >= last for other, last in taken):
                taken.append((begin, end))
                found.append({"type": kind, "offset": begin, "length": end - begin})
    return FormattedText(formatted.text, sort_entities(found))


def blocks_detection(kind: str) -> bool:
    return kind in {"code", "pre", "text_link", "text_mention", "custom_emoji"}


def sort_entities(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
