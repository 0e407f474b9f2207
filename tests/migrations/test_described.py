"""docs/database.md in both languages: every column is there, and its three queries run as they stand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from db.database import Database
from migrations.describe import PAGES, page
from models import Assessment, Base, Recommendation, User
from tests.bot.past import check_in
from tests.clock import START
from tests.fakes.stage import Stage
from tests.people import member

QUERIES = {language: re.findall(r"```sql\n(.*?)```", path.read_text(), re.S) for language, path in PAGES.items()}
WITH_HIGH_RESULT = """
SELECT DISTINCT u.id, u.name, a.burnout_level
FROM users u
JOIN assessments a ON u.id = a.user_id
WHERE a.burnout_level = 'high'
ORDER BY a.date DESC;
"""


@pytest.mark.parametrize("language", PAGES)
def test_every_table_and_column_is_described(language: str) -> None:
    """Run `python -m migrations.describe` after a change of the models."""
    written = PAGES[language].read_text(encoding="utf-8")
    assert written == page(language)
    purposes = written[: written.index("erDiagram")]
    assert [name for name in Base.metadata.tables if f"`{name}`" not in purposes] == []


def test_the_queries_are_the_same_in_both_languages() -> None:
    assert QUERIES["ru"] == QUERIES["en"]
    assert len(QUERIES["en"]) == 3


async def answer(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(text(query.rstrip().rstrip(";")))]


@pytest.mark.both_databases
async def test_the_three_queries_run_as_they_stand(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await member(stage, 1002, "Борис")
    await check_in(stage, anna, START)
    by_person, high, steps = QUERIES["en"]
    assert sorted(await answer(stage.database, by_person), key=str) == [
        ("Анна", 78.0, 78.0, 1),
        ("Борис", None, None, 0),
    ]
    assert [row[1:3] for row in await answer(stage.database, high)] == [("Анна", "high")]
    found = await answer(stage.database, steps)
    assert sum(int(str(total)) for _, total, _ in found) == 4
    assert {int(str(done)) for *_, done in found} == {0}


@pytest.mark.both_databases
async def test_only_postgresql_wants_the_column_of_the_order(stage: Stage, database_url: str) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START)
    if database_url.startswith("postgresql"):
        with pytest.raises(ProgrammingError, match="SELECT DISTINCT"):
            await answer(stage.database, WITH_HIGH_RESULT)
    else:
        assert [row[1:] for row in await answer(stage.database, WITH_HIGH_RESULT)] == [("Анна", "high")]


@pytest.mark.both_databases
async def test_what_is_computed_can_be_selected(stage: Stage) -> None:
    anna = await member(stage, 1001, "Анна")
    await check_in(stage, anna, START)
    async with stage.database.begin() as session:
        user = await session.scalar(select(User))
        assert user is not None
        user.join_date = START - timedelta(days=30)
        for recommendation in (await session.scalars(select(Recommendation).limit(2))).all():
            recommendation.completed = True
    async with stage.database.read() as session:
        row = (await session.execute(select(User.days_in_system, User.completed_recommendations))).one()
        assert await session.scalar(select(Assessment.score)) == 78
    assert row.completed_recommendations == 2
    assert row.days_in_system >= (datetime.now(UTC) - START).days + 29
    assert isinstance(row.days_in_system, int)
