"""Hostile files (B11): each is refused in clear words with nothing kept, or kept harmless."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from aqss.bootstrap import Runtime
from aqss.domain.file_names import STEM_LIMIT
from aqss.gateways.uploads import KINDS, LARGEST
from aqss.web.receiving import LARGEST_BODY
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.page import Site
from tests.sent_files import (
    EXCEL,
    a_huge_picture,
    a_pdf,
    a_photograph,
    a_picture,
    an_archive,
    an_odf,
    an_ooxml,
    with_flag,
    with_overlap,
    with_size,
)
from tests.web.proofs.scene import files, page_of, post_form, proofs_url, send_file, stored

SCRIPT = b"<script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"
EXECUTABLE = b"MZ\x90\0" + b"\0" * 100
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@dataclass(frozen=True)
class Case:
    """What is sent; ``kept``: accepted, as what it really is."""

    content: Callable[[], bytes]
    name: str = "visite.pdf"
    declared: str = "application/pdf"
    kept: bool = False


def sent(
    content: bytes, name: str = "visite.pdf", declared: str = "application/pdf", *, kept: bool = False
) -> Case:
    return Case(lambda: content, name, declared, kept)


CASES: dict[str, Case] = {
    "nothing": sent(b""),
    "one byte": sent(b"%"),
    "over the limit by one byte": Case(lambda: a_pdf(inside=b"x" * LARGEST)),
    "over the limit and no file at all": Case(lambda: b"\0" * (LARGEST + 4_000_000)),
    "an SVG with a script": sent(SVG, "logo.svg", "image/svg+xml"),
    "an SVG called a picture": sent(SVG, "logo.png", "image/png"),
    "a page": sent(b"<!doctype html>" + SCRIPT, "page.html", "text/html"),
    "a page called a PDF": sent(b"<html>" + SCRIPT),
    "a program": sent(EXECUTABLE, "facture.exe", "application/octet-stream"),
    "a program called a PDF": sent(EXECUTABLE, "facture.pdf.exe"),
    "a program for Linux": sent(b"\x7fELF" + b"\0" * 100),
    "a shell script": sent(b"#!/bin/sh\nrm -rf /\n", "x.sh", "text/x-sh"),
    "an old Word document": sent(OLD, "ancien.doc", "application/msword"),
    "an archive": sent(an_archive({"x": b"y"}), "x.zip", "application/zip"),
    "an archive called a document": sent(an_archive({"x": b"y"}), "x.docx"),
    "a page that starts as a PDF": sent(b"%PDF-1.4\n" + SCRIPT),
    "a PDF that is a page too": sent(a_pdf(inside=SCRIPT)),
    "a PDF with an archive inside": sent(a_pdf(inside=an_ooxml())),
    "a PDF with an archive after": sent(a_pdf(after=an_archive({"x.exe": EXECUTABLE}))),
    "a document with a page after": sent(an_ooxml(after=SCRIPT), "x.docx"),
    "a picture with a page after": sent(a_picture(size=(21, 9)) + SCRIPT, "x.png", "image/png", kept=True),
    "a picture with an archive after": sent(
        a_picture(size=(22, 9)) + an_archive({"x.exe": EXECUTABLE}), kept=True
    ),
    "a picture with a script as comment": sent(a_picture("JPEG", comment=SCRIPT), "x.jpg", kept=True),
    "a photograph that tells where": sent(a_photograph(), "IMG.jpg", "image/jpeg", kept=True),
    "a picture called a page": sent(a_picture(size=(23, 9)), "page.html", "text/html", kept=True),
    "a PDF called a picture": sent(a_pdf(inside=b"4"), "photo.png", "image/png", kept=True),
    "a PDF of no declared type": sent(a_pdf(inside=b"5"), "x", "", kept=True),
    "a picture of 100 million pixels": Case(lambda: a_huge_picture(10_000, 10_000), "x.png"),
    "a picture of 4 billion pixels": Case(lambda: a_huge_picture(65_000, 65_000), "x.png"),
    "a picture of no height": Case(lambda: a_huge_picture(10, 0), "x.png"),
    "a picture cut short": sent(a_picture()[:60], "x.png"),
    "an archive that unpacks to 40 Mio": Case(
        lambda: an_ooxml(more={"word/a.xml": b"\0" * 40_000_000}), "x.docx"
    ),
    "an archive that says 4 Gio": sent(with_size(an_ooxml(), 0xFFFFFFFF), "x.docx"),
    "an archive whose entries overlap": sent(with_overlap(an_ooxml()), "x.docx"),
    "an archive of 6 000 entries": Case(
        lambda: an_ooxml(more={f"a/{n}": b"" for n in range(6_000)}), "x.docx"
    ),
    "an entry that climbs": sent(an_ooxml(more={"../../../etc/cron.d/x": b"x"}), "x.docx"),
    "an entry from the root": sent(an_odf(more={"/etc/passwd": b"x"}), "x.odt"),
    "an entry of Windows": sent(an_ooxml(more={"..\\..\\x.bat": b"x"}), "x.docx"),
    "macros": sent(an_ooxml(more={"word/vbaProject.bin": b"x"}), "x.docx"),
    "macros declared": sent(an_ooxml(types=b"<Types macroEnabled=''/>"), "x.docm"),
    "macros of Excel 4": sent(an_ooxml(EXCEL, more={"xl/macrosheets/s.xml": b"x"}), "x.xlsx"),
    "macros of OpenDocument": sent(an_odf(more={"Basic/Standard/x.xml": b"x"}), "x.odt"),
    "a program in a document": sent(an_ooxml(more={"word/embeddings/x.exe": EXECUTABLE}), "x.docx"),
    "a document under a password": sent(with_flag(an_ooxml(), 1), "x.docx"),
    "a name that climbs": sent(a_pdf(inside=b"6"), "../../../../etc/cron.d/x.pdf", kept=True),
    "a name of Windows": sent(a_pdf(inside=b"7"), "C:\\Windows\\System32\\x.pdf", kept=True),
    "a name kept for a device": sent(a_pdf(inside=b"8"), "CON.pdf", kept=True),
    "a name that reads backwards": sent(a_pdf(inside=b"9"), "facture\u202efdp.exe", kept=True),
    "a name of controls": sent(a_pdf(inside=b"10"), "a\tb\x7fc\x01.pdf", kept=True),
    "a name of nothing": sent(a_pdf(inside=b"11"), "...", kept=True),
    "a name of 5 000 letters": sent(a_pdf(inside=b"12"), "é" * 5_000 + ".pdf", kept=True),
    "a name that is markup": sent(a_pdf(inside=b"13"), "<img src=x onerror=alert(1)>.pdf", kept=True),
    "a name with the number of a patient": sent(a_pdf(), "CR 1 85 05 78 006 084 91.pdf"),
    "a name that adds a header": sent(a_pdf(inside=b"14"), "x%0d%0aSet-Cookie: a=b.pdf", kept=True),
}


@pytest.mark.campaign("B11")
def test_a_hostile_file_is_refused_in_words_or_kept_harmless(
    rater: Site, runtime: Runtime, key: int, tried: Tried
) -> None:
    asked = max(cases("B11"), 12)
    chosen = random.Random(11).sample(sorted(CASES), min(asked, len(CASES))) if asked < 40 else sorted(CASES)
    for number, label in enumerate(chosen):
        case, before = CASES[label], (len(stored(runtime)), len(files(runtime)))
        criterion = f"A2-{number % 4 + 1:02}"
        answer = send_file(rater, key, case.content(), case.name, declared=case.declared, criterion=criterion)
        if case.kept:
            assert answer.status_code == 302, label
            assert_harmless(rater, runtime, label)
            continue
        page = page_of(rater, answer)
        assert page.complaints[0].startswith("Fichier :"), label
        assert (len(stored(runtime)), len(files(runtime))) == before, label
    tried(len(chosen))


def assert_harmless(rater: Site, runtime: Runtime, label: str) -> None:
    """The last proof: named and typed after what it is, and served so that nothing in it runs."""
    proof = stored(runtime)[-1]
    assert proof.media_type in KINDS, label
    name = proof.file_name or ""
    assert name.endswith(KINDS[proof.media_type or ""].suffix), label
    assert len(name) <= STEM_LIMIT + 6, label
    assert not set(name) & set('/\\<>:"|?*\r\n\t\u202e'), label
    with rater.client.get(f"/preuves/{proof.id}/fichier") as served:
        assert SCRIPT not in served.data, label
        assert served.headers["Content-Type"] == proof.media_type, label
        assert "Set-Cookie" not in served.headers, label
        assert served.headers["Content-Security-Policy"].startswith("sandbox"), label


@pytest.mark.campaign("B11")
def test_a_request_of_two_gigabytes_is_refused_before_it_is_read(
    rater: Site, runtime: Runtime, key: int
) -> None:
    class Endless(BytesIO):
        """Counts what is asked of it."""

        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            Endless.taken += max(size or 0, 0)
            return b"\0" * max(size or 0, 0)

    answer = rater.client.post(
        proofs_url(key),
        input_stream=Endless(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3)},
    )
    page = page_of(rater, answer, 413)
    assert "10 Mo au plus" in page.text
    assert Endless.taken == 0
    assert files(runtime) == []


@pytest.mark.campaign("B11")
def test_a_request_of_unknown_length_is_read_no_further_than_the_limit(
    rater: Site, runtime: Runtime, key: int
) -> None:
    class Endless(BytesIO):
        """A body that never ends, a file in it."""

        taken = 0
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'

        def read(self, size: int | None = -1, /) -> bytes:
            size = max(size or 0, 0)
            given = (self.head if not Endless.taken else b"")[:size]
            Endless.taken += size
            return given + b"a" * (size - len(given))

        def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
            content = self.read(len(buffer))
            buffer[: len(content)] = content
            return len(content)

    answer = rater.client.post(
        proofs_url(key),
        input_stream=Endless(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert LARGEST_BODY <= Endless.taken <= LARGEST_BODY + 1_000_000
    assert files(runtime) == []


def test_of_many_files_in_one_request_no_more_than_one_is_held(
    rater: Site, runtime: Runtime, key: int
) -> None:
    form = {
        "csrf_token": rater.form_token(),
        "dated_on": "2026-03-02",
        "file": [FileStorage(BytesIO(b"\0" * 6_000_000), f"{number}.pdf") for number in range(4)],
    }
    boundary, body = encode_multipart(form)
    kind = f'multipart/form-data; boundary="{boundary}"'
    with rater.app.test_request_context(
        proofs_url(key), method="POST", data=body, content_type=kind
    ) as context:
        context.request.max_content_length = LARGEST_BODY
        held = [file.stream for file in context.request.files.getlist("file")]
        assert [one.size for one in held] == [6_000_000] * 4
        assert sum(len(one.getvalue()) for one in held) <= LARGEST


def test_a_large_request_elsewhere_is_held_to_the_limit_of_the_site(rater: Site, key: int) -> None:
    form = {
        "csrf_token": rater.form_token(),
        "reason": "x",
        "file": FileStorage(BytesIO(b"\0" * 5_000_000), "x.pdf"),
    }
    answer = post_form(rater, "/compte/nom", form)
    assert answer.status_code == 413
    assert "dépasse 4 Mo" in answer.text
