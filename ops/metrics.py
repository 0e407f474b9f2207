"""What the bot counts and times for its operators. No label ever says anything about a person.

Every figure is declared here; deploy/prometheus and deploy/grafana ask for no other.
"""

from __future__ import annotations

import logging
import math
import platform
import time
from collections.abc import Iterable
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from ops.logs import AREAS
from ops.version import VERSION

HANDLER_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LAG_BUCKETS = (15, 30, 60, 120, 300, 900, 3600, 7200)
UPDATE_OUTCOMES = ("done", "dead_lettered", "unavailable")
ERROR_AREAS = (*AREAS, "app", "background", "ops", "talk", "libraries")
TELEGRAM_ERRORS = (  # names of the client's classes, of which more may come
    "ClientDecodeError",
    "TelegramBadRequest",
    "TelegramConflictError",
    "TelegramForbiddenError",
    "TelegramNetworkError",
    "TelegramRetryAfter",
    "TelegramServerError",
    "TelegramUnauthorizedError",
)


class Metrics:
    """Every figure of one running bot, in a registry of its own. `answered_at` is in seconds of `time.monotonic()`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._updates = Counter(
            "exhale_updates", "Updates by kind and outcome: done, dead_lettered, unavailable", ["kind", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._handler_seconds = Histogram(
            "exhale_handler_seconds", "From taking an update in to its commit and reply", ["kind"],
            buckets=HANDLER_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.throttled = Counter(
            "exhale_throttled", "Updates ignored because one person sent too many", registry=self.registry
        )
        self._messages = Counter(
            "exhale_messages", "Messages that the bot sent on its own, by kind and outcome", ["kind", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._lag = Histogram(
            "exhale_delivery_lag_seconds", "From the moment a message was due to its leaving",
            buckets=LAG_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.rate_limited = Counter(
            "exhale_telegram_429", "Calls that Telegram asked to repeat later", registry=self.registry
        )
        self._telegram_errors = Counter(
            "exhale_telegram_errors", "Calls to Telegram that failed", ["error"], registry=self.registry
        )
        self._errors = Counter("exhale_errors", "Errors written to the log, by area", ["area"], registry=self.registry)
        self._ticks = Gauge(
            "exhale_last_tick_timestamp_seconds",
            "When the scheduler last ended a tick or a message, Unix time",
            registry=self.registry,
        )
        self._is_sender = Gauge(
            "exhale_is_sender", "1 while this replica is the one that sends scheduled messages", registry=self.registry
        )
        self._database_up = Gauge("exhale_database_up", "1 while the database takes writes", registry=self.registry)
        self._oldest_due = Gauge(
            "exhale_oldest_due_seconds", "How long the oldest message that is due has waited", registry=self.registry
        )
        self._dead_letters = Gauge(
            "exhale_dead_letters", "Updates that failed and wait for an operator", registry=self.registry
        )
        self._backed_up = Gauge(
            "exhale_last_backup_timestamp_seconds", "When the last backup was noted, Unix time, 0 before the first one",
            registry=self.registry,
        )  # fmt: skip
        build = Gauge("exhale_build_info", "Always 1", ["version", "python_version"], registry=self.registry)
        build.labels(VERSION, platform.python_version()).set(1)
        self._begin_at_zero()
        self.answered_at: float | None = None

    def expect(self, updates: Iterable[str], messages: Iterable[str], outcomes: Iterable[str]) -> None:
        """Show what will be counted at 0: an increase from nothing to one is none for Prometheus.

        `updates`: their kinds; `messages`: the kinds of what the bot sends on its own, and what can become of one.
        """
        for kind, outcome in product(updates, UPDATE_OUTCOMES):
            self._updates.labels(kind, outcome)
            self._handler_seconds.labels(kind)
        for kind, outcome in product(messages, outcomes):
            self._messages.labels(kind, outcome)

    def _begin_at_zero(self) -> None:
        for area in ERROR_AREAS:
            self._errors.labels(area)
        for error in TELEGRAM_ERRORS:
            self._telegram_errors.labels(error)

    def update_ended(self, kind: str, outcome: str, seconds: float) -> None:
        """An update came to its end, or has to come again."""
        self._updates.labels(kind, outcome).inc()
        self._handler_seconds.labels(kind).observe(seconds)

    def message_ended(self, kinds: Iterable[str], outcome: str, lag_seconds: float) -> None:
        """One message, about one thing or more, left or did not."""
        self._ticks.set_to_current_time()  # a tick with ten thousand messages takes minutes, which is no stall
        for kind in kinds:
            self._messages.labels(kind, outcome).inc()
        self._lag.observe(max(0.0, lag_seconds))

    def telegram_answered(self) -> None:
        """Telegram was reached, whatever it said."""
        self.answered_at = time.monotonic()

    def telegram_failed(self, error: BaseException) -> None:
        """Count a failed call, whoever's fault it was."""
        self._telegram_errors.labels(type(error).__name__).inc()

    def tick_ended(self, *, is_sender: bool) -> None:
        """The scheduler went through everything."""
        self._ticks.set_to_current_time()
        self._is_sender.set(is_sender)

    def tick_failed(self) -> None:
        """Note that the database is unavailable, so no replica is known to be the one that sends."""
        self._is_sender.set(0)

    def database_answered(self, overdue_seconds: float, dead_letters: int, backed_up_at: float) -> None:
        """Rows were read and one was written. `backed_up_at` is Unix time, 0 when no backup is known."""
        self._database_up.set(1)
        self._oldest_due.set(overdue_seconds)
        self._dead_letters.set(dead_letters)
        self._backed_up.set(backed_up_at)

    def database_failed(self) -> None:
        """Note that what rows would tell is unknown; an old figure would say that all is well."""
        self._database_up.set(0)
        self._oldest_due.set(math.nan)
        self._dead_letters.set(math.nan)

    def error_logged(self, area: str) -> None:
        """A line of level ERROR was written."""
        self._errors.labels(area).inc()

    def text(self) -> bytes:
        """Return everything in the format that Prometheus reads."""
        return generate_latest(self.registry)


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error, by the area of its logger."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.ERROR)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line; libraries are one area."""
        owner, _, area = record.name.partition(".")
        self._metrics.error_logged(area if owner == "exhale" else "libraries")
