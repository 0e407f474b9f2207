"""The audit log, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import groupby

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Bold, Text

from keyboards.company import AuditChoice, AuditList
from keyboards.rows import keyboard
from services.company.audit_log import PERSON, AuditKind, AuditLine, AuditLog
from services.company.memberships import COMPANY
from views import pages
from views.company.hr import BACK
from views.screen import Screen, lines, titled
from views.translator import Translator

KINDS: tuple[AuditKind, ...] = ("all", "changes", "views")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def audit_log(t: Translator, log: AuditLog) -> Screen:
    """One page, the newest first, and the other choices of entries."""

    def to(number: int) -> CallbackData:
        return _page(log.kind, number)

    return Screen(
        titled(
            t("hr.audit"),
            t(f"audit_log.shown_{log.kind}"),
            *(_days(t, log) or [Text(t("audit_log.empty"))]),
            pages.number(t, log.page),
            t("audit_log.who_sees"),
        ),
        keyboard(
            pages.turning(t, log.page, to),
            [(t(f"audit_log.{kind}"), _page(kind, 0)) for kind in KINDS if kind != log.kind],
            [(t("button.back"), BACK)],
        ),
    )


def _page(kind: AuditKind, number: int) -> CallbackData:
    return AuditList(page=number) if kind == "all" else AuditChoice(kind=kind, page=number)


def _days(t: Translator, log: AuditLog) -> list[Text]:
    """Each day of the page, with what was done on it."""
    days = groupby(log.page.items, key=lambda line: line.at.date())
    return [lines(Bold(t.date(day, year=True)), *(_line(t, line, log.names) for line in done)) for day, done in days]


def _line(t: Translator, line: AuditLine, names: Mapping[str, str]) -> str:
    return t(
        "audit_log.line",
        time=t.time(line.at.time()),
        who=t("audit_log.former") if line.who is None else line.who or t("audit_log.unnamed"),
        what=_known(t, f"audit.{line.action}") or t("audit_log.other", action=line.action),
        target=_target(t, line.target, names),
    )


def _target(t: Translator, target: str, names: Mapping[str, str]) -> str:
    """What was acted on: every name, and every word with a meaning of its own, begins a part."""
    parts: list[str] = []
    for word in target.split():
        shown = _word(t, word, names)
        if parts and (shown == word or DAY.fullmatch(word)):
            parts[-1] += f" {shown}"
        else:
            parts.append(shown)
    return " · ".join(parts)


def _word(t: Translator, word: str, names: Mapping[str, str]) -> str:
    """What one word of a target stands for."""
    if word in names:
        return names[word]
    if word == COMPANY:
        return t("target.company")
    if PERSON.fullmatch(word):
        return t("audit_log.former")
    if DAY.fullmatch(word):
        return t.date(date.fromisoformat(word), year=True)
    return _known(t, f"audit_log.word.{word}") or word


def _known(t: Translator, key: str) -> str | None:
    """The text of a key that another version may have written; None when this one has no words for it."""
    try:
        return t(key)
    except KeyError:
        return None
