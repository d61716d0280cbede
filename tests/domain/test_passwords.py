"""Which passwords are strong enough."""

from __future__ import annotations

import pytest

from aqss.domain.errors import Fault
from aqss.domain.passwords import canonical_password, is_storable, judge_password

EMAIL = "n.bellanger@hopital-du-lac.fr"
NAME = "Nadia Bellanger-Zoé"


def codes(password: str) -> list[str]:
    return [fault.code for fault in judge_password(password, email=EMAIL, name=NAME)]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "le héron gris traverse la rivière",
        "k#9$!%x&@(2)*^",
        "Tr0ub4dor&3xyzq",
        "vent tiède sur toits",
        "😀🦆🌵🚲🎻🪁🧶🪵🐙🦔🍋🛶🎈🧭",
        "ЗимаСнегПечьКот",
        "q7Rv2mXw9KdLt4",
        "   trois espaces autour",
    ],
)
def test_a_long_password_needs_no_kind_of_character(password: str) -> None:
    assert codes(password) == []


def test_a_password_has_fourteen_characters_at_least() -> None:
    assert judge_password("q7Rv2mXw9KdLt", email=EMAIL, name=NAME) == (
        Fault("password", "password-too-short", (14,)),
    )
    assert codes("q7Rv2mXw9KdLt4") == []


def test_a_password_has_two_hundred_characters_at_most() -> None:
    phrase = "le héron gris traverse la rivière et s’en va " * 5
    assert codes(phrase[:201]) == ["password-too-long"]
    assert not is_storable("x" * 201)
    assert is_storable("x" * 200)


def test_no_password_is_told_as_missing_on_its_own_field() -> None:
    assert judge_password("", email=EMAIL, name=NAME, field="new") == (Fault("new", "required"),)


@pytest.mark.parametrize("character", ["\x00", "\n", "\t", "\x7f", "\x9f", "\ud800"])
def test_a_password_no_keyboard_types_is_refused(character: str) -> None:
    assert codes(f"le héron gris {character} traverse") == ["password-characters"]
    assert not is_storable(character)


def test_length_counts_composed_characters() -> None:
    assert canonical_password("e\u0301") == "é"
    assert codes("e\u0301a\u0301i\u0302o\u0302u\u0308y\u0308xw")[0] == "password-too-short"


@pytest.mark.parametrize(
    "password",
    [
        "Nadia aime les ponts",
        "les ponts de BELLANGER",
        "nadìa aime les ponts",
        "vive hopital-du-lac et le reste",
        "bellanger/le/pont/bas",
    ],
)
def test_a_password_holds_no_name_or_address_of_its_person(password: str) -> None:
    assert codes(password) == ["password-personal"]


def test_a_short_part_of_a_name_may_be_anywhere() -> None:
    assert codes("zoé ne mange pas de navets") == []


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "jetaimejetaime",
        "Jetaime jetaime Jetaime",
        "11111111111111111111",
        "ababbbaabababba",
        "                    ",
        "tralalalalalalalalala"[2:],
    ],
)
def test_the_same_few_characters_again_are_refused(password: str) -> None:
    assert codes(password) == ["password-repeated"]


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse12345!",
        "Password123456789",
        "azertyuiop123456",
        "printemps2024!!",
        "M0tDeP@sse2024!",
        "1a2z3e4r5t6y7u8i",
        "p.a.s.s.w.o.r.d.1.2.3",
        "centre-de-sante-2026",
        "qsdfghjklmqsdf",
        "aqss-coordination",
        "wxcvbn,;:!wxcvbn7",
        "mot de passe secret",
        "20192020202120222023",
        "0987654321azerty",
        "zyxwvutsrqponm",
        "Infirmiere.2025",
        "1qaz2wsx3edc4rfv",
        "&é\"'(-è_çà)=&é\"'",
        "mmmmmmmmmmmmmmmpluie",
        "Bienvenue@aqss1!",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert set(codes(password)) <= {"password-common", "password-repeated"}
    assert codes(password)


def test_a_common_word_inside_a_longer_phrase_is_no_fault() -> None:
    assert codes("un secret pour trois renards") == []


def test_a_password_is_told_all_its_faults() -> None:
    assert codes("nadianadianadia") == ["password-personal", "password-repeated"]
