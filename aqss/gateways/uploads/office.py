"""Office documents of today, which are archives: their entries are judged, hardly anything is unpacked.

OOXML (.docx, .xlsx, .pptx) says what it is in ``[Content_Types].xml``, OpenDocument in ``mimetype``. Whatever
could run, hide, overflow or land elsewhere when unpacked is refused.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from aqss.gateways.uploads.kinds import KINDS, Refusal

MOST_ENTRIES = 5_000
MOST_UNPACKED = 300 * 1024 * 1024
MOST_RATIO = 200
"""How many times larger an entry of more than a mebibyte may be unpacked: XML hardly exceeds a hundred."""

_MEBIBYTE = 1024 * 1024

_END = b"PK\x05\x06"
_END_LENGTH = 22
"""Bytes of the record that ends an archive without comment."""

_TYPES = "[Content_Types].xml"
_MAIN = re.compile(
    rb"""["'](application/vnd\.openxmlformats-officedocument\."""
    rb"""(?:wordprocessingml\.document|spreadsheetml\.sheet|presentationml\.presentation))\.main\+xml["']"""
)
_RUNS = re.compile(
    r"(?i)(?:^|/)(?:vbaproject\.bin|vbadata\.xml|vbaprojectsignature[^/]*\.bin)$"
    r"|(?:^|/)(?:activex|macrosheets)/|^(?:basic|scripts)/"
    r"|\.(?:exe|dll|com|scr|msi|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|jar|lnk|sh|html?|svgz)$"
)
"""Names of entries that hold something to run."""

MOST_LINKS = 8 * 1024 * 1024
"""Bytes, unpacked, of all that says what the parts of a document refer to."""

_FETCHED = frozenset(
    ("attachedtemplate", "oleobject", "package", "control", "frame", "subdocument", "afchunk")
)
"""What a document that has it elsewhere fetches as it opens, and may run; a hyperlink waits for a reader."""

_ON_A_DISK = re.compile(r"(?i)(file:///)?[a-z]:[\\/]")
"""A drive of the machine it was written on: Word notes there the template of most letters, and fetches
nothing.
"""

_BROKEN = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    KeyError,
)


def read_office(content: bytes) -> tuple[str, bytes]:
    """The media type of the document, and the document as it came.

    Raises :class:`Refusal`: ``file-kind`` (another archive), ``file-broken``, ``file-encrypted``,
    ``file-macros``, ``file-fetches`` (a template or an object that is elsewhere), ``file-bomb``,
    ``file-double`` (something before, after or between the entries).
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_whole(content, archive, entries)
            _check_entries(entries)
            media_type = _media_type(archive, entries)
            _check_links(archive, entries)
    except _BROKEN as error:
        raise Refusal("file-broken") from error
    if any(_RUNS.search(entry.filename) for entry in entries):
        raise Refusal("file-macros")
    return media_type, content


def _check_whole(content: bytes, archive: ZipFile, entries: Sequence[ZipInfo]) -> None:
    """Nothing but the archive: it starts the file and ends it, its entries do not overlap."""
    starts = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if content[-_END_LENGTH : -_END_LENGTH + 4] != _END or not starts or starts[0][0] != 0:
        raise Refusal("file-double")
    ends = [*(start for start, _ in starts[1:]), archive.start_dir]
    if any(start + size > end for (start, size), end in zip(starts, ends, strict=True)):
        raise Refusal("file-bomb")


def _check_entries(entries: Sequence[ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise Refusal("file-encrypted")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refusal("file-bomb")
    if any(_is_inflated(entry) for entry in entries):
        raise Refusal("file-bomb")
    if len(set(names)) < len(names) or not all(_is_inside(entry.orig_filename) for entry in entries):
        raise Refusal("file-broken")


def _is_inflated(entry: ZipInfo) -> bool:
    return entry.file_size > _MEBIBYTE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)


def _is_inside(name: str) -> bool:
    """Whether unpacking that entry writes under the folder where one unpacks."""
    parts = name.split("/")
    return not (name.startswith("/") or ".." in parts or re.search(r"[\\:\x00-\x1f]", name))


def _media_type(archive: ZipFile, entries: Sequence[ZipInfo]) -> str:
    names = {entry.filename for entry in entries}
    if _TYPES in names:
        return _ooxml_type(archive)
    first = min(entries, key=lambda entry: entry.header_offset)
    if (
        first.filename == "mimetype"
        and first.compress_type == zipfile.ZIP_STORED
        and "META-INF/manifest.xml" in names
    ):
        return _odf_type(archive)
    raise Refusal("file-kind")


def _check_links(archive: ZipFile, entries: Sequence[ZipInfo]) -> None:
    """Nothing that the document would fetch elsewhere by itself."""
    told = [entry for entry in entries if entry.filename.lower().endswith(".rels")]
    if sum(entry.file_size for entry in told) > MOST_LINKS:
        raise Refusal("file-bomb")
    for entry in told:
        reader = expat.ParserCreate(namespace_separator=" ")
        reader.StartDoctypeDeclHandler = _refuse_doctype
        reader.StartElementHandler = _check_link
        reader.Parse(archive.read(entry), True)


def _refuse_doctype(*_declared: object) -> None:
    """No office software writes one: entities could hide the rest, or grow without end."""
    raise Refusal("file-broken")


def _check_link(_tag: str, values: Mapping[str, str]) -> None:
    kind = values.get("Type", "").rpartition("/")[2].lower()
    is_elsewhere = values.get("TargetMode", "").strip().lower() == "external"
    is_local_template = kind == "attachedtemplate" and _ON_A_DISK.match(values.get("Target", "").strip())
    if is_elsewhere and kind in _FETCHED and not is_local_template:
        raise Refusal("file-fetches")


def _ooxml_type(archive: ZipFile) -> str:
    types = _read(archive, _TYPES)
    if re.search(rb"(?i)macroEnabled|vbaProject", types):
        raise Refusal("file-macros")
    found = _MAIN.search(types)
    if found is None:
        raise Refusal("file-kind")
    return found.group(1).decode("ascii")


def _odf_type(archive: ZipFile) -> str:
    media_type = _read(archive, "mimetype").decode("ascii", "replace")
    if media_type not in KINDS:
        raise Refusal("file-kind")
    if b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
        raise Refusal("file-encrypted")
    return media_type


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        return entry.read(_MEBIBYTE)
