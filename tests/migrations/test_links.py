"""Links for a lost account that were out before a second person had to approve them go on working."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db.database import Database
from migrations import runner
from models import Invite
from services.account import users
from services.account.users import NewMember
from services.lifecycle import invites

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_link_that_is_out_works_and_an_invite_is_none(database_url: str) -> None:
    database = Database(database_url)
    async with database.begin() as session:
        person = await users.join(session, NewMember(1, "x", "en", "employee", None, 1), "UTC", NOW)
        _, link = await invites.create_relink(session, person, "employee", person, timedelta(days=7), NOW)
        await invites.create(session, role="hr", department_id=None, uses=2, lifetime=timedelta(days=7), now=NOW)
    await runner.downgrade(database_url, "0007")
    await runner.upgrade(database_url)
    async with database.begin() as session:
        old, other = await session.get_one(Invite, link), await session.get_one(Invite, link + 1)
        assert (old.relink_user_id, old.relink_by_id, old.relink_approved_at) == (person, None, NOW)
        assert (other.role, other.uses_left, other.relink_approved_at) == ("hr", 2, None)
        await session.delete(other)
    async with database.begin() as session:
        _, newer = await invites.create_relink(session, person, "employee", person, timedelta(days=7), NOW)
    assert newer > link + 1, "an id is never given twice"
    await database.dispose()
