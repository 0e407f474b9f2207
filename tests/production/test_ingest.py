"""Every update comes to its end once: failures are dead-lettered with an outline and one apology, and block nobody."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiogram.types import Update
from sqlalchemy import select

from content import Content
from db.database import Database
from db.outages import DatabaseUnavailable
from models import Assessment, DeadLetter, Draft, Recommendation, User
from playground.world.entities import Chat
from services.system import dead_letters
from services.wellbeing.checkin.short_way import Write, go_on_by_one
from tests.conftest import ConfigureLogs, Reread
from tests.databases import Databases
from tests.fakes.stage import Player, Stage
from tests.people import member
from transport import ingest

PRESSED = "handlers.wellbeing.checkin.go_on_by_one"  # what nearly every press comes down to
SORRY = "Что-то сломалось на нашей стороне"
TYPED = "никому не говори"


class Broken:
    """A service whose every method fails, with what a person typed in the message of the exception."""

    def __init__(self) -> None:
        self.attempts = 0

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: object, **__: object) -> None:
            self.attempts += 1
            raise ValueError(TYPED)

        return fail


async def test_a_failing_press_is_tried_three_times_and_dead_lettered(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await member(stage, 1001, "Анна")
    broken = Broken()
    monkeypatch.setattr(PRESSED, broken.go_on_by_one)

    started = time.monotonic()
    await anna.presses(data="a1:1:1:0:3")

    assert broken.attempts == 3
    assert time.monotonic() - started < 5  # a second, on a machine that has time
    (letter,) = await reread(select(DeadLetter))
    assert (letter.kind, letter.telegram_id) == ("callback_query", 1001)
    assert letter.handler == "wellbeing.checkin.answer_in_passing"
    assert (letter.error, letter.callback_data) == ("ValueError", "a1:1:1:0:3")
    assert sum(SORRY in message["text"] for message in anna.messages) == 1
    assert 'outcome="dead_lettered"' in stage.app.metrics.text().decode()


async def test_what_was_typed_is_kept_nowhere(
    stage: Stage,
    reread: Reread,
    configure_logs: ConfigureLogs,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    anna = await member(stage, 1001, "Анна")
    monkeypatch.setattr("views.home.not_understood", None)
    configure_logs("DEBUG", as_json=False, folder=None, sql_echo=True)

    await anna.says(TYPED)

    (letter,) = await reread(select(DeadLetter))
    assert (letter.kind, letter.error, letter.callback_data) == ("message", "TypeError", None)
    assert TYPED not in str(vars(letter))
    shown = capfd.readouterr()
    assert "update dead-lettered" in shown.err
    assert TYPED not in shown.err + shown.out
    assert SORRY in anna.screen


async def test_others_are_served_while_one_fails(stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1002, "Борис")

    async def fail_for_anna(write: Write, content: Content, account: int, *rest: Any) -> Any:
        if account == anna.id:
            raise RuntimeError
        return await go_on_by_one(write, content, account, *rest)

    monkeypatch.setattr(PRESSED, fail_for_anna)
    for person in (anna, boris):
        person.queue_press(person.buttons[0][0])
    await stage.settle()

    drafts = {draft.user_id: draft.position for draft in await reread(select(Draft))}
    assert drafts == {1: 0, 2: 1}
    (letter,) = await reread(select(DeadLetter))
    assert (letter.telegram_id, letter.handler) == (1001, "wellbeing.checkin.answer_in_passing")


async def test_an_invite_is_not_kept_with_a_failed_joining(stage: Stage, reread: Reread) -> None:
    anna = stage.person(1001, "Анна")
    stage.app.dispatcher["onboarding"] = Broken()
    await anna.starts()
    await anna.presses(data=f"j1:agree:ru:{stage.app.content.consent.version}:" + "x" * 43)

    assert {letter.callback_data for letter in await reread(select(DeadLetter))} == {None, "j1:"}


async def test_an_update_that_comes_again_is_answered_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = stage.person(1001, "Анна")
    stage.world.person_sends(1001, "/start")
    (update,) = stage.waiting()
    for _ in range(2):
        await stage.app.ingest.take([update])
    assert len(anna.messages) == 1
    monkeypatch.setattr("transport.repetitions.REMEMBERED_SECONDS", 0)
    await stage.app.ingest.take([update])
    assert len(anna.messages) == 2


@pytest.mark.both_databases
async def test_no_invite_stands_in_a_dead_letter(stage: Stage, reread: Reread) -> None:
    """Whatever button carries its token."""
    token = "x" * 43
    async with stage.database.begin() as session:
        for number, data in enumerate([f"n7:ru:{token}", f"j1:agree:ru:1:{token}", f"zz:{token}", "n5:list:0:0:"]):
            await dead_letters.store(
                session,
                update_id=number,
                kind="callback_query",
                telegram_id=1001,
                handler="h",
                error="e",
                callback_data=data,
                now=stage.clock(),
            )
    assert await reread(select(DeadLetter.callback_data).order_by(DeadLetter.update_id)) == [
        "n7:",
        "j1:",
        "zz:",
        "n5:list:0:0:",
    ]
    async with stage.database.begin() as session:
        assert [one.can_be_repeated for one in await dead_letters.find_all(session)] == [False, False, False, True]
        assert await dead_letters.want_retry(session, [0, 1, 2]) == 0

    stage.clock.advance(days=89)
    await stage.tick()
    assert len(await reread(select(DeadLetter))) == 4
    stage.clock.advance(days=2)
    await stage.tick()
    assert await reread(select(DeadLetter)) == []


@pytest.mark.both_databases
async def test_a_press_is_repeated_when_an_operator_asks(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    data = anna.message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PRESSED, Broken().go_on_by_one)
        await anna.presses(data=data)
    async with stage.database.begin() as session:
        assert await dead_letters.want_retry(session) == 1

    await asyncio.gather(stage.app.ingest.repeat_presses(), stage.app.ingest.repeat_presses())

    assert await reread(select(Draft.position)) == [1]
    assert await reread(select(DeadLetter)) == []
    assert "2 из 20" in anna.screen.replace("\xa0", " ")
    assert all("answerCallbackQuery" in refusal for refusal in stage.telegram.take_refusals())


async def test_a_repeated_press_that_fails_again_is_dead_lettered_again(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await member(stage, 1001, "Анна")
    monkeypatch.setattr(PRESSED, Broken().go_on_by_one)
    await anna.presses(data="a1:1:1:0:3")
    async with stage.database.begin() as session:
        await dead_letters.want_retry(session)
    await stage.app.ingest.repeat_presses()
    await stage.app.ingest.repeat_presses()
    stage.telegram.take_refusals()

    (letter,) = await reread(select(DeadLetter))
    assert (letter.retry_wanted, letter.callback_data) == (False, "a1:1:1:0:3")


@pytest.mark.both_databases
async def test_what_looks_like_an_outage_while_the_database_answers_is_a_failure(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await member(stage, 1001, "Анна")

    async def miss_a_file(*_: object, **__: object) -> None:
        raise FileNotFoundError("chart.ttf")

    monkeypatch.setattr(PRESSED, miss_a_file)
    await anna.presses(anna.buttons[0][0])
    assert [letter.error for letter in await reread(select(DeadLetter))] == ["FileNotFoundError"]


async def test_updates_that_cannot_be_understood_are_dead_lettered(stage: Stage, reread: Reread) -> None:
    readable = {"update_id": 70, "message": {"message_id": 1, "date": 1, "chat": {"id": "x"}}}
    assert await stage.app.ingest.read(readable) is None
    (letter,) = await reread(select(DeadLetter))
    assert (letter.update_id, letter.kind, letter.error) == (70, "unreadable", "ValidationError")


FORWARDED = {"type": "hidden_user", "date": 1422450181}  # Telegram has forwards from people without a name
BAD_PARTS: dict[str, Any] = {
    "forward_origin": FORWARDED,
    "external_reply": {"origin": FORWARDED},
    "quote": {"position": "first"},
    "reply_to_message": {"message_id": 3, "forward_origin": FORWARDED},
    "entities": [{"type": "bold"}],
    "via_bot": {"id": "somebody"},
    "photo": [{"file_id": 5}],
    "story": "of the day",
    "link_preview_options": 7,
}


def raw_message(person: Player, **more: Any) -> dict[str, Any]:
    """A typed message as Telegram sends it."""
    account = {"id": person.id, "is_bot": False, "first_name": "Анна", "language_code": "ru"}
    chat = {"id": person.id, "type": "private", "first_name": "Анна"}
    content = {"message_id": 9001, "date": 1772600000, "chat": chat, "from": account, "text": "/menu"}
    return {"update_id": 900001, "message": {**content, **more}}


async def test_words_are_read_without_the_foreign_parts_that_cannot_be(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    for number, parts in enumerate([*([part] for part in BAD_PARTS), list(BAD_PARTS)]):
        before = len(anna.messages)
        bad = raw_message(anna, message_id=9001 + number, **{part: BAD_PARTS[part] for part in parts})
        await stage.app.ingest.take_raw([bad | {"update_id": 900001 + number}])
        assert len(anna.messages) == before + 1, parts
        assert anna.screen.startswith("Выдох · Анна"), parts
    assert await reread(select(DeadLetter)) == []


# --- updates that Telegram sends and nobody expects ------------------------------------------------------------------


async def test_a_forward_from_a_hidden_user_without_a_name_is_read(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 7300000001, "Анна")
    await stage.app.ingest.take_raw([raw_message(anna, forward_origin=FORWARDED)])
    assert anna.screen.startswith("Выдох · Анна")
    assert await reread(select(DeadLetter)) == []


async def test_a_changed_auto_delete_timer_is_passed_over(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 7300000001, "Анна")
    before = len(anna.messages)
    changed = raw_message(anna, message_auto_delete_timer_changed={"message_auto_delete_time": 86400})
    del changed["message"]["text"]
    await stage.app.ingest.take_raw([changed])
    assert len(anna.messages) == before
    assert await reread(select(DeadLetter)) == []


async def test_an_album_of_ten_gets_one_answer(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 7300000001, "Анна")
    before = len(anna.messages)
    picture = [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]
    album = []
    for number in range(10):
        part = raw_message(anna, message_id=9010 + number, photo=picture, media_group_id="g1")
        del part["message"]["text"]
        album.append({**part, "update_id": 900010 + number})
    await stage.app.ingest.take_raw(album)
    assert len(anna.messages) == before + 1
    assert await reread(select(DeadLetter)) == []


async def test_a_command_in_a_topic_is_answered_there(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 7300000001, "Анна")
    talk = Chat(-1002000000001, title="Команда", started=True, topics=[77])
    stage.world.group_id, stage.world.chats[talk.id] = talk.id, talk
    place = {"id": talk.id, "type": "supergroup", "title": "Команда", "is_forum": True}
    command = {"text": "/start@exhale_playground_bot", "message_thread_id": 77, "is_topic_message": True}
    await stage.app.ingest.take_raw([raw_message(anna, chat=place, **command)])
    (answer,) = talk.messages.values()
    assert answer["message_thread_id"] == 77
    assert await reread(select(DeadLetter)) == []


async def test_an_edit_right_after_its_message_breaks_nothing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 7300000001, "Анна")
    typed = raw_message(anna, text="+7 900 111-11-11")
    edit = {**typed["message"], "text": "+7 900 222-22-22", "edit_date": 1772600060}
    await stage.app.ingest.take_raw([typed, {"update_id": 900031, "edited_message": edit}])
    assert await reread(select(DeadLetter)) == []


async def test_a_press_is_read_without_the_message_that_cannot_be(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    stage.world.person_presses(anna.id, 1, "g1:menu")
    (update,) = stage.world.take_updates()
    update["callback_query"]["message"] = {"message_id": 1, "chat": {"id": "x"}, "date": 1}
    await stage.app.ingest.take_raw([update])
    assert anna.screen.startswith("Выдох · Анна")
    assert await reread(select(DeadLetter)) == []


BROKEN: list[dict[str, Any]] = [
    {"text": 5},
    {"caption": ["a"]},
    {"chat": {"id": "x"}},
    {"date": None},
    {"message_id": "first"},
]


async def test_who_cannot_be_understood_at_all_is_told_so(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    for number, broken in enumerate(BROKEN):
        before = len(anna.messages)
        await stage.app.ingest.take_raw([raw_message(anna, **broken) | {"update_id": 900001 + number}])
        (*_, letter) = letters = await reread(select(DeadLetter).order_by(DeadLetter.update_id))
        assert len(letters) == number + 1, broken
        assert (letter.kind, letter.telegram_id, letter.error) == ("unreadable", 1001, "ValidationError"), broken
        assert len(anna.messages) == before + 1, broken
        assert SORRY in anna.screen


async def test_what_cannot_be_understood_in_a_group_is_nobody_s_business(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    before = anna.messages
    talk = {"id": stage.world.group_id, "type": "group", "title": "Команда"}
    await stage.app.ingest.take_raw([raw_message(anna, chat=talk, text=5)])
    assert [letter.telegram_id for letter in await reread(select(DeadLetter))] == [1001]
    assert anna.messages == before


async def test_a_sender_who_cannot_be_read_stops_nobody(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    senders: list[object] = ["Анна", {"id": "1001"}, None, {"id": 1001, "language_code": 7}]
    for number, sender in enumerate(senders, start=1):
        broken = raw_message(anna, text=5) | {"update_id": 900000 + 2 * number}
        broken["message"]["from"] = sender
        await stage.app.ingest.take_raw([broken, raw_message(anna) | {"update_id": 900001 + 2 * number}])
        assert len(await reread(select(DeadLetter))) == number, sender
        assert anna.screen.startswith("Выдох · Анна"), sender


async def test_an_outage_while_updates_are_read_is_waited_for(
    stage: Stage, reread: Reread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be understood is written down, and for that the database may be unavailable, too."""
    store, outages = dead_letters.store, iter((True, True, False))

    async def falters(*given: Any, **named: Any) -> None:
        if next(outages):
            raise DatabaseUnavailable("in this test")
        await store(*given, **named)

    monkeypatch.setattr(ingest, "UNAVAILABLE_PAUSES", (0.01,))
    monkeypatch.setattr(dead_letters, "store", falters)
    await stage.app.ingest.take_raw([{"update_id": 70, "message": {"message_id": 1, "date": 1, "chat": {"id": "x"}}}])
    assert len(await reread(select(DeadLetter))) == 1


