"""`manage.py deadletters`: look at the updates that failed, let them be repeated, forget them."""

from __future__ import annotations

import click

from config import load_settings
from migrations.opening import open_database
from ops.command_line import asynchronous
from services.system import dead_letters


@click.group()
def deadletters() -> None:
    """List, repeat or forget updates that failed three times."""


@deadletters.command("list")
@asynchronous
async def list_deadletters() -> None:
    """List them: time, kind, handler and error."""
    async with open_database(load_settings()) as database, database.read() as session:
        found = await dead_letters.find_all(session)
    for one in found:
        waits = "  waits to be repeated" if one.retry_wanted else "" if one.can_be_repeated else "  can't be repeated"
        when = f"{one.created_at:%Y-%m-%d %H:%M:%S}Z"
        click.echo(f"{one.update_id}  {when}  {one.kind}  {one.handler or '-'}  {one.error}{waits}")
    click.echo(f"{len(found)} dead-lettered")


@deadletters.command()
@click.argument("update_ids", nargs=-1, type=int)
@asynchronous
async def retry(update_ids: tuple[int, ...]) -> None:
    """Let the bot repeat these presses, or all of them.

    It does so within seconds.
    """
    async with open_database(load_settings()) as database, database.begin() as session:
        asked = await dead_letters.want_retry(session, list(update_ids) or None)
    click.echo(f"{asked} to be repeated")


@deadletters.command()
@click.argument("update_ids", nargs=-1, required=True, type=int)
@asynchronous
async def remove(update_ids: tuple[int, ...]) -> None:
    """Forget these updates."""
    async with open_database(load_settings()) as database, database.begin() as session:
        removed = [await dead_letters.remove(session, update_id) for update_id in update_ids]
    click.echo(f"{sum(removed)} removed")
