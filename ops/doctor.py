"""Check everything that a deployment needs and say, line by line, that it is fine or what to do."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import certifi
from aiohttp import BaseConnector, ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp_socks import ProxyConnector
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from config import GUESSED, Settings, SettingsError
from db.database import Database
from db.outages import DatabaseMisconfigured, DatabaseUnavailable, describe_outage
from locales import LOCALES
from migrations import runner
from migrations.opening import open_doors, refuse_shared
from ops.network import PROXY_ERRORS
from ops.unread import unread_settings
from services.company.hr_home import WORKING_DAYS, is_word_given, unanswered
from services.gate import noise
from services.kit import bot_info
from services.kit.calendar import Calendar, days_off
from services.system import health

TELEGRAM = "https://api.telegram.org"
SECONDS = 10
CLOCK_SECONDS = 5
CONTACTS_DAYS = 180
CONTACTS_AGE = timedelta(days=CONTACTS_DAYS)
COMPLAINT_AGE = timedelta(hours=1)
LANGUAGES = {"ru": "Russian", "en": "English"}
HELP = """HELP_CONTACTS='{"ru": ["…"], "en": ["…"], "checked": "2026-01-31"}'"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is well, and what there is to know or to do."""

    what: str
    is_well: bool
    says: str


async def examine(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Yield every finding, one after the other. `now` is the machine's own time."""
    began = time.monotonic()
    unread = await asyncio.to_thread(unread_settings)
    for line in unread:
        yield Finding("settings", False, line)
    if not unread:
        yield Finding("settings", True, "playground, BOT_TOKEN is not set" if settings.is_playground else "read")
    for finding in [*await _database(settings, now), *await _redis(settings), await _noise()]:
        yield finding
    if settings.bot_token is not None:
        async for finding in _telegram(settings, settings.bot_token.get_secret_value(), now, began):
            yield finding
    yield await asyncio.to_thread(_calendar, settings, now.year)
    yield _help(settings, now.date())


async def report(settings: Callable[[], Settings], now: datetime, say: Callable[[str], None], *, as_json: bool) -> bool:
    """Say every finding as it comes, or all of them as one JSON object; return whether all is well.

    Raise SettingsError where the settings cannot be read; as JSON it is a finding like any other.
    """
    findings = []
    try:
        async for finding in examine(settings(), now):
            findings.append(finding)
            if not as_json:
                say(f"{'ok' if finding.is_well else '!!'}  {finding.what}: {finding.says}")
    except SettingsError as error:
        if not as_json:
            raise
        findings.append(Finding("settings", False, str(error)))
    is_well = all(finding.is_well for finding in findings)
    if as_json:
        say(json.dumps({"is_well": is_well, "findings": [asdict(one) for one in findings]}, ensure_ascii=False))
    return is_well


# --- storage -------------------------------------------------------------------------------------------------------


async def _database(settings: Settings, now: datetime) -> list[Finding]:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not await asyncio.to_thread(Path(str(url.database)).exists):
        return [Finding("database", True, f"{url.database} will be created at the first start")]
    try:
        async with asyncio.timeout(SECONDS):
            await refuse_shared(settings)
            revision = await runner.revision_of(settings.direct_database)
    except SettingsError as error:
        return [Finding("database", False, str(error))]
    except (DatabaseUnavailable, DBAPIError, DatabaseMisconfigured, TimeoutError) as error:
        says = "no answer in time" if isinstance(error, TimeoutError) else describe_outage(error)
        return [Finding("database", False, f"can't be reached ({says}): check DATABASE_URL")]
    well = Finding("database", True, f"{url.get_backend_name()} answers")
    if revision != runner.head():
        says = f"at {revision}, needed is {runner.head()}: run `python manage.py migrate`"
        return [well, Finding("schema", False, says)]
    schema = Finding("schema", True, f"at {revision}, as this version needs it")
    database = open_doors(settings)
    try:
        async with asyncio.timeout(SECONDS), database.read() as session:
            waiting = await _contact_requests(settings, session, now)
            rows = [await _same_bot(settings, session), await _word(session), waiting]
        return [await _takes_writes(database, now) or well, schema, *rows]
    finally:
        await database.dispose()


async def _takes_writes(database: Database, now: datetime) -> Finding | None:
    """Return what keeps rows from being written, None when nothing does.

    A full disk and a standby answer every question.
    """
    try:
        async with asyncio.timeout(SECONDS), database.begin() as session:
            await health.write(session, now)
    except (DatabaseUnavailable, TimeoutError) as error:
        why = str(error) or "no answer in time"
        place = "its disk" if database.is_sqlite else "its disk, or whether it is a standby"
        return Finding("database", False, f"answers, but accepts no writes ({why}): check {place}")
    return None


async def _same_bot(settings: Settings, session: AsyncSession) -> Finding:
    known = await bot_info.get_fact(session, bot_info.BOT_ID)
    username = await bot_info.get_fact(session, bot_info.USERNAME)
    if settings.bot_token is None or known in (None, settings.bot_token.get_secret_value().partition(":")[0]):
        return Finding("bot", True, f"people here have started @{username}" if username else "not started yet")
    says = f"BOT_TOKEN isn't the token of @{username}, which people here have started: put that one back"
    return Finding("bot", False, f"{says}, or run `python manage.py new-bot`")


async def _word(session: AsyncSession) -> Finding:
    if await is_word_given(session):
        return Finding("undertaking", True, "an administrator has accepted what the consent promises")
    says = "no one can be invited yet: an administrator has to open /hr and accept what the consent promises"
    return Finding("undertaking", False, f"{says}. The first one joins through ADMIN_IDS or `invite --role admin`")


async def _contact_requests(settings: Settings, session: AsyncSession, now: datetime) -> Finding:
    """Return whether people who asked HR to contact them are kept waiting; no names, and a number only from ten on."""
    calendar = Calendar(ZoneInfo(settings.default_timezone), settings.checkin_period_weeks)
    waiting = await unanswered(session, calendar, now)
    if waiting is None:
        return Finding("contact requests", True, f"none has waited for more than {WORKING_DAYS} working days")
    says = f"{waiting.count or 'some'} have waited for more than {WORKING_DAYS} working days: remind HR to answer"
    return Finding("contact requests", False, says)


async def _redis(settings: Settings) -> list[Finding]:
    if settings.redis_url is None:
        return [Finding("redis", True, "not used; each process counts its own limits")]
    client = Redis.from_url(settings.redis_url.get_secret_value(), socket_timeout=SECONDS)
    try:
        await client.get("exhale:doctor")
    except (RedisError, OSError) as error:
        return [Finding("redis", False, f"doesn't answer ({type(error).__name__}): check REDIS_URL")]
    finally:
        await client.aclose()
    return [Finding("redis", True, "answers")]


async def _noise() -> Finding:
    """Return whether figures that count people can be published."""
    try:
        await asyncio.to_thread(noise.available)
    except noise.NoiseUnavailable as error:
        return Finding("noise of counts", False, f"nothing is published without it: {error}")
    return Finding("noise of counts", True, "OpenDP is installed and draws it")


# --- Telegram ------------------------------------------------------------------------------------------------------


async def _telegram(settings: Settings, token: str, now: datetime, began: float) -> AsyncIterator[Finding]:
    """Check name, connection and TLS one by one, to show where the way ends; through a proxy only the proxy is seen.

    `now` is the machine's own time at the moment `began` of the steady clock.
    """
    base = (settings.bot_api_url or TELEGRAM).rstrip("/")
    proxy = settings.bot_proxy.get_secret_value() if settings.bot_proxy else None
    for finding in await _way("proxy" if proxy else "telegram", proxy or base):
        yield finding
        if not finding.is_well:
            return
    connector: BaseConnector = ProxyConnector.from_url(proxy) if proxy else TCPConnector(ssl=_tls())
    async with ClientSession(connector=connector, timeout=ClientTimeout(total=SECONDS)) as http:
        try:
            me, server_time = await _call(http, base, token, "getMe")
            since = timedelta(seconds=time.monotonic() - began)
            hook, _ = await _call(http, base, token, "getWebhookInfo")
        except (ClientError, OSError, ValueError, *PROXY_ERRORS) as error:
            yield Finding("telegram answer", False, f"{type(error).__name__}: something between here and {base} fails")
            return
        if not me.get("ok"):
            yield Finding("telegram answer", False, f"{me.get('description')}: take BOT_TOKEN from @BotFather")
            return
        yield Finding("telegram answer", True, f"this is @{me['result'].get('username')}")
        yield _clock(server_time, now + since)
        yield _webhook(settings, hook.get("result") or {}, now)


async def _way(what: str, url: str) -> list[Finding]:
    address = urlsplit(url)
    host = address.hostname or ""
    port = address.port or (443 if address.scheme == "https" else 80)
    findings = []
    try:
        await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo(host, port), SECONDS)
        findings.append(Finding(f"{what} name", True, f"{host} resolves"))
    except (socket.gaierror, TimeoutError):
        return [Finding(f"{what} name", False, f"{host} doesn't resolve here: check DNS, or set BOT_PROXY")]
    try:
        await _connect(host, port, None)
        findings.append(Finding(f"{what} connection", True, f"port {port} is open"))
    except (OSError, TimeoutError):
        says = f"port {port} of {host} can't be reached: a firewall, or the network blocks it; see BOT_PROXY"
        return [*findings, Finding(f"{what} connection", False, says)]
    if address.scheme == "https":
        try:
            await _connect(host, port, _tls())
            findings.append(Finding(f"{what} TLS", True, "the certificate is right"))
        except (OSError, TimeoutError) as error:
            says = f"{type(error).__name__}: a proxy may be intercepting the connection, or the clock is wrong"
            findings.append(Finding(f"{what} TLS", False, says))
    return findings


