"""Logs: structured lines by area, with secrets and personal data kept out."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

AREAS = ("auth", "assessment", "recommendations", "dashboard", "scheduler", "delivery", "ingest")
TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
INVITE = re.compile(r"\b[A-Za-z0-9_-]{43}\b")
# PostgreSQL quotes the row that it refuses, asyncpg the value, and hide_parameters of SQLAlchemy reaches neither
REFUSED_ROW = re.compile(r"(DETAIL:) .*?(?=\n(?:HINT:|\[SQL:|\n)|\Z)", re.DOTALL)
REFUSED_VALUE = re.compile(r"(invalid input for query argument \$\d+:) .*?(?=\n(?:\[SQL:|\n)|\Z)", re.DOTALL)
FILE_BYTES = 5_000_000
FILES_KEPT = 5


def scrub(text: str) -> str:
    """Text without bot tokens, invite tokens, and what a database quotes of the data it refuses."""
    for pattern in (REFUSED_ROW, REFUSED_VALUE):
        text = pattern.sub(r"\1 [left out]", text)
    return INVITE.sub("[invite]", TOKEN.sub("[token]", text))


def configure(level: str, *, as_json: bool, folder: Path | None, sql_echo: bool) -> None:
    """Send everything to stderr, and per area to rotating files where a folder is given."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _plain_renderer()
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, _to_logging],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(lambda exc_info: outline(exc_info[1])),
            _scrub_event,
            renderer,
        ],
    )
    handler = _ErrorStream(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    _set_levels(level, sql_echo)
    logging.captureWarnings(True)
    sys.excepthook = _log_end
    if folder is not None:
        _files(folder, formatter)


def outline(error: BaseException | None) -> str:
    """Where exceptions arose and their classes, causes first: their messages may quote what someone typed."""
    parts: list[str] = []
    while error is not None:
        frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__)).format()
        parts.insert(0, "".join([*frames, f"{type(error).__module__}.{type(error).__qualname__}"]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nthen\n".join(parts)


def get_logger(area: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of one area; values go in as fields, never names, answers, scores or typed text."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"exhale.{area}")
    return logger


def _plain_renderer() -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _set_levels(level: str, sql_echo: bool) -> None:
    """The level is that of the bot's own lines: of libraries only warnings count, and their details may quote people.

    SQL is echoed by the library's logger alone, since an engine that is told to echo writes to a stream of its own.
    """
    logging.getLogger().setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    logging.getLogger("exhale").setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long tick is no reason for a warning
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO if sql_echo else logging.WARNING)
    # aiogram prints the whole update when it meets an unknown kind: that is personal data on stderr
    warnings.filterwarnings("ignore", message="Detected unknown update type", category=RuntimeWarning)


def _files(folder: Path, formatter: logging.Formatter) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for area in ("app", *AREAS):
        file = _PrivateFile(
            folder / f"{area}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
        file.setFormatter(formatter)
        logging.getLogger(None if area == "app" else f"exhale.{area}").addHandler(file)


class _SaysNothingMore(logging.Handler):
    """A handler that cannot write says so in one line: the library would print the record, past the scrubber."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """Tell which logger's line is lost, and the class of the error."""
        error = sys.exc_info()[0]
        with suppress(OSError, ValueError):  # that stream may be what is broken
            sys.stderr.write(f"a line of {record.name} could not be written: {error.__name__ if error else 'error'}\n")


class _ErrorStream(_SaysNothingMore, logging.StreamHandler[TextIO]):
    """To stderr."""


class _PrivateFile(_SaysNothingMore, RotatingFileHandler):
    """A file that only its owner can read."""

    def _open(self) -> io.TextIOWrapper:
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return io.TextIOWrapper(io.FileIO(file, "a"), encoding=self.encoding)


def _log_end(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Log what no one caught, so that the program ends with a line like any other."""
    if isinstance(error, KeyboardInterrupt):
        return
    get_logger("app").critical("ended by an error", exc_info=error)


def _to_logging(logger: Any, name: str, event: MutableMapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Hand over to the standard library, with the exception where other handlers (Sentry) look for it."""
    arguments, options = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, name, dict(event))
    return arguments, {**options, "exc_info": event.get("exc_info")}


def _scrub_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = scrub(value)
    return event
