"""The door: what a stranger reads, the consent, the department."""

from __future__ import annotations

from datetime import date

from aiogram.utils.formatting import Text

from content import Consent
from keyboards.lifecycle import ClosedDoor, Join, PickDepartment
from keyboards.rows import keyboard
from locales import LOCALES
from services.lifecycle.errors import CLOSED_BY, DoorReason
from services.lifecycle.joining import ChooseDepartment
from services.wellbeing.checkin import CheckInState
from views.screen import Screen, titled
from views.translator import Translator, language_name
from views.wellbeing import checkin

MOST_DEPARTMENTS = 99  # Telegram shows 100 buttons; a larger company names the department in its invites


def consent(t: Translator, text: Consent, token: str, before: str | None = None) -> Screen:
    """Item by item who sees what, with the language button. Protected, since edits make it the questions' message."""

    def button(action: str, locale: str) -> Join:
        return Join(action=action, locale=locale, version=text.version, token=token)

    return Screen(
        titled(t("consent.title"), before, t.words(text)),
        keyboard(
            [(t("consent.agree"), button("agree", t.locale))],
            [
                (t("consent.decline"), button("decline", t.locale)),
                *((language_name(other), button("locale", other)) for other in _others(t)),
            ],
        ),
    )


def closed_door(t: Translator, reason: DoorReason) -> Screen:
    """Why somebody does not come in, with the other languages."""
    return Screen(
        Text(t(CLOSED_BY[reason])),
        keyboard([(language_name(other), ClosedDoor(locale=other, reason=reason)) for other in _others(t)]),
        protect=False,
    )


def declined(t: Translator, last_day: date | None, today: date, text: Consent, token: str) -> Screen:
    """Nothing was stored, and how to come back. `last_day` is the link's, None where none is needed."""
    again = Join(action="locale", locale=t.locale, version=text.version, token=token)
    said = (
        t("consent.declined", date=t.date(last_day, year=last_day.year != today.year))
        if last_day
        else t("consent.declined_no_link")
    )
    return Screen(Text(said), keyboard([(t("consent.read_again"), again)]))


def entered(t: Translator, step: ChooseDepartment | CheckInState) -> Screen:
    """Right after the consent: the department, when the invite does not set it, else the first question."""
    if not isinstance(step, ChooseDepartment):
        return checkin.offered(t, step)
    rows = [[(line.name, PickDepartment(id=line.id))] for line in step.departments[:MOST_DEPARTMENTS]]
    return Screen(
        titled(t("join.choose_department"), t("join.why_department")),
        keyboard(*rows, [(t("join.not_listed"), PickDepartment(id=0))]),
    )


def _others(t: Translator) -> list[str]:
    return [locale for locale in LOCALES if locale != t.locale]
