"""Screens of promises, notes, rounds and contact requests."""
