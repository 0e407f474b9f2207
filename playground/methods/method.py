"""The shape of every method."""

from collections.abc import Callable
from typing import Any

from playground.params import Params
from playground.world import World

Method = Callable[[World, Params], Any]
