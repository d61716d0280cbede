"""What a person, or a script, is told of a refusal: status, words, and what they typed."""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from aqss.bootstrap import Runtime
from aqss.domain import errors
from aqss.domain.access import Role
from aqss.domain.errors import (
    AqssError,
    Fault,
    InvalidInput,
    LinkRefused,
    MailRefused,
    ServerUnavailable,
    TooManyAttempts,
)
from aqss.persistence.accounts import User
from aqss.services.fault_words import word_fault
from aqss.web.errors import HTTP, LINKS, WORDS, tell
from tests.builders import a_centre, a_member
from tests.page import Page, Site
from tests.page_rules import french_faults
from tests.web.routes_for_tests import app_with, of_a_centre, raising

LATER = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def kinds_below(kind: type[AqssError]) -> Iterator[type[AqssError]]:
    """Every kind of refusal that a module of the site, as it is loaded, declares under that one."""
    for child in kind.__subclasses__():
        yield child
        yield from kinds_below(child)


KINDS = list(kinds_below(AqssError))


def every_refusal() -> list[AqssError]:
    """One of each kind, its texts and numbers filled in."""
    values = {"until": LATER, "faults": (Fault("name", "required"),), "permanent": True, "guards": ()}
    made = []
    for kind in KINDS:
        fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
        made.append(kind(*(values.get(field.name, 1) for field in fields)))
    return made


@pytest.mark.parametrize("error", every_refusal(), ids=lambda error: type(error).__name__)
def test_every_refusal_of_the_domain_is_told_in_french_and_is_no_failure(
    error: AqssError, runtime: Runtime
) -> None:
    site = Site(runtime, app_with(runtime, raising(error)))
    page = Page(site.client.get("/essai", follow_redirects=True))
    assert page.status < 500 or page.status == 503
    assert page.h1 in (tell(error).title, "Connexion")


def test_every_kind_of_refusal_has_its_words_or_those_of_the_one_above_it() -> None:
    assert set(WORDS) == set(AqssError.__subclasses__())
    assert tell(ServerUnavailable("421", permanent=False)) == tell(MailRefused("550", permanent=True))


def test_the_tree_of_refusals_is_drawn_whole_and_declared_in_one_place() -> None:
    drawn = re.findall(r"[├└]─ (\w+)", errors.__doc__ or "")
    assert drawn == [kind.__name__ for kind in KINDS]
    assert {kind.__module__ for kind in KINDS} == {AqssError.__module__}


def test_every_link_is_worded_by_its_kind_and_reason() -> None:
    for kind in ("invitation", "password-reset"):
        for reason in ("expired", "used"):
            assert tell(LinkRefused(kind, reason)) is LINKS[kind, reason]
        assert tell(LinkRefused(kind, "unknown")).status == 404


def test_the_words_of_every_page_keep_french_typography() -> None:
    told = [*HTTP.values(), *LINKS.values(), *(tell(error) for error in every_refusal())]
    for words in told:
        for text in (words.title, words.why, words.remedy):
            assert not list(french_faults(text)), text
            assert "veuillez" not in text.lower()
            assert "!" not in text


def test_a_passage_refused_for_the_role_is_told_apart_from_one_held_back() -> None:
    refused = {
        reason: tell(errors.InvalidTransition("w", "a", "b", reason)).status for reason in ("role", "guards")
    }
    assert refused == {"role": 403, "guards": 409}


def test_a_script_is_told_the_number_of_a_failure(runtime: Runtime) -> None:
    site = Site(runtime, app_with(runtime, raising(RuntimeError("panne"))))
    answer = site.client.get("/essai", headers={"Accept": "application/json"})
    assert answer.status_code == 500
    assert len(answer.json["error"]["incident"]) == 8


