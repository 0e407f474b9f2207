"""HR holds the next check-in until a promise is closed: nobody is asked, people are told, and no figure comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from keyboards.company import HrPage
from keyboards.outreach import PromiseButton, RoundButton
from keyboards.wellbeing import Checkin
from models import AuditEntry, Delivery, Department, Draft, Hold, Promise, StoredPublication, StoredSummary, User
from services.account.unit_of_work import UnitOfWork
from services.company import departments
from services.gate.publications import CHECKIN_PERIOD
from services.kit.calendar import WEEK
from tests.bot.past import check_in, said
from tests.bot.presses import presses_twice
from tests.bot.story import ON_SQLITE
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START
from tests.people import hr_reader, member, member_of, monday_nine, quiet, staffed

pytestmark = ON_SQLITE

HOLDS = select(Hold).order_by(Hold.id)
PERIOD = 4 * WEEK  # of the tests
SECOND = START + PERIOD  # the Monday on which the period begins that is held
THIRD = SECOND + PERIOD
INVITED_TO_SECOND, INVITED_TO_THIRD = "2 июня", "30 июня"  # Tuesdays of their last but one weeks
LAST_DAY = monday_nine(4) - timedelta(days=1)  # of the first period
INVITATIONS = select(Delivery).where(Delivery.kind == "checkin", Delivery.state != "skipped").order_by(Delivery.id)
PUBLISHED = (
    select(StoredPublication.slot).where(StoredPublication.kind == CHECKIN_PERIOD).order_by(StoredPublication.slot)
)


async def promised(stage: Stage, **values: Any) -> int:
    """The id of a promise that is still to be kept."""
    now = stage.clock()
    row = {"text": "Вторая пауза", "state": "planned", "author_audit_key": "a", "created_at": now, "updated_at": now}
    async with stage.database.begin() as session:
        return (await session.execute(insert(Promise).values(**row | values).returning(Promise.id))).scalar_one()


async def held(stage: Stage, at: datetime, **values: Any) -> tuple[Player, int]:
    """HR has held the check-in at a moment."""
    olga = await hr_reader(stage)
    stage.clock.advance_to(at)
    id_ = await promised(stage, **values)
    await olga.presses(data=PromiseButton(action="hold", id=id_).pack())
    await olga.presses("Придержать")
    return olga, id_


async def person(stage: Stage, **more: Any) -> Player:
    """An employee for whom everything is planned."""
    player = await member(stage, 5003, "Анна", department="Доставка", **more)
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == player.id).values(plan_at=stage.clock()))
    return player


async def day_by_day(stage: Stage, until: date) -> None:
    """On every working day before a date, when the hours of the check-in and of the pulse have come."""
    day = stage.clock().date()
    while (day := day + timedelta(days=1)) < until:
        if day.weekday() < 5:
            stage.clock.advance_to(datetime(day.year, day.month, day.day, 12, 30, tzinfo=UTC))
            await stage.tick()


async def test_what_it_does_is_said_and_pressed_twice_it_is_done_once(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    olga = await hr_reader(stage)
    stage.clock.advance_to(monday_nine(1))
    id_ = await promised(stage)
    await olga.presses(data=PromiseButton(action="hold", id=id_).pack())
    assert f"с {SECOND.day}\u00a0мая" in olga.screen
    await presses_twice(stage, olga, "Придержать")
    (row,) = await reread(HOLDS)
    assert (row.promise_id, row.first, row.until) == (id_, SECOND, None)
    assert "придержана" in olga.screen
    assert (await reread(select(AuditEntry.action))).count("held_checkin") == 1
    await olga.presses("Снова звать на самопроверку")
    (row,) = await reread(HOLDS)
    assert row.until == SECOND, "it had not begun: nothing is held"


async def test_nobody_is_asked_in_that_period_and_everybody_is_told_once(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    anna = await person(stage)
    olga, _ = await held(stage, LAST_DAY)
    await quiet(stage, olga)
    await day_by_day(stage, SECOND + 2 * WEEK)
    told = [message["text"] for message in anna.messages if "HR решил сначала" in message.get("text", "")]
    assert len(told) == 1
    assert f"Самопроверки с {SECOND.day}\u00a0мая не будет: HR решил сначала дождаться обещанного. " in told[0]
    assert "HR обещает: Вторая пауза" in told[0]
    about = {row.dedup_key for row in await reread(INVITATIONS)}
    assert str(SECOND) not in about
    await anna.says("/menu")
    assert "не будет, пока HR" in anna.screen or "в этом периоде нет" in anna.screen
    assert "Пройти самопроверку" not in [label for row in anna.buttons for label in row]


async def test_no_screen_names_a_date_that_will_not_come(stage: Stage) -> None:
    await staffed(stage, 12)
    anna = await person(stage)
    olga, id_ = await held(stage, LAST_DAY)
    await check_in(stage, anna, stage.clock())
    waits = "когда обещанное будет сделано"
    await anna.says("/checkin")
    assert waits in said(anna)
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == anna.id).values(introduced_at=None))
    held_next = f"Самопроверки с {SECOND.day} мая не будет"
    await anna.presses("Меню")
    assert held_next in said(anna), "the card with the hours, after the first result"
    await anna.presses("Хорошо")
    assert held_next in said(anna)
    await anna.presses("Меню")
    assert f"Следующую предложу, {waits}." in said(anna)
    await anna.presses("Настройки")
    assert held_next in said(anna)
    await olga.presses(data=PromiseButton(action="resume", id=id_).pack())
    await anna.presses("Меню")
    assert f"Следующую предложу {INVITED_TO_SECOND}." in said(anna)


async def test_in_a_held_period_checkin_says_so_and_what_an_answer_is_for(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    anna = await person(stage)
    olga, id_ = await held(stage, LAST_DAY)
    stage.clock.advance_to(monday_nine(4) + timedelta(days=1))
    await anna.says("/checkin")
    assert said(anna).startswith("Самопроверки в этом периоде нет: HR решил сначала дождаться обещанного.")
    assert "а в цифры для HR эти ответы не войдут" in said(anna)
    assert await reread(select(Draft).where(Draft.period == SECOND)) == []
    await anna.says("/menu")
    assert "Самопроверки в этом периоде нет" in said(anna)
    await anna.presses(data=Checkin(action="open").pack())
    assert "Самопроверки в этом периоде нет" in said(anna), "nor does the button of an old message begin one"
    await olga.presses(data=PromiseButton(action="kept", id=id_).pack())
    await anna.presses(data=Checkin(action="open").pack())
    assert f"Следующую предложу {INVITED_TO_THIRD}." in said(anna), "now it is known when"
    await anna.presses("Всё же ответить")
    assert "1 из 20" in said(anna)
    await olga.says("/hr")
    await olga.presses(data=HrPage(place="round").pack())
    assert "самопроверки нет" in str(olga.toast)


async def test_the_gate_treats_the_period_as_empty_and_the_summary_says_so(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 12)
    for week in range(9):
        await staff.pulse(START + week * WEEK, staff.everybody)
    for period in (START, SECOND, THIRD):
        await staff.checkin(period, staff.everybody)  # some have answered all the same, for themselves
    olga, id_ = await held(stage, LAST_DAY)
    stage.clock.advance_to(monday_nine(5))
    await stage.tick()
    newest = select(StoredSummary).order_by(StoredSummary.week.desc()).limit(1)
    assert "самопроверка ждёт" in (await reread(newest))[0].texts["ru"]
    await olga.presses(data=RoundButton(action="begin", target="company", start=SECOND.toordinal()).pack())
    assert "самопроверки нет" in str(olga.toast)
    await olga.presses(data=PromiseButton(action="kept", id=id_).pack())
    (row,) = await reread(HOLDS)
    assert row.until == THIRD, "what is held stays so; the next period is asked again"
    stage.clock.advance_to(monday_nine(12))
    await stage.tick()
    assert await reread(PUBLISHED) == [START, THIRD]
    assert (await reread(newest))[0].form == "period"


async def test_it_ends_when_the_promise_is_closed_or_hr_ends_it(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    await person(stage)
    olga, id_ = await held(stage, LAST_DAY)
    stage.clock.advance_to(monday_nine(4) + timedelta(days=1))
    ways: tuple[Any, ...] = ("resume", "kept", "withdrawn")
    for how in ways:
        async with stage.database.begin() as session:
            await session.execute(update(Hold).values(until=None))
        await olga.presses(data=PromiseButton(action=how, id=id_).pack())
        (row,) = await reread(HOLDS)
        assert (row.first, row.until) == (SECOND, THIRD), how
    await stage.tick()
    about = {row.dedup_key for row in await reread(INVITATIONS)}
    assert str(SECOND) not in about
    assert str(THIRD) in about


async def test_on_the_last_day_what_was_planned_for_the_next_period_is_taken_back(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    await person(stage)
    stage.clock.advance_to(monday_nine(3))
    await stage.tick()
    assert str(SECOND) in {row.dedup_key for row in await reread(INVITATIONS)}, "it was planned"
    olga, id_ = await held(stage, LAST_DAY)
    assert str(SECOND) not in {row.dedup_key for row in await reread(INVITATIONS)}
    await olga.presses(data=PromiseButton(action="resume", id=id_).pack())
    await stage.tick()
    assert str(SECOND) in {row.dedup_key for row in await reread(INVITATIONS)}, "before it began nothing was lost"


async def test_a_department_that_is_deleted_takes_its_hold_along(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    async with stage.database.begin() as session:
        now = stage.clock()
        made = Department(name="Ошибка", created_at=now, updated_at=now)
        session.add(made)
        await session.flush()
        department_id = made.id
    olga, _ = await held(stage, stage.clock() + timedelta(hours=1), department_id=department_id)
    actor = await member_of(stage, olga)
    async with stage.database.begin() as session:
        await departments.delete(UnitOfWork(session, actor, stage.clock()), department_id, stage.app.services.calendar)
    (row,) = await reread(HOLDS)
    assert (row.promise_id, row.until) == (None, row.first), "nobody could close it any more"


async def test_of_a_promise_that_was_kept_nothing_is_held(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12)
    olga = await hr_reader(stage)
    id_ = await promised(stage, state="done", asked_at=stage.clock())
    await olga.presses(data=PromiseButton(action="held", id=id_).pack())
    assert olga.toast is not None
    assert await reread(HOLDS) == []
