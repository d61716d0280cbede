"""Fixtures of the tests of what is kept: a writing session, a database before its first migration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.session import Sessions


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions.writing() as session:
        yield session


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Sessions]:
    """A database before its first migration."""
    sessions = Sessions(empty_database_url)
    yield sessions
    sessions.dispose()
