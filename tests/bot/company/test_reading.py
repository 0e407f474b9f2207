"""Who reads figures about others: appointed for the next period, told by a message, out of the figures from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from keyboards.company import DepartmentButton, SetDepartment, SetRole
from models import Delivery, Readership, User
from services.company import memberships
from services.kit.calendar import WEEK, Calendar
from tests.bot.lifecycle.test_relink import OLD, moves
from tests.bot.past import said
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import department, hr, id_of, member, quiet

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
WORDS = {
    "ru": {
        "will": "С {date} его цифры, если они есть, открыты вам в /team.",
        "out": "с {date} ваших ответов в них нет",
        "again": "С {date} ваши ответы снова входят",
        "no_more": "Вы больше не отмечены руководителем отдела «Склад»",
        "opens": "Цифры вашего отдела откроются здесь {date}",
        "card": "Цифры откроются руководителю с {date}",
        "hr": "Теперь вам открыт раздел HR",
        "hr_over": "Раздел HR вам больше не открыт",
    },
    "en": {
        "will": "From {date} its figures, where there are any, are under /team.",
        "out": "from {date} your answers aren't either",
        "again": "From {date} your answers are in the figures",
        "no_more": "You're no longer set as the manager of Склад",
        "opens": "Your department's figures open here on {date}",
        "card": "The manager sees the figures from {date}",
        "hr": "You now have HR's screens",
        "hr_over": "You no longer have HR's screens",
    },
}


def calendar(stage: Stage) -> Calendar:
    found: Calendar = stage.app.services.calendar
    return found


def words(stage: Stage, language: str, key: str) -> str:
    """The words with the first day of the next period."""
    since = calendar(stage).period_at(stage.clock()).end
    date = stage.app.catalogs.translator(language).date(since)
    return WORDS[language][key].format(date=date.replace("\u00a0", " "))


async def appoints(stage: Stage, olga: Player, person: Player | None) -> None:
    value = "" if person is None else str(await id_of(stage, person))
    stock = await department(stage, "Склад")
    await olga.presses(data=SetDepartment(field="manager", id=stock, value=value).pack())


async def kinds_for(stage: Stage, reread: Reread, player: Player) -> list[str]:
    """The states of the messages about reading."""
    mine = select(Delivery.state).where(Delivery.user_id == await id_of(stage, player), Delivery.kind == "reader")
    return list(await reread(mine.order_by(Delivery.id)))


@BOTH
async def test_a_manager_is_told_from_when_it_counts(stage: Stage, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    olga = await hr(stage, language=language)
    await quiet(stage, anna, olga)
    await olga.says("/hr")
    await appoints(stage, olga, anna)
    assert words(stage, language, "card") in said(olga)
    will, out, opens = (words(stage, language, key) for key in ("will", "out", "opens"))
    await stage.tick()
    assert will in said(anna)
    assert out in said(anna)
    await anna.says("/team")
    assert opens in said(anna)
    stage.clock.advance_to(calendar(stage).closes_at(calendar(stage).period_at(stage.clock())))
    await anna.says("/team")
    assert opens not in said(anna)
    await olga.presses(data=DepartmentButton(action="card", id=await department(stage, "Склад")).pack())
    assert words(stage, language, "card").partition(" с")[0] not in said(olga)
    stage.clock.advance(hours=12)
    await appoints(stage, olga, None)
    no_more, again = (words(stage, language, key) for key in ("no_more", "again"))
    await stage.tick()
    assert no_more in said(anna)
    assert again in said(anna)


async def test_an_appointment_taken_back_at_once_says_nothing_of_the_figures(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    olga = await hr(stage)
    await quiet(stage, anna, olga)
    await olga.says("/hr")
    await appoints(stage, olga, anna)
    stage.clock.advance(minutes=1)
    await appoints(stage, olga, None)
    again = words(stage, "ru", "again")
    await stage.tick()
    assert WORDS["ru"]["no_more"] in said(anna)
    assert again not in said(anna), "they were in the figures all the time"
    assert await kinds_for(stage, reread, anna) == ["skipped", "sent"]


@BOTH
async def test_a_role_is_told_and_counts_from_the_next_period(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, 1001, "Анна", language=language)
    boss = await hr(stage, language=language, role="admin")
    await quiet(stage, anna, boss)
    await boss.says("/hr")
    await boss.presses(data=SetRole(person=await id_of(stage, anna), role="hr").pack())
    reads, out = words(stage, language, "hr"), words(stage, language, "out")
    await stage.tick()
    assert reads in said(anna)
    assert out in said(anna)
    await boss.presses(data=SetRole(person=await id_of(stage, anna), role="admin").pack())
    assert len(await kinds_for(stage, reread, anna)) == 1, "another role of the same kind changes nothing"
    stage.clock.advance(weeks=4)
    await boss.presses(data=SetRole(person=await id_of(stage, anna), role="employee").pack())
    over, again = words(stage, language, "hr_over"), words(stage, language, "again")
    await stage.tick()
    assert over in said(anna)
    assert again in said(anna)


async def test_whoever_comes_in_to_read_counts_nowhere_from_the_first_day(stage: Stage, reread: Reread) -> None:
    await member(stage, 1001, "Анна")
    olga = await hr(stage)
    (row,) = await reread(select(Readership))
    assert (row.user_id, row.reads) == (await id_of(stage, olga), True)
    assert row.since == calendar(stage).week_of(stage.clock()) + WEEK


async def test_a_lost_account_takes_the_reading_with_it(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage, person_id=2901), await member(stage, OLD, "Анна")
    await quiet(stage, anna, olga)
    await olga.says("/hr")
    await appoints(stage, olga, anna)
    new = await moves(stage, olga, anna)
    day = calendar(stage).period_at(stage.clock()).end
    async with stage.database.read() as session:
        assert await memberships.reads_at(session, await id_of(stage, new), day)
        assert not await memberships.reads_at(session, await id_of(stage, new), day - timedelta(days=1))
    assert await reread(select(User.id).where(User.id == await id_of(stage, new)))
