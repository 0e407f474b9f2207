"""The Bot API's methods over a World: a strict double that refuses what Telegram refuses, in Telegram's words.

The wording comes from the Bot API server's source (tdlib/telegram-bot-api) and TDLib. Methods that this server
doesn't know end with 404, as at Telegram. `parse_mode` may be HTML; Markdown is refused.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from . import profile
from .errors import ApiError, bad_request, refuse
from .files import DOWNLOAD_LIMIT, StoredFile, check_photo, check_upload
from .flood import FloodControl
from .markup import Markup, read_markup
from .params import Params, Upload
from .text import CAPTION_LIMIT, TEXT_LIMIT, FormattedText, parse
from .world import BATCH_LIMIT, PRESS_LIFE, Chat, Message, World, without_reply

DELETE_LIFE = 48 * 3600
TOAST_LIMIT = 200
SECRET_LIMIT = 256
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
ACTIONS = {
    "cancel", "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
    "upload_audio", "upload_document", "choose_sticker", "find_location", "pick_up_location", "record_video_note",
    "upload_video_note",
}  # fmt: skip

Method = Callable[[Params], Any]


class BotApi:
    """`call` runs one method against the world; it does no input or output and never waits."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._flood = FloodControl(world.clock)
        self._methods: dict[str, Method] = {
            "getme": lambda _: self.get_me(),
            "getupdates": self.get_updates,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": lambda _: self.get_webhook_info(),
            "sendmessage": self.send_message,
            "sendphoto": self.send_photo,
            "senddocument": self.send_document,
            "sendchataction": self.send_chat_action,
            "editmessagetext": self.edit_message_text,
            "editmessagecaption": self.edit_message_caption,
            "editmessagemedia": self.edit_message_media,
            "editmessagereplymarkup": self.edit_message_reply_markup,
            "deletemessage": self.delete_message,
            "deletemessages": self.delete_messages,
            "answercallbackquery": self.answer_callback_query,
            "getchat": self.get_chat,
            "getfile": self.get_file,
            "getuserprofilephotos": self.get_user_profile_photos,
            "leavechat": self.leave_chat,
            "logout": lambda _: True,
            "close": lambda _: True,
            **{name: self._profile_method(method) for name, method in PROFILE_METHODS.items()},
        }

    def call(self, method: str, params: dict[str, Any], files: dict[str, Upload] | None = None) -> Any:
        """The JSON-able result of a method; its name is case-insensitive. The call is recorded either way.

        `params` are JSON values or the strings of a form; `files` are uploads by field name. `getUpdates` returns what
        is there at once. Raises ApiError for every refusal.
        """
        try:
            handler = self._methods.get(method.lower())
            if handler is None:
                raise refuse(404, "method not found")
            result = handler(Params(params, files))
        except ApiError as refusal:
            self.world.record(method, params, refusal=refusal)
            raise
        self.world.record(method, params, result=result)
        return result

    # Updates

    def get_me(self) -> dict[str, Any]:
        return {
            **self.world.bot_user(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def get_updates(self, params: Params) -> list[dict[str, Any]]:
        """Waiting updates, at once; waiting for them (`timeout`) is up to the server."""
        if self.world.webhook.url:
            raise refuse(409, WEBHOOK_ACTIVE)
        self._allow_updates(params)
        limit = params.integer("limit", BATCH_LIMIT)
        return self.world.get_updates(params.integer("offset"), min(max(limit, 1), BATCH_LIMIT))

    def set_webhook(self, params: Params) -> bool:
        url, secret = params.text("url"), params.text("secret_token")
        if params.boolean("drop_pending_updates"):
            self.world.drop_updates()
        if url:
            check_webhook_url(url)
        if len(secret) > SECRET_LIMIT:
            raise bad_request("secret token is too long")
        if not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
            raise bad_request("secret token contains unallowed characters")
        self._allow_updates(params)
        hook = self.world.webhook
        hook.url, hook.secret_token = url, secret
        hook.max_connections = min(max(params.integer("max_connections", 40), 1), 100)
        hook.last_error_date = hook.last_error_message = None
        self.world.tell({"type": "webhook"})
        return True

    def delete_webhook(self, params: Params) -> bool:
        return self.set_webhook(Params({"drop_pending_updates": params.boolean("drop_pending_updates")}))

    def get_webhook_info(self) -> dict[str, Any]:
        hook = self.world.webhook
        info: dict[str, Any] = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates),
        }
        if hook.url:
            info["max_connections"] = hook.max_connections
        if hook.last_error_date:
            info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
        if self.world.allowed_updates:
            info["allowed_updates"] = self.world.allowed_updates
        return info

    # Messages

    def send_message(self, params: Params) -> Message:
        formatted = message_text(params)
        markup = read_markup(params)
        content = {"text": formatted.text, **marked("entities", formatted)}
        return self._send(params, content, markup)

    def send_photo(self, params: Params) -> Message:
        given = params.file("photo")
        if given is None:
            raise bad_request("There is no photo in the request")
        caption, markup = caption_of(params), read_markup(params)
        return self._send(params, lambda: self._photo(given) | caption, markup)

    def send_document(self, params: Params) -> Message:
        given = params.file("document")
        if given is None:
            raise bad_request("There is no document in the request")
        caption, markup = caption_of(params), read_markup(params)
        return self._send(params, lambda: self._document(given) | caption, markup)

    def send_chat_action(self, params: Params) -> bool:
        if params.text("action").lower() not in ACTIONS:
            raise bad_request("Wrong parameter action in request")
        chat = self._writable_chat(params)
        self.world.tell({"type": "action", "chat": chat.id, "action": params.text("action")})
        return True

    def edit_message_text(self, params: Params) -> Message:
        formatted = message_text(params)
        markup = read_markup(params, only_inline=True)
        chat, message = self._own_message(params)
        if "text" not in message:
            raise bad_request("There is no text in the message to edit")
        return self._edit(chat, message, {"text": formatted.text, **marked("entities", formatted)}, markup)

    def edit_message_caption(self, params: Params) -> Message:
        caption, markup = caption_of(params), read_markup(params, only_inline=True)
        chat, message = self._own_message(params)
        if not media_of(message):
            raise bad_request("There is no caption in the message to edit")
        return self._edit(chat, message, media_of(message) | caption, markup)

    def edit_message_media(self, params: Params) -> Message:
        given = params.json("media", "Can't parse input media JSON object")
        if not isinstance(given, dict) or given.get("type") not in ("photo", "document"):
            raise bad_request("Can't parse InputMedia: type must be photo or document")
        media = Params(given, params.files)
        markup = read_markup(params, only_inline=True)
        upload = media.file("media")
        if upload is None:
            raise bad_request(f"There is no {given['type']} in the request")
        caption = caption_of(media)
        chat, message = self._own_message(params)
        stored = self._photo(upload) if given["type"] == "photo" else self._document(upload)
        return self._edit(chat, message, stored | caption, markup)

    def edit_message_reply_markup(self, params: Params) -> Message:
        markup = read_markup(params, only_inline=True)
        chat, message = self._own_message(params)
        return self._edit(chat, message, content_of(message), markup)

    def delete_message(self, params: Params) -> bool:
        if not params.text("chat_id"):
            raise bad_request("Chat identifier is not specified")
        if params.integer("message_id") == 0:
            raise bad_request("Message identifier is not specified")
        chat = self._known_chat(params)
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if chat.id == self.world.group_id and message["from"]["id"] != self.world.bot["id"]:
            raise bad_request("Message can't be deleted")
        if self.world.timestamp() - message["date"] >= DELETE_LIFE:
            raise bad_request("Message can't be deleted for everyone")
        self.world.delete_message(chat, message["message_id"])
        return True

    def delete_messages(self, params: Params) -> bool:
        """Deletes several; ones that are gone are skipped, as at Telegram."""
        ids = params.json("message_ids", "Can't parse message_ids JSON object")
        if not ids:
            raise bad_request("Message identifiers are not specified")
        chat = self._known_chat(params)
        for message_id in [number for number in ids if number in chat.messages]:
            self.delete_message(Params({"chat_id": chat.id, "message_id": message_id}))
        return True

    def answer_callback_query(self, params: Params) -> bool:
        text, show_alert = params.text("text"), params.boolean("show_alert")
        if len(text) > TOAST_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        query_id = params.text("callback_query_id")
        press = self.world.presses.get(query_id)
        if press is None or self.world.clock() - press.moment >= PRESS_LIFE:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.world.add_toast(press, {"id": query_id, "text": text, "show_alert": show_alert})
        return True

    # Chats and files

    def get_chat(self, params: Params) -> dict[str, Any]:
        chat = self._known_chat(params)
        full = {**self.world.chat_object(chat), "accent_color_id": 0, "max_reaction_count": 11}
        full["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
        person = self.world.people.get(chat.id)
        if person and (avatar := self.world.avatar(person)):
            sizes = {"small_file_id": avatar.file_id, "small_file_unique_id": avatar.unique_id}
            full["photo"] = {**sizes, "big_file_id": avatar.file_id, "big_file_unique_id": avatar.unique_id}
        return full

    def get_file(self, params: Params) -> dict[str, Any]:
        if not params.text("file_id"):
            raise bad_request("file_id not specified")
        stored = self.world.files.get(params.text("file_id"))
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {**stored.reference(), "file_path": stored.path}

    def get_user_profile_photos(self, params: Params) -> dict[str, Any]:
        if params.integer("user_id") <= 0:
            raise bad_request("invalid user_id specified")
        person = self.world.people.get(params.integer("user_id"))
        if person is None:
            raise bad_request("user not found")
        avatar = self.world.avatar(person)
        return {"total_count": int(avatar is not None), "photos": [avatar.photo_sizes()] if avatar else []}

    def leave_chat(self, params: Params) -> bool:
        chat = self._known_chat(params)
        if chat.id != self.world.group_id:
            raise bad_request("chat member status can't be changed in private chats")
        if not chat.started:
            raise refuse(403, "bot is not a member of the group chat")
        chat.started = False
        self.world.tell({"type": "membership", "chat": chat.id, "blocked": chat.blocked})
        return True

    # Helpers

    def _profile_method(self, method: Callable[[World, Params], Any]) -> Method:
        return lambda params: method(self.world, params)

    def _allow_updates(self, params: Params) -> None:
        """Remembers which kinds of update the bot wants; an unreadable or missing list changes nothing."""
        kinds = params.entities("allowed_updates")
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self.world.allowed_updates = [kind.lower() for kind in kinds]

    def _known_chat(self, params: Params) -> Chat:
        """The chat of a call; a person that never wrote is known only by getting 403 on writing."""
        if not params.text("chat_id"):
            raise bad_request("chat_id is empty")
        chat_id = params.integer("chat_id")
        if chat_id in self.world.people and chat_id not in self.world.chats:
            return Chat(chat_id)
        if chat_id not in self.world.chats:
            raise bad_request("chat not found")
        return self.world.chats[chat_id]

    def _writable_chat(self, params: Params) -> Chat:
        chat = self._known_chat(params)
        if chat.blocked:
            raise refuse(403, "bot was blocked by the user")
        if not chat.started and chat.id == self.world.group_id:
            raise refuse(403, "bot is not a member of the group chat")
        if not chat.started:
            raise refuse(403, "bot can't initiate conversation with a user")
        return chat

    def _send(self, params: Params, content: Message | Callable[[], Message], markup: Markup | None) -> Message:
        """Sends a message; content that keeps a file is made only after the chat was found writable."""
        chat = self._writable_chat(params)
        reply = self._reply(params, chat)
        if self.world.flood:
            self._flood.admit(chat.id)
        made = (content() if callable(content) else content) | reply
        if markup and "inline_keyboard" in markup:
            made["reply_markup"] = markup
        if params.boolean("protect_content"):
            made["has_protected_content"] = True
        message = self.world.bot_message(chat, made)
        if markup and "inline_keyboard" not in markup:
            self.world.set_keyboard(chat, None if markup.get("remove_keyboard") else markup)
        return message

    def _reply(self, params: Params, chat: Chat) -> Message:
        reply = params.json("reply_parameters", "Can't parse reply parameters JSON object") or {}
        number = reply.get("message_id") or params.integer("reply_to_message_id")
        if not number:
            return {}
        if number in chat.messages:
            return {"reply_to_message": without_reply(chat.messages[number])}
        if reply.get("allow_sending_without_reply") or params.boolean("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")

    def _own_message(self, params: Params) -> tuple[Chat, Message]:
        """The message that is to be edited: there, and the bot's own."""
        chat = self._writable_chat(params)
        message = chat.messages.get(params.integer("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if message["from"]["id"] != self.world.bot["id"]:
            raise bad_request("Message can't be edited")
        return chat, message

    def _edit(self, chat: Chat, old: Message, content: Message, markup: Markup | None) -> Message:
        """Puts new content and markup in place of the old. An edit without a keyboard takes the keyboard away."""
        new_markup = {"reply_markup": markup} if markup else {}
        if content_of(old) == content and old.get("reply_markup") == markup:
            raise bad_request(NOT_MODIFIED)
        kept = {key: value for key, value in old.items() if key not in CONTENT_FIELDS and key != "reply_markup"}
        message = {**kept, "edit_date": self.world.timestamp(), **content, **new_markup}
        self.world.put_message(chat, message)
        return message

    def _photo(self, given: Upload | str) -> Message:
        if isinstance(given, str):
            return {"photo": self._known_file(given, "Photo").photo_sizes()}
        check_upload(given)
        return {"photo": self.world.add_file("photo", given, check_photo(given)).photo_sizes()}

    def _document(self, given: Upload | str) -> Message:
        if isinstance(given, str):
            return {"document": self._known_file(given, "Document").document()}
        check_upload(given)
        return {"document": self.world.add_file("document", given).document()}

    def _known_file(self, file_id: str, kind: str) -> StoredFile:
        """A file that is sent again by its id. URLs are refused: this server fetches nothing."""
        if file_id.startswith(("http://", "https://")):
            raise bad_request("Failed to get HTTP URL content")
        stored = self.world.files.get(file_id)
        if stored is None:
            raise bad_request("Wrong file identifier/HTTP URL specified")
        if stored.kind != kind.lower():
            raise bad_request(f"Can't use file of type {stored.kind.capitalize()} as {kind}")
        return stored


CONTENT_FIELDS = ("text", "entities", "caption", "caption_entities", "photo", "document")

PROFILE_METHODS: dict[str, Callable[[World, Params], Any]] = {
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmyname": profile.profile_setter("name"),
    "getmyname": profile.profile_getter("name"),
    "setmydescription": profile.profile_setter("description"),
    "getmydescription": profile.profile_getter("description"),
    "setmyshortdescription": profile.profile_setter("short_description"),
    "getmyshortdescription": profile.profile_getter("short_description"),
    "setchatmenubutton": profile.set_chat_menu_button,
    "getchatmenubutton": profile.get_chat_menu_button,
}


def message_text(params: Params) -> FormattedText:
    """The text of a message. Raises ApiError 400 if it is empty, overlong or can't be parsed."""
    raw = params.text("text")
    if not raw:
        raise bad_request("Message text is empty")
    formatted = parse(raw, params.text("parse_mode"), params.entities("entities"), limit=TEXT_LIMIT, kind="message")
    if not formatted.text:
        raise bad_request("Text must be non-empty")
    return formatted


def caption_of(params: Params) -> Message:
    """The caption fields of a message, none if there is no caption. Raises ApiError 400 as for a text."""
    entities = params.entities("caption_entities")
    formatted = parse(
        params.text("caption"), params.text("parse_mode"), entities, limit=CAPTION_LIMIT, kind="message caption"
    )
    return {"caption": formatted.text, **marked("caption_entities", formatted)} if formatted.text else {}


def marked(field: str, formatted: FormattedText) -> Message:
    return {field: formatted.entities} if formatted.entities else {}


def media_of(message: Message) -> Message:
    return {key: message[key] for key in ("photo", "document") if key in message}


def content_of(message: Message) -> Message:
    return {key: message[key] for key in CONTENT_FIELDS if key in message}


def check_webhook_url(url: str) -> None:
    """Raises ApiError 400 for a webhook that isn't HTTPS; plain HTTP is fine on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise bad_request("invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
