"""Proposals to join departments that are too small to be shown: wherever HR meets hiding, and all of them on a page."""

from __future__ import annotations

from collections.abc import Sequence

from keyboards.company import GroupButton, HrPage, ProposalButton
from keyboards.labels import shortened
from keyboards.rows import Button, keyboard
from services.company.memberships import COMPANY, GroupKey
from services.kit.text import name_in
from services.summary.joining import Proposal, ProposedPart
from views.screen import Screen, lines, titled
from views.translator import Translator

NAMED = 8  # parts of a proposal that are named, at most
NAME_LENGTH = 40


def about(proposals: Sequence[Proposal], key: GroupKey) -> list[Proposal]:
    """Those that concern a group; all of them for the company."""
    return [one for one in proposals if key == COMPANY or any(part.group.key == key for part in one.parts)]


def section(t: Translator, proposals: Sequence[Proposal]) -> str | None:
    """What could be joined, and why; None for nothing."""
    if not proposals:
        return None
    more = len(proposals) - 1
    return "\n".join([t("proposal.why"), words(t, proposals[0]), *([t.n("proposal.more", more)] if more else [])])


def rows(t: Translator, proposals: Sequence[Proposal]) -> list[list[Button]]:
    """One tap to accept the first, and the way to all of them."""
    if not proposals:
        return []
    first = proposals[0]
    key = "proposal.accept_into" if first.into else "proposal.accept"
    return [
        [
            (t(key, people=first.people), ProposalButton(action="accept", stamp=first.stamp)),
            (t("proposal.other"), HrPage(place="proposals")),
        ]
    ]


def words(t: Translator, proposal: Proposal) -> str:
    """«Юристы 4, Бухгалтерия 6, Кадры 5: вместе 15. Объединить?»"""
    into = proposal.into
    joined = [part for part in proposal.parts if part is not into]
    entries = [f"{_name(t, part)}\u00a0{part.people}" for part in joined[:NAMED]]
    more = f" {t('summary.and_more', n=len(joined) - NAMED)}" if len(joined) > NAMED else ""
    parts = ", ".join(entries) + more
    if into is None:
        return t("proposal.words", parts=parts, people=proposal.people)
    return t("proposal.words_into", parts=parts, group=_name(t, into), size=into.people, people=proposal.people)


def page(t: Translator, proposals: Sequence[Proposal], note: str | None = None) -> Screen:
    """All of them, numbered, each with its answers; what was put off can still be accepted."""
    buttons: list[list[Button]] = []
    for number, one in enumerate(proposals, start=1):
        row: list[Button] = [(t("proposal.accept_number", n=number), ProposalButton(action="accept", stamp=one.stamp))]
        if not one.is_put_off:
            row += [
                (t("proposal.later", n=number), ProposalButton(action="later", stamp=one.stamp)),
                (t("proposal.decline", n=number), ProposalButton(action="decline", stamp=one.stamp)),
            ]
        buttons.append(row)
    return Screen(
        titled(
            t("proposal.title"),
            note,
            t("proposal.why") if proposals else t("proposal.none"),
            lines(*(f"{n}. {_line(t, one)}" for n, one in enumerate(proposals, start=1))) if proposals else None,
            t("proposal.rule", date=t.date(proposals[0].since)) if proposals else None,
            t("proposal.who_sees"),
        ),
        keyboard(
            *buttons,
            [(t("proposal.by_hand"), GroupButton(action="create"))],
            [(t("hr.groups"), HrPage(place="groups")), (t("button.hr"), HrPage(place="panel"))],
        ),
    )


def _line(t: Translator, proposal: Proposal) -> str:
    line = words(t, proposal)
    return f"{line} {t('proposal.is_put_off')}" if proposal.is_put_off else line


def _name(t: Translator, part: ProposedPart) -> str:
    return shortened(name_in(t.locale, part.group.name, part.group.name_en), NAME_LENGTH)
