"""Writes known again: a browser names each write by a UUID, and the last ones are kept beside the answer.

A reply may be lost after the write was saved; the browser then sends it again, maybe once the network is back
and others have written since. The version alone would take that for a conflict.
"""

from __future__ import annotations

from uuid import UUID

REMEMBERED = 8
"""Writes of one answer. A browser sends the next one of a criterion only once it knows of the one before:
more come in between only from elsewhere.
"""


def is_known(writes: str, write: str) -> bool:
    """Whether ``write`` is one of those that were saved last; one without a name never is."""
    return write in writes.split()


def remembered(writes: str, write: str) -> str:
    """``writes`` with one more, the oldest forgotten; as they are when it has no name."""
    return " ".join((*writes.split(), write)[-REMEMBERED:]) if write else writes


def parse_write(text: str) -> str:
    """The name of a write as it is kept; empty for whatever is no UUID."""
    try:
        return UUID(text).hex
    except ValueError:
        return ""
