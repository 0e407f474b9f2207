"""The profile: what HR's list knows of the person, and what only they see."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go, ProfileField, ProfilePage, SettingsPage
from keyboards.rows import Button, keyboard
from services.account.profile import ProfileCard
from views.screen import Screen, lines, titled
from views.translator import Translator


def profile(t: Translator, card: ProfileCard, note: str | None = None) -> Screen:
    """Everything that is kept about the person beside the answers; `note` says what has just been saved."""

    def ask(field: str) -> Button:
        return t(f"profile.{field}"), ProfileField(action="ask", field=field)

    return Screen(
        titled(
            t("profile.title"),
            note,
            lines(
                t("profile.name_line", name=card.name or t("profile.none")),
                t("profile.department_line", department=card.department or t("profile.none")),
                t("profile.position_line", position=card.position or t("profile.none")),
                t("profile.email_line", email=card.email or t("profile.none")),
                t("profile.with_photo" if card.avatar else "profile.without_photo"),
            ),
            lines(
                t("profile.joined_line", date=t.date(card.joined, year=True)),
                t.n("profile.days", card.days),
                t("profile.completed_line", count=card.completed),
            ),
            t("profile.who_sees"),
        ),
        keyboard(
            [ask("name"), (t("profile.department"), ProfilePage(page="department"))],
            [ask("position"), ask("email")],
            [(t("button.settings"), SettingsPage(page="main")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def question(t: Translator, field: str) -> Screen:
    """A field is typed; all but the name can be emptied."""
    drop = None if field == "name" else [(t("profile.drop"), ProfileField(action="drop", field=field))]
    return Screen(Text(t(f"profile.type_{field}")), keyboard(drop, [(t("button.back"), ProfilePage(page="leave"))]))


def department(t: Translator) -> Screen:
    """Whom to ask for another department."""
    return Screen(Text(t("profile.ask_hr")), keyboard([(t("button.back"), ProfilePage(page="show"))]))
