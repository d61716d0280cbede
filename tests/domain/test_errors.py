"""Refusals: facts without sentences, that travel as any exception does."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from aqss.domain.errors import (
    AqssError,
    Fault,
    InvalidInput,
    InvalidTransition,
    LinkRefused,
    MailRefused,
    Misconfigured,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    NotSignedIn,
    PdfRefused,
    StaleEdit,
    TooManyAttempts,
)

REFUSALS = [
    NotSignedIn(),
    NotAllowed("centre-view"),
    NotFound("centre", 3),
    InvalidTransition("auto-evaluation", "cotation", "accord", "guards", ("all-grids-finished",)),
    NotPossibleNow("rate", "close"),
    StaleEdit("answer", "A1-01", expected=2, current=3),
    InvalidInput((Fault("rating", "level-unknown", ("ouii", ("oui", "non"))),)),
    LinkRefused("invitation", "expired"),
    TooManyAttempts(datetime(2026, 3, 2, 9, tzinfo=UTC)),
    MailRefused("550 no such user", permanent=True),
    PdfRefused("too many pages"),
    Misconfigured(("une faute", "une autre")),
]


@contextlib.contextmanager
def _transaction() -> Iterator[None]:
    yield


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_a_refusal_leaves_a_context_manager_as_it_entered_it(refusal: AqssError) -> None:
    with pytest.raises(AqssError) as caught, _transaction():
        raise refusal
    assert caught.value is refusal


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_a_refusal_can_be_kept_in_a_set(refusal: AqssError) -> None:
    assert refusal in {refusal}


def test_every_refusal_is_drawn_in_the_tree() -> None:
    assert {type(refusal) for refusal in REFUSALS} == {
        one for one in AqssError.__subclasses__() if one.__module__ == AqssError.__module__
    }


def test_a_refusal_says_its_facts_to_whoever_reads_a_log() -> None:
    assert repr(NotFound("centre", 3)) == "NotFound(kind='centre', key=3)"


def test_a_bad_configuration_is_told_one_fault_a_line() -> None:
    assert str(Misconfigured(("une faute", "une autre"))) == "une faute\nune autre"


def test_two_equal_faults_are_the_same_fact() -> None:
    assert Fault("reason", "text-missing") == Fault("reason", "text-missing", ())
