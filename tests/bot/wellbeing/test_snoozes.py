"""*Tomorrow*, *In 2 hours* and *Not this time*: the next message comes when it is wished, and never as one more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from models import CompanyDay, Delivery, Draft, User
from services.outbox.outbox import Outcome
from services.wellbeing.messages import CheckinSubject
from tests.bot.story import CALM, answers, completes, data_of, forgive_unmodified, plain
from tests.bot.test_deliveries import FIRST_REMINDER, INVITATION, LAST_REMINDER, live, moscow, waiting, without_pulse
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import newcomer

WISHED = "Выдох: три минуты для вас, как договорились. Вопросы открыты до 22 марта."
MAY_START = "Начать можно и раньше. Вопросы открыты до 22 марта."
SNOOZED = select(Delivery).where(Delivery.kind == "checkin_snoozed")
TO_START = ["Начать"]
TUESDAY = moscow(10)


async def set_up(stage: Stage, **values: object) -> None:
    """Let people have these settings."""
    async with stage.database.begin() as session:
        await session.execute(update(User).values(plan_at=stage.clock(), **values))


async def invited(stage: Stage, at: datetime = TUESDAY, **values: object) -> Player:
    """Somebody who has just got the invitation."""
    anna = await waiting(stage)
    await set_up(stage, **values)
    stage.clock.advance_to(at)
    assert await stage.tick() == 1
    assert plain(anna.screen) == INVITATION
    return anna


@pytest.mark.both_databases
async def test_tomorrow_brings_the_next_message_at_ones_own_hour_in_place_of_its_own(stage: Stage) -> None:
    anna = await invited(stage)
    assert anna.buttons == [TO_START, ["Завтра", "Через 2\u00a0часа"], ["Не в этот раз"]]
    stage.clock.advance(minutes=5)
    await anna.presses("Завтра")
    assert plain(anna.screen) == f"Хорошо, напомню завтра в 10:00.\n\n{MAY_START}"
    assert anna.buttons == [["Начать сейчас"], ["Меню"]]
    stage.restart()
    assert await live(stage, anna, moscow(23)) == [("11.03 10:00", WISHED), ("17.03 10:00", LAST_REMINDER)]


@pytest.mark.both_databases
async def test_in_two_hours_means_two_hours_and_a_reminder_has_it_too(stage: Stage) -> None:
    anna = await invited(stage)
    stage.clock.advance(minutes=5)
    await anna.presses("Через 2")
    assert plain(anna.screen) == f"Хорошо, напомню сегодня в 12:05.\n\n{MAY_START}"
    assert await live(stage, anna, moscow(16)) == [("10.03 12:05", WISHED)]
    assert anna.buttons == [TO_START, ["Через 2\u00a0часа", "Не в этот раз"]]


async def test_in_english(stage: Stage) -> None:
    anna = await newcomer(stage, locale="en")
    await anna.presses("Later")
    await without_pulse(stage)
    stage.clock.advance_to(moscow(10))
    await stage.tick()
    assert anna.buttons == [["Start"], ["Tomorrow", "In 2 hours"], ["Not this time"]]
    await anna.presses("Tomorrow")
    assert plain(anna.screen).startswith("OK, I'll remind you tomorrow at 10:00.")


async def test_a_snooze_into_the_quiet_hours_waits_for_the_next_day(stage: Stage) -> None:
    anna = await invited(stage, moscow(10, 18, 30), checkin_time=time(18, 30))
    await anna.presses("Через 2")
    assert "Раньше не получится: это тихие часы или нерабочий день.\n\nХорошо, напомню завтра в 18:30." in plain(
        anna.screen
    )
    assert await live(stage, anna, moscow(16)) == [("11.03 18:30", WISHED)]


async def test_a_snooze_over_a_weeks_end_goes_round_the_days_off(stage: Stage) -> None:
    anna = await invited(stage, moscow(13), checkin_weekday=4)
    await anna.presses("Завтра")
    assert "нерабочий день" in plain(anna.screen)
    assert "Хорошо, напомню 16 марта (понедельник) в 10:00." in plain(anna.screen)
    assert await live(stage, anna, moscow(18)) == [("16.03 10:00", WISHED)]


async def test_a_week_with_two_messages_takes_no_third_and_the_snoozes_have_an_end(stage: Stage) -> None:
    anna = await invited(stage)
    assert await live(stage, anna, moscow(13, 10, 30)) == [("13.03 10:00", FIRST_REMINDER)]
    await anna.presses("Через 2")
    assert plain(anna.screen).startswith(
        "На этой неделе уже было два сообщения, а чаще я не пишу.\n\nХорошо, напомню 16 марта (понедельник) в 10:00."
    )
    assert await live(stage, anna, moscow(17, 10)) == [("16.03 10:00", WISHED)]
    await anna.presses("Через 2")
    assert await live(stage, anna, moscow(23)) == [("17.03 12:00", WISHED)]
    assert anna.buttons == [TO_START, ["Не в этот раз"]]


async def test_a_snooze_beyond_the_end_of_the_period_is_told_so(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage, moscow(13), checkin_weekday=4)
    assert await live(stage, anna, moscow(20, 19)) == [("16.03 10:00", FIRST_REMINDER), ("20.03 10:00", LAST_REMINDER)]
    await anna.presses("Через 2")
    assert plain(anna.screen).startswith("Вопросы закроются 22 марта, до этого напомнить уже не получится.")
    assert await reread(SNOOZED) == []
    await anna.presses("Начать сейчас")
    assert "1 из 20" in plain(anna.screen)


@pytest.mark.both_databases
async def test_pressed_twice_the_last_press_wins_and_one_message_comes(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    tomorrow, soon = data_of(anna, "Завтра"), data_of(anna, "Через 2")
    for data in (tomorrow, tomorrow, soon, tomorrow, soon):
        anna.queue_press(data=data)
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    forgive_unmodified(stage)
    await anna.presses(data=tomorrow)
    forgive_unmodified(stage)
    assert [row.due_at for row in await reread(SNOOZED)] == [moscow(11)]
    assert await live(stage, anna, moscow(16)) == [("11.03 10:00", WISHED)]

    await anna.presses(data=tomorrow)
    assert anna.toast == "Это напоминание уже приходило."
    assert await live(stage, anna, moscow(16, 23)) == []


async def test_an_old_message_shows_what_is_open_now(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    presses = [data_of(anna, label) for label in ("Завтра", "Не в этот раз")]
    stage.clock.advance_to(moscow(24))
    for data in presses:
        await anna.presses(data=data)
        assert anna.toast == "Эти вопросы уже закрылись. Вот то, что открыто сейчас."
        assert "Начать" in anna.buttons[0][0]
    forgive_unmodified(stage)
    assert await reread(SNOOZED) == []
    assert await reread(select(User.postponed_period)) == [None]


async def test_a_number_that_nobody_was_sent_snoozes_nothing(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    period = date(2026, 2, 23).toordinal()
    for number in (1, 2, 3, 7):
        await anna.presses(data=f"c2:tomorrow:{period}:{number}")
    forgive_unmodified(stage)
    assert await reread(SNOOZED) == []


async def test_a_snooze_and_then_an_answer(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    tomorrow = data_of(anna, "Завтра")
    await anna.presses("Завтра")
    await anna.presses("Начать сейчас")
    await completes(stage, anna, CALM)
    await set_up(stage, introduced_at=stage.clock())
    assert [text for _, text in await live(stage, anna, moscow(23)) if "минутка" in text] == []
    assert {row.state for row in await reread(SNOOZED)} == {"skipped"}
    await anna.presses(data=tomorrow)
    assert anna.toast == "Эта самопроверка завершена, ответы уже не изменить."


async def test_a_pause_that_is_set_meanwhile_is_kept(stage: Stage) -> None:
    anna = await invited(stage)
    await anna.presses("Завтра")
    await anna.presses(data="v1:pause:2026-03-13")
    assert [(when, "Открыты и 20 вопросов" in text) for when, text in await live(stage, anna, moscow(17))] == [
        ("16.03 10:00", True)
    ], "the first day back is left in peace, then it rides with the welcome"


async def test_a_pause_over_the_end_of_the_period_leaves_nothing(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    await anna.presses("Завтра")
    await anna.presses(data="v1:pause:2026-03-24")
    assert [text for _, text in await live(stage, anna, moscow(27)) if "20 вопросов" in text] == []
    assert [row.state for row in await reread(SNOOZED)] == ["skipped"]


async def test_a_time_zone_that_changed_meanwhile_is_the_one_that_counts(stage: Stage) -> None:
    """10:00 in Moscow is 3:00 in New York, so it comes at 10:00 there."""
    anna = await invited(stage)
    await anna.presses("Завтра")
    await anna.presses(data="v1:zone:America/New_York")
    (arrived, _) = await live(stage, anna, moscow(20))
    assert arrived == ("11.03 17:00", WISHED)


@pytest.mark.parametrize(
    ("now", "start", "due"),
    [
        (datetime(2026, 3, 28, 9, tzinfo=UTC), date(2026, 3, 23), datetime(2026, 3, 29, 8, tzinfo=UTC)),
        (datetime(2026, 10, 24, 8, tzinfo=UTC), date(2026, 10, 5), datetime(2026, 10, 25, 9, tzinfo=UTC)),
    ],
    ids=["spring", "autumn"],
)
async def test_the_clocks_change_overnight(
    stage: Stage, reread: Reread, now: datetime, start: date, due: datetime
) -> None:
    """Tomorrow at 10:00 in Berlin is 23 or 25 hours away."""
    anna = await waiting(stage)
    await set_up(stage, timezone="Europe/Berlin", working_days="0123456")
    stage.clock.advance_to(now)
    async with stage.database.begin() as session:
        user_id = (await session.scalars(select(User.id))).one()
        times = {"due_at": now, "expires_at": now, "sent_at": now, "created_at": now, "updated_at": now}
        subject = CheckinSubject(start)
        key = {"dedup_key": subject.dedup_key, "subject": subject.payload}
        session.add(Delivery(user_id=user_id, kind="checkin", state="sent", **key, **times))
    await anna.presses(data=f"c2:tomorrow:{start.toordinal()}:0")
    assert [row.due_at for row in await reread(SNOOZED)] == [due]
    assert due.astimezone(ZoneInfo("Europe/Berlin")).time() == time(10)
    assert plain(anna.screen).startswith("Хорошо, напомню завтра в 10:00.")
    [marked] = [entity for entity in anna.message["entities"] if entity["type"] == "date_time"]
    said = anna.screen[marked["offset"] : marked["offset"] + marked["length"]]
    assert (said, marked["unix_time"]) == ("10:00", int(due.timestamp()))


async def test_a_reminder_on_its_way_and_a_snooze_are_one_message(stage: Stage, reread: Reread) -> None:
    """The reminder was claimed when its reader snoozed the invitation; it leaves, and the snoozed one does not."""
    anna = await invited(stage)
    soon = data_of(anna, "Через 2")
    stage.clock.advance_to(moscow(13))
    claims = stage.app.services.claims
    async with stage.database.begin() as session:
        (due,) = await claims.claim(session, stage.clock(), 5) or []
    await anna.presses(data=soon)
    assert len(await reread(SNOOZED)) == 1
    async with stage.database.begin() as session:
        assert await claims.mark_sending(session, due, stage.clock())
    async with stage.database.begin() as session:
        await claims.record_outcome(session, due, Outcome.SENT, stage.clock())
    assert [text for _, text in await live(stage, anna, moscow(16, 23)) if "минутка" in text] == []


@pytest.mark.parametrize("label", ["Завтра", "Не в этот раз"])
async def test_what_rides_along_stays(stage: Stage, label: str) -> None:
    anna = await waiting(stage)
    await set_up(stage, pulse_on=True, pulse_weekday=1, pulse_time=time(15))
    stage.clock.advance_to(moscow(10))
    assert await stage.tick() == 1
    await anna.presses(label)
    await anna.presses("Ответить на 3")
    assert "вымотала" in anna.screen


async def test_the_second_message_of_a_week_takes_the_pulse_along(stage: Stage) -> None:
    """Or a snooze would cost the pulse, for which no third message is left."""
    anna = await invited(stage)
    await set_up(stage, pulse_on=True)
    await stage.tick()
    await anna.presses("Завтра")
    assert await live(stage, anna, moscow(15)) == [
        ("11.03 10:00", f"{WISHED}\n\nИ три вопроса о неделе, до воскресенья.")
    ]


async def test_a_snooze_goes_round_the_organisations_own_day_off(stage: Stage) -> None:
    now = stage.clock()
    async with stage.database.begin() as session:
        day = date(2026, 3, 11)
        session.add(CompanyDay(first=day, last=day, is_working=False, created_at=now, updated_at=now))
    anna = await invited(stage)
    await anna.presses("Завтра")
    assert "Хорошо, напомню 12 марта (четверг) в 10:00." in plain(anna.screen)
    assert await live(stage, anna, moscow(16)) == [("12.03 10:00", WISHED)]


async def test_not_this_time_ends_it_and_may_be_taken_back(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    never = data_of(anna, "Не в этот раз")
    await anna.presses(data=never)
    assert plain(anna.screen).startswith("Хорошо, не в этот раз. Больше не напомню. Вернёмся к вопросам 7 апреля.")
    await anna.presses("Хорошо")
    assert "Самопроверка: отложена до 7 апреля." in plain(anna.screen)
    await anna.presses(data=never)
    await anna.presses("Всё же ответить")
    assert "1 из 20" in plain(anna.screen)
    assert await live(stage, anna, moscow(23)) == []
    assert await reread(SNOOZED) == []


async def test_not_this_time_keeps_what_is_answered(stage: Stage, reread: Reread) -> None:
    anna = await invited(stage)
    never = data_of(anna, "Не в этот раз")
    await anna.presses("Начать")
    await answers(stage, anna, CALM, until=3)
    await anna.presses(data=never)
    assert plain(anna.screen) == "Сохранено: 3 из 20. Продолжить можно до 22 марта."
    assert [draft.position for draft in await reread(select(Draft))] == [3]
    assert await live(stage, anna, moscow(23)) == []


async def test_who_wants_no_reminders_gets_the_one_that_they_asked_for(stage: Stage) -> None:
    anna = await invited(stage)
    tomorrow = data_of(anna, "Завтра")
    await anna.presses(data="v1:kind_off:checkin_reminder")
    await anna.presses(data=tomorrow)
    assert await live(stage, anna, moscow(23)) == [("11.03 10:00", WISHED)]