async def _connect(host: str, port: int, tls: ssl.SSLContext | None) -> None:
    _, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=tls), SECONDS)
    writer.transport.abort()


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


async def _call(http: ClientSession, base: str, token: str, method: str) -> tuple[dict[str, Any], datetime | None]:
    """Return the answer of a method, and the time on the server's clock."""
    async with http.get(f"{base}/bot{token}/{method}") as response:
        body = await response.json(content_type=None)
        if not isinstance(body, dict):
            raise ValueError("not an answer of the Bot API")
        stamp = response.headers.get("Date")
        return body, parsedate_to_datetime(stamp) if stamp else None


def _clock(server_time: datetime | None, now: datetime) -> Finding:
    if server_time is None:
        return Finding("clock", True, "the server doesn't tell its time")
    difference = abs((now - server_time.astimezone(UTC)).total_seconds())
    if difference > CLOCK_SECONDS:
        return Finding("clock", False, f"{difference:.0f} s away from Telegram's: switch on time synchronisation (NTP)")
    return Finding("clock", True, "agrees with Telegram's")


def _webhook(settings: Settings, hook: dict[str, Any], now: datetime) -> Finding:
    """Report a fresh complaint only: Telegram keeps its last one for ever."""
    is_set = bool(hook.get("url"))
    if settings.webhook_url is None:
        return Finding(
            "webhook",
            True,
            "set at Telegram; the bot removes it when it starts" if is_set else "not used, the bot polls",
        )
    if hook.get("url") != settings.webhook_url:
        return Finding("webhook", False, "not set yet: the bot sets it when it starts")
    complained_at = datetime.fromtimestamp(hook.get("last_error_date", 0), UTC)
    if now - complained_at < COMPLAINT_AGE:
        return Finding("webhook", False, f"Telegram says: {hook['last_error_message']}")
    return Finding("webhook", True, f"set, {hook.get('pending_update_count', 0)} updates wait")


