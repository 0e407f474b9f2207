"""The commands in the menu, per role: a stranger sees the door, a member the rooms, HR and managers theirs as well."""

from __future__ import annotations

from aiogram.types import BotCommand

from views.translator import Translator

STRANGER = ("start", "help", "help_now", "privacy")
MEMBER = (
    "menu",
    "checkin",
    "pulse",
    "recommendations",
    "dashboard",
    "history",
    "profile",
    "settings",
    "pause",
    "language",
    "help",
    "help_now",
    "privacy",
    "export",
    "delete",
    "cancel",
)

HR = (*MEMBER, "hr")
ADMIN = (*HR, "audit")
MANAGER = ("team",)
OF_ROLE = {"employee": MEMBER, "hr": HR, "admin": ADMIN}


def of_role(role: str, manages: bool) -> tuple[str, ...]:
    """The commands of a member with this role, who perhaps heads a department."""
    return (*OF_ROLE[role], *(MANAGER if manages else ()))


def commands(t: Translator, names: tuple[str, ...]) -> list[BotCommand]:
    """These commands with their descriptions in one language."""
    return [BotCommand(command=name, description=t(f"command.{name}")) for name in names]
