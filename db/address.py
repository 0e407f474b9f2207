"""The address of a database as people have it, and the engines that are made from it.

Managed PostgreSQL hands out addresses in the words of libpq: `postgres://…?sslmode=require`. The driver reads most of
them itself when it gets them as such an address; the rest is refused with what to write instead.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POSTGRESQL = {"postgres", "postgresql", "postgresql+asyncpg"}
SQLITE = "sqlite+aiosqlite"
OF_THE_PLACE = {"host", "port"}
UNDERSTOOD = {
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "target_session_attrs", "options", "application_name", "passfile",
}  # fmt: skip
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SESSIONS = ("any", "read-write", "primary")  # the bot writes, so a standby is of no use to it
NO_NAMED_STATEMENTS = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}


class AddressError(ValueError):
    """An address that cannot be used; the text says what to write, and nothing of the address but its settings."""


def parse(address: str) -> URL:
    """Return an address with our drivers and only settings that the driver understands. Raise AddressError."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise AddressError("is not a database address such as postgresql://user:password@host/name") from None
    if url.drivername == SQLITE:
        return url
    if url.drivername not in POSTGRESQL:
        raise AddressError("must begin with postgresql:// (or postgresql+asyncpg://) or sqlite+aiosqlite:///")
    return url.set(drivername="postgresql+asyncpg", query=_understood(dict(url.query)))


def create_engine(url: URL, *, is_pooled: bool = False, **options: Any) -> AsyncEngine:
    """Return an engine; what libpq's words ask for is handed to the driver as an address.

    `is_pooled` is for a pooler that gives each transaction another connection: nothing is prepared by name.
    """
    if url.get_backend_name() == "sqlite":
        return create_async_engine(url, **options)
    url = parse(url.render_as_string(hide_password=False))
    words = {name: value for name, value in url.query.items() if name not in OF_THE_PLACE}
    arguments = {
        **({"dsn": f"postgresql:///?{urlencode(words)}"} if words else {}),
        **(NO_NAMED_STATEMENTS if is_pooled else {}),
        **options.pop("connect_args", {}),
    }
    return create_async_engine(url.difference_update_query(words), connect_args=arguments, **options)


def _understood(query: dict[str, Any]) -> dict[str, Any]:
    if "ssl" in query:
        query["sslmode"] = query.pop("ssl")
    for hint in ("pgbouncer", "connect_timeout", "gssencmode"):  # a pooler is found out, and we have our own patience
        query.pop(hint, None)
    for name, allowed in (("sslmode", SSL_MODES), ("target_session_attrs", SESSIONS)):
        if query.get(name, allowed[0]) not in allowed:
            raise AddressError(f"{name}={query[name]} is of no use here: write one of {', '.join(allowed)}")
    if query.pop("channel_binding", "prefer") == "require":
        raise AddressError(
            "channel_binding=require cannot be kept, the driver has none: leave it out, and write sslmode=verify-full "
            "with sslrootcert=FILE, so that nobody can stand in between"
        )
    strange = sorted(query.keys() - UNDERSTOOD - OF_THE_PLACE)
    if strange:
        raise AddressError(f"{strange[0]} is not understood: leave it out ({', '.join(sorted(UNDERSTOOD))} are)")
    return query
