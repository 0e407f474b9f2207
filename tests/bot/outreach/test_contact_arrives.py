"""«Ask HR to contact me»: the request arrives whatever HR is doing, and its author learns how far it got."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from models import ContactRequest, Delivery, User
from services.account import users
from services.account.settings import SWITCHABLE
from services.outreach.contact.requests import SHOWN_AFTER_CLOSING
from tests.bot.past import asked_hr
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import id_of, member, member_of

MOSCOW = ZoneInfo("Europe/Moscow")
BACK = date(2026, 4, 3)  # a Friday
WORDS = {
    "ru": {
        "ask": "Попросить HR связаться со мной",
        "telegram": "Здесь, в Telegram",
        "send": "Отправить",
        "away": "Ольга, вернётся 3\u00a0апреля",
        "sent": "Отправлено, пока не прочитано.",
        "undo": "Отменить отправку будет нельзя.",
        "contacts": "112",
        "read": "Прочитано",
        "answered": "Отметить: ответ дан",
        "warned": "прочитают её, возможно, только тогда",
        "all_away": "Сейчас в HR никого нет на месте",
        "open": "отправлена, ещё не прочитана",
        "seen": "прочитана.",
        "closed": "ответили.",
        "undelivered": "не дошла",
        "left": "отправлена, но этого человека",
        "pause": "придут и во время паузы",
    },
    "en": {
        "ask": "Ask HR to contact me",
        "telegram": "Here in Telegram",
        "send": "Send",
        "away": "Ольга, back on 3\u00a0April",
        "sent": "Sent. Not read yet.",
        "undo": "You can't take it back.",
        "contacts": "112",
        "read": "Read",
        "answered": "Mark as answered",
        "warned": "may not be read until that day",
        "all_away": "Nobody from HR is at work right now",
        "open": "sent, not read yet",
        "seen": ": read.",
        "closed": "answered.",
        "undelivered": "didn't arrive",
        "left": "sent, but that person",
        "pause": "still arrive during a pause",
    },
}
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


async def change(stage: Stage, person: Player, **values: object) -> None:
    """What this person has set, whatever way it was set."""
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == person.id).values(**values))


async def sends(player: Player, name: str, language: str = "ru") -> None:
    """From the help screen to the confirmation."""
    words = WORDS[language]
    await player.says("/help_now")
    await player.presses(words["ask"])
    await player.presses(name)
    await player.presses(words["telegram"])
    await player.presses(words["send"])


async def ticks_at(stage: Stage, day: date, hour: int) -> None:
    """One tick at this hour in Moscow."""
    stage.clock.advance_to(datetime.combine(day, time(hour), tzinfo=MOSCOW))
    await stage.tick()


@LANGUAGES
async def test_a_request_reaches_somebody_who_is_on_leave_for_a_month(stage: Stage, language: str) -> None:
    """Its author is told all the same that it has not been read, and may leave it so."""
    words = WORDS[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    boris = await member(stage, 1003, "Борис", role="hr", language=language)
    yana = await member(stage, 1004, "Яна", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await change(stage, olga, paused_until=BACK, muted_kinds=list(SWITCHABLE))
    await anna.says("/help_now")
    await anna.presses(words["ask"])
    assert [row[0] for row in anna.buttons[:-1]] == ["Борис", "Яна", words["away"]], "who is away stands last"
    assert words["contacts"] not in anna.screen
    await anna.presses(words["away"])
    assert words["warned"] in anna.screen
    await anna.presses(words["telegram"])
    assert words["undo"] in anna.screen
    await anna.presses(words["send"])
    assert words["sent"] in anna.screen
    heard = [len(player.messages) for player in (olga, boris, yana)]
    assert await stage.tick() == 1
    assert [len(player.messages) for player in (olga, boris, yana)] == [heard[0] + 1, *heard[1:]]
    assert "Анна" in olga.screen
    await ticks_at(stage, date(2026, 3, 5), 12)
    assert told(anna, UNREAD[language][0]) == 1
    await anna.presses(UNREAD[language][2])
    assert words["open"] in anna.screen


@LANGUAGES
async def test_where_all_are_away_the_contacts_outside_come_first(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await change(stage, olga, paused_until=BACK)
    await anna.says("/help_now")
    await anna.presses(words["ask"])
    assert anna.screen.index(words["contacts"]) < anna.screen.index(words["all_away"])
    await anna.presses(words["away"])
    await anna.presses(words["telegram"])
    await anna.presses(words["send"])
    assert words["sent"] in anna.screen
    assert await stage.tick() == 1


@LANGUAGES
async def test_in_the_evening_and_on_days_off_everybody_is_marked(stage: Stage, language: str) -> None:
    await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    marked = {"ru": "Ольга, вернётся ", "en": "Ольга, back on "}[language]
    for day, hour, back in ((4, 22, 5), (5, 8, None), (7, 12, 9)):
        stage.clock.advance_to(datetime(2026, 3, day, hour, tzinfo=MOSCOW))
        await anna.says("/help_now")
        await anna.presses(WORDS[language]["ask"])
        month = {"ru": "\u00a0марта", "en": "\u00a0March"}[language]
        assert anna.buttons[0] == [f"{marked}{back}{month}" if back else "Ольга"]


@LANGUAGES
async def test_a_request_at_night_waits_for_the_first_working_hour(stage: Stage, language: str) -> None:
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await change(stage, olga, checkin_time=time(19))
    stage.clock.advance_to(datetime(2026, 3, 6, 23, tzinfo=MOSCOW))  # a Friday
    await sends(anna, "Ольга", language)
    assert WORDS[language]["open"] in anna.screen
    for day, hour in ((6, 23), (7, 12), (9, 8), (9, 9)):
        await ticks_at(stage, date(2026, 3, day), hour)
        has_come = any("Анна" in message["text"] for message in olga.messages)
        assert has_come is ((day, hour) == (9, 9))


async def test_few_working_days_and_a_long_silence_lose_nothing(stage: Stage, reread: Reread) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await change(stage, olga, working_days="1", checkin_weekday=1, pulse_weekday=1)
    await asked_hr(stage, anna, olga)
    await ticks_at(stage, date(2026, 3, 5), 12)
    stage.clock.advance(days=12)  # the bot was off; it is a Tuesday again
    await stage.tick()
    assert any("Анна" in message["text"] for message in olga.messages)
    notices = await reread(select(Delivery).where(Delivery.kind == "contact_request"))
    assert [row.state for row in notices] == ["sent"]


@LANGUAGES
async def test_every_state_is_shown_as_it_is(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await asked_hr(stage, anna, olga)
    for step, state in ((None, "open"), ("tick", "open"), ("read", "seen"), ("answered", "closed")):
        if step == "tick":
            await stage.tick()
        elif step is not None:
            await olga.presses(words[step])
        await anna.says("/help_now")
        assert words[state] in anna.screen


@LANGUAGES
async def test_hr_on_a_pause_knows_that_requests_still_come(stage: Stage, language: str) -> None:
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    for person, is_told in ((olga, True), (anna, False)):
        await person.says("/pause")
        assert (WORDS[language]["pause"] in person.screen) is is_told


UNREAD = {
    "ru": ("Просьба пока не прочитана. Выбрать кого-то ещё?", "Выбрать кого-то ещё", "Оставить как есть"),
    "en": ("Your request hasn't been read yet. Choose someone else?", "Choose someone else", "Leave it as it is"),
}
LOST = {"ru": "ответить некому", "en": "no one to answer"}


def told(player: Player, words: str) -> int:
    return sum(words in message["text"] for message in player.messages)


@LANGUAGES
async def test_an_unread_request_is_told_once_and_leads_to_another(stage: Stage, language: str) -> None:
    says, another, leave_it = UNREAD[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    boris = await member(stage, 1003, "Борис", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await change(stage, anna, paused_until=BACK)
    stage.clock.advance_to(datetime(2026, 3, 6, 15, tzinfo=MOSCOW))  # a Friday
    await asked_hr(stage, anna, olga)
    await stage.tick()
    for day, hour in ((7, 15), (9, 14)):
        await ticks_at(stage, date(2026, 3, day), hour)
        assert told(anna, says) == 0
    stage.restart()
    await ticks_at(stage, date(2026, 3, 9), 15)
    assert told(anna, says) == 1
    assert (
        anna.screen.splitlines()[0] == {"ru": "Выдох: сообщение для вас.", "en": "Exhale: a message for you."}[language]
    )
    assert anna.buttons == [[another], [leave_it]]
    await anna.presses(another)
    await anna.presses("Борис")
    await anna.presses(WORDS[language]["telegram"])
    await anna.presses(WORDS[language]["send"])
    await stage.tick()
    assert "Анна" in boris.screen
    await boris.presses(WORDS[language]["read"])
    for day in (10, 13):
        await ticks_at(stage, date(2026, 3, day), 16)
    assert told(anna, says) == 0, "the message became the choice; neither request is told of again"


@LANGUAGES
@pytest.mark.parametrize("is_delivered", [True, False])
async def test_whoever_leaves_with_requests_open_does_not_leave_their_authors_waiting(
    stage: Stage, language: str, is_delivered: bool
) -> None:
    """In whatever way: each of HR leaves in another one, and each has a request of somebody else."""
    leaving = {}
    for number, how in enumerate(("offboarded", "demoted", "erased", "blocked")):
        olga = await member(stage, 1002 + number, f"Ольга {number}", role="hr", language=language)
        leaving[how] = olga, await member(stage, 2002 + number, f"Анна {number}", language=language)
        await asked_hr(stage, leaving[how][1], olga)
    if is_delivered:
        await stage.tick()
    await change(stage, leaving["offboarded"][0], offboarded_at=stage.clock())
    await change(stage, leaving["demoted"][0], role="employee")
    async with stage.database.begin() as session:
        await users.erase(session, (await member_of(stage, leaving["erased"][0])).id)
    await leaving["blocked"][0].blocks()
    for _ in range(2):
        await stage.tick()
    stage.restart()
    await stage.tick()
    if not is_delivered:
        stage.telegram.take_refusals()  # the request to whoever blocked the bot
    for how, (_, anna) in leaving.items():
        assert told(anna, LOST[language]) == 1, how
    await ticks_at(stage, date(2026, 3, 10), 12)
    for how, (_, anna) in leaving.items():
        assert told(anna, UNREAD[language][0]) == 0, how
        await anna.presses(UNREAD[language][1])
        assert "Ольга" not in str(anna.buttons), how
        await anna.says("/help_now")
        expected = WORDS[language]["left" if is_delivered and how != "erased" else "undelivered"]
        assert expected in anna.screen, how


async def test_the_authors_of_what_was_read_lately_are_told_when_its_reader_leaves(stage: Stage) -> None:
    """What was read long ago was most likely answered outside the bot."""
    olga = await member(stage, 1002, "Ольга", role="hr")
    anna, boris = await member(stage, 1001, "Анна"), await member(stage, 1003, "Борис")
    for author in (anna, boris):
        await asked_hr(stage, author, olga)
        await stage.tick()
        await olga.presses("Прочитано")
    async with stage.database.begin() as session:
        hers = ContactRequest.user_id == await id_of(stage, anna)
        long_ago = stage.clock() - SHOWN_AFTER_CLOSING - timedelta(days=1)
        await session.execute(update(ContactRequest).where(hers).values(updated_at=long_ago))
    await change(stage, olga, offboarded_at=stage.clock())
    for _ in range(2):
        await stage.tick()
    assert [told(author, LOST["ru"]) for author in (anna, boris)] == [0, 1]
    for author in (anna, boris):
        await author.says("/help_now")
        assert WORDS["ru"]["left"] in author.screen


async def test_one_who_blocked_the_bot_before_it_knew(stage: Stage) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await asked_hr(stage, anna, olga)
    stage.telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await stage.tick()
    await stage.tick()
    assert told(anna, LOST["ru"]) == 1


@pytest.mark.both_databases
async def test_two_replicas_tell_of_a_lost_request_once(stage: Stage, reread: Reread) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await asked_hr(stage, anna, olga)
    await change(stage, olga, offboarded_at=stage.clock())
    await asyncio.gather(*(stage.app.ticker._run_jobs() for _ in range(2)))
    await asyncio.gather(stage.app.ticker.tick(), stage.app.ticker.tick())
    assert told(anna, LOST["ru"]) == 1
    assert len(await reread(select(Delivery).where(Delivery.kind == "contact_lost"))) == 1


@LANGUAGES
async def test_the_administrator_sees_that_requests_stay_unanswered(stage: Stage, language: str) -> None:
    some = {"ru": "Есть просьбы о разговоре", "en": "Some requests for a talk"}[language]
    ten = {"ru": "дольше двух рабочих дней: 10", "en": "10 requests for a talk"}[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    admin = await member(stage, 1003, "Борис", role="admin", language=language)
    people = [await member(stage, 2000 + number, f"Анна {number}", language=language) for number in range(5)]
    stage.clock.advance_to(datetime(2026, 3, 5, 12, tzinfo=MOSCOW))  # a Thursday
    await asked_hr(stage, people[0], olga)
    for day, is_said in ((6, False), (8, False), (9, True)):
        stage.clock.advance_to(datetime(2026, 3, day, 13, tzinfo=MOSCOW))
        for person in (admin, olga):
            await person.says("/hr")
            assert (some in person.screen) is (is_said and person is admin)
    for person in people:  # the first one asks Ольга again, which is the same request
        for reader in (olga, admin):
            await asked_hr(stage, person, reader)
    stage.clock.advance(days=3)
    await admin.says("/hr")
    assert ten in admin.screen
    assert "Анна" not in admin.screen
    async with stage.database.begin() as session:
        await session.execute(update(ContactRequest).values(state="closed"))
    await admin.says("/hr")
    assert ten not in admin.screen
    assert some not in admin.screen
