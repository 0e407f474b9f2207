"""The composer: what may leave to one person now, as one message.

What is due on one day leaves as one message. What does not fit into the week is dropped when it would be stale, or
rides along with the next message; the last message of a week takes along what could not come after it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from content import Content
from models import Delivery, User
from services.account.member import rhythm_of
from services.kit.calendar import MISSED_AFTER, Calendar, Rhythm
from services.notifications.planner import may_be_asked
from services.notifications.subjects import DueMessage, MessagePart, find_part
from services.notifications.week import WEEKLY_CAP, next_week, spent
from services.outbox import kinds
from services.outbox.context import Context
from services.outbox.kinds import KINDS
from services.outreach.messages import find_held
from services.summary.messages import find_new_results
from services.wellbeing.messages import has_quiet_question, wants_quiet_question

PARTS_IN_A_MESSAGE = 2
AT_THE_PULSE_HOUR = (kinds.PULSE, kinds.PULSE_QUIET, kinds.PULSE_REMINDER)


class Composer:
    """Compose what is due. It changes the rows that it is given and runs in the caller's transaction."""

    def __init__(self, calendar: Calendar, content: Content, summary_time: time) -> None:
        self._calendar = calendar
        self._summary_time = summary_time
        self._consent_version = content.consent.version
        self._pulse = content.pulse
        self._talk = content.talk

    async def compose(
        self, session: AsyncSession, user: User, rows: list[Delivery], now: datetime
    ) -> DueMessage | None:
        """Return the one message that may leave to this person now, if any; what else is due is skipped or moved."""
        rhythm = rhythm_of(user)
        context = Context(session, self._calendar, self._pulse, self._talk, now)
        parts = [part for row in rows if row.due_at <= now if (part := await self._ready(context, row, user))]
        parts.sort(key=lambda part: (KINDS[part.kind].rank, part.id))
        if not parts:
            return None
        by_id = {row.id: row for row in rows}
        if not KINDS[parts[0].kind].is_counted:
            return DueMessage(user.id, user.telegram_id, user.locale, by_id[parts[0].id].due_at, (parts[0],))
        awaited = [row for row in _later(rows, rhythm, now) if await find_part(context, row, user) is not None]
        left = await spent(session, user.id, self._calendar, now)
        kept = len({rhythm.date_of(row.due_at) for row in _before(parts[0].kind, awaited)})
        if left + kept >= WEEKLY_CAP:  # a place is kept for what ranks higher and comes later
            self._give_way([by_id[part.id] for part in parts], awaited, user, now)
            return None
        later = [row for row in rows if self._rides_along(row, rhythm, now, is_last=left + 1 == WEEKLY_CAP)]
        riders = [part for row in later if (part := await self._ready(context, row, user))]
        parts = [*parts, *sorted(riders, key=lambda part: KINDS[part.kind].rank)]
        for part in parts[PARTS_IN_A_MESSAGE:]:
            by_id[part.id].due_at = _rhythm(part.kind, user).suitable_after(rhythm.end_of_day(now))
        return DueMessage(
            user.id,
            user.telegram_id,
            user.locale,
            by_id[parts[0].id].due_at,
            tuple(parts[:PARTS_IN_A_MESSAGE]),
            await find_new_results(context, user),
            await find_held(context, user),
        )

    async def _ready(self, context: Context, row: Delivery, user: User) -> MessagePart | None:
        """Return what a row is about when it may leave now; otherwise it is skipped, or moved to the next suitable
        hour.
        """
        now = context.now
        part = None
        if row.kind == kinds.PULSE and await wants_quiet_question(context.session, user):
            if await has_quiet_question(context.session, row):  # this pulse was planned anew after the question
                row.state = "skipped"
                return None
            row.kind = kinds.PULSE_QUIET
        if row.expires_at > now and (may_be_asked(user, self._consent_version) or not KINDS[row.kind].is_counted):
            part = await find_part(context, row, user)
        if part is None:
            row.state = "skipped"
            return None
        moment = self._leaves_at(row, _rhythm(row.kind, user), now)
        if moment > now:
            self._move(row, moment)
            return None
        return part

    def _rides_along(self, row: Delivery, rhythm: Rhythm, now: datetime, *, is_last: bool) -> bool:
        """Return whether what is planned for later leaves with this message.

        That is what is due today and, when this is the last message of the week, what would be over before the next.
        """
        kind = KINDS[row.kind]
        if row.due_at <= now or row.state != "pending" or not kind.is_counted:
            return False
        is_over = kind.waits and row.expires_at <= next_week(self._calendar, rhythm, now)
        return row.due_at < rhythm.end_of_day(now) or (is_last and is_over)

    def _give_way(self, due: list[Delivery], awaited: list[Delivery], user: User, now: datetime) -> None:
        """Let what does not fit ride with this week's next message, wait for the next week, or be dropped."""
        for row in due:
            ahead = _before(row.kind, awaited)
            if KINDS[row.kind].waits:
                later = next_week(self._calendar, _rhythm(row.kind, user), now)
                self._move(row, ahead[0].due_at if ahead else later)
            else:
                row.state = "skipped"

    def _leaves_at(self, row: Delivery, rhythm: Rhythm, now: datetime) -> datetime:
        """Return when a row that is due may leave: `now`, or the next suitable moment."""
        kind = KINDS[row.kind]
        if kind.at_once:
            return now
        if kind.through_leave:
            return rhythm.without_leave().opens_at(now)
        if kind.is_counted and rhythm.is_first_day_back(rhythm.date_of(now)):
            tomorrow = rhythm.suitable_after(rhythm.end_of_day(now))
            return tomorrow if tomorrow < row.expires_at else now
        if now - row.due_at <= MISSED_AFTER and rhythm.may_write(now):
            return now
        if kind.in_working_hours:
            return rhythm.handed_in(now, self._summary_time)
        return rhythm.suitable_after(now)

    def _move(self, row: Delivery, to: datetime) -> None:
        if to < row.expires_at:
            row.due_at = to
        else:
            row.state = "skipped"


def _rhythm(kind: str, user: User) -> Rhythm:
    """Return when a message of this kind may leave to a person: the pulse has an hour of its own."""
    rhythm = rhythm_of(user)
    return replace(rhythm, at=user.pulse_time) if kind in AT_THE_PULSE_HOUR else rhythm


def _later(rows: list[Delivery], rhythm: Rhythm, now: datetime) -> list[Delivery]:
    """Return what is planned for a later day of this week and counts."""
    tomorrow = rhythm.end_of_day(now)
    return [row for row in rows if row.state == "pending" and row.due_at >= tomorrow and KINDS[row.kind].is_counted]


def _before(kind: str, awaited: list[Delivery]) -> list[Delivery]:
    """Return what ranks higher than this kind."""
    return [row for row in awaited if KINDS[row.kind].rank < KINDS[kind].rank]