@pytest.mark.filterwarnings("ignore:Detected unknown update type")
async def test_a_kind_that_nobody_knows_yet_hurts_nobody(stage: Stage, reread: Reread) -> None:
    update = await stage.app.ingest.read({"update_id": 71, "mind_reading": {"from": {"id": 1001}}})
    assert update is not None
    await stage.app.ingest.finish(update)
    assert await reread(select(DeadLetter)) == []


async def test_one_person_is_served_one_update_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0

    async def slowly(*_: object) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    monkeypatch.setattr(stage.app.dispatcher, "feed_update", slowly)
    anna, boris = stage.person(1001, "Анна"), stage.person(1002, "Борис")
    for _ in range(3):
        stage.world.person_sends(anna.id, "раз")
    anna_s = stage.waiting()
    await asyncio.gather(*(stage.app.ingest.finish(update) for update in anna_s))
    assert most == 1

    most = 0
    for person in (anna, boris):
        stage.world.person_sends(person.id, "два")
    await stage.settle()
    assert most == 2


# --- the same update again -------------------------------------------------------------------------------------------


class Echo(Stage):
    """A Telegram that sends every update twice, the second time with everything that came since the last look."""

    async def settle(self) -> None:
        while updates := self.waiting():
            await self.app.ingest.take(updates)
            again = [Update.model_validate(update.model_dump(), context={"bot": self.app.bot}) for update in updates]
            await self.app.ingest.take(again)


