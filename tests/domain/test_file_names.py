"""What a file sent is called once kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.file_names import NAMELESS, STEM_LIMIT, file_name, file_stem, plain_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("visite.pdf", "visite"),
        ("Visite du 2 mars v1.2", "Visite du 2 mars v1.2"),
        ("C:\\Users\\nadia\\Bureau\\visite.PDF", "visite"),
        ("../../etc/passwd", "passwd"),
        ("/absolu/visite.docx", "visite"),
        ("vi\x00si\rte\n.pdf", "visite"),
        ("facture\u202efdp.exe", "facturefdp"),
        ("re\u200bsul\ufefftats.odt", "resultats"),
        ('a<b>:"c|d?e*.pdf', "abcde"),
        ("archive.tar.gz", "archive.tar"),
        ("e\u0301te\u0301.pdf", "été"),
        ("trop   d’espaces  .pdf", "trop d’espaces"),
        (".htaccess", "htaccess"),
        ("photo 🏥.png", "photo 🏥"),
    ],
)
def test_a_name_keeps_its_words_and_nothing_that_harms(sent: str, kept: str) -> None:
    assert file_stem(sent) == kept


@pytest.mark.parametrize("sent", ["", "   ", "...", "/", "..\\..", "\x00", "\ud800", "«»"])
def test_a_name_of_which_nothing_is_left_is_replaced(sent: str) -> None:
    assert file_stem(sent) == NAMELESS


@pytest.mark.parametrize("sent", ["CON.pdf", "nul", "com1.tar.gz", "Lpt9.PDF", "aux.txt"])
def test_a_name_that_windows_keeps_for_a_device_is_told_apart(sent: str) -> None:
    assert file_stem(sent).startswith("_")


def test_a_file_is_named_after_what_it_is_not_after_what_it_says() -> None:
    assert file_name("visite.exe", ".png") == "visite.png"


@given(st.text(max_size=400))
def test_no_name_has_a_folder_a_control_or_too_many_characters(sent: str) -> None:
    kept = file_name(sent, ".pdf")
    assert kept.endswith(".pdf")
    assert len(kept) <= STEM_LIMIT + 5
    assert not set(kept) & set('/\\<>:"|?*\x00\r\n\u202e')
    assert kept.encode()
    assert plain_name(kept) == kept
