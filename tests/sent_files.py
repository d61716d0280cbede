"""Files that people send, good ones and hostile ones, made as the tests need them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"

_PARTS = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml", SLIDES: "ppt/presentation.xml"}


def a_pdf(*, header: bytes = b"%PDF-1.4\n", inside: bytes = b"", after: bytes = b"") -> bytes:
    """A PDF of one empty page with a cross-reference table; ``inside`` stands in a comment before it."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    written = BytesIO()
    written.write(header + (b"%" + inside + b"\n" if inside else b""))
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = written.tell()
    written.write(b"xref\n0 4\n0000000000 65535 f \n")
    written.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    written.write(b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return written.getvalue() + after


def a_pdf_of_today() -> bytes:
    """With a cross-reference stream, as writers of PDF 1.5 and later make them."""
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    stream = (
        b"2 0 obj\n<< /Type /XRef /Size 3 /W [1 2 1] /Root 1 0 R /Length 0 >>\nstream\n\nendstream\nendobj\n"
    )
    return body + stream + b"startxref\n%d\n%%%%EOF" % len(body)


def a_picture(
    kind: str = "PNG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any
) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 1 if mode in ("1", "L", "P") else None).save(written, kind, **options)
    return written.getvalue()


def a_photograph(*, turned: int = 6) -> bytes:
    """A JPEG that says where it was taken, by whom, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = turned  # orientation
    exif[0x010E] = "Madame Martin, chambre 12"  # description
    exif.get_ifd(0x8825)[2] = (44.0, 51.0, 0.0)  # latitude
    written = BytesIO()
    picture = Image.effect_noise((60, 40), 50).convert("RGB")
    picture.save(written, "JPEG", exif=exif, comment=b"Madame Martin")
    return written.getvalue()


def a_huge_picture(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says how large it would be."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def an_archive(entries: Mapping[str, bytes], *, after: bytes = b"", before: bytes = b"") -> bytes:
    """Its entries in order; the one named ``mimetype`` is not compressed."""
    written = BytesIO()
    written.write(before)
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return written.getvalue() + after


def an_ooxml(
    kind: str = WORD, *, more: Mapping[str, bytes] | None = None, types: bytes | None = None, **options: bytes
) -> bytes:
    part = _PARTS[kind]
    declared = types or (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/%b" ContentType="%b.main+xml"/></Types>' % (part.encode(), kind.encode())
    )
    return an_archive({"[Content_Types].xml": declared, part: b"<document/>", **(more or {})}, **options)


def an_odf(
    kind: str = ODT,
    *,
    more: Mapping[str, bytes] | None = None,
    manifest: bytes = b"<manifest:manifest/>",
    **options: bytes,
) -> bytes:
    entries = {"mimetype": kind.encode(), "META-INF/manifest.xml": manifest, "content.xml": b"<office/>"}
    return an_archive({**entries, **(more or {})}, **options)


def with_flag(archive: bytes, flag: int) -> bytes:
    """The archive with that bit set on its first entry: « encrypted », for one."""
    changed = bytearray(archive)
    at = archive.index(b"PK\x01\x02")
    changed[6] |= flag
    changed[at + 8] |= flag
    return bytes(changed)


def with_size(archive: bytes, size: int) -> bytes:
    """The archive with another unpacked size told for its first entry."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + struct.pack("<I", size) + archive[at + 4 :]


def with_overlap(archive: bytes) -> bytes:
    """The archive with its second entry pointing into its first one: how some bombs are made."""
    first = archive.index(b"PK\x01\x02")
    second = archive.index(b"PK\x01\x02", first + 4)
    at = second + 42
    return archive[:at] + struct.pack("<I", 10) + archive[at + 4 :]
