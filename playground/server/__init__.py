"""The HTTP side: the Bot API, its two ways to give updates, the page, and the levers behind it."""
