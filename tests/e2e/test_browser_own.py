"""What a person has and may change, by clicking: chart, history, settings, export, and erasing everything."""

from __future__ import annotations

import pytest

from tests.e2e.browser import Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.story import opening, plain
from tests.e2e.visit import NEWEST, Visit, begin

pytestmark = needs_chromium
PEOPLE = {"ru": "Сергей", "en": "Grace"}  # of the playground's people, those with a past
PICTURES = {"home", "dashboard", "history", "settings", "export"}


@pytest.mark.parametrize("page", ["phone"], indirect=True)
@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.soak)])
async def test_the_own_things_by_clicking(page: Page, url: str, language: str) -> None:
    visit = await begin(page, url, PEOPLE[language], language, "phone", PICTURES)

    await _look_back(visit)
    await _take_away(visit)
    await _erase(visit)
    await page.clicks("#drawer-toggle")
    assert await page.text("#calls .refused") == ""
    assert page.complaints == []


async def _look_back(visit: Visit) -> None:
    await visit.page.sees(opening(visit.t("home.private")), f"{NEWEST} .text")
    await visit.photographs("home")
    await visit.presses("button.chart")
    await visit.page.sees(plain(visit.t("dashboard.pulse")), f"{NEWEST} .text")
    await visit.page.becomes(f"Boolean(document.querySelector('{NEWEST} img')?.naturalWidth)", True)
    await visit.page.clicks(f"{NEWEST} .photo.covered")
    await visit.page.becomes("document.querySelectorAll('.photo.covered').length", 0)
    await visit.photographs("dashboard", plain(visit.t("dashboard.pulse")))
    await visit.presses("history.title")
    await visit.page.sees(opening(visit.t("history.open")), f"{NEWEST} .text")
    await visit.photographs("history")
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key")
    await visit.page.sees(opening(visit.t("result.who_sees")), f"{NEWEST} .text")
    await visit.presses("history.answers")
    await visit.page.sees(plain(visit.t("button.back")), f"{NEWEST} .keys")
    await visit.presses("button.menu")
    await visit.page.sees(opening(visit.t("home.private")), f"{NEWEST} .text")
    await visit.presses("button.settings")
    await visit.page.sees(opening(visit.t("settings.title")), f"{NEWEST} .text")
    await visit.photographs("settings")


async def _take_away(visit: Visit) -> None:
    await visit.says("/privacy")
    await visit.page.sees(opening(visit.t("privacy.title")), f"{NEWEST} .text")
    await visit.presses("export.button")
    await visit.page.becomes("document.querySelectorAll('.message.in .document').length", 2)
    await visit.photographs("export")


async def _erase(visit: Visit) -> None:
    await visit.says("/delete")
    await visit.page.sees(opening(visit.t("delete.title")), f"{NEWEST} .text")
    await visit.says(plain(visit.t("delete.word")))
    await visit.page.sees(opening(visit.t("delete.done")), f"{NEWEST} .text")
    await visit.says("/menu")
    await visit.page.sees(opening(visit.t("join.without_invite")), f"{NEWEST} .text")
