"""Stand-ins for what is outside: Telegram, and the people who talk to the bot."""
