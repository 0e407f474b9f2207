"""Invites: the open ones, making one step by step, and the announcement that goes with the link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from aiogram.types import KeyboardButton, KeyboardButtonRequestUsers, ReplyKeyboardMarkup, ReplyKeyboardRemove
from aiogram.utils.formatting import Text

from keyboards.company import HrPage
from keyboards.lifecycle import InviteButton, NewInvite, Poster, RosterButton
from keyboards.rows import Button, copying, danger, keyboard
from locales import LOCALES
from services.company.departments import DepartmentLine
from services.kit.calendar import Rhythm
from services.kit.pages import Page
from services.kit.text import NAME_LENGTH
from services.lifecycle.invite_fields import MOST_USES
from services.lifecycle.invites import DAYS, USES, InviteLine, IssuedInvite
from views import pages
from views.company.hr import BACK
from views.screen import Document, Screen, lines, paragraphs, titled
from views.translator import Translator, language_name

Step = Literal["role", "uses", "make"]

LIST = HrPage(place="invites")


def invite_list(t: Translator, page: Page[InviteLine], rhythm: Rhythm, now: datetime) -> Screen:
    """The open invites, the newest first; dates are those of the reader's `rhythm`."""
    today = rhythm.date_of(now)
    return Screen(
        titled(
            t("hr.invites"), t("invite.what"), t("invite.open" if page.items else "invite.none"), pages.number(t, page)
        ),
        keyboard(
            *([(_label(t, line, rhythm, today), _to("card", line))] for line in page.items),
            pages.turning(t, page, lambda number: InviteButton(action="list", page=number)),
            [
                (t("invite.for_person"), NewInvite(step="name", kind="person")),
                (t("invite.for_team"), NewInvite(step="where", kind="team")),
            ],
            [(t("roster.upload"), RosterButton(action="ask"))],
            [(t("button.back"), BACK)],
        ),
    )


def card(t: Translator, line: InviteLine, rhythm: Rhythm) -> Screen:
    """One open invite; its link is known to nobody but those who have it."""
    return Screen(
        titled(t("invite.title"), _facts(t, line, rhythm), t("invite.link_unknown")),
        keyboard(
            [(t("invite.renew"), InviteButton(action="renew", id=line.id, link=line.key))],
            [danger(t("invite.revoke"), _to("revoke", line))],
            _back(t),
        ),
    )


def type_name(t: Translator) -> Screen:
    """The name of the one person is typed."""
    choose: list[Button] = [(t("invite.by_account"), NewInvite(step="account", kind="person"))]
    return Screen(Text(t("invite.type_name", max=NAME_LENGTH)), keyboard(choose, _back(t)))


def choose_account(t: Translator) -> Screen:
    """A button that opens Telegram's list of people, and what the bot learns of the one who is chosen."""
    request = KeyboardButtonRequestUsers(request_id=1, user_is_bot=False, max_quantity=1, request_name=True)
    button = KeyboardButton(text=t("invite.account_button"), request_users=request)
    return Screen(
        Text(t("invite.choose_account")),
        below=ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True),
    )


def account_chosen(t: Translator, name: str | None) -> Screen:
    """Whom the link is for; of somebody without a name in Telegram it is typed."""
    text = t("invite.account_chosen", name=name) if name else t("invite.account_nameless", max=NAME_LENGTH)
    return Screen(Text(text), below=ReplyKeyboardRemove(remove_keyboard=True))


def choose_department(
    t: Translator, wish: NewInvite, after: Step, page: Page[DepartmentLine], *, name: str | None
) -> Screen:
    """The department that the link leads into, and the step `after` it; `name` is that of the one person."""

    def button(label: str, department_id: int) -> list[Button]:
        return [(label, wish.model_copy(update={"step": after, "department": department_id, "page": 0}))]

    return Screen(
        titled(name or t("invite.team_title"), t("invite.choose_department"), pages.number(t, page)),
        keyboard(
            *(button(line.name, line.id) for line in page.items),
            pages.turning(t, page, lambda number: wish.model_copy(update={"page": number})),
            button(t("invite.any_department"), 0),
            _back(t),
        ),
    )


def choose_role(t: Translator, wish: NewInvite, name: str) -> Screen:
    """As whom the person comes in: asked of administrators only."""

    def button(role: str, kind: str) -> list[Button]:
        return [(t(f"people.role_{role}"), wish.model_copy(update={"step": "make", "kind": kind}))]

    buttons = button("employee", "person"), button("hr", "hr")
    return Screen(titled(name, t("invite.choose_role")), keyboard(*buttons, _back(t)))


def choose_uses(t: Translator, wish: NewInvite) -> Screen:
    """For how many people; another number is typed."""
    row: list[Button] = [(str(uses), wish.model_copy(update={"step": "days", "uses": uses})) for uses in USES]
    return Screen(titled(t("invite.team_title"), t("invite.choose_uses", max=MOST_USES)), keyboard(row, _back(t)))


def choose_days(t: Translator, wish: NewInvite) -> Screen:
    """For how long."""
    row: list[Button] = [
        (t.n("invite.days", days), wish.model_copy(update={"step": "make", "days": days})) for days in DAYS
    ]
    return Screen(
        titled(t("invite.team_title"), t.n("invite.for_so_many", wish.uses), t("invite.choose_days")),
        keyboard(row, _back(t)),
    )


def made(t: Translator, made: IssuedInvite, rhythm: Rhythm) -> Screen:
    """What was made; the link stands in the announcement below, and nowhere else."""
    poster: list[Button] | None = None
    if made.line.name is None:
        poster = [
            (t("invite.poster", language=language_name(locale)), Poster(locale=locale, token=made.token))
            for locale in LOCALES
        ]
    return Screen(
        titled(t("invite.made"), _facts(t, made.line, rhythm), t("invite.link_below")),
        keyboard(copying(t("invite.copy_link"), made.link), poster, _to_list(t)),
    )


def announcement(translators: Sequence[Translator], link: str | None) -> Screen:
    """What HR copies or passes on, in every language: nothing else is in the message, and it may be forwarded.

    Without a link it says that everybody has one of their own.
    """
    texts = (t("hr.announcement", link=link or t("roster.own_link")) for t in translators)
    return Screen(paragraphs(*texts), protect=False)


def poster_file(t: Translator, content: bytes) -> Document:
    """The poster, to print."""
    return Document(f"exhale-poster-{t.locale}.pdf", content, t("poster.caption"))


def _label(t: Translator, line: InviteLine, rhythm: Rhythm, today: date) -> str:
    last_day = rhythm.date_of(line.expires_at)
    until = t.short_date(last_day, year=last_day.year != today.year)
    if line.name is not None:
        return t("invite.line_person", name=line.name, until=until)
    return t("invite.line", department=line.department or t("invite.anybody"), uses=line.uses_left, until=until)


def _facts(t: Translator, line: InviteLine, rhythm: Rhythm) -> Text:
    return lines(
        line.name,
        t("invite.department_line", department=line.department or t("invite.any_department")),
        t("invite.role_line", role=t(f"people.role_{line.role}")) if line.role != "employee" else None,
        t("invite.bound_line") if line.is_bound else t("invite.uses_line", uses=line.uses_left),
        t("invite.until_line", date=t.date(rhythm.date_of(line.expires_at), year=True)),
    )


def _to(action: str, line: InviteLine) -> InviteButton:
    return InviteButton(action=action, id=line.id)


def _to_list(t: Translator) -> list[Button]:
    return [(t("hr.invites"), LIST), (t("button.hr"), BACK)]


def _back(t: Translator) -> list[Button]:
    return [(t("button.back"), LIST)]
