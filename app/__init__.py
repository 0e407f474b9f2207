"""Wiring: from settings to a bot that runs, and down again."""
