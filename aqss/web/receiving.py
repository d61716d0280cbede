"""Files sent to the site: taken in up to the limit of one, the rest read and let go, whatever its length.

What a person sends is held in memory, never more than one file's worth a request: nothing to clean up, and no
disk to fill. A request far over the limit is refused before it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import FileStorage

from aqss.gateways.uploads import LARGEST, Sent

LARGEST_BODY = 50 * 1024 * 1024
"""Bytes of a request with a file: enough for who sends too large a file to be told its size."""

_View = TypeVar("_View", bound=Callable[..., object])


class Received(BytesIO):
    """A file as it comes in: ``size`` counts all of it, while no more than ``room`` bytes are kept."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.size = 0
        self._room = room

    def write(self, content: Any, /) -> int:
        """Keep what fits; tells that all of it was taken, as whoever writes expects."""
        length = len(content)
        super().write(content[: max(0, self._room - self.size)])
        self.size += length
        return length


class SiteRequest(Request):
    """A request of the site: of its files together, no more than the largest allowed is kept."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        received: list[Received] = self.__dict__.setdefault("_received", [])
        room = LARGEST - sum(min(one.size, LARGEST) for one in received)
        received.append(Received(max(0, room)))
        return received[-1]


def receives_file(view: _View) -> _View:
    """Mark a route that takes a file: its requests may be as long as :data:`LARGEST_BODY`."""
    view.largest_request = LARGEST_BODY  # type: ignore[attr-defined]
    return view


def is_for_file() -> bool:
    """Whether the route of this request takes a file."""
    view = current_app.view_functions.get(request.endpoint or "")
    return hasattr(view, "largest_request")


def register_receiving(app: Flask) -> None:
    """To be called before anything reads a form, the form token's check included."""
    app.request_class = SiteRequest

    @app.before_request
    def limit_length() -> None:
        if is_for_file():
            request.max_content_length = LARGEST_BODY


def file_sent(name: str) -> Sent:
    """The file in that field of the request; nameless and empty when none was chosen."""
    found = request.files.get(name)
    if found is None:
        return Sent("", 0, b"")
    stream = cast(Received, found.stream)
    return Sent(_name_of(found), stream.size, stream.getvalue())


def _name_of(found: FileStorage) -> str:
    return found.filename or ""
