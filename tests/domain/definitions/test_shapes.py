"""What the models of definitions accept: strict, frozen, and exact numbers that survive JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from aqss.domain.definitions.shapes import Code, Definition, Identifier, Number, Text


class Example(Definition):
    identifier: Identifier = "nom"
    code: Code = "A-01"
    text: Text = "Des mots."
    number: Number = Decimal(1)


def refused(**values: Any) -> list[tuple[str | int, ...]]:
    """The places of the faults."""
    with pytest.raises(ValidationError) as refusal:
        Example(**values)
    return [fault["loc"] for fault in refusal.value.errors()]


@pytest.mark.parametrize("written", ["0.5", "0.50", "80", "-0.001", "1000000"])
def test_a_number_comes_back_from_json_equal_to_what_was_written(written: str) -> None:
    example = Example(number=Decimal(written))
    assert Example.model_validate_json(example.model_dump_json()).number == Decimal(written)


def test_two_ways_of_writing_a_number_give_the_same_json() -> None:
    written = [Example(number=Decimal(text)).model_dump_json() for text in ("0.5", "0.50", "5e-1")]
    assert len(set(written)) == 1
    assert json.loads(written[0])["number"] == "0.5"


def test_a_number_is_written_without_an_exponent() -> None:
    assert json.loads(Example(number=Decimal("1e3")).model_dump_json())["number"] == "1000"


def test_a_whole_number_is_read_exactly() -> None:
    assert Example(number=3).number == Decimal(3)


@pytest.mark.parametrize("value", [True, 0.5, "0.5", None, Decimal("NaN"), Decimal("Infinity")], ids=repr)
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    assert refused(number=value) == [("number",)]


@pytest.mark.parametrize("text", ['"demi"', '""', '"1,5"', '"NaN"', "true", "null"])
def test_what_is_no_number_in_json_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Example.model_validate_json(f'{{"number": {text}}}')
    assert {fault["loc"] for fault in refusal.value.errors()} == {("number",)}


@pytest.mark.parametrize("value", ["", "Nom", "1nom", "nom_a", "nom ", "-nom", "n" * 81, "été"])
def test_an_identifier_is_lower_case_letters_digits_and_hyphens(value: str) -> None:
    assert Example(identifier="nom-2").identifier == "nom-2"
    assert refused(identifier=value) == [("identifier",)]


@pytest.mark.parametrize("value", ["", "1A", "A_1", "A 1", "A" * 81])
def test_a_code_may_have_capitals_and_nothing_more(value: str) -> None:
    assert Example(code="Hy-2b").code == "Hy-2b"
    assert refused(code=value) == [("code",)]


@pytest.mark.parametrize("value", ["", " ", "\n\t", "x" * 2001])
def test_a_text_says_something_in_at_most_2000_characters(value: str) -> None:
    assert Example(text="x" * 2000).text == "x" * 2000
    assert refused(text=value) == [("text",)]


def test_a_key_that_is_not_named_is_refused() -> None:
    assert refused(autre=1) == [("autre",)]


def test_a_definition_does_not_change() -> None:
    example = Example()
    with pytest.raises(ValidationError):
        example.text = "Autre."
