"""Promises: written by HR, read by the people concerned, and noticed or not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from keyboards.company import HrPage
from keyboards.outreach import NoteButton, PromiseButton, PromiseList, PromiseStep
from models import AuditEntry, Conversation, Delivery, Department, Grouping, Promise, Reaction, ReportingGroup, User
from services.account import users
from services.account.unit_of_work import UnitOfWork
from services.company import reporting_groups
from services.company.memberships import COMPANY, GroupKey
from services.kit.calendar import monday_of
from services.kit.errors import NotAllowed
from services.outreach.promise_draft import TEXT_LENGTH, PromiseDraft
from tests.bot.past import said
from tests.bot.presses import presses_twice
from tests.bot.story import ON_SQLITE
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import department, hr, member, member_of

PROMISES = select(Promise).order_by(Promise.id)
NOTES = select(Delivery).where(Delivery.kind == "note").order_by(Delivery.id)
REACTIONS = select(Reaction).order_by(Reaction.id)
ACTIONS = select(AuditEntry.action).order_by(AuditEntry.id)
TEXT = "Вторая пауза в смену,\nс 15:00"
TEXT_EN = "A second break per shift,\nfrom 3 pm"
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "new": "Дать обещание",
        "company": "Вся компания",
        "planned": "Будет сделано",
        "done": "Уже сделано",
        "skip": "Без второго текста",
        "confirm": "Сохранить и рассказать",
        "saved": "Сохранено.",
        "first": "Выдох: новость с работы.",
        "by": "до 18 марта 2026",
        "noticed": "Заметно",
        "not_yet": "Пока нет",
        "counted": "Спасибо, ответ учтён.",
        "earlier": "Ответ уже учтён: считается первый.",
        "news": "HR обещает: Вторая пауза в смену, с 15:00",
        "is_done": "Сделано",
        "keep": "Отметить и спросить людей",
        "two_weeks": "До 18\u00a0марта",
    },
    "en": {
        "new": "Make a promise",
        "company": "The whole company",
        "planned": "It will be done",
        "done": "It's done",
        "skip": "No second text",
        "confirm": "Save and tell people",
        "saved": "Saved.",
        "first": "Exhale: news from work.",
        "by": "by 18 March 2026",
        "noticed": "Noticed",
        "not_yet": "Not yet",
        "counted": "Thank you, your answer is counted.",
        "earlier": "You've already answered: the first answer counts.",
        "news": "HR promises: A second break per shift, from 3 pm",
        "is_done": "It's done",
        "keep": "Mark it and ask people",
        "two_weeks": "By 18\u00a0March",
    },
}


async def opens(player: Player) -> None:
    """The list of promises, as HR's panel leads to it."""
    await player.presses(data=HrPage(place="promises").pack())


async def writes(
    player: Player, text: str, *, target: str = "Вся компания", kind: str = "planned", language: str = "ru"
) -> None:
    """From the list to the question for the text in the second language."""
    words = WORDS[language]
    await opens(player)
    await player.presses(words["new"])
    await player.presses(target)
    await player.presses(words[kind])
    await player.says(text)


async def promises(player: Player, text: str = TEXT, **how: Any) -> None:
    """A promise in two weeks, or what was done, confirmed."""
    words = WORDS[how.get("language", "ru")]
    await writes(player, text, **how)
    await player.presses(words["skip"])
    if how.get("kind", "planned") == "planned":
        await player.presses(words["two_weeks"])
    await player.presses(words["confirm"])


async def promised(
    stage: Stage, author: Player, text: str = TEXT, *, target: GroupKey = COMPANY, is_done: bool = False
) -> int:
    """The id of a promise in two weeks, or of what was done, that HR has written and confirmed by now."""
    member, now = await member_of(stage, author), stage.clock()
    due = None if is_done else now.date() + timedelta(weeks=2)
    draft = PromiseDraft(target, is_done, "ru", {"ru": text}, due, "text", owner_id=member.id)
    async with stage.database.begin() as session:
        return (await stage.app.services.writing.make(UnitOfWork(session, member, now), draft)).id


async def opens_card(player: Player, id_: int) -> None:
    """The card of a promise, as an older message leads to it."""
    await player.presses(data=PromiseButton(action="card", id=id_).pack())


