"""A lost account: name, department and role go with the link, results only with the old account's Yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from keyboards.company import HrPage, PersonDeed, SetRole
from keyboards.lifecycle import AccountMoved
from models import Assessment, Department, Draft, Invite, Membership, Metric, Recommendation, User
from services.account import users
from services.gate.gate import Gate
from services.lifecycle import invites, relink_approval
from tests.bot.hr_pages import audited, managed, opens_card, opens_people
from tests.bot.lifecycle.test_offboarding import CALENDAR, leaves
from tests.bot.past import THIS_WEEK, check_in, pulses, said
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, documents
from tests.bot.test_deliveries import live
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import AGREE, colleagues, hr, id_of, invite, member, quiet, row_of

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
WORDS = {
    "ru": {
        "lost": "Перенести аккаунт",
        "make": "Создать ссылку",
        "link_until": "11 марта",
        "until": "3 апреля",
        "asked": "записи замрут на год",
        "neutral": "Выдох: важное сообщение для вас.",
        "yes": "Да, это я",
        "no": "Нет, это не я",
        "moved": "Готово: ответы и результаты",
        "kept": "здесь всё как было",
        "dead": "больше не действует",
        "closed": "закрыла ваш доступ",
        "told": "прежний аккаунт ответил",
        "erase": "удалить",
    },
    "en": {
        "lost": "Move the account",
        "make": "Make the link",
        "link_until": "11 March",
        "until": "3 April",
        "asked": "the records are frozen for a year",
        "neutral": "Exhale: an important message for you.",
        "yes": "Yes, it's me",
        "no": "No, this isn't me",
        "moved": "Done: your answers and results",
        "kept": "everything here is as it was",
        "dead": "works no more",
        "closed": "has closed your access",
        "told": "the former account says",
        "erase": "delete",
    },
}
HAND, OLD, NEW = 2001, 1001, 3001


def token_on(player: Player) -> str:
    """The token of the link on the screen."""
    return next(line for line in player.screen.split("\n") if "start" in line).rpartition("start")[2].lstrip("= ")


async def link_for(stage: Stage, actor: Player, person: Player) -> str:
    """The token of a link that works: the operator approved it, so that there need be no one else."""
    token = await unapproved(stage, actor, person)
    await operator_approves(stage, token)
    return token


async def operator_approves(stage: Stage, token: str) -> None:
    """Let a link work as `manage.py approve-relink` does."""
    async with stage.database.begin() as session:
        number = await session.scalar(select(Invite.id).where(Invite.token_hash == invites.token_hash(token)))
        await relink_approval.approve_as_operator(session, number or 0, stage.clock())


async def unapproved(stage: Stage, actor: Player, person: Player) -> str:
    """The token of a link that nobody has approved."""
    await actor.presses(data=PersonDeed(action="relink", person=await id_of(stage, person)).pack())
    assert all("message can't be deleted" in refusal for refusal in stage.telegram.take_refusals()), "it is too old"
    return token_on(actor)


async def moves(stage: Stage, actor: Player, person: Player, language: str = "ru", new_id: int = NEW) -> Player:
    """The person's new account, after it came in."""
    token = await link_for(stage, actor, person)
    new = stage.person(new_id, "Новое имя в Telegram", language=language)
    await new.starts(token)
    await presses_twice(stage, new, AGREE[language])
    return new


async def answers(stage: Stage, old: Player, new: Player, choice: str) -> None:
    await old.presses(data=AccountMoved(action=choice, to=await id_of(stage, new)).pack())


