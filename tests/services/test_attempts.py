"""Guessing slowed down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.errors import TooManyAttempts
from aqss.persistence.accounts import RefusedAttempt
from aqss.services.attempts import (
    SPREAD,
    Attempt,
    check_attempts,
    claim_attempt,
    count_attempt,
    forget_attempts,
    give_back_attempt,
    purge_attempts,
    settle_attempt,
)
from tests.clock import FakeClock

NADIA = Attempt("sign-in", "nadia@exemple.fr", "192.0.2.7")


def refuse(session: Session, clock: FakeClock, times: int, attempt: Attempt = NADIA) -> None:
    for _ in range(times):
        count_attempt(session, attempt, clock.now())


def wait_of(session: Session, clock: FakeClock, attempt: Attempt = NADIA) -> timedelta:
    with pytest.raises(TooManyAttempts) as refusal:
        check_attempts(session, attempt, clock.now())
    return refusal.value.until - clock.now()


def test_five_refused_attempts_are_free(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 4)
    check_attempts(session, NADIA, clock.now())
    refuse(session, clock, 1)
    assert wait_of(session, clock) == timedelta(minutes=1)


def test_each_attempt_after_the_fifth_waits_longer(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 5)
    waits = []
    for _ in range(6):
        waits.append(wait_of(session, clock))
        refuse(session, clock, 1)
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15, 15)]


def test_a_wait_ends_at_the_instant_told(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 5)
    clock.advance(seconds=59)
    assert wait_of(session, clock) == timedelta(seconds=1)
    clock.advance(seconds=1)
    check_attempts(session, NADIA, clock.now())


def test_an_attempt_counts_for_fifteen_minutes(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 4)
    clock.advance(minutes=15)
    refuse(session, clock, 4)
    check_attempts(session, NADIA, clock.now())


def test_an_address_waits_whatever_the_client(session: Session, clock: FakeClock) -> None:
    for number in range(5):
        refuse(session, clock, 1, Attempt("sign-in", NADIA.address, f"192.0.2.{number}"))
    assert wait_of(session, clock) == timedelta(minutes=1)


def test_a_client_waits_whatever_the_address_after_twenty(session: Session, clock: FakeClock) -> None:
    for number in range(19):
        refuse(session, clock, 1, Attempt("sign-in", f"personne{number}@exemple.fr", NADIA.client))
    check_attempts(session, NADIA, clock.now())
    refuse(session, clock, 1, Attempt("sign-in", "encore@exemple.fr", NADIA.client))
    assert wait_of(session, clock) == timedelta(minutes=1)


def test_the_longer_of_two_waits_is_told(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 20)
    assert wait_of(session, clock) == timedelta(minutes=15)


def test_other_purposes_are_counted_apart(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 6)
    check_attempts(session, Attempt("password-reset", NADIA.address, NADIA.client), clock.now())


def test_what_is_counted_at_a_slightly_later_instant_counts(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 5)
    clock.advance(seconds=1 - SPREAD.total_seconds())
    wait_of(session, clock)


def test_a_claim_counts_before_anything_is_verified(session: Session, clock: FakeClock) -> None:
    for _ in range(5):
        claim_attempt(session, NADIA, clock.now())
    with pytest.raises(TooManyAttempts):
        claim_attempt(session, NADIA, clock.now())
    assert session.scalar(select(func.count()).select_from(RefusedAttempt)) == 10, "a refused one is no count"


def test_a_claim_given_back_counts_no_more_and_the_others_do(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 4)
    give_back_attempt(session, claim_attempt(session, NADIA, clock.now()))
    check_attempts(session, NADIA, clock.now())
    refuse(session, clock, 1)
    wait_of(session, clock)


def test_who_proves_who_they_are_adds_nothing_to_the_count_of_the_client(
    session: Session, clock: FakeClock
) -> None:
    for number in range(19):
        refuse(session, clock, 1, Attempt("sign-in", f"personne{number}@exemple.fr", NADIA.client))
    settle_attempt(session, claim_attempt(session, NADIA, clock.now()))
    check_attempts(session, NADIA, clock.now())
    refuse(session, clock, 1)
    wait_of(session, clock, Attempt("sign-in", "encore@exemple.fr", NADIA.client))


def test_a_clock_set_back_locks_nobody_out(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 30)
    clock.advance(days=-365)
    check_attempts(session, NADIA, clock.now())


def test_an_address_starts_afresh_and_the_client_keeps_its_count(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 20)
    forget_attempts(session, NADIA)
    clock.advance(seconds=30)
    assert wait_of(session, clock) == timedelta(seconds=30)
    check_attempts(session, Attempt("sign-in", NADIA.address, "198.51.100.1"), clock.now())


def test_neither_address_nor_client_is_kept(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 1)
    keys = session.scalars(select(RefusedAttempt.key)).all()
    assert len(set(keys)) == 2
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_any_text_can_be_counted(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 5, Attempt("sign-in", "\ud800\x00" + "a" * 100_000, ""))
    wait_of(session, clock, Attempt("sign-in", "\ud800\x00" + "a" * 100_000, ""))


def test_attempts_that_no_longer_count_are_deleted(session: Session, clock: FakeClock) -> None:
    refuse(session, clock, 1)
    clock.advance(minutes=15)
    refuse(session, clock, 1)
    purge_attempts(session, clock.now())
    assert session.scalar(select(func.count()).select_from(RefusedAttempt)) == 2
