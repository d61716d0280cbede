"""The kinds of file that are accepted, and how a reader refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 10 * 1024 * 1024
"""Bytes of a file."""

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """What a media type is called on screen, and the suffix of its files."""

    label: str
    suffix: str


KINDS: Mapping[str, Kind] = {
    "application/pdf": Kind("PDF", ".pdf"),
    "image/png": Kind("image PNG", ".png"),
    "image/jpeg": Kind("image JPEG", ".jpg"),
    "image/webp": Kind("image WebP", ".webp"),
    f"{_OOXML}wordprocessingml.document": Kind("document Word", ".docx"),
    f"{_OOXML}spreadsheetml.sheet": Kind("classeur Excel", ".xlsx"),
    f"{_OOXML}presentationml.presentation": Kind("présentation PowerPoint", ".pptx"),
    f"{_ODF}text": Kind("document OpenDocument", ".odt"),
    f"{_ODF}spreadsheet": Kind("classeur OpenDocument", ".ods"),
    f"{_ODF}presentation": Kind("présentation OpenDocument", ".odp"),
}
"""Media type → kind: all that is kept."""

INLINE = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a browser may show in place: drawn again by us, it holds nothing but pixels."""


class Refusal(Exception):  # noqa: N818 - a refusal is named after what happened
    """The content cannot be kept: a code of :data:`aqss.domain.faults.FAULTS`, its facts after the name."""

    def __init__(self, code: str, *facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
