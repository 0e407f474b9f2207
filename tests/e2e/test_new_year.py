"""The playground's December and January, lived through with *+1 month*: nobody is written to on a day off.

`SCREENSHOTS=folder` keeps the chats around the New Year.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import holidays
import pytest

from playground.remote.client import ControlClient, text_of
from tests.e2e.browser import Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.visit import arrive, become

pytestmark = [needs_chromium, pytest.mark.soak]

MOSCOW = ZoneInfo("Europe/Moscow")
PEOPLE = {"ru": {"Сергей": 1003, "Ольга": 1004}, "en": {"Grace": 1006, "Martin": 1007}}
NOW = "document.getElementById('clock').textContent"


@pytest.mark.parametrize("page", ["phone"], indirect=True)
@pytest.mark.parametrize("language", PEOPLE)
async def test_nobody_is_written_to_on_a_day_off(page: Page, url: str, language: str) -> None:
    control = ControlClient(urljoin(url, "/").rstrip("/"))
    try:
        today = (await _now(control)).date()
        new_year = date(today.year + (2 if today.month == 12 else 1), 1, 1)
        first, last = new_year.replace(year=new_year.year - 1, month=12), new_year.replace(day=31)
        visit = await arrive(
            page, url, language, "phone", {f"new-year-{person}" for person in PEOPLE[language].values()}
        )
        while (await _now(control)).date() <= last:
            shown = await page.value(NOW)
            await page.clicks('[data-testid="clock-month"]')
            await page.becomes(f"{NOW} === {json.dumps(shown)}", False)
        calendar = holidays.country_holidays("RU", years=[first.year, last.year])
        for person, person_id in PEOPLE[language].items():
            await become(page, person)
            received = [(_day(one), text_of(one)) for one in (await control.get("chat", person=person_id))["messages"]]
            told = [(day, text) for day, text in received if first <= day <= last]
            assert {day.month for day, _ in told} == {12, 1}
            assert [(day, text) for day, text in told if not calendar.is_working_day(day)] == []
            summaries = Counter(day for day, text in told if text.startswith("📊"))
            assert [day for day, count in summaries.items() if count > 1] == []
            around = next(text for day, text in reversed(told) if day < new_year)
            await visit.photographs(f"new-year-{person_id}", around.partition("\n")[0])
    finally:
        await control.close()


async def _now(control: ControlClient) -> datetime:
    return datetime.fromisoformat((await control.get("state"))["clock"]).astimezone(MOSCOW)


def _day(message: dict[str, Any]) -> date:
    return datetime.fromtimestamp(message["date"], MOSCOW).date()
