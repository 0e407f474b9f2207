"""The four forms in words: in both languages, always short enough, never sharper than what was published."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from db.database import Database
from models import Department, Promise
from services.company.memberships import COMPANY, Group, GroupKey
from services.gate import coarsening
from services.gate.coarsening import Grid
from services.gate.publications import GroupFigures, Levels, Publication, Share
from services.gate.trends import Change, GroupPulse, Movement, change
from services.kit.calendar import WEEK, Calendar
from services.summary.steps.suggestions import SuggestedAction
from services.summary.summaries import Joined, Summaries, SummaryDraft
from services.summary.weekly import ClearChange, Form, PromiseLine, StaysHigh, WeeklySummary
from tests.gate.company import STEADY, Company, company_in
from tests.gate.world import CONTENT, START
from views.figures import PULSE_FIGURES, SCALES, TOPS
from views.summary.text import LIMIT, Rank, Section, fitted, limit_of, summary_text
from views.translator import Catalogs, Deployment, Translator

ORG = {"ru": "ООО «Ромашка»", "en": "Romashka"}
CATALOGS = Catalogs(Deployment(org=ORG))
NAMES = [("Бухгалтерия", "Accounting"), ("Склад", "Warehouse"), ("Доставка", "Delivery"), ("Юристы", None)]
STEPS = CONTENT.hr_actions.thresholds.steps
FINE = {10: STEPS.pulse, 6: STEPS.item_mean, 120: STEPS.total}
EXACT = re.compile(r"\d+[.,]\d*[1-46-9](?!\d)")  # a mean that is on no grid of half points


@pytest.fixture(params=["ru", "en"])
def t(request: pytest.FixtureRequest) -> Translator:
    return CATALOGS.translator(request.param)


def said(t: Translator, issue: SummaryDraft) -> str:
    return summary_text(t, CONTENT, issue, ORG[t.locale]).replace("\u00a0", " ")


def summaries(calendar: Calendar) -> Summaries:
    return Summaries(CONTENT, calendar, "mon", time(9), 7)


async def issue(company: Company) -> SummaryDraft:
    return await summaries(company.calendar).issue(company.session, company.now)


@pytest.fixture
async def company(database: Database) -> AsyncIterator[Company]:
    """Four departments, of which two are always too small together with the next smallest."""
    async with company_in(database) as found:
        await found.staff(5, 20, 30, 4)
        for number, (name, name_en) in enumerate(NAMES, start=1):
            values = {"name": name, "name_en": name_en}
            await found.session.execute(update(Department).where(Department.id == number).values(**values))
        yield found


def everybody(company: Company) -> list[Any]:
    return list(company.people.values())


async def promise(company: Company, **values: Any) -> None:
    row = {"author_audit_key": "a", "created_at": company.now, "updated_at": company.now, "state": "planned"}
    await company.session.execute(insert(Promise), [{**row, **values}])


# --- the forms --------------------------------------------------------------------------------------------------------


async def test_starting_says_when_figures_come_and_what_to_do(database: Database, t: Translator) -> None:
    async with company_in(database) as company:
        await company.department(1)
        for _ in range(12):
            await company.person(1)
        found = await issue(company)
    text = said(t, found)
    assert found.summary.form == Form.STARTING
    assert {"ru": "90 % или больше из 12", "en": "90% or more of 12"}[t.locale] in text
    assert {"ru": "27 апреля", "en": "27 April"}[t.locale] in text
    assert {"ru": "18 мая", "en": "18 May"}[t.locale] in text


async def test_the_share_of_a_handful_is_left_out(database: Database, t: Translator) -> None:
    async with company_in(database) as company:
        await company.department(1)
        await company.person(1)
        found = await issue(company)
    assert found.joined is None
    assert "%" not in said(t, found)


async def test_an_ordinary_monday(company: Company, t: Translator) -> None:
    for _ in range(5):
        await company.week_of(everybody(company), stress=4)
    warehouse = everybody(company)[5:25]
    others = [person for person in everybody(company) if person not in warehouse]
    for _ in range(4):
        await company.pulse(warehouse, stress=9)
        await company.pulse(others, stress=4)
        await company.close()
    await promise(
        company, text="новый график", text_en="new rota", department_id=2, due=company.monday + 4 * timedelta(1)
    )
    await promise(company, text="пауза", text_en="a break", due=company.monday - 3 * timedelta(1))
    text = said(t, await issue(company))
    if t.locale == "ru":
        assert text.startswith(
            "📊 Неделя 15–21 июня · ООО «Ромашка»\n\n"
            "Обещано и просрочено\n• Вся компания: «пауза» до 19 июня, просрочено на 5 дней\n\n"
            "Остаётся высоким\nСклад: напряжённость работы 9,0, 4 недели подряд\n\n"
            "Заметно изменилось в пульсе: Компания (напряжённость работы выше"
        )
        assert "Склад  4,0 → 9,0 ▲ заметно" in text
        assert "Сделано важное  5,0 → 5,0\n(четыре недели до этого → последние четыре" in text
        assert "Бухгалтерия, Юристы: ответов мало" in text
        assert "• Склад: «новый график» до 26 июня, осталось 2 дня" in text
        assert "не диагнозы" in text
    else:
        assert text.startswith(
            "📊 Week of 15–21 June · Romashka\n\n"
            "Promised and overdue\n• The whole company: “a break” by 19 June, 5 days overdue\n\n"
            "Still high\nWarehouse: pressure 9.0, 4 weeks in a row\n\n"
            "Clear change in the pulse: Company (pressure is higher"
        )
        assert "Warehouse  4.0 → 9.0 ▲ clear change" in text
        assert "Accounting, Юристы: too few answers" in text
        assert "• Warehouse: “new rota” by 26 June, 2 days left" in text
    rows = [line for line in text.splitlines() if line.startswith(("Доставка", "Склад  ", "Delivery", "Warehouse  "))]
    assert rows == sorted(rows), "alphabetical"


async def test_nothing_new_is_five_lines(company: Company, t: Translator) -> None:
    for _ in range(9):
        await company.week_of(everybody(company))
    await promise(company, text="пауза", text_en="a break", due=None)
    found = await issue(company)
    assert found.is_quiet
    lines = [line for line in said(t, found).splitlines() if line]
    assert len(lines) == 5
    assert {"ru": "Новое: за четыре недели пульс заметно не", "en": "New: the pulse hasn't clearly changed"}[
        t.locale
    ] in lines[1]


async def test_the_first_weeks_claim_no_comparison(company: Company, t: Translator) -> None:
    await company.week_of(everybody(company))
    text = said(t, await issue(company))
    assert {"ru": "сравнивать пока рано", "en": "too early to compare"}[t.locale] in text
    assert not re.search(r"\d → ", text)
    assert {"ru": "Склад  5,0", "en": "Warehouse  5.0"}[t.locale] in text


async def test_too_few_has_no_figures_and_nobody_to_look_for(company: Company, t: Translator) -> None:
    await company.week_of(everybody(company)[:4])
    text = said(t, await issue(company))
    assert {"ru": "Что обычно помогает", "en": "What usually helps"}[t.locale] in text
    assert not re.search(r"\d[.,]\d|%", text)


async def test_a_monday_after_a_period(company: Company, t: Translator) -> None:
    await company.checkin(everybody(company), STEADY)
    await company.close_period()
    warehouse = everybody(company)[5:25]
    await company.checkin(warehouse, {key: min(6, value + 2) for key, value in STEADY.items()})
    await company.checkin([one for one in everybody(company) if one not in warehouse], STEADY)
    await company.pulse(everybody(company))
    await company.close_period()
    text = said(t, await issue(company))
    assert {"ru": "Самопроверка 18 мая – 14 июня", "en": "Check-in 18 May – 14 June"}[t.locale] in text
    assert {"ru": "▲ стало тяжелее (было 3,0)", "en": "▲ harder (was 3.0)"}[t.locale] in text
    assert {"ru": "Доставка  3,0 · без заметных изменений", "en": "Delivery  3.0 · no clear change"}[t.locale] in text
    assert re.search(r"(Усталость|Exhaustion)  \d[.,]\d \(\d[.,]\d–\d[.,]\d\)", text), "intervals in brackets"
    assert "4. " in text
    assert "5. " not in text, "at most four steps"
    assert {"ru": "95-процентный", "en": "95% intervals"}[t.locale] in text


@pytest.mark.parametrize(
    ("days", "ru", "en"),
    [
        (1, "остался 1 день", "1 day left"),
        (3, "осталось 3 дня", "3 days left"),
        (0, "это сегодня", "that's today"),
        (-1, "просрочено на 1 день", "1 day overdue"),
        (-5, "просрочено на 5 дней", "5 days overdue"),
    ],
)
def test_promises_count_days(t: Translator, days: int, ru: str, en: str) -> None:
    line = PromiseLine(1, COMPANY, "пауза", None, START + timedelta(days), False, None)
    text = said(t, made(promises=(line,)))
    assert {"ru": ru, "en": en}[t.locale] in text


@pytest.mark.parametrize(
    ("share", "ru", "en"),
    [
        (0.1, "10 % или меньше", "10% or less"),
        (0.6, "около 60 %", "about 60%"),
        (0.9, "90 % или больше", "90% or more"),
    ],
)
def test_shares_have_ends(t: Translator, share: float, ru: str, en: str) -> None:
    done = PromiseLine(1, COMPANY, "пауза", None, None, True, Share(share))
    text = said(t, made(form=Form.PERIOD, participation=share, promises=(done,)))
    assert text.count({"ru": ru, "en": en}[t.locale]) == 2


def test_means_at_the_ends_say_so(t: Translator) -> None:
    text = said(t, made(value=0.5))
    assert {"ru": "≤ 0,5", "en": "≤ 0.5"}[t.locale] in text
    assert {"ru": "≥ 9,5", "en": "≥ 9.5"}[t.locale] in said(t, made(value=9.5))


# --- any summary ------------------------------------------------------------------------------------------------------


def group(number: int, name: str) -> Group:
    return Group(GroupKey.of_department(number), name, None, (number,))


def cell(
    of: Group | None, names: tuple[str, ...], value: float, participation: float, with_levels: bool
) -> GroupFigures:
    means = {}
    for name in names:
        top = TOPS[name]
        scaled = coarsening.mean(Grid.of(FINE[top], top, 7), Fraction(str(value)) * top / 10, 0.4)
        means[name] = scaled
    levels = Levels(Share(0.5), Share(0.3), Share(0.2)) if with_levels else None
    return GroupFigures(of, means, Share(participation) if with_levels else None, levels)


def publication(
    kind: Any, slot: date, weeks: int, names: tuple[str, ...], groups: list[Group], values: list[float], **more: Any
) -> Publication:
    participation, hidden = more.get("participation", 0.6), more.get("hidden", [])
    return Publication(
        kind=kind,
        slot=slot,
        weeks=weeks,
        k=7,
        company=cell(None, names, values[0], participation, weeks > 1),
        groups=tuple(
            cell(one, names, values[(number + 1) % len(values)], participation, False)
            for number, one in enumerate(groups)
        ),
        hidden=tuple(hidden),
        steps=None if weeks == 1 else Share(0.3),
        noticed={},
    )


def made(
    form: Form = Form.ORDINARY,
    *,
    groups: list[Group] | None = None,
    hidden: list[Group] | None = None,
    value: float = 5.0,
    values: list[float] | None = None,
    values_then: list[float] | None = None,
    promises: tuple[PromiseLine, ...] = (),
    participation: float = 0.6,
    steps: int = 1,
    high: int = 0,
) -> SummaryDraft:
    """A summary about the weeks before START, with whatever a test is about."""
    groups, hidden, now, then = groups or [], hidden or [], values or [value], values_then or [value]
    pulses, scales = PULSE_FIGURES, (*SCALES, "total")
    is_period = form == Form.PERIOD
    kind, weeks, names = ("checkin_period", 4, scales) if is_period else ("pulse_week", 1, pulses)
    more = {"participation": participation, "hidden": hidden}
    latest = publication(kind, START - weeks * WEEK, weeks, names, groups, now, **more)
    before = publication(kind, START - (weeks + 4) * WEEK, weeks, names, groups, then, **more)
    cells = tuple(one.key for one in latest.cells)
    week = latest if not is_period else publication("pulse_week", START - WEEK, 1, pulses, groups, now, **more)
    moved = tuple(
        ClearChange(one.key, name, found)
        for one in latest.cells
        for name in names
        if (found := change(latest, before, one.key, name)) is not None and found.is_clear
    )
    summary = WeeklySummary(
        form=form,
        week=week,
        pulses=_pulses_of(week, None if is_period else before),
        period=latest if is_period else None,
        period_then=before if is_period else None,
        high=tuple(StaysHigh(key, "stress", week.cells[0].means["stress"], high, 7) for key in cells) if high else (),
        moved=() if is_period else moved,
        period_moved=moved if is_period else (),
        steps=tuple(
            SuggestedAction(action, cells[number % 2 :])
            for number, action in enumerate(CONTENT.hr_actions.rules[2 : 2 + steps])
        ),
        promises=promises,
        next_pulse=START,
        next_checkin=START,
        checkin_closes=START,
    )
    named = {one.key: one for one in [*groups, *hidden]}
    return SummaryDraft(START - WEEK, START, START, START, summary, named, Joined(Share(participation), 9_999))


def _pulses_of(week: Publication, then: Publication | None) -> dict[GroupKey, GroupPulse]:
    """The pulse of each cell, compared with what a test says there was before."""
    found = {}
    for one in week.cells:
        shifts = {
            name: Movement(
                one.means[name],
                None if then is None else then.cells[week.cells.index(one)].means[name],
                change(week, then, one.key, name),
            )
            for name in PULSE_FIGURES
        }
        found[one.key] = GroupPulse(week, one, False, shifts)
    return found


NAME = st.text(st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=200)
MEANS = st.lists(st.integers(0, 20).map(lambda half: half / 2), min_size=1, max_size=7)
PROMISES = st.lists(
    st.builds(
        PromiseLine,
        id=st.integers(1, 10**6),
        target=st.sampled_from(["company", "d1", "d2", "d61"]),
        text=st.text(min_size=1, max_size=400),
        text_en=st.none() | st.text(min_size=1, max_size=400),
        due=st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1)),
        is_done=st.booleans(),
        noticed=st.none() | st.sampled_from([Share(0.1), Share(0.5), Share(0.9)]),
    ),
    max_size=20,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(list(Form)),
    names=st.lists(NAME, max_size=60),
    hidden=st.lists(NAME, max_size=10),
    values=MEANS,
    then=MEANS,
    promises=PROMISES,
    steps=st.integers(0, 4),
    high=st.sampled_from([0, 4, 60]),
    participation=st.sampled_from([0.1, 0.5, 0.9]),
    org=st.none() | st.text(max_size=100),
)
def test_any_summary_fits_in_both_languages(
    form: Form,
    names: list[str],
    hidden: list[str],
    values: list[float],
    then: list[float],
    promises: list[PromiseLine],
    steps: int,
    high: int,
    participation: float,
    org: str | None,
) -> None:
    found = made(
        form,
        groups=[group(number, name) for number, name in enumerate(names, start=1)],
        hidden=[group(number, name) for number, name in enumerate(hidden, start=61)],
        values=values,
        values_then=then,
        promises=tuple(promises),
        steps=steps,
        high=high,
        participation=participation,
    )
    for locale in ("ru", "en"):
        text = summary_text(CATALOGS.translator(locale), CONTENT, found, org)
        assert 0 < len(text) <= limit_of(form)
        assert text == text.strip()


def test_the_largest_company_fits() -> None:
    """Sixty groups that all moved, the longest names, twenty long promises: the worst that there can be."""
    for form in Form:
        for name in ("Ы" * 200, "Отдел " * 33):
            found = made(
                form,
                groups=[group(number, f"{number} {name}"[:200]) for number in range(1, 61)],
                hidden=[group(number, name[:200]) for number in range(61, 81)],
                values=[9.0],
                values_then=[1.0],
                promises=tuple(
                    PromiseLine(number, GroupKey.of_department(number), "обещание " * 40, None, START, False, None)
                    for number in range(1, 21)
                ),
                steps=4,
                high=60,
            )
            for locale in ("ru", "en"):
                assert len(summary_text(CATALOGS.translator(locale), CONTENT, found, "О" * 100)) <= limit_of(form)


@settings(max_examples=50, deadline=None)
@given(texts=st.dictionaries(st.sampled_from(list(Rank)[1:]), st.integers(0, 10_000)), line=st.booleans())
def test_sections_of_any_length_leave_a_text(texts: dict[Rank, int], line: bool) -> None:
    """However long names and numbers become: whole sections go in the order of their rank, and something remains."""
    sections = [Section(rank, ("a" if line else "a b\n") * length) for rank, length in texts.items()]
    sections.append(Section(Rank.TITLE, "the title" * 1_000))
    text = fitted(sections, LIMIT)
    assert 0 < len(text) <= LIMIT
    assert "\n" not in fitted([Section(Rank.TITLE, "the title" * 1_000 + "\n")], LIMIT)


@pytest.mark.parametrize("form", list(Form))
def test_names_beyond_every_measure_leave_a_text(t: Translator, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should shortening ever fail, the job still sends a summary within the limit, with its title."""
    monkeypatch.setattr("views.figures.shortened", lambda text, length: text)
    endless = made(
        form, groups=[group(number, "Отдел " * 2_000) for number in range(1, 61)], values_then=[1.0], steps=4
    )
    text = summary_text(t, CONTENT, endless, ORG[t.locale])
    assert 0 < len(text) <= limit_of(form)
    assert text.startswith(summary_text(t, CONTENT, made(form), ORG[t.locale]).partition("\n")[0])


