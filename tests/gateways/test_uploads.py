"""Files are accepted by what they hold: what is kept of each kind, and what is refused, whatever its name."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from aqss.domain.errors import InvalidInput
from aqss.gateways import uploads
from aqss.gateways.uploads import KINDS, LARGEST, Sent, read_upload
from aqss.gateways.uploads.office import MOST_ENTRIES, MOST_LINKS
from aqss.gateways.uploads.pictures import MOST_PIXELS
from tests.sent_files import (
    EXCEL,
    ODT,
    SLIDES,
    WORD,
    a_huge_picture,
    a_pdf,
    a_pdf_of_today,
    a_photograph,
    a_picture,
    an_archive,
    an_odf,
    an_ooxml,
    with_flag,
    with_overlap,
    with_size,
)


def read(content: bytes, name: str = "visite") -> uploads.Upload:
    return read_upload(Sent(name, len(content), content))


def refusal(content: bytes, name: str = "visite.pdf") -> tuple[str, tuple[object, ...]]:
    with pytest.raises(InvalidInput) as caught:
        read(content, name)
    (fault,) = caught.value.faults
    assert fault.field == "file"
    return fault.code, fault.facts


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_pdf(), "application/pdf"),
        (a_pdf_of_today(), "application/pdf"),
        (a_pdf(header=b"%PDF-2.0\n", after=b"\r\n\0\0"), "application/pdf"),
        (an_ooxml(WORD), WORD),
        (an_ooxml(EXCEL), EXCEL),
        (an_ooxml(SLIDES), SLIDES),
        (an_odf(ODT), ODT),
        (an_odf(ODT.replace("text", "spreadsheet")), ODT.replace("text", "spreadsheet")),
        (an_odf(ODT.replace("text", "presentation")), ODT.replace("text", "presentation")),
    ],
)
def test_a_document_is_kept_as_it_came_under_the_suffix_of_its_kind(content: bytes, media_type: str) -> None:
    upload = read(content, "visite.txt")
    assert (upload.media_type, upload.content) == (media_type, content)
    assert upload.name == f"visite{KINDS[media_type].suffix}"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_again_in_its_own_format(kind: str) -> None:
    upload = read(a_picture(kind))
    with Image.open(BytesIO(upload.content)) as drawn:
        assert (drawn.format, drawn.size) == (kind, (40, 30))
    assert upload.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("kind", "mode", "kept"),
    [
        ("PNG", "1", "1"),
        ("PNG", "L", "L"),
        ("PNG", "P", "P"),
        ("PNG", "LA", "LA"),
        ("PNG", "RGBA", "RGBA"),
        ("PNG", "I;16", "RGBA"),
        ("JPEG", "L", "L"),
        ("JPEG", "CMYK", "RGB"),
        ("WEBP", "RGBA", "RGBA"),
    ],
)
def test_whatever_its_pixels_are_a_picture_can_be_drawn_again(kind: str, mode: str, kept: str) -> None:
    with Image.open(BytesIO(read(a_picture(kind, mode=mode)).content)) as drawn:
        assert drawn.mode == kept


def test_a_picture_with_a_transparent_colour_keeps_it() -> None:
    with Image.open(BytesIO(read(a_picture(mode="L", transparency=1)).content)) as drawn:
        assert drawn.mode == "RGBA"
        assert drawn.getpixel((0, 0))[3] == 0


def test_a_photograph_loses_where_when_and_whom_and_stands_upright() -> None:
    upload = read(a_photograph())
    assert b"Martin" not in upload.content
    with Image.open(BytesIO(upload.content)) as drawn:
        assert drawn.size == (40, 60)
        assert not drawn.getexif()
        assert "comment" not in drawn.info


def test_what_hides_after_or_inside_a_picture_goes() -> None:
    script = b"<script>alert(1)</script>"
    for content in (a_picture() + script, a_picture("JPEG", comment=script), a_picture() + an_ooxml()):
        upload = read(content)
        assert script not in upload.content
        assert not zipfile.is_zipfile(BytesIO(upload.content))


def test_only_the_first_picture_of_an_animation_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:])
    with Image.open(BytesIO(read(written.getvalue()).content)) as drawn:
        assert getattr(drawn, "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"Bonjour",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\0\x03 This program cannot be run in DOS mode",
        b"\x7fELF\x02\x01\x01",
        b"#!/bin/sh\nrm -rf /\n",
        b"GIF89a\x01\0\x01\0",
        b"II*\0\x08\0\0\0",
        b"{\\rtf1 bonjour}",
        b"\n" + a_pdf(),
        an_archive({"visite.pdf": a_pdf()}),
        an_archive({"mimetype": b"application/epub+zip", "META-INF/manifest.xml": b""}),
        an_ooxml(types=b"<Types/>"),
        b"Rar!\x1a\x07\0",
        b"\x1f\x8b\x08\0",
    ],
)
def test_what_is_no_accepted_kind_is_refused_whatever_its_name(content: bytes) -> None:
    assert refusal(content) == ("file-kind", ("visite.pdf",))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n",
        b"%PDF-9.9\n" + a_pdf()[9:],
        a_pdf()[:-30],
        a_pdf().replace(b"/Root", b"/Rout"),
        a_pdf_of_today().replace(b"/Root", b"/Rout"),
        a_pdf().replace(b"xref\n0 4", b"nada\n0 4"),
        a_pdf(after=b"\n" + a_pdf()[:40]),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        a_picture()[:-40],
        b"\xff\xd8\xff" + b"\0" * 40,
        b"RIFF\x10\0\0\0AVI LIST",
        b"PK\x03\x04" + b"\0" * 40,
        an_ooxml()[:-30],
    ],
)
def test_what_does_not_hold_together_is_told_as_broken(content: bytes) -> None:
    assert refusal(content) == ("file-broken", ("visite.pdf",))


@pytest.mark.parametrize(
    "content",
    [
        a_pdf(inside=b"<script>alert(1)</script>"),
        a_pdf(inside=b"<HTML><body onload=alert(1)>"),
        a_pdf(inside=an_ooxml()),
        an_ooxml(after=b"\n<script>alert(1)</script>"),
        an_ooxml(after=a_pdf()),
        an_archive({}),
    ],
)
def test_what_is_two_things_at_once_is_refused(content: bytes) -> None:
    assert refusal(content)[0] in ("file-double", "file-kind")


def test_a_document_that_does_not_start_its_archive_is_refused() -> None:
    before = b"PK\x03\x04 something that an archive's reader steps over"
    assert refusal(an_ooxml(before=before))[0] == "file-double"


@pytest.mark.parametrize(
    "content",
    [
        an_ooxml(more={"word/vbaProject.bin": b"x"}),
        an_ooxml(types=b'<Types ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        an_ooxml(EXCEL, more={"xl/macrosheets/sheet1.xml": b"x"}),
        an_ooxml(more={"word/activeX/activeX1.bin": b"x"}),
        an_ooxml(more={"word/embeddings/facture.exe": b"MZ"}),
        an_odf(more={"Basic/Standard/Module1.xml": b"x"}),
        an_odf(more={"Scripts/python/macro.py": b"x"}),
        an_odf(more={"page.HTML": b"x"}),
    ],
)
def test_a_document_that_holds_something_to_run_is_refused(content: bytes) -> None:
    assert refusal(content) == ("file-macros", ("visite.pdf",))


def some_links(kind: str, mode: str = 'TargetMode="External"', before: str = "") -> bytes:
    """The entry of an OOXML document that says what a part refers to."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<?xml version="1.0"?>{before}'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{office}/{kind}" Target="https://ailleurs.example/x" {mode}/>'
        "</Relationships>"
    ).encode()


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk"])
@pytest.mark.parametrize(
    "name",
    ["word/_rels/settings.xml.rels", "WORD/_RELS/document.XML.RELS", "ppt/slides/_rels/slide1.xml.rels"],
)
def test_a_document_that_fetches_something_elsewhere_is_refused(kind: str, name: str) -> None:
    assert refusal(an_ooxml(more={name: some_links(kind)})) == ("file-fetches", ("visite.pdf",))


