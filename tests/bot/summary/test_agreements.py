"""What a manager agrees with the team: recorded once for the own group, told to its people, seen by HR, nudged once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update

from keyboards.outreach import Agreement
from models import AuditEntry, Delivery, Department, Grouping, Promise, ReportingGroup
from services.kit.calendar import WEEK
from tests.bot.summary.test_team import BOTH, managing
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import START
from tests.people import Staff, hr_reader, member, monday_nine, staffed

PROMISES = select(Promise).order_by(Promise.id)
NUDGES = select(Delivery).where(Delivery.kind == "agreement_nudge")
WRITE = {"ru": "Записать договорённость", "en": "Record an agreement"}
AGREED = {"ru": "Договорённость руководителя с командой, до 31", "en": "The manager agreed this with the team, by 31"}
KEPT = {"ru": "Договорённость руководителя с командой выполнена", "en": "What the manager agreed with the team is done"}
BRIEF = {"ru": "Договорённость руководителя с командой: Вода", "en": "The manager agreed with the team: Вода"}


async def writes(player: Player, text: str = "Вода в цехе, займётся Пётр") -> None:
    """Up to the preview."""
    await player.says("/team")
    await player.presses("Записать договорённость")
    await player.says(text)
    await player.says("31.12")


async def records(player: Player) -> None:
    await writes(player)
    await player.presses("Записать и сообщить людям")


@BOTH
async def test_it_is_recorded_told_and_closed(stage: Stage, reread: Reread, language: str) -> None:
    await staffed(stage, 12, 20)
    olga = await hr_reader(stage, language=language)
    timur = await managing(stage, 2, language=language)
    await timur.says("/team")
    [first] = timur.message["reply_markup"]["inline_keyboard"][0]
    assert (first["text"], first["style"]) == (WRITE[language], "primary"), "the one thing that waits"
    await timur.presses(WRITE[language])
    assert {"ru": "Склад: о чём договорились", "en": "Warehouse: what did you agree"}[language] in timur.screen
    await timur.says("Вода в цехе, займётся Пётр")
    await timur.says({"ru": "через неделю", "en": "in a week"}[language])
    await timur.says("31.12")
    assert AGREED[language] in timur.screen
    await timur.presses({"ru": "Записать и сообщить людям", "en": "Record it and tell people"}[language])
    [row] = await reread(PROMISES)
    assert (row.by_manager, row.department_id, row.text, row.state) == (
        True,
        2,
        "Вода в цехе, займётся Пётр",
        "planned",
    )
    assert len(await reread(select(Delivery).where(Delivery.kind == "note"))) == 21, "the people of the group"
    assert {"ru": "HR видит это", "en": "HR sees it"}[language] in timur.screen
    anna = await member(stage, 5003, "Анна", department="Склад", language=language)
    await anna.says("/menu")
    assert BRIEF[language] in anna.screen, "not a promise of HR's"
    await olga.presses(data="pr1:promises:0")
    assert {"ru": "(договорённость руководителя)", "en": "(agreed by the manager)"}[language] in olga.screen
    await timur.presses({"ru": "← Мой отдел", "en": "← My team"}[language])
    assert "Вода в цехе" in timur.screen
    await timur.presses({"ru": "Сделано: ", "en": "Done: "}[language])
    assert KEPT[language] in timur.screen
    for _ in range(2):
        await timur.presses(data=Agreement(action="kept", id=row.id).pack())
    [row] = await reread(PROMISES)
    assert row.state == "done"
    actions = [entry.action for entry in await reread(select(AuditEntry).order_by(AuditEntry.id))]
    assert [action for action in actions if "promise" in action] == ["promised", "kept_promise"]


async def test_two_presses_record_it_once(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20)
    timur = await managing(stage, 2)
    await writes(timur)
    for _ in range(3):
        timur.queue_press("Записать и сообщить людям")
    await stage.at_once()
    assert len(await reread(PROMISES)) == 1


async def test_bad_input_loses_nothing(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20)
    timur = await managing(stage, 2)
    await timur.says("/team")
    await timur.presses("Записать договорённость")
    for typed in ("...", "я" * 501):
        await timur.says(typed)
        assert await reread(PROMISES) == []
    await timur.says("Вода в цехе")
    for typed in ("31.02", "вчера", "01.01.2040", "когда-нибудь"):
        await timur.says(typed)
    await timur.says("завтра")
    old = timur.message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await timur.presses("Написать иначе")
    await timur.says("Вода в цехе и на складе")
    await timur.presses(data=old)
    assert await reread(PROMISES) == [], "that preview said something else"
    await timur.presses("Записать и сообщить людям")
    [row] = await reread(PROMISES)
    assert row.text == "Вода в цехе и на складе"


async def test_nobody_records_or_closes_for_a_group_that_is_not_theirs(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20)
    timur = await managing(stage, 2)
    anna = await member(stage, 6002, "Анна", department="Склад")
    await records(timur)
    for player, keys in ((timur, ("d1", "company", "нет")), (anna, ("d2",))):
        for key in keys:
            await player.presses(data=Agreement(action="write", value=key).pack())
            await player.says("Чужое")
    await anna.presses(data=Agreement(action="kept", id=1).pack())
    async with stage.database.begin() as session:
        await session.execute(update(Department).values(manager_id=None))
    await timur.presses(data=Agreement(action="kept", id=1).pack())
    [row] = await reread(PROMISES)
    assert row.state == "planned"


async def test_a_promise_of_hr_is_not_the_managers_to_close(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20)
    timur = await managing(stage, 2)
    await records(timur)
    async with stage.database.begin() as session:
        await session.execute(update(Promise).values(by_manager=False))
    await timur.presses(data=Agreement(action="kept", id=1).pack())
    assert [row.state for row in await reread(PROMISES)] == ["planned"]


async def test_of_a_group_that_is_theirs_in_part_it_is_for_their_department(stage: Stage, reread: Reread) -> None:
    await staffed(stage, 12, 20, 9)
    now = stage.clock()
    async with stage.database.begin() as session:
        await session.execute(
            insert(ReportingGroup), [{"id": 1, "name": "Опора", "created_at": now, "updated_at": now}]
        )
        rows = [{"department_id": department, "group_id": 1, "since": START - 52 * WEEK} for department in (2, 3)]
        await session.execute(insert(Grouping), rows)
    timur = await managing(stage, 2)
    await records(timur)
    async with stage.database.begin() as session:
        manager = await session.scalar(select(Department.manager_id).where(Department.id == 2))
        await session.execute(update(Department).where(Department.id == 3).values(manager_id=manager))
    await records(timur)
    first, second = await reread(PROMISES)
    assert (first.department_id, first.group_id) == (2, None)
    assert (second.department_id, second.group_id) == (None, 1), "all of it is theirs by now"


# --- one nudge --------------------------------------------------------------------------------------------------------


async def period_closes(stage: Stage, staff: Staff) -> None:
    """The results of the period from START on are there."""
    await staff.checkin(START, staff.everybody, STEADY)
    stage.clock.advance_to(monday_nine(4))
    await stage.tick()


@BOTH
async def test_one_nudge_comes_after_two_weeks(stage: Stage, reread: Reread, language: str) -> None:
    staff = await staffed(stage, 12, 20)
    await hr_reader(stage)
    timur = await managing(stage, 2, language=language)
    await period_closes(stage, staff)
    heard = len(timur.messages)
    for day in (1, 13, 14):
        stage.clock.advance_to(monday_nine(4) + timedelta(days=day))
        await stage.tick()
        assert len(timur.messages) == heard + (day == 14), day
    assert {"ru": "две минуты о вашей команде", "en": "two minutes about your team"}[language] in timur.screen
    await timur.presses({"ru": "Мой отдел", "en": "My team"}[language])
    assert WRITE[language] in str(timur.buttons)
    for day in (15, 28):
        stage.clock.advance_to(monday_nine(4) + timedelta(days=day))
        await stage.tick()
    assert [row.state for row in await reread(NUDGES)] == ["sent"]


async def test_it_waits_while_the_week_is_full(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20)
    await hr_reader(stage)
    await managing(stage, 2)
    await period_closes(stage, staff)
    stage.clock.advance_to(monday_nine(6) - timedelta(hours=5))
    async with stage.database.begin() as session:
        now = stage.clock()
        times = {"due_at": now, "expires_at": now, "sent_at": now, "created_at": now, "updated_at": now}
        manager = await session.scalar(select(Department.manager_id).where(Department.id == 2))
        for number in range(2):
            one = {"kind": "note", "dedup_key": f"{number}/planned", "subject": {}, "state": "sent"}
            session.add(Delivery(user_id=manager, message_id=number, **one, **times))
    for day in (0, 6):
        stage.clock.advance_to(monday_nine(6) + timedelta(days=day))
        await stage.tick()
        assert [row.state for row in await reread(NUDGES)] == ["pending"], "two messages a week are the most"
    stage.clock.advance_to(monday_nine(7) + timedelta(hours=3))
    await stage.tick()
    assert [row.state for row in await reread(NUDGES)] == ["sent"]


async def test_no_nudge_is_needed(stage: Stage, reread: Reread) -> None:
    """Neither by whoever has agreed something, nor by whoever manages no more."""
    staff = await staffed(stage, 12, 20)
    await hr_reader(stage)
    pavel, timur = await managing(stage, 1, person_id=6002), await managing(stage, 2)
    await period_closes(stage, staff)
    await records(timur)
    async with stage.database.begin() as session:
        await session.execute(update(Department).where(Department.id == 1).values(manager_id=None))
    heard = [len(player.messages) for player in (pavel, timur)]
    stage.clock.advance_to(monday_nine(6) + timedelta(hours=1))
    await stage.tick()
    assert [row.state for row in await reread(NUDGES)] == ["skipped", "skipped"]
    for player, known in zip((pavel, timur), heard, strict=True):
        assert not any("две минуты" in message.get("text", "") for message in player.messages[known:])


async def test_an_agreement_of_the_period_before_does_not_count(stage: Stage, reread: Reread) -> None:
    staff = await staffed(stage, 12, 20)
    await hr_reader(stage)
    timur = await managing(stage, 2)
    await records(timur)
    await period_closes(stage, staff)
    stage.clock.advance_to(monday_nine(6))
    await stage.tick()
    assert [row.state for row in await reread(NUDGES)] == ["sent"]
