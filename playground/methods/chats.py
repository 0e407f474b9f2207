"""Methods about chats and files."""

from typing import Any

from playground.methods.method import Method
from playground.wire.errors import bad_request, refuse
from playground.wire.files import DOWNLOAD_LIMIT
from playground.wire.params import Params
from playground.world.entities import Chat
from playground.world.world import World

REACTIONS = frozenset(
    "👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🥱🥴😍🐳🌚🌭💯🤣🍌🏆💔🤨😐🍓🍾"
    "💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄⛄💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(world: World, params: Params) -> dict[str, Any]:
    chat = known_chat(world, params)
    full = {**world.chat_object(chat), "accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
    person = world.people.get(chat.id)
    if person and (avatar := world.avatar(person)):
        sizes = {"small_file_id": avatar.file_id, "small_file_unique_id": avatar.unique_id}
        full["photo"] = {**sizes, "big_file_id": avatar.file_id, "big_file_unique_id": avatar.unique_id}
    return full


def set_message_reaction(world: World, params: Params) -> bool:
    chat = writable_chat(world, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to react not found")
    reactions = params.json("reaction", "Can't parse reaction JSON object") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji") not in REACTIONS for one in reactions):
        raise bad_request("REACTION_INVALID")
    chat.reactions[str(message_id)] = [one["emoji"] for one in reactions]
    world.tell({"type": "reaction", "chat": chat.id, "message_id": message_id})
    return True


def get_file(world: World, params: Params) -> dict[str, Any]:
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    stored = world.files.get(params.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {**stored.reference(), "file_path": stored.path}


def get_user_profile_photos(world: World, params: Params) -> dict[str, Any]:
    if params.integer("user_id") <= 0:
        raise bad_request("invalid user_id specified")
    person = world.people.get(params.integer("user_id"))
    if person is None:
        raise bad_request("user not found")
    avatar = world.avatar(person)
    return {"total_count": int(avatar is not None), "photos": [avatar.photo_sizes()] if avatar else []}


def leave_chat(world: World, params: Params) -> bool:
    chat = known_chat(world, params)
    if chat.id != world.group_id:
        raise bad_request("chat member status can't be changed in private chats")
    if not chat.started:
        raise refuse(403, "bot is not a member of the group chat")
    chat.started = False
    world.tell({"type": "membership", "chat": chat.id, "blocked": chat.blocked})
    return True


def known_chat(world: World, params: Params) -> Chat:
    """The chat of a call; a person that never wrote is known only by getting 403 on writing."""
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat_id = params.integer("chat_id")
    if chat_id in world.people and chat_id not in world.chats:
        return Chat(chat_id)
    if chat_id not in world.chats:
        raise bad_request("chat not found")
    return world.chats[chat_id]


def writable_chat(world: World, params: Params) -> Chat:
    chat = known_chat(world, params)
    if chat.blocked:
        raise refuse(403, "bot was blocked by the user")
    if not chat.started and chat.id == world.group_id:
        raise refuse(403, "bot is not a member of the group chat")
    if not chat.started:
        raise refuse(403, "bot can't initiate conversation with a user")
    return chat


METHODS: dict[str, Method] = {
    "setmessagereaction": set_message_reaction,
    "getchat": get_chat,
    "getfile": get_file,
    "getuserprofilephotos": get_user_profile_photos,
    "leavechat": leave_chat,
}
