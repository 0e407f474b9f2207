"""What counts as an outage of the database, as opposed to a mistake of ours."""

from __future__ import annotations

import re
import sqlite3
import ssl
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Dialect, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry


class DatabaseUnavailable(Exception):  # noqa: N818 (it tells a state, not a failure)
    """The database is out of reach, locked or full: the same may go well later. The text says how it shows."""


class DatabaseMisconfigured(Exception):  # noqa: N818 (it tells a state, not a failure)
    """PostgreSQL's driver can do nothing with what its address or its environment says. The text says with what."""


def notice_outages(engine: AsyncEngine) -> None:
    """Let every outage that an engine meets be a DatabaseUnavailable: while it connects, and while it is asked.

    What can't connect because of its settings is a DatabaseMisconfigured.
    """

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(
        dialect: Dialect, _: ConnectionPoolEntry, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> DBAPIConnection:
        try:
            return dialect.connect(*arguments, **options)
        except Exception as error:
            if _is_outage(error):
                raise DatabaseUnavailable(describe_outage(error)) from error
            if dialect.name == "postgresql" and _is_misconfigured(error):
                raise DatabaseMisconfigured(str(error)) from error
            raise

    @event.listens_for(engine.sync_engine, "handle_error")
    def _classify(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, OSError):
            context.is_disconnect = True  # the driver gives the network's own errors on, and they end a connection
        is_misuse = _is_for_reading(context) and _is_write_refused(error)
        if not is_misuse and getattr(error, "sqlstate", None) == POSTGRES_READ_ONLY:
            context.is_disconnect = True  # the server became a standby: the next connection may lead to its successor
        if context.is_disconnect or (_is_outage(error) and not is_misuse):
            raise DatabaseUnavailable(describe_outage(error)) from error


# No connection; refused, or no such database; no room, memory or slots; stopping or starting; its disk; read-only, as a
# standby is, or a managed database without room.
POSTGRES_READ_ONLY = "25006"
PROTOCOL_VIOLATION = "08P01"  # a mistake, as 42P05 and 26000 are (statements by name behind a pooler): no wait mends it
POOLER_WITHOUT_SERVER = re.compile(  # but PgBouncer says everything with it
    r"server login|connect to server|query_wait_timeout|server conn|shutting down|no more connections", re.IGNORECASE
)
POSTGRES_UNAVAILABLE = ("08", "28", "3D", "53", "57P", "58", POSTGRES_READ_ONLY)
SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def _is_outage(error: BaseException) -> bool:
    """Return whether an error says that the database is out of reach, locked or full, not that it was misused."""
    state = getattr(error, "sqlstate", None) or ""
    if state == PROTOCOL_VIOLATION:
        return POOLER_WITHOUT_SERVER.search(str(error)) is not None
    return (
        isinstance(error, OSError)
        or _sqlite_code(error) in SQLITE_UNAVAILABLE
        or state.startswith(POSTGRES_UNAVAILABLE)
    )


def _is_misconfigured(error: BaseException) -> bool:
    from asyncpg.exceptions import ClientConfigurationError  # noqa: PLC0415 (a bot on SQLite never needs the library)

    return isinstance(error, ClientConfigurationError)


def _is_for_reading(context: ExceptionContext) -> bool:
    """Return whether it was `read()` or `glance()` that met the error."""
    options = context.connection.get_execution_options() if context.connection is not None else {}
    is_file = context.engine is not None and context.engine.url.query.get("mode") == "ro"
    return is_file or bool(options.get("postgresql_readonly"))


def _is_write_refused(error: BaseException) -> bool:
    return _sqlite_code(error) == sqlite3.SQLITE_READONLY or getattr(error, "sqlstate", None) == POSTGRES_READ_ONLY


def _sqlite_code(error: BaseException) -> int | None:
    """Return the primary result code of SQLite, None for an error that is not SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def describe_outage(error: BaseException) -> str:
    """Return what happened, without what was asked."""
    if isinstance(error, DatabaseUnavailable | DatabaseMisconfigured):
        return str(error)
    if isinstance(error, DBAPIError) and error.orig is not None:
        return describe_outage(error.orig)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {error.verify_message}"
    found = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return f"{type(error).__name__} {found}" if found else type(error).__name__
