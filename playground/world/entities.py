"""What the world is made of: people, chats, presses, calls; messages, users and updates are Bot API dicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
    """One chat of the bot. `keyboard` is the reply keyboard shown now, `toasts` are answers to presses.

    `reactions` are the bot's, by message; `topics` are those of a group that has them.
    """

    id: int
    title: str | None = None
    started: bool = False
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    toasts: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    topics: list[int] = field(default_factory=list)


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


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def check_contact(contact: Mapping[str, Any] | None) -> None:
    """Raise ValueError for a contact card that no Telegram app sends: one without a number or a first name."""
    if contact is not None and not (contact.get("phone_number") and contact.get("first_name")):
        raise ValueError("a contact has a phone number and a first name")


def without_reply(message: Message) -> Message:
    """A message as it stands in `reply_to_message`: without its own one."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def callback_data(message: Message | None, row: int, column: int) -> str:
    """The data of the button at a place of a message's inline keyboard. Raise ValueError if there is none."""
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
