"""What has to be in place before an operator invites anyone but an administrator, as in the bot."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from config import Settings
from ops.doctor import HELP
from services.company.hr_home import is_word_given

NOBODY_HELPS = f"HELP_CONTACTS: names no one yet for readers of every language. Set {HELP} in .env (or --without-help)"
NO_WORD = (
    "No administrator has accepted yet what the consent promises on the company's behalf: one of ADMIN_IDS (or of "
    "`invite --role admin`) opens the bot, sends /hr and accepts. Then invite."
)


async def what_is_missing(session: AsyncSession, settings: Settings, *, without_help: bool) -> str | None:
    """Return why no one can be invited yet, in a sentence for the operator; None when everything is in place."""
    if not (settings.is_help_named or without_help):
        return NOBODY_HELPS
    return None if await is_word_given(session) else NO_WORD
