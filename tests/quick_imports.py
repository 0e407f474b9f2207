"""Imported first by conftest.py: until every test is collected, what was imported is not looked through for garbage."""

from __future__ import annotations

import gc

gc.disable()  # `pytest_collection_finish` enables it again
