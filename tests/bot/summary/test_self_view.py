"""Trying to spy on oneself: it says what HR's screens say, no more and no less."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, update

from keyboards.account import Go
from keyboards.company import DepartmentButton, HrPage, OpenPeople, PersonButton
from keyboards.outreach import RoundButton
from keyboards.summary import OpenGroup, SummaryPage
from models import Membership, StoredPublication, User
from services.company import memberships
from services.kit.calendar import FIRST_MONDAY
from tests.bot.past import said
from tests.bot.story import words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START
from tests.people import Staff, hr_reader, id_of, member, monday_nine, quiet, staffed

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
NAME = "Аграфена Жданова"  # a name that is in no other word of any screen
NUMBER = re.compile(r"^\d+\. ")  # the place in an alphabetical list


async def people(stage: Stage, language: str, *sizes: int) -> tuple[Staff, Player, Player]:
    """A company; somebody of the first department, and of HR."""
    staff = await staffed(stage, *sizes)
    olga = await hr_reader(stage, language=language)
    anna = await member(stage, 6001, NAME, department="Доставка", language=language)
    await quiet(stage, anna, olga)
    return staff, anna, olga


async def closed(stage: Stage, staff: Staff) -> None:
    await staff.pulse(START, staff.everybody, stress=6)
    stage.clock.advance_to(monday_nine(1))
    await stage.tick()
    stage.telegram.take_refusals()  # of people who have no chat here


async def spies(anna: Player, t: object) -> str:
    await anna.presses(data=Go(place="hr_sees").pack())
    await anna.presses(t("self_view.title"))  # type: ignore[operator]
    return said(anna)


def lines_of(screen: str) -> list[str]:
    return [line for line in screen.split("\n") if line]


@BOTH
async def test_the_figures_are_word_for_word_those_of_hr(stage: Stage, language: str) -> None:
    t = words(stage, language)
    staff, anna, olga = await people(stage, language, 24, 20)
    await closed(stage, staff)
    seen = await spies(anna, t)
    for key in ("d1", "company"):
        await olga.presses(data=OpenGroup(action="show", week=START.toordinal(), key=key).pack())
        figures = lines_of(said(olga))[:-1]  # without who sees it
        assert figures[0] in seen
        shown = [line for line in figures if line in lines_of(seen)]
        assert len(shown) >= 5, "the title, the head, three means and more"
        missing = [line for line in figures if line not in lines_of(seen)]
        assert all(line.startswith("• ") or line == t("group.what_to_do") for line in missing), missing
    for people_in in (25, 45):
        among = t("self_view.among", people=people_in).replace("\u00a0", " ")
        assert among in seen
    assert t("self_view.who_sees") in anna.screen
    assert t("self_view.learn_more") in anna.screen


@BOTH
async def test_every_line_about_the_person_on_hr_s_screens_is_there(stage: Stage, language: str) -> None:
    """HR goes through its screens: wherever the person stands, the words are among those that the person read."""
    t = words(stage, language)
    staff, anna, olga = await people(stage, language, 14, 20)
    await closed(stage, staff)
    seen = lines_of(await spies(anna, t))
    person, week = await id_of(stage, anna), START.toordinal()
    found = []
    for data in (
        HrPage(place="panel"),
        HrPage(place="people"),
        *(OpenPeople(kind="all", page=page) for page in range(6)),
        OpenPeople(kind="department", department=1),
        OpenPeople(kind="department", department=1, page=1),
        PersonButton(action="card", person=person),
        HrPage(place="departments"),
        DepartmentButton(action="card", id=1),
        HrPage(place="groups"),
        HrPage(place="proposals"),
        HrPage(place="round"),
        RoundButton(action="preview", target="d1"),
        HrPage(place="summary"),
        SummaryPage(action="open", week=week),
        SummaryPage(action="groups", week=week),
        OpenGroup(action="show", week=week, key="d1"),
        OpenGroup(action="show", week=week, key="company"),
    ):
        await olga.presses(data=data.pack())
        stage.telegram.take_refusals()  # a page that is the last one already
        found += [NUMBER.sub("", line) for line in lines_of(said(olga)) if NAME in line]
    assert len(found) >= 3, "the list, the department and the card"
    assert set(found) <= set(seen)
    await olga.presses(data=PersonButton(action="card", person=person).pack())
    assert set(lines_of(said(olga))[:4]) <= set(seen), "the card's facts"


async def test_publications_hold_nobody_s_name_or_number(stage: Stage, reread: Reread) -> None:
    staff, anna, _ = await people(stage, "ru", 14, 20)
    await closed(stage, staff)
    payloads = json.dumps(await reread(select(StoredPublication.payload)), ensure_ascii=False)
    assert NAME not in payloads
    assert str(anna.id) not in payloads


async def test_a_hidden_group_shows_what_hr_reads_of_it(stage: Stage) -> None:
    t = words(stage)
    staff, anna, olga = await people(stage, "ru", 4, 20)
    await closed(stage, staff)
    seen = await spies(anna, t)
    await olga.presses(data=OpenGroup(action="show", week=START.toordinal(), key="d1").pack())
    assert t("group.hidden").replace("\u00a0", " ") in said(olga)
    assert t("group.hidden").replace("\u00a0", " ") in seen


async def test_whoever_is_in_no_figure_reads_so(stage: Stage) -> None:
    t = words(stage)
    staff, anna, _ = await people(stage, "ru", 14, 20)
    assert t("self_view.nothing_yet") in (await spies(anna, t)).replace("\u00a0", " ")
    await closed(stage, staff)
    async with stage.database.begin() as session:
        mine = await id_of(stage, anna)
        await session.execute(update(User).where(User.id == mine).values(role="hr"))
        await memberships.set_reading(session, [mine], FIRST_MONDAY)
    seen = await spies(anna, t)
    for people_in in (14, 34):
        assert t("self_view.not_among", people=people_in).replace("\u00a0", " ") in seen
    assert t("self_view.learn_more") not in anna.screen


async def test_a_newcomer_is_not_among_them_yet(stage: Stage) -> None:
    t = words(stage)
    staff, anna, _ = await people(stage, "ru", 14, 20)
    async with stage.database.begin() as session:
        later = {"since": monday_nine(4).date()}
        await session.execute(update(Membership).where(Membership.user_id == await id_of(stage, anna)).values(**later))
    await closed(stage, staff)
    assert t("self_view.not_among", people=14).replace("\u00a0", " ") in await spies(anna, t)


async def test_strangers_have_no_such_button(stage: Stage) -> None:
    t = words(stage)
    stranger = stage.person(77, "Чужой")
    await stranger.says("/privacy")
    await stranger.presses(data=Go(place="hr_sees").pack())
    assert t("self_view.title") not in str(stranger.buttons)
