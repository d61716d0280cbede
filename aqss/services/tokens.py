"""Secrets written in links and cookies: handed over once, of which only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, in characters that need no escaping in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. A random secret needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
