"""HR's summary from the close of a week to the message: once for each, at a decent hour, word for word."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app import wiring
from app.jobs import SummaryJob
from content import load_content
from db.database import Database
from keyboards.company import HrPage
from keyboards.summary import OpenGroup, SummaryPage
from models import AuditEntry, CompanyDay, Delivery, Promise, StoredPublication, StoredSummary, User
from services.account.member import get_member
from services.account.unit_of_work import UnitOfWork
from services.gate import publications
from services.gate.publications import PULSE_WEEK
from services.kit.calendar import WEEK
from services.notifications.week import WEEKLY_CAP
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import HIGH, STEADY
from tests.gate.world import START
from tests.people import hr_reader, member, monday_nine, quiet, staffed

SUMMARIES = select(StoredSummary).order_by(StoredSummary.week)
SENT = select(Delivery).where(Delivery.kind == "hr_summary").order_by(Delivery.id)
AUDIT = select(AuditEntry.action).order_by(AuditEntry.id)
BOTH = pytest.mark.parametrize("language", ["ru", "en"])
TITLE = {"ru": "📊 Неделя {} · ", "en": "📊 Week of {} · "}


async def tick_at(stage: Stage, moment: datetime) -> int:
    stage.clock.advance_to(moment)
    return await stage.tick()


def summaries_of(player: Player) -> list[str]:
    return [message["text"] for message in player.messages if "📊" in message.get("text", "")]


def unfolded(text: str) -> str:
    """The stored words as they are read: the mark of the small print is a quote on the screen."""
    return text.replace("\n\n> ", "\n\n")


async def ordinary(stage: Stage, weeks: int = 1, language: str = "ru") -> Player:
    """HR has had the summary about the week of START + weeks − 1."""
    staff = await staffed(stage, 12, 20, 3)
    olga = await hr_reader(stage, language=language)
    for week in range(weeks):
        await staff.pulse(START + week * WEEK, staff.everybody)
    await tick_at(stage, monday_nine(weeks))
    return olga


# --- when, to whom, how often -----------------------------------------------------------------------------------------


@BOTH
async def test_the_first_monday_is_the_starting_form(stage: Stage, reread: Reread, language: str) -> None:
    """HR may ask for it before; employees are shown that there has been no summary yet."""
    await staffed(stage, 12, 20)
    olga = await hr_reader(stage, language=language)
    anna = await member(stage, 5003, "Анна", language=language)
    await quiet(stage, anna)
    await olga.presses(data=HrPage(place="summary").pack())
    assert {"ru": "первая неделя", "en": "first week"}[language] in olga.screen
    assert {"ru": "27\u00a0апреля", "en": "27\u00a0April"}[language] in olga.screen
    assert await reread(SUMMARIES) == []
    heard = len(summaries_of(olga))
    await tick_at(stage, monday_nine(0) - timedelta(hours=1))
    assert len(summaries_of(olga)) == heard
    await tick_at(stage, monday_nine(0))
    await anna.says("/privacy")
    await anna.presses({"ru": "Что видит HR", "en": "What HR sees"}[language])
    assert {"ru": "Сводки ещё не было", "en": "No summary yet"}[language] in anna.screen
    *_, text = summaries_of(olga)
    assert len(summaries_of(olga)) == heard + 1
    assert {"ru": "📊 Выдох · первая неделя", "en": "📊 Exhale · first week"}[language] in text
    assert {"ru": "слово в слово", "en": "word for word"}[language] in text, "employees will read the same words"
    assert olga.buttons[0] == [{"ru": "Текст объявления", "en": "Announcement text"}[language]]
    await olga.presses({"ru": "Пример сводки", "en": "Sample summary"}[language])
    assert {"ru": "ПРИМЕР", "en": "SAMPLE"}[language] in olga.screen.upper() or "EXAMPLE" in olga.screen.upper()
    assert [row.form for row in await reread(SUMMARIES)] == ["starting"]


async def test_nobody_of_hr_is_waited_for(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12)
    await tick_at(stage, monday_nine(0))
    assert await reread(SUMMARIES) == []
    olga = await hr_reader(stage)
    for day in (1, 6):
        await tick_at(stage, monday_nine(0) + timedelta(days=day))
    assert summaries_of(olga) == [], "not in the middle of a week"
    await staff.pulse(START, staff.everybody)
    await tick_at(stage, monday_nine(1))
    assert len(summaries_of(olga)) == 1


@BOTH
async def test_everybody_of_hr_gets_it_once(stage: Stage, reread: Reread, language: str) -> None:
    staff = await staffed(stage, 12, 20, 3)
    olga = await hr_reader(stage, language=language)
    boris = await hr_reader(stage, 5002, role="admin", language=language)
    anna = await member(stage, 5003, "Анна", language=language)
    await quiet(stage, anna)
    await staff.pulse(START, staff.everybody)
    heard = len(anna.messages)
    for hour in (-9, -1, 0, 2):
        await tick_at(stage, monday_nine(1) + timedelta(hours=hour))
    stage.restart()
    await tick_at(stage, monday_nine(1) + timedelta(days=1))
    other = wiring.create_app(stage.settings, load_content(), stage.database, stage.app.bot, stage.clock)
    await other.ticker.tick()
    for player in (olga, boris):
        (text,) = summaries_of(player)
        assert TITLE[language].format({"ru": "20–26\u00a0апреля", "en": "20–26\u00a0April"}[language])[:-3] in text
        assert {"ru": "слово в слово", "en": "word for word"}[language] in text, "the first one says who reads it"
        assert "has_protected_content" not in player.message, "it may be forwarded"
    assert len(anna.messages) == heard
    await staff.pulse(START + WEEK, staff.everybody)
    await tick_at(stage, monday_nine(2))
    assert {"ru": "слово в слово", "en": "word for word"}[language] not in summaries_of(olga)[-1], "said once"
    assert len(await reread(SUMMARIES)) == 2
    assert {row.state for row in await reread(SENT)} == {"sent"}


@pytest.mark.both_databases
async def test_two_ticks_at_once(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    await staff.pulse(START, staff.everybody)
    stage.clock.advance_to(monday_nine(1))
    other = wiring.create_app(stage.settings, load_content(), stage.database, stage.app.bot, stage.clock)
    await asyncio.gather(stage.app.ticker.tick(), other.ticker.tick())
    await asyncio.gather(stage.app.ticker.tick(), other.ticker.tick())
    assert len(summaries_of(olga)) == 1
    assert len(await reread(SUMMARIES)) == len(await reread(SENT)) == 1
    assert len(await reread(select(StoredPublication))) == 1


async def test_three_weeks_of_silence_end_with_one_summary_in_a_decent_hour(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    for week in range(3):
        await staff.pulse(START + week * WEEK, staff.everybody)
    night = monday_nine(3) + timedelta(days=1, hours=17)  # Tuesday, 02:00 in Moscow
    await tick_at(stage, night)
    assert summaries_of(olga) == []
    published = await reread(select(StoredPublication.slot).where(StoredPublication.kind == PULSE_WEEK))
    assert sorted(published) == [START, START + WEEK, START + 2 * WEEK]
    for hour in (1, 6, 7, 12):
        await tick_at(stage, night + timedelta(hours=hour))
    (text,) = summaries_of(olga)
    assert "4–10\u00a0мая" in text
    (row,) = await reread(SENT)
    assert 9 <= (row.sent_at.replace(tzinfo=UTC) + timedelta(hours=3)).hour < 20
    assert [found.week for found in await reread(SUMMARIES)] == [START + 2 * WEEK]


async def test_each_in_their_own_zone(stage: Stage) -> None:
    staff = await staffed(stage, 12, 20)
    olga, boris = await hr_reader(stage), await hr_reader(stage, 5002)
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == 5002).values(timezone="Asia/Vladivostok"))
    await staff.pulse(START, staff.everybody)
    await tick_at(stage, monday_nine(1) - timedelta(hours=7, minutes=1))
    assert (len(summaries_of(olga)), len(summaries_of(boris))) == (0, 0)
    await tick_at(stage, monday_nine(1) - timedelta(hours=7))
    assert (len(summaries_of(olga)), len(summaries_of(boris))) == (0, 1), "09:00 in Vladivostok"
    await tick_at(stage, monday_nine(1))
    assert (len(summaries_of(olga)), len(summaries_of(boris))) == (1, 1)


async def test_another_day_and_hour(database: Database, clock: ManualClock) -> None:
    stage = Stage(database, clock, hr_summary_day="wed", hr_summary_time="14:30")
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    await staff.pulse(START, staff.everybody)
    await tick_at(stage, monday_nine(1) + timedelta(days=2, hours=5, minutes=29))
    assert summaries_of(olga) == []
    await tick_at(stage, monday_nine(1) + timedelta(days=2, hours=5, minutes=30))
    assert len(summaries_of(olga)) == 1
    stage.telegram.verify()


async def test_somebody_who_left_hr_since_the_close(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20)
    olga, boris, vera = await hr_reader(stage), await hr_reader(stage, 5002), await hr_reader(stage, 5003)
    await staff.pulse(START, staff.everybody)
    await tick_at(stage, monday_nine(1) - timedelta(hours=2))
    changes: dict[Player, dict[str, Any]] = {olga: {"role": "employee"}, boris: {"offboarded_at": stage.clock()}}
    async with stage.database.begin() as session:
        for player, change in changes.items():
            await session.execute(update(User).where(User.telegram_id == player.id).values(**change))
    await tick_at(stage, monday_nine(1))
    assert [len(summaries_of(player)) for player in (olga, boris, vera)] == [0, 0, 1]
    assert [row.state for row in await reread(SENT)] == ["skipped", "skipped", "sent"]


async def test_a_summary_does_not_count_under_the_weekly_cap(stage: Stage) -> None:
    staff = await staffed(stage, 12, 20)
    olga = await member(stage, 5001, "Ольга", role="hr", department=None)
    await staff.pulse(START, staff.everybody)
    night = monday_nine(1) - timedelta(hours=5)
    await tick_at(stage, night)
    async with stage.database.begin() as session:
        mine = await session.scalar(select(User.id).where(User.telegram_id == olga.id))
        times = {"due_at": night, "expires_at": night, "sent_at": night, "created_at": night, "updated_at": night}
        for number in range(WEEKLY_CAP):
            one = {"kind": "note", "dedup_key": f"{number}/planned", "subject": {}, "state": "sent"}
            session.add(Delivery(user_id=mine, message_id=number, **one, **times))
    await tick_at(stage, monday_nine(1))
    assert len(summaries_of(olga)) == 1, "though the week is full"


async def test_ticks_with_nothing_to_do_ask_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await ordinary(stage)
    (publisher,) = (job for job in stage.app.ticker._jobs if isinstance(job, SummaryJob))
    asked = []
    monkeypatch.setattr(stage.app.database, "read", lambda: asked.append("read"))
    monkeypatch.setattr(stage.app.database, "begin", lambda: asked.append("begin"))
    await publisher()
    assert asked == []


async def test_a_job_that_fails_holds_no_message_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await staffed(stage, 12)
    olga = await hr_reader(stage)
    summaries = stage.app.services.summaries

    async def breaks(*_: Any) -> None:
        raise RuntimeError("the gate is stuck")

    monkeypatch.setattr(summaries, "publish_next", breaks)
    await tick_at(stage, monday_nine(0))
    assert summaries_of(olga) == []
    monkeypatch.undo()
    await stage.tick()
    assert len(summaries_of(olga)) == 1, "tried again with the next tick"


# --- again, and behind it ---------------------------------------------------------------------------------------------


@BOTH
async def test_send_me_now_repeats_word_for_word(stage: Stage, reread: Reread, language: str) -> None:
    olga = await ordinary(stage, language=language)
    first = summaries_of(olga)[0]
    stored = unfolded((await reread(SUMMARIES))[0].texts[language])
    assert first.startswith(stored)
    stage.clock.advance(days=2)
    await olga.presses(data=HrPage(place="summary").pack())
    assert olga.screen == {"ru": "Последняя сводка ещё раз", "en": "The last summary again"}[language] + "\n\n" + stored
    assert "viewed_summary" in await reread(AUDIT)
    assert "HR" in olga.buttons[-1]


@BOTH
async def test_steps_groups_and_cards(stage: Stage, reread: Reread, language: str) -> None:
    staff = await staffed(stage, 12, 20, 3)
    olga = await hr_reader(stage, language=language)
    for week in range(4):
        await staff.pulse(START + week * WEEK, staff.everybody, stress=4)
    await staff.checkin(START, staff.teams[0], STEADY)
    await staff.checkin(START, staff.teams[1], HIGH)
    await tick_at(stage, monday_nine(4))
    await olga.presses({"ru": "Что сделать: подробнее", "en": "What to do: more"}[language])
    assert {"ru": "Основание: ", "en": "Evidence: "}[language] in olga.screen
    assert {"ru": "Кто: ", "en": "Who: "}[language] in olga.screen
    await olga.presses({"ru": "← К сводке", "en": "← To the summary"}[language])
    summary = unfolded((await reread(SUMMARIES))[0].texts[language])
    assert olga.screen == summary
    await olga.presses({"ru": "Группы", "en": "Groups"}[language])
    names = [row[0] for row in olga.buttons[1:4]]
    assert names == {"ru": ["Доставка", "Склад", "Юристы"], "en": ["Delivery", "Legal", "Warehouse"]}[language]
    await olga.presses({"ru": "Склад", "en": "Warehouse"}[language])
    card = olga.screen
    assert {"ru": "Усталость  ≥\u00a05,5", "en": "Exhaustion  ≥\u00a05.5"}[language] in card
    assert {"ru": "Что можно сделать здесь", "en": "What could be done here"}[language] in card
    line = " · ".join([{"ru": "4,0", "en": "4.0"}[language]] * 4)
    assert line in card, "its strain week by week"
    await olga.presses({"ru": "Группы", "en": "Groups"}[language])
    await olga.presses({"ru": "Юристы", "en": "Legal"}[language])
    assert {"ru": "Ответов мало", "en": "Too few answers"}[language] in olga.screen
    assert not any(word in olga.screen for word in ("Напряжённость работы", "Pressure"))
    assert [action for action in await reread(AUDIT) if action == "viewed_group"] == ["viewed_group"] * 2


@BOTH
async def test_the_chart_is_a_picture_of_published_figures(stage: Stage, reread: Reread, language: str) -> None:
    """It marks the promises of its group, and leads back."""
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage, language=language)
    for week in range(2):
        await staff.pulse(START + week * WEEK, staff.everybody)
    async with stage.database.begin() as session:
        common = {"author_audit_key": "0" * 32, "created_at": stage.clock(), "updated_at": stage.clock()}
        session.add(Promise(department_id=2, text="Вода", state="done", asked_at=monday_nine(0), **common))
        session.add(Promise(text="Стулья", state="planned", due=START + timedelta(days=4), **common))
        session.add(Promise(department_id=1, text="Чужое", state="planned", due=START, **common))
    await tick_at(stage, monday_nine(2))
    await olga.presses({"ru": "График", "en": "Chart"}[language])
    message = olga.messages[-1]
    (size,) = {photo["file_size"] for photo in message["photo"][-1:]}
    assert size < 80_000
    assert {"ru": "Компания: пульс", "en": "Company: pulse"}[language] in message["caption"]
    assert {"ru": "Напряжённость работы: 5,0\n", "en": "Pressure: 5.0\n"}[language] in message["caption"]
    assert any("📊" in found.get("text", "") for found in olga.messages), "the summary stays"
    assert (await reread(AUDIT))[-1] == "viewed_chart"
    await olga.presses({"ru": "← К сводке", "en": "← To the summary"}[language])
    assert "📊" in olga.screen
    await olga.presses({"ru": "Группы", "en": "Groups"}[language])
    await olga.presses({"ru": "Склад", "en": "Warehouse"}[language])
    await olga.presses({"ru": "График", "en": "Chart"}[language])
    caption = olga.messages[-1]["caption"]
    assert {"ru": "1. 20\u00a0апреля сделано: Вода", "en": "1. 20\u00a0April, done: Вода"}[language] in caption
    assert {"ru": "2. срок был 24\u00a0апреля: Стулья", "en": "2. 24\u00a0April, was due: Стулья"}[language] in caption
    assert "Чужое" not in caption
    await olga.presses({"ru": "← К группе", "en": "← To the group"}[language])
    assert {"ru": "Склад · неделя", "en": "Warehouse · week"}[language] in olga.screen
    assert not any("photo" in message for message in olga.messages), "the pictures gave way"


@BOTH
async def test_the_map_of_groups_shows_published_cells_of_one_edition(
    stage: Stage, reread: Reread, language: str
) -> None:
    staff = await staffed(stage, 12, 20, 3)
    olga = await hr_reader(stage, language=language)
    await staff.checkin(START, staff.everybody)
    await tick_at(stage, monday_nine(1))
    await olga.presses(data=SummaryPage(action="map", week=START.toordinal()).pack())
    assert olga.toast is not None, "no period has closed yet"
    await tick_at(stage, monday_nine(4))
    async with stage.database.begin() as session:
        await session.execute(update(StoredPublication).values(edition=1))
    await staff.checkin(START + 4 * WEEK, staff.everybody)
    await tick_at(stage, monday_nine(8))
    await olga.presses({"ru": "Группы", "en": "Groups"}[language])
    await olga.presses({"ru": "Карта групп", "en": "Map of groups"}[language])
    assert olga.message["photo"]
    caption = olga.message["caption"]
    assert {"ru": "Усталость по группам и периодам", "en": "Exhaustion by group and period"}[language] in caption
    assert {"ru": "Без цифр: Доставка, Юристы.", "en": "No figures: Delivery, Legal."}[language] in caption
    assert (await reread(AUDIT))[-1] == "viewed_map"
    async with stage.database.begin() as session:
        found = await stage.app.dispatcher["drilldown"].periods(
            UnitOfWork(session, await get_member(session, olga.id), stage.clock()), START + 7 * WEEK
        )
    assert [period.slot for period in found] == [START + 4 * WEEK], "figures of two editions are not put side by side"


async def close_for_a_week(stage: Stage, monday: date) -> None:
    """Give the whole company a week off."""
    async with stage.database.begin() as session:
        days = {"first": monday, "last": monday + timedelta(days=6), "is_working": False}
        session.add(CompanyDay(**days, created_at=stage.clock(), updated_at=stage.clock()))


async def test_after_a_week_off_one_summary_comes_and_not_two(stage: Stage) -> None:
    """The one that its Monday held back. The week off has none of its own, although people elsewhere answered."""
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    for week in (0, 1):
        await staff.pulse(START + week * WEEK, staff.everybody)
    await close_for_a_week(stage, START + WEEK)
    await tick_at(stage, monday_nine(1))
    assert summaries_of(olga) == []
    await tick_at(stage, monday_nine(2))
    assert [text.splitlines()[0] for text in summaries_of(olga)] == ["📊 Неделя 20–26\u00a0апреля"]


async def test_a_week_that_the_company_had_off_is_no_gap(stage: Stage) -> None:
    """Neither in the line of a card nor in its picture; a week in which nobody answered is one."""
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    for week in (0, 3, 4):
        await staff.pulse(START + week * WEEK, staff.everybody, stress=4)
    await close_for_a_week(stage, START + WEEK)
    await tick_at(stage, monday_nine(5))
    await olga.presses("Группы")
    await olga.presses("Склад")
    assert "4,0 · – · 4,0 · 4,0" in olga.screen
    await olga.presses("График")
    assert olga.messages[-1]["photo"]


async def test_a_button_on_an_old_message_shows_that_week(stage: Stage) -> None:
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage)
    await staff.pulse(START, staff.everybody, stress=3)
    await tick_at(stage, monday_nine(1))
    await staff.pulse(START + WEEK, staff.everybody, stress=8)
    await tick_at(stage, monday_nine(2))
    await olga.presses(data=OpenGroup(action="show", week=START.toordinal(), key="d2").pack())
    assert "20–26\u00a0апреля" in olga.screen
    assert "Напряжённость работы  3,0" in olga.screen
    assert "8,0" not in olga.screen


async def test_old_and_made_up_buttons(stage: Stage, reread: Reread) -> None:
    olga = await ordinary(stage)
    for data in (
        OpenGroup(action="show", week=START.toordinal(), key="d99").pack(),
        OpenGroup(action="show", week=1, key="d1").pack(),
        OpenGroup(action="chart", week=1, key="company").pack(),
        SummaryPage(action="open", week=7).pack(),
        SummaryPage(action="groups", week=7).pack(),
    ):
        told = len(stage.world.toasts(olga.id))
        await olga.presses(data=data)
        assert len(stage.world.toasts(olga.id)) == told + 1
        assert olga.toast is not None
        assert olga.toast.startswith("Об этой неделе или группе ничего не опубликовано"), data
    for data in ("m5:open:0:0", "m5:open:x:0", "m6:show:1:e1:0", "m6:show:739000:d1'--:0", "m7:page:-1"):
        told = len(stage.world.toasts(olga.id))
        await olga.presses(data=data)
        assert len(stage.world.toasts(olga.id)) == told + 1
        assert olga.toast is not None, data
    assert await reread(AUDIT) == []


async def test_nobody_else_gets_any_of_it(stage: Stage, reread: Reread) -> None:
    await ordinary(stage)
    anna = await member(stage, 5003, "Анна")
    for data in (
        HrPage(place="summary"),
        *(SummaryPage(action=action, week=START.toordinal()) for action in ("open", "steps", "groups", "file", "map")),
        OpenGroup(action="show", week=START.toordinal(), key="d2"),
        OpenGroup(action="chart", week=START.toordinal(), key="company"),
    ):
        await anna.presses(data=data.pack())
    assert not any("📊" in str(message) or "photo" in message or "document" in message for message in anna.messages)
    assert await reread(AUDIT) == []


async def test_many_groups_are_paged(stage: Stage) -> None:
    olga = await ordinary(stage)
    async with stage.database.begin() as session:
        found = await publications.find(session, PULSE_WEEK, START)
        assert found is not None
        row = await session.scalar(select(StoredPublication))
        assert row is not None
        hidden = [{"key": f"d{n}", "name": f"Группа {n}", "name_en": None, "departments": [n]} for n in range(100, 120)]
        row.payload = {**row.payload, "hidden": hidden}
    await olga.presses("Группы")
    assert "Страница\u00a01 из 3" in olga.screen
    await olga.presses("›")
    assert "Страница\u00a02 из 3" in olga.screen
    await olga.presses("›")
    assert "Страница\u00a03 из 3" in olga.screen
    await olga.presses("‹")
    await olga.presses(data=SummaryPage(action="groups", week=START.toordinal(), page=2_000_000_000).pack())
    assert "Страница\u00a03 из 3" in olga.screen


# --- what employees see -----------------------------------------------------------------------------------------------


@BOTH
async def test_employees_read_the_same_words(stage: Stage, reread: Reread, language: str) -> None:
    staff = await staffed(stage, 12, 20, 3)
    await hr_reader(stage)
    anna = await member(stage, 5003, "Анна", department="Склад", language=language)
    lawyer = await member(stage, 5004, "Вера", department="Юристы", language=language)
    sees = {"ru": "Что видит HR", "en": "What HR sees"}[language]
    await anna.says("/privacy")
    await anna.presses(sees)
    assert {"ru": "цифры выдуманы", "en": "figures"}[language] in anna.screen, "an example until the first summary"
    await staff.pulse(START, staff.everybody)
    await tick_at(stage, monday_nine(1))
    stored = unfolded((await reread(SUMMARIES))[0].texts[language])
    for player, group, line in (
        (
            anna,
            {"ru": "Ваша группа: Склад.", "en": "Your group: Warehouse."},
            {"ru": "Напряжённость работы 5,0", "en": "Pressure 5.0"},
        ),
        (
            lawyer,
            {"ru": "Ваша группа: Юристы.", "en": "Your group: Legal."},
            {"ru": "Цифр по ней", "en": "It has no figures"},
        ),
    ):
        await player.says("/privacy")
        await player.presses(sees)
        assert stored in player.screen
        assert group[language] in player.screen
        assert line[language] in player.screen.rpartition(group[language])[2]
        assert len(player.screen) <= 4096
    stranger = stage.person(5005, "Кто-то", language=language)
    await stranger.says("/privacy")
    await stranger.presses(sees)
    assert stored not in stranger.screen
    assert stored.splitlines()[0] not in stranger.screen


async def test_no_exact_number_is_sent(stage: Stage, reread: Reread) -> None:
    """Nineteen of twenty-three answered: neither number is anywhere."""
    staff = await staffed(stage, 23)
    olga = await hr_reader(stage)
    await staff.pulse(START, staff.everybody[:19], stress=6.3)
    await tick_at(stage, monday_nine(1))
    text = unfolded((await reread(SUMMARIES))[0].texts["ru"])
    assert "6,5" in text
    assert not any(number in text for number in ("19", "23", "6,3"))
    count = await reread(select(func.count()).select_from(StoredSummary))
    assert count == [1]
    assert olga.screen.startswith(text)


async def test_without_noise_monday_waits_the_operator_is_told_and_the_rest_goes_on(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    reread: Reread,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    staff = await staffed(stage, 20, 20)
    olga = await hr_reader(stage)
    await staff.checkin(START, staff.everybody)
    await tick_at(stage, monday_nine(4) - timedelta(days=2))
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == olga.id).values(plan_at=stage.clock()))
    stage.clock.advance_to(monday_nine(4))
    capfd.readouterr()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "opendp.prelude", None)
        await stage.tick()
    assert "NoiseUnavailable" in "".join((*capfd.readouterr(), caplog.text))
    periods = select(StoredPublication).where(StoredPublication.kind == "checkin_period")
    assert await reread(periods) == []
    assert "Самопроверка 20" not in "".join(summaries_of(olga))
    assert await reread(select(User.id).where(User.telegram_id == olga.id, User.plan_at <= stage.clock())) == []
    await stage.tick()
    assert len(await reread(periods)) == 1
    assert "Самопроверка 20" in summaries_of(olga)[-1]
