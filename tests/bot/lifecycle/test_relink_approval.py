"""A link that moves a lost account works once a second person has approved it, and nobody is left without a way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from keyboards.company import PersonButton
from keyboards.lifecycle import RelinkDecision
from models import Invite, User
from services.lifecycle import relink_approval
from tests.bot.hr_pages import audited
from tests.bot.lifecycle.test_relink import NEW, OLD, unapproved
from tests.bot.past import said
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows
from tests.fakes.stage import Player, Stage
from tests.people import AGREE, hr, id_of, member, row_of

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
WORDS = {
    "ru": {
        "asked": "уже спрашиваю остальных в HR",
        "alone": "в боте больше некому",
        "operator": "manage.py approve-relink",
        "question": "переносит запись на новый аккаунт Telegram: Анна",
        "approve": "Подтвердить перенос",
        "decline": "Не подтверждать",
        "approved": "Подтверждено: ссылка теперь действует",
        "declined": "Ссылка больше не действует",
        "told_approved": "Анна: ссылку подтвердили",
        "told_declined": "Анна: ссылку не подтвердили",
        "not_yet": "ещё не подтвердил второй человек из HR",
        "dead": "больше не действует",
        "second": "Подтвердить может другой человек",
        "gone": "Этой ссылки уже нет",
        "waits": "ждёт подтверждения",
        "works": "Ссылка уже создана и действует",
    },
    "en": {
        "asked": "asking the others in HR",
        "alone": "no one else in the bot",
        "operator": "manage.py approve-relink",
        "question": "is moving a record to a new Telegram account: Анна",
        "approve": "Approve the move",
        "decline": "Don't approve it",
        "approved": "Approved: the link works now",
        "declined": "The link has ended",
        "told_approved": "Анна: the link was approved",
        "told_declined": "Анна: the link wasn't approved",
        "not_yet": "hasn't approved this link yet",
        "dead": "no longer works",
        "second": "Another person in HR or an admin",
        "gone": "This link is gone",
        "waits": "waiting for approval",
        "works": "A link is out already, and it works",
    },
}
RU = WORDS["ru"]


async def number_of(stage: Stage) -> int:
    """The id of the one link that is out."""
    async with stage.database.read() as session:
        return (await session.scalars(select(Invite.id).where(Invite.relink_user_id.is_not(None)))).one()


async def decides(stage: Stage, player: Player, action: str) -> None:
    await player.presses(data=RelinkDecision(action=action, id=await number_of(stage)).pack())


@BOTH
async def test_a_second_person_approves_and_both_are_told(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga, irina = await hr(stage, language=language), await hr(stage, 1010, "Ирина", language=language)
    anna = await member(stage, OLD, "Анна", language=language)
    token = await unapproved(stage, olga, anna)
    assert words["asked"] in olga.screen
    assert words["alone"] not in olga.screen
    assert words["operator"] in olga.screen
    new = stage.person(NEW, "Кто-то", language=language)
    await new.starts(token)
    assert words["not_yet"] in new.screen
    await stage.tick()
    assert words["question"] in said(irina)
    assert words["question"] not in str(anna.messages), "the person is no approver"
    card = PersonButton(action="relink", person=await id_of(stage, anna)).pack()
    await olga.presses(data=card)
    assert words["waits"] in olga.screen
    assert words["approve"] not in str(olga.buttons)
    await irina.presses(data=card)
    assert words["waits"] in irina.screen
    await presses_twice(stage, irina, words["approve"])
    assert words["approved"] in irina.screen
    await stage.tick()
    assert words["told_approved"] in said(olga)
    await olga.presses(data=card)
    assert words["works"] in olga.screen
    assert words["waits"] not in olga.screen
    await new.starts(token)
    await presses_twice(stage, new, AGREE[language])
    assert (await row_of(stage, new)).name == "Анна"  # type: ignore[union-attr]
    assert await audited(stage) == ["made_relink", "approved_relink", "relinked"]


@BOTH
async def test_a_second_person_declines_and_the_link_ends(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga, irina = await hr(stage, language=language), await hr(stage, 1010, "Ирина", language=language)
    anna = await member(stage, OLD, "Анна", language=language)
    token = await unapproved(stage, olga, anna)
    await stage.tick()
    await irina.presses(words["decline"])
    assert words["declined"] in irina.screen
    await stage.tick()
    assert words["told_declined"] in said(olga)
    new = stage.person(NEW, "Кто-то", language=language)
    await new.starts(token)
    assert words["dead"] in new.screen
    assert await audited(stage) == ["made_relink", "declined_relink"]
    await unapproved(stage, olga, anna)  # no dead end: another one can be made


@BOTH
async def test_whoever_is_alone_reads_what_the_operator_does(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga, anna = await hr(stage, language=language), await member(stage, OLD, "Анна", language=language)
    token = await unapproved(stage, olga, anna)
    number = await number_of(stage)
    assert words["alone"] in olga.screen
    assert f"{words['operator']} {number}" in olga.screen
    before = await all_rows(stage)
    await decides(stage, olga, "approve")
    assert words["second"] in (olga.toast or "") + olga.screen
    assert await all_rows(stage) == before
    async with stage.database.begin() as session:
        assert not await relink_approval.approve_as_operator(session, number + 1, stage.clock())
        assert await relink_approval.approve_as_operator(session, number, stage.clock())
        assert not await relink_approval.approve_as_operator(session, number, stage.clock()), "once"
    await stage.tick()
    assert words["told_approved"] in said(olga)
    new = stage.person(NEW, "Кто-то", language=language)
    await new.starts(token)
    await new.presses(AGREE[language])
    assert (await row_of(stage, new)).name == "Анна"  # type: ignore[union-attr]


async def test_nobody_else_decides(stage: Stage) -> None:
    admin, irina = await hr(stage, role="admin"), await hr(stage, 1010, "Ирина")
    lost = await member(stage, OLD, "Анна", role="hr")
    boris = await member(stage, 1020, "Борис")
    await unapproved(stage, admin, lost)
    others = {"the maker": admin, "the owner": lost, "HR, for HR": irina, "an employee": boris}
    before = await all_rows(stage)
    for who, player in others.items():
        for action in ("approve", "decline"):
            await decides(stage, player, action)
        assert await all_rows(stage) == before, who
    stage.telegram.take_refusals()
    await stage.tick()
    for who, player in others.items():
        assert RU["question"] not in said(player), who
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == lost.id).values(role="admin"))
    before = await all_rows(stage)
    await decides(stage, lost, "approve")
    assert await all_rows(stage) == before, "not even an administrator about the own account"
    stage.telegram.take_refusals()
    inna = await hr(stage, 1011, "Инна", role="admin")
    await decides(stage, inna, "approve")
    assert RU["approved"] in inna.screen, "a second administrator"


async def test_the_second_person_is_away_or_gone(stage: Stage) -> None:
    now = stage.clock()
    states: dict[str, dict[str, object]] = {
        "left": {"offboarded_at": now},
        "demoted": {"role": "employee"},
        "paused": {"paused_until": now.date() + timedelta(days=60)},
    }
    olga = await hr(stage)
    others = {state: await hr(stage, 1010 + number, "Ирина") for number, state in enumerate(states)}
    await unapproved(stage, olga, await member(stage, OLD, "Анна"))
    async with stage.database.begin() as session:
        for state, values in states.items():
            await session.execute(update(User).where(User.telegram_id == others[state].id).values(**values))
    await stage.tick()
    for state, player in others.items():
        assert (RU["question"] in said(player)) is (state == "paused"), "a pause of HR does not hold it up"
        before = await all_rows(stage)
        await decides(stage, player, "approve")
        assert (await all_rows(stage) == before) is (state != "paused"), state
    assert f"{RU['operator']} {await number_of(stage)}" in olga.screen, "there is another way all the same"


async def test_a_decision_that_comes_too_late(stage: Stage) -> None:
    olga, irina = await hr(stage), await hr(stage, 1010, "Ирина")
    anna, boris = await member(stage, OLD, "Анна"), await member(stage, OLD + 1, "Борис")

    async def is_too_late(state: str, number: int) -> None:
        before = await all_rows(stage)
        await irina.presses(data=RelinkDecision(action="decline", id=number).pack())
        assert RU["gone"] in (irina.toast or "") + irina.screen, state
        assert await all_rows(stage) == before, state

    await unapproved(stage, olga, anna)
    replaced = await number_of(stage)
    token = await unapproved(stage, olga, anna)
    await is_too_late("replaced", replaced)
    second = await number_of(stage)
    await decides(stage, irina, "approve")
    await is_too_late("approved", second)
    new = stage.person(NEW, "Кто-то")
    await new.starts(token)
    await new.presses(AGREE["ru"])
    await is_too_late("used", second)
    await unapproved(stage, olga, boris)
    async with stage.database.read() as session:
        newest = (await session.scalars(select(func.max(Invite.id)))).one()
    stage.clock.advance(days=7)
    await is_too_late("expired", newest or 0)


async def test_the_maker_is_erased_meanwhile(stage: Stage) -> None:
    olga, irina = await hr(stage), await hr(stage, 1010, "Ирина")
    anna = await member(stage, OLD, "Анна")
    await unapproved(stage, olga, anna)
    await olga.says("/delete")
    await olga.says("удалить")
    assert await row_of(stage, olga) is None
    await stage.tick()
    assert RU["question"].partition(":")[0] in said(irina)
    await irina.presses(RU["approve"])
    assert RU["approved"] in irina.screen
    await stage.tick()


@pytest.mark.both_databases
async def test_approve_and_decline_at_once_are_one_decision(stage: Stage) -> None:
    olga, irina = await hr(stage), await hr(stage, 1010, "Ирина")
    admin = await member(stage, 1011, "Админ", role="admin")
    await unapproved(stage, olga, await member(stage, OLD, "Анна"))
    number = await number_of(stage)
    irina.queue_press(data=RelinkDecision(action="approve", id=number).pack())
    admin.queue_press(data=RelinkDecision(action="decline", id=number).pack())
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    stage.telegram.take_refusals()
    assert len([one for one in await audited(stage) if one in ("approved_relink", "declined_relink")]) == 1


async def test_an_admin_approves_for_hr(stage: Stage) -> None:
    olga, admin = await hr(stage, role="admin"), await hr(stage, 1010, "Ирина", role="admin")
    await unapproved(stage, olga, await member(stage, OLD, "Анна", role="hr"))
    await decides(stage, admin, "approve")
    assert RU["approved"] in admin.screen
