"""The lines of the settings: each says how one thing is set, or what follows from it."""

from __future__ import annotations

from datetime import date

from services.account.member import Member
from services.account.settings import SWITCHABLE, UNTIL_I_WRITE, SettingsCard
from views.translator import Translator


def checkin_line(t: Translator, member: Member) -> str:
    rhythm = member.rhythm
    return t("settings.checkin_line", weekday=t(f"weekday.on_{rhythm.weekday}"), time=t.time(rhythm.at))


def pulse_line(t: Translator, member: Member) -> str:
    if not member.pulse.is_on:
        return t("settings.pulse_line_off")
    return t("settings.pulse_line", weekday=t(f"weekday.on_{member.pulse.weekday}"), time=t.time(member.pulse.at))


def days_line(t: Translator, member: Member) -> str:
    return t(
        "settings.days_line", days=", ".join(t(f"weekday.short_{day}") for day in sorted(member.rhythm.working_days))
    )


def quiet_line(t: Translator, member: Member) -> str:
    return t("settings.quiet_line", start=t.time(member.rhythm.quiet_from), end=t.time(member.rhythm.quiet_until))


def kinds_line(t: Translator, member: Member) -> str:
    if not member.muted:
        return t("settings.kinds_all")
    off = len(member.muted)
    return t("settings.kinds_none") if off == len(SWITCHABLE) else t.n("settings.kinds_off", off)


def pause_line(t: Translator, card: SettingsCard) -> str:
    if card.paused_until is None:
        return t("settings.pause_none")
    if card.paused_until == UNTIL_I_WRITE:
        return t("settings.pause_open")
    return t("settings.pause_until", date=pause_day(t, card, card.paused_until))


def pause_day(t: Translator, card: SettingsCard, day: date) -> str:
    """A day of a pause, with its year where it is another one."""
    return t.date(day, year=is_another_year(card, day))


def in_quiet_hours(t: Translator, member: Member) -> list[str]:
    """What the quiet hours hold back, and until when."""
    rhythm = member.rhythm
    until = t.time(rhythm.quiet_until)
    notes = []
    if rhythm.is_quiet(rhythm.at):
        notes.append(t("settings.checkin_quiet", time=t.time(rhythm.at), until=until))
    if member.pulse.is_on and rhythm.is_quiet(member.pulse.at):
        notes.append(t("settings.pulse_quiet", time=t.time(member.pulse.at), until=until))
    return notes


def moved(t: Translator, before: Member, after: Member) -> list[str]:
    """What moved to another weekday when one stopped being a working day."""
    notes = []
    if after.rhythm.weekday != before.rhythm.weekday:
        notes.append(t("settings.checkin_moved", weekday=t(f"weekday.on_{after.rhythm.weekday}")))
    if after.pulse.is_on and after.pulse.weekday != before.pulse.weekday:
        notes.append(t("settings.pulse_moved", weekday=t(f"weekday.on_{after.pulse.weekday}")))
    return notes


def is_another_year(card: SettingsCard, day: date) -> bool:
    return day.year != card.local_now.year