def test_what_is_fetched_elsewhere_is_not_hidden_by_the_way_it_is_written() -> None:
    template = some_links("attachedTemplate", 'TargetMode="&#69;xternal"')
    utf_16 = some_links("oleObject").decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
    for links in (template, utf_16):
        assert refusal(an_ooxml(more={"word/_rels/settings.xml.rels": links}))[0] == "file-fetches"
    declared = some_links("hyperlink", 'TargetMode="&e;"', '<!DOCTYPE r [<!ENTITY e "External">]>')
    assert refusal(an_ooxml(more={"word/_rels/settings.xml.rels": declared}))[0] == "file-broken"


@pytest.mark.parametrize(
    "links",
    [
        some_links("hyperlink"),
        some_links("image"),
        some_links("attachedTemplate", 'TargetMode="Internal"'),
        some_links("attachedTemplate").replace(
            b"https://ailleurs.example/x", b"file:///C:\\Modeles\\lettre.dotm"
        ),
        some_links("oleObject", ""),
    ],
)
def test_a_document_that_leads_elsewhere_or_holds_its_objects_is_kept(links: bytes) -> None:
    assert read(an_ooxml(more={"word/_rels/document.xml.rels": links})).media_type == WORD


def test_links_that_would_fill_the_memory_or_do_not_hold_together_are_refused() -> None:
    many = random.Random(1).randbytes(5000).hex().encode() * 900
    assert len(many) > MOST_LINKS
    content = an_ooxml(more={f"word/_rels/{n}.rels": many[n::9] for n in range(9)})
    assert refusal(content)[0] == "file-bomb"
    assert refusal(an_ooxml(more={"_rels/.rels": b"<Relationships>"}))[0] == "file-broken"


