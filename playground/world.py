"""The world the bot talks to: people, their chats with the bot, one group, and the queue of updates.

State only: no HTTP and no network; time comes from the clock that is passed in. Everything that Telegram's servers
would remember is here and can be dumped to JSON, so that a restart shows the same chats and old buttons still work.

Messages, users and updates are Bot API dicts. A message is never changed in place: an edit puts a new dict in its
place, so a dict taken from `chat()` stays what it was.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .clock import utc_now
from .errors import ApiError
from .files import StoredFile, image_size
from .params import Upload
from .text import TEXT_LIMIT, FormattedText, trim, utf16_length, with_detected

UPDATE_LIFE = timedelta(hours=24)
PRESS_LIFE = timedelta(seconds=150)
CALLS_KEPT = 2_000
FIRST_UPDATE_ID = 100_000_001
BATCH_LIMIT = 100
DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "inline_query"})

Message = dict[str, Any]
Update = dict[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """An invented person with a Telegram account.

    `note` is a line about them per language of the page, `opening` what they say first when the page is opened and
    their chat is empty, `avatar` the bytes of a PNG or JPEG that the bot may see. The bot may write at once to those
    who are `acquainted`, as if they had talked before.
    """

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "ru"
    note: dict[str, str] = field(default_factory=dict)
    opening: str | None = None
    avatar: bytes | None = None
    acquainted: bool = False

    def user(self) -> dict[str, Any]:
        """The Bot API's User."""
        return {"id": self.id, "is_bot": False, **self._named(), **given(language_code=self.language_code)}

    def private_chat(self) -> dict[str, Any]:
        """The Bot API's Chat of this person with the bot."""
        return {"id": self.id, "type": "private", **self._named()}

    def _named(self) -> dict[str, Any]:
        return {"first_name": self.first_name, **given(last_name=self.last_name, username=self.username)}


@dataclass
class Chat:
    """One chat of the bot. `keyboard` is the reply keyboard shown now, `toasts` are answers to presses."""

    id: int
    title: str | None = None
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    toasts: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class PlaygroundPress:
    """A press of an inline button that the bot may still answer."""

    person_id: int
    message_id: int
    moment: datetime


