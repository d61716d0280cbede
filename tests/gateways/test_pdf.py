import time
from fractions import Fraction
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from aqss.gateways.drawing import Axis, Tone, completeness_bar, radar, radar_keys, score_bar
from aqss.gateways.legible import NAMED
from aqss.gateways.pdf import PdfRefused, count_pages, make_pdf
from aqss.gateways.rendering import ENVIRONMENT

LETTERS = "Été œuf Œ « oui » — 12 € ≥ 80 % ☐ ☑ − 3,8 N° ’"


def a_document(content):
    source = (
        "{% extends 'report/layout.html' %}{% block title %}Auto-évaluation{% endblock %}"
        "{% block content %}{{ content|safe }}{% endblock %}"
    )
    return ENVIRONMENT.from_string(source).render(content=content)


def pages_of(pdf):
    return PdfReader(BytesIO(pdf)).pages


def fonts_that_write(page):
    """The fonts in which at least one letter is written."""
    used = set()

    def visit(text, _matrix, _place, font, _size):
        if text.strip() and font is not None:
            used.add((font["/BaseFont"], "/FontFile2" in _descriptor(font)))

    page.extract_text(visitor_text=visit)
    return used


def _descriptor(font):
    return font.get("/FontDescriptor", {})


@pytest.fixture(scope="module")
def report():
    picture = radar([Axis(f"A{i}", Fraction(10 * i), Fraction(50)) for i in range(1, 10)], title="Radar")
    rows = "".join(
        f"<tr><th scope='row'>Critère {i}</th><td>{score_bar(Fraction(i), Tone.MID, Fraction(60))}</td>"
        f"<td>{completeness_bar(i % 12, 1, 12)}</td><td class='num'>{i},0</td></tr>"
        for i in range(80)
    )
    table = (
        f"<table repeat='1'><thead><tr><th>Critère</th><th></th><th></th><th></th></tr></thead>{rows}</table>"
    )
    words = f"<p>{LETTERS} <strong>{LETTERS}</strong> <em>{LETTERS}</em> <a href='https://exemple.fr'>lien</a></p>"
    keys = "".join(radar_keys())
    return make_pdf(a_document(f"{words}{picture}<p>{keys}</p>{table}"), title="Auto-évaluation")


def test_every_letter_is_written_in_an_embedded_font(report, caplog):
    for page in pages_of(report):
        assert all(embedded and "DejaVuSansCondensed" in name for name, embedded in fonts_that_write(page))


def test_a_second_report_of_the_same_process_embeds_its_fonts_too(report):
    again = make_pdf(a_document(f"<p>{LETTERS}</p>{radar_keys()[0]}"), title="Encore")
    assert fonts_that_write(pages_of(again)[0])
    assert all(embedded for _, embedded in fonts_that_write(pages_of(again)[0]))


def test_french_letters_and_signs_can_be_read_back(report):
    text = " ".join(pages_of(report)[0].extract_text().split())
    assert text.count(LETTERS) == 3


def test_each_page_tells_its_number_and_how_many_there_are(report):
    pages = pages_of(report)
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} sur {len(pages)}" in page.extract_text()
    assert count_pages(report) == len(pages)


def test_the_head_of_a_table_comes_back_on_each_page(report):
    assert all("Critère" in page.extract_text().split("Critère 1")[0] for page in pages_of(report)[1:])


def test_pictures_stay_vector_with_their_words(report):
    first = pages_of(report)[0]
    assert len(first.images) == 0
    assert "A9" in first.extract_text()
    assert "90,0" in first.extract_text()


def test_a_report_says_its_language_and_title(report):
    reader = PdfReader(BytesIO(report))
    assert reader.root_object["/Lang"] == "fr"
    assert reader.metadata.title == "Auto-évaluation"


def test_the_styles_of_reports_are_all_understood(caplog):
    make_pdf(a_document(f"<p class='note'>{LETTERS}</p>{radar_keys()[0]}"), title="x")
    assert [record.getMessage() for record in caplog.records if record.levelname != "DEBUG"] == []


@pytest.fixture
def secrets(tmp_path):
    Image.new("RGB", (5, 5)).save(tmp_path / "secret.png")
    (tmp_path / "secret.txt").write_text("SECRET")
    (tmp_path / "secret.html").write_text("<p>SECRET</p>")
    return tmp_path


