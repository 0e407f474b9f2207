"""Parameters of Bot API methods, which arrive as JSON values or, in forms, as strings."""

import json
from dataclasses import dataclass
from typing import Any

from playground.wire.errors import bad_request


@dataclass(frozen=True)
class Upload:
    """A file in a request: its name and its bytes."""

    name: str
    content: bytes


class Params:
    """Typed access to the parameters of one call, converting as leniently as Telegram does."""

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}
        self.files = files or {}

    def text(self, name: str) -> str:
        """A string; numbers and JSON values become their JSON text, a missing one the empty string."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; anything else counts as 0, as it does at Telegram."""
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            return 0

    def boolean(self, name: str) -> bool:
        """True for true, "true", "yes" and "1" in any case."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def json(self, name: str, refusal: str) -> Any:
        """A JSON value, or None if missing or empty. Raise ApiError 400 with `refusal` if it isn't JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(refusal) from None

    def entities(self, name: str) -> Any:
        """Explicit entities; unreadable ones count as none, as they do at Telegram."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return None

    def file(self, name: str) -> Upload | str | None:
        """An uploaded file (direct or by attach://), a file_id or URL as a string, or None."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return value or self.files.get(name)
