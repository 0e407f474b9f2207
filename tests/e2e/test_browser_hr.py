"""HR's and the manager's path by clicking: on the demo company, and on a company that has only just begun.

`SCREENSHOTS=docs/screenshots` makes the run save what it sees on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from playground.remote.processes import PlaygroundServer, Process
from services.company.people import SEARCH_LENGTH
from tests.e2e.browser import Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.story import opening, plain
from tests.e2e.visit import NEWEST, Visit, become, begin

pytestmark = [needs_chromium, pytest.mark.parametrize("page", ["phone"], indirect=True)]
PICTURES = {"hr-week", "hr-period", "hr-chart", "what-hr-sees", "team"}
MONDAYS_AT_MOST = 5  # a period has four
MONDAY = 1  # of JavaScript's week, which begins on Sunday
LAST = ".message.in:last-child .text"
SUMMARIES = "[...document.querySelectorAll('.message.in .text')].filter((one) => one.textContent.includes('📊'))"


@pytest.mark.parametrize("language", ["ru"])
async def test_hr_by_clicking(page: Page, url: str, language: str) -> None:
    visit = await begin(page, url, "Ольга", language, "phone", PICTURES)
    await _wait_for_monday(visit)
    await _open_panel(visit)
    await _accept_a_proposal(visit)
    await _make_a_department(visit)
    await _invite_a_department(visit)
    await _find_somebody(visit)
    await _wait_for_the_period(visit)
    await _go_from_the_summary_to_the_figures(visit)
    await _open_panel(visit)
    await _promise(visit)  # now, since it is news for two weeks, and a period may end later
    await _read_what_hr_sees(visit)
    await _come_back_on_monday(visit, "Ольга")
    await _nothing_was_refused(visit)


@pytest.mark.parametrize(
    ("language", "is_whole"),
    [pytest.param("en", False, id="en"), pytest.param("en", True, id="en-whole", marks=pytest.mark.soak)],
)
async def test_the_administrator_and_the_manager_by_clicking(
    page: Page, url: str, language: str, is_whole: bool
) -> None:
    """The weeks up to a period and its figures, which HR goes through in Russian, are left out if it is not whole."""
    visit = await begin(page, url, "Martin", language, "phone", PICTURES)
    await _wait_for_monday(visit)
    await _open_panel(visit)
    await visit.presses("hr.summary")
    await visit.page.sees(opening(visit.t("hr.report.repeat")), LAST)
    if is_whole:
        await _wait_for_the_period(visit)
        await _go_from_the_summary_to_the_figures(visit)
    await _open_panel(visit)
    await visit.presses("hr.audit")
    await visit.page.sees(plain(visit.t("audit_log.who_sees")), LAST)
    if is_whole:
        assert plain(visit.t("audit.exported")) in await visit.page.text(LAST)
    await become(page, "Grace")
    await _read_as_the_manager(visit)
    if is_whole:
        await _come_back_on_monday(visit, "Martin")
    await _nothing_was_refused(visit)


@pytest.mark.parametrize("language", [pytest.param("ru", marks=pytest.mark.soak), "en"])
async def test_the_first_day_on_an_empty_database(
    page: Page, server: PlaygroundServer, make_bot: Callable[..., Process], language: str
) -> None:
    account, name = {"ru": ("1003", "Мария"), "en": ("1005", "Sara")}[language]
    bot = make_bot(**server.bot_env, ADMIN_IDS=account)
    await bot.start()
    await bot.says("ready")
    visit = await begin(page, server.control.url, name, language, "phone", PICTURES)
    await page.clicks("#start")
    await visit.reads("consent.title")
    await visit.presses("consent.agree")
    await page.sees(plain(visit.t("checkin.progress", number=1, total=20)), ".message.in .text")
    await visit.says("/hr")
    await visit.reads("undertakings.title")
    await visit.presses("undertakings.accept")
    await page.sees(plain(visit.t("hr.who_sees")), LAST)
    for key, empty in (("hr.departments", "department.none"), ("hr.promises", "promise.none")):
        await visit.presses(key)
        await page.sees(opening(visit.t(empty)), LAST)
        await visit.presses("button.back")
        await page.sees(opening(visit.t("hr.what_is_here")), LAST)
    await visit.presses("hr.summary")
    await page.sees(opening(visit.t("summary.starting_do")), LAST)
    await visit.presses("summary.button.sample")
    await page.sees(opening(visit.t("privacy.example")), LAST)
    await visit.says("/audit")
    await page.sees(plain(visit.t("audit_log.who_sees")), LAST)
    await _nothing_was_refused(visit)


# --- HR's panel


async def _open_panel(visit: Visit) -> None:
    await visit.says("/hr")
    await visit.page.sees(plain(visit.t("hr.who_sees")), LAST)


async def _wait_for_monday(visit: Visit) -> None:
    """Let Monday's summary be the last message: one that this week still owes has a day and an hour of its own."""
    pressed = datetime.now(UTC).isoformat()
    await visit.page.clicks('[data-testid="control-summary"]')
    time = f"{SUMMARIES}.at(-1)?.closest('.message').querySelector('time')"
    monday = f"{time}?.textContent === '09:00' && new Date({time}.dateTime).getDay() === {MONDAY}"
    await visit.page.becomes(f"{monday} && {time}.dateTime > '{pressed}'", True)


