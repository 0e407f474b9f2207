"""Keyboards: what Telegram accepts as `reply_markup`.

Telegram drops inline buttons without a text and cuts rows that are too wide; here both are refused, since a keyboard
that silently loses a button is a mistake of the bot.
"""

from typing import Any

from playground.wire.errors import bad_request
from playground.wire.links import check_link
from playground.wire.params import Params

INLINE_BUTTONS_LIMIT = 100
INLINE_ROW_LIMIT = 8
REPLY_BUTTONS_LIMIT = 300
REPLY_ROW_LIMIT = 12
CALLBACK_DATA_LIMIT = 64
COPY_TEXT_LIMIT = 256
STYLES = ("primary", "danger", "success")
SHARED_USERS_LIMIT = 10

Markup = dict[str, Any]


def read_markup(params: Params, *, only_inline: bool = False) -> Markup | None:
    """The checked `reply_markup` of a call, or None if there is none or it is an empty keyboard.

    With `only_inline` (edits) other kinds are refused. Raise ApiError 400.
    """
    given = params.json("reply_markup", "Can't parse reply keyboard markup JSON object")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("Object expected as reply markup")
    markup = inline_keyboard(given) if given.get("inline_keyboard") else reply_markup(given)
    if only_inline and markup and "inline_keyboard" not in markup:
        raise bad_request("Inline keyboard expected")
    return markup


def inline_keyboard(given: Markup) -> Markup | None:
    rows = []
    for row in rows_of(given, "inline_keyboard", "of the InlineKeyboardMarkup "):
        if len(row) > INLINE_ROW_LIMIT:
            raise bad_request("reply markup is too long")
        rows.append([inline_button(button) for button in row])
    if sum(map(len, rows)) > INLINE_BUTTONS_LIMIT:
        raise bad_request("reply markup is too long")
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def inline_button(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise bad_request("Can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    button = {key: value for key, value in given.items() if value is not None}
    if "text" not in button:
        raise bad_request("Can't parse inline keyboard button: Can't find field \"text\"")
    if not str(button["text"]).strip():
        raise bad_request("Inline keyboard button text must be non-empty")
    check_action(button)
    return styled(button, "inline keyboard")


def styled(button: dict[str, Any], kind: str) -> dict[str, Any]:
    """The button as it is kept: its style in small letters, or none where it is the default one."""
    style = str(button.get("style", "")).lower()
    if style not in (*STYLES, "default", ""):
        raise bad_request(f"Can't parse {kind} button: invalid button style specified")
    plain = {key: value for key, value in button.items() if key != "style"}
    return {**plain, "style": style} if style in STYLES else plain


def check_action(button: dict[str, Any]) -> None:
    """What happens at a press: exactly the kinds that Telegram knows, within its limits."""
    if url := button.get("url"):
        link = check_link(str(url))
        if not link.url:
            raise bad_request(f"Inline keyboard button {link.error}")
    elif data := button.get("callback_data"):
        if len(str(data).encode()) > CALLBACK_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID")
    elif copy := button.get("copy_text"):
        if not 0 < len(str(copy.get("text", ""))) <= COPY_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif web_app := button.get("web_app"):
        address = str(web_app.get("url", ""))
        if not address.startswith("https://"):
            reason = f"URL '{address}' is invalid: Only HTTPS links are allowed"
            raise bad_request(f"Inline keyboard button Web App {reason}")
    elif not any(kind.startswith("switch_inline_query") for kind in button):
        raise bad_request("Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def reply_markup(given: Markup) -> Markup | None:
    """A reply keyboard, its removal or a forced reply."""
    if given.get("keyboard"):
        rows = [[reply_button(button) for button in row] for row in rows_of(given, "keyboard", "")]
        if max(map(len, rows)) > REPLY_ROW_LIMIT or sum(map(len, rows)) > REPLY_BUTTONS_LIMIT:
            raise bad_request("reply markup is too long")
        rows = [row for row in rows if row]
        return {**given, "keyboard": rows} if rows else None
    if given.get("remove_keyboard"):
        return {"remove_keyboard": True}
    if given.get("force_reply"):
        return {key: value for key, value in given.items() if value is not None}
    return None


def reply_button(given: Any) -> dict[str, Any]:
    if isinstance(given, str):
        given = {"text": given}
    if not isinstance(given, dict):
        raise bad_request("Can't parse keyboard button: KeyboardButton must be a String or an Object")
    if "text" not in given:
        raise bad_request("Can't parse keyboard button: Can't find field \"text\"")
    if not str(given["text"]).strip():
        raise bad_request("Keyboard button text must be non-empty")
    button = {key: value for key, value in given.items() if value is not None}
    if "request_users" in button:
        check_request(button["request_users"])
    return styled(button, "keyboard")


def check_request(request: Any) -> None:
    """A list of people that the person may choose from, who are then shared with the bot."""
    if not isinstance(request, dict):
        raise bad_request('Can\'t parse keyboard button: Field "request_users" must be of type Object')
    if not isinstance(request.get("request_id"), int):
        raise bad_request("Can't parse keyboard button: Can't find field \"request_id\"")
    if not 1 <= request.get("max_quantity", 1) <= SHARED_USERS_LIMIT:
        raise bad_request("Can't parse keyboard button: max_quantity must be from 1 to 10")


def rows_of(given: Markup, field: str, owner: str) -> list[list[Any]]:
    rows = given[field]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'Field "{field}" {owner}must be an Array of Arrays')
    return rows
