"""Methods that change or delete a message, or answer a press."""

from playground.methods.chats import known_chat, writable_chat
from playground.methods.content import (
    CONTENT_FIELDS,
    caption_of,
    content_of,
    document_content,
    marked,
    media_of,
    message_text,
    photo_content,
    spoiler_of,
)
from playground.methods.method import Method
from playground.wire.errors import bad_request
from playground.wire.markup import Markup, read_markup
from playground.wire.params import Params
from playground.world.entities import Chat, Message
from playground.world.inbox import PRESS_LIFE
from playground.world.world import World

DELETE_LIFE = 48 * 3600
TOAST_LIMIT = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Message:
    formatted = message_text(params)
    markup = read_markup(params, only_inline=True)
    chat, message = own_message(world, params)
    if "text" not in message:
        raise bad_request("There is no text in the message to edit")
    return edit(world, chat, message, {"text": formatted.text, **marked("entities", formatted)}, markup)


def edit_message_caption(world: World, params: Params) -> Message:
    caption, markup = caption_of(params), read_markup(params, only_inline=True)
    chat, message = own_message(world, params)
    if not media_of(message):
        raise bad_request("There is no caption in the message to edit")
    return edit(world, chat, message, media_of(message) | caption, markup)


def edit_message_media(world: World, params: Params) -> Message:
    given = params.json("media", "Can't parse input media JSON object")
    if not isinstance(given, dict) or given.get("type") not in ("photo", "document"):
        raise bad_request("Can't parse InputMedia: type must be photo or document")
    media = Params(given, params.files)
    markup = read_markup(params, only_inline=True)
    upload = media.file("media")
    if upload is None:
        raise bad_request(f"There is no {given['type']} in the request")
    caption = caption_of(media)
    chat, message = own_message(world, params)
    if given["type"] == "photo":
        stored = photo_content(world, upload) | spoiler_of(media)
    else:
        stored = document_content(world, upload)
    return edit(world, chat, message, stored | caption, markup)


def edit_message_reply_markup(world: World, params: Params) -> Message:
    markup = read_markup(params, only_inline=True)
    chat, message = own_message(world, params)
    return edit(world, chat, message, content_of(message), markup)


def delete_message(world: World, params: Params) -> bool:
    if not params.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if params.integer("message_id") == 0:
        raise bad_request("Message identifier is not specified")
    chat = known_chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.id == world.group_id and message["from"]["id"] != world.bot["id"]:
        raise bad_request("Message can't be deleted")
    if world.timestamp() - message["date"] >= DELETE_LIFE:
        raise bad_request("Message can't be deleted for everyone")
    world.delete_message(chat, message["message_id"])
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Delete several; ones that are gone are skipped, as at Telegram."""
    ids = params.json("message_ids", "Can't parse message_ids JSON object")
    if not ids:
        raise bad_request("Message identifiers are not specified")
    chat = known_chat(world, params)
    for message_id in [number for number in ids if number in chat.messages]:
        delete_message(world, Params({"chat_id": chat.id, "message_id": message_id}))
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    text, show_alert = params.text("text"), params.boolean("show_alert")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    query_id = params.text("callback_query_id")
    press = world.presses.get(query_id)
    if press is None or world.clock() - press.moment >= PRESS_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    world.add_toast(press, {"id": query_id, "text": text, "show_alert": show_alert})
    return True


def own_message(world: World, params: Params) -> tuple[Chat, Message]:
    """The message that is to be edited: there, and the bot's own."""
    chat = writable_chat(world, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot["id"]:
        raise bad_request("Message can't be edited")
    return chat, message


def edit(world: World, chat: Chat, old: Message, content: Message, markup: Markup | None) -> Message:
    """Put new content and markup in place of the old. An edit without a keyboard takes the keyboard away."""
    new_markup = {"reply_markup": markup} if markup else {}
    if content_of(old) == content and old.get("reply_markup") == markup:
        raise bad_request(NOT_MODIFIED)
    kept = {key: value for key, value in old.items() if key not in CONTENT_FIELDS and key != "reply_markup"}
    message = {**kept, "edit_date": world.timestamp(), **content, **new_markup}
    world.put_message(chat, message)
    return message


METHODS: dict[str, Method] = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "answercallbackquery": answer_callback_query,
}
