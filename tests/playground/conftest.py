"""A world with two people, a bot API over it, a clock that stands still until moved, and a server for both."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from playground import ApiError, BotApi, Clock, Person, Playground, SampleAnswers, World
from tests.playground.helpers import ANNA, BEN, EXAMPLE, Client, StillClock


@pytest.fixture
def people() -> list[Person]:
    return [
        Person(ANNA, "Анна", "Смирнова", "anna", "ru", {"en": "newcomer"}, opening="/start token"),
        Person(BEN, "Ben", language_code="en"),
    ]


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def world(people: list[Person], clock: StillClock) -> World:
    return World(people, clock=clock)


@pytest.fixture
def api(world: World) -> BotApi:
    return BotApi(world)


@pytest.fixture
def refusal(api: BotApi) -> Callable[..., str]:
    """The code and description with which a call is refused."""

    def call(method: str, **params: Any) -> str:
        with pytest.raises(ApiError) as caught:
            api.call(method, params)
        return f"{caught.value.code} {caught.value.description}"

    return call


@pytest.fixture
async def playground(people: list[Person]) -> AsyncIterator[Playground]:
    playground = Playground(
        port=0, people=people, clock=Clock(), example=SampleAnswers(EXAMPLE, ways=("join", "cause")), pace=0.0
    )
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
async def client(playground: Playground) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, playground)
