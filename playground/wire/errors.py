"""The one error a Bot API method ends with, worded as Telegram words it."""

from typing import Any

PREFIXES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict"}


class ApiError(Exception):
    """A refusal: HTTP status, the full description and, for some, `parameters` such as `retry_after` (seconds)."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def body(self) -> dict[str, Any]:
        """The JSON body of the refusal."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def refuse(code: int, text: str) -> ApiError:
    """The refusal for `text`, prefixed with the name of its code; BUTTON_DATA_INVALID and its like keep their case."""
    is_constant = len(text) > 1 and (text[1] == "_" or text[1].isupper())
    return ApiError(code, f"{PREFIXES[code]}: {text if is_constant else text[0].lower() + text[1:]}")


def bad_request(text: str) -> ApiError:
    """A refusal with code 400."""
    return refuse(400, text)


def too_many_requests(retry_after: int) -> ApiError:
    """A flood refusal; `retry_after` is in whole seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
