"""The shape of every method."""

from collections.abc import Callable
from typing import Any

from playground.wire.params import Params
from playground.world.world import World

Method = Callable[[World, Params], Any]
