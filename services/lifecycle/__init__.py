"""Joiner, mover, leaver: invites, roster, joining, re-link, offboarding, retention."""
