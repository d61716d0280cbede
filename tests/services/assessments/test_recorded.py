"""Answers as they are kept: what the columns mean for scoring, and what the journal keeps of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown
from aqss.persistence.assessments import Answer as AnswerRow
from aqss.services.assessments.recorded import BLANK, KINDS, Recorded, answer_of, journal_code, recorded

EXAMPLES = {
    "level": Recorded("level", level="oui"),
    "number": Recorded("number", number=Decimal("12.5")),
    "text": Recorded("text", words="Un mot."),
    "na": Recorded("na", reason="Sans objet ici."),
    "unknown": Recorded("unknown"),
    "blank": BLANK,
}


def test_every_kind_of_answer_has_an_example() -> None:
    assert tuple(EXAMPLES) == KINDS


def test_an_answer_is_read_from_its_columns() -> None:
    row = AnswerRow(kind="na", level=None, number=None, words="", reason="Sans objet ici.", comment="Relu.")
    assert recorded(row) == Recorded("na", reason="Sans objet ici.", comment="Relu.")


def test_a_criterion_without_a_row_is_blank() -> None:
    found_by_an_outer_join = AnswerRow(kind=None, words=None, reason=None, comment=None)
    assert recorded(found_by_an_outer_join) == BLANK


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("level", Rated("oui")),
        ("number", Rated(Decimal("12.5"))),
        ("text", Rated("Un mot.")),
        ("na", NotApplicable("Sans objet ici.")),
        ("unknown", Unknown()),
        ("blank", None),
    ],
)
def test_each_kind_of_answer_is_scored_as_what_it_says(kind: str, answer: Answer | None) -> None:
    assert answer_of(EXAMPLES[kind]) == answer


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("level", "oui"),
        ("number", "12.5"),
        ("text", "text"),
        ("na", "na"),
        ("unknown", "unknown"),
        ("blank", "blank"),
    ],
)
def test_the_journal_keeps_a_level_a_number_or_a_kind_and_no_text_of_a_person(kind: str, code: str) -> None:
    assert journal_code(EXAMPLES[kind]) == code


@pytest.mark.parametrize(
    ("number", "code"), [("1E+3", "1000"), ("0", "0"), ("0.00", "0.00"), ("-1E-3", "-0.001")]
)
def test_the_journal_writes_a_number_out_in_full(number: str, code: str) -> None:
    assert journal_code(Recorded("number", number=Decimal(number))) == code
