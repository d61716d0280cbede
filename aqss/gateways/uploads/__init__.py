"""Files that people send: accepted by what they hold, whatever their name and declared type say.

PDF, pictures and office documents without macros, up to 10 Mo. A picture is drawn again, so that nothing of
what it carried beside its pixels is kept; the others are kept as they are. Refusals are faults of the field
``file``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.file_names import file_name, plain_name
from aqss.domain.privacy import find_identifier
from aqss.gateways.french import size_fr
from aqss.gateways.uploads.kinds import INLINE, KINDS, LARGEST, Refusal
from aqss.gateways.uploads.office import read_office
from aqss.gateways.uploads.pdfs import read_pdf
from aqss.gateways.uploads.pictures import read_picture

FIELD = "file"

_NAME_SHOWN = 80
"""Characters of a name in a sentence."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: its harmless name, the type of what it holds, and what is to be stored."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent: ``size`` in bytes; ``content`` is not all of it when it is over the limit."""

    name: str
    size: int
    content: bytes


_READERS: tuple[tuple[bytes, Callable[[bytes], tuple[str, bytes]]], ...] = (
    (b"%PDF-", read_pdf),
    (b"\x89PNG\r\n\x1a\n", read_picture),
    (b"\xff\xd8\xff", read_picture),
    (b"RIFF", read_picture),
    (b"PK\x03\x04", read_office),
)
"""The first bytes of a file → what reads it: its media type and what to store, or a :class:`Refusal`."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Documents of before 2007, and those of today under a password."""


def read_upload(sent: Sent) -> Upload:
    """What may be kept of ``sent``; raises :class:`InvalidInput` (``file``): which file, and why not."""
    if not sent.name and not sent.size:
        raise _refused("file-missing")
    name = plain_name(sent.name)
    if find_identifier(name) is not None:
        raise _refused("patient-identifier")
    shown = name if len(name) <= _NAME_SHOWN else f"{name[:_NAME_SHOWN]}…"
    if sent.size == 0:
        raise _refused("file-empty", shown)
    if sent.size > LARGEST:
        raise _refused("file-too-big", shown, size_fr(sent.size), size_fr(LARGEST))
    try:
        media_type, content = _read(sent.content)
    except Refusal as refusal:
        raise _refused(refusal.code, shown, *refusal.facts) from refusal
    return Upload(file_name(sent.name, KINDS[media_type].suffix), media_type, content)


def _read(content: bytes) -> tuple[str, bytes]:
    if content.startswith(_OLD_OFFICE):
        raise Refusal("file-old-office")
    reader = next((read for start, read in _READERS if content.startswith(start)), None)
    if reader is None:
        raise Refusal("file-kind")
    return reader(content)


def _refused(code: str, *facts: object) -> InvalidInput:
    return InvalidInput((Fault(FIELD, code, facts),))


__all__ = ["INLINE", "KINDS", "LARGEST", "Sent", "Upload", "read_upload"]
