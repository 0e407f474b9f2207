"""Buttons that lie in chats since earlier versions: each is still understood, word for word as it was packed."""

from __future__ import annotations

import pytest
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, User

from tests.bot.test_routers import ROUTERS

IN_CHATS = [
    "a1:1:1:1:1",
    "au1:1",
    "b1:stop",
    "c1:skipped:1",
    "c2:tomorrow:739677:0",
    "d1:1",
    "e1:hr",
    "f1:pause:leave",
    "g1:cancel",
    "g1:hr_saw",
    "h1:1",
    "h2:answers:1:1:1",
    "i1:audit",
    "j1:locale:en:1:x",
    "jp1:decline:x",
    "k1:send:1:words",
    "k2:about_me:1",
    "l1:all:1",
    "m1:few:1:1:1",
    "m5:sample:739677:1",
    "m6:chart:739677:company:1",
    "m7:on_demand:1",
    "n1:deleted:1:1",
    "n2:manager:1:x",
    "n3:dissolved:1:1",
    "n4:drop_name_en:1:1:1",
    "n5:revoke:1:1:x",
    "n6:make:team:1:1:1:1",
    "n7:en:x",
    "n8:confirm:x",
    "n9",
    "o1",
    "p1:off",
    "p2:productivity",
    "p3:2026-03-02:productivity:1",
    "p4:RA",
    "pr1:targets:1",
    "pr2:withdrawn:1",
    "pr3:confirm:x",
    "q1:closed:1",
    "r1:redo:1",
    "re1:not_yet:1",
    "rn1:begin:company:739677:1",
    "s1:settled:1",
    "t1:mute:1",
    "u1:department",
    "u2:drop:email",
    "w1:1",
    "x1:found:1:1",
    "x2:find:1",
    "x3:relink:1:found:1:1",
    "x4:1:1",
    "x5:1:1",
    "x6:1:admin",
    "x7:relink:1",
    "x8:no:1",
    "x9:approve:1",
    "y1:keep",
    "z1:1:1:1:1",
    "v1:locale:en",
    "v1:zone:Asia/Novosibirsk",
    "v1:checkin_weekday:2",
    "v1:checkin_hour:9",
    "v1:pulse:1",
    "v1:pulse_weekday:4",
    "v1:pulse_hour:16",
    "v1:quiet_from:20",
    "v1:quiet_until:8",
    "v1:day_on:5",
    "v1:day_off:0",
    "v1:kind_on:nudge",
    "v1:kind_off:pulse_reminder",
    "v1:pause:2026-03-18",
    "v1:pause:off",
]


@pytest.mark.parametrize("data", IN_CHATS)
async def test_a_button_of_an_earlier_version_finds_a_handler(data: str) -> None:
    press = CallbackQuery(id="1", from_user=User(id=1, is_bot=False, first_name="Анна"), chat_instance="1", data=data)
    filters = [
        found.callback
        for router in ROUTERS
        for handler in router.callback_query.handlers
        for found in handler.filters or ()
        if isinstance(found.callback, CallbackQueryFilter)
    ]
    assert any([await found(press) for found in filters])
