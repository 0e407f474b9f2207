"""Methods that send something new."""

from collections.abc import Callable

from playground.methods.chats import writable_chat
from playground.methods.content import caption_of, document_content, marked, message_text, photo_content, spoiler_of
from playground.methods.method import Method
from playground.wire.errors import bad_request
from playground.wire.markup import Markup, read_markup
from playground.wire.params import Params
from playground.world.entities import Chat, Message, without_reply
from playground.world.world import World

ACTIONS = {
    "cancel", "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
    "upload_audio", "upload_document", "choose_sticker", "find_location", "pick_up_location", "record_video_note",
    "upload_video_note",
}  # fmt: skip


def send_message(world: World, params: Params) -> Message:
    formatted = message_text(params)
    markup = read_markup(params)
    content = {"text": formatted.text, **marked("entities", formatted)}
    return send(world, params, content, markup)


def send_photo(world: World, params: Params) -> Message:
    given = params.file("photo")
    if given is None:
        raise bad_request("There is no photo in the request")
    caption, markup = caption_of(params), read_markup(params)
    return send(world, params, lambda: photo_content(world, given) | spoiler_of(params) | caption, markup)


def send_document(world: World, params: Params) -> Message:
    given = params.file("document")
    if given is None:
        raise bad_request("There is no document in the request")
    caption, markup = caption_of(params), read_markup(params)
    return send(world, params, lambda: document_content(world, given) | caption, markup)


def send_chat_action(world: World, params: Params) -> bool:
    if params.text("action").lower() not in ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = writable_chat(world, params)
    world.tell({"type": "action", "chat": chat.id, "action": params.text("action")})
    return True


def send(world: World, params: Params, content: Message | Callable[[], Message], markup: Markup | None) -> Message:
    """Send a message; content that keeps a file is made only after the chat was found writable."""
    chat = writable_chat(world, params)
    reply = reply_to(world, params, chat) | topic_of(params, chat)
    if world.flood:
        world.flood_control.admit(chat.id)
    made = (content() if callable(content) else content) | reply
    if markup and "inline_keyboard" in markup:
        made["reply_markup"] = markup
    if params.boolean("protect_content"):
        made["has_protected_content"] = True
    message = world.bot_message(chat, made)
    if markup and "inline_keyboard" not in markup:
        world.set_keyboard(chat, None if markup.get("remove_keyboard") else markup)
    return message


def topic_of(params: Params, chat: Chat) -> Message:
    topic = params.integer("message_thread_id")
    if not topic:
        return {}
    if topic not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": topic, "is_topic_message": True}


def reply_to(world: World, params: Params, chat: Chat) -> Message:
    reply = params.json("reply_parameters", "Can't parse reply parameters JSON object") or {}
    number = reply.get("message_id") or params.integer("reply_to_message_id")
    if not number:
        return {}
    if number in chat.messages:
        return {"reply_to_message": without_reply(chat.messages[number])}
    if reply.get("allow_sending_without_reply") or params.boolean("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendchataction": send_chat_action,
}
