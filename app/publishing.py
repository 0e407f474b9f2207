"""The weekly chore: what has closed is published, and HR's summary is put into words and stored, once for each week.

Every replica does it at any time; the database lets one of them win. A failure is tried again with the next tick.
"""

from __future__ import annotations

from datetime import date

from content import Content
from db.database import Database
from services.clock import Clock
from services.summaries import Issue, Progress, Summaries
from views.summary import summary_text
from views.translator import Catalogs


class Publisher:
    """Call it as often as you like: a week that is finished costs nothing, one that waits for HR one small query."""

    def __init__(
        self, database: Database, summaries: Summaries, content: Content, catalogs: Catalogs, clock: Clock
    ) -> None:
        self._database = database
        self._summaries = summaries
        self._content = content
        self._catalogs = catalogs
        self._clock = clock
        self._finished: date | None = None  # the newest closed week with a stored summary
        self._waiting: Progress | None = None  # there was nobody to write to

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
        async with self._database.begin() as session:
            await self._summaries.publish(session, now)
            issue = await self._summaries.draft(session, now)
            if issue is not None:
                await self._summaries.store(session, issue, self.texts(issue), now)
        if issue is None:
            self._waiting = progress
        else:
            self._finished = week

    def texts(self, issue: Issue) -> dict[str, str]:
        """The summary in every language."""
        organisations = self._catalogs.house.org
        return {
            locale: summary_text(self._catalogs.translator(locale), self._content, issue, organisations.get(locale))
            for locale in self._catalogs.available_locales
        }
