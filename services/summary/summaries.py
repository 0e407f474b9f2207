"""HR's weekly summary as it is sent: when it comes, to whom, and the stored words that are repeated.

The figures come from publications (services/summary/weekly.py), the words from a view; here they are stored once for
each week.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Department, Invite, StoredPublication, StoredSummary, User
from models.upsert import insert_into
from services.account.member import Member, office_rhythm, rhythm_of
from services.account.permissions import HR_ROLES, require_hr
from services.account.unit_of_work import UnitOfWork
from services.company import audit
from services.company.memberships import COMPANY, Group, GroupKey, places_at, readers_at
from services.gate import disclosure, publications
from services.gate.gate import Gate
from services.gate.publications import PULSE_WEEK, Publication, Share
from services.gate.trends import GroupPulse, find_pulse
from services.kit.calendar import MISSED_AFTER, WEEK, Calendar, Rhythm, at_local
from services.outbox import kinds
from services.outbox.outbox import PlannedMessage, schedule
from services.summary import stored
from services.summary.errors import FiguresGone
from services.summary.helped import judging
from services.summary.joining import JoinProposals, Proposal
from services.summary.messages import WeekSubject
from services.summary.steps.answered import forget_returned
from services.summary.stored import SentSummary, StoredStep
from services.summary.weekly import Form, PromiseLine, Weekly, WeeklySummary

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NUDGED_AFTER = timedelta(days=14)
MIN_JOINED = 10  # of fewer people no share is given


@dataclass(frozen=True, slots=True)
class Joined:
    """The share of those who have joined, of `whole` people: they and the invites that are still open."""

    share: Share
    whole: int


@dataclass(frozen=True, slots=True)
class SummaryDraft:
    """One summary before it is put into words.

    `week`: the Monday of the week that closed; `on`: the day on which it is read, from which days are counted;
    `figures_on`, `results_on`: when HR reads the next figures of the pulse and of the check-in (None: it waits for HR).
    `groups`: every department and reporting group by key, for names. `joined` is None in any other form than STARTING,
    and where it cannot be told; `proposals`, to join departments, are of that form alone.
    """

    week: date
    on: date
    figures_on: date
    results_on: date | None
    summary: WeeklySummary
    groups: Mapping[GroupKey, Group]
    joined: Joined | None
    proposals: tuple[Proposal, ...] = ()

    @property
    def overdue(self) -> tuple[PromiseLine, ...]:
        """What was promised for a day that is over."""
        return tuple(line for line in self.summary.promises if line.is_overdue(self.on))

    @property
    def is_quiet(self) -> bool:
        """Whether an ordinary week brought nothing: no promise is overdue, nothing stays high, nothing clearly moved
        though it could be compared, and no step but a reminder of how to ask."""
        found = self.summary
        if found.form != Form.ORDINARY or not found.is_compared or self.overdue or found.high or found.moved:
            return False
        return all(step.action.area == "process" for step in found.steps)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last summary for an employee: None before the first one. `group` is the own one in the publication `week`.

    `pulse`: its figures by then, of a period where the group reports once.
    """

    stored: SentSummary | None
    week: Publication | None
    group: Group | None
    pulse: GroupPulse | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Whether a week's summary is stored, how many people would get it, and whether anything was ever published."""

    week: date
    is_stored: bool
    readers: int
    has_figures: bool