def test_with_many_groups_those_that_moved_stand_and_the_others_are_counted(t: Translator) -> None:
    groups = [group(number, f"Группа {number:02}") for number in range(1, 41)]
    quiet = made(groups=groups)
    moved = replace(quiet, summary=replace(quiet.summary, **news(GroupKey("d7"))))
    text = said(t, moved)
    assert "Группа 07" in text
    assert "Группа 08" not in text
    assert {"ru": "и ещё 39 групп", "en": "and 39 more groups"}[t.locale] in text


def news(key: GroupKey) -> dict[str, Any]:
    """One group that clearly moved."""
    return {"moved": (ClearChange(key, "stress", Change(2.0, 1.0, True)),)}


@pytest.mark.parametrize("size", [12, 14, 19, 25])
async def test_no_exact_count_or_mean_is_ever_told(database: Database, size: int) -> None:
    """Neither how many people there are, nor how many answered, nor a mean that is not on its grid."""
    async with company_in(database) as company:
        (team,) = await company.staff(size)
        for number, person in enumerate(team[:-1]):
            await company.pulse([person], stress=float(number % 7), burnout=float(number % 3))
        await company.close()
        found = await issue(company)
    for locale in ("ru", "en"):
        text = summary_text(CATALOGS.translator(locale), CONTENT, found, None).partition("\n")[2]
        assert not EXACT.search(text)
        assert not re.search(
            rf"(?<![\d.,]){size - 1}(?![\d.,])|(?<![\d.,]){size}(?![\d.,])", text.split("Дальше")[0].split("Next")[0]
        )
