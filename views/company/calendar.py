"""HR's calendar on the screen."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.company import CompanyDays, HrPage
from keyboards.rows import Button, keyboard
from services.company.calendar.own_days import OwnCalendar, OwnDaysLine
from views.company.hr import BACK
from views.screen import Screen, lines, titled
from views.translator import Translator

SHOWN = 12


def calendar(t: Translator, found: OwnCalendar, note: str | None = None) -> Screen:
    """Whose holidays are kept, the own days ahead, each with a button that takes it back."""
    shown = found.entries[:SHOWN]
    return Screen(
        titled(
            t("hr.calendar"),
            note,
            t("calendar.what"),
            t("calendar.country", country=t.country(found.country)) if found.country else t("calendar.no_country"),
            lines(*(f"• {_entry(t, found, entry)}" for entry in shown)) or t("calendar.none"),
            t("calendar.more") if len(found.entries) > SHOWN else None,
            t("calendar.never_one_person"),
        ),
        keyboard(
            *([_removing(t, entry)] for entry in shown),
            [(t("calendar.add_off"), CompanyDays(action="off"))],
            [(t("calendar.add_working"), CompanyDays(action="working"))],
            [(t("button.back"), BACK)],
        ),
    )


def type_days(t: Translator, *, is_working: bool) -> Screen:
    """A day, or the first and the last one, is typed."""
    question = t("calendar.type_working" if is_working else "calendar.type_off")
    return Screen(Text(question), keyboard([(t("button.back"), HrPage(place="calendar"))]))


def _entry(t: Translator, found: OwnCalendar, entry: OwnDaysLine) -> str:
    def day(of: OwnDaysLine, *, last: bool) -> str:
        shown = of.last if last else of.first
        return t.date(shown, year=shown.year != found.today.year)

    if entry.is_working:
        return t("calendar.working_line", day=day(entry, last=False))
    if entry.first == entry.last:
        return t("calendar.off_line", day=day(entry, last=False))
    return t("calendar.closed_line", first=day(entry, last=False), last=day(entry, last=True))


def _removing(t: Translator, entry: OwnDaysLine) -> Button:
    days = t.short_date(entry.first)
    if entry.last != entry.first:
        days = f"{days}\N{EN DASH}{t.short_date(entry.last)}"
    return t("calendar.remove", days=days), CompanyDays(action="remove", id=entry.id)
