"""The Bot API over a World: a strict double that refuses what Telegram refuses, in Telegram's words.

The wording comes from the Bot API server's source (tdlib/telegram-bot-api) and TDLib. Methods that this server
doesn't know end with 404, as at Telegram. `parse_mode` may be HTML; Markdown is refused.
"""

from typing import Any

from playground.methods import METHODS
from playground.wire.errors import ApiError, refuse
from playground.wire.params import Params, Upload
from playground.world.world import World


class BotApi:
    """`call` runs one method against the world; it does no input or output and never waits."""

    def __init__(self, world: World) -> None:
        self.world = world

    def call(self, method: str, params: dict[str, Any], files: dict[str, Upload] | None = None) -> Any:
        """The JSON-able result of a method; its name is case-insensitive. The call is recorded either way.

        `params` are JSON values or the strings of a form; `files` are uploads by field name. `getUpdates` returns what
        is there at once. Raise ApiError for every refusal.
        """
        try:
            run = METHODS.get(method.lower())
            if run is None:
                raise refuse(404, "method not found")
            result = run(self.world, Params(params, files))
        except ApiError as refusal:
            self.world.record(method, params, refusal=refusal)
            raise
        self.world.record(method, params, result=result)
        return result
