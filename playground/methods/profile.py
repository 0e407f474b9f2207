"""Methods about the bot itself: who it is, its commands, name and descriptions, menu button."""

import re
from collections.abc import Callable
from typing import Any

from playground.methods.method import Method
from playground.wire.errors import bad_request
from playground.wire.params import Params
from playground.world.world import World

COMMANDS_LIMIT = 100
COMMAND = re.compile(r"[a-z0-9_]+")
# Telegram's servers don't publish their words for an overlong profile text; these follow their naming.
PROFILE_LIMITS = {
    "name": (64, "FIRSTNAME_INVALID"),
    "description": (512, "DESCRIPTION_TOO_LONG"),
    "short_description": (120, "ABOUT_TOO_LONG"),
}
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
WIDE_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")


def get_me(world: World, _: Params) -> dict[str, Any]:
    return {
        **world.bot_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def set_my_commands(world: World, params: Params) -> bool:
    key = commands_key(world, params)
    given = params.json("commands", "Can't parse commands JSON object")
    if not given:
        raise bad_request('Parameter "commands" is required')
    if not isinstance(given, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(given) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[key] = [check_command(command) for command in given]
    world.tell({"type": "commands"})
    return True


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    return world.commands.get(commands_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(commands_key(world, params), None)
    world.tell({"type": "commands"})
    return True


def check_command(given: Any) -> dict[str, str]:
    """One BotCommand. Raise ApiError 400 outside of Telegram's limits."""
    if not isinstance(given, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if name not in given:
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command, description = given["command"].strip().removeprefix("/"), given["description"].strip()
    if not command:
        raise bad_request("Command must be non-empty")
    if len(command) > 32:
        raise bad_request("Command length must not exceed 32")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > 256:
        raise bad_request("Command description length must not exceed 256")
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def commands_key(world: World, params: Params) -> str:
    """Scope and language of a set of commands, as one string."""
    scope = params.json("scope", "Can't parse BotCommandScope JSON object")
    return f"{scope_key(world, scope)}|{language(params)}"


def scope_key(world: World, scope: Any) -> str:
    if not scope:
        return "default"
    if not isinstance(scope, dict):
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind in WIDE_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    if not scope.get("chat_id"):
        raise bad_request("Can't parse BotCommandScope: Empty chat_id specified")
    if str(scope["chat_id"]) not in {str(chat_id) for chat_id in world.chats}:
        raise bad_request("chat not found")
    member = f":{scope.get('user_id')}" if kind == "chat_member" else ""
    return f"{kind}:{scope['chat_id']}{member}"


def language(params: Params) -> str:
    """An ISO 639-1 code or the empty string. Raise ApiError 400 for anything else."""
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("Invalid language code specified")
    return code


def profile_setter(field: str) -> Callable[[World, Params], bool]:
    """The method that sets the bot's name, description or short description."""
    limit, refusal = PROFILE_LIMITS[field]

    def set_text(world: World, params: Params) -> bool:
        text, code = params.text(field).strip(), language(params)
        if len(text) > limit:
            raise bad_request(refusal)
        world.profile[field][code] = text
        world.tell({"type": "profile"})
        return True

    return set_text


def profile_getter(field: str) -> Callable[[World, Params], dict[str, str]]:
    """The method that reads what its setter has set."""
    return lambda world, params: {field: world.profile_for(field, language(params))}


def set_chat_menu_button(world: World, params: Params) -> bool:
    button = params.json("menu_button", "Can't parse menu button JSON object") or {"type": "default"}
    if not isinstance(button, dict):
        raise bad_request("Can't parse menu button: MenuButton must be an Object")
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("Can't parse menu button: MenuButton has unsupported type")
    world.menu_buttons[menu_key(world, params)] = button
    world.tell({"type": "commands"})
    return True


def get_chat_menu_button(world: World, params: Params) -> dict[str, Any]:
    return world.menu_buttons.get(menu_key(world, params)) or world.menu_buttons.get("") or {"type": "commands"}


def menu_key(world: World, params: Params) -> str:
    chat_id = params.text("chat_id")
    if chat_id and chat_id not in {str(known) for known in world.people}:
        raise bad_request("chat not found")
    return chat_id


METHODS: dict[str, Method] = {
    "getme": get_me,
    "logout": lambda _world, _params: True,
    "close": lambda _world, _params: True,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": profile_setter("name"),
    "getmyname": profile_getter("name"),
    "setmydescription": profile_setter("description"),
    "getmydescription": profile_getter("description"),
    "setmyshortdescription": profile_setter("short_description"),
    "getmyshortdescription": profile_getter("short_description"),
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
}
