"""Buttons and the data behind them, 64 bytes at most. A prefix carries a version: a changed field gets a new prefix."""
