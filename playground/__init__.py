"""A local Bot API server with a chat page, for trying a bot without Telegram and for end-to-end tests.

`World` and `BotApi` work in-process without HTTP; `Playground` serves them, and the page, on 127.0.0.1.

`wire` is what travels, `world` who there is and what happened, `methods` what a bot can call, `server` the HTTP side
with the `page`; `remote` drives a playground from outside, as the tests and the `demo` do.
"""

from playground.local import Playground
from playground.methods.api import BotApi
from playground.server.control import Control
from playground.wire.errors import ApiError
from playground.wire.params import Upload
from playground.world.answering import SampleAnswers
from playground.world.clock import Clock
from playground.world.entities import Person
from playground.world.world import World

__all__ = ["ApiError", "BotApi", "Clock", "Control", "Person", "Playground", "SampleAnswers", "Upload", "World"]
