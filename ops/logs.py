"""Logs: structured lines by area, with secrets and personal data kept out."""

from __future__ import annotations

import logging
import re
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    _quiet_libraries(sql_echo)
    if folder is not None:
        _files(folder, formatter)


def outline(error: BaseException | None) -> str:
    """Where exceptions arose and their classes, causes first: their messages may quote what somebody typed."""
    parts: list[str] = []
    while error is not None:
        frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__)).format()
        parts.insert(0, "".join([*frames, f"{type(error).__module__}.{type(error).__qualname__}"]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nthen\n".join(parts)


def get_logger(area: str) -> structlog.stdlib.BoundLogger:
    """The logger of one area; values go in as fields, never names, answers, scores or typed text."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"exhale.{area}")
    return logger


def _plain_renderer() -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _quiet_libraries(sql_echo: bool) -> None:
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # its DEBUG prints bound values
    logging.getLogger("aiogram.event").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a long tick is no reason for a warning
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    logging.getLogger("sentry_sdk").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    if not sql_echo:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    # aiogram prints the whole update when it meets an unknown kind: that is personal data on stderr
    warnings.filterwarnings("ignore", message="Detected unknown update type", category=RuntimeWarning)


def _files(folder: Path, formatter: logging.Formatter) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for area in ("app", *AREAS):
        file = RotatingFileHandler(
            folder / f"{area}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", delay=True
        )
        file.setFormatter(formatter)
        logging.getLogger(None if area == "app" else f"exhale.{area}").addHandler(file)


def _to_logging(logger: Any, name: str, event: MutableMapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Hand over to the standard library, with the exception where other handlers (Sentry) look for it."""
    arguments, options = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, name, dict(event))
    return arguments, {**options, "exc_info": event.get("exc_info")}


def _scrub_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = scrub(value)
    return event
