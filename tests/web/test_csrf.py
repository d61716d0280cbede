"""Forms that did not come from this session's pages are refused, and nothing they asked for is done (B7)."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from tests.builders import PASSWORD
from tests.page import Page, Site
from tests.web.coming_in import EMAIL

FORMS = ["/connexion", "/deconnexion", "/mot-de-passe-oublie", "/mot-de-passe", "/invitation"]
SIGNED_IN_FORMS = ["/invitation/rejoindre", "/compte/nom", "/compte/mot-de-passe", "/compte/sessions"]
BAD_TOKENS = {"absent": None, "empty": "", "invented": "abc.def.ghi", "nul": "\x00", "long": "x" * 10_000}


@pytest.mark.campaign("B7")
@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS)
@pytest.mark.parametrize("address", FORMS + SIGNED_IN_FORMS)
def test_a_form_without_the_token_of_its_session_is_refused(
    site: Site, nadia: User, address: str, token: str | None
) -> None:
    site.sign_in(nadia)
    data = {"name": "Autre"} if token is None else {"name": "Autre", "csrf_token": token}
    assert site.send(address, data, with_token=False).status_code == 400


@pytest.mark.campaign("B7")
@pytest.mark.parametrize("address", SIGNED_IN_FORMS)
def test_the_token_of_somebody_elses_session_is_refused(site: Site, nadia: User, address: str) -> None:
    site.sign_in(nadia)
    token = site.another_browser().form_token()
    assert site.send(address, {"csrf_token": token}, with_token=False).status_code == 400


@pytest.mark.campaign("B7")
def test_a_form_of_a_session_that_is_gone_asks_to_sign_in_and_is_kept(
    site: Site, nadia: User, runtime: Runtime
) -> None:
    """Signed out in another tab: the token is of no session any more, nor is the person signed in."""
    site.sign_in(nadia)
    page = site.get("/compte")
    site.submit(site.get("/"), "Se déconnecter")
    page = site.submit(page, "Enregistrer le nom", {"name": "Nadia B."}, 401)
    page = site.submit(page, "Se connecter", {"email": EMAIL, "password": PASSWORD})
    assert site.submit(page, "Envoyer de nouveau").field("name")["value"] == "Nadia B."


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_open_nothing(site: Site, nadia: User, method: str) -> None:
    site.sign_in(nadia)
    assert site.client.open("/compte/nom", method=method).status_code == 405


@pytest.mark.campaign("B7")
def test_a_refused_form_changes_nothing_and_can_be_sent_again_from_this_site(
    site: Site, nadia: User, runtime: Runtime
) -> None:
    site.sign_in(nadia)
    page = site.post("/compte/nom", {"name": "Nadia B.", "csrf_token": "périmé"}, 400, with_token=False)
    assert page.h1 == "Ce formulaire n’est plus valable"
    with runtime.sessions.reading() as session:
        assert session.get_one(User, nadia.id).name == "Nadia Benali"
    assert site.submit(page, "Envoyer de nouveau").notices == ["Votre nom est enregistré."]


@pytest.mark.campaign("B7")
@pytest.mark.parametrize(
    "origin", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_form_from_another_site_is_not_offered_to_be_sent_again(
    site: Site, nadia: User, origin: dict[str, str]
) -> None:
    site.sign_in(nadia)
    page = Page(site.send("/compte/nom", {"name": "Piégée"}, with_token=False, headers=origin))
    assert page.status == 400
    assert not page.root.one("main").all("form")


def test_without_fetch_headers_the_origin_decides(site: Site, nadia: User) -> None:
    site.sign_in(nadia)
    for origin, offered in (("http://localhost", True), ("http://ailleurs.exemple", False), ("null", False)):
        answer = site.client.post("/compte/nom", data={"name": "x"}, headers={"Origin": origin})
        assert bool(Page(answer).root.one("main").all("form")) is offered


@pytest.mark.campaign("B7")
def test_a_token_can_serve_twice_in_its_session_only(site: Site, nadia: User) -> None:
    """Two tabs of one session both work; signing in makes the tokens of before void."""
    page = site.get("/connexion")
    stale = page.field("csrf_token")["value"]
    site.submit(page, "Se connecter", {"email": EMAIL, "password": PASSWORD})
    assert site.send("/compte/nom", {"name": "x", "csrf_token": stale}, with_token=False).status_code == 400