@dataclass
class WebhookState:
    """Where updates are posted to while `url` is set."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None


@dataclass(frozen=True)
class Call:
    """One call of a Bot API method; `refusal` is None if it succeeded, `injected` marks a fault that was asked for."""

    id: int
    moment: datetime
    method: str
    params: dict[str, Any]
    result: Any = None
    refusal: dict[str, Any] | None = None
    injected: bool = False


class World:
    """People, chats and updates. Listeners in `listeners` hear of every change as a small dict with a `type`."""

    def __init__(
        self,
        people: Iterable[Person],
        *,
        clock: Callable[[], datetime] = utc_now,
        bot_id: int = 7_000_000_001,
        bot_name: str = "Exhale",
        bot_username: str = "exhale_playground_bot",
        group_id: int = -4_000_000_001,
    ) -> None:
        self.people = {person.id: person for person in people}
        self.clock = clock
        self.bot = {"id": bot_id, "is_bot": True, "first_name": bot_name, "username": bot_username}
        self.group_id = group_id
        self.flood = False
        self.listeners: list[Callable[[Event], None]] = []
        self.chats: dict[int, Chat] = {group_id: Chat(group_id, title="Group")}
        self.chats |= {one.id: Chat(one.id, started=True) for one in self.people.values() if one.acquainted}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, PlaygroundPress] = {}
        self.webhook = WebhookState()
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.profile: dict[str, dict[str, str]] = {"name": {}, "description": {}, "short_description": {}}
        self.menu_buttons: dict[str, dict[str, Any]] = {}
        self.allowed_updates: list[str] = []
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.refusals = 0
        self._queue: dict[int, tuple[datetime, Update]] = {}
        self._next_update = FIRST_UPDATE_ID
        self._next_message = 1
        self._next_call = 1

    # What the people do

    def person_sends(
        self,
        person_id: int,
        text: str | None = None,
        *,
        sticker: bool = False,
        voice: bool = False,
        photo: Upload | None = None,
        document: Upload | None = None,
        group: bool = False,
        reply_to: int | None = None,
    ) -> Update:
        """A message of the person to the bot, or with `group` to the group; `text` is a caption if there is a file.

        Returns the update that the bot gets. Raises ValueError for what a Telegram app wouldn't send: nothing, more
        than 4096 UTF-16 units, anything to a bot that is blocked.
        """
        person = self.people[person_id]
        chat = self._join_group(person) if group else self._private(person_id)
        if chat.blocked:
            raise ValueError("the bot is blocked: unblock it first")
        content = self._media(sticker, voice, photo, document)
        formatted = with_detected(trim(FormattedText(text or "", [])))
        if utf16_length(formatted.text) > TEXT_LIMIT or not (formatted.text or content):
            raise ValueError(f"a message has 1 to {TEXT_LIMIT} characters")
        message = self._message(chat, person.user()) | content
        if formatted.text:
            message["caption" if content else "text"] = formatted.text
            if formatted.entities:
                message["caption_entities" if content else "entities"] = formatted.entities
        if reply_to in chat.messages:
            message["reply_to_message"] = without_reply(chat.messages[reply_to])
        chat.started = True
        if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or chat.keyboard.get("force_reply")):
            self.set_keyboard(chat, None)
        self.put_message(chat, message)
        return self.queue("message", message)

    def person_starts(self, person_id: int, payload: str = "") -> Update:
        """START was pressed, after a deep link with `payload` or without one; unblocks the bot first if need be.

        Raises ValueError for a payload that Telegram would not pass on ([A-Za-z0-9_-], 64 at most).
        """
        if len(payload) > 64 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in payload):
            raise ValueError("a start parameter has at most 64 characters of A-Z, a-z, 0-9, _ and -")
        if self._private(person_id).blocked:
            self.person_unblocks(person_id)
        return self.person_sends(person_id, f"/start {payload}".strip())

    def person_presses(
        self,
        person_id: int,
        message_id: int,
        data: str | None = None,
        *,
        row: int | None = None,
        column: int = 0,
        inaccessible: bool = False,
        group: bool = False,
    ) -> Update:
        """A press of an inline button, by its place or with any `data` at all (a hostile app may send anything).

        A message that is gone, or with `inaccessible` any message, is given to the bot as an InaccessibleMessage.
        Returns the update. Raises ValueError if there is no such button, or if the button sends nothing to the bot.
        """
        chat = self.chats[self.group_id] if group else self._private(person_id)
        if chat.blocked:
            raise ValueError("the bot is blocked: unblock it first")
        message = chat.messages.get(message_id)
        if data is None:
            data = callback_data(message, row or 0, column)
        if message is None or inaccessible:
            message = {"message_id": message_id, "chat": self.chat_object(chat), "date": 0}
        query_id = str(secrets.randbelow(2**62) + 2**61)
        self.presses[query_id] = PlaygroundPress(person_id, message_id, self.clock())
        self._forget_old_presses()
        return self.queue(
            "callback_query",
            {
                "id": query_id,
                "from": self.people[person_id].user(),
                "message": message,
                "chat_instance": str(chat.id * 7919),
                "data": data,
            },
        )

    def person_blocks(self, person_id: int) -> Update:
        """The person stops the bot: it can't write to them any more. Returns the my_chat_member update."""
        chat = self._private(person_id)
        chat.blocked = True
        return self._membership(chat, person_id, "member", "kicked")

    def person_unblocks(self, person_id: int) -> Update:
        """The person lets the bot write again. Returns the my_chat_member update."""
        chat = self._private(person_id)
        chat.blocked = False
        return self._membership(chat, person_id, "kicked", "member")

    # What can be seen

    def chat(self, person_id: int) -> list[Message]:
        """The messages of the person's chat with the bot, oldest first."""
        chat = self.chats.get(person_id)
        return [chat.messages[key] for key in sorted(chat.messages)] if chat else []

    def toasts(self, person_id: int) -> list[dict[str, Any]]:
        """Answers to presses, oldest first: id, message_id, text, show_alert, date."""
        chat = self.chats.get(person_id)
        return list(chat.toasts) if chat else []

    @property
    def updates(self) -> list[Update]:
        """Updates that wait for the bot, oldest first."""
        self._drop_expired()
        return [update for _, update in self._queue.values()]

    def take_updates(self) -> list[Update]:
        """Takes all waiting updates out of the queue, for tests that feed a dispatcher directly."""
        taken = self.updates
        self._queue.clear()
        return taken

    def commands_for(self, person_id: int) -> list[dict[str, str]]:
        """The commands that the person's menu shows: the narrowest scope wins, in their language before any."""
        language = (self.people[person_id].language_code or "")[:2]
        for scope in (f"chat:{person_id}", "all_private_chats", "default"):
            for code in (language, ""):
                if commands := self.commands.get(f"{scope}|{code}"):
                    return commands
        return []

    def profile_for(self, field_name: str, language: str) -> str:
        """The bot's name, description or short description in a language, or the one for all languages."""
        texts = self.profile[field_name]
        fallback = self.bot["first_name"] if field_name == "name" else ""
        return texts.get(language) or texts.get("") or str(fallback)

    # The queue of updates

    def queue(self, kind: str, payload: dict[str, Any]) -> Update:
        """Puts an update into the queue, unless the bot asked not to get this kind. Returns it in either case."""
        update = {"update_id": self._next_update, kind: payload}
        if kind in (self.allowed_updates or DEFAULT_UPDATES):
            life = PRESS_LIFE if kind == "callback_query" else UPDATE_LIFE
            self._queue[self._next_update] = (self.clock() + life, update)
            self._next_update += 1
            self.tell({"type": "update"})
        return update

    def get_updates(self, offset: int, limit: int) -> list[Update]:
        """Updates from `offset` on, at most `limit`; all before it are confirmed and gone.

        A negative offset keeps only that many of the newest; 0 and an offset far in the future confirm nothing.
        """
        if offset < 0:
            for update_id in list(self._queue)[:offset]:
                del self._queue[update_id]
        elif offset <= self._next_update + 10:
            for update_id in [key for key in self._queue if key < offset]:
                self.confirm(update_id)
        return self.updates[:limit]

    def confirm(self, update_id: int) -> None:
        """Removes one update from the queue."""
        if self._queue.pop(update_id, None):
            self.tell({"type": "update"})

    def drop_updates(self) -> None:
        """Empties the queue (drop_pending_updates)."""
        self._queue.clear()
        self.tell({"type": "update"})

    # What the bot's methods need

    def timestamp(self) -> int:
        """Now as the Bot API writes it: Unix seconds."""
        return int(self.clock().timestamp())

    def chat_object(self, chat: Chat) -> dict[str, Any]:
        """The Bot API's Chat."""
        if chat.id == self.group_id:
            return {"id": chat.id, "type": "group", "title": chat.title or ""}
        return self.people[chat.id].private_chat()

    def bot_message(self, chat: Chat, content: dict[str, Any]) -> Message:
        """Puts a new message of the bot into the chat and returns it."""
        message = self._message(chat, self.bot_user()) | content
        self.put_message(chat, message)
        return message

    def bot_user(self) -> dict[str, Any]:
        """The Bot API's User of the bot."""
        return {**self.bot, "first_name": self.profile_for("name", "")}

    def put_message(self, chat: Chat, message: Message) -> None:
        """Adds a message, or replaces the one with its id."""
        chat.messages[message["message_id"]] = message
        self.tell({"type": "message", "chat": chat.id, "message": message})

    def delete_message(self, chat: Chat, message_id: int) -> None:
        """Takes a message out of the chat."""
        del chat.messages[message_id]
        self.tell({"type": "deleted", "chat": chat.id, "message_id": message_id})

    def set_keyboard(self, chat: Chat, keyboard: dict[str, Any] | None) -> None:
        """Shows or removes the reply keyboard of a chat."""
        chat.keyboard = keyboard
        self.tell({"type": "keyboard", "chat": chat.id, "keyboard": keyboard})

    def add_toast(self, press: PlaygroundPress, answer: dict[str, Any]) -> None:
        """Shows the answer to a press."""
        toast = {"message_id": press.message_id, "date": self.timestamp(), **answer}
        chat = self._private(press.person_id)
        chat.toasts.append(toast)
        self.tell({"type": "toast", "chat": chat.id, "toast": toast})

    def add_file(self, kind: str, upload: Upload, size: tuple[int, int] = (0, 0)) -> StoredFile:
        """Keeps a file and gives it an id."""
        stored = StoredFile(secrets.token_urlsafe(24), kind, upload.name, upload.content, *size)
        self.files[stored.file_id] = stored
        return stored

    def avatar(self, person: Person) -> StoredFile | None:
        """The person's picture as a file, if there is one."""
        if person.avatar is None:
            return None
        file_id = f"avatar{person.id}"
        if file_id not in self.files:
            size = image_size(person.avatar) or (0, 0)
            self.files[file_id] = StoredFile(file_id, "photo", "avatar.png", person.avatar, *size)
        return self.files[file_id]

    def record(
        self,
        method: str,
        params: dict[str, Any],
        *,
        result: Any = None,
        refusal: ApiError | None = None,
        injected: bool = False,
    ) -> None:
        """Notes a call; an injected fault is not counted as a refusal."""
        body = refusal.body() if refusal else None
        call = Call(self._next_call, self.clock(), method, params, result, body, injected)
        self._next_call += 1
        self.calls.append(call)
        self.refusals += bool(refusal) and not injected
        self.tell({"type": "call", "call": call_view(call), "refusals": self.refusals})

    def tell(self, event: Event) -> None:
        """Tells all listeners of a change."""
        for listener in list(self.listeners):
            listener(event)

    # Keeping it

    def dump(self) -> dict[str, Any]:
        """All that has to outlive a restart, ready for JSON; calls are not kept."""
        return {
            "chats": [vars(chat) | {"messages": list(chat.messages.values())} for chat in self.chats.values()],
            "files": [stored.dump() for stored in self.files.values()],
            "presses": {key: {**vars(p), "moment": p.moment.isoformat()} for key, p in self.presses.items()},
            "queue": [[expires.isoformat(), update] for expires, update in self._queue.values()],
            "next": {"update": self._next_update, "message": self._next_message},
            "webhook": vars(self.webhook),
            "commands": self.commands,
            "profile": self.profile,
            "menu_buttons": self.menu_buttons,
            "allowed_updates": self.allowed_updates,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Goes on from a dumped state; the people stay those that were passed in, and only their chats are kept."""
        for saved in (chat for chat in state["chats"] if chat["id"] in {*self.people, self.group_id}):
            messages = {message["message_id"]: message for message in saved["messages"]}
            self.chats[saved["id"]] = Chat(**{**saved, "messages": messages})
        self.files = {saved["file_id"]: StoredFile.load(saved) for saved in state["files"]}
        self.presses = {
            key: PlaygroundPress(**{**saved, "moment": datetime.fromisoformat(saved["moment"])})
            for key, saved in state["presses"].items()
        }
        self._queue = {
            update["update_id"]: (datetime.fromisoformat(expires), update) for expires, update in state["queue"]
        }
        self._next_update, self._next_message = state["next"]["update"], state["next"]["message"]
        self.webhook = WebhookState(**state["webhook"])
        self.commands, self.profile = state["commands"], state["profile"]
        self.menu_buttons, self.allowed_updates = state["menu_buttons"], state["allowed_updates"]

    # Helpers

    def _private(self, person_id: int) -> Chat:
        if person_id not in self.people:
            raise KeyError(f"nobody has the id {person_id}")
        return self.chats.setdefault(person_id, Chat(person_id))

    def _join_group(self, person: Person) -> Chat:
        """The group, to which the person adds the bot if it isn't there."""
        group = self.chats[self.group_id]
        if not group.started:
            group.started = True
            self._membership(group, person.id, "left", "member")
        return group

    def _membership(self, chat: Chat, person_id: int, old: str, new: str) -> Update:
        self.tell({"type": "membership", "chat": chat.id, "blocked": chat.blocked})
        return self.queue(
            "my_chat_member",
            {
                "chat": self.chat_object(chat),
                "from": self.people[person_id].user(),
                "date": self.timestamp(),
                "old_chat_member": self._bot_member(old),
                "new_chat_member": self._bot_member(new),
            },
        )

    def _bot_member(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.bot_user(), "status": status, **until}

    def _message(self, chat: Chat, sender: dict[str, Any]) -> Message:
        message_id, self._next_message = self._next_message, self._next_message + 1
        return {"message_id": message_id, "from": sender, "chat": self.chat_object(chat), "date": self.timestamp()}

    def _media(self, sticker: bool, voice: bool, photo: Upload | None, document: Upload | None) -> dict[str, Any]:
        if sticker:
            stored = self.add_file("sticker", Upload("sticker.webp", b"RIFF"))
            kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
            return {"sticker": {**stored.reference(), **kind, "emoji": "🙂"}}
        if voice:
            stored = self.add_file("voice", Upload("voice.ogg", b"OggS"))
            return {"voice": {**stored.reference(), "duration": 3, "mime_type": "audio/ogg"}}
        if photo:
            stored = self.add_file("photo", photo, image_size(photo.content) or (0, 0))
            return {"photo": stored.photo_sizes()}
        if document:
            return {"document": self.add_file("document", document).document()}
        return {}

    def _drop_expired(self) -> None:
        now = self.clock()
        for update_id in [key for key, (expires, _) in self._queue.items() if expires <= now]:
            del self._queue[update_id]

    def _forget_old_presses(self) -> None:
        oldest = self.clock() - PRESS_LIFE
        self.presses = {key: press for key, press in self.presses.items() if press.moment > oldest}


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def without_reply(message: Message) -> Message:
    """A message as it stands in `reply_to_message`: without its own one."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def callback_data(message: Message | None, row: int, column: int) -> str:
    """The data of the button at a place of a message's inline keyboard. Raises ValueError if there is none."""
    try:
        button = (message or {})["reply_markup"]["inline_keyboard"][row][column]
    except (KeyError, IndexError):
        raise ValueError("no such button") from None
    if "callback_data" not in button:
        raise ValueError("this button sends nothing to the bot")
    return str(button["callback_data"])


def call_view(call: Call) -> dict[str, Any]:
    """A recorded call as JSON."""
    return {**vars(call), "moment": call.moment.isoformat()}
