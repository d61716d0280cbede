"""Secrets of links and cookies: long, never the same, and kept as a hash alone."""

from __future__ import annotations

import re

from aqss.services.tokens import new_token, token_hash


def test_a_token_needs_no_escaping_in_an_address_and_holds_32_bytes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new_token())


def test_two_tokens_are_never_the_same() -> None:
    assert len({new_token() for _ in range(100)}) == 100


def test_a_token_is_found_again_by_its_hash_which_does_not_tell_it() -> None:
    token = new_token()
    assert token_hash(token) == token_hash(token) != token_hash(new_token())
    assert re.fullmatch("[0-9a-f]{64}", token_hash(token))
    assert token not in token_hash(token)


def test_whatever_stands_in_a_link_has_a_hash() -> None:
    assert len({token_hash(text) for text in ("", "é", "\x00", "\ud800")}) == 4
