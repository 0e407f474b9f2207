"""Import aiogram's types without building them; to be imported before aiogram, and without effect after it.

`aiogram.types` rebuilds each of its four hundred models at the end of its import, although they say `defer_build`: two
of the three seconds of CPU, and 100 MB, that a start takes. Here that is left out, and every module of `aiogram.types`
gets the names that its annotations mean, so that pydantic builds a model when it is first used: an Update in 60 ms.
tests/unit/test_aiogram_tuning.py fails when a new aiogram or pydantic no longer works this way.
"""

from __future__ import annotations

import re
import sys
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel


def _leave_unbuilt(model: type[BaseModel], /, **options: Any) -> None:
    """Stand in for `BaseModel.model_rebuild`."""


def _import_types() -> None:
    with patch.object(BaseModel, "model_rebuild", classmethod(_leave_unbuilt)):
        from aiogram import types  # noqa: PLC0415 (while the patch holds)
    names = {name: getattr(types, name) for name in types.__all__}
    for kind in names.values():
        module = getattr(kind, "__module__", "")
        if module.startswith("aiogram.types."):
            meant = {name: names[name] for name in _mentioned(kind) & names.keys()}
            vars(sys.modules[module]).update(meant | vars(sys.modules[module]))


def _mentioned(kind: Any) -> set[str]:
    """Return the words in the annotations of a class, those that it inherits included."""
    annotations = (vars(base).get("__annotations__", {}) for base in getattr(kind, "__mro__", ()))
    return {word for fields in annotations for text in fields.values() for word in re.findall(r"\w+", str(text))}


if "aiogram.types" not in sys.modules:
    _import_types()