class Summaries:
    """`day` is the weekday on which HR gets the summary, as the settings name it; `at` the hour there."""

    def __init__(self, content: Content, calendar: Calendar, day: str, at: time, min_group: int) -> None:
        self._calendar = calendar
        self._weekday = timedelta(days=WEEKDAYS.index(day))
        self._at = at
        self._gate = Gate(content, calendar, min_group)
        self._proposals = JoinProposals(content, calendar, min_group)
        self._weekly = Weekly(content, calendar)
        self._limits = content.hr_actions.thresholds

    async def next_on(self, session: AsyncSession, now: datetime) -> date:
        """Return the date of the summary about the week that is open now: the first working day from its weekday on."""
        office = await office_rhythm(session, self._calendar.zone)
        return office.date_of(self._slot(self._calendar.week_of(now), office))

    async def next_at(self, session: AsyncSession, now: datetime) -> datetime:
        """Return when the next summary comes, for readers in the organisation's zone."""
        office = await office_rhythm(session, self._calendar.zone)
        slot = self._slot(self.closed_week(now), office)
        return slot if slot > now else self._slot(self._calendar.week_of(now), office)

    def today(self, now: datetime) -> date:
        """Return the organisation's date."""
        return self._calendar.today(now)

    def closed_week(self, now: datetime) -> date:
        """Return the Monday of the newest week that has closed."""
        return self._calendar.week_of(now) - WEEK

    # --- making and storing it ----------------------------------------------------------------------------------------

    async def publish_next(self, session: AsyncSession, now: datetime) -> bool:
        """Let the gate publish one week or period that has closed; False when there is none left."""
        return bool(await self._gate.publish_due(session, now, at_most=1))

    async def judge_next(self, session: AsyncSession, now: datetime) -> bool:
        """Store what can be said by now of one promise that was kept; False when there is none left."""
        return await judging.judge_next(session, self._calendar, now)

    async def progress(self, session: AsyncSession, week: date) -> Progress:
        """Return how far this week's summary is. One statement."""
        readers = select(func.count(User.id)).where(*_reads()).scalar_subquery()
        is_stored, has_figures = exists().where(StoredSummary.week == week), exists(select(StoredPublication.id))
        row = (await session.execute(select(is_stored, readers, has_figures))).one()
        return Progress(week, *row)

    async def draft(self, session: AsyncSession, now: datetime) -> SummaryDraft | None:
        """Return the summary about the newest closed week.

        None while nothing is closed and no one of HR waits for it, and of a week that no one was asked about.
        """
        issue = await self.issue(session, now)
        if issue.summary.form == Form.STARTING:
            slots = [self._slot(issue.week, rhythm_of(user)) for user in await self._readers(session)]
            if all(now > slot + MISSED_AFTER for slot in slots):
                return None
        if issue.summary.form in (Form.TOO_FEW, Form.ORDINARY):
            office = await office_rhythm(session, self._calendar.zone)
            return issue if office.is_asked_in(issue.week) else None
        return issue

    async def issue(self, session: AsyncSession, now: datetime) -> SummaryDraft:
        """Return the summary as it stands now."""
        week = self.closed_week(now)
        office = await office_rhythm(session, self._calendar.zone)

        def read_on(monday: date) -> date:
            return office.date_of(office.suitable(monday + self._weekday))

        on = max(read_on(week + WEEK), self._calendar.today(now))
        summary = await self._weekly.summary(session, on, now)
        is_starting = summary.form == Form.STARTING

        return SummaryDraft(
            week=week,
            on=on,
            figures_on=read_on(summary.next_pulse),
            results_on=None if summary.next_checkin is None else read_on(summary.next_checkin),
            summary=summary,
            groups=await stored.named_groups(session, summary.week, summary.period),
            joined=await self._joined(session, now) if is_starting else None,
            proposals=tuple(await self._proposals.standing(session, now)) if is_starting else (),
        )

    async def store(self, session: AsyncSession, issue: SummaryDraft, texts: Mapping[str, str], now: datetime) -> bool:
        """Store the words once and plan their delivery; False when another replica was faster."""
        insert = insert_into(
            session,
            StoredSummary,
            week=issue.week,
            form=str(issue.summary.form),
            texts=dict(texts),
            steps=stored.dump(_steps(issue)),
            created_at=now,
        )
        once = insert.on_conflict_do_nothing(index_elements=["week"]).returning(StoredSummary.week)
        if await session.scalar(once) is None:
            return False
        if not issue.is_quiet:
            await forget_returned(session, issue.summary.steps, issue.on)
        for user in await self._readers(session):
            await self._put(session, user, kinds.HR_SUMMARY, issue.week, now)
        if issue.summary.form != Form.STARTING:
            for user in await self._managers(session, self._calendar.today(now)):
                await self._put(session, user, kinds.TEAM_SUMMARY, issue.week, now)
        if issue.summary.form == Form.PERIOD:
            for user in await self._managers(session, self._calendar.today(now), wishing=False):
                await self._plan_nudge(session, user, issue.week, now)
        return True

    # --- reading it ---------------------------------------------------------------------------------------------------

    async def again(self, uow: UnitOfWork) -> SentSummary | None:
        """Return the newest summary, on demand. Raise NotAllowed."""
        require_hr(uow.member)
        row = await uow.session.scalar(select(StoredSummary).order_by(StoredSummary.week.desc()).limit(1))
        if row is None:
            return None
        await audit.record(uow, "viewed_summary", f"week {row.week}")
        return stored.stored(row)

    async def find(self, uow: UnitOfWork, week: date) -> SentSummary:
        """Return the summary about a week. Raise NotAllowed, FiguresGone."""
        require_hr(uow.member)
        found = await stored.find(uow.session, week)
        if found is None:
            raise FiguresGone
        return found

    async def seen_by(self, session: AsyncSession, member: Member | None) -> Seen | None:
        """Return what an employee sees of the last summary; None for strangers and for those who have left."""
        if member is None or member.offboarded_at is not None:
            return None
        summary = await stored.latest_with_figures(session)
        if summary is None:
            return Seen(None, None, None, None)
        week = await publications.find(session, PULSE_WEEK, summary.week)
        places = places_at(summary.week).subquery()
        place = await session.scalar(select(places.c.department_id).where(places.c.user_id == member.id))
        department = member.department_id if place is None else place
        group = None if week is None else week.group_of(department)
        if week is None or group is None:
            return Seen(summary, week, group, None)
        return Seen(summary, week, group, await find_pulse(session, week, group.key))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _slot(self, week: date, reader: Rhythm) -> datetime:
        """Return the reader's first such day and hour after the week has closed everywhere, or the next working day."""
        on = week + WEEK + self._weekday
        if at_local(on, self._at, reader.zone) < self._calendar.week_closes_at(week):
            on += WEEK
        return reader.without_leave().suitable(on, self._at)

    async def _put(self, session: AsyncSession, user: User, kind: str, week: date, now: datetime) -> None:
        due = self._slot(week, rhythm_of(user))
        await schedule(session, user.id, PlannedMessage(kind, WeekSubject(week), due, due + WEEK), now)

    async def _plan_nudge(self, session: AsyncSession, user: User, week: date, now: datetime) -> None:
        """One nudge two weeks after the results of a period, unless something is agreed by then."""
        rhythm = rhythm_of(user)
        due = rhythm.suitable(rhythm.date_of(self._slot(week, rhythm)) + NUDGED_AFTER, self._at)
        await schedule(
            session, user.id, PlannedMessage(kinds.AGREEMENT_NUDGE, WeekSubject(week), due, due + NUDGED_AFTER), now
        )

    async def _readers(self, session: AsyncSession) -> list[User]:
        return list(await session.scalars(select(User).where(*_reads()).order_by(User.id)))

    async def _managers(self, session: AsyncSession, today: date, *, wishing: bool = True) -> list[User]:
        """Return those who read their team's figures by now and, if `wishing`, wish to get them every week."""
        manages = exists().where(Department.manager_id == User.id) & User.id.in_(readers_at(today))
        is_here = (User.offboarded_at.is_(None), User.unreachable_at.is_(None))
        wishes = [User.team_summary_since.is_not(None)] if wishing else []
        return list(await session.scalars(select(User).where(*is_here, *wishes, manages).order_by(User.id)))

    async def _joined(self, session: AsyncSession, now: datetime) -> Joined | None:
        here = await session.scalar(select(func.count()).where(User.offboarded_at.is_(None)))
        is_open = (Invite.expires_at > now, Invite.relink_user_id.is_(None))
        waiting = await session.scalar(select(func.sum(Invite.uses_left)).where(*is_open))
        whole = (here or 0) + (waiting or 0)
        return None if whole < MIN_JOINED else Joined(disclosure.share(self._limits, here or 0, whole), whole)


def _reads() -> tuple[ColumnElement[bool], ...]:
    """Return who gets HR's summary."""
    return User.role.in_(HR_ROLES), User.offboarded_at.is_(None), User.unreachable_at.is_(None)


def _steps(issue: SummaryDraft) -> tuple[StoredStep, ...]:
    if issue.is_quiet:
        return ()
    return tuple(
        StoredStep(
            step.action.id,
            COMPANY in step.cells,
            () if COMPANY in step.cells else tuple(issue.groups[key] for key in step.cells),
        )
        for step in issue.summary.steps
    )
