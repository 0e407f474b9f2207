"""The statements on a person's one draft. A press is one of them: it loses if its question is no longer asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, Integer, Table, Text, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from content import Questionnaire
from models import Draft
from models.jsonput import json_put
from models.upsert import insert_into
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import Calendar


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """Which question a button belongs to."""

    draft_id: int
    version: int
    position: int


_DRAFTS = cast(Table, Draft.__table__)


def advancing(is_theirs: ColumnElement[bool], *returned: ColumnElement[Any]) -> ReturningUpdate[Any]:
    """Return the statement that stores an answer and goes on by one, built once and without the ORM.

    Of twenty parallel presses one finds its question still asked. It takes what `parameters` gives.
    """
    key = bindparam("question", type_=Text())
    return (
        update(_DRAFTS)
        .where(
            _DRAFTS.c.id == bindparam("draft"),
            is_theirs,
            _DRAFTS.c.questionnaire_version == bindparam("version"),
            _DRAFTS.c.position == bindparam("asked"),
            _DRAFTS.c.closes_at > bindparam("now"),
        )
        .values(
            answers=json_put(_DRAFTS.c.answers, key, bindparam("value", type_=Integer())),
            times=json_put(_DRAFTS.c.times, key, bindparam("moment", type_=Float())),
            position=_DRAFTS.c.position + 1,
            updated_at=bindparam("now"),
        )
        .returning(_DRAFTS.c.position, _DRAFTS.c.answers, *returned)
    )


def parameters(press: QuestionRef, key: str, value: int | None, now: datetime) -> dict[str, Any]:
    """Return what such a statement is told of a press; `key` is that of the question, None skips it."""
    return {
        "draft": press.draft_id,
        "version": press.version,
        "asked": press.position,
        "question": key,
        "value": value,
        "now": now,
        "moment": now.timestamp(),
    }


_ADVANCE = advancing(
    _DRAFTS.c.user_id == bindparam("user"), *(_DRAFTS.c[name] for name in ("id", "times", "period", "created_at"))
)


async def find_open(uow: UnitOfWork) -> Draft | None:
    """Return the person's draft unless its period has closed."""
    return await uow.session.scalar(select(Draft).where(Draft.user_id == uow.member.id, Draft.closes_at > uow.now))


async def begin(uow: UnitOfWork, questionnaire: Questionnaire, known: Collection[int], calendar: Calendar) -> Draft:
    """Return the person's open draft, or a new one. `known` are the versions of the questionnaire that still exist."""
    # A draft that is closed, or whose questions are gone, gives way; an open one is never overwritten.
    gone = (Draft.closes_at <= uow.now) | Draft.questionnaire_version.not_in(known)
    await uow.session.execute(delete(Draft).where(Draft.user_id == uow.member.id, gone))
    period = calendar.period_at(uow.now)
    insert = insert_into(
        uow.session,
        Draft,
        user_id=uow.member.id,
        period=period.start,
        closes_at=calendar.closes_at(period),
        questionnaire_version=questionnaire.version,
        position=0,
        answers={},
        times={},
        created_at=uow.now,
        updated_at=uow.now,
    )
    await uow.session.execute(insert.on_conflict_do_nothing(index_elements=["user_id"]))
    return (await uow.session.scalars(select(Draft).where(Draft.user_id == uow.member.id))).one()


async def advance(uow: UnitOfWork, press: QuestionRef, key: str, value: int | None) -> Any | None:
    """Store an answer (None skips) and go on by one. Return the row as it is now, None if the press lost."""
    told = {**parameters(press, key, value, uow.now), "user": uow.member.id}
    return (await uow.session.execute(_ADVANCE, told)).one_or_none()


async def step_back(uow: UnitOfWork, press: QuestionRef) -> bool:
    """Go back by one question; answers stay as they are. Return False if the press lost."""
    moved = await uow.session.execute(
        update(Draft)
        .where(*_still_asked(uow, press), Draft.position > 0)
        .values(position=Draft.position - 1, updated_at=uow.now)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


async def drop_unanswered(uow: UnitOfWork, press: QuestionRef) -> bool:
    """Delete the draft while it asks its first question and holds no answer. Return False if it stays."""
    given = await uow.session.scalar(select(Draft.answers).where(*_still_asked(uow, press)).with_for_update())
    if any(value is not None for value in (given or {}).values()):
        return False
    dropped = await uow.session.execute(delete(Draft).where(*_still_asked(uow, press), Draft.position == 0))
    return bool(dropped.rowcount)  # type: ignore[attr-defined]


async def find_own(session: AsyncSession, user_id: int, draft_id: int) -> Draft | None:
    """Return a draft by its id, None unless it is the person's own."""
    return await session.scalar(select(Draft).where(Draft.id == draft_id, Draft.user_id == user_id))


def _still_asked(uow: UnitOfWork, press: QuestionRef) -> tuple[Any, ...]:
    return (
        Draft.id == press.draft_id,
        Draft.user_id == uow.member.id,
        Draft.questionnaire_version == press.version,
        Draft.position == press.position,
        Draft.closes_at > uow.now,
    )
