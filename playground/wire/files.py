"""Files that went through the bot: photos and documents, with their bytes."""

import base64
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

from playground.wire.errors import ApiError, bad_request
from playground.wire.params import Upload

MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 50 * MEGABYTE
PHOTO_LIMIT = 10 * MEGABYTE
DOWNLOAD_LIMIT = 20 * MEGABYTE
PHOTO_SIDES_LIMIT = 10_000
PHOTO_RATIO_LIMIT = 20


@dataclass(frozen=True)
class StoredFile:
    """A file by its id; `kind` is "photo", "document", "voice" or "sticker", sides are in pixels (0: no picture)."""

    file_id: str
    kind: str
    name: str
    content: bytes
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        return f"u{self.file_id}"

    @property
    def path(self) -> str:
        """Where getFile says it can be downloaded, relative to /file/bot<token>/."""
        return f"{self.kind}s/{self.file_id}_{self.name}"

    @property
    def mime_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def reference(self) -> dict[str, Any]:
        """The part that all of the Bot API's file objects share."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def photo_sizes(self) -> list[dict[str, Any]]:
        """The Bot API's list of PhotoSize; this server keeps one size."""
        return [{**self.reference(), "width": self.width, "height": self.height}]

    def document(self) -> dict[str, Any]:
        """The Bot API's Document."""
        return {**self.reference(), "file_name": self.name, "mime_type": self.mime_type}

    def dump(self) -> dict[str, Any]:
        return {**vars(self), "content": base64.b64encode(self.content).decode()}

    @classmethod
    def load(cls, state: dict[str, Any]) -> "StoredFile":
        return cls(**{**state, "content": base64.b64decode(state["content"])})


def image_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG picture, or None for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:2] == b"\xff\xd8":
        return jpeg_size(content)
    return None


def jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk a JPEG's segments to the frame header, which holds the size."""
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker, length = content[position + 1], struct.unpack(">H", content[position + 2 : position + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None


def check_upload(upload: Upload) -> None:
    """Raise ApiError for a file that Telegram takes in under no method: empty (400) or over 50 MB (413)."""
    if len(upload.content) > UPLOAD_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    if not upload.content:
        raise bad_request("File must be non-empty")


def check_photo(upload: Upload) -> tuple[int, int]:
    """Width and height of a picture that may be sent as a photo. Raise ApiError 400 for any other file."""
    if len(upload.content) > PHOTO_LIMIT:
        raise bad_request(
            f"file of size {len(upload.content)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
    size = image_size(upload.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    if not width or not height or width + height > PHOTO_SIDES_LIMIT or max(size) > PHOTO_RATIO_LIMIT * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size
