"""Links in texts and buttons: what Telegram accepts as one."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

HOST = re.compile(r"[A-Za-z0-9.\-_!$,~*'();&+=%\u0080-\U0010ffff]+")


class Deeplink(NamedTuple):
    """A checked link: `url` is empty when it isn't one, and then `error` is Telegram's sentence about it."""

    url: str
    error: str


def check_link(link: str) -> Deeplink:
    """`link` with its scheme, or the reason why Telegram refuses it."""
    if link.lower().startswith(("tg:", "ton:")):
        return Deeplink(link, "")
    scheme, separator, _ = link.partition("://")
    if separator and scheme.lower() not in ("http", "https"):
        return refused(link, "Unsupported URL protocol")
    full = link if separator else f"http://{link}"
    try:
        parts = urlsplit(full)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return refused(link, "Wrong port number specified in the URL")
    if port == 0:
        return refused(link, "Wrong port number specified in the URL")
    if not host:
        return refused(link, "URL host is empty")
    if not HOST.fullmatch(host) and ":" not in host:
        return refused(link, "Disallowed character in URL host")
    if "." not in host and ":" not in host:
        return refused(link, "Wrong HTTP URL")
    return Deeplink(full if parts.path or parts.query or parts.fragment else f"{full}/", "")


def refused(link: str, reason: str) -> Deeplink:
    return Deeplink("", f"URL '{link}' is invalid: {reason}")
