"""Methods that bring updates to the bot: getUpdates and the webhook."""

from typing import Any
from urllib.parse import urlsplit

from playground.methods.method import Method
from playground.wire.errors import bad_request, refuse
from playground.wire.params import Params
from playground.world.world import World

BATCH_LIMIT = 100
SECRET_LIMIT = 256
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    """Waiting updates, at once; waiting for them (`timeout`) is up to the server."""
    if world.webhook.url:
        raise refuse(409, WEBHOOK_ACTIVE)
    allow_updates(world, params)
    limit = params.integer("limit", BATCH_LIMIT)
    return world.inbox.read(params.integer("offset"), min(max(limit, 1), BATCH_LIMIT))


def set_webhook(world: World, params: Params) -> bool:
    url, secret = params.text("url"), params.text("secret_token")
    if params.boolean("drop_pending_updates"):
        world.inbox.clear()
    if url:
        check_webhook_url(url)
    if len(secret) > SECRET_LIMIT:
        raise bad_request("secret token is too long")
    if not all(c.isascii() and (c.isalnum() or c in "_-") for c in secret):
        raise bad_request("secret token contains unallowed characters")
    allow_updates(world, params)
    hook = world.webhook
    hook.url, hook.secret_token = url, secret
    hook.max_connections = min(max(params.integer("max_connections", 40), 1), 100)
    hook.last_error_date = hook.last_error_message = None
    world.tell({"type": "webhook"})
    return True


def delete_webhook(world: World, params: Params) -> bool:
    return set_webhook(world, Params({"drop_pending_updates": params.boolean("drop_pending_updates")}))


def get_webhook_info(world: World, _: Params) -> dict[str, Any]:
    hook = world.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error_date:
        info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error_message}
    if world.inbox.allowed:
        info["allowed_updates"] = world.inbox.allowed
    return info


def allow_updates(world: World, params: Params) -> None:
    """Remember which kinds of update the bot wants; an unreadable or missing list changes nothing."""
    kinds = params.entities("allowed_updates")
    if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
        world.inbox.allowed = [kind.lower() for kind in kinds]


def check_webhook_url(url: str) -> None:
    """Raise ApiError 400 for a webhook that isn't HTTPS; plain HTTP is fine on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise bad_request("invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


METHODS: dict[str, Method] = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
