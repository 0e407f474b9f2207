"""Moments in a text (`date_time`), which each app writes in its own time zone."""

import re
from typing import Any

from playground.wire.errors import bad_request

FORMAT = re.compile(r"[rR]|[tTdDwW]*")


def check_moment(entity: dict[str, Any]) -> None:
    """Raise ApiError 400 for an entity without its moment, or with a format that nobody can read."""
    if not isinstance(entity.get("unix_time"), int):
        raise bad_request("Can't parse MessageEntity: Can't find field \"unix_time\"")
    if not FORMAT.fullmatch(str(entity.get("date_time_format") or "")):
        raise bad_request("Can't parse MessageEntity: Invalid date-time format specified")
