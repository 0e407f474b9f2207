"""Proposals to join departments: where HR meets hiding, one tap to accept, told to the people concerned."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest
from sqlalchemy import func, insert, select, update

from keyboards.company import HrPage, ProposalButton
from keyboards.outreach import RoundButton
from keyboards.summary import OpenGroup, SummaryPage
from models import Delivery, Department, Grouping, Membership, ProposalAnswer, ReportingGroup, User
from services.account.unit_of_work import UnitOfWork
from services.company.departments import NAME_LENGTH
from services.kit.calendar import WEEK
from services.summary.joining import Proposal
from tests.bot.past import said
from tests.bot.presses import presses_twice
from tests.bot.story import words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START
from tests.people import hr_reader, member, member_of, monday_nine, quiet, staffed

BOTH = pytest.mark.parametrize("language", ["ru", "en"])
LINES = {
    "ru": "Доставка 6, Склад 4, Юристы 5: вместе 15. Объединить?",
    "en": "Delivery 6, Warehouse 4, Legal 5: together 15. Join?",
}
SIZES = (6, 4, 5)


async def company(stage: Stage, language: str = "ru") -> Player:
    """Three small departments, a large one, and somebody of HR."""
    await staffed(stage, *SIZES)
    olga = await hr_reader(stage, language=language)
    await large(stage)
    return olga


async def large(stage: Stage, number: int = 20) -> int:
    """Add a fourth department of many, so that the small ones are not the whole company; return its id."""
    async with stage.database.begin() as session:
        now = stage.clock()
        department = Department(name="Цех", name_en="Shop floor", created_at=now, updated_at=now)
        session.add(department)
        await session.flush()
        pattern = await session.scalar(select(User).order_by(User.id).limit(1))
        assert pattern is not None
        like = {column.name: getattr(pattern, column.name) for column in User.__table__.columns}
        like["department_id"] = department.id
        people = range(9000, 9000 + number)
        own = [{"id": person, "telegram_id": person, "audit_key": f"{person:032}"} for person in people]
        await session.execute(insert(User), [like | values for values in own])
        places = [{"user_id": person, "department_id": department.id, "since": START} for person in people]
        await session.execute(insert(Membership), places)
        return department.id


async def proposals(stage: Stage, player: Player) -> list[Proposal]:
    async with stage.database.read() as session:
        uow = UnitOfWork(session, await member_of(stage, player), stage.clock())
        found: list[Proposal] = await stage.app.services.join_proposals.all(uow)
        return found


def since(stage: Stage) -> date:
    day: date = stage.app.services.calendar.period_at(stage.clock()).end
    return day


async def joined(reread: Reread) -> set[tuple[int, int | None, date]]:
    rows = await reread(select(Grouping))
    return {(row.department_id, row.group_id, row.since) for row in rows}


@BOTH
async def test_one_tap_on_the_panel_joins_from_the_next_period(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await company(stage, language)
    anna = await member(stage, 6001, "Анна", department="Юристы", language=language)
    ivan = await member(stage, 6002, "Иван", department="Цех", language=language)
    await quiet(stage, anna, ivan, olga)
    await olga.says("/hr")
    line = {"ru": "Доставка 6, Склад 4, Юристы 6: вместе 16. Объединить?", "en": "Delivery 6, Warehouse 4, Legal 6"}
    assert line[language] in said(olga)
    assert t("proposal.why") in olga.screen
    await presses_twice(stage, olga, t("proposal.accept", people=16))
    assert t("proposal.accepted", date=t.date(since(stage))) in olga.screen
    (group,) = await reread(select(ReportingGroup))
    assert (group.name, group.name_en) == ("Доставка, Склад, Юристы", "Delivery, Warehouse, Legal")
    assert await joined(reread) == {(id_, group.id, since(stage)) for id_ in (1, 2, 3)}
    await olga.says("/hr")
    assert t("proposal.why") not in olga.screen
    await stage.tick()
    stage.telegram.take_refusals()  # of people who have no chat here
    others = "Доставка, Склад" if language == "ru" else "Delivery, Warehouse"
    name = "Юристы" if language == "ru" else "Legal"
    named = group.name if language == "ru" else group.name_en
    notice = t("reporting.notice", department=name, others=others, group=named, date=t.date(since(stage)))
    assert notice in anna.screen
    told = await reread(select(User.department_id).join(Delivery).where(Delivery.kind == "regrouped"))
    assert set(told) == {1, 2, 3}, "nobody else is told"


async def test_the_sums_are_those_of_people_who_count(stage: Stage) -> None:
    """Whoever reads figures, has left or is about to move away is in none of the numbers."""
    olga = await company(stage)
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.id == 1).values(offboarded_at=stage.clock()))
    (found,) = await proposals(stage, olga)
    assert [(part.group.name, part.people) for part in found.parts] == [("Доставка", 5), ("Склад", 4), ("Юристы", 5)]
    assert found.people == 14


@BOTH
async def test_it_stands_wherever_hr_meets_hiding(stage: Stage, language: str) -> None:
    t = words(stage, language)
    await staffed(stage, *SIZES)
    shop_floor = await large(stage)
    olga = await hr_reader(stage, language=language)
    line = LINES[language]
    await olga.presses(data=HrPage(place="groups").pack())
    assert line in said(olga)
    for target in ("company", "d3"):
        await olga.presses(data=RoundButton(action="preview", target=target).pack())
        assert line in said(olga), target
    await olga.presses(data=RoundButton(action="preview", target=f"d{shop_floor}").pack())
    assert line not in said(olga)
    stage.clock.advance_to(monday_nine(1))
    await stage.tick()
    week = START.toordinal()
    await olga.presses(data=SummaryPage(action="groups", week=week).pack())
    await olga.presses(data=OpenGroup(action="show", week=week, key="d3").pack())
    assert line in said(olga)
    assert [t("proposal.accept", people=15), t("proposal.other")] in olga.buttons
    await olga.presses(data=HrPage(place="proposals").pack())
    assert line in said(olga)
    assert t("proposal.who_sees") in olga.screen


@BOTH
async def test_the_first_summary_has_it(stage: Stage, language: str) -> None:
    t = words(stage, language)
    await staffed(stage, *SIZES)
    await large(stage)
    olga = await hr_reader(stage, language=language)
    await olga.presses(data=HrPage(place="summary").pack())
    assert LINES[language] in said(olga)
    await olga.presses(t("proposal.title"))
    assert LINES[language] in said(olga)


async def test_later_and_no_are_remembered(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await company(stage)
    await olga.presses(data=HrPage(place="proposals").pack())
    await presses_twice(stage, olga, t("proposal.later", n=1))
    assert t("proposal.is_put_off") in olga.screen
    await olga.says("/hr")
    assert t("proposal.why") not in olga.screen
    stage.clock.advance_to(stage.app.services.calendar.closes_at(stage.app.services.calendar.period_at(stage.clock())))
    await olga.says("/hr")
    assert t("proposal.why") in olga.screen, "later is the next period"
    await olga.presses(t("proposal.other"))
    await olga.presses(t("proposal.decline", n=1))
    stage.clock.advance(weeks=30)
    await olga.says("/hr")
    assert t("proposal.why") not in olga.screen
    assert len(await reread(select(ProposalAnswer))) == 1
    await olga.presses(data=HrPage(place="proposals").pack())
    await olga.presses(t("proposal.accept_number", n=1))
    assert await reread(select(func.count(ReportingGroup.id))) == [1], "what was declined can still be accepted"


async def test_a_proposal_that_is_out_of_date_is_refused(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await company(stage)
    await olga.says("/hr")
    async with stage.database.begin() as session:  # they grow and need nobody now
        shop_floor = select(Department.id).where(Department.name == "Цех").scalar_subquery()
        grown = update(Membership).where(Membership.department_id == shop_floor).values(department_id=3)
        await session.execute(grown)
    await olga.presses(t("proposal.accept", people=15))
    assert olga.toast == t("proposal.gone")
    assert await reread(select(Grouping)) == []
    await olga.presses(data=ProposalButton(action="later", stamp="0" * 16).pack())
    assert olga.toast == t("proposal.gone")
    assert await reread(select(ProposalAnswer)) == []


async def test_what_was_accepted_and_taken_apart_is_proposed_again(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await company(stage)
    await olga.says("/hr")
    await olga.presses(t("proposal.accept", people=15))
    await olga.presses(t("reporting.dissolve"))
    await olga.presses(t("reporting.dissolve"))
    await olga.says("/hr")
    assert LINES["ru"] in said(olga)
    await olga.presses(t("proposal.accept", people=15))
    assert await reread(select(func.count(ReportingGroup.id))) == [1], "the same group again"


@pytest.mark.both_databases
async def test_two_of_hr_at_once_make_one_group(stage: Stage, reread: Reread) -> None:
    olga = await company(stage)
    vera = await hr_reader(stage, 5002)
    (found,) = await proposals(stage, olga)

    async def accept(player: Player) -> int:
        actor = await member_of(stage, player)
        async with stage.database.begin() as session:
            accepted: int = await stage.app.services.join_proposals.accept(
                UnitOfWork(session, actor, stage.clock()), found.stamp
            )
            return accepted

    first, second = await asyncio.gather(accept(olga), accept(vera))
    assert first == second
    assert len(await reread(select(Grouping))) == 3
    assert len(await reread(select(ReportingGroup))) == 1


async def test_a_small_department_comes_into_a_group_that_is_there(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await company(stage)
    await olga.says("/hr")
    await olga.presses(t("proposal.accept", people=15))
    (group,) = await reread(select(ReportingGroup))
    async with stage.database.begin() as session:
        now = stage.clock()
        session.add(Department(id=50, name="Архив", created_at=now, updated_at=now))
        await session.flush()
        await session.execute(update(Membership).where(Membership.user_id.in_((9000, 9001))).values(department_id=50))
    await olga.says("/hr")
    line = "Архив 2 и группа «Доставка, Склад, Юристы» 15: вместе 17. Добавить?"
    assert line in said(olga)
    await presses_twice(stage, olga, t("proposal.accept_into", people=17))
    assert (50, group.id, since(stage)) in await joined(reread)
    assert olga.toast != t("proposal.gone"), "the second press finds what the first did"


async def test_long_names_make_a_name_that_fits(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await company(stage)
    async with stage.database.begin() as session:
        for id_ in (1, 2, 3):
            name = f"{id_} " + "Отдел с длинным названием, " * 2
            await session.execute(update(Department).where(Department.id == id_).values(name=name[:60].strip()))
    await olga.says("/hr")
    await olga.presses(t("proposal.accept", people=15))
    (group,) = await reread(select(ReportingGroup))
    assert len(group.name) <= NAME_LENGTH
    assert [name[0] for name in re.findall(r"\d Отдел", group.name)] == ["1", "2", "3"]


async def test_people_are_told_when_a_group_ends(stage: Stage) -> None:
    t, olga = words(stage), await company(stage)
    anna = await member(stage, 6001, "Анна", department="Юристы")
    await quiet(stage, anna, olga)
    await olga.says("/hr")
    await olga.presses(t("proposal.accept", people=16))
    stage.clock.advance(minutes=1)
    await olga.presses(t("reporting.dissolve"))
    await olga.presses(t("reporting.dissolve"))
    day = since(stage)
    await stage.tick()
    stage.telegram.take_refusals()  # of people who have no chat here
    assert t("reporting.alone_notice", department="Юристы", date=t.date(day)) in anna.screen


async def test_from_a_proposal_to_the_figures_of_the_group(stage: Stage) -> None:
    """The whole way: hidden, proposed in Monday's summary, accepted, told, and shown after the next period."""
    t, name = words(stage, "ru"), "Доставка, Склад, Юристы"
    team = await staffed(stage, *SIZES)
    await large(stage)
    olga = await hr_reader(stage)
    anna = await member(stage, 6001, "Анна", department="Юристы", language="ru")
    await quiet(stage, anna)
    everybody = [*team.everybody, *range(9000, 9020)]
    first, second = START, START + 4 * WEEK
    await team.checkin(first, everybody)
    stage.clock.advance_to(monday_nine(1))
    await stage.tick()
    await olga.presses(data=SummaryPage(action="groups", week=first.toordinal()).pack())
    await olga.presses(data=OpenGroup(action="show", week=first.toordinal(), key="d3").pack())
    assert "Доставка 6, Склад 4, Юристы 6: вместе 16. Объединить?" in said(olga)
    await olga.presses(t("proposal.accept", people=16))
    assert t("proposal.accepted", date=t.date(second)) in olga.screen
    await stage.tick()
    stage.telegram.take_refusals()  # of people who have no chat here
    assert f"«{name}»" in said(anna)
    stage.clock.advance_to(monday_nine(4))
    await stage.tick()
    assert t("summary.exhaustion_by_group") in olga.screen
    assert "Доставка, Склад, Юристы: " in said(olga), "without figures, one by one"
    await team.checkin(second, everybody)
    stage.clock.advance_to(monday_nine(8))
    await stage.tick()
    assert f"{name}  3,0" in said(olga)
