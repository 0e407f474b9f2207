"""What has to stand before anybody is invited: who can help is named, and the company has given its word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from db.database import Database
from keyboards.company import HrPage
from keyboards.lifecycle import NewInvite
from models import AuditEntry, Fact, Invite
from services.kit import bot_info
from tests.bot.hr_pages import goes
from tests.bot.story import ON_SQLITE, forgive_unmodified, plain, words
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, department, hr

ACCEPTED = select(AuditEntry.at).where(AuditEntry.action == "gave_word")
UNUSED = select(Invite).where(Invite.uses_left > 0)
HALF = {"ru": ["Линия 123"]}


async def unpromised(stage: Stage) -> None:
    """As a new installation is: nobody has given the company's word."""
    async with stage.database.begin() as session:
        await session.execute(delete(Fact).where(Fact.name == bot_info.WORD_GIVEN))


async def tries_everything(stage: Stage, person: Player, language: str, why: str) -> None:
    """Every way to an invite, by buttons that are there and by ones that are not."""
    t = words(stage, language)
    await goes(stage, person, "invites", language)
    for label in ("invite.for_person", "invite.for_team", "roster.upload"):
        await person.presses(t(label))
        assert person.toast == t(why), label
    await person.presses(data=NewInvite(step="make", kind="team", uses=10, days=7).pack())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_administrator_gives_the_companys_word_once(stage: Stage, reread: Reread, language: str) -> None:
    await unpromised(stage)
    t = words(stage, language)
    olga = await hr(stage, language=language)
    boss = await hr(stage, 2002, "Ирина", language=language, role="admin")
    await olga.says("/hr")
    assert t("undertakings.word_missing") in olga.screen
    await tries_everything(stage, olga, language, "undertakings.word_missing")
    await olga.presses(data=HrPage(place="give_word").pack())
    assert await reread(ACCEPTED) == []

    await boss.says("/hr")
    assert {"ru": "не принимать по ответам решений о людях", "en": "not to use answers to make decisions"}[
        language
    ] in (plain(boss.screen))
    await boss.presses(t("button.menu"))
    await boss.presses(t("button.hr"))
    await boss.presses(t("undertakings.accept"))
    assert t("hr.what_is_here") in boss.screen
    await boss.presses(data=HrPage(place="give_word").pack())
    assert await reread(ACCEPTED) == [stage.clock()], "a second press is no second word"
    forgive_unmodified(stage)

    await boss.presses(t("hr.audit"))
    assert "Ирина" in boss.screen
    assert t("audit.gave_word") in boss.screen
    await olga.says("/hr")
    assert t("undertakings.word_missing") not in olga.screen
    await department(stage, "Склад")
    await goes(stage, olga, "invites", language)
    await olga.presses(t("invite.for_person"))
    await olga.says("Анна")
    await olga.presses("Склад")
    assert len(await reread(UNUSED)) == 1


@ON_SQLITE
@pytest.mark.parametrize("contacts", [{}, HALF], ids=["none", "in one language"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_nobody_is_invited_until_somebody_can_help(
    database: Database, clock: ManualClock, reread: Reread, language: str, contacts: dict[str, Any]
) -> None:
    stage = Stage(database, clock, help_contacts=contacts)
    await stage.company_promises()
    olga = await hr(stage, language=language)
    await olga.says("/hr")
    assert words(stage, language)("undertakings.help_missing") in olga.screen
    await tries_everything(stage, olga, language, "undertakings.help_missing")
    assert await reread(UNUSED) == []
