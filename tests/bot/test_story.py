"""The whole story of a newcomer, in the very words that stand on the screens, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from models import Assessment, Recommendation, User
from tests.bot.story import SEED, answers, data_of, plain, result_of
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import department, invite

pytestmark = [pytest.mark.both_databases, pytest.mark.both_languages]

PLAN = "Если 12:00, то иду обедать <b>без телефона</b> 🙂"


@dataclass(frozen=True)
class Words:
    """What stands on the screens of this story."""

    agree: str
    first: str
    seventh: str
    result: str
    card: str
    fine: str
    menu: str
    may_help: str
    title: str
    why: str
    source: str
    study: str
    back: str
    start: str
    offered_plan: str
    own_plan: str
    done: str
    undo: str
    decline: str
    to_list: str
    finished: str
    my_plan: str


RU = Words(
    agree="Согласиться",
    first=(
        "Это самопроверка, а не диагноз.\n20 вопросов, около 3 минут.\nОтветы бот показывает только вам.\n\n"
        "1 из 20\n\nКак часто так было в ваши рабочие дни и смены за последние 4 недели?\n"
        "Правильных ответов нет: первый, который пришёл в голову, обычно самый точный.\n\n"
        "Уже к середине рабочего дня силы были на исходе."
    ),
    seventh=(
        "7 из 20\n\nКак часто так было в ваши рабочие дни и смены за последние 4 недели?\n\n"
        "Даже небольшая новая просьба казалась непосильной."
    ),
    result=(
        "Чаще всего за месяц: сил уходило много, а толку было мало; "
        "обычного ночного сна не хватало, чтобы восстановить силы.\n\n"
        "Похоже, сейчас тяжело сразу во всём: мало сил, люди и дела отдалились, отдачи не видно. "
        "Так бывает, когда нагрузка долго больше сил. Это не слабость.\n\n"
        "Усталость: примерно каждый второй день (35 из 54 баллов)\n"
        "Отстранённость: примерно каждый второй день (20 из 30 баллов)\n"
        "Мало отдачи: примерно каждый второй день (23 из 36 баллов)\n\n"
        "Всего 78 из 120: тяжело примерно каждый второй день.\n"
        "Сравнить можно будет в следующий раз.\n\n"
        "С таким стоит сходить к врачу или психологу; начать можно с терапевта.\n\n"
        "Это самопроверка, а не диагноз. "
        "Результат бот показывает только вам; HR и руководители видят цифры по группам.\n\n"
        "Спасибо за честность. Справляться в одиночку не нужно: есть с кем поговорить."
    ),
    card="Буду писать по вторникам в 10:00",
    fine="Хорошо",
    menu="Меню",
    may_help="Что может помочь: 4",
    title="Разговор о нагрузке",
    why="Подойдёт для недель, когда тяжёлые моменты случаются часто.",
    source="Откуда это",
    study="Источник: Bes 2023",
    back="← Назад",
    start="Начать",
    offered_plan="Сегодня после планёрки прошу руководителя о встрече.",
    own_plan="Написать свой план",
    done="Сделано",
    undo="Вернуть",
    decline="Не подходит",
    to_list="← Мои шаги",
    finished="Сделанные",
    my_plan=f"Ваш план: «{PLAN}»",
)
EN = Words(
    agree="Agree",
    first=(
        "This is a check-in, not a diagnosis.\n20 questions, about 3 minutes.\n"
        "The bot shows your answers only to you.\n\n1 of 20\n\n"
        "How often was it like this on your workdays or shifts in the last 4 weeks?\n"
        "There are no right answers; the first one that comes to mind is usually the truest.\n\n"
        "By the middle of the workday I was running out of energy."
    ),
    seventh=(
        "7 of 20\n\nHow often was it like this on your workdays or shifts in the last 4 weeks?\n\n"
        "Even a small extra request felt like too much."
    ),
    result=(
        "Most often this month: I put in a lot of effort for very little result; "
        "a normal night's sleep wasn't enough to recover.\n\n"
        "A lot seems hard at once: little energy, distance from people, little to show for it. "
        "It happens when the load is too heavy for too long. It isn't weakness.\n\n"
        "Exhaustion: about half the days (35 of 54 points)\n"
        "Distance: about half the days (20 of 30 points)\n"
        "Little to show for it: about half the days (23 of 36 points)\n\n"
        "Total 78 of 120: it was hard about half the days.\n"
        "Next time you'll see how it compares.\n\n"
        "It's worth seeing a doctor or psychologist; start with a GP.\n\n"
        "This is a check-in, not a diagnosis. "
        "The bot shows this only to you; HR and managers see only figures for groups.\n\n"
        "Thanks for being honest. You don't have to carry this alone; there's someone to talk to."
    ),
    card="I'll write on Tuesdays at 10:00",
    fine="OK",
    menu="Menu",
    may_help="What may help: 4",
    title="Talk about your workload",
    why="Why this: for weeks when hard moments come often.",
    source="Where this comes from",
    study="Source: Bes 2023",
    back="← Back",
    start="Start",
    offered_plan="Today, after the morning meeting, I ask my manager for a talk.",
    own_plan="Write my own plan",
    done="Done",
    undo="Undo",
    decline="Not for me",
    to_list="← My steps",
    finished="Done",
    my_plan=f"Your plan: “{PLAN}”",
)
LANGUAGES = pytest.mark.parametrize(("locale", "w"), [("ru", RU), ("en", EN)], ids=["ru", "en"])


def texts(player: Player) -> list[str]:
    """Everything that the bot has said and that still stands in the chat."""
    return [str(message["text"]) for message in player.messages]


@LANGUAGES
async def test_from_the_link_to_a_finished_step(stage: Stage, reread: Reread, locale: str, w: Words) -> None:
    anna = stage.person(1001, "Анна", language=locale)

    await anna.starts(await invite(stage))
    assert "112" not in anna.screen
    await anna.presses(w.agree)
    assert plain(anna.screen) == w.first, "two taps and not a typed word before the first question"
    await answers(stage, anna, SEED, locale=locale, until=6)
    assert plain(anna.screen) == w.seventh
    await answers(stage, anna, SEED, locale=locale)

    assert plain(result_of(anna)) == w.result
    assert len(anna.messages) == 1, "everything is one message edited in place, and nothing stands below the result"
    to_menu = data_of(anna, w.menu)
    await anna.presses(w.menu)
    assert anna.screen.startswith(w.card), "the hours come on the way out of the first result"
    await anna.presses(w.fine)
    await anna.presses(data=to_menu)
    assert not anna.screen.startswith(w.card), "once"
    await anna.says("/recommendations")
    assert [w.title in row[0] for row in anna.buttons[:4]] == [False, False, True, False]

    await anna.presses(w.title)
    assert anna.screen.startswith(f"{w.title}\n\n")
    assert w.why in anna.screen
    assert w.offered_plan in anna.screen
    await anna.presses(w.source)
    assert w.study in anna.screen
    await anna.presses(w.back)
    await anna.presses(w.start)
    assert w.offered_plan in anna.screen
    await anna.presses(w.own_plan)
    await anna.says(f"  {PLAN}\n ")
    assert w.my_plan in anna.screen, "typed words appear as they were typed"

    await anna.presses(w.done)
    (done,) = await reread(select(Recommendation).where(Recommendation.state == "done"))
    assert (done.completed, done.plan, done.category) == (True, PLAN, "workload")
    await anna.presses(w.to_list)
    await anna.presses(w.finished)
    assert w.title in anna.buttons[0][0]
    await anna.presses(w.title)
    await anna.presses(w.undo)
    (undone,) = await reread(select(Recommendation).where(Recommendation.id == done.id))
    assert (undone.completed, undone.state, undone.closed_at) == (False, "started", None)
    assert w.my_plan in anna.screen
    await anna.presses(w.decline)
    (declined,) = await reread(select(Recommendation).where(Recommendation.id == done.id))
    assert (declined.completed, declined.state) == (False, "declined")

    (user,) = await reread(select(User))
    assert (user.telegram_id, user.name, user.locale, user.role) == (1001, "Анна", locale, "employee")
    assert (user.consent_version, user.timezone) == (2, "Europe/Moscow")
    (assessment,) = await reread(select(Assessment))
    assert (assessment.score, assessment.burnout_level, assessment.answers) == (78, "high", SEED)


async def test_with_a_department_to_choose_it_is_three_taps(stage: Stage, reread: Reread) -> None:
    warehouse = await department(stage, "Склад", timezone="Asia/Novosibirsk")
    await department(stage, "Бухгалтерия")
    anna = stage.person(1001, "Анна")

    await anna.starts(await invite(stage))
    await anna.presses("Согласиться")
    assert anna.buttons == [["Бухгалтерия"], ["Склад"], ["Нет в списке"]]
    await anna.presses("Склад")

    assert plain(anna.screen) == RU.first
    assert len(anna.messages) == 1
    (user,) = await reread(select(User))
    assert (user.department_id, user.timezone) == (warehouse, "Asia/Novosibirsk")


async def test_a_department_in_the_invite_is_not_asked_for(stage: Stage, reread: Reread) -> None:
    warehouse = await department(stage, "Склад", timezone="Asia/Novosibirsk")
    anna = stage.person(1001, "Анна")

    await anna.starts(await invite(stage, department=warehouse, role="hr"))
    await anna.presses("Согласиться")

    assert plain(anna.screen) == RU.first
    (user,) = await reread(select(User))
    assert (user.department_id, user.timezone, user.role) == (warehouse, "Asia/Novosibirsk", "hr")


async def test_every_screen_of_the_path_cannot_be_forwarded(stage: Stage) -> None:
    anna = stage.person(1001, "Анна")
    await anna.starts(await invite(stage))
    await anna.presses("Согласиться")
    await answers(stage, anna, SEED)

    assert [message.get("has_protected_content") for message in anna.messages] == [True]
    assert "78" in texts(anna)[0], "the consent's message has become the result's"
