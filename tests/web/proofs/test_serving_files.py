"""The files of proofs as they are served: to whom, under which name, and unable to run anything."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.sent_files import ODT, WORD, a_pdf, a_photograph, a_picture, an_odf, an_ooxml
from tests.web.assessments.scene import Team
from tests.web.proofs.scene import files, proofs_url, send_file, stored

URL = "/preuves/{}/fichier"


def address(runtime: Runtime) -> str:
    return URL.format(stored(runtime)[-1].id)


@pytest.mark.parametrize(
    ("content", "media_type", "suffix", "way"),
    [
        (a_pdf(), "application/pdf", ".pdf", "attachment"),
        (an_ooxml(), WORD, ".docx", "attachment"),
        (an_odf(), ODT, ".odt", "attachment"),
        (a_picture(), "image/png", ".png", "inline"),
        (a_picture("JPEG"), "image/jpeg", ".jpg", "inline"),
        (a_picture("WEBP"), "image/webp", ".webp", "inline"),
    ],
)
def test_a_file_is_served_as_what_it_is_and_nothing_in_it_runs(
    rater: Site, runtime: Runtime, key: int, content: bytes, media_type: str, suffix: str, way: str
) -> None:
    send_file(rater, key, content, "page.html", declared="text/html")
    with rater.client.get(address(runtime)) as answer:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
        assert answer.headers["Content-Disposition"] == f"{way}; filename=page{suffix}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (
            answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        )
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "ETag" not in answer.headers
        assert answer.data == files(runtime)[0].read_bytes()


def test_a_name_with_accents_is_told_in_both_ways(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key, name="Relevé d'été n°1; x=y.pdf")
    with rater.client.get(address(runtime)) as answer:
        disposition = answer.headers["Content-Disposition"]
    assert disposition == (
        'attachment; filename="Releve d\'ete n1; x=y.pdf"; '
        "filename*=UTF-8''Relev%C3%A9%20d%27%C3%A9t%C3%A9%20n%C2%B01%3B%20x%3Dy.pdf"
    )


def test_a_photograph_is_served_without_what_it_told(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key, a_photograph(), "IMG_0001.jpg")
    with rater.client.get(address(runtime)) as answer, Image.open(BytesIO(answer.data)) as picture:
        assert not picture.getexif()
        assert b"Martin" not in answer.data


def test_nobody_outside_the_team_gets_a_file(rater: Site, runtime: Runtime, team: Team, key: int) -> None:
    send_file(rater, key)
    site = rater.another_browser()
    assert site.client.get(address(runtime)).status_code == 302
    site.sign_in(team.stranger)
    site.get(address(runtime), 404)
    assert site.get(address(runtime), 404).h1 == site.get(URL.format(987654), 404).h1


def test_a_link_has_no_file(rater: Site, runtime: Runtime, key: int) -> None:
    page = rater.get(proofs_url(key))
    rater.submit(page, "Ajouter", {"url": "https://exemple.fr/", "title": "Lien"})
    rater.get(address(runtime), 404)


def test_a_file_that_is_lost_is_told_as_not_there(
    rater: Site, runtime: Runtime, key: int, caplog: pytest.LogCaptureFixture
) -> None:
    send_file(rater, key)
    files(runtime)[0].unlink()
    rater.get(address(runtime), 404)
    assert "is not there" in caplog.text


def test_the_folder_of_proofs_is_served_by_no_address(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key)
    name = files(runtime)[0].name
    for url in (f"/proofs/{name[:2]}/{name}", f"/static/x/../../instance/proofs/{name[:2]}/{name}"):
        assert rater.client.get(url).status_code == 404