async def _accept_a_proposal(visit: Visit) -> None:
    """Two departments that are too small to be shown: one tap on the panel."""
    await visit.page.sees("Маркетинг", LAST)
    await visit.page.sees(plain(visit.t("proposal.why")), LAST)
    await visit.presses("proposal.accept", people=13)
    await visit.page.sees(opening(visit.t("proposal.accepted", date="")), LAST)
    await _open_panel(visit)
    assert "Маркетинг" not in await visit.page.text(LAST)


async def _make_a_department(visit: Visit) -> None:
    await visit.presses("hr.departments")
    await visit.page.sees(opening(visit.t("department.list")), LAST)
    await visit.presses("department.create")
    await visit.page.sees(opening(visit.t("department.type_name", max=60)), LAST)
    await visit.says("Склад")
    await visit.page.sees(opening(visit.t("department.name_taken")), LAST)
    await visit.says("Лаборатория")
    await visit.page.sees(plain(visit.t("department.people_line", count=0)), LAST)
    await visit.presses("button.hr")
    await visit.page.sees(plain(visit.t("hr.who_sees")), LAST)


async def _invite_a_department(visit: Visit) -> None:
    """A link for ten people and fourteen days, and its poster."""
    await visit.presses("hr.invites")
    await visit.page.sees(opening(visit.t("invite.what")), LAST)
    await visit.presses("invite.for_team")
    await visit.page.sees(opening(visit.t("invite.choose_department")), LAST)
    await visit.page.clicks(f"{NEWEST} .key", "Доставка")
    await visit.page.sees(opening(visit.t("invite.choose_uses", max=0)), LAST)
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key:first-child")
    await visit.page.sees(opening(visit.t("invite.choose_days")), LAST)
    await visit.page.clicks(f"{NEWEST} .key", plain(visit.t.n("invite.days", 14)))
    await visit.page.sees("?start=", LAST)
    await visit.presses("invite.poster", language="Русский")
    await visit.page.sees("exhale-poster-ru.pdf", f"{NEWEST} .document")
    await _open_panel(visit)


async def _find_somebody(visit: Visit) -> None:
    await visit.presses("hr.people")
    await visit.page.sees(plain(visit.t("people.who_sees")), LAST)
    await visit.presses("people.find")
    await visit.page.sees(opening(visit.t("people.type_name", max=SEARCH_LENGTH)), LAST)
    await visit.says("серг")
    await visit.page.sees("Сергей · Поддержка", LAST)
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key:first-child")
    await visit.page.sees(plain(visit.t("people.not_shown")), LAST)
    await _open_panel(visit)


async def _promise(visit: Visit) -> None:
    """To everybody, in one language, by the first day that is offered."""
    await visit.presses("hr.promises")
    await visit.page.sees("Новый график смен", LAST)
    await visit.presses("promise.new")
    await visit.page.sees(plain(visit.t("promise.whom")), LAST)
    await visit.presses("target.company")
    await visit.page.sees(opening(visit.t("promise.planned_or_done", target=visit.t("target.company"))), LAST)
    await visit.presses("promise.planned")
    await visit.page.sees(opening(visit.t("promise.type_planned", target=visit.t("target.company"), max=0)), LAST)
    await visit.says("Раз в неделю день без совещаний")
    await visit.presses("promise.skip_second")
    await visit.page.sees(opening(visit.t("promise.type_due")), LAST)
    await visit.page.clicks(f"{NEWEST} .keys-row:nth-child(2) .key")
    await visit.page.sees(opening(visit.t("promise.preview")), LAST)
    await visit.presses("promise.confirm")
    await visit.page.sees(plain(visit.t("promise.saved")), LAST)


# --- the summary, and what stands behind it


