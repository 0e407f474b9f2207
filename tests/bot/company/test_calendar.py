"""HR's calendar: days off, a closure of the whole company, working Saturdays, and a department's country."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from models import AuditEntry, CompanyDay, Delivery, Department, User
from tests.bot.test_days_off import moscow
from tests.bot.test_deliveries import live
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import id_of, member


async def hr_in_calendar(stage: Stage, language: str = "ru") -> Player:
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    await opens(olga, language)
    return olga


async def opens(olga: Player, language: str = "ru") -> None:
    await olga.says("/hr")
    await olga.presses("Календарь" if language == "ru" else "Calendar")


async def adds(olga: Player, typed: str, label: str = "Добавить выходные") -> None:
    await olga.presses(label)
    await olga.says(typed)


async def own(reread: Reread) -> list[tuple[date, date, bool]]:
    rows = await reread(select(CompanyDay).order_by(CompanyDay.first))
    return [(row.first, row.last, row.is_working) for row in rows]


@pytest.mark.both_databases
async def test_days_are_added_and_taken_back(stage: Stage, reread: Reread) -> None:
    olga = await hr_in_calendar(stage)
    assert "Компания пока не добавила своих дней" in olga.screen
    await adds(olga, "10.03")
    assert "10\u00a0марта: выходной" in olga.screen
    await adds(olga, "28 декабря по 15.01")
    assert "28\u00a0декабря\u00a0— 15\u00a0января 2027: компания закрыта" in olga.screen.replace("\u00a02027", " 2027")
    await adds(olga, "14.03", "Добавить рабочий день")
    assert "14\u00a0марта: рабочий день" in olga.screen
    assert await own(reread) == [
        (date(2026, 3, 10), date(2026, 3, 10), False),
        (date(2026, 3, 14), date(2026, 3, 14), True),
        (date(2026, 12, 28), date(2027, 1, 15), False),
    ]
    assert set(await reread(select(User.plan_at))) == {stage.clock()}
    await olga.presses("Убрать 10")
    assert olga.toast == "Убрано."
    assert len(await own(reread)) == 2
    actions = await reread(select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions[-4:] == ["added_days_off", "added_days_off", "added_working_day", "removed_days"]


BAD_DAYS = {
    "03.03.2026": ("Эти дни уже прошли", "Those days are over"),
    "12.12.2099": ("Это больше чем через год", "That's more than a year ahead"),
    "20.03.2026 – 10.03.2026": ("Последний день раньше", "The last day comes before"),
    "31.02": ("Такого дня в календаре нет", "There's no such day in the calendar"),
    "скоро": ("Не получилось понять", "I can't tell which day"),
}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_days_that_cannot_be_are_refused_and_nothing_is_lost(stage: Stage, reread: Reread, language: str) -> None:
    olga = await hr_in_calendar(stage, language)
    await olga.presses("Добавить выходные" if language == "ru" else "Add days off")
    for typed, (ru, en) in BAD_DAYS.items():
        await olga.says(typed)
        assert olga.screen.startswith(ru if language == "ru" else en), typed
    await olga.sends(sticker=True)
    await olga.says("12.03 – 13.03")
    assert await own(reread) == [(date(2026, 3, 12), date(2026, 3, 13), False)], "and the question still waited"
    await olga.presses("Добавить рабочий день" if language == "ru" else "Add a working day")
    await olga.says("14.03 – 15.03")
    assert olga.screen.startswith("Рабочие дни добавляются" if language == "ru" else "Working days are added")


async def test_two_devices_take_the_same_day_back(stage: Stage, reread: Reread) -> None:
    olga = await hr_in_calendar(stage)
    await adds(olga, "10.03")
    first = olga.message["message_id"]
    await opens(olga)
    await olga.presses("Убрать 10")
    await olga.presses("Убрать 10", message_id=first)
    assert olga.toast == "Этой записи в календаре уже нет."
    assert await own(reread) == []


async def test_a_day_off_moves_what_was_planned_and_is_taken_back_on_the_day(stage: Stage, reread: Reread) -> None:
    """10 March is the day of invitations."""
    anna, olga = await member(stage, 1001, "Анна"), await hr_in_calendar(stage)
    await stage.tick()
    due = select(Delivery.due_at).join(User).where(User.telegram_id == 1001, Delivery.kind == "checkin")

    async def first_due() -> object:
        await stage.tick()
        return min(await reread(due))

    assert await first_due() == moscow(3, 10, 10, year=2026)
    await adds(olga, "10.03")
    assert await first_due() == moscow(3, 11, 10, year=2026)
    known = len(anna.messages)
    stage.clock.advance_to(moscow(3, 10, 9, year=2026))
    assert await first_due() == moscow(3, 11, 10, year=2026)
    await opens(olga)
    await olga.presses("Убрать 10")
    assert await first_due() == moscow(3, 10, 10, year=2026)
    stage.clock.advance_to(moscow(3, 10, 10, year=2026))
    await stage.tick()
    assert len(anna.messages) == known + 1


async def test_a_closure_longer_than_a_period_is_silent(stage: Stage, reread: Reread) -> None:
    anna, olga = await member(stage, 1001, "Анна"), await hr_in_calendar(stage)
    await adds(olga, "04.03 – 30.04")
    known = len(anna.messages), len(olga.messages)
    await live(stage, anna, moscow(5, 1, 8, year=2026))
    assert (len(anna.messages), len(olga.messages)) == known
    pulses = await reread(select(Delivery).where(Delivery.kind.in_(("pulse", "pulse_quiet")), Delivery.state == "sent"))
    assert pulses == []
    arrived = await live(stage, anna, moscow(5, 8, 8, year=2026))
    assert arrived, "and goes on as though nothing had been missed"
    assert not any("раз в неделю или" in text for _, text in arrived)


async def test_days_off_that_are_added_later_take_a_newcomers_invitation_back(stage: Stage, reread: Reread) -> None:
    olga = await hr_in_calendar(stage)
    stage.clock.advance_to(moscow(3, 4, 12, year=2026))
    anna = await member(stage, 1001, "Анна", ago=timedelta(0))
    await stage.tick()
    invitations = select(Delivery.due_at).where(
        Delivery.kind == "checkin", Delivery.user_id == await id_of(stage, anna)
    )
    assert moscow(3, 18, 10, year=2026) in await reread(invitations)
    await adds(olga, "10.03 – 16.03")
    arrived = await live(stage, anna, moscow(3, 23, 8, year=2026))
    assert not any("20 коротких вопросов" in text for _, text in arrived), "two working weeks end after the period"


async def test_a_department_has_the_holidays_of_its_country(stage: Stage, reread: Reread) -> None:
    olga = await hr_in_calendar(stage)
    anna = await member(stage, 1001, "Анна", department="Алматы")
    await olga.says("/hr")
    await olga.presses("Отделы")
    await olga.presses("Алматы")
    assert "Праздники: как у всей компании" in olga.screen
    await olga.presses("Праздники")
    await olga.says("Нарния")
    assert olga.screen.startswith("Праздников такой страны не знаю")
    await olga.says("казахстан")
    assert "Праздники: Казахстан" in olga.screen
    countries = select(Department.country).where(Department.name == "Алматы")
    assert await reread(countries) == ["KZ"]
    async with stage.database.begin() as session:
        await session.execute(update(User).values(pulse_on=False))
    known = len(anna.messages)
    stage.clock.advance_to(moscow(3, 20, 12, year=2026))  # Friday; 21 to 25 March is Nauryz
    await live(stage, anna, moscow(3, 26, 8, year=2026))
    nauryz = {date(2026, 3, 21) + timedelta(days=day) for day in range(5)}
    assert known <= len(anna.messages)
    sent = await reread(
        select(Delivery.sent_at).join(User).where(User.telegram_id == 1001, Delivery.sent_at.is_not(None))
    )
    assert not {moment.date() for moment in sent} & nauryz
    await olga.says("/hr")
    await olga.presses("Отделы")
    await olga.presses("Алматы")
    await olga.presses("Праздники")
    await olga.presses("как у всей компании")
    assert await reread(countries) == [None]
