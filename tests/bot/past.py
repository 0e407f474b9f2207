"""What people answered and asked for before a test begins, put in through the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import update

from models import Draft, Metric
from services.account.unit_of_work import UnitOfWork
from services.kit.calendar import WEEK, monday_of
from services.outreach.contact import requests
from services.wellbeing.checkin import CausesStep, CheckIns, CheckInStep, QuestionRef
from tests.bot.story import all_but_the_last
from tests.clock import START
from tests.fakes.stage import Player, Stage
from tests.people import member_of

THIS_WEEK = monday_of(START.date())
PACE = timedelta(seconds=8)  # a reader's time for one question

Week = tuple[int | None, int | None, int | None]
"""Answers of one week, 0–10: burnout, stress, productivity."""


def said(player: Player) -> str:
    """The screen with plain spaces: which of them must not break is the catalogs' concern."""
    return player.screen.replace("\u00a0", " ")


async def pulses(stage: Stage, player: Player, weeks: Sequence[Week | None], last: date = THIS_WEEK) -> None:
    """Answered weeks, oldest first and the last one in the week of `last`; None is a week without an answer."""
    member = await member_of(stage, player)
    async with stage.database.begin() as session:
        for back, week in enumerate(reversed(weeks)):
            if week is not None:
                burnout, stress, productivity = (None if value is None else value * 10.0 for value in week)
                monday = last - back * WEEK
                session.add(
                    Metric(
                        user_id=member.id,
                        date=monday.isoformat(),
                        source="pulse",
                        period=monday,
                        burnout=burnout,
                        stress=stress,
                        productivity=productivity,
                        created_at=stage.clock(),
                    )
                )


async def check_in(
    stage: Stage, player: Player, moment: datetime, example: int = 0, pace: timedelta = PACE, **changed: int | None
) -> int:
    """A finished check-in with the answers of an example (`q3=None` skips an item); gives its id.

    All answers but the last are put into the draft: as if each had been given `pace` after the one before.
    """
    member = await member_of(stage, player)
    checkins: CheckIns = stage.app.services.checkins
    questionnaire = stage.app.content.questionnaire
    answers = {**questionnaire.examples[example].answers, **{key[1:]: value for key, value in changed.items()}}
    draft = all_but_the_last(questionnaire.order, answers, moment, pace)
    async with stage.database.begin() as session:
        begun = await checkins.start(UnitOfWork(session, member, moment))
        assert isinstance(begun, CheckInStep), begun
        await session.execute(update(Draft).where(Draft.id == begun.draft_id).values(draft))
        uow = UnitOfWork(session, member, moment + len(questionnaire.order) * pace)
        press = QuestionRef(begun.draft_id, questionnaire.version, draft["position"])
        place = await checkins.answer(uow, press, answers.get(questionnaire.order[-1]))
    assert isinstance(place, CausesStep), place
    return place.card.assessment_id


async def asked_hr(stage: Stage, author: Player, hr: Player, words: str | None = None) -> None:
    """A request to somebody of HR that was just confirmed: to write in Telegram, or what the author typed."""
    member, reader, now = await member_of(stage, author), await member_of(stage, hr), stage.clock()
    async with stage.database.begin() as session:
        uow = UnitOfWork(session, member, now)
        await requests.ask(uow, reader.id, "telegram" if words is None else "words", words)
