"""What a font cannot draw is named, or leaves one sign that is explained."""

from __future__ import annotations

import pytest

from aqss.gateways.legible import NAMED, UNKNOWN, legible

DRAWN = frozenset(map(ord, "éœ’«»[]✔✘★□\u200d\ufe0f❤"))


@pytest.mark.parametrize("text", ["", "Été".lower(), "l’œil", "❤\ufe0f"])
def test_what_is_drawn_stays_as_it_is(text: str) -> None:
    assert legible(text, DRAWN) == (text, False)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Bien 👍", "Bien [pouce levé]"),
        ("👍👍", "[pouce levé][pouce levé]"),
        ("👍🏽 oui", "[pouce levé] oui"),
        ("fait ✅", "fait ✔"),
        ("❤\ufe0f 🙏", "❤\ufe0f [merci]"),
    ],
)
def test_the_usual_pictures_are_named_whatever_their_tint(typed: str, written: str) -> None:
    assert legible(typed, DRAWN) == (written, False)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("avec 👨\u200d👩\u200d👧 ici", "avec □ ici"),
        ("漢字 et 👍", "□ et [pouce levé]"),
        ("🙏\u200d🩺", "□"),
        ("🇫🇷", "□"),
        ("a 🩺 b 🩺", "a □ b □"),
        ("\U0010ffff", "□"),
    ],
)
def test_the_others_leave_one_sign_for_a_whole_picture_or_word(typed: str, written: str) -> None:
    assert legible(typed, DRAWN) == (written, True)


def test_no_name_needs_what_it_stands_for() -> None:
    for name in [*NAMED.values(), UNKNOWN]:
        assert legible(name, DRAWN | frozenset(map(ord, "éèêà"))) == (name, False)
