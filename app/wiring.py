"""From settings to objects: database, Bot, Dispatcher, scheduler and ingest. Importing this module does nothing."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiogram import Bot, Dispatcher
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.fsm.storage.memory import DisabledEventIsolation

import handlers
from app.jobs import SummaryJob, erasing, keeping_calendar, telling_of_lost_requests
from config import Settings
from content import Content
from db.database import Database
from db.locks import PLACE, SENDER
from handlers.conversation_states import FOR_OTHERS
from handlers.wellbeing.checkin import answer_in_passing
from locales import LOCALES
from middlewares.access import AccessMiddleware
from middlewares.access_log import AccessLogMiddleware
from middlewares.coming_back import ComeBackMiddleware
from middlewares.crisis import CrisisMiddleware, HearMiddleware
from middlewares.dialog import LeaveDialogMiddleware, NoteTypedMiddleware, ReplayEditMiddleware, TypedCommandMiddleware
from middlewares.identify import IdentifyMiddleware
from middlewares.request import RequestMiddleware
from middlewares.short_way import ShortWayMiddleware
from middlewares.throttle import ThrottleMiddleware
from ops.metrics import Metrics
from scheduler import Ticker
from services.account.settings import PersonalSettings
from services.company.calendar.own_days import CompanyCalendar
from services.company.hr_home import Undertakings
from services.company.people import People
from services.home import Home
from services.kit.calendar import Calendar
from services.kit.clock import Clock
from services.kit.seldom import Seldom
from services.kit.text import Phrases
from services.kit.zones import Zones
from services.lifecycle.joining import Onboarding
from services.lifecycle.offboarding import Offboarding
from services.lifecycle.retention import Retention
from services.lifecycle.roster.changes import RosterChanges
from services.notifications.claims import Claims, Outcome
from services.notifications.composer import Composer
from services.notifications.planner import Planner
from services.notifications.snoozes import Snoozes
from services.outbox.kinds import KINDS
from services.outreach.agreements import Agreements
from services.outreach.notes import Notes
from services.outreach.promise_writing import PromiseWriting
from services.outreach.promises import Promises
from services.outreach.rounds import Rounds
from services.summary.drilldown import Drilldown
from services.summary.joining import JoinProposals
from services.summary.steps.answering import SuggestedSteps
from services.summary.summaries import Summaries
from services.typed_answers import TypedAnswers
from services.wellbeing.checkin import CheckIns
from services.wellbeing.dashboard import Dashboard
from services.wellbeing.history import History
from services.wellbeing.pulse import Pulses
from services.wellbeing.recommendations import Recommendations
from transport.background import Background
from transport.client import Client
from transport.fsm_storage import SqlStorage
from transport.ingest import Ingest, UpdateSource
from transport.polling import Polling
from transport.throttling import Limits
from transport.webhook import Webhook
from views.charts import ChartRenderer
from views.translator import Catalogs, Deployment

DRAIN_SECONDS = 10
HINT_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Services:
    """What handlers take by these names, and what jobs and tests use: built once, shared by all."""

    background: Background
    calendar: Calendar
    checkins: CheckIns
    company_calendar: CompanyCalendar
    claims: Claims
    dashboards: Dashboard
    drilldown: Drilldown
    join_proposals: JoinProposals
    edit_hints: Seldom
    gently: Seldom
    history: History
    home: Home
    media_hints: Seldom
    notes: Notes
    offboarding: Offboarding
    onboarding: Onboarding
    people: People
    personal: PersonalSettings
    phrases: Phrases
    planner: Planner
    promises: Promises
    writing: PromiseWriting
    agreements: Agreements
    roster_changes: RosterChanges
    pulses: Pulses
    recommendations: Recommendations
    renderer: ChartRenderer
    retention: Retention
    rounds: Rounds
    snoozes: Snoozes
    suggested_steps: SuggestedSteps
    summaries: Summaries
    text_hints: Seldom
    typed_answers: TypedAnswers
    undertakings: Undertakings
    zones: Zones


@dataclass(frozen=True, slots=True)
class App:
    """A bot that is put together and not yet running."""

    settings: Settings
    database: Database
    content: Content
    catalogs: Catalogs
    clock: Clock
    services: Services
    bot: Bot
    dispatcher: Dispatcher
    ticker: Ticker
    ingest: Ingest
    source: UpdateSource
    metrics: Metrics


def create_catalogs(settings: Settings, content: Content) -> Catalogs:
    """Return the catalogs, with what they say of this deployment."""
    deployment = Deployment(
        org={locale: _organisation(settings, content, locale) for locale in LOCALES},
        min_n=settings.min_group,
        backup_days=settings.backup_days,
        retention_days=settings.retention_days,
        answers_months=settings.answers_months,
        period_weeks=settings.checkin_period_weeks,
        support=settings.support_contact,
        contacts={locale: _contacts(settings, content, locale) for locale in LOCALES},
        emergency={
            locale: ", ".join(words.in_(locale) for words in content.crisis.contacts_default) for locale in LOCALES
        },
    )
    return Catalogs(deployment, default_locale=settings.default_locale)


def _organisation(settings: Settings, content: Content, locale: str) -> str:
    """Return the company's name, an invented one in the playground, or "" where none is configured."""
    if settings.org_name is None and settings.is_playground:
        return content.demo.organisation.in_(locale)
    return settings.org_name or ""


