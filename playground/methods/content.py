"""What a message consists of: text or a file with a caption, read from the parameters of a call."""

from playground.wire.errors import bad_request
from playground.wire.files import StoredFile, check_photo, check_upload
from playground.wire.params import Params, Upload
from playground.wire.text import CAPTION_LIMIT, TEXT_LIMIT, FormattedText, parse
from playground.world.entities import Message
from playground.world.world import World

CONTENT_FIELDS = ("text", "entities", "caption", "caption_entities", "photo", "document", "has_media_spoiler")


def message_text(params: Params) -> FormattedText:
    """The text of a message. Raise ApiError 400 if it is empty, overlong or can't be parsed."""
    raw = params.text("text")
    if not raw:
        raise bad_request("Message text is empty")
    formatted = parse(raw, params.text("parse_mode"), params.entities("entities"), limit=TEXT_LIMIT, kind="message")
    if not formatted.text:
        raise bad_request("Text must be non-empty")
    return formatted


def caption_of(params: Params) -> Message:
    """The caption fields of a message, none if there is no caption. Raise ApiError 400 as for a text."""
    entities = params.entities("caption_entities")
    formatted = parse(
        params.text("caption"), params.text("parse_mode"), entities, limit=CAPTION_LIMIT, kind="message caption"
    )
    return {"caption": formatted.text, **marked("caption_entities", formatted)} if formatted.text else {}


def marked(field: str, formatted: FormattedText) -> Message:
    return {field: formatted.entities} if formatted.entities else {}


def media_of(message: Message) -> Message:
    return {key: message[key] for key in ("photo", "document", "has_media_spoiler") if key in message}


def spoiler_of(params: Params) -> Message:
    """Whether a photo is covered until it is pressed."""
    return {"has_media_spoiler": True} if params.boolean("has_spoiler") else {}


def content_of(message: Message) -> Message:
    return {key: message[key] for key in CONTENT_FIELDS if key in message}


def photo_content(world: World, given: Upload | str) -> Message:
    """The fields of a message with a photo: uploaded now, or known by its id. Raise ApiError 400."""
    if isinstance(given, str):
        return {"photo": known_file(world, given, "Photo").photo_sizes()}
    check_upload(given)
    return {"photo": world.add_file("photo", given, check_photo(given)).photo_sizes()}


def document_content(world: World, given: Upload | str) -> Message:
    """The same with a document."""
    if isinstance(given, str):
        return {"document": known_file(world, given, "Document").document()}
    check_upload(given)
    return {"document": world.add_file("document", given).document()}


def known_file(world: World, file_id: str, kind: str) -> StoredFile:
    """A file that is sent again by its id. URLs are refused: this server fetches nothing."""
    if file_id.startswith(("http://", "https://")):
        raise bad_request("Failed to get HTTP URL content")
    stored = world.files.get(file_id)
    if stored is None:
        raise bad_request("Wrong file identifier/HTTP URL specified")
    if stored.kind != kind.lower():
        raise bad_request(f"Can't use file of type {stored.kind.capitalize()} as {kind}")
    return stored
