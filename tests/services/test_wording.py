"""Answers in French words and signs, and the short codes of grids."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from aqss.domain.definitions.scales import NumberScale, Scale, TextScale
from aqss.services.assessments.explaining import ExplainedCriterion
from aqss.services.assessments.recorded import Recorded
from aqss.services.assessments.synthesis import Support, Voices
from aqss.services.wording import answer_fr, code_of, sign_of, support_fr
from tests.services.assessments.scene import COORDINATION, an_edition

LEVELS = COORDINATION.scales_by_name["maitrise"]
RATE = COORDINATION.scales_by_name["taux"]
COUNT = NumberScale(scale="nombre", label="Nombre", kind="number")
TEXT = TextScale(scale="libre", label="Libre", kind="text")


def explained(answer: Recorded, value: Fraction | None) -> ExplainedCriterion:
    section = COORDINATION.grid.sections[0]
    return ExplainedCriterion(section, section.criteria[0], LEVELS, answer, Fraction(1), value, value, None)


@pytest.mark.parametrize(
    ("scale", "answer", "words"),
    [
        (LEVELS, Recorded("level", level="partiel"), "En partie"),
        (RATE, Recorded("number", number=Decimal("12.5")), "12,5\u00a0%"),
        (COUNT, Recorded("number", number=Decimal(1200)), "1\u00a0200"),
        (TEXT, Recorded("text", words="Peu de monde."), "Peu de monde."),
        (LEVELS, Recorded("na", reason="Pas ici."), "Non concerné"),
        (LEVELS, Recorded("unknown"), "Ne sait pas"),
        (TEXT, Recorded("blank"), "Sans réponse"),
    ],
)
def test_an_answer_is_told_in_a_few_words(scale: Scale, answer: Recorded, words: str) -> None:
    assert answer_fr(scale, answer) == words


@pytest.mark.parametrize(
    ("answer", "value", "sign"),
    [
        (Recorded("level", level="oui"), Fraction(1), "●"),
        (Recorded("level", level="partiel"), Fraction(1, 2), "◐"),
        (Recorded("number", number=Decimal(19)), Fraction(1, 15), "◐"),
        (Recorded("level", level="non"), Fraction(0), "○"),
        (Recorded("na", reason="Pas ici."), None, "–"),
        (Recorded("unknown"), None, "?"),
        (Recorded("blank"), None, "…"),
        (Recorded("text", words="Peu de monde."), None, ""),
    ],
)
def test_a_full_disc_half_a_disc_and_a_ring_say_what_an_answer_is_worth(
    answer: Recorded, value: Fraction | None, sign: str
) -> None:
    assert sign_of(explained(answer, value)) == sign


def test_the_code_of_a_grid_is_what_its_criteria_start_with() -> None:
    assert code_of(COORDINATION) == "CO"
    assert code_of(an_edition("x", {"s": [{"criterion": "A2-01"}, {"criterion": "A2-02"}]})) == "A2"


def test_a_grid_whose_criteria_start_differently_has_no_code() -> None:
    assert code_of(an_edition("x", {"s": [{"criterion": "A2-01"}, {"criterion": "B1-01"}]})) == ""


@pytest.mark.parametrize(
    ("answer", "support", "words"),
    [
        (Recorded("level", level="partiel"), Support(1, Voices(5, 9)), "5\u00a0voix sur 9"),
        (Recorded("level", level="partiel"), Support(2, Voices(0, 4)), "0\u00a0voix sur 4, 2e\u00a0tour"),
        (Recorded("number", number=Decimal(3)), Support(1, Voices(4, 4)), "4\u00a0voix sur 4"),
        (
            Recorded("na", reason="Pas ici."),
            Support(1, Voices(3, 6)),
            "3 «\u00a0non concerné\u00a0», 6\u00a0voix",
        ),
        (Recorded("unknown"), Support(1, Voices(1, 8)), "1 «\u00a0ne sait pas\u00a0», 8\u00a0voix"),
        (
            Recorded("level", level="oui"),
            Support(2, Voices(4, 5, unknown=2, not_applicable=1)),
            "4\u00a0voix sur 5, 2 «\u00a0ne sait pas\u00a0», 1 «\u00a0non concerné\u00a0», 2e\u00a0tour",
        ),
        (
            Recorded("na", reason="Pas ici."),
            Support(1, Voices(3, 6, unknown=2, not_applicable=3)),
            "3 «\u00a0non concerné\u00a0», 6\u00a0voix, 2 «\u00a0ne sait pas\u00a0»",
        ),
        (Recorded("level", level="oui"), Support(1, None), "moins de 4\u00a0voix"),
        (Recorded("na", reason="x"), Support(2, None), "moins de 4\u00a0voix, 2e\u00a0tour"),
    ],
)
def test_voices_are_told_beside_the_answer_of_the_team(
    answer: Recorded, support: Support, words: str
) -> None:
    assert support_fr(answer, support) == words
