"""Every form takes any text: it is kept, or refused with a reason, and never a failure of the site (B9)."""

from __future__ import annotations

import json

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from tests.builders import PASSWORD
from tests.page import Page, Site
from tests.web.coming_in import make_invitation, path_of

TEXTS = {
    "nul": "avant\x00après",
    "escape": "\x1b[31mrouge",
    "right-to-left": "\u202egnirts",
    "joiner": "\u200d\u200d",
    "family": "👨\u200d👩\u200d👧",
    "decomposed": "Lé\u0301a",
    "lone surrogate, as bytes": b"\xed\xa0\x80".decode("utf-8", "surrogatepass"),
    "not utf-8": "%ff%fe",
    "astral": "𝒩𝒶𝒹𝒾𝒶 🩺",
    "zalgo": "a" + "\u0301" * 500,
    "spaces": "\u00a0\u2003\u3000",
    "line breaks": "a\r\nb\u2028c\x0bd",
    "one megabyte": "é" * 500_000,
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }}{% raw %}",
    "formula": '=HYPERLINK("http://x")',
    "header": "a@b.fr\r\nBcc: c@d.fr",
    "percent": "%s%n%(name)s{0}",
    "noncharacter": "\ufffe\uffff\U0010ffff",
}

FORMS = {
    "/connexion": ("email", "password", "next", "kept"),
    "/mot-de-passe-oublie": ("email",),
    "/invitation": ("name", "password"),
    "/compte/nom": ("name",),
    "/compte/mot-de-passe": ("present_password", "password"),
}


@pytest.mark.campaign("B9")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("address", FORMS)
def test_any_text_is_kept_or_refused_with_a_reason(
    site: Site, nadia: User, runtime: Runtime, address: str, text: str
) -> None:
    if address.startswith("/compte"):
        site.sign_in(nadia)
    if address == "/invitation":
        site.get(path_of(make_invitation(runtime, "lea@exemple.fr").link))
    sent = dict.fromkeys(FORMS[address], text.encode("utf-8", "surrogatepass"))
    page = Page(site.send(address, sent, follow_redirects=True))
    assert page.status in (200, 422, 413), page.h1
    assert page.status != 413 or len(text) > 100_000
    assert not page.root.all("img")
    assert "49" not in page.text


@pytest.mark.campaign("B9")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_carried_through_signing_in_is_offered_again_or_left_out(
    site: Site, nadia: User, text: str
) -> None:
    kept = json.dumps(["/compte/nom", [["name", text]]])
    page = signed_in_with(site, nadia, kept)
    can_be_shown = len(kept) <= 200_000 and "\ud800" not in text
    assert page.status == (200 if can_be_shown else 302)
    assert not page.root.all("img")
    assert "49" not in page.text if can_be_shown else site.get("/compte").h1


KEPT = {
    "nested lists": "[" * 200_000,
    "nested lists, short": "[" * 5_000,
    "half a character": '["/compte/nom", [["name", "\\ud800"]]]',
    "half a character in a name": '["/compte/nom", [["\\udfff", "x"]]]',
    "half a character in an address": '["/compte/nom?\\ud800", [["name", "x"]]]',
    "long number": "9" * 5_000,
    "over the limit": json.dumps(["/compte/nom", [["name", "x" * 200_000]]]),
}


@pytest.mark.campaign("B9")
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_what_no_page_could_show_again_is_left_out_and_the_person_is_signed_in(
    site: Site, nadia: User, kept: str
) -> None:
    assert signed_in_with(site, nadia, kept).status == 302
    assert site.get("/compte").h1


def signed_in_with(site: Site, user: User, kept: str) -> Page:
    """The answer to a good sign-in that carries a form."""
    return Page(site.send("/connexion", {"email": user.email, "password": PASSWORD, "kept": kept}))


@pytest.mark.parametrize("address", FORMS)
def test_fields_that_are_missing_repeated_or_unknown_are_no_failure(
    site: Site, nadia: User, runtime: Runtime, address: str
) -> None:
    if address.startswith("/compte"):
        site.sign_in(nadia)
    if address == "/invitation":
        site.get(path_of(make_invitation(runtime, "lea@exemple.fr").link))
    for values in ({}, {name: ["a", "b"] for name in FORMS[address]}, {"is_administrator": "1", "id": "1"}):
        assert site.send(address, values).status_code in (302, 422)