def _contacts(settings: Settings, content: Content, locale: str) -> list[str]:
    """Return who can help; in the playground invented people, who are called so."""
    named = settings.help_contacts.in_(locale)
    return named or ([content.demo.help.in_(locale)] if settings.is_playground else [])


def create_calendar(settings: Settings) -> Calendar:
    """Return the organisation's calendar."""
    return Calendar(ZoneInfo(settings.default_timezone), settings.checkin_period_weeks)


def create_services(settings: Settings, content: Content) -> Services:
    """Build every service once; they share what they are made of."""
    calendar = create_calendar(settings)
    keeps = timedelta(days=settings.retention_days)
    recommendations = Recommendations(content)
    checkins = CheckIns(content, calendar, recommendations)
    history = History(content, calendar)
    pulses = Pulses(content, calendar)
    notes = Notes(calendar)
    promises, writing = Promises(calendar), PromiseWriting(content, calendar)
    planner = Planner(calendar, content.consent.version)
    people, offboarding = People(calendar), Offboarding(keeps)
    summaries = Summaries(content, calendar, settings.hr_summary_day, settings.hr_summary_time, settings.min_group)
    return Services(
        background=Background(),
        calendar=calendar,
        checkins=checkins,
        company_calendar=CompanyCalendar(content, calendar),
        claims=Claims(calendar, Composer(calendar, content, settings.hr_summary_time), planner, _owner()),
        dashboards=Dashboard(content, calendar, history),
        drilldown=Drilldown(content, calendar),
        join_proposals=JoinProposals(content, calendar, settings.min_group),
        edit_hints=Seldom(timedelta(seconds=10)),
        gently=Seldom(timedelta(hours=1)),
        history=history,
        home=Home(checkins, pulses, recommendations, notes, calendar),
        media_hints=Seldom(HINT_AGAIN),
        offboarding=offboarding,
        onboarding=Onboarding(checkins, calendar, settings.admin_ids, settings.default_timezone),
        people=people,
        personal=PersonalSettings(content, calendar),
        phrases=Phrases(content.typed),
        planner=planner,
        notes=notes,
        promises=promises,
        writing=writing,
        agreements=Agreements(content, calendar, promises, writing),
        roster_changes=RosterChanges(people, offboarding),
        pulses=pulses,
        recommendations=recommendations,
        renderer=ChartRenderer(),
        retention=Retention(keeps, settings.answers_kept),
        rounds=Rounds(content, calendar, settings.min_group),
        snoozes=Snoozes(checkins, calendar),
        suggested_steps=SuggestedSteps(content, calendar, summaries),
        summaries=summaries,
        text_hints=Seldom(HINT_AGAIN),
        typed_answers=TypedAnswers(content, checkins, pulses),
        undertakings=Undertakings(is_help_named=settings.is_help_named),
        zones=Zones(content.typed),
    )