async def _wait_for_the_period(visit: Visit) -> None:
    """Monday after Monday until a check-in period has closed, with an ordinary and a quiet Monday on the way."""
    period = plain(visit.t("summary.period_title", period="|")).partition("|")[0]
    for _ in range(MONDAYS_AT_MOST):
        title, text = await _next_monday(visit)
        if title.startswith(period):
            break
        await _photograph_monday(visit, title, text)
    assert title.startswith(period)
    assert plain(visit.t("summary.exhaustion_by_group")) in text
    assert "…" not in text.partition(plain(visit.t("summary.promised")))[0]
    await visit.photographs("hr-period", title)


async def _come_back_on_monday(visit: Visit, person: str) -> None:
    await become(visit.page, person)
    await visit.page.sees("📊", "#messages")
    await _photograph_monday(visit, *await _next_monday(visit))


async def _photograph_monday(visit: Visit, title: str, text: str) -> None:
    """An ordinary one, and not one with nothing new: which of them comes depends on the week in which the test runs."""
    if plain(visit.t("summary.new_nothing")) not in text:
        await visit.photographs("hr-week", title)


async def _next_monday(visit: Visit) -> tuple[str, str]:
    """Press the control; gives the first line of the summary that arrives, and all of it."""
    before = int(await visit.page.value(f"{SUMMARIES}.length"))
    await visit.page.clicks('[data-testid="control-summary"]')
    await visit.page.becomes(f"{SUMMARIES}.length", before + 1)
    text = plain(str(await visit.page.value(f"{SUMMARIES}.at(-1).innerText")))
    return text.partition("\n")[0], text


async def _go_from_the_summary_to_the_figures(visit: Visit) -> None:
    """Steps, groups, one group, the chart, the file."""
    warehouse = {"ru": "Склад", "en": "Warehouse"}[visit.language]
    await visit.presses("summary.button.steps")
    await visit.page.sees(plain(visit.t("steps.never")), ".message.in .text")
    await visit.presses("summary.button.back")
    back = json.dumps(opening(visit.t("summary.button.back")).strip())
    left = f"[...document.querySelectorAll('.key')].some((one) => one.textContent.includes({back}))"
    await visit.page.becomes(left, False)  # else an older summary's button is pressed
    await visit.presses("summary.button.groups")
    await visit.page.sees(opening(visit.t("group.choose")), ".message.in .text")
    await visit.taps(warehouse)
    await visit.page.sees(plain(visit.t("group.what_to_do")), ".message.in .text")
    await visit.presses("button.chart")
    await visit.page.becomes(f"Boolean(document.querySelector('{NEWEST} img')?.naturalWidth)", True)
    await visit.photographs("hr-chart")
    await visit.presses("summary.button.groups")
    await visit.presses("summary.button.back")
    await visit.presses("summary.button.file")
    await visit.page.sees(".xlsx", f"{NEWEST} .document")


async def _read_what_hr_sees(visit: Visit) -> None:
    """An employee reads the same words, and the promise."""
    title = plain(visit.t("summary.period_title", period="|")).partition("|")[0]
    await become(visit.page, "Сергей")
    await visit.says("/menu")
    await visit.page.sees("Раз в неделю день без совещаний", LAST)
    await visit.presses("button.what_hr_sees")
    await visit.page.sees(plain(visit.t("privacy.last_summary")), LAST)
    assert title in await visit.page.text(LAST)
    await visit.photographs("what-hr-sees", opening(visit.t("button.what_hr_sees")))


async def _read_as_the_manager(visit: Visit) -> None:
    """The own group on demand, then every Monday, and five questions that need no figures."""
    await visit.says("/team")
    await visit.page.sees(plain(visit.t("team.who_sees")), LAST)
    await visit.photographs("team", opening(visit.t("team.title", period="")))
    await visit.presses("team.button.weekly")
    await visit.page.sees(plain(visit.t("team.button.on_demand")), f"{NEWEST} .keys")
    await visit.presses("team.button.questions")
    await visit.page.sees("5. ", LAST)
    await visit.page.clicks('[data-testid="control-summary"]')
    await visit.page.sees(plain(visit.t("team.who_sees")), ".message.in .text")


# --- looking


async def _nothing_was_refused(visit: Visit) -> None:
    await visit.page.clicks("#drawer-toggle")
    await visit.page.sees("sendMessage", "#calls")
    assert await visit.page.text("#calls .refused") == ""
    await visit.page.clicks("#drawer-close")
    assert visit.page.complaints == []