def test_a_script_is_told_in_json(runtime: Runtime) -> None:
    error = InvalidInput((Fault("name", "too-long", (120,)),))
    site = Site(runtime, app_with(runtime, raising(error)))
    answer = site.client.get("/essai", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json["error"]["faults"] == [
        {"field": "name", "code": "too-long", "message": word_fault(error.faults[0])}
    ]


def test_a_script_without_a_session_is_told_so_and_not_redirected(site: Site) -> None:
    answer = site.client.get("/compte", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]["title"]) == (401, "Connexion")
    assert "aucune session n’est ouverte" in answer.json["error"]["why"]


def test_waiting_is_told_in_words_and_in_a_header(runtime: Runtime) -> None:
    site = Site(runtime, app_with(runtime, raising(TooManyAttempts(LATER))))
    page = site.get("/essai", 429)
    assert "Réessayez à 10 h 05." in page.text
    assert page.response.headers["Retry-After"] == "300"


def test_a_failure_is_logged_under_the_number_that_is_shown(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(runtime, app_with(runtime, raising(RuntimeError("panne secrète"))))
    with caplog.at_level(logging.ERROR):
        page = site.get("/essai", 500)
    number = page.root.one("strong").words
    assert f"incident {number}" in caplog.text
    assert "panne secrète" in caplog.text
    assert "panne secrète" not in page.html


def test_what_was_typed_is_shown_when_the_site_fails(runtime: Runtime) -> None:
    site = Site(runtime, app_with(runtime, raising(RuntimeError("panne"))))
    page = site.post("/essai", {"comment": "Deux lignes\r\net <b>demie</b>", "new_password": "caché"}, 500)
    assert "et <b>demie</b>" in page.text
    assert "caché" not in page.html


@pytest.mark.parametrize("address", ["/inconnue", "/centres/99999999999999999999", "/centres/0", "/%00"])
def test_an_address_that_is_nowhere_is_told(site: Site, address: str) -> None:
    assert site.get(address, 404).h1 == "Page introuvable"


def test_an_address_opened_the_wrong_way_is_told(site: Site) -> None:
    page = site.get("/deconnexion", 405)
    assert "POST" in page.response.headers["Allow"]


def test_too_much_at_once_is_told_with_the_limit(site: Site) -> None:
    page = Page(site.client.post("/connexion", data={"email": "x" * 5_000_000}))
    assert (page.status, page.h1) == (413, "Envoi trop volumineux")


def test_somebody_elses_centre_answers_as_one_that_does_not_exist(runtime: Runtime) -> None:
    site = Site(runtime, app_with(runtime, of_a_centre))
    with runtime.sessions.writing() as session:
        own, foreign = a_centre(session), a_centre(session)
        coordinator = a_member(session, own, Role.COORDINATOR)
        session.commit()
    site.sign_in(coordinator)
    assert site.client.get(f"/essais/{own.id}").text == str(own.id)
    elsewhere = site.get(f"/essais/{foreign.id}", 404)
    nowhere = site.get("/essais/987654", 404)
    assert elsewhere.without_token() == nowhere.without_token()


def test_a_role_too_small_is_told_in_ones_own_centre(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(runtime, app_with(runtime, of_a_centre))
    with runtime.sessions.writing() as session:
        own = a_centre(session)
        member = a_member(session, own, Role.MEMBER)
        session.commit()
    site.sign_in(member)
    with caplog.at_level(logging.WARNING):
        assert site.get(f"/essais/{own.id}", 403).h1 == "Votre rôle ne le permet pas"
    assert f"user {member.id}" in caplog.text


def test_a_route_without_a_declaration_stops_the_site(runtime: Runtime) -> None:
    def undeclared(blueprint):
        blueprint.get("/essai")(lambda: "ouvert")

    with pytest.raises(LookupError, match="trials"):
        app_with(runtime, undeclared)


def test_the_errors_of_the_domain_are_all_reachable_from_their_module() -> None:
    assert {kind.__name__ for kind in WORDS} <= set(vars(errors))


def test_who_is_signed_in_keeps_the_menu_on_a_page_that_does_not_exist(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    assert "Accueil" in site.get("/inconnue", 404).menu
