"""Hashing and verifying."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from aqss.domain.errors import InvalidInput
from aqss.services.passwords import (
    HASHER,
    UNKNOWN,
    hash_new_password,
    hash_password,
    renewed_hash,
    verify,
)
from tests.builders import PASSWORD, PASSWORD_HASH

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class WatchedHasher(PasswordHasher):
    """A hasher that remembers which hashes it was asked to verify."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=19456, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
        self.verified.append(str(hash))
        return super().verify(hash, password)


def test_a_password_is_verified_against_its_hash_alone() -> None:
    stored = hash_password(PASSWORD)
    assert verify(stored, PASSWORD)
    assert not verify(stored, PASSWORD + "s")
    assert not verify(hash_password("une autre phrase de passe"), PASSWORD)


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_hashes_are_argon2id_with_the_parameters_decided() -> None:
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    assert verify(hash_password("une e\u0301toile au grenier"), "une \u00e9toile au grenier")


@pytest.mark.parametrize("stored", [None, PASSWORD_HASH])
@pytest.mark.parametrize("password", [PASSWORD, "faux", "", "\ud800", "x\x00", "y" * 1000])
def test_every_refusal_costs_one_verification_of_the_same_strength(stored: str | None, password: str) -> None:
    hasher = WatchedHasher()
    assert verify(stored, password, hasher) is (stored is not None and password == PASSWORD)
    assert hasher.verified == [stored or UNKNOWN]
    assert not HASHER.check_needs_rehash(hasher.verified[0])


def test_nobody_signs_in_with_the_password_behind_the_stand_in_hash() -> None:
    assert not verify(None, "nobody’s password, verified when there is no account")


def test_what_is_no_hash_verifies_nothing() -> None:
    assert not verify("pas un hachage", PASSWORD)


def test_a_hash_is_renewed_when_the_parameters_have_changed() -> None:
    renewed = renewed_hash(CHEAP.hash(PASSWORD), PASSWORD)
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify(renewed, PASSWORD)
    assert renewed_hash(PASSWORD_HASH, PASSWORD) is None


def test_a_password_chosen_is_judged_before_it_is_hashed() -> None:
    with pytest.raises(InvalidInput) as refusal:
        hash_new_password("motdepasse12345!", email="n@exemple.fr", name="Nadia", field="new")
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("new", "password-common")]
    assert verify(hash_new_password(PASSWORD, email="n@exemple.fr", name="Nadia"), PASSWORD)
