"""What people read when HR changed where they count, or what they read about others."""

from __future__ import annotations

from keyboards.rows import keyboard
from keyboards.summary import TeamPage
from services.company.messages import GroupingMessage, MoveMessage, ReaderMessage
from views.parts import menu
from views.screen import Screen, paragraphs
from views.translator import Translator


def moved(t: Translator, message: MoveMessage) -> Screen:
    """Where they belong now, and from when it counts."""
    text = t("people.move_notice", department=message.department, date=t.date(message.since))
    return Screen(paragraphs(t("contact.notice_first"), text), keyboard(menu(t)))


def reader(t: Translator, message: ReaderMessage) -> Screen:
    """What they read from now on or no longer, and whether their own answers are in the figures."""
    key, date = f"reader.{message.news}", t.date(message.since)
    if message.news == "manages" and not message.read:
        key = "reader.will_manage"
    elif message.news == "manages_no_more" and message.department is None:
        key = "reader.department_gone"
    counts = None
    if message.read is not message.reads:
        counts = t("reader.counts_no_more" if message.reads else "reader.counts_again", date=date)
    return Screen(
        paragraphs(t("contact.notice_first"), t(key, department=message.department or "", date=date), counts),
        keyboard([(t("button.team"), TeamPage())] if message.news == "manages" else None, menu(t)),
    )


def regrouped(t: Translator, message: GroupingMessage) -> Screen:
    """With whom their department reports from when on."""
    words = t("reporting.alone_notice", department=message.department, date=t.date(message.since))
    if message.group is not None:
        words = t(
            "reporting.notice",
            department=message.department,
            others=", ".join(message.departments),
            group=message.group,
            date=t.date(message.since),
        )
    return Screen(paragraphs(t("contact.notice_first"), words, t("reporting.notice_rule")), keyboard(menu(t)))
