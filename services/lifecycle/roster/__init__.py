"""A list of people: reading any file of it, comparing it with who is here, inviting, and proposing what changed."""