async def rows_of(reread: Reread) -> dict[str, Any]:
    """What a story leaves behind, without what differs from run to run."""
    return {
        "people": [(u.telegram_id, u.name, u.locale, u.role) for u in await reread(select(User).order_by(User.id))],
        "results": [(a.user_id, a.score, a.answers) for a in await reread(select(Assessment).order_by(Assessment.id))],
        "steps": [
            (r.user_id, r.content_id, r.state, r.completed)
            for r in await reread(select(Recommendation).order_by(Recommendation.id))
        ],
        "drafts": len(await reread(select(Draft))),
        "failed": len(await reread(select(DeadLetter))),
    }


async def tell_a_story(stage: Stage) -> None:
    """Two people join; one answers everything with a look back, tries a step, takes it back and does it again."""
    anna, boris = await member(stage, 1001, "Анна"), await member(stage, 1002, "Борис")
    for number in range(20):
        await press_option(anna, number % 5)
        if number == 3:
            await anna.presses("Назад")
            await press_option(anna, 4)
    await press_option(boris, 2)
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[0][0])
    for label in ("Попробую", "Так и сделаю", "Сделано", "Вернуть", "Сделано"):
        if any(label in text for row in anna.buttons for text in row):
            await anna.presses(label)
    await anna.says("/pause")
    await boris.says("привет")


async def press_option(person: Player, row: int) -> None:
    await person.presses(person.buttons[row][0], message_id=person.message["message_id"])


@pytest.mark.both_databases
async def test_an_update_that_comes_twice_has_one_effect(stage: Stage, reread: Reread, databases: Databases) -> None:
    await tell_a_story(stage)
    once = await rows_of(reread)
    assert once["results"], "the story did not get far enough"
    assert once["steps"], "the story did not get far enough"

    url = databases.migrated()
    database = Database(url)
    echo = Echo(database, stage.clock)
    await tell_a_story(echo)

    async def reread_echo(statement: Any) -> list[Any]:
        async with database.read() as session:
            return list((await session.execute(statement)).scalars())

    assert await rows_of(reread_echo) == once
    await database.dispose()
    databases.drop(url)
