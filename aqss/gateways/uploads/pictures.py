"""Pictures, drawn again: what is kept holds their pixels, the right way up, and nothing else.

Where and when a photograph was taken, comments, thumbnails and whatever was hidden after the picture go.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from aqss.gateways.uploads.kinds import LARGEST, Refusal

MOST_PIXELS = 40_000_000
"""A page of A4 scanned at 600 dots per inch; a picture of so many pixels takes 160 Mio to draw."""

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp"}
_SAVED: dict[str, dict[str, Any]] = {
    "image/png": {"format": "PNG"},
    "image/jpeg": {"format": "JPEG", "quality": 88},
    "image/webp": {"format": "WEBP", "quality": 88},
}
_MODES = {
    "image/png": ("1", "L", "P", "LA", "RGB", "RGBA"),
    "image/jpeg": ("L", "RGB"),
    "image/webp": ("RGB", "RGBA"),
}
"""Media type → what its pixels may be; others are turned into the last one."""

_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
)
"""What Pillow raises on a file that is not what it says."""


def read_picture(content: bytes) -> tuple[str, bytes]:
    """The media type of the picture, and the picture drawn again; only the first of an animation.

    Raises :class:`Refusal`: ``file-broken``, or ``file-picture`` over :data:`MOST_PIXELS`.
    """
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_large()
            media_type = _TYPES[str(picture.format)]
            drawn = _drawn(picture, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except _BROKEN as error:
        raise Refusal("file-broken") from error
    if len(drawn) > LARGEST:
        raise _too_large()
    return media_type, drawn


def _drawn(picture: Image.Image, media_type: str) -> bytes:
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    modes = _MODES[media_type]
    bare = (
        picture
        if picture.mode in modes and "transparency" not in picture.info
        else picture.convert(modes[-1])
    )
    bare.info = {}
    written = BytesIO()
    bare.save(written, **_SAVED[media_type])
    return written.getvalue()


def _too_large() -> Refusal:
    return Refusal("file-picture", MOST_PIXELS // 1_000_000)
