"""Faults that a test asks for: what the next calls meet instead of a normal answer."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["429", "500", "502html", "cut_before", "cut_after", "silence", "403"]


@dataclass
class Fault:
    """`count` calls of `method` (any but getUpdates if it is None) fail in one way.

    `retry_after` (whole seconds) belongs to "429", `seconds` to "silence", which is followed by a cut connection.
    "cut_after" does the work and then cuts the connection; "cut_before" only cuts.
    """

    kind: Kind
    count: int = 1
    method: str | None = None
    retry_after: int = 1
    seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind is one of {', '.join(get_args(Kind))}")

    def hits(self, method: str) -> bool:
        """Whether a call of `method` meets this fault."""
        if self.method is None:
            return method.lower() != "getupdates"
        return self.method.lower() == method.lower()


class Faults:
    """The faults that are still to come, met in the order in which they were asked for."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; a count of 0 takes all waiting ones away."""
        if fault.count == 0:
            self.waiting.clear()
        else:
            self.waiting.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets, if any; it is used up by one."""
        for fault in self.waiting:
            if fault.hits(method):
                fault.count -= 1
                if fault.count == 0:
                    self.waiting.remove(fault)
                return fault
        return None
