"""What Telegram's servers remember: chats, files, presses, the bot's profile, its calls, and updates not yet fetched.

State only: no HTTP and no network; time comes from the clock that is passed in. All of it can be dumped to JSON, so
that a restart shows the same chats and old buttons still work. A message is never changed in place: an edit puts a
new dict in its place, so a dict taken from `chat()` stays what it was.
"""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from playground.wire.errors import ApiError
from playground.wire.files import StoredFile, image_size
from playground.wire.params import Upload
from playground.world.clock import utc_now
from playground.world.entities import Call, Chat, Event, Message, Person, PlaygroundPress, WebhookState, call_view
from playground.world.flood import FloodControl
from playground.world.inbox import Inbox

CALLS_KEPT = 2_000


class ServerState:
    """People, chats and files. Listeners in `listeners` hear of every change as a small dict with a `type`."""

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
        self.flood_control = FloodControl(clock)
        self.listeners: list[Callable[[Event], None]] = []
        self.chats: dict[int, Chat] = {group_id: Chat(group_id, title="Group")}
        self.chats |= {one.id: Chat(one.id, started=True) for one in self.people.values() if one.acquainted}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, PlaygroundPress] = {}
        self.webhook = WebhookState()
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.profile: dict[str, dict[str, str]] = {"name": {}, "description": {}, "short_description": {}}
        self.menu_buttons: dict[str, dict[str, Any]] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.calls_made = 0
        self.refusals = 0
        self.inbox = Inbox(clock, self.tell)
        self._next_message = 1
        self._next_call = 1

    def chat(self, person_id: int) -> list[Message]:
        """The messages of the person's chat with the bot, oldest first."""
        chat = self.chats.get(person_id)
        return [chat.messages[key] for key in sorted(chat.messages)] if chat else []

    def toasts(self, person_id: int) -> list[dict[str, Any]]:
        """Answers to presses, oldest first: id, message_id, text, show_alert, date."""
        chat = self.chats.get(person_id)
        return list(chat.toasts) if chat else []

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

    def private(self, person_id: int) -> Chat:
        """The person's chat with the bot. Raise KeyError for an unknown id."""
        if person_id not in self.people:
            raise KeyError(f"no one has the id {person_id}")
        return self.chats.setdefault(person_id, Chat(person_id))

    def timestamp(self) -> int:
        """Now as the Bot API writes it: Unix seconds."""
        return int(self.clock().timestamp())

    def chat_object(self, chat: Chat) -> dict[str, Any]:
        """The Bot API's Chat."""
        if chat.id == self.group_id:
            return {"id": chat.id, "type": "group", "title": chat.title or ""}
        return self.people[chat.id].private_chat()

    def bot_message(self, chat: Chat, content: dict[str, Any]) -> Message:
        """Put a new message of the bot into the chat and return it."""
        message = self.new_message(chat, self.bot_user()) | content
        self.put_message(chat, message)
        return message

    def bot_user(self) -> dict[str, Any]:
        """The Bot API's User of the bot."""
        return {**self.bot, "first_name": self.profile_for("name", "")}

    def put_message(self, chat: Chat, message: Message) -> None:
        """Add a message, or replace the one with its id."""
        chat.messages[message["message_id"]] = message
        self.tell({"type": "message", "chat": chat.id, "message": message})

    def delete_message(self, chat: Chat, message_id: int) -> None:
        """Take a message out of the chat."""
        del chat.messages[message_id]
        self.tell({"type": "deleted", "chat": chat.id, "message_id": message_id})

    def set_keyboard(self, chat: Chat, keyboard: dict[str, Any] | None) -> None:
        """Show or remove the reply keyboard of a chat."""
        chat.keyboard = keyboard
        self.tell({"type": "keyboard", "chat": chat.id, "keyboard": keyboard})

    def add_toast(self, press: PlaygroundPress, answer: dict[str, Any]) -> None:
        """Show the answer to a press."""
        toast = {"message_id": press.message_id, "date": self.timestamp(), **answer}
        chat = self.private(press.person_id)
        chat.toasts.append(toast)
        self.tell({"type": "toast", "chat": chat.id, "toast": toast})

    def add_file(self, kind: str, upload: Upload, size: tuple[int, int] = (0, 0)) -> StoredFile:
        """Keep a file and give it an id."""
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
        """Note a call; polls are not counted, and an injected fault is no refusal."""
        body = refusal.body() if refusal else None
        call = Call(self._next_call, self.clock(), method, params, result, body, injected)
        self._next_call += 1
        self.calls.append(call)
        self.calls_made += method.lower() != "getupdates"
        self.refusals += bool(refusal) and not injected
        counts = {"count": self.calls_made, "refusals": self.refusals}
        self.tell({"type": "call", "call": call_view(call), **counts})

    def tell(self, event: Event) -> None:
        """Tell all listeners of a change."""
        for listener in list(self.listeners):
            listener(event)

    def new_message(self, chat: Chat, sender: dict[str, Any]) -> Message:
        """What every new message has: its id, sender, chat and date."""
        message_id, self._next_message = self._next_message, self._next_message + 1
        return {"message_id": message_id, "from": sender, "chat": self.chat_object(chat), "date": self.timestamp()}

    def dump(self) -> dict[str, Any]:
        """All that has to outlive a restart, ready for JSON; calls are not kept."""
        return {
            "chats": [vars(chat) | {"messages": list(chat.messages.values())} for chat in self.chats.values()],
            "files": [stored.dump() for stored in self.files.values()],
            "presses": {key: {**vars(p), "moment": p.moment.isoformat()} for key, p in self.presses.items()},
            "queue": self.inbox.dump(),
            "next": {"update": self.inbox.next_id, "message": self._next_message},
            "webhook": vars(self.webhook),
            "commands": self.commands,
            "profile": self.profile,
            "menu_buttons": self.menu_buttons,
            "allowed_updates": self.inbox.allowed,
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a dumped state; the people stay those that were passed in, and only their chats are kept."""
        for saved in (chat for chat in state["chats"] if chat["id"] in {*self.people, self.group_id}):
            messages = {message["message_id"]: message for message in saved["messages"]}
            self.chats[saved["id"]] = Chat(**{**saved, "messages": messages})
        self.files = {saved["file_id"]: StoredFile.load(saved) for saved in state["files"]}
        self.presses = {
            key: PlaygroundPress(**{**saved, "moment": datetime.fromisoformat(saved["moment"])})
            for key, saved in state["presses"].items()
        }
        self.inbox.load(state["queue"], state["next"]["update"])
        self._next_message = state["next"]["message"]
        self.webhook = WebhookState(**state["webhook"])
        self.commands, self.profile = state["commands"], state["profile"]
        self.menu_buttons, self.inbox.allowed = state["menu_buttons"], state["allowed_updates"]
