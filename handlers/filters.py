"""Filters that are coroutines: aiogram runs the others in a thread."""

from __future__ import annotations

from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import Message, SharedUser, TelegramObject

from services.account.access import AccessState
from services.account.member import Member
from services.account.permissions import is_admin, is_hr
from services.kit.text import Phrases, clean_phone
from services.lifecycle.pasted import read_pasted

SAID = frozenset(
    {
        ContentType.UNKNOWN, ContentType.TEXT, ContentType.ANIMATION, ContentType.AUDIO, ContentType.DOCUMENT,
        ContentType.PAID_MEDIA, ContentType.PHOTO, ContentType.STICKER, ContentType.STORY, ContentType.VIDEO,
        ContentType.VIDEO_NOTE, ContentType.VOICE, ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE,
        ContentType.GAME, ContentType.POLL, ContentType.VENUE, ContentType.LOCATION, ContentType.PASSPORT_DATA,
        ContentType.WEB_APP_DATA, ContentType.USERS_SHARED,
    }
)  # fmt: skip
SERVICE_MESSAGES = frozenset(ContentType) - SAID


class IsMember(Filter):
    """Only people who have joined."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Return whether the person behind the update is known."""
        return member is not None


class Hr(Filter):
    """Only HR and administrators."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Return whether the person works in HR."""
        return member is not None and is_hr(member)


class Admin(Filter):
    """Only administrators."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Return whether the person administers the bot."""
        return member is not None and is_admin(member)


class Lapsed(Filter):
    """Only people without a valid consent, who can give it again."""

    async def __call__(self, event: TelegramObject, access: AccessState | None) -> bool:
        """Return whether the consent was withdrawn, or was given to an older text."""
        return access in {AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED}


class Undecided(Filter):
    """Only people who have not agreed, or whose agreement does not count any more."""

    async def __call__(self, event: TelegramObject, member: Member | None, access: AccessState | None) -> bool:
        """Return whether the question of the consent is open."""
        return member is None or access is not None


class PastesInvite(Filter):
    """Someone who is not in, with a link or a token in the message, in its caption or behind its words."""

    async def __call__(
        self, event: Message, member: Member | None, access: AccessState | None
    ) -> bool | dict[str, str]:
        """Hand the text over as `typed`."""
        if member is not None and access is not AccessState.OFFBOARDED:
            return False
        hidden = (entity.url for entity in event.entities or event.caption_entities or () if entity.url)
        typed = "\n".join((event.text or event.caption or "", *hidden))
        pasted = read_pasted(typed)
        return {"typed": typed} if pasted.tokens or pasted.bots else False


class PrivateChat(Filter):
    """Only the person's own chat with the bot."""

    async def __call__(self, event: Message) -> bool:
        """Return whether no one else can read along."""
        return event.chat.type == "private"


class IsTyped(Filter):
    """Only words."""

    async def __call__(self, event: Message) -> bool:
        """Return whether the message is text."""
        return event.text is not None


class IsOwnText(Filter):
    """Only words that the person typed."""

    async def __call__(self, event: Message) -> bool:
        """Return whether the message is text that was not forwarded."""
        return event.text is not None and event.forward_origin is None


class IsPhone(Filter):
    """Only contact cards with a number on them, which handlers take as `phone`."""

    async def __call__(self, event: Message) -> bool | dict[str, str]:
        """Return the number."""
        card = event.contact
        phone = clean_phone(card.phone_number, is_of_telegram=card.user_id is not None) if card else ""
        return {"phone": phone} if phone else False


class SharesPerson(Filter):
    """Only an account that was chosen from Telegram's own list, which handlers take as `shared`."""

    async def __call__(self, event: Message) -> bool | dict[str, SharedUser]:
        """Return the account."""
        return {"shared": event.users_shared.users[0]} if event.users_shared and event.users_shared.users else False


class IsService(Filter):
    """Only what Telegram itself writes into a chat: a timer set, a message pinned, a picture changed."""

    async def __call__(self, event: Message) -> bool:
        """Return whether no person has said anything."""
        return event.content_type in SERVICE_MESSAGES


class IsThanks(Filter):
    """Only words of thanks."""

    async def __call__(self, event: Message, phrases: Phrases) -> bool:
        """Return whether the whole message says nothing else."""
        return event.text is not None and phrases.is_thanks(event.text)
