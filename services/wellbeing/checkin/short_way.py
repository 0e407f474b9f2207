"""Nearly every press: an answer in the middle of a check-in, as one statement that also looks its person up.

Who it is, whether they may be asked and whether the question is still theirs are all in the statement's condition. What
it doesn't take (the last question, a press that came too late, someone who may not be asked) goes the long way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Integer, Row, bindparam, select

from content import Content
from models import Draft, User
from services.account.access import may_be_asked
from services.wellbeing.checkin.drafts import QuestionRef, advancing, parameters
from services.wellbeing.checkin.states import AskedQuestion

Write = Callable[[Executable, Mapping[str, Any]], Awaitable[Row[Any] | None]]
"""Executes one statement that commits by itself and returns its row: `Database.single`."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """What an answer led to, and for whom; `is_reachable` is False for those who had blocked the bot."""

    user_id: int
    locale: str
    is_reachable: bool
    question: AskedQuestion


_THEIRS = User.telegram_id == bindparam("account")
_MAY_BE_ASKED = may_be_asked(bindparam("consent", type_=Integer()))
_GO_ON = advancing(
    Draft.user_id == select(User.id).where(_THEIRS, _MAY_BE_ASKED).scalar_subquery(),
    Draft.__table__.c.user_id,
    select(User.locale).where(_THEIRS).scalar_subquery().label("locale"),
    select(User.unreachable_at).where(_THEIRS).scalar_subquery().label("unreachable_at"),
)


async def go_on_by_one(
    write: Write, content: Content, account: int, press: QuestionRef, value: int, now: datetime
) -> WentOn | None:
    """Store an answer and go on by one question. Return None for what has to go the long way."""
    questionnaire = content.questionnaires.get(press.version)
    if questionnaire is None or press.position >= len(questionnaire.order) - 1 or value > questionnaire.top:
        return None
    told = parameters(press, questionnaire.order[press.position], value, now)
    row = await write(_GO_ON, {**told, "account": account, "consent": content.consent.version})
    if row is None:
        return None
    chosen = row.answers.get(questionnaire.order[row.position])
    question = AskedQuestion(press.draft_id, questionnaire, row.position, chosen)
    return WentOn(row.user_id, row.locale, row.unreachable_at is None, question)
