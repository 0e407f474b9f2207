"""The operators' command line. It does not import aiogram, which costs seconds."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from config import Settings, SettingsError, load_settings
from content import load_content
from db.address import AddressError, parse
from db.locks import PLACE, create_lock
from migrations.move import count, move
from migrations.opening import open_database, refuse_shared
from migrations.runner import upgrade
from ops.backup import back_up, backups_of, is_copied_by_hand, note_backup, put_back
from ops.command_line import asynchronous
from ops.dead_letter_commands import deadletters
from ops.doctor import report
from ops.readiness import what_is_missing
from ops.roster import run as run_roster
from ops.status import status_lines
from services.account import users
from services.company import departments, roles
from services.demo.company import DemoCompany, RealPeople
from services.gate import publications
from services.kit import bot_info
from services.kit.calendar import Calendar
from services.kit.clock import system_clock
from services.lifecycle import invites, relink_approval
from services.lifecycle.roster.reading import ANSWERS, Answer

HOURS = 336
NOT_YET_DONE = 3
ROLES = click.Choice(["employee", "hr", "admin"])
POSTGRES_BACKUP = "PostgreSQL has its own tools, pg_dump and pg_restore: see docs/operations.md"


@click.group()
def cli() -> None:
    """Exhale, for operators."""


cli.add_command(deadletters)


@cli.command()
@asynchronous
async def migrate() -> None:
    """Bring the database up to the newest schema."""
    settings = load_settings()
    await refuse_shared(settings)
    copy = await upgrade(settings.direct_database)
    if copy is not None:
        click.echo(f"copy of the database as it was: {copy}")
    click.echo("the schema is up to date")


@cli.command()
@click.option("--role", type=ROLES, default="employee", show_default=True)
@click.option("--department", help="Its name; created if it doesn't exist.")
@click.option("--uses", type=click.IntRange(1, 100_000), default=1, show_default=True)
@click.option("--hours", type=click.IntRange(1, 24 * 365), default=HOURS, show_default=True)
@click.option("--without-help", is_flag=True, help="Invite although HELP_CONTACTS is empty: for trying out.")
@asynchronous
async def invite(role: str, department: str | None, uses: int, hours: int, without_help: bool) -> None:
    """Make an invite link and print it last.

    Administrators can be invited into an empty installation. Everyone else has to wait until HELP_CONTACTS names who
    can help, and an administrator has accepted, on /hr, what the consent promises on the company's behalf.
    """
    settings = load_settings()
    async with open_database(settings) as database, database.begin() as session:
        if role != "admin" and (missing := await what_is_missing(session, settings, without_help=without_help)):
            raise click.ClickException(missing)
        now = system_clock()
        department_id = await departments.find_or_create(session, department, now) if department else None
        token = await invites.create(
            session, role=role, department_id=department_id, uses=uses, lifetime=timedelta(hours=hours), now=now
        )
        link = await invites.link_of(session, token)
    click.echo(f"{role}, {uses} use(s), {hours} hours. The link is shown only now:")
    click.echo(link)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without this, only show it and exit with 3.")
@click.option("--links", type=click.Path(path_type=Path), help="Where to write the links of new people.")
@click.option("--rows", type=click.Choice(ANSWERS), help="What to do with rows that don't look like people.")
@click.option("--without-help", is_flag=True, help="Invite although HELP_CONTACTS is empty: for trying out.")
@asynchronous
async def roster(file: Path, is_applied: bool, links: Path | None, rows: Answer | None, without_help: bool) -> None:
    """Compare a list of people (XLSX, CSV) with who is here.

    New people are invited; who moved or left is proposed to HR, who decides.
    """
    settings = load_settings()
    async with open_database(settings) as database, database.begin() as session:
        if missing := await what_is_missing(session, settings, without_help=without_help):
            raise click.ClickException(missing)
        is_done = await run_roster(session, file, rows, links, system_clock(), click.echo, is_applied=is_applied)
    sys.exit(0 if is_done else NOT_YET_DONE)


@cli.command("demo-data")
@asynchronous
async def demo_data() -> None:
    """Fill an empty database with an invented company.

    It has departments, people and half a year of answers.
    """
    settings, now = load_settings(), system_clock()
    calendar = Calendar(ZoneInfo(settings.default_timezone), settings.checkin_period_weeks)
    demo = DemoCompany(load_content(), calendar, settings.default_timezone)
    async with open_database(settings) as database, database.begin() as session:
        try:
            await demo.seed(session, now)
        except RealPeople:
            raise click.ClickException("This database already has people in it. Nothing was changed.") from None
        await users.write_to_nobody(session, now)
    click.echo("Demo company created. Its people get no messages; to look around, run `manage.py invite --role hr`.")
    click.echo("One of them is an administrator, so use this database for trying out only.")


@cli.command("new-bot")
@click.confirmation_option(prompt="No one gets a message until they start the new bot. Really change it?")
@asynchronous
async def new_bot() -> None:
    """Accept another bot's token at the next start.

    Everyone has to press START in the new bot once.
    """
    async with open_database(load_settings()) as database, database.begin() as session:
        await bot_info.forget_fact(session, bot_info.BOT_ID)
        people = await users.write_to_nobody(session, system_clock())
    click.echo(f"The next start takes the bot of BOT_TOKEN. {people} people get messages once they have started it.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for programs.")
@asynchronous
async def doctor(as_json: bool) -> None:
    """Check everything and say what to do.

    The exit code is 0 when all is well.
    """
    sys.exit(0 if await report(load_settings, system_clock(), click.echo, as_json=as_json) else 1)


@cli.command()
@asynchronous
async def status() -> None:
    """Show what waits and what failed.

    It also shows the last summary and backup, and until when holidays are known.
    """
    settings = load_settings()
    async with open_database(settings) as database, database.read() as session:
        click.echo("\n".join(await status_lines(session, settings, system_clock())))


@cli.command("publications")
@click.option("--json", "as_json", is_flag=True, required=True, help="One JSON array, for programs.")
@asynchronous
async def publications_(as_json: bool) -> None:
    """Print every figure that HR has been given.

    They are coarse or noisy: nothing exact passes the gate.
    """
    async with open_database(load_settings()) as database, database.read() as session:
        click.echo(json.dumps(await publications.export(session), ensure_ascii=False))


# --- backups ---------------------------------------------------------------------------------------------------------


@cli.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Beside the database if empty.")
@click.option("--made", is_flag=True, help="Only note, for the alert, that your own tool has made one.")
@asynchronous
async def backup(folder: Path | None, made: bool) -> None:
    """Copy the SQLite database while the bot runs.

    The last line is the path of the copy.
    """
    settings, now = load_settings(), system_clock()
    if not made:
        path = _sqlite_file(settings)
        click.echo(await asyncio.to_thread(back_up, path, folder or backups_of(path), now))
    await note_backup(settings, now)


@cli.command()
@click.argument("copy", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asynchronous
async def restore(copy: Path) -> None:
    """Put a copy of the SQLite database back in its place.

    Stop the bot first. A copy of what was there is kept.
    """
    settings = load_settings()
    path = _sqlite_file(settings)
    lock = create_lock(make_url(settings.database), PLACE)
    if not await lock.acquire():
        raise click.ClickException("The bot is running: stop it first.")
    try:
        saved = await asyncio.to_thread(put_back, path, copy, system_clock())
    finally:
        await lock.release()
    if is_copied_by_hand(copy):
        click.echo(f"{copy.name} was not made by `backup`: if the bot ran then, its last changes are missing.")
    if saved is not None:
        click.echo(f"what was there until now: {saved}")
    click.echo(f"{path} is as it was in {copy}")


def _sqlite_file(settings: Settings) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        raise click.ClickException(POSTGRES_BACKUP)
    return Path(str(url.database))


@cli.command("move")
@click.option("--to", "address", required=True, help="The empty database to move into, as DATABASE_URL is written.")
@asynchronous
async def move_(address: str) -> None:
    """Copy a stopped bot's database into another one.

    If it is interrupted, run the same command again: it goes on where it was.
    """
    settings = load_settings()
    try:
        target = parse(address)
    except AddressError as error:
        raise click.ClickException(f"--to: {error}") from None
    await refuse_shared(settings)
    source = make_url(settings.direct_database)
    with click.progressbar(length=await count(source), label="rows", file=sys.stderr) as bar:
        counts = await move(source, target, bar.update)
    for table, rows in counts.items():
        click.echo(f"{rows:>10}  {table}")
    click.echo("Everything is there and the same. Set DATABASE_URL to the new address, then start the bot.")


# --- people ----------------------------------------------------------------------------------------------------------


def about_person(command: Callable[..., Any]) -> Callable[..., Any]:
    """The two ways to name a person."""
    for option in (
        click.option("--telegram-id", type=int, help="The number of their Telegram account."),
        click.option("--user-id", type=int, help="Their number here, as in the logs."),
    ):
        command = option(command)
    return command


async def _find_person(session: AsyncSession, telegram_id: int | None, user_id: int | None) -> int:
    """Return the internal id of the person who was named. Raise ClickException when no one is."""
    if (telegram_id is None) == (user_id is None):
        raise click.ClickException("Name one person: --telegram-id or --user-id.")
    if telegram_id is not None:
        user_id = await roles.find_id(session, telegram_id)
    if user_id is None or not await roles.exists(session, user_id):
        raise click.ClickException("No such person.")
    return user_id


@cli.command()
@click.argument("new_role", metavar="ROLE", type=ROLES)
@about_person
@asynchronous
async def role(new_role: str, telegram_id: int | None, user_id: int | None) -> None:
    """Make a person an employee, HR or an administrator."""
    settings = load_settings()
    calendar = Calendar(ZoneInfo(settings.default_timezone), settings.checkin_period_weeks)
    async with open_database(settings) as database, database.begin() as session:
        person = await _find_person(session, telegram_id, user_id)
        since = await roles.set_role(session, person, new_role, calendar, system_clock())
    click.echo(f"person {person} is now: {new_role}")
    if since is not None:
        click.echo(f"in the figures it counts from {since} on; the person gets a message")


@cli.command("approve-relink")
@click.argument("number", type=int)
@asynchronous
async def approve_relink(number: int) -> None:
    """Approve the link for a lost account.

    For when no one else in HR can do it. The number stands below the link.
    """
    async with open_database(load_settings()) as database, database.begin() as session:
        if not await relink_approval.approve_as_operator(session, number, system_clock()):
            raise click.ClickException("No link with this number waits for approval.")
    click.echo(f"link {number} works now; the person who made it is told")


@cli.command()
@about_person
@click.confirmation_option(prompt="Everything of this person will be erased. Really?")
@asynchronous
async def erase(telegram_id: int | None, user_id: int | None) -> None:
    """Erase a person and all their data, as /delete does."""
    async with open_database(load_settings()) as database, database.begin() as session:
        person = await _find_person(session, telegram_id, user_id)
        await users.erase(session, person)
    click.echo(f"person {person} is erased; backups forget them when they expire")


@cli.command()
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to.")
def papers(folder: Path) -> None:
    """Write drafts for your lawyer (DOCX).

    An impact assessment, the consent, a works agreement and an announcement.
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    from ops.papers import write_papers  # noqa: PLC0415 (the library is needed here alone)

    try:
        written = write_papers(settings, folder)
    except OSError as error:
        sys.exit(f"--out: can't be written ({error.strerror})")
    for path in written:
        click.echo(path)
    click.echo("Each is a draft: have a lawyer check it before you use it.")


if __name__ == "__main__":
    cli()