def _owner() -> str:
    """Return the name under which this process claims what it sends."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def create_dispatcher(
    database: Database,
    content: Content,
    catalogs: Catalogs,
    clock: Clock,
    services: Services,
    *,
    metrics: Metrics,
    limits: Limits | None,
) -> Dispatcher:
    """Put together routers, middlewares and what handlers take by name. Without `limits` no one is held back."""
    storage = SqlStorage(database)
    dispatcher = Dispatcher(
        storage=storage,
        disable_fsm=True,  # a press must not pay for reading the state; messages get it below
        database=database,
        content=content,
        catalogs=catalogs,
        clock=clock,
        **vars(services),
    )
    dispatcher.workflow_data["dispatcher"] = dispatcher
    dispatcher.update.outer_middleware(HearMiddleware(content.crisis))
    if limits is not None:
        dispatcher.update.outer_middleware(ThrottleMiddleware(limits, database, catalogs, metrics))
    dispatcher.update.outer_middleware(ShortWayMiddleware(answer_in_passing, clock))
    dispatcher.update.outer_middleware(IdentifyMiddleware(database, catalogs, content.consent.version, clock))
    dispatcher.update.outer_middleware(ReplayEditMiddleware(database))
    dispatcher.message.outer_middleware(LeaveDialogMiddleware(database))
    for observer in (dispatcher.message, dispatcher.edited_message):
        observer.outer_middleware(FSMContextMiddleware(storage, DisabledEventIsolation()))
    dispatcher.message.outer_middleware(NoteTypedMiddleware(database))
    for observer in (dispatcher.message, dispatcher.edited_message):
        observer.outer_middleware(CrisisMiddleware(database, content.crisis, clock, FOR_OTHERS))
    dispatcher.message.outer_middleware(TypedCommandMiddleware(services.phrases))
    for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
        observer.middleware(RequestMiddleware(database, storage, clock))
        observer.middleware(AccessMiddleware(content.consent, services.retention))
        observer.middleware(AccessLogMiddleware())
    dispatcher.message.middleware(ComeBackMiddleware(services.personal))
    handlers.setup(dispatcher)
    return dispatcher


def create_bot(settings: Settings, token: str, api_url: str | None) -> Bot:
    """Return the client of the Bot API, or of another server that speaks it."""
    proxy = settings.bot_proxy.get_secret_value() if settings.bot_proxy else None
    server = TelegramAPIServer.from_base(api_url.rstrip("/")) if api_url else PRODUCTION
    return Bot(token, session=Client(proxy=proxy, api=server))


def create_source(settings: Settings, bot: Bot, ingest: Ingest, database: Database) -> UpdateSource:
    """Return where updates come from: a webhook if there is an address for it, else long polling."""
    if settings.webhook_url is None or settings.webhook_secret is None:  # Settings refuses one without the other
        return Polling(bot, ingest, database.lock(PLACE))
    return Webhook(
        bot,
        ingest,
        url=settings.webhook_url,
        secret=settings.webhook_secret.get_secret_value(),
        host=settings.web_host,
        port=settings.web_port,
        drain=DRAIN_SECONDS,
    )


def create_app(
    settings: Settings, content: Content, database: Database, bot: Bot, clock: Clock, *, limits: Limits | None = None
) -> App:
    """Put everything together around a database and a client. Without `limits` no one is held back."""
    catalogs = create_catalogs(settings, content)
    metrics = Metrics()
    services = create_services(settings, content)
    dispatcher = create_dispatcher(database, content, catalogs, clock, services, metrics=metrics, limits=limits)
    ingest = Ingest(bot, dispatcher, database, catalogs, clock, metrics)
    metrics.expect(ingest.kinds(), KINDS, (str(outcome) for outcome in Outcome))
    publisher = SummaryJob(database, services.summaries, content, catalogs, clock)
    return App(
        settings=settings,
        database=database,
        content=content,
        catalogs=catalogs,
        clock=clock,
        services=services,
        bot=bot,
        dispatcher=dispatcher,
        ticker=Ticker(
            bot,
            database,
            services.planner,
            services.claims,
            catalogs,
            clock,
            sender=database.lock(SENDER),
            metrics=metrics,
            jobs=[
                keeping_calendar(database, settings.country, clock),
                ingest.repeat_presses,
                publisher,
                telling_of_lost_requests(database, clock),
                erasing(database, services.retention, clock),
            ],
        ),
        ingest=ingest,
        source=create_source(settings, bot, ingest, database),
        metrics=metrics,
    )
