"""Jobs of a tick: keep the calendar, publish what has closed, tell people about lost requests, erase people in time."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from content import Content
from db.database import Database
from ops.logs import get_logger
from scheduler import Job
from services.company.calendar import country as kept
from services.kit.calendar import days_off
from services.kit.clock import Clock
from services.lifecycle.retention import Retention
from services.outreach.contact import requests as contact
from services.summary.summaries import Progress, Summaries, SummaryDraft
from services.system import dead_letters
from views.summary.text import summary_text
from views.translator import Catalogs

log = get_logger("scheduler")


def keeping_calendar(database: Database, country: str, clock: Clock) -> Job:
    """Return the job that keeps the public holidays of `country`, and has every calendar ready before it is asked."""

    async def keep() -> None:
        now = clock()
        async with database.read() as session:
            before = await kept.country(session)
            elsewhere = await kept.countries_of_departments(session)
        countries = {code for code in (before, country, *elsewhere) if code}
        await asyncio.to_thread(days_off.prepare, countries, range(now.year - 1, now.year + 3))
        if before != country:
            async with database.begin() as session:
                await kept.keep_country(session, country, now)

    return keep


def erasing(database: Database, retention: Retention, clock: Clock) -> Job:
    """Return the job that erases what is no longer kept: people, names in invites, old answers, dead letters."""

    async def erase() -> None:
        now = clock()
        async with database.read() as session:
            overdue = await retention.overdue(session, now)
            due = await retention.due(session, now) if overdue.people else []
            has_old_letters = await dead_letters.has_old(session, now)
        for user_id in due:
            async with database.begin() as session:
                is_erased = await retention.erase(session, user_id, now)
            if is_erased:
                log.info("erased after their time", user=user_id)
        if overdue.names_in_invites:
            async with database.begin() as session:
                await retention.forget_names(session, now)
        if overdue.answers:
            async with database.begin() as session:
                await retention.erase_old_answers(session, now)
            log.info("answers erased after their time")
        if has_old_letters:
            async with database.begin() as session:
                await dead_letters.remove_old(session, now)

    return erase


def telling_of_lost_requests(database: Database, clock: Clock) -> Job:
    """Return the job that tells people that no one will answer their request to be contacted."""

    async def tell() -> None:
        now = clock()
        async with database.read() as session:
            untold = await contact.lost_untold(session, now)
        if untold:
            async with database.begin() as session:
                await contact.tell_of_lost(session, now)

    return tell


class SummaryJob:
    """May be called at any time: a finished week costs nothing, one that waits for HR a small query."""

    def __init__(
        self, database: Database, summaries: Summaries, content: Content, catalogs: Catalogs, clock: Clock
    ) -> None:
        self._database = database
        self._summaries = summaries
        self._content = content
        self._catalogs = catalogs
        self._clock = clock
        self._finished: date | None = None  # the newest closed week with a stored summary
        self._waiting: Progress | None = None  # there was no one to write to

    async def __call__(self) -> None:
        """Publish and store what is due."""
        now = self._clock()
        week = self._summaries.closed_week(now)
        if week == self._finished:
            return
        async with self._database.read() as session:
            progress = await self._summaries.progress(session, week)
        if progress == self._waiting:
            return
        if progress.is_stored:
            self._finished = week
            return
        has_figures = progress.has_figures
        while await self._publish_next(now):
            has_figures = True
        if not (has_figures or progress.readers):  # the first summaries say how it begins, to HR alone
            self._waiting = progress
            return
        while await self._judge_next(now):
            pass
        async with self._database.begin() as session:
            issue = await self._summaries.draft(session, now)
            if issue is not None:
                await self._summaries.store(session, issue, self.texts(issue), now)
        if issue is None:
            self._waiting = progress
        else:
            self._finished = week

    async def _judge_next(self, now: datetime) -> bool:
        async with self._database.begin() as session:
            return await self._summaries.judge_next(session, now)

    async def _publish_next(self, now: datetime) -> bool:
        """In a transaction of its own, so that with a long history to publish a press waits for one slot at most."""
        async with self._database.begin() as session:
            return await self._summaries.publish_next(session, now)

    def texts(self, issue: SummaryDraft) -> dict[str, str]:
        """Return the summary in every language."""
        organisations = self._catalogs.deployment.org
        return {
            locale: summary_text(self._catalogs.translator(locale), self._content, issue, organisations.get(locale))
            for locale in self._catalogs.available_locales
        }
