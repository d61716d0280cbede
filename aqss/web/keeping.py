"""What a person typed and could not be taken: kept on the page that says why, to be sent again.

Passwords are never written back. Sending again is offered only when the form came from this site: a page
elsewhere must not have a person confirm what they never wrote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from aqss.web.transaction import READING_METHODS

_NEVER_KEPT = ("csrf_token", "kept", "next")
_NOT_WRITTEN = ("version", "shown", "theirs")
"""What pages add to fields, beside what a person writes: « A2-01-version »."""

_LIMIT = 200_000
"""Characters: beyond, a text is shown but not carried through signing in."""


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, its fields in order, and whether it may be sent again as it is."""

    path: str
    fields: tuple[tuple[str, str], ...]
    can_be_sent: bool

    @property
    def texts(self) -> Sequence[str]:
        """What the person wrote or chose, to be read again."""
        return [
            value
            for name, value in self.fields
            if value.strip() and name.rpartition("-")[2] not in _NOT_WRITTEN
        ]

    def as_text(self) -> str:
        """To be carried by a hidden field; empty when there is nothing to carry."""
        text = json.dumps([self.path, self.fields])
        return text if self.can_be_sent and len(text) <= _LIMIT else ""


def kept_from_request() -> Kept | None:
    """The form of this request; None when it sent none, or one that cannot be read."""
    if request.method in READING_METHODS:
        return None
    try:
        fields = [(name, value) for name, values in request.form.lists() for value in values]
    except HTTPException:  # too large to be read
        return None
    has_password = any(_is_password(name) for name, _value in fields)
    shown = tuple(field for field in fields if field[0] not in _NEVER_KEPT and not _is_password(field[0]))
    can_be_sent = not has_password and not request.files and _is_from_this_site()
    return Kept(request.full_path.removesuffix("?"), shown, can_be_sent) if shown else None


def parse_kept(text: str) -> Kept | None:
    """What :meth:`Kept.as_text` wrote; None for anything else, or for what no page could show again."""
    if len(text) > _LIMIT:
        return None
    try:
        path, fields = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in fields)
        "".join(part for pair in pairs for part in pair).encode()  # half a character cannot be sent
    except (ValueError, TypeError, RecursionError):
        return None
    return Kept(path, pairs, can_be_sent=True) if isinstance(path, str) and is_ours(path, "POST") else None


def is_ours(target: str, method: str = "GET") -> bool:
    """Whether ``target`` is an address of this site, written from its root, that answers ``method``."""
    if not target.startswith("/") or target.startswith("//") or not target.isprintable() or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
        current_app.create_url_adapter(request).match(parts.path, method=method)  # type: ignore[union-attr]
    except (RequestRedirect, ValueError, HTTPException):
        return False
    return not parts.scheme and not parts.netloc


def _is_password(name: str) -> bool:
    return "password" in name


def _is_from_this_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
