"""One transaction per request: kept when the answer is good, undone otherwise, and never half."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from aqss.bootstrap import Runtime
from aqss.domain.errors import NotFound
from aqss.persistence.accounts import User
from aqss.persistence.session import Sessions
from tests.page import Page, Site
from tests.web.routes_for_tests import app_with, reading_first, renaming, showing_a_page_while_writing


def name_of(user: User, runtime: Runtime) -> str:
    with runtime.sessions.reading() as session:
        return session.get_one(User, user.id).name


def send(runtime: Runtime, user: User, adding: object, **options: object) -> tuple[Site, Page]:
    site = Site(runtime, app_with(runtime, adding))
    site.sign_in(user)
    return site, Page(site.send("/essai", {"name": "Autre"}, **options))


@pytest.mark.parametrize("status", [200, 204, 302])
def test_what_a_good_answer_tells_is_stored(runtime: Runtime, nadia: User, status: int) -> None:
    send(runtime, nadia, renaming(("", status)))
    assert name_of(nadia, runtime) == "Autre"


@pytest.mark.parametrize("status", [400, 409, 422, 503])
def test_an_answer_that_refuses_stores_nothing(runtime: Runtime, nadia: User, status: int) -> None:
    send(runtime, nadia, renaming(("", status)))
    assert name_of(nadia, runtime) == "Nadia Benali"


@pytest.mark.parametrize("error", [NotFound("centre", 1), ValueError("panne"), KeyError("panne")])
def test_an_exception_stores_nothing(runtime: Runtime, nadia: User, error: Exception) -> None:
    send(runtime, nadia, renaming("", error))
    assert name_of(nadia, runtime) == "Nadia Benali"


def test_a_route_that_reads_first_writes_on_its_own(runtime: Runtime, nadia: User) -> None:
    send(runtime, nadia, reading_first)
    assert name_of(nadia, runtime) == "Autre"


def test_a_page_made_while_the_write_lock_is_held_fails_the_test_that_asked_for_it(
    runtime: Runtime, nadia: User
) -> None:
    with pytest.raises(AssertionError, match="write lock"):
        send(runtime, nadia, showing_a_page_while_writing)


def test_a_page_only_reads(runtime: Runtime, nadia: User) -> None:
    """A GET never waits for a writer, nor holds one up."""
    site = Site(runtime)
    site.sign_in(nadia)
    with runtime.sessions.writing() as busy:
        busy.get_one(User, nadia.id).name = "En cours"
        busy.flush()
        assert site.get("/").h1 == "Bonjour Nadia, voici les premiers pas"


def test_a_database_held_by_another_writer_is_told_and_what_was_typed_can_be_sent_again(
    runtime: Runtime, nadia: User
) -> None:
    impatient = Sessions(str(runtime.sessions.url), busy_timeout_ms=10)
    site = Site(with_sessions(runtime, impatient))
    site.sign_in(nadia)
    page = site.get("/compte")
    with runtime.sessions.writing() as busy:
        busy.get_one(User, nadia.id)
        page = site.submit(page, "Enregistrer le nom", {"name": "Nadia B."}, 503)
    assert page.h1 == "Le site est très occupé"
    assert page.response.headers["Retry-After"] == "5"
    assert "Nadia B." in page.text
    assert site.submit(page, "Envoyer de nouveau").notices == ["Votre nom est enregistré."]
    impatient.dispose()


def test_a_page_is_shown_although_the_visit_cannot_be_noted(
    runtime: Runtime, nadia: User, clock: object
) -> None:
    impatient = Sessions(str(runtime.sessions.url), busy_timeout_ms=10)
    site = Site(with_sessions(runtime, impatient))
    site.sign_in(nadia)
    runtime.clock.advance(minutes=10)  # type: ignore[attr-defined]
    with runtime.sessions.writing() as busy:
        busy.get_one(User, nadia.id)
        assert site.get("/").h1 == "Bonjour Nadia, voici les premiers pas"
    impatient.dispose()


def test_a_database_that_has_gone_is_told_on_a_page_without_the_person(runtime: Runtime, nadia: User) -> None:
    site = Site(runtime)
    site.sign_in(nadia)
    runtime.sessions.dispose()
    runtime.sessions.path.rename(runtime.sessions.path.with_suffix(".away"))
    page = site.get("/", 503)
    assert page.menu == {}


def test_a_full_disk_is_told_and_stores_nothing(runtime: Runtime, nadia: User) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    wrapped = _wrapped(full)
    _site, page = send(runtime, nadia, renaming("", wrapped))
    assert page.status == 503
    assert name_of(nadia, runtime) == "Nadia Benali"


def test_two_changes_at_once_are_told_without_a_failure(runtime: Runtime, nadia: User) -> None:
    from_database = sqlite3.IntegrityError("UNIQUE constraint failed: users.email")
    _site, page = send(runtime, nadia, renaming("", _wrapped(from_database)))
    assert page.status == 409


def with_sessions(runtime: Runtime, sessions: Sessions) -> Runtime:
    return Runtime(**{**vars(runtime), "sessions": sessions})


def _wrapped(error: sqlite3.Error) -> Exception:
    kind = IntegrityError if isinstance(error, sqlite3.IntegrityError) else OperationalError
    return kind("UPDATE users", {}, error)