@pytest.mark.parametrize(
    "content",
    [
        with_flag(an_ooxml(), 0x01),
        with_flag(an_odf(), 0x40),
        an_odf(manifest=b"<manifest:encryption-data/>"),
    ],
)
def test_a_document_under_a_password_is_refused(content: bytes) -> None:
    assert refusal(content) == ("file-encrypted", ("visite.pdf",))


@pytest.mark.parametrize(
    "content",
    [
        an_ooxml(more={"word/media/image1.xml": b"\0" * 20_000_000}),
        with_size(an_ooxml(), 0xFFFFFFFF),
        with_overlap(an_ooxml()),
        an_ooxml(more={f"word/{number}": b"" for number in range(MOST_ENTRIES)}),
    ],
)
def test_an_archive_that_would_fill_the_disk_is_refused(content: bytes) -> None:
    assert refusal(content) == ("file-bomb", ("visite.pdf",))


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\..\\x", "C:x", "a\nb"])
def test_an_archive_with_an_entry_that_lands_elsewhere_is_refused(name: str) -> None:
    assert refusal(an_ooxml(more={name: b"x"})) == ("file-broken", ("visite.pdf",))


def test_an_archive_with_two_entries_of_one_name_is_refused() -> None:
    content = an_ooxml(more={"word/xxxxxxxx.xml": b"x"}).replace(b"word/xxxxxxxx.xml", b"word/document.xml")
    assert refusal(content)[0] == "file-broken"


def test_a_document_of_before_2007_is_told_how_to_be_saved() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "ancien.doc") == (
        "file-old-office",
        ("ancien.doc",),
    )


@pytest.mark.parametrize("size", [(10_000, 10_000), (MOST_PIXELS, 2), (60_000, 60_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(size: tuple[int, int]) -> None:
    assert refusal(a_huge_picture(*size)) == ("file-picture", ("visite.pdf", 40))


def test_a_picture_that_takes_too_much_room_once_drawn_again_is_refused() -> None:
    poor = BytesIO()
    Image.effect_noise((5200, 5200), 90).save(poor, "JPEG", quality=25)
    assert len(poor.getvalue()) < LARGEST
    assert refusal(poor.getvalue()) == ("file-picture", ("visite.pdf", 40))


def test_an_empty_file_a_missing_one_and_one_over_the_limit_are_told_apart() -> None:
    assert refusal(b"") == ("file-empty", ("visite.pdf",))
    assert refusal(b"", "") == ("file-missing", ())
    with pytest.raises(InvalidInput) as caught:
        read_upload(Sent("visite.pdf", 14 * 1024 * 1024, a_pdf()))
    assert caught.value.faults[0].facts == ("visite.pdf", "14\u00a0Mo", "10\u00a0Mo")


def test_a_file_of_the_very_limit_is_accepted() -> None:
    some = 10_000_000
    around = len(a_pdf(inside=b"x" * some)) - some
    content = a_pdf(inside=b"x" * (LARGEST - around))
    assert len(content) == LARGEST
    assert read(content).content == content


def test_a_name_that_holds_the_number_of_a_patient_is_refused() -> None:
    assert refusal(a_pdf(), "CR 1 85 05 78 006 084 91.pdf") == ("patient-identifier", ())


def test_a_long_name_is_cut_in_what_refuses_it() -> None:
    _code, (name,) = refusal(b"x", "n" * 3000 + ".pdf")
    assert name == "n" * 80 + "…"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "good",
    [a_pdf(), a_picture(), a_photograph(), a_picture("WEBP"), an_ooxml(), an_odf()],
    ids=["pdf", "png", "jpeg", "webp", "ooxml", "odf"],
)
def test_a_file_damaged_anywhere_is_accepted_or_refused_and_breaks_nothing(good: bytes) -> None:
    draw = random.Random(len(good))
    for _ in range(300):
        damaged = bytearray(good)
        for _ in range(draw.randrange(1, 6)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        cut = bytes(damaged[: draw.randrange(1, len(damaged) + 1)]) if draw.random() < 0.3 else bytes(damaged)
        assert kind_or_field(cut) in (*KINDS, "file")


def kind_or_field(content: bytes) -> str:
    """The kind of what is accepted, the field of what is refused."""
    try:
        return read(content).media_type
    except InvalidInput as told:
        return told.faults[0].field
