"""Every published figure equals the one recomputed from raw rows: in one company, and at length in nine others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from db.database import Database
from services.gate import trends
from services.gate.publications import Publication
from tests.gate import recomputed
from tests.gate.world import Habits, World

HABITS = Habits(people=(15, 60), rate=(1, 6), events=tuple(event for event in Habits().events if event != "length"))


class CheckedWorld(World):
    """Compares each publication with the rows from which it was made, at that very moment."""

    cells = 0
    detailed = 0
    counted = 0

    async def close(self) -> Sequence[Publication]:
        publications: Sequence[Publication] = await super().close()
        for publication in publications:
            assert recomputed.published(publication) == await recomputed.expected(self.session, publication)
            if publication.kind == "pulse_week" and publication.slot == self.calendar.period_of(publication.slot).start:
                assert await recomputed.sizes_agree(self.session, publication)
            if publication.kind == "checkin_period":
                self.counted += await recomputed.causes_agree(self.session, publication)
            self.cells += len(publication.cells)
            self.detailed += sum(mean.margin is not None for cell in publication.cells for mean in cell.means.values())
        return publications


@pytest.mark.both_databases
async def test_published_figures_are_those_of_the_rows(database: Database) -> None:
    await recompute(database, 0, weeks=9)


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1, 10))
async def test_and_in_nine_others(database: Database, number: int) -> None:
    await recompute(database, number, weeks=9)


async def recompute(database: Database, number: int, weeks: int) -> None:
    async with database.begin() as session:
        world = CheckedWorld(session, f"recomputed {number}", habits=HABITS)
        await world.found()
        for _ in range(weeks):
            await world.week()
    assert world.cells >= weeks
    assert world.detailed >= weeks
    assert world.counted > 0 or weeks < 9, "in two periods the company is shown"
    published = [seen.publication for seen in world.log if seen.publication.kind == "pulse_week"]
    assert sum(changes_agree(then, now) for then, now in pairwise(published)) > 0


def changes_agree(then: Publication, now: Publication) -> int:
    """How many figures have a change, all of them as recomputed."""
    number = 0
    for cell in now.cells:
        earlier = then.cell(cell.key)
        for figure, mean in cell.means.items():
            found = trends.change(now, then, cell.key, figure)
            if found is not None:
                assert earlier is not None
                assert (found.difference, found.is_clear) == recomputed.change(mean, earlier.means[figure])
                number += 1
    return number
