"""The words for the date of the next check-in, and for one that HR holds: on every screen from here."""

from __future__ import annotations

from datetime import date

from services.kit.calendar.held import OnHold
from views.translator import Translator


def next_checkin(t: Translator, key: str, day: date | None) -> str:
    """Return the sentence with the date, or of the same name the one that HR answers first."""
    return t(f"{key}_held") if day is None else t(key, date=t.date(day))


def on_hold(t: Translator, hold: OnHold) -> str:
    """Return that nobody is asked in this period or in the next, and when again where that is known."""
    told = t("home.checkin_held_now") if hold.is_now else t("held.line", date=t.date(hold.first))
    return told if hold.next_date is None else f"{told} {next_checkin(t, 'home.next_on', hold.next_date)}"
