"""The permission matrix: every handler, for everybody who may knock; and other people's ids in every button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select, update

from keyboards.lifecycle import AccountMoved
from keyboards.outreach import HrReply, NoteButton
from keyboards.wellbeing import (
    Answer,
    CauseButton,
    CausesPage,
    Checkin,
    HistoryEntry,
    RecommendationButton,
    ShowResult,
    Turn,
)
from models import ContactRequest, Department, Promise, Recommendation, User
from tests.bot.past import check_in
from tests.bot.permissions import Doing, Spy, all_doings, all_handlers, one_for_each_choice, samples
from tests.bot.rows import Rows, all_rows
from tests.bot.story import ON_SQLITE
from tests.fakes.stage import Player, Stage
from tests.people import invite, member

EVERYBODY = {"stranger", "employee", "manager", "withdrawn", "moved", "left", "hr", "admin"}
MEMBERS = {"employee", "manager", "hr", "admin"}
WITHOUT_CONSENT = MEMBERS | {"withdrawn"}
WITH_DATA = WITHOUT_CONSENT | {"moved", "left"}
HR = {"hr", "admin"}

# Who reaches which handlers. A handler that is in no row, or in a wrong one, fails the test.
MATRIX = {
    "groups: not_here pass_over": EVERYBODY,
    "privacy: privacy_command tell_what_hr_saw to_consent to_hr_sees to_privacy": EVERYBODY,
    "privacy: to_self_view": WITHOUT_CONSENT,
    "support: help_command help_now_command to_conflict to_help to_help_now topic": EVERYBODY,
    "leaving: ask ask_from_button erase keep text_expected": WITH_DATA,
    "privacy: export_command export_from_button": WITH_DATA,
    "settings: change_language open_language turn": WITH_DATA,
    "contact: ask_for_words choose_person choose_way preview send take_card": WITHOUT_CONSENT,
    "contact: take_words text_expected": WITHOUT_CONSENT,
    "contact: reply": WITHOUT_CONSENT,  # to a request that one was sent: the service asks the row
    "privacy: withdraw": WITHOUT_CONSENT,
    "profile: ask department drop text_expected leave open_profile show take": WITHOUT_CONSENT,
    "settings: ask_pause ask_zone change text_expected leave open_main open_pause settle take_pause": WITHOUT_CONSENT,
    "settings: take_zone": WITHOUT_CONSENT,
    "support: words": WITHOUT_CONSENT,
    "team: open_team paper questions team_command turn_page wish": WITHOUT_CONSENT,  # the service asks who manages
    "agreements: ask_keep begin confirm go_on keep take text_expected": WITHOUT_CONSENT,  # the service asks who manages
    "relink: keep_account move_results": MEMBERS | {"moved"},  # the service asks for the row that waits
    "breathing: begin stop": MEMBERS,
    "causes: ask finish name": MEMBERS,
    "checkin: answer answer_anyway back checkin go_on hardly_worked later return_to_skipped skip": MEMBERS,
    "dashboard: dashboard show_span": MEMBERS,
    "crisis: remove": EVERYBODY,
    "crisis: is_about_me keep_text write_as_usual": WITHOUT_CONSENT,
    "fallback: edited": EVERYBODY,
    "fallback: not_opened old_button thanks unasked": MEMBERS,
    "fallback: of_another_role": MEMBERS - {"admin"},
    "history: open_answers open_entry open_history turn_page": MEMBERS,
    "menu: cancel menu stop_typing to_menu": MEMBERS,
    "notes: react read": MEMBERS,
    "privacy: ask_to_withdraw": MEMBERS,
    "pulse: answer ask open_pulse open_recommendation pulse summary turn": MEMBERS,
    "recommendations: another ask_for_plan keep keep_plan mute open_card open_list text_expected": MEMBERS,
    "recommendations: set_state start swap take_plan turn_page where_from": MEMBERS,
    "results: hide more redo show": MEMBERS,
    "snooze: not_this_time remind_later": MEMBERS,
    "start: pick_department": MEMBERS,
    "start: agree start": EVERYBODY - {"moved"},
    "start: decline read_in read_why": {"stranger", "withdrawn", "left"},
    "fallback: stranger": {"stranger"},
    "start: come_back": {"withdrawn"},
    "departments: ask ask_delete ask_name ask_new_name change change_manager delete find_manager text_expected": HR,
    "departments: open_list show show_managers show_works show_zones take_country take_name take_zone turn": HR,
    "calendar: ask open_calendar remove take text_expected": HR,
    "hr: open_panel show_panel": HR,
    "hr: give_word": {"admin"},
    "invites: ask_name choose_days choose_department choose_role choose_uses text_expected make open_list": HR,
    "invites: ask_account renew revoke send_poster show take_account take_name take_uses turn": HR,
    "people: ask_for_name ask_where_to choose_department move": HR,
    "people: text_expected open_card open_people search turn": HR,
    "offboarding: ask_to_offboard offboard": HR,
    "relink: approve ask_to_relink decline make_link": HR,
    "promises: ask_hold ask_keep ask_owner ask_withdraw begin choose_kind choose_target confirm go_on": HR,
    "promises: hold keep text_expected open_list resume revise show take turn withdraw": HR,
    "reporting_groups: ask_dissolve ask_name begin change dissolve drop_name_en text_expected mark open_list": HR,
    "reporting_groups: put_together show show_fewer show_more take_name turn": HR,
    "proposals: accept open_proposals put_off": HR,
    "roster: answer ask confirm is_no_file take unasked": HR,
    "roster_changes: accept accept_all ask_all decline open_card open_list": HR,
    "rounds: begin open_choices preview turn": HR,
    "steps: ask_when doing open_steps promise put_off show text": HR,
    "summaries: chart file group groups heat_map open_summary sample send_now": HR,
    "audit: choose open_log show_log turn": {"admin"},
    "people: ask_role set_role": {"admin"},
}

# Handlers that only ask what to do next: they show nothing of anybody and write nothing.
QUESTIONS = {
    "calendar.ask",
    "calendar.text_expected",
    "departments.ask_new_name",
    "departments.text_expected",
    "invites.ask_account",
    "invites.ask_name",
    "invites.choose_days",
    "invites.choose_role",
    "invites.choose_uses",
    "invites.text_expected",
    "invites.take_uses",
    "people.ask_for_name",
    "people.text_expected",
    "promises.text_expected",
    "reporting_groups.text_expected",
    "roster.ask",
    "roster.is_no_file",
    "roster.unasked",
    "summaries.sample",
}


def rows() -> dict[str, set[str]]:
    """The matrix by handler."""
    return {
        f"{area}.{name}": who
        for row, who in MATRIX.items()
        for area, names in [row.split(": ")]
        for name in names.split()
    }


async def cast(stage: Stage) -> dict[str, Player]:
    """One person of each kind."""
    people = {"stranger": stage.person(1, "Чужой")}
    for number, kind in enumerate(("employee", "manager", "withdrawn", "moved", "left"), start=2):
        people[kind] = await member(stage, number, kind)
    for number, role in enumerate(("hr", "admin"), start=7):
        people[role] = await member(stage, number, role, role=role)
    now = stage.clock()
    changes: dict[str, dict[str, Any]] = {
        "withdrawn": {"consent_withdrawn_at": now},
        "left": {"offboarded_at": now},
        "moved": {"offboarded_at": now, "moved_at": now, "moved_to_id": 1},
    }
    async with stage.database.begin() as session:
        for kind, values in changes.items():
            await session.execute(update(User).where(User.telegram_id == people[kind].id).values(**values))
        await session.execute(update(Department).values(manager_id=2))
    return people


@ON_SQLITE
async def test_every_handler_has_a_row(stage: Stage) -> None:
    assert set(rows()) == all_handlers(stage)


@ON_SQLITE
async def test_everybody_reaches_what_the_matrix_says_and_nothing_else(stage: Stage) -> None:
    people = await cast(stage)
    spy = Spy(stage, is_dry=True)
    doings = one_for_each_choice(stage, all_doings(stage, await invite(stage, uses=1)))
    for kind, player in people.items():
        spy.reached.clear()
        for doing in doings:
            await doing.by(stage, player)
        assert set(spy.reached) == {handler for handler, who in rows().items() if kind in who}, kind
    assert people.keys() == EVERYBODY
    stage.telegram.take_refusals()


@ON_SQLITE
async def test_whoever_gets_past_a_filter_is_asked_again_by_the_service(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await cast(stage)
    monkeypatch.setattr("handlers.filters.is_hr", lambda _: True)
    monkeypatch.setattr("handlers.filters.is_admin", lambda _: True)
    closed = {name for name, who in rows().items() if who <= HR}
    doings = await _leading_to(stage, people["employee"], closed)
    stage.restart()
    spy = Spy(stage, is_dry=False)
    before = await _what_counts(stage)
    let_in = set()
    for doing in doings:
        spy.reached.clear()
        spy.refused.clear()
        await doing.by(stage, people["employee"])
        if not spy.refused:  # most are NotAllowed; what was typed may be refused before that
            let_in |= set(spy.reached)
    stage.telegram.take_refusals()
    assert let_in == QUESTIONS
    assert await _what_counts(stage) == before


async def _leading_to(stage: Stage, player: Player, handlers: set[str]) -> list[Doing]:
    """What reaches one of these handlers."""
    spy = Spy(stage, is_dry=True)
    found = []
    for doing in all_doings(stage, "x"):
        spy.reached.clear()
        await doing.by(stage, player)
        if handlers & set(spy.reached):
            found.append(doing)
    return found


async def _what_counts(stage: Stage) -> Rows:
    """Everything but the conversation, which is a hint."""
    return {name: found for name, found in (await all_rows(stage)).items() if name != "fsm"}


# --- other people's ids ---------------------------------------------------------------------------------------------

# Buttons that carry the id of something personal, by the table whose ids they carry.
PERSONAL = {
    "drafts": (Answer, Turn, Checkin),
    "assessments": (CauseButton, CausesPage, ShowResult, HistoryEntry),
    "recommendations": (RecommendationButton,),
    "contact_requests": (HrReply,),
    "promises": (NoteButton,),
    "users": (AccountMoved,),
}
FIELDS = ("draft", "assessment", "id", "request", "to")
SECRETS = ("Жертва", "после обеда выйти на улицу")


async def _victim(stage: Stage) -> None:
    """Somebody with a row in each of these tables: a draft, a result, a step with a plan, a request, a promise."""
    victim = await member(stage, 9001, SECRETS[0], department="Архив")
    await member(stage, 9002, "Ольга", role="hr", department="Кадры")
    await check_in(stage, victim, stage.clock() - timedelta(days=60))
    now = stage.clock()
    stamps = {"created_at": now, "updated_at": now}
    async with stage.database.begin() as session:
        user, hr = [await session.scalar(select(User).where(User.telegram_id == id_)) for id_ in (9001, 9002)]
        assert user is not None
        assert hr is not None
        await session.execute(update(Recommendation).values(state="started", started_at=now, plan=SECRETS[1]))
        session.add(ContactRequest(user_id=user.id, hr_id=hr.id, way="telegram", state="open", **stamps))
        session.add(
            Promise(
                department_id=user.department_id,
                text="Новые лампы",
                state="done",
                asked_at=now,
                author_audit_key=hr.audit_key,
                **stamps,
            )
        )


@ON_SQLITE
async def test_ids_of_somebody_else_change_nothing_and_show_nothing(stage: Stage) -> None:
    await _victim(stage)
    ids = {table: [row["id"] for row in found] for table, found in (await all_rows(stage)).items() if table in PERSONAL}
    people = await cast(stage)
    before = await _what_counts(stage)
    for table, kinds in PERSONAL.items():
        assert ids[table], f"the victim has no {table}"
        for data in (data for kind in kinds for id_ in ids[table] for data in _named(kind, id_)):
            for role in sorted(MEMBERS):
                await people[role].presses(data=data.pack())
                assert not any(secret in people[role].screen for secret in SECRETS), (role, data)
    stage.telegram.take_refusals()
    after = await _what_counts(stage)
    for table in (*PERSONAL, "reactions", "metrics", "deliveries"):
        gone = [row for row in before[table] if row not in after[table]]
        assert not gone, table
    assert after["reactions"] == before["reactions"]


def _named(kind: type[CallbackData], id_: int) -> Iterator[CallbackData]:
    return samples(kind, **dict.fromkeys(FIELDS, id_))
