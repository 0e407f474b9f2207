"""The operators' command line. It does not import aiogram, which costs seconds."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

import click

from config import Settings, SettingsError, load_settings
from db import Database, is_away
from migrations.runner import SchemaError, check, upgrade
from services import departments, facts, invites
from services.clock import system_clock

HOURS = 336


@click.group()
def cli() -> None:
    """Exhale, for operators."""


def asynchronous(command: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a coroutine as a command; what an operator can mend ends it with one line."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            asyncio.run(_awaited(command(*args, **options)))
        except (SettingsError, SchemaError) as error:
            sys.exit(str(error))
        except Exception as error:
            if not is_away(error):
                raise
            sys.exit(f"DATABASE_URL: the database cannot be reached ({type(error).__name__})")

    return run


async def _awaited(work: Awaitable[None]) -> None:
    await work


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The database that the bot uses; an SQLite file is brought up to date, PostgreSQL only checked."""
    database = Database(settings.database)
    try:
        if database.is_sqlite:
            await upgrade(settings.database)
        else:
            await check(settings.database)
        yield database
    finally:
        await database.dispose()


@cli.command()
@asynchronous
async def migrate() -> None:
    """Bring the database up to the newest schema."""
    settings = load_settings()
    copy = await upgrade(settings.database)
    if copy is not None:
        click.echo(f"copy of the former database: {copy}")
    click.echo("the schema is up to date")


@cli.command()
@click.option("--role", type=click.Choice(["employee", "hr", "admin"]), default="employee", show_default=True)
@click.option("--department", help="Its name; it is created when there is none.")
@click.option("--uses", type=click.IntRange(1, 100_000), default=1, show_default=True)
@click.option("--hours", type=click.IntRange(1, 24 * 365), default=HOURS, show_default=True)
@asynchronous
async def invite(role: str, department: str | None, uses: int, hours: int) -> None:
    """Make an invite; the last line is its link."""
    async with open_database(load_settings()) as database, database.begin() as session:
        now = system_clock()
        department_id = await departments.find_or_create(session, department, now) if department else None
        token = await invites.create(
            session, role=role, department_id=department_id, uses=uses, lifetime=timedelta(hours=hours), now=now
        )
        username = await facts.get_fact(session, facts.USERNAME)
    click.echo(f"{role}, {uses} use(s), {hours} hours. The link is shown only now:")
    click.echo(f"https://t.me/{username}?start={token}" if username else f"/start {token}")


if __name__ == "__main__":
    cli()
