"""What a person may type, canonical or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.texts import (
    clean_choice,
    clean_choices,
    clean_email,
    clean_line,
    clean_text,
    folded,
    is_email,
    slug,
)

RIGHT_TO_LEFT = "\u202e"


def fault_of(reader, *args, **kwargs) -> Fault:
    with pytest.raises(InvalidInput) as refusal:
        reader(*args, **kwargs)
    (fault,) = refusal.value.faults
    return fault


def test_a_line_is_trimmed_and_composed() -> None:
    assert clean_line("name", "  E\u0301vry\u00a0\n", 10) == "Évry"


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0\u2003", "\u200b\u200d", "\ufeff", "\u0301"])
def test_what_nobody_can_see_is_nothing(blank: str) -> None:
    assert fault_of(clean_line, "name", blank, 10) == Fault("name", "required")
    assert clean_line("name", blank, 10, required=False) == ""


def test_the_limit_counts_composed_characters() -> None:
    assert clean_line("name", "e\u0301" * 10, 10) == "é" * 10
    assert fault_of(clean_line, "name", "é" * 11, 10) == Fault("name", "too-long", (10,))


def test_a_megabyte_is_refused_before_any_work_on_it() -> None:
    assert fault_of(clean_text, "comment", "\x00" * 1_000_000, 2000) == Fault("comment", "too-long", (2000,))


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x85",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\v",
        "\u2028",
        "\u2029",
        "\ud800",
        "\ufffe",
        "\uffff",
        "\ufdd0",
        RIGHT_TO_LEFT,
        "\u202a",
        "\u2066",
        "\u2069",
        "\u200e",
        "\u200f",
        "\u061c",
    ],
)
def test_a_name_holds_no_control_break_surrogate_or_direction_mark(character: str) -> None:
    assert fault_of(clean_line, "name", f"Jean{character}Bcc", 120).code == "bad-character"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x84", "\ud800", "\ufffe"])
def test_a_text_holds_no_control_or_surrogate(character: str) -> None:
    assert fault_of(clean_text, "comment", f"avant{character}après", 120).code == "bad-character"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_lines_of_a_text_are_parted_one_way(line_break: str) -> None:
    assert clean_text("comment", f"un{line_break}deux\ttrois", 120) == "un\ndeux\ttrois"


def test_direction_marks_pasted_with_a_text_are_left_out() -> None:
    assert clean_text("comment", f"\u202a05 53{RIGHT_TO_LEFT} 00\u202c", 120) == "05 53 00"


@pytest.mark.parametrize("name", ["Zoë 👩‍⚕️", "محمد", "Nguyễn Thị", "O’Brien-D’Arc", "=SUM(A1)", "<script>"])
def test_names_of_the_whole_world_are_kept(name: str) -> None:
    assert clean_line("name", name, 120) == name


@pytest.mark.parametrize("reader", [clean_line, clean_text])
def test_a_social_security_number_is_refused_in_any_text(reader) -> None:
    assert fault_of(reader, "comment", "voir 1 85 05 78 006 084 91", 200) == Fault(
        "comment", "patient-identifier"
    )


@given(st.text(max_size=60))
def test_a_text_once_clean_stays_the_same(typed: str) -> None:
    for reader in (clean_line, clean_text):
        try:
            clean = reader("field", typed, 40, required=False)
        except InvalidInput:
            continue
        assert reader("field", clean, 40, required=False) == clean
        clean.encode("utf-8")


def test_an_address_is_kept_in_lower_case() -> None:
    assert (
        clean_email("email", "  Nadia.O'Hara+aqss@Centre-X.Exemple.FR ")
        == "nadia.o'hara+aqss@centre-x.exemple.fr"
    )
    assert clean_email("email", "admin@localhost") == "admin@localhost"


@pytest.mark.parametrize(
    "address",
    [
        "nadia",
        "nadia@",
        "@exemple.fr",
        "nadia@exemple",
        "a@b@exemple.fr",
        "na dia@exemple.fr",
        "nadia@exemple..fr",
        "nadia@-exemple.fr",
        "nadia@exemple-.fr",
        "nadia@exemple.fr\nbcc: x@y.fr",
        "nadia\r@exemple.fr",
        ".n@exemple.fr",
        "n.@exemple.fr",
        "n..a@exemple.fr",
        "nadia@exemple.fr.",
        '"na dia"@exemple.fr',
        "<nadia@exemple.fr>",
        "nadia@exemple.fr,x@y.fr",
        "nadia@exémple.fr",
        "na\x00dia@exemple.fr",
        "\u212aim@exemple.fr\ud800",
        "a" * 65 + "@exemple.fr",
        "a@" + "b" * 64 + ".fr",
        "a@" + ".".join(["b" * 60] * 4) + ".exemple.fr",
        "nadia@[127.0.0.1]",
        "nadia@exemple.fr%0abcc",
    ],
)
def test_an_address_no_mail_can_reach_is_refused(address: str) -> None:
    assert fault_of(clean_email, "email", address) == Fault("email", "email")


def test_no_address_is_told_as_missing() -> None:
    assert fault_of(clean_email, "email", "  ") == Fault("email", "required")


def test_an_address_has_254_characters_at_most() -> None:
    domain = ".".join(["b" * 61, "b" * 61, "b" * 61, "fr"])
    assert is_email("a" * 64 + "@" + domain + "r")
    assert len("a" * 64 + "@" + domain + "r") == 254
    assert not is_email("a" * 64 + "@" + domain + "rr")


def test_a_choice_is_one_of_those_offered() -> None:
    assert clean_choice("kind", "cpias", ("cpias", "omedit")) == "cpias"
    assert fault_of(clean_choice, "kind", "", ("cpias",)) == Fault("kind", "required")
    assert fault_of(clean_choice, "kind", "admin", ("cpias",)) == Fault("kind", "unknown-choice")


def test_choices_are_kept_once_in_the_order_offered() -> None:
    assert clean_choices("flags", ["c", "a", "a"], iter("abc")) == ("a", "c")
    assert clean_choices("flags", [], "abc") == ()


def test_choices_outside_those_offered_are_refused() -> None:
    assert fault_of(clean_choices, "flags", ["a", "z"], "abc") == Fault("flags", "unknown-choice")


def test_an_empty_list_is_refused_where_one_choice_is_needed() -> None:
    assert fault_of(clean_choices, "regions", [], "abc", required=True) == Fault("regions", "at-least-one")


def test_case_accents_and_spaces_do_not_count_when_searching() -> None:
    assert folded("  Évry-\u00a0Courcouronnes ") == "evry- courcouronnes"
    assert folded("STRASSE") == folded("Straße")
    assert folded("L’Isle-d‘Abeau") == "l'isle-d'abeau"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Parcours du patient, automne 2026", "parcours-du-patient-automne-2026"),
        ("Centre de santé d’Ardençay", "centre-de-sante-d-ardencay"),
        ("Sacré-Cœur  ", "sacre-coeur"),
        ('../"x"\r\n', "x"),
        ("…", ""),
    ],
)
def test_a_slug_keeps_the_words_of_a_text_in_ascii(text: str, written: str) -> None:
    assert slug(text) == written
