"""The door: what a stranger reads, the consent, the department."""

from __future__ import annotations

from datetime import date

from aiogram.utils.formatting import Text

from content import Consent
from keyboards.lifecycle import Join, PickDepartment
from keyboards.rows import keyboard
from services.lifecycle.joining import ChooseDepartment
from services.wellbeing.checkin import CheckInState
from views.screen import Screen, titled
from views.translator import Translator
from views.wellbeing import checkin

MOST_DEPARTMENTS = 99  # Telegram shows 100 buttons; a larger company names the department in its invites
OTHER_LOCALE = {"ru": "en", "en": "ru"}


def consent(t: Translator, text: Consent, token: str, before: str | None = None) -> Screen:
    """Item by item who sees what, with the language button. Protected, since edits make it the questions' message."""

    def button(action: str, locale: str) -> Join:
        return Join(action=action, locale=locale, version=text.version, token=token)

    other = OTHER_LOCALE[t.locale]
    return Screen(
        titled(t("consent.title"), before, t.words(text)),
        keyboard(
            [(t("consent.agree"), button("agree", t.locale))],
            [(t("consent.decline"), button("decline", t.locale)), (t(f"language.{other}"), button("locale", other))],
        ),
    )


def declined(t: Translator, until: date | None) -> Screen:
    """Nothing was stored, and how to come back."""
    if until is None:
        return Screen(Text(t("consent.declined_no_link")))
    return Screen(Text(t("consent.declined", date=t.date(until))))


def entered(t: Translator, step: ChooseDepartment | CheckInState) -> Screen:
    """Right after the consent: the department, when the invite does not set it, else the first question."""
    if not isinstance(step, ChooseDepartment):
        return checkin.place(t, step)
    rows = [[(line.name, PickDepartment(id=line.id))] for line in step.departments[:MOST_DEPARTMENTS]]
    return Screen(
        titled(t("join.choose_department"), t("join.why_department")),
        keyboard(*rows, [(t("join.not_listed"), PickDepartment(id=0))]),
    )
