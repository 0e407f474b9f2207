"""Screens of joining and leaving: invites, roster, poster."""
