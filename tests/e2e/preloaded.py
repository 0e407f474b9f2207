"""Imported by the process that forks bots, so that they find the content read and the patterns compiled."""

from tests import once

once.our_detector()
