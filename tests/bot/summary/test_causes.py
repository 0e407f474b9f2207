"""What weighs on people, as HR reads it: in the summary, on a card, in the file; and as everybody else reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models import Assessment, StoredSummary
from services.gate.publications import CEILING, Share
from tests.bot.rows import documents
from tests.bot.story import CONTENT, words
from tests.bot.summary.test_summary_export import read
from tests.bot.summary.test_team import managing
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import HIGH
from tests.gate.world import START
from tests.people import hr_reader, member, monday_nine, staffed
from views import figures
from views.translator import Translator

pytestmark = pytest.mark.usefixtures("without_noise")
LANGUAGES = pytest.mark.parametrize("language", ["ru", "en"])


def label(t: Translator, cause: str) -> str:
    """A cause as HR reads it."""
    found = CONTENT.causes.get(cause)
    assert found is not None
    return t.words(found.words).lower()


async def after_a_period(stage: Stage, language: str) -> Player:
    """HR in front of the summary of a period: twenty in the warehouse, of whom half name conflict, twelve elsewhere."""
    staff = await staffed(stage, 12, 20)
    olga = await hr_reader(stage, language=language)
    await staff.checkin(START, staff.everybody, HIGH)
    await staff.pulse(START, staff.everybody)
    async with stage.database.begin() as session:
        for people, first, second in ((staff.everybody, "load", "outside"), (staff.teams[1][:10], "load", "conflict")):
            named = update(Assessment).where(Assessment.user_id.in_(people))
            await session.execute(named.values(cause=first, second_cause=second))
    stage.clock.advance_to(monday_nine(4))
    await stage.tick()
    return olga


@LANGUAGES
async def test_the_summary_the_card_and_the_file_say_it(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await after_a_period(stage, language)
    whole = t("summary.cause", cause=label(t, "load"), share=figures.share(t, Share(0.9)))
    third = t("summary.cause", cause=label(t, "conflict"), share=figures.share(t, Share(0.3)))
    half = t("summary.cause", cause=label(t, "conflict"), share=figures.share(t, Share(0.5)))
    assert t("summary.causes", list=f"{whole}; {third}") in olga.screen
    assert not any(label(t, "outside") in str(message["text"]).lower() for message in olga.messages)

    await olga.presses(t("summary.button.groups"))
    await olga.presses({"ru": "Склад", "en": "Warehouse"}[language])
    assert t("summary.causes", list=f"{whole}; {half}") in olga.screen
    first, *_ = [rule for rule in CONTENT.hr_actions.rules if rule.id == "named_load"]
    assert t.words(first) in olga.screen
    await olga.presses(t("summary.button.groups"))
    await olga.presses({"ru": "Доставка", "en": "Delivery"}[language])
    assert label(t, "load") not in olga.screen, "twelve are too few"

    (stored,) = await reread(select(StoredSummary))
    assert stored.texts[language].count(label(t, "conflict")) >= 1
    await olga.says("/hr")
    await olga.presses(t("hr.summary"))
    await olga.presses(t("summary.button.file"))
    ((_, content),) = documents(stage, olga, 1)
    rows = read(content)[t("file.causes")][1:]
    said = {(row[2], row[3]): row[4] for row in rows}
    warehouse = {"ru": "Склад", "en": "Warehouse"}[language]
    assert {group for group, _ in said} == {t("summary.company"), warehouse}
    assert {words for _, words in said if str(words).lower() == label(t, "outside")} == set()
    assert figures.share(t, Share(0.5)) in [share for (group, _), share in said.items() if group == warehouse]


@LANGUAGES
async def test_people_read_the_same_words_and_managers_are_not_told_who_weighs(stage: Stage, language: str) -> None:
    t = words(stage, language)
    await after_a_period(stage, language)
    anna = await member(stage, 5003, "Анна", department="Склад", language=language)
    await anna.says("/privacy")
    await anna.presses(t("button.what_hr_sees"))
    assert label(t, "conflict") in anna.screen
    head = await managing(stage, 2, language=language)
    await head.says("/team")
    assert t("team.who_sees") in head.screen
    assert label(t, "conflict") not in head.screen


@LANGUAGES
def test_every_tenth_that_can_be_published_reads_differently(stage: Stage, language: str) -> None:
    t = words(stage, language)
    tenths = [number / 10 for number in range(2, round(CEILING * 10) + 1)]
    assert len({figures.share(t, Share(value)) for value in tenths}) == len(tenths)
