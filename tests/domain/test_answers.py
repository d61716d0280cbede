"""What may be typed as an answer: levels, numbers in French or plain decimals, words, reasons."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.answers import DIGITS, check_rating, parse_rating, parse_reason
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, TextScale
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.faults import FAULTS
from aqss.domain.scoring import NotApplicable, Rated

YES_NO = LevelsScale(
    scale="oui-non",
    label="Oui ou non",
    kind="levels",
    levels=(
        Level(level="oui", label="Oui", value=Decimal(1)),
        Level(level="non", label="Non", value=Decimal(0)),
    ),
)
RATE = NumberScale(
    scale="taux", label="Taux", kind="number", unit="%", min=Decimal(0), max=Decimal(100), decimals=1
)
COUNT = NumberScale(scale="nombre", label="Nombre", kind="number")
FLOOR = NumberScale(scale="solde", label="Solde", kind="number", min=Decimal("-5.5"), decimals=6)
WORDS = TextScale(scale="libre", label="Réponse libre", kind="text")


def faults(scale: LevelsScale | NumberScale | TextScale, value: object) -> tuple[Fault, ...]:
    with pytest.raises(InvalidInput) as caught:
        parse_rating(scale, value) if isinstance(value, str) else check_rating(scale, value)
    for fault in caught.value.faults:
        assert len(fault.facts) == len(FAULTS[fault.code])
    return caught.value.faults


def codes(scale: LevelsScale | NumberScale | TextScale, value: object) -> list[str]:
    return [fault.code for fault in faults(scale, value)]


def test_a_level_is_read_by_its_identifier() -> None:
    assert parse_rating(YES_NO, "oui") == Rated("oui")


@pytest.mark.campaign("B8")
@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "Oui",
        " oui",
        "oui\n",
        "nsp",
        "na",
        "99",
        "-1",
        "NaN",
        "1e309",
        "\ud800",
        "oui\x00",
        "non" * 999,
    ],
)
def test_what_is_no_level_of_the_scale_is_refused_with_its_levels(value: str) -> None:
    assert faults(YES_NO, value) == (Fault("rating", "level-unknown", (("oui", "non"),)),)


@pytest.mark.campaign("B8")
@pytest.mark.parametrize("value", [Decimal(1), Decimal(-1), True, None, ["oui"], {"oui": 1}, 1, 0.5])
def test_a_level_is_a_word(value: object) -> None:
    assert codes(YES_NO, value) == ["level-unknown"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        (" 12,5 ", "12.5"),
        ("12,50", "12.5"),
        ("012", "12"),
        ("+7", "7"),
        ("0", "0"),
        ("-0", "0"),
        ("100,000", "100"),
    ],
)
def test_a_number_is_read_in_french_or_plain(written: str, number: str) -> None:
    assert str(parse_rating(RATE, written).value) == number


@pytest.mark.parametrize("written", ["1 250", "1\u00a0250", "1\u202f250", "1\u2009250", "1250", "1250,0"])
def test_thousands_may_be_parted_by_a_space(written: str) -> None:
    assert str(parse_rating(COUNT, written).value) == "1250"


def test_a_negative_number_takes_either_minus_sign() -> None:
    assert parse_rating(FLOOR, "-3,25") == parse_rating(FLOOR, "\u22123,25") == Rated(Decimal("-3.25"))


@pytest.mark.campaign("B8")
@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "douze",
        "12,5 %",
        "1e2",
        "1E309",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "0x1F",
        "1_000",
        "12,",
        ",5",
        "1,2,3",
        "1.250,5",
        "12 50",
        "1  250",
        "--1",
        "+ 1",
        "١٢",
        "１２",
        "²",
        "\ud800",
        "1\x00",
        "9" * 41,
        "9" * 100_000,
        "[1]",
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    assert faults(RATE, written) == (Fault("rating", "number-expected"),)


@pytest.mark.campaign("B8")
@pytest.mark.parametrize(
    "value",
    ["oui", None, True, 12, 12.5, [1], {"na": "x"}, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")],
)
def test_a_number_is_an_exact_and_finite_decimal(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_rating(RATE, value)
    assert caught.value.faults == (Fault("rating", "number-expected"),)


@pytest.mark.parametrize("edge", ["0", "100"])
def test_the_bounds_are_within(edge: str) -> None:
    assert check_rating(RATE, Decimal(edge)) == Rated(Decimal(edge))


@pytest.mark.campaign("B8")
@pytest.mark.parametrize("value", ["-0.1", "100.1", "1e309", "1e999999", "-1e999999"])
def test_a_number_outside_its_bounds_is_refused_with_them(value: str) -> None:
    assert faults(RATE, Decimal(value)) == (Fault("rating", "number-range", (Decimal(0), Decimal(100))),)


def test_a_scale_may_have_one_bound_only() -> None:
    assert faults(FLOOR, "-5,6") == (Fault("rating", "number-range", (Decimal("-5.5"), None)),)
    assert parse_rating(FLOOR, "5,6") == Rated(Decimal("5.6"))
    ceiling = NumberScale(scale="n", label="N", kind="number", max=Decimal(3))
    assert faults(ceiling, "4") == (Fault("rating", "number-range", (None, Decimal(3))),)
    assert parse_rating(ceiling, "-4") == Rated(Decimal(-4))


@pytest.mark.campaign("B8")
@pytest.mark.parametrize(
    "value", ["12.55", "0.01", "1e-2", "1e-999999", "1.00000000000000000000000000000000001"]
)
def test_more_decimals_than_the_scale_takes_are_refused(value: str) -> None:
    assert faults(RATE, Decimal(value)) == (Fault("rating", "number-decimals", (1,)),)


def test_a_scale_without_decimals_takes_whole_numbers() -> None:
    assert faults(COUNT, "12,5") == (Fault("rating", "number-decimals", (0,)),)
    assert check_rating(COUNT, Decimal("12.000")) == Rated(Decimal(12))


def test_zeros_at_the_end_are_no_decimals() -> None:
    assert str(check_rating(RATE, Decimal("12.5000000000000000000000000000000")).value) == "12.5"
    assert str(check_rating(COUNT, Decimal("1e3")).value) == "1000"
    assert str(check_rating(COUNT, Decimal("0e-999999")).value) == "0"


def test_every_fault_of_a_number_is_told() -> None:
    assert codes(RATE, "100,25") == ["number-range", "number-decimals"]


def test_a_number_too_long_to_be_kept_is_refused() -> None:
    assert parse_rating(COUNT, "9" * DIGITS) == Rated(Decimal("9" * DIGITS))
    assert faults(COUNT, "9" * (DIGITS + 1)) == (Fault("rating", "number-digits", (DIGITS,)),)
    assert faults(COUNT, Decimal("1e999999")) == (Fault("rating", "number-digits", (DIGITS,)),)
    assert parse_rating(FLOOR, "12345678,123456") == Rated(Decimal("12345678.123456"))
    assert codes(FLOOR, "123456789,123456") == ["number-digits"]


@given(st.decimals(min_value=0, max_value=100, places=1))
def test_a_number_within_the_rules_is_kept_as_it_is(number: Decimal) -> None:
    assert parse_rating(RATE, str(number).replace(".", ",")) == check_rating(RATE, number) == Rated(number)


@given(st.text())
def test_any_text_is_a_rating_or_a_refusal(text: str) -> None:
    for scale in (YES_NO, RATE, COUNT, FLOOR, WORDS):
        with contextlib.suppress(InvalidInput):
            assert isinstance(parse_rating(scale, text), Rated)


@given(st.decimals())
def test_any_decimal_is_a_rating_or_a_refusal(number: Decimal) -> None:
    for scale in (RATE, COUNT, FLOOR):
        with contextlib.suppress(InvalidInput):
            assert check_rating(scale, number) == Rated(number)


def test_words_are_trimmed_and_composed() -> None:
    assert parse_rating(WORDS, " re\u0301union\r\nmensuelle ") == Rated("réunion\nmensuelle")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "required"),
        ("\u200b \n", "required"),
        ("é" * 2001, "too-long"),
        ("a\x00", "bad-character"),
        ("a\ud800", "bad-character"),
    ],
)
def test_words_that_nobody_could_read_are_refused(written: str, code: str) -> None:
    assert codes(WORDS, written) == [code]


@pytest.mark.parametrize("value", [Decimal(12), None, ["a"], True])
def test_words_are_a_text(value: object) -> None:
    assert codes(WORDS, value) == ["words-expected"]


def test_a_reason_is_kept_as_written() -> None:
    assert parse_reason(" Pas de réunion cette année ") == NotApplicable("Pas de réunion cette année")
    assert parse_reason("x" * 500) == NotApplicable("x" * 500)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("\u200b", "required"),
        ("x" * 501, "too-long"),
        ("a\x00b", "bad-character"),
        ("a\udfffb", "bad-character"),
    ],
)
def test_a_reason_that_is_none_is_refused(written: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_reason(written)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("reason", code)]