OUTSIDE = [
    '<img src="file://{folder}/secret.png">',
    '<img src="{folder}/secret.png">',
    '<img src="../../../../../../../../..{folder}/secret.png">',
    '<img src="//127.0.0.1:{port}/x.png">',
    '<img src="http://127.0.0.1:{port}/x.png">',
    '<img src="http://169.254.169.254/latest/meta-data/">',
    '<img src="ftp://127.0.0.1:{port}/x.png">',
    '<svg viewBox="0 0 9 9"><image href="file://{folder}/secret.png" width="9" height="9"/></svg>',
    '<svg viewBox="0 0 9 9" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<image xlink:href="http://127.0.0.1:{port}/x.png" width="9" height="9"/></svg>',
    '<svg viewBox="0 0 9 9" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<use xlink:href="{folder}/secret.html#a"/></svg>',
    '<link rel="stylesheet" href="file://{folder}/secret.txt">',
    "<style>@import url({folder}/secret.txt);</style>",
    "<style>body {{ background-image: url(file://{folder}/secret.png) }}</style>",
    "<style>@page {{ background-image: url({folder}/secret.png) }}</style>",
    '<pdf:include src="{folder}/secret.html">',
    '<object data="{folder}/secret.png"></object>',
    '<iframe src="file://{folder}/secret.html"></iframe>',
    '<img src="file:///{folder}/../{name}/secret.png">',
    '<img src="FILE://{folder}/secret.png">',
    '<img src="file://localhost{folder}/secret.png">',
    '<img src="gopher://127.0.0.1:{port}/x.png">',
    '<img src="http://0x7f000001:{port}/x.png">',
    '<img src="http://[::ffff:127.0.0.1]:{port}/x.png">',
    '<embed src="{folder}/secret.png">',
    '<link rel="stylesheet" href="http://127.0.0.1:{port}/x.css">',
    "<style>@import 'http://127.0.0.1:{port}/x.css';</style>",
    "<style>@font-face {{ font-family: x; src: url({folder}/secret.txt) }} p {{ font-family: x }}</style>",
    '<p style="background-image: url(http://127.0.0.1:{port}/x.png)"></p>',
    '<svg viewBox="0 0 9 9"><style>@import url(file://{folder}/secret.txt);</style></svg>',
]


@pytest.mark.campaign("B12")
@pytest.mark.parametrize("attempt", OUTSIDE)
def test_a_document_reads_nothing_outside_the_fonts(attempt, secrets, listener):
    attempt = attempt.format(folder=secrets, name=secrets.name, port=listener.getsockname()[1])
    pdf = make_pdf(f"<html><body><p>avant</p>{attempt}<p>après</p></body></html>", title="x")
    (page,) = pages_of(pdf)
    assert page.extract_text().split() == ["avant", "après"]
    assert len(page.images) == 0
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.campaign("B12")
def test_an_entity_in_a_picture_is_never_read(secrets):
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secrets}/secret.txt">]>'
    pdf = make_pdf(
        f'<html><body><svg viewBox="0 0 9 9">{entity}<text>&x;</text></svg></body></html>', title="x"
    )
    assert "SECRET" not in pages_of(pdf)[0].extract_text()


@pytest.mark.campaign("B12")
@pytest.mark.parametrize("depth", [250, 5_000, 100_000])
def test_a_document_nested_too_deep_is_refused_at_once(depth):
    started = time.monotonic()
    with pytest.raises(PdfRefused):
        make_pdf("<html><body>" + "<div>" * depth + "x" + "</div>" * depth, title="x")
    assert time.monotonic() - started < 5


@pytest.mark.campaign("B12")
def test_a_document_that_takes_too_long_is_given_up():
    started = time.monotonic()
    rows = "<tr><td>un</td><td>énoncé assez long pour tenir sur deux lignes</td></tr>" * 20_000
    with pytest.raises(PdfRefused):
        make_pdf(f"<html><body><table>{rows}</table></body></html>", title="x", most_seconds=0.5)
    assert time.monotonic() - started < 30


@pytest.mark.campaign("B12")
def test_a_document_too_long_is_refused_at_once():
    with pytest.raises(PdfRefused, match="too long"):
        make_pdf("<html><body>" + "a" * 11_000_000, title="x")


def test_closed_elements_and_empty_ones_are_not_depth():
    content = "<p>a<br>b<img alt=''><hr></p>" * 1500
    assert count_pages(make_pdf(f"<html><body>{content}</body></html>", title="x")) > 1


def test_what_the_fonts_cannot_draw_is_named_or_explained_and_never_logged(caplog):
    typed = "<p>Vu ensemble 👍, en famille 👨\u200d👩\u200d👧 et 漢字, <strong>fait ✅</strong></p>"
    (page,) = pages_of(make_pdf(a_document(typed), title="Rapport"))
    told = page.extract_text()
    assert "Vu ensemble [pouce levé], en famille □ et □, fait ✔" in told
    assert "□ : un ou plusieurs caractères que ce document ne sait pas écrire" in told.replace("\u00a0", " ")
    assert not caplog.records


def test_nothing_is_explained_where_everything_is_drawn():
    (page,) = pages_of(make_pdf(a_document(f"<p>{LETTERS} {' '.join(NAMED)}</p>"), title="Rapport"))
    assert "□" not in page.extract_text()