# --- people --------------------------------------------------------------------------------------------------------


def _calendar(settings: Settings, year: int) -> Finding:
    """Whose public holidays are kept, and until when they are known."""
    country = settings.country
    if not country:
        return Finding("calendar", True, "no public holidays are kept (HOLIDAYS); the company's own days are in /hr")
    guessed = " (by DEFAULT_TIMEZONE; set HOLIDAYS to change that)" if settings.holidays == GUESSED else ""
    known = days_off.known_until(country)
    says = f"public holidays of {country}{guessed}; known until the end of {known}"
    if known > year:
        return Finding("calendar", True, says)
    says = f"{says}, after that without the days that are moved: install a newer version, or let HR add them in /hr"
    return Finding("calendar", known == year, says)


def _help(settings: Settings, today: date) -> Finding:
    contacts = settings.help_contacts
    missing = [LANGUAGES.get(locale, locale) for locale in LOCALES if not contacts.in_(locale)]
    if missing:
        says = f"not ready for people: no help contacts for readers of {' and '.join(missing)}. Set {HELP}"
        return Finding("help contacts", False, says)
    if contacts.checked is None or today - contacts.checked > CONTACTS_AGE:
        says = f"not checked for {CONTACTS_DAYS} days: call to see whether they still answer, then update `checked`"
        return Finding("help contacts", False, says)
    return Finding("help contacts", True, f"checked on {contacts.checked}")
