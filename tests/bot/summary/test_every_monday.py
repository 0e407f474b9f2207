"""The invented company, Monday by Monday: no message contradicts itself, hides what stays high, or is too long."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.jobs import SummaryJob
from benchmarks.causes import looked_back, table
from content import load_content
from db.database import Database
from models import StoredSummary
from services.company.memberships import GroupKey
from services.demo.company import DemoCompany
from services.gate import publications
from services.gate.publications import PULSE_PERIOD, PULSE_WEEK, Publication
from services.kit.calendar import WEEK, Calendar
from services.summary.summaries import Summaries
from services.summary.weekly import Form
from tests.clock import ManualClock
from views import figures
from views.translator import Catalogs, Deployment, Translator

CONTENT = load_content()
CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
CATALOGS = Catalogs(Deployment(org={}))
ORDINARY_LIMIT, LIMIT = 1_200, 2_400
HIGH, HIGH_FROM = 7.0, 4
STEPS = {action.id: action for action in CONTENT.hr_actions.rules}


def start_of(t: Translator, key: str) -> str:
    """What a sentence with a list begins with."""
    return t(key, list="|").partition("|")[0]


def section(text: str, head: str) -> str:
    """The paragraph that begins with this line; empty where there is none."""
    return next((part for part in text.split("\n\n") if part.startswith(head)), "")


def news(text: str, start: str) -> str:
    """The rest of the line behind these words; empty where they are not there."""
    return text.partition(start)[2].partition("\n")[0]


def contradictions(t: Translator, text: str, form: Form) -> Iterator[str]:
    """Rows with a mark, and actions about a change, of groups that the news above do not name."""
    pulse = news(text, start_of(t, "summary.new"))
    named = news(text, start_of(t, "summary.period_moved")) if form == Form.PERIOD else pulse
    labels = [figures.label(t, figure) for figure in figures.PULSE_FIGURES]
    for row in text.splitlines():
        name, gap, _ = row.partition("  ")
        if gap and re.search("[▲▼]", row):
            who = t("summary.company") if name in labels else name
            if who not in named:
                yield row
    for id_, above in (
        ("rising_strain", pulse),
        ("lasting_strain", section(text, t("summary.high_head"))),
        ("what_changed", named),
        ("keep_going", named),
    ):
        words = t.words(STEPS[id_])
        for row in text.splitlines():
            if words[1:40] in row:
                groups = re.sub(r"^\d\. ", "", row).rpartition(": ")[0].rpartition(", ")[0].split(", ")
                everyone = {t("summary.for_everyone"): t("summary.company")}
                if any(everyone.get(one, one) not in above for one in groups):
                    yield row


def lasting(weeks: list[Publication], pooled: list[Publication]) -> set[GroupKey]:
    """Whose pressure was high in each of the four latest weeks, or in the newest period where they report once."""
    latest = weeks[-HIGH_FROM:]
    high = {
        cell.key
        for cell in latest[-1].cells
        if len(latest) == HIGH_FROM
        and all((one := week.cell(cell.key)) is not None and one.means["stress"].value >= HIGH for week in latest)
    }
    once = pooled[-1].groups if pooled else ()
    return high | {
        cell.key for cell in once if latest[-1].reports_once(cell.key) and cell.means["stress"].value >= HIGH
    }


@pytest.mark.parametrize("weeks", [4, pytest.param(104, marks=pytest.mark.soak)])
async def test_no_message_contradicts_itself_and_causes_lead_to_other_steps(
    database: Database, clock: ManualClock, weeks: int
) -> None:
    """To another first step in at least six of the eight departments that are shown: two wait to be joined."""
    began = CALENDAR.period_at(clock()).start
    demo = DemoCompany(CONTENT, CALENDAR, "Europe/Moscow")
    job = SummaryJob(database, Summaries(CONTENT, CALENDAR, "mon", time(9), 7), CONTENT, CATALOGS, clock)
    async with database.begin() as session:
        await demo.seed(session, clock())
    found, stored = Counter[str](), dict[date, StoredSummary]()
    for _ in range(weeks):
        clock.advance(weeks=1)
        async with database.begin() as session:
            await demo.catch_up(session, clock())
        await job()
        async with database.begin() as session:
            row = (await session.scalars(select(StoredSummary).order_by(StoredSummary.week.desc()))).first()
            assert row is not None
            stored[row.week] = row
            published = await publications.history(session, PULSE_WEEK, HIGH_FROM, row.week)
            pooled = await publications.history(session, PULSE_PERIOD, 1, row.week - 3 * WEEK)
        names = {group.key: group for group in published[-1].all_groups}
        for locale, text in row.texts.items():
            t, form = CATALOGS.translator(locale), Form(row.form)
            found["contradictions"] += len(list(contradictions(t, text, form)))
            high = section(text, t("summary.high_head"))
            for key in lasting(published, pooled):
                name = figures.name(t, names[key]) if key in names else t("summary.company")
                found["high in messages"] += 1
                found["high and not named"] += name not in high
            found["too long"] += len(text) > (LIMIT if form == Form.PERIOD else ORDINARY_LIMIT)
            found["longest ordinary"] = max(found["longest ordinary"], len(text) * (form == Form.ORDINARY))
    print(f"{len(stored)} weeks in two languages: {dict(found)}")  # noqa: T201 (the counts are what a reader of the test wants)
    assert len(stored) == weeks
    assert found["high in messages"] > 0
    assert (found["contradictions"], found["high and not named"], found["too long"]) == (0, 0, 0)
    async with database.read() as session:
        steps = [one for one in await looked_back(session, CONTENT, began) if any(first for first, _ in one.pairs)]
    assert len(steps) == 8
    assert sum(one.differs for one in steps) >= 6, "\n".join(table(steps))
