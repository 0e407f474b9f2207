"""What nobody should send and somebody will: a clear sentence each time, nothing lost, nothing dead-lettered."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from keyboards.account import SettingsPage
from models import DeadLetter, Draft, User
from playground import Upload
from tests.bot.story import ON_SQLITE, SEED, answers, data_of, forgive_unmodified, plain, rows
from tests.conftest import Reread
from tests.fakes.stage import Stage
from tests.people import department, finished, invite, member, newcomer

PICTURE = Upload("cat.png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (8).to_bytes(4, "big") * 2 + b"\0" * 9)
OLD_BUTTON = "Эта кнопка устарела. Вот текущий экран."
NOT_YOURS = "Эта кнопка не ваша."
UNKNOWN = "Этого я не понимаю."
NOT_OPENED = "Картинки, стикеры и голосовые я не открываю."


GARBAGE = (
    "zzz",
    ":",
    "a1",
    "a1:",
    "a1:1:1:0",
    "a1:1:1:0:3:9",
    "a1:x:1:0:3",
    "a1:-1:1:0:3",
    "a1:99999999999999999999:1:0:3",
    "a1:2147483648:1:0:3",
    "a0:1:2:3",
    "m1:sideways:1:1:0",
    "m1:back:2147483648:1:0",
    "r1:show:2147483648",
    "r1:show:-5",
    "t1:card:2147483648",
    "t1:fly:1",
    "l1:open:2147483648",
    "l1:secret:0",
    "g1:moon",
    "j1:agree:de:1:",
    "c1:skipped:99999999999",
    "x1:de",
    "' OR 1=1 --",
    "🙂" * 16,
)


async def test_a_command_of_another_role_is_not_called_unknown(stage: Stage) -> None:
    anna, olga = await member(stage, 1001, "Анна"), await member(stage, 1002, "Olga", role="hr", language="en")
    for person, command, told in (
        (anna, "/hr", "Ваша роль этого не позволяет."),
        (anna, "/audit", "Ваша роль этого не позволяет."),
        (olga, "/audit", "Your role doesn't allow this."),
    ):
        await person.says(command)
        assert person.screen.startswith(told)


@pytest.mark.both_databases
async def test_garbage_in_a_button_leads_home(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=2)
    draft = (await reread(select(Draft.answers)))[0]
    for data in GARBAGE:
        await anna.presses(data=data)
        assert anna.toast == OLD_BUTTON, data
        assert plain(anna.screen).startswith("Выдох · Анна"), data
        assert anna.buttons[0] == ["Продолжить: 2 из 20"]
    assert await reread(select(Draft.answers)) == [draft]
    assert await reread(select(DeadLetter)) == []
    forgive_unmodified(stage)


@pytest.mark.both_databases
async def test_an_option_or_a_question_that_does_not_exist_is_refused(stage: Stage) -> None:
    anna = await newcomer(stage)
    _, draft, version, position, _ = data_of(anna, "Ни разу").split(":")
    before = await rows(stage)
    for data in (f"a1:{draft}:{version}:{position}:7", f"a1:{draft}:{version}:20:0", f"m1:skip:{draft}:{version}:20"):
        await anna.presses(data=data)
        assert anna.toast == NOT_YOURS, data
    assert await rows(stage) == before


@ON_SQLITE
async def test_a_button_of_an_old_version_and_a_message_of_last_month(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.presses(data="a0:5:3", inaccessible=True)
    assert anna.toast == OLD_BUTTON
    assert len(anna.messages) == 2, "what cannot be edited is answered with a new message"


@ON_SQLITE
async def test_what_is_sent_instead_of_words_gets_one_helpful_line(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=2)
    draft = (await reread(select(Draft.answers)))[0]
    for what in ({"sticker": True}, {"voice": True}, {"photo": PICTURE}, {"document": Upload("a.txt", b"x")}):
        await anna.sends(**what)
        assert NOT_OPENED in anna.screen
    for text in ("привет", "/nonsense", "/", "/checkinn", "1" * 4096, "<b>&lt;", "שלום", "🙂"):
        await anna.says(text)
        assert UNKNOWN in anna.screen, text
    assert await reread(select(Draft.answers)) == [draft]


@ON_SQLITE
async def test_a_command_under_a_picture_is_a_command(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Написать свой план")
    await anna.sends(photo=PICTURE, text="/cancel")
    assert "Хорошо, отменено." in anna.screen
    await anna.sends(photo=PICTURE, text="/cancel")
    assert "Сейчас отменять нечего." in anna.screen
    assert await reread(select(DeadLetter)) == []


@ON_SQLITE
async def test_a_command_in_the_middle_of_typing_ends_it(stage: Stage) -> None:
    anna = await finished(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    own_plan = data_of(anna, "Написать свой план")
    for command in ("/menu", "/cancel", "/checkin", "/help", "/nonsense"):
        stage.clock.advance(seconds=11)
        await anna.presses(data=own_plan)
        await anna.says(command)
        assert ("Хорошо, отменено." in anna.screen) is (command == "/cancel")
        stage.clock.advance(seconds=11)
        await anna.says("Это уже не план")
        assert UNKNOWN in anna.screen, command


@ON_SQLITE
async def test_cancel_with_nothing_to_cancel_is_home(stage: Stage) -> None:
    anna = await newcomer(stage)
    await anna.says("/cancel")
    assert plain(anna.screen).startswith("Выдох · Анна\n\nСейчас отменять нечего.")


@ON_SQLITE
async def test_in_a_group_the_bot_says_only_where_to_find_it(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    before = await reread(select(User))
    talk = stage.world.group_id

    async def said(**what: object) -> list[str]:
        known = len(stage.world.chat(talk))
        await anna.sends(group=True, **what)
        return [message["text"] for message in stage.world.chat(talk)[known:] if message["from"]["is_bot"]]

    link = "Разговор личный, а здесь много глаз. Напишите мне в личный чат: https://t.me/exhale_playground_bot"
    for text in ("/start", "/menu", "/delete", "@exhale_playground_bot привет"):
        assert await said(text=text) == [link]
    for what in ({"text": "как дела?"}, {"sticker": True}):
        assert await said(**what) == [], "what people say to each other is not answered"
    await anna.says("удалить")
    assert await reread(select(User)) != [], "a command in a group has begun nothing in the private chat"
    assert len(await reread(select(User))) == len(before)


@ON_SQLITE
async def test_a_press_in_a_group_shows_nothing_there(stage: Stage) -> None:
    anna = await finished(stage)
    await anna.sends(group=True, text="/start")
    (reply,) = [m for m in stage.world.chat(stage.world.group_id) if m["from"]["is_bot"]]
    stage.world.person_presses(anna.id, reply["message_id"], "r1:show:0", group=True)
    await stage.settle()

    assert [m for m in stage.world.chat(stage.world.group_id) if "120" in m.get("text", "")] == []
    assert "Всего 78 из 120" in plain(anna.screen), "it comes into the private chat"


@ON_SQLITE
async def test_a_stranger_who_presses_or_types_is_told_how_to_get_in(stage: Stage) -> None:
    anna = await finished(stage)
    await department(stage, "Склад")
    before = await rows(stage)
    own = [data_of(anna, label) for label in ("Что может помочь", "Подробнее", "Скрыть", "Меню")]
    own += [SettingsPage(page=page).pack() for page in ("settled", "main")]
    stranger = stage.person(5555, "Чужая")
    for data in (*own, "a1:1:1:0:3", "c1:open:0", "d1:1", "t1:done:1", "zzz"):
        await stranger.presses(data=data)
        assert stranger.toast is not None
        assert stranger.toast.startswith("Это «Выдох», самопроверка для сотрудников"), data
        assert stranger.messages == [], data
    for text in ("привет", "/menu", "/checkin", "/delete", "удалить", "/cancel", "/recommendations"):
        await stranger.says(text)
        assert "Войти можно по ссылке от вашей компании." in stranger.screen, text
    for text, words in (("/help", "Как это устроено"), ("/help_now", "112"), ("/privacy", "Кто что видит")):
        await stranger.says(text)
        assert words in stranger.screen
    assert await rows(stage) == before


@ON_SQLITE
async def test_who_blocks_the_bot_is_unreachable_until_they_come_back(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    await anna.blocks()
    assert await reread(select(User.unreachable_at)) == [stage.clock()]
    await anna.unblocks()
    assert await reread(select(User.unreachable_at)) == [None]
    await anna.blocks()
    stage.world.chats[anna.id].blocked = False  # the update about it was lost, the next message is not
    await anna.says("/menu")
    assert await reread(select(User.unreachable_at)) == [None]
    assert plain(anna.screen).startswith("Выдох · Анна")


@ON_SQLITE
async def test_a_double_tap_answers_one_question(stage: Stage, reread: Reread) -> None:
    anna = await newcomer(stage)
    anna.queue_press("Очень редко")
    anna.queue_press("Очень редко")
    await stage.settle()
    assert await reread(select(Draft.position)) == [1]
    assert "2 из 20" in plain(anna.screen)
    forgive_unmodified(stage)


async def test_ids_of_somebody_else_change_nothing_and_show_nothing(stage: Stage) -> None:
    anna = await finished(stage, SEED, "Анна", pace=0.5)
    assessment = data_of(anna, "Подробнее").rsplit(":", 1)[1]
    await anna.says("/recommendations")
    recommendation = data_of(anna, anna.buttons[0][0]).rsplit(":", 1)[1]
    stage.clock.advance(days=28)
    await anna.says("/checkin")
    await answers(stage, anna, SEED, until=3)
    _, draft, version, position, _ = data_of(anna, "Ни разу").split(":")
    boris = stage.person(7777, "Борис")
    await boris.starts(await invite(stage))
    await boris.presses("Согласиться")
    before = await rows(stage)

    for action in ("show", "more", "redo"):
        await boris.presses(data=f"r1:{action}:{assessment}")
        assert boris.toast == NOT_YOURS, action
        assert "1 из 20" in plain(boris.screen)
    for action in ("card", "started", "done", "reopened", "declined", "plan", "own_plan", "source"):
        await boris.presses(data=f"t1:{action}:{recommendation}")
        assert boris.toast == NOT_YOURS, action
        assert "1 из 20" in plain(boris.screen)
    presses = (
        f"a1:{draft}:{version}:{position}:6",
        f"m1:skip:{draft}:{version}:{position}",
        f"m1:back:{draft}:{version}:{position}",
        f"m1:few:{draft}:{version}:0",
        f"c1:skipped:{draft}",
    )
    for data in presses:
        await boris.presses(data=data)
        assert "1 из 20" in plain(boris.screen), "a draft of somebody else is as if it were not there"
    assert await rows(stage) == before
    forgive_unmodified(stage)
