"""Headers and cookies of the site, and its static files."""

from __future__ import annotations

import dataclasses

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from aqss.web.static_files import version_of
from tests.builders import PASSWORD
from tests.page import Site
from tests.web.coming_in import EMAIL
from tests.web.routes_for_tests import app_with, sending_a_file


def over_https(runtime: Runtime) -> Site:
    settings = dataclasses.replace(runtime.settings, base_url="https://aqss.exemple.fr")
    return Site(dataclasses.replace(runtime, settings=settings))


@pytest.mark.parametrize("address", ["/", "/connexion", "/inconnue", "/deconnexion", "/healthz"])
def test_every_answer_carries_the_headers(site: Site, address: str) -> None:
    answer = site.client.get(address)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_file_of_a_page_is_kept_by_nobody(runtime: Runtime) -> None:
    site = Site(runtime, app_with(runtime, sending_a_file))
    with site.client.get("/essai") as answer:
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site, nadia: User) -> None:
    cookie = site.send("/connexion", {"email": EMAIL, "password": PASSWORD}).headers["Set-Cookie"]
    assert cookie.startswith("aqss=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Expires" not in cookie


def test_over_https_the_cookie_is_secure_and_browsers_are_told_to_stay_there(runtime: Runtime) -> None:
    answer = over_https(runtime).client.get("/connexion", base_url="https://aqss.exemple.fr")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Set-Cookie"].startswith("__Host-aqss=")
    assert "; Secure" in answer.headers["Set-Cookie"]


def test_over_plain_http_browsers_are_not_told_to_use_https(site: Site) -> None:
    assert "Strict-Transport-Security" not in site.client.get("/connexion").headers


def test_behind_a_server_the_client_is_the_one_it_names(runtime: Runtime, nadia: User) -> None:
    """Twenty refusals of one client hold that client up, not the others."""
    site = over_https(runtime)
    url = "https://aqss.exemple.fr"

    def attempt(address: str, client: str) -> int:
        browser = site.another_browser()
        page = browser.client.get("/connexion", base_url=url).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"email": address, "password": "faux", "csrf_token": token}
        headers = {"X-Forwarded-For": client}
        return browser.client.post("/connexion", data=data, headers=headers, base_url=url).status_code

    assert [attempt(f"p{n}@exemple.fr", "192.0.2.1") for n in range(20)] == [422] * 20
    assert attempt("autre@exemple.fr", "192.0.2.1") == 429
    assert attempt("autre@exemple.fr", "192.0.2.2") == 422


def test_without_a_server_in_front_a_client_does_not_choose_its_address(site: Site) -> None:
    def attempt(n: int) -> int:
        values = {"email": f"p{n}@exemple.fr", "password": "faux"}
        return site.send("/connexion", values, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code

    assert [attempt(n) for n in range(21)][-1] == 429


def test_a_static_file_is_kept_for_a_year_under_its_version_only(site: Site) -> None:
    with site.client.get(f"/static/{version_of()}/app.css") as current:
        assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with site.client.get("/static/0123456789ab/app.css") as older:
        assert older.status_code == 200
        assert older.headers["Cache-Control"] == "no-cache"


def test_one_script_only_may_look_after_pages_and_only_those_of_assessments(site: Site) -> None:
    allowed = {}
    for name in ("offline-worker.js", "page.js"):
        with site.client.get(f"/static/{version_of()}/{name}") as answer:
            allowed[name] = answer.headers.get("Service-Worker-Allowed")
    assert allowed == {"offline-worker.js": "/auto-evaluations/", "page.js": None}


def test_signing_out_asks_the_browser_to_keep_nothing(site: Site, nadia: User) -> None:
    site.send("/connexion", {"email": EMAIL, "password": PASSWORD})
    assert site.send("/deconnexion").headers["Clear-Site-Data"] == '"cache", "storage"'
    asked = site.send("/deconnexion", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json) == (200, {"url": "/connexion"})
    assert asked.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in site.client.get("/connexion").headers


def test_the_version_changes_with_any_file(tmp_path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = version_of(tmp_path)
    (tmp_path / "a.css").write_text("b{}")
    changed = version_of(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({before, changed, version_of(tmp_path)}) == 3


@pytest.mark.parametrize(
    "name", ["../__init__.py", "%2e%2e/__init__.py", "vendor/../../access.py", "absent.css"]
)
def test_nothing_outside_the_static_folder_is_served(site: Site, name: str) -> None:
    assert site.client.get(f"/static/{version_of()}/{name}").status_code == 404
