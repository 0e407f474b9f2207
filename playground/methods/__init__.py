"""The methods of the Bot API by their names in lower case, each a function of the world and its parameters."""

from playground.methods import chats, editing, profile, sending, updates
from playground.methods.method import Method

METHODS: dict[str, Method] = {
    **updates.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **chats.METHODS,
    **profile.METHODS,
}
