"""Whether some bytes are a PDF, by its skeleton: header, end, cross-reference table, catalogue.

It is never opened here: it is given back as it came, to be downloaded. A file that starts as a PDF and is
also something else (an archive after or inside it, a page around it) is refused.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from aqss.gateways.uploads.kinds import Refusal

PDF = "application/pdf"

_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\r\n ]")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\s\x00]*\Z")
_TABLE = re.compile(rb"\s*xref\s+\d")
_STREAM = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_PAGE_OF_WEB = re.compile(rb"(?i)<(?:!doctype\s+html|html|script|svg|body)\b")

_WINDOW = 2048
"""Bytes looked at where a structure has to be."""


def read_pdf(content: bytes) -> tuple[str, bytes]:
    """``content``, a PDF; raises :class:`Refusal`: ``file-broken``, ``file-double`` (not only one)."""
    end = _END.search(content, max(0, len(content) - _WINDOW))
    if _HEADER.match(content) is None or end is None:
        raise Refusal("file-broken")
    if not _has_catalogue(content, int(end.group(1))):
        raise Refusal("file-broken")
    if zipfile.is_zipfile(BytesIO(content)) or _PAGE_OF_WEB.search(content[:_WINDOW]):
        raise Refusal("file-double")
    return PDF, content


def _has_catalogue(content: bytes, at: int) -> bool:
    """Whether the cross-reference table is where the end says, and names the document's catalogue."""
    if _TABLE.match(content, at):
        trailer = content.find(b"trailer", at)
        return trailer > 0 and b"/Root" in content[trailer : trailer + _WINDOW]
    return _STREAM.match(content, at) is not None and b"/Root" in content[at : at + _WINDOW]
