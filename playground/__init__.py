"""A local Bot API server with a chat page, for trying a bot without Telegram and for end-to-end tests.

`World` and `BotApi` work in-process without HTTP; `Playground` serves them, and the page, on 127.0.0.1.
"""

from .answering import SampleAnswers
from .api import BotApi
from .clock import Clock
from .control import Control
from .entities import Person
from .errors import ApiError
from .local import Playground
from .params import Upload
from .world import World

__all__ = ["ApiError", "BotApi", "Clock", "Control", "Person", "Playground", "SampleAnswers", "Upload", "World"]
