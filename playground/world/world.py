"""The world the bot talks to: what people do in their chats with the bot and in one group, and what they see."""

import secrets
from collections.abc import Mapping
from typing import Any

from playground.wire.files import image_size
from playground.wire.params import Upload
from playground.wire.text import TEXT_LIMIT, FormattedText, trim, utf16_length, with_detected
from playground.world.entities import Chat, Person, PlaygroundPress, Update, callback_data, check_contact, without_reply
from playground.world.inbox import PRESS_LIFE
from playground.world.state import ServerState


class World(ServerState):
    """People who write, press, block and come back; each of their deeds becomes an update for the bot."""

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
        more: Mapping[str, Any] | None = None,
    ) -> Update:
        """A message of the person to the bot, or with `group` to the group; `text` is a caption if there is a file.

        `more` are other fields of the Bot API's Message: a contact, a forward_origin, a media_group_id, a service
        message's own.

        Return the update that the bot gets. Raise ValueError for what a Telegram app wouldn't send: nothing, more
        than 4096 UTF-16 units, anything to a bot that is blocked.
        """
        person = self.people[person_id]
        chat = self._join_group(person) if group else self.private(person_id)
        if chat.blocked:
            raise ValueError("the bot is blocked: unblock it first")
        content = self._media(sticker, voice, photo, document)
        check_contact((more or {}).get("contact"))
        formatted = with_detected(trim(FormattedText(text or "", [])))
        if utf16_length(formatted.text) > TEXT_LIMIT or not (formatted.text or content or more):
            raise ValueError(f"a message has 1 to {TEXT_LIMIT} characters")
        message = self.new_message(chat, person.user()) | content | dict(more or {})
        if formatted.text:
            message["caption" if content else "text"] = formatted.text
            if formatted.entities:
                message["caption_entities" if content else "entities"] = formatted.entities
        if message.get("is_topic_message"):
            chat.topics.append(message["message_thread_id"])
        if reply_to in chat.messages:
            message["reply_to_message"] = without_reply(chat.messages[reply_to])
        chat.started = True
        if chat.keyboard and (chat.keyboard.get("one_time_keyboard") or chat.keyboard.get("force_reply")):
            self.set_keyboard(chat, None)
        self.put_message(chat, message)
        return self.inbox.put("message", message)

    def person_starts(self, person_id: int, payload: str = "") -> Update:
        """START was pressed, after a deep link with `payload` or without one; unblocks the bot first if need be.

        Raise ValueError for a payload that Telegram would not pass on ([A-Za-z0-9_-], 64 at most).
        """
        if len(payload) > 64 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in payload):
            raise ValueError("a start parameter has at most 64 characters of A-Z, a-z, 0-9, _ and -")
        if self.private(person_id).blocked:
            self.person_unblocks(person_id)
        return self.person_sends(person_id, f"/start {payload}".strip())

    def person_edits(self, person_id: int, message_id: int, text: str) -> Update:
        """Put other words in place of the text of the person's own message. Return the update that the bot gets.

        Raise ValueError for a message that isn't theirs, isn't there or has no text.
        """
        chat = self.private(person_id)
        message = chat.messages.get(message_id)
        if message is None or message["from"]["id"] != person_id or "text" not in message:
            raise ValueError("only an own message with a text can be edited")
        formatted = with_detected(trim(FormattedText(text, [])))
        kept = {key: value for key, value in message.items() if key != "entities"}
        edited = kept | {"text": formatted.text, "edit_date": self.timestamp()}
        if formatted.entities:
            edited["entities"] = formatted.entities
        self.put_message(chat, edited)
        return self.inbox.put("edited_message", edited)

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
        Return the update. Raise ValueError if there is no such button, or if the button sends nothing to the bot.
        """
        chat = self.chats[self.group_id] if group else self.private(person_id)
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
        return self.inbox.put(
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
        """The person stops the bot: it can't write to them any more. Return the my_chat_member update."""
        chat = self.private(person_id)
        chat.blocked = True
        return self._membership(chat, person_id, "member", "kicked")

    def person_unblocks(self, person_id: int) -> Update:
        """The person lets the bot write again. Return the my_chat_member update."""
        chat = self.private(person_id)
        chat.blocked = False
        return self._membership(chat, person_id, "kicked", "member")

    @property
    def updates(self) -> list[Update]:
        """Updates that wait for the bot, oldest first."""
        return self.inbox.waiting()

    def take_updates(self) -> list[Update]:
        """Take all waiting updates out of the queue, for tests that feed a dispatcher directly."""
        taken = self.updates
        self.inbox.clear()
        return taken

    def _join_group(self, person: Person) -> Chat:
        """The group, to which the person adds the bot if it isn't there."""
        group = self.chats[self.group_id]
        if not group.started:
            group.started = True
            self._membership(group, person.id, "left", "member")
        return group

    def _membership(self, chat: Chat, person_id: int, old: str, new: str) -> Update:
        self.tell({"type": "membership", "chat": chat.id, "blocked": chat.blocked})
        return self.inbox.put(
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

    def _forget_old_presses(self) -> None:
        oldest = self.clock() - PRESS_LIFE
        self.presses = {key: press for key, press in self.presses.items() if press.moment > oldest}
