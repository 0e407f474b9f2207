"""Filters that are coroutines: aiogram runs the others in a thread."""

from __future__ import annotations

from aiogram.filters import CommandObject, Filter
from aiogram.types import Message, TelegramObject

from db.database import Database
from services.account.access import AccessState
from services.account.member import Member
from services.account.permissions import is_admin, is_hr
from services.kit.clock import Clock
from services.lifecycle.joining import Onboarding


class IsMember(Filter):
    """Only people who have joined."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Whether the person behind the update is known."""
        return member is not None


class Hr(Filter):
    """Only HR and administrators."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Whether the person works in HR."""
        return member is not None and is_hr(member)


class Admin(Filter):
    """Only administrators."""

    async def __call__(self, event: TelegramObject, member: Member | None) -> bool:
        """Whether the person administers the bot."""
        return member is not None and is_admin(member)


class Lapsed(Filter):
    """Only people without a valid consent, who can give it again."""

    async def __call__(self, event: TelegramObject, access: AccessState | None) -> bool:
        """Whether the consent was taken back, or is to an older text."""
        return access in {AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED}


class Returning(Filter):
    """Only people who left and have a link that lets them in again."""

    async def __call__(
        self,
        event: Message,
        command: CommandObject,
        member: Member | None,
        access: AccessState | None,
        database: Database,
        onboarding: Onboarding,
        clock: Clock,
    ) -> bool:
        """Whether there is an account that left, and the link works."""
        if member is None or access is not AccessState.OFFBOARDED:
            return False
        async with database.read() as session:
            return await onboarding.is_open(session, command.args or "", clock())


class Left(Filter):
    """Only people who left."""

    async def __call__(self, event: TelegramObject, access: AccessState | None) -> bool:
        """Whether the access of this person was closed."""
        return access is AccessState.OFFBOARDED


class PrivateChat(Filter):
    """Only the person's own chat with the bot."""

    async def __call__(self, event: Message) -> bool:
        """Whether nobody else reads along."""
        return event.chat.type == "private"


class IsTyped(Filter):
    """Only words."""

    async def __call__(self, event: Message) -> bool:
        """Whether the message is text."""
        return event.text is not None
