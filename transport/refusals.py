"""What Telegram's refusals mean, as far as only their words tell."""

from __future__ import annotations

import re

NOT_MODIFIED = "message is not modified"
ALREADY_GONE = "message to delete not found"
NOBODY_THERE = re.compile(  # how a 400 says what a 403 says: an account that is gone, or never started this bot
    r"chat not found|user not found|(PEER|USER|CHAT)_ID_INVALID|deactivated|USER_IS_BLOCKED|CHAT_WRITE_FORBIDDEN"
    r"|can't initiate conversation|have no rights to send a message",
    re.IGNORECASE,
)
CANNOT_EDIT = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")
