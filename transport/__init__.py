"""Telegram's side: taking updates in, sending screens, throttling, and the storage of typed dialogs."""
