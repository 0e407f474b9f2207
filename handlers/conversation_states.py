"""Where a typed message is the next step. The state is a hint; the rows are the truth."""

from aiogram.fsm.state import State, StatesGroup


class Awaiting(StatesGroup):
    """What the next typed message will be taken for."""

    plan = State()
    erase = State()
    zone = State()
    pause = State()
    name = State()
    position = State()
    email = State()
    contact = State()
    person_search = State()
    department_name = State()
    department_zone = State()
    department_manager = State()
    department_country = State()
    company_days = State()
    group = State()
    group_name = State()
    invite_name = State()
    invite_uses = State()
    roster = State()
    promise = State()
    agreement = State()


FOR_OTHERS = frozenset(
    str(state.state)
    for state in Awaiting.__all_states__
    if state
    not in {
        Awaiting.erase,
        Awaiting.zone,
        Awaiting.pause,
        Awaiting.name,
        Awaiting.position,
        Awaiting.email,
        Awaiting.contact,
    }
)
"""Where people write for others, or plan something: words of despair may be about somebody else, or no despair."""