@BOTH
async def test_from_the_card_to_the_new_account(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga, anna = await hr(stage, language=language), await member(stage, OLD, "Анна", language=language)
    await check_in(stage, anna, stage.clock())
    await stage.tick()
    await opens_card(stage, olga, anna)
    await olga.presses(words["lost"])
    await olga.presses(words["make"])
    assert words["link_until"] in said(olga)
    assert not olga.message.get("has_protected_content"), "it has to be passed on"
    token, old_id = token_on(olga), await id_of(stage, anna)
    await operator_approves(stage, token)
    new = stage.person(NEW, "Кто-то", language=language)
    await new.starts(token)
    assert await reread(select(User.telegram_id).order_by(User.id)) == [HAND, OLD], "nothing before the consent"
    assert not (await row_of(stage, anna)).moved_at  # type: ignore[union-attr]
    await presses_twice(stage, new, AGREE[language])
    row, old = await row_of(stage, new), await row_of(stage, anna)
    assert row is not None
    assert old is not None
    assert (row.name, row.role, row.department_id) == ("Анна", "employee", old.department_id)
    assert (old.moved_to_id, old.moved_at) == (row.id, START)
    places = select(Membership.since, Membership.department_id)
    assert await reread(places.where(Membership.user_id == row.id)) == await reread(
        places.where(Membership.user_id == old_id)
    )
    assert await reread(select(Assessment.user_id)) == [old_id], "no result goes along"
    await opens_people(olga)
    assert olga.screen.count("Анна") == 1, "one person"
    assert await audited(stage) == ["made_relink", "relinked"]


@BOTH
async def test_the_old_account_is_asked_at_once_even_at_night_and_on_leave(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga, anna = await hr(stage), await member(stage, OLD, "Анна", language=language)
    question = anna.message["message_id"]
    async with stage.database.begin() as session:
        leave = stage.clock().date() + timedelta(days=60)
        await session.execute(update(User).where(User.telegram_id == OLD).values(paused_until=leave))
    stage.clock.advance(hours=11)  # 23:00 in Moscow
    await moves(stage, olga, anna)
    heard = len(anna.messages)
    await stage.tick()
    assert len(anna.messages) == heard + 1
    assert said(anna).startswith(words["neutral"])
    assert words["asked"] in anna.screen
    assert words["until"] in said(anna)
    assert [row[0] for row in anna.buttons] == [
        next(label for row in anna.buttons for label in row if label.startswith(words["yes"])),
        words["no"],
    ]
    for command in ("/menu", "/checkin", "/history", "/settings", "/start"):
        await anna.says(command)
        assert words["asked"] in anna.screen, command
    await anna.presses(data="a1:1:1:0:0", message_id=question)
    assert words["asked"] in anna.screen
    await anna.says("/export")
    assert len(documents(stage, anna)) == 2
    await stage.tick()
    assert sum(words["asked"] in (message.get("text") or "") for message in anna.messages[heard:]) == 6


@pytest.mark.both_databases
@BOTH
async def test_yes_moves_results_and_erases_the_old_account(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage)
    anna = await member(stage, OLD, "Анна", language=language, ago=timedelta(0))
    first = await check_in(stage, anna, START)
    await pulses(stage, anna, [(1, 2, 3), (4, 5, 6)])
    async with stage.database.begin() as session:
        await session.execute(
            update(User).where(User.telegram_id == OLD).values(email="anna@example.com", position="Кладовщик")
        )
    stage.clock.advance(days=3)
    new = await moves(stage, olga, anna, language)
    await pulses(stage, new, [(9, 9, 9)])  # the same week as the last one of the old account
    await stage.tick()
    await presses_twice(stage, anna, words["yes"])
    assert await row_of(stage, anna) is None
    row = await row_of(stage, new)
    assert row is not None
    assert (row.email, row.position, row.join_date) == ("anna@example.com", "Кладовщик", START)
    assert [(one.id, one.user_id) for one in await reread(select(Assessment))] == [(first, row.id)]
    assert {one.user_id for one in await reread(select(Recommendation))} == {row.id}
    weeks = await reread(select(Metric).where(Metric.source == "pulse").order_by(Metric.date))
    assert [(one.user_id, one.burnout) for one in weeks] == [(row.id, 10.0), (row.id, 90.0)], "the newer answer stays"
    assert any(message["text"].partition("\n\n")[2].startswith(words["moved"]) for message in anna.messages)
    assert "relink_confirmed" in await audited(stage)
    await new.says("/history")
    assert "2026" in new.screen
    again = await member(stage, OLD, "Кто-то", language=language)
    assert (await row_of(stage, again)).name == "Кто-то", "the account is free"  # type: ignore[union-attr]


async def test_the_check_in_of_a_period_that_both_answered(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    await check_in(stage, anna, START, example=0)
    stage.clock.advance(days=8)  # another week: the points do not meet, the check-ins do
    new = await moves(stage, olga, anna)
    newer = await check_in(stage, new, stage.clock(), example=1)
    await answers(stage, anna, new, "yes")
    new_id = await id_of(stage, new)
    assert await reread(select(Assessment.id)) == [newer]
    points = await reread(select(Metric).where(Metric.source == "assessment"))
    assert [(one.user_id, one.date) for one in points] == [(new_id, "2026-03-09")], "a point goes with its check-in"
    assert {one.user_id for one in await reread(select(Recommendation))} == {new_id}


@BOTH
async def test_no_closes_the_new_account_and_tells_every_admin(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    admin = await member(stage, 1005, "Админ", role="admin", language=language)
    anna = await member(stage, OLD, "Анна", language=language)
    await check_in(stage, anna, START)
    old_id = await id_of(stage, anna)
    async with stage.database.begin() as session:
        await session.execute(update(Department).where(Department.name == "Склад").values(manager_id=old_id))
    new = await moves(stage, olga, anna, language)
    assert await managed(stage, "Склад") == await id_of(stage, new)
    await stage.tick()
    await presses_twice(stage, anna, words["no"])
    assert words["kept"] in str(anna.messages)
    old, row = await row_of(stage, anna), await row_of(stage, new)
    assert old is not None
    assert row is not None
    assert (old.offboarded_at, old.moved_at, old.moved_to_id) == (None, None, None)
    assert row.offboarded_at is not None
    assert await managed(stage, "Склад") == old_id
    assert [one.user_id for one in await reread(select(Assessment))] == [old_id]
    await anna.says("/history")
    assert "2026" in anna.screen
    await new.says("/menu")
    assert words["closed"] in new.screen
    await stage.tick()
    assert words["told"] in admin.screen
    assert "Анна" in admin.screen
    assert words["told"] not in olga.screen, "whoever made the link is in the log"
    assert (await audited(stage)).count("relink_refused") == 1
    stage.clock.advance(days=30)
    await stage.tick()
    assert await row_of(stage, anna) is not None, "nothing waits for an answer any more"


async def test_without_an_answer_it_is_reminded_twice_and_frozen_for_a_year(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    await check_in(stage, anna, START)
    new = await moves(stage, olga, anna, "ru")
    await quiet(stage, olga, new)
    await stage.tick()
    assert len(await live(stage, anna, START + timedelta(days=30, hours=4))) == 2, "two reminders, then silence"
    async with stage.database.begin() as session:  # most of the year has passed
        asked_at = stage.clock() - timedelta(days=30 + 365) + timedelta(hours=1)
        await session.execute(update(User).where(User.telegram_id == OLD).values(moved_at=asked_at))
    await stage.tick()
    assert await row_of(stage, anna) is not None, "frozen, and nobody sees it"
    stage.clock.advance(hours=2)
    await stage.tick()
    assert await row_of(stage, anna) is None
    assert await reread(select(Assessment)) == []
    assert (await row_of(stage, new)).name == "Анна"  # type: ignore[union-attr]
    await anna.presses(data=AccountMoved(action="yes", to=await id_of(stage, new)).pack())
    assert WORDS["ru"]["moved"] not in anna.screen


async def test_nobody_else_answers(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    boris = await member(stage, 1003, "Борис")
    new = await moves(stage, olga, anna)
    before = await all_rows(stage)
    for player in (new, boris, olga):
        for choice in ("yes", "no"):
            await answers(stage, player, new, choice)
    await answers(stage, anna, boris, "yes")  # a button that names another account
    assert await all_rows(stage) == before
    stage.telegram.take_refusals()


@pytest.mark.both_databases
async def test_yes_and_no_at_once_are_one_answer(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    await check_in(stage, anna, START)
    new = await moves(stage, olga, anna)
    to = await id_of(stage, new)
    for choice in ("yes", "no", "yes", "no"):
        anna.queue_press(data=AccountMoved(action=choice, to=to).pack())
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    stage.telegram.take_refusals()
    was_moved = await row_of(stage, anna) is None
    is_in = (await row_of(stage, new)).offboarded_at is None  # type: ignore[union-attr]
    assert was_moved is is_in
    assert len([action for action in await audited(stage) if action in ("relink_confirmed", "relink_refused")]) == 1


# --- the link ---------------------------------------------------------------------------------------------------------


@BOTH
async def test_hr_cannot_open_it_nor_can_the_account_itself(stage: Stage, language: str) -> None:
    olga, anna = await hr(stage, language=language), await member(stage, OLD, "Анна", language=language)
    token = await link_for(stage, olga, anna)
    before = await all_rows(stage)
    await olga.starts(token)
    assert {"ru": "у вашего аккаунта уже есть своя", "en": "your account has its own"}[language] in olga.screen
    await anna.starts(token)
    assert {"ru": "Это и так ваш аккаунт", "en": "This is already your account"}[language] in anna.screen
    assert await all_rows(stage) == before


@pytest.mark.both_databases
async def test_a_link_works_once_and_an_earlier_one_not_at_all(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    earlier, token = await link_for(stage, olga, anna), await link_for(stage, olga, anna)
    first, second = stage.person(NEW, "Первый"), stage.person(NEW + 1, "Второй")
    await second.starts(earlier)
    assert "больше не действует" in second.screen
    await first.starts(token)
    await second.starts(token)
    for player in (first, second):
        player.queue_press("Согласиться")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert len(await reread(select(User).where(User.name == "Анна", User.offboarded_at.is_(None)))) == 1
    assert (await audited(stage)).count("relinked") == 1


async def test_a_link_that_gives_no_more_what_it_gave(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage, role="admin")
    people = [await member(stage, OLD + number, f"Анна {number}") for number in range(4)]
    tokens = [await link_for(stage, olga, person) for person in people]
    strangers = [stage.person(NEW + number, "Кто-то") for number in range(4)]
    for stranger, token in zip(strangers, tokens, strict=True):
        await stranger.starts(token)
    left, promoted, erased, expired = range(4)
    await leaves(stage, olga, people[left])
    await olga.presses(data=SetRole(person=await id_of(stage, people[promoted]), role="admin").pack())
    async with stage.database.begin() as session:
        await users.erase(session, await id_of(stage, people[erased]))
    for number in (left, promoted, erased, expired):
        if number == expired:
            stage.clock.advance(days=7)
        await strangers[number].presses("Согласиться")
        assert "больше не действует" in (strangers[number].toast or "") + strangers[number].screen, number
        await strangers[number].starts(tokens[number])
        assert "больше не действует" in strangers[number].screen, number
    assert await reread(select(User).where(User.telegram_id >= NEW)) == []


async def test_hr_moves_employees_only(stage: Stage, reread: Reread) -> None:
    roles = ("employee", "hr", "admin")
    people = [await member(stage, 1010 + number, "Кто-то", role=role) for number, role in enumerate(roles)]
    actors = {"hr": await hr(stage), "admin": await hr(stage, 2002, "Борис", role="admin")}
    for role, actor in actors.items():
        for person in people:
            await actor.presses(data=PersonDeed(action="relink", person=await id_of(stage, person)).pack())
        made = await reread(select(Invite.role).where(Invite.relink_user_id.is_not(None)).order_by(Invite.id))
        assert made == (["employee", "hr", "admin"] if role == "admin" else ["employee"])


async def test_one_move_after_another(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    new = await moves(stage, olga, anna)
    await olga.presses(data=PersonDeed(action="relink", person=await id_of(stage, new)).pack())
    assert "ещё не ответил" in (olga.toast or "") + olga.screen
    await answers(stage, anna, new, "yes")
    third = await moves(stage, olga, new, new_id=NEW + 1)
    assert (await row_of(stage, third)).name == "Анна"  # type: ignore[union-attr]


# --- what happens meanwhile -------------------------------------------------------------------------------------------


async def test_a_role_goes_with_the_person_and_comes_back_as_it_is_by_then(stage: Stage) -> None:
    admin, boris = await hr(stage, role="admin"), await member(stage, OLD, "Борис", role="hr")
    new = await moves(stage, admin, boris)
    await opens_people(new)
    assert "Борис" in new.screen
    await boris.presses(data=HrPage(place="people").pack())
    assert "записи замрут на год" in boris.screen
    await admin.presses(data=SetRole(person=await id_of(stage, new), role="employee").pack())
    await answers(stage, boris, new, "no")
    assert (await row_of(stage, boris)).role == "employee", "no way back into HR"  # type: ignore[union-attr]


async def test_the_only_admin_may_move(stage: Stage) -> None:
    admin = await hr(stage, role="admin")
    new = await moves(stage, admin, admin)
    assert (await row_of(stage, new)).role == "admin"  # type: ignore[union-attr]
    await answers(stage, admin, new, "no")
    assert (await row_of(stage, admin)).offboarded_at is None  # type: ignore[union-attr]


async def test_offboarding_the_person_ends_both_accounts(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    await check_in(stage, anna, START)
    new = await moves(stage, olga, anna)
    await stage.tick()
    await leaves(stage, olga, new)
    for choice in ("yes", "no"):
        await answers(stage, anna, new, choice)
    await anna.says("/menu")
    assert "закрыла ваш доступ" in anna.screen
    await anna.says("/export")
    assert len(documents(stage, anna)) == 2, "the results are here to take"


@pytest.mark.parametrize("first", ["yes", "no"])
async def test_the_new_account_erased_itself(stage: Stage, first: str) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    new = await moves(stage, olga, anna)
    await stage.tick()
    await new.says("/delete")
    await new.says("удалить")
    if first == "yes":
        await anna.presses("Да, это я")
        assert (await row_of(stage, anna)).offboarded_at is not None  # type: ignore[union-attr]
        assert "переносить некуда" in (anna.toast or "") + anna.screen
        await anna.says("/menu")
    await anna.presses("Нет, это не я")
    assert (await row_of(stage, anna)).offboarded_at is None  # type: ignore[union-attr]


async def test_the_old_account_may_erase_itself(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    new = await moves(stage, olga, anna)
    await stage.tick()
    await anna.says("/menu")
    await anna.presses("Стереть данные")
    await anna.says("удалить")
    assert await row_of(stage, anna) is None
    assert (await row_of(stage, new)).offboarded_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize("choice", ["waits", "yes", "no"])
async def test_the_person_counts_once(stage: Stage, choice: str) -> None:
    """Seven answered, and one of them moved: with either answer seven count; while it waits, the old ones do not."""
    olga = await hr(stage)
    people = await colleagues(stage, 20, OLD)  # enough for a weekly figure
    stage.clock.advance(days=7)
    for player in people[:7]:
        await pulses(stage, player, [(5, 6, 7)], last=START.date() + timedelta(days=5))
    new = await moves(stage, olga, people[0], new_id=NEW)
    if choice != "waits":
        await answers(stage, people[0], new, choice)
    stage.clock.advance(days=6)
    async with stage.database.begin() as session:
        published = await Gate(stage.app.content, CALENDAR, 7).publish_due(session, stage.clock())
    (week,) = [one for one in published if one.slot == THIS_WEEK + timedelta(days=7)]
    assert (week.company is None) is (choice == "waits")


async def test_a_refused_account_may_come_back_by_an_invite_of_its_own(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    new = await moves(stage, olga, anna)
    await answers(stage, anna, new, "no")
    await new.starts(await link_for(stage, olga, anna))
    assert "закрыла ваш доступ" in new.screen, "not by another link of this kind"
    await new.starts(await invite(stage, department="Склад"))
    await new.presses("Согласиться")
    assert (await row_of(stage, new)).offboarded_at is None  # type: ignore[union-attr]
    assert (await row_of(stage, anna)).offboarded_at is None  # type: ignore[union-attr]


async def test_what_was_begun_stays_behind(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, OLD, "Анна")
    await anna.presses("Ни разу")
    new = await moves(stage, olga, anna)
    await answers(stage, anna, new, "yes")
    drafts = await reread(select(Draft).order_by(Draft.id))
    assert [(row.user_id, row.answers) for row in drafts[1:]] == [(await id_of(stage, new), {})]
