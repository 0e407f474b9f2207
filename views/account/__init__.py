"""Screens of the person: settings, profile, privacy, their own data, support."""
