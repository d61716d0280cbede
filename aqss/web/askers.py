"""Who asks: a person who goes from page to page, or the script of a page."""

from __future__ import annotations

from flask import request


def wants_json() -> bool:
    """Whether a script asks, not a person's navigation."""
    accepted = request.accept_mimetypes
    return request.is_json or accepted["application/json"] > accepted["text/html"]
