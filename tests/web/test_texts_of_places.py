"""Texts written of centres, structures and people: any is kept or refused, and shown as written (B1, B9)."""

from __future__ import annotations

import pytest

from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import BranchSite, Centre, Structure
from tests.campaign.counting import Tried
from tests.page import Page, Site
from tests.web.cast import Cast
from tests.web.test_unusual_texts import TEXTS

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def forms(cast: Cast) -> dict[str, tuple[str, ...]]:
    """Address → its fields."""
    centre = (
        "name",
        "kind",
        "town",
        "department",
        "finess",
        "flags",
        "version",
        "sites-0-name",
        "sites-0-address",
    )
    structure = ("name", "kind", "regions", "modules", "version")
    invitation = ("email", "name", "role", "professions")
    return {
        f"/centres/{cast.centre.id}/modifier": centre,
        "/administration/centres/nouveau": centre,
        f"/structures/{cast.structure.id}/modifier": structure,
        "/administration/structures/nouvelle": structure,
        f"/centres/{cast.centre.id}/equipe/inviter": invitation,
        f"/structures/{cast.structure.id}/equipe/inviter": invitation,
        "/administration/personnes/inviter": invitation,
        f"/centres/{cast.centre.id}/equipe/{cast.membership(cast.lea)}": ("role", "professions"),
    }


@pytest.mark.campaign("B9")
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_kept_or_refused_with_a_reason(site: Site, cast: Cast, text: str, tried: Tried) -> None:
    site.sign_in(cast.root)
    for address, fields in forms(cast).items():
        sent = dict.fromkeys(fields, text.encode("utf-8", "surrogatepass"))
        page = Page(site.send(address, sent, follow_redirects=True))
        assert page.status in (200, 409, 413, 422), f"{address}: {page.status}"
        assert page.status != 413 or len(text) > 100_000
        assert not page.root.all("img")
        tried()


@pytest.mark.parametrize("text", [text for text in TEXTS.values() if len(text) < 1000])
def test_any_search_and_filter_is_answered(site: Site, cast: Cast, text: str) -> None:
    site.sign_in(cast.nadia)
    bytes_sent = text.encode("utf-8", "surrogatepass")
    for address, name in (
        (f"/centres/{cast.centre.id}/journal", "sujet"),
        (f"/centres/{cast.centre.id}/journal", "page"),
    ):
        assert site.client.get(address, query_string={name: bytes_sent}).status_code == 200
    assert (
        site.client.get(
            f"/centres/{cast.centre.id}/equipe/inviter", query_string={"role": bytes_sent}
        ).status_code
        == 200
    )
    site.sign_in(cast.root)
    for name in ("q", "page"):
        answer = site.client.get("/administration/centres", query_string={name: bytes_sent})
        assert answer.status_code == 200


@pytest.mark.parametrize("method", ["missing", "repeated"])
def test_fields_that_are_missing_or_repeated_are_no_failure(site: Site, cast: Cast, method: str) -> None:
    site.sign_in(cast.root)
    for address, fields in forms(cast).items():
        sent = {} if method == "missing" else {name: ["a", "b"] for name in fields}
        assert site.send(address, sent).status_code in (302, 409, 422), address


def test_markup_in_any_text_is_shown_as_written(site: Site, cast: Cast) -> None:
    site.typed.add(MARKUP)
    with cast.runtime.sessions.writing() as session:
        centre, structure = (
            session.get_one(Centre, cast.centre.id),
            session.get_one(Structure, cast.structure.id),
        )
        centre.name = centre.town = structure.name = MARKUP
        session.add(BranchSite(centre_id=centre.id, name=MARKUP, address=MARKUP))
        for user in (cast.lea, cast.nadia, cast.odile, cast.root):
            session.get_one(User, user.id).name = MARKUP
        session.get_one(Membership, cast.membership(cast.paul)).professions = [MARKUP]
        session.commit()
    site.sign_in(cast.nadia)
    team = f"/centres/{cast.centre.id}/equipe"
    site.post(f"{team}/inviter", {"email": "rose@exemple.fr", "name": MARKUP, "role": "member"})
    site.post(f"{team}/{cast.membership(cast.lea)}", {"role": "manager", "professions": "medecin"})
    for address in ("", "/modifier", "/equipe", "/journal", f"/equipe/{cast.membership(cast.lea)}/fermer"):
        assert_harmless(site.get(f"/centres/{cast.centre.id}{address}"))
    page = site.get(f"/centres/{cast.centre.id}/modifier")
    assert page.field("sites-0-address")["value"] == MARKUP
    assert_harmless(site.submit(page, "Enregistrer", {"flags": [], "finess": MARKUP}, 422))
    assert_harmless(site.submit(page, "Enregistrer", {"flags": []}))
    assert_harmless(site.submit(page, "Enregistrer", {"version": "9"}, 409))
    site.sign_in(cast.root)
    for address in (
        "/administration/centres",
        "/administration/structures",
        "/administration/personnes",
        f"/administration/comptes/{cast.lea.id}",
        f"/structures/{cast.structure.id}",
        f"/structures/{cast.structure.id}/equipe",
        f"/structures/{cast.structure.id}/modifier",
    ):
        assert_harmless(site.get(address))
    assert_harmless(site.submit(site.get("/administration/centres"), "Chercher", {"q": MARKUP}))


def assert_harmless(page: Page) -> None:
    main = page.root.one("main")
    assert not main.all("script")
    assert not main.all("img")
    assert "alert(1)" in page.html
