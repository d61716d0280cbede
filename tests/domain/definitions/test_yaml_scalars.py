"""What words and figures without quotes mean: the core schema of YAML 1.2, numbers exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aqss.domain.definitions.yaml_scalars import DIGITS, NO_NUMBER, NULL, resolve


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_written_in_five_ways(text: str) -> None:
    assert resolve(text) is NULL


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("0x1F", 31),
        ("0o17", 15),
    ],
)
def test_booleans_and_whole_numbers(text: str, value: Any) -> None:
    found = resolve(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.50", "0.50"), (".5", "0.5"), ("12.", "12"), ("-1.5", "-1.5"), ("1e3", "1000"), ("1.5E-2", "0.015")],
)
def test_a_decimal_is_the_one_written(text: str, value: str) -> None:
    found = resolve(text)
    assert isinstance(found, Decimal)
    assert found == Decimal(value)


@pytest.mark.parametrize("sign", ["", "-", "+"])
def test_a_sign_is_no_digit_of_a_decimal(sign: str) -> None:
    assert resolve(f"{sign}0.123456789012345") == Decimal(f"{sign}0.123456789012345")
    assert resolve(f"{sign}0.1234567890123456") is NO_NUMBER


@pytest.mark.parametrize(
    "text",
    ["oui", "no", "12:30", "08", "-", "+", ".", "1_000", "2026-03-02", "1e", "0x", "0o8", "True story"],
)
def test_the_rest_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".nan", ".inf", "-.INF", "+.Inf", "1e999", "1e-16", "1e15", "1e1000"])
def test_an_infinite_number_or_one_out_of_reach_is_none(text: str) -> None:
    assert resolve(text) is NO_NUMBER


@pytest.mark.parametrize("sign", ["", "-", "+"])
def test_a_whole_number_has_at_most_fifteen_digits(sign: str) -> None:
    longest = sign + "9" * DIGITS
    assert resolve(longest) == int(longest)
    assert resolve(longest + "9") is NO_NUMBER


def test_a_decimal_has_at_most_fifteen_digits_before_and_after_the_point_together() -> None:
    for longest in ("0." + "9" * DIGITS, "99." + "9" * (DIGITS - 2), "9" * (DIGITS - 1) + ".9"):
        assert resolve(longest) == Decimal(longest)
        assert resolve(longest + "9") is NO_NUMBER


def test_a_number_in_another_base_has_at_most_fifteen_signs() -> None:
    assert resolve("0x" + "F" * (DIGITS - 2)) == 16 ** (DIGITS - 2) - 1
    assert resolve("0x" + "F" * (DIGITS - 1)) is NO_NUMBER
