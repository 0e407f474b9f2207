"""Screens of offboarding: what it does, and that it is done."""

from __future__ import annotations

from keyboards.company import PersonDeed
from keyboards.rows import danger, keyboard
from services.lifecycle.offboarding import OffboardingPreview
from views.company.people import to_card, to_list
from views.screen import Screen, titled
from views.translator import Translator


def offboard(t: Translator, leaving: OffboardingPreview) -> Screen:
    """Everything that would happen, and the second step."""
    return Screen(
        titled(
            t("people.offboard_title", name=leaving.name or t("contact.unnamed")),
            t("people.offboard_rule", date=t.date(leaving.until, year=True)),
            t("people.offboard_for_good"),
        ),
        keyboard(
            [danger(t("people.offboard_confirm"), PersonDeed(action="offboard", person=leaving.id))],
            to_card(t, leaving.id),
        ),
    )


def offboarded(t: Translator, leaving: OffboardingPreview) -> Screen:
    """It is done."""
    text = t("people.offboarded", name=leaving.name or t("contact.unnamed"), date=t.date(leaving.until, year=True))
    return Screen(titled(t("hr.people"), text), keyboard(to_list(t)))