async def group(stage: Stage, name: str, *departments: str) -> GroupKey:
    """A reporting group that has been there since long ago."""
    async with stage.database.begin() as session:
        made = ReportingGroup(name=name, name_en=None, created_at=START, updated_at=START)
        session.add(made)
        await session.flush()
        for id_ in await session.scalars(select(Department.id).where(Department.name.in_(departments))):
            session.add(Grouping(department_id=id_, group_id=made.id, since=date(2026, 1, 5)))
        return GroupKey.of_group(made.id)


@pytest.mark.parametrize(("language", "reader"), [("ru", "en"), ("en", "ru")])
async def test_what_is_shown_is_what_people_read(stage: Stage, reread: Reread, language: str, reader: str) -> None:
    words, texts = WORDS[language], {"ru": TEXT, "en": TEXT_EN}
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", language=reader)
    await writes(olga, texts[language], target=words["company"], language=language)
    await olga.says(texts[reader])
    await olga.presses(words["two_weeks"])
    assert await reread(PROMISES) == [], "nothing before the last press"
    preview = olga.screen
    await presses_twice(stage, olga, words["confirm"])
    (promise,) = await reread(PROMISES)
    assert (promise.text, promise.text_en, promise.due, promise.state) == (TEXT, TEXT_EN, date(2026, 3, 18), "planned")
    assert promise.asked_at is None
    assert await reread(ACTIONS) == ["promised"]
    await stage.tick()
    assert anna.screen in preview
    assert anna.screen.startswith(WORDS[reader]["first"])
    assert WORDS[reader]["by"] in said(anna)
    assert olga.screen in preview
    assert olga.screen.startswith(words["first"])
    assert await stage.tick() == 0, "once"


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_done_asks_and_the_first_answer_counts(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    boris = await member(stage, 1003, "Борис", language=language)
    text = {"ru": TEXT, "en": TEXT_EN}[language]
    await promises(olga, text, target=words["company"], kind="done", language=language)
    assert words["saved"] in olga.screen
    await stage.tick()
    assert text in anna.screen
    await presses_twice(stage, anna, words["noticed"])
    assert words["counted"] in anna.screen or words["earlier"] in anna.screen
    assert words["noticed"] not in str(anna.buttons)
    (promise,) = await reread(PROMISES)
    await anna.presses(data=NoteButton(action="not_yet", promise=promise.id).pack())
    assert anna.toast == words["earlier"]
    stage.telegram.take_refusals()  # the screen is the same
    await boris.presses(words["not_yet"])
    assert boris.toast == words["counted"]
    ids = [(await member_of(stage, player)).id for player in (anna, boris)]
    assert [(row.user_id, row.noticed) for row in await reread(REACTIONS)] == [(ids[0], True), (ids[1], False)]
    assert (promise.state, promise.due, promise.asked_at) == ("done", None, START)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_planned_promise_is_kept(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga, anna = await hr(stage, language=language), await member(stage, 1001, "Анна", language=language)
    await promises(olga, {"ru": TEXT, "en": TEXT_EN}[language], target=words["company"], language=language)
    await stage.tick()
    assert words["noticed"] not in str(anna.buttons), "nothing to notice yet"
    await anna.says("/menu")
    assert words["news"] in anna.screen
    stage.clock.advance(days=1)
    await olga.presses(words["is_done"])
    assert words["first"] in olga.screen, "what people will be asked"
    assert (await reread(PROMISES))[0].state == "planned", "nothing before the last press"
    own, other = {"ru": ("Русский", "English"), "en": ("English", "Русский")}[language]
    assert olga.screen.index(own) < olga.screen.index(other), "the reader's own language first"
    await presses_twice(stage, olga, words["keep"])
    (promise,) = await reread(PROMISES)
    assert (promise.state, promise.asked_at) == ("done", stage.clock())
    assert await reread(ACTIONS) == ["promised", "kept_promise"]
    await stage.tick()
    assert {words["noticed"], words["not_yet"]} <= {label for row in anna.buttons for label in row}
    keys = {row.dedup_key for row in await reread(NOTES)}
    assert keys == {f"{promise.id}/planned", f"{promise.id}/done"}


async def test_only_the_people_concerned_are_told_and_may_answer(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    anna = await member(stage, 1001, "Анна", department="Склад")
    vera = await member(stage, 1004, "Вера", department="Доставка")
    await group(stage, "Дорога", "Доставка")
    await promised(stage, olga, target=GroupKey.of_department(await department(stage, "Склад")), is_done=True)
    await promises(olga, "Новые сиденья", target="Дорога", kind="done")
    first, second = [row.id for row in await reread(PROMISES)]
    await stage.tick()
    assert TEXT in anna.screen
    assert "Новые сиденья" in vera.screen
    for player, promise in ((vera, first), (anna, second), (olga, first)):
        for action in ("noticed", "open"):
            await player.presses(data=NoteButton(action=action, promise=promise).pack())
            assert player.toast == "Этого обещания больше нет."
        await player.says("/menu")
    assert await reread(REACTIONS) == []
    assert "Новые сиденья" in vera.screen
    assert "Новость" not in olga.screen
    targets = [(row.department_id is None, row.group_id is None) for row in await reread(PROMISES)]
    assert targets == [(False, True), (True, False)]


async def test_nobody_answers_before_being_asked_or_after_the_count(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    promise = await promised(stage, olga)
    answer = NoteButton(action="noticed", promise=promise).pack()
    await anna.presses(data=answer)
    assert await reread(REACTIONS) == []
    await olga.presses(data=PromiseButton(action="kept", id=promise).pack())
    stage.clock.advance_to(
        datetime.combine(monday_of(START.date()), START.timetz()) + timedelta(days=13, hours=11, minutes=59)
    )
    await anna.presses(data=answer)
    assert anna.toast == "Спасибо, ответ учтён."
    stage.clock.advance(minutes=2)  # Sunday 24:00 of the week after the one of asking, in Moscow
    await olga.presses(data=answer)
    assert olga.toast == "Ответы об этом уже собраны. Спасибо, что заглянули."
    assert len(await reread(REACTIONS)) == 1


async def test_people_who_left_switched_off_or_are_away(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    left, muted, away = [await member(stage, 1010 + n, name) for n, name in enumerate(("Ушла", "Тихо", "Отпуск"))]
    changes: dict[Player, dict[str, Any]] = {
        left: {"offboarded_at": START},
        muted: {"muted_kinds": ["note"]},
        away: {"paused_until": date(2026, 3, 10)},
    }
    async with stage.database.begin() as session:
        for player, values in changes.items():
            await session.execute(update(User).where(User.telegram_id == player.id).values(**values))
    heard = {player: len(player.messages) for player in changes}
    await promised(stage, olga, is_done=True)
    await stage.tick()
    assert {player: len(player.messages) for player in changes} == heard
    left_id = (await member_of(stage, left)).id
    assert left_id not in {row.user_id for row in await reread(NOTES)}
    for day in (10, 11):  # the first working day after a pause is silent
        assert "Вторая пауза" not in away.screen
        stage.clock.advance_to(datetime.fromisoformat(f"2026-03-{day}T10:00:00+03:00"))
        await stage.tick()
    assert "Вторая пауза" in away.screen, "it waits for them"
    assert not any("Вторая пауза" in message["text"] for message in muted.messages)


async def test_a_text_that_does_not_fit_is_asked_again_and_nothing_is_lost(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    long = "<b>" + "я" * 5000 + "</b>"  # the person's Telegram sends it in two parts
    await writes(olga, long[:4096], kind="planned")
    await olga.says(long[4096:])
    assert said(olga) == (
        "Знаков получилось 911, а помещается 500. Ничего не потерялось: пришлите текст короче, продолжим с этого места."
    )
    for unseen in ("\u200b \u202e — !", "\u3164 \u2800"):
        await olga.says(unseen)
        assert olga.screen == "Здесь нужны слова: что сделано или будет сделано."
    await olga.sends(sticker=True)
    assert olga.screen.startswith("Здесь нужны слова, а не")
    exact = "<i>" + "я" * (TEXT_LENGTH - 7) + "</i>"
    await olga.says("  " + exact + "\n\n\n\n")
    await olga.says("ы" * (TEXT_LENGTH + 1))
    assert "501" in olga.screen
    await olga.presses("Без второго текста")
    await olga.presses("До 11\u00a0марта")
    assert exact in olga.screen
    await olga.presses("Сохранить и рассказать")
    (promise,) = await reread(PROMISES)
    assert (promise.text, promise.text_en) == (exact, None)
    assert await reread(select(Conversation)) == []


async def test_a_date_that_cannot_be_is_asked_again_and_one_typed_later_changes_it(
    stage: Stage, reread: Reread
) -> None:
    olga = await hr(stage)
    await writes(olga, TEXT)
    await olga.presses("Без второго текста")
    for typed, answer in (
        ("03.03.2026", "Этот день уже прошёл"),
        ("01.01.2099", "Это больше чем через год"),
        ("31.02", "Такого дня в календаре нет"),
        ("когда-нибудь", "Не получилось понять"),
    ):
        await olga.says(typed)
        assert olga.screen.startswith(answer)
    for typed, day in (("завтра", 5), ("через неделю", 11), ("в пятницу", 6)):
        await olga.says(typed)
        assert f"до {day} марта 2026" in said(olga)
        assert TEXT in olga.screen
    await olga.says("31 февраля")
    assert olga.screen.startswith("Такого дня в календаре нет")
    for typed in ("ок", "спасибо!", "Третья пауза"):
        await olga.says(typed)
        assert olga.screen.startswith("Черновик остался прежним.")
    await olga.presses("Сохранить и рассказать")
    assert [(row.text, row.due) for row in await reread(PROMISES)] == [(TEXT, date(2026, 3, 6))]


async def test_an_old_preview_confirms_nothing_else(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await writes(olga, TEXT, kind="done")
    await olga.presses("Без второго текста")
    old, message = olga.buttons, olga.message["message_id"]
    assert ["Сохранить и рассказать"] in old
    await olga.presses("Написать иначе")
    await olga.says("Совсем другое")
    await olga.presses("Без второго текста")
    stamp = next(
        button["callback_data"]
        for row in olga.message["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"] == "Сохранить и рассказать"
    )
    other = PromiseStep(step="confirm", value="00000000").pack()
    await olga.presses(data=other, message_id=message)
    assert olga.toast == "Текст с тех пор изменился. Подтвердить можно под последним черновиком."
    assert await reread(PROMISES) == []
    await olga.presses(data=stamp)
    assert [row.text for row in await reread(PROMISES)] == ["Совсем другое"]
    await olga.presses(data=stamp)
    assert olga.toast is not None
    assert olga.toast.startswith("Этого черновика больше нет")
    assert len(await reread(PROMISES)) == 1


@pytest.mark.both_databases
async def test_confirmed_on_two_devices_at_once(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await writes(olga, TEXT, kind="done")
    await olga.presses("Без второго текста")
    for _ in range(5):
        olga.queue_press("Сохранить и рассказать")
    await stage.at_once()
    stage.telegram.take_refusals()  # «message is not modified» at most
    assert len(await reread(PROMISES)) == 1
    anna_id = (await member_of(stage, anna)).id
    assert len([row for row in await reread(NOTES) if row.user_id == anna_id]) == 1
    assert await reread(ACTIONS) == ["promised"]


async def test_a_new_date_is_told_to_those_who_know_the_old_one(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await promised(stage, olga)
    await stage.tick()
    boris = await member(stage, 1003, "Борис")  # nobody told him anything
    await opens(olga)
    await olga.presses("Вторая пауза")
    await olga.presses("Изменить дату")
    await olga.says("25 марта")
    await olga.presses("Сохранить и рассказать")
    assert [row.due for row in await reread(PROMISES)] == [date(2026, 3, 25)]
    assert await reread(ACTIONS) == ["promised", "changed_promise"]
    heard = len(boris.messages)
    await stage.tick()
    assert "новую дату, до 25 марта 2026" in said(anna)
    assert len(boris.messages) == heard
    await boris.says("/menu")
    assert "HR обещает: Вторая пауза" in boris.screen


async def test_a_new_text_is_simply_there(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна", language="en")
    await opens_card(olga, await promised(stage, olga))
    await olga.presses("Изменить текст")
    await olga.says("Третья пауза")
    await olga.says("A third break")
    assert "Ещё раз бот никому не напишет" in olga.screen
    notes = len(await reread(NOTES))
    await presses_twice(stage, olga, "Сохранить")
    assert [(row.text, row.text_en, row.due) for row in await reread(PROMISES)] == [
        ("Третья пауза", "A third break", date(2026, 3, 18))
    ]
    assert len(await reread(NOTES)) == notes
    await stage.tick()
    assert "A third break" in anna.screen, "what had not left yet has the new words"


async def test_a_promise_that_is_taken_back_is_gone(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    boris = await member(stage, 1003, "Борис")
    await boris.blocks()
    gone = await promised(stage, olga, is_done=True)
    await stage.tick()
    await anna.presses("Заметно")
    await opens_card(olga, gone)
    await olga.presses("Снять обещание")
    assert len(await reread(PROMISES)) == 1, "asked first"
    await olga.presses("Снять обещание")
    assert "Обещание снято." in olga.screen
    assert await reread(PROMISES) == await reread(REACTIONS) == []
    assert await reread(ACTIONS) == ["promised", "withdrew_promise"]
    for action in ("withdrawn", "kept", "card", "due"):
        await olga.presses(data=PromiseButton(action=action, id=gone).pack())
        assert olga.toast == "Этого обещания больше нет."
    await anna.says("/menu")
    assert "HR обещает" not in anna.screen
    assert await reread(ACTIONS) == ["promised", "withdrew_promise"]


async def test_what_was_asked_about_keeps_its_words(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    promise = await promised(stage, olga, is_done=True)
    for action in ("text", "due"):
        await olga.presses(data=PromiseButton(action=action, id=promise).pack())
        assert olga.toast is not None
        assert olga.toast.startswith("Это уже отмечено сделанным")
    assert await reread(select(Conversation)) == []


async def test_the_list_is_paged_open_first_by_date(stage: Stage) -> None:
    olga = await hr(stage)
    await opens(olga)
    assert "Пока ничего не обещано" in olga.screen
    async with stage.database.begin() as session:
        for number in range(11):
            is_done = number % 4 == 3
            session.add(
                Promise(
                    text=f"Дело {number:02}",
                    due=date(2026, 3, 20) - timedelta(days=2 * number),
                    state="done" if is_done else "planned",
                    asked_at=START if is_done else None,
                    author_audit_key="x",
                    created_at=START,
                    updated_at=START - timedelta(weeks=7 if number == 3 else 0),
                )
            )
    await opens(olga)
    order = [line.split("Дело ")[1][:2] for line in olga.screen.splitlines() if "Дело" in line]
    assert order == ["10", "09", "08", "06", "05", "04", "02", "01"], "by date"
    assert "просрочено на 4 дня" in said(olga)
    assert "это сегодня" in said(olga)
    await olga.presses("›")
    order = [line.split("Дело ")[1][:2] for line in olga.screen.splitlines() if "Дело" in line]
    assert order == ["00", "07"], "then what was done lately"
    await olga.presses(data=PromiseList(kind="promises", page=2**31 - 1).pack())
    assert "Страница 2 из 2" in said(olga)
    stage.telegram.take_refusals()  # the same page


async def test_employees_cannot(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    promise = await promised(stage, olga)
    for data in (
        HrPage(place="promises"),
        PromiseList(kind="targets", page=0),
        PromiseStep(step="planned", value="company"),
        PromiseStep(step="confirm", value="0"),
        PromiseButton(action="kept", id=promise),
        PromiseButton(action="withdrawn", id=promise),
        PromiseButton(action="text", id=promise),
    ):
        await anna.presses(data=data.pack())
        assert "Обещания" not in anna.screen
        assert await reread(select(Promise.state)) == ["planned"]
        assert await reread(select(Conversation).where(Conversation.telegram_id == anna.id)) == []


async def test_the_service_refuses_too(stage: Stage) -> None:
    anna = await member_of(stage, await member(stage, 1001, "Анна"))
    service, writing = stage.app.services.promises, stage.app.services.writing
    async with stage.database.begin() as session:
        for refused in (
            service.page(UnitOfWork(session, anna, START), 0),
            service.card(UnitOfWork(session, anna, START), 1),
            writing.begin(UnitOfWork(session, anna, START), "company", is_done=True),
            writing.owners(UnitOfWork(session, anna, START), {}, 0),
            writing.confirm(UnitOfWork(session, anna, START), {}, "0"),
            service.keep(UnitOfWork(session, anna, START), 1),
            service.withdraw(UnitOfWork(session, anna, START), 1),
        ):
            with pytest.raises(NotAllowed):
                await refused


async def test_a_note_rides_along_with_its_own_button(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    stage.clock.advance(hours=9)  # 21:00 in Moscow
    await promised(stage, olga, is_done=True)
    await promised(stage, olga, "Новый график", is_done=True)
    assert await stage.tick() == 0, "nobody is written to in the evening"
    stage.clock.advance(hours=13)
    await stage.tick()
    assert "И новость с работы. HR пишет, что сделано: " in anna.screen
    assert len([label for row in anna.buttons for label in row if label == "Заметно"]) == 1
    await anna.presses("Новость с работы")
    await anna.presses("Заметно")
    assert anna.toast == "Спасибо, ответ учтён."


async def test_promises_go_with_their_department_and_stay_without_their_author(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await promised(stage, olga, target=GroupKey.of_department(await department(stage, "Склад")))
    async with stage.database.begin() as session:
        await users.erase(session, (await member_of(stage, olga)).id)
    assert len(await reread(PROMISES)) == 1
    await anna.says("/menu")
    assert "HR обещает: Вторая пауза" in anna.screen


async def test_a_promise_to_a_group_that_was_dissolved_is_still_hrs_to_close(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await promised(stage, olga, target=await group(stage, "Смены", "Склад"))
    async with stage.database.begin() as session:
        (id_,) = await session.scalars(select(ReportingGroup.id))
        uow = UnitOfWork(session, await member_of(stage, olga), stage.clock())
        await reporting_groups.dissolve(uow, id_, stage.app.services.calendar)
    await anna.says("/menu")
    assert "Вторая пауза" in anna.screen, "until the period ends it is theirs"
    stage.clock.advance(weeks=4)
    await anna.says("/menu")
    assert "Вторая пауза" not in anna.screen
    await opens(olga)
    assert "Смены" in olga.screen
    await olga.presses(data=PromiseButton(action="card", id=1).pack())
    assert "Этой группы больше нет" in said(olga)
    await olga.presses(data=PromiseButton(action="kept", id=1).pack())
    assert "Этой группы больше нет" in said(olga)
    (row,) = await reread(PROMISES)
    assert row.state == "done"


async def test_a_date_that_passes_while_the_bot_is_down(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    promise = await promised(stage, olga)
    stage.clock.advance(days=16)  # nothing ran in these days
    await stage.tick()
    await opens(olga)
    assert "просрочено на 2 дня" in said(olga)
    await olga.presses(data=PromiseButton(action="kept", id=promise).pack())
    assert "Сделано 20 марта" in said(olga)
    for days in (3, 1, 3):
        stage.clock.advance(days=days)
        await stage.tick()
    told = [message["text"] for message in anna.messages if "Вторая пауза" in message.get("text", "")]
    assert len(told) == 1, "not of a date that is over, but once that it is done"
    assert "до 18" not in told[0].replace("\u00a0", " ")


@ON_SQLITE
async def test_two_people_of_hr_change_one_promise_at_once(stage: Stage, reread: Reread) -> None:
    olga, maria = await hr(stage), await hr(stage, 2002, "Мария")
    id_ = await promised(stage, olga)
    await olga.presses(data=PromiseButton(action="due", id=id_).pack())
    await maria.presses(data=PromiseButton(action="text", id=id_).pack())
    await maria.says("Третья пауза")
    await maria.presses("Без второго текста")
    await olga.says("25 марта")
    await olga.presses("Сохранить и рассказать")
    await maria.presses("Кто делает")
    await maria.presses("Мария")
    await maria.presses("Сохранить")
    (promise,) = await reread(PROMISES)
    assert (promise.text, promise.due) == ("Третья пауза", date(2026, 3, 25)), "neither takes the other's change away"
    assert "Кто делает: Мария" in maria.screen
    assert (await reread(ACTIONS)).count("changed_promise") == 2


@ON_SQLITE
async def test_those_to_choose_from_are_in_the_order_of_the_readers_language(stage: Stage) -> None:
    olga = await hr(stage, language="en")
    for name, name_en in (("Закупки", "Purchasing"), ("Маркетинг", "Marketing"), ("Юристы", "Legal")):
        await department(stage, name, name_en=name_en)
    await olga.presses(data=PromiseList(kind="targets", page=0).pack())
    assert [label for [label] in olga.buttons] == [
        "The whole company", "Legal", "Marketing", "Purchasing", "Кадры", "← Back",
    ]  # fmt: skip
