"""Faults gathered before they are told."""

from __future__ import annotations

import pytest

from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_line


def test_every_fault_is_told_at_once() -> None:
    intake = Intake()
    assert intake.read("", clean_line, "name", " ", 10) == ""
    assert intake.read("x", clean_choice, "kind", "autre", ("a", "b")) == "x"
    intake.fault("town", "too-many", 3)
    with pytest.raises(InvalidInput) as refusal:
        intake.finish()
    assert refusal.value.faults == (
        Fault("name", "required"),
        Fault("kind", "unknown-choice"),
        Fault("town", "too-many", (3,)),
    )


def test_a_value_already_refused_is_not_judged_further() -> None:
    intake = Intake()
    intake.read("", clean_line, "name", "", 10)
    intake.fault("name", "finess-taken")
    assert intake.faults == [Fault("name", "required")]


def test_an_input_without_fault_is_let_through() -> None:
    intake = Intake()
    assert intake.read("", clean_line, "name", "Nadia", 10) == "Nadia"
    intake.finish()
