"""Who there is, what is in the chats, and what time it is."""
