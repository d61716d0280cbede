"""The proofs of an action on its pages: given, shown again, taken back with their file."""

from __future__ import annotations

from io import BytesIO

from werkzeug.datastructures import FileStorage

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.sent_files import a_pdf
from tests.web.actions.scene import make_action, running
from tests.web.assessments.scene import NIR, Team
from tests.web.proofs.scene import files, page_of, post_form, stored

LINK = "https://exemple.fr/protocole"


def give(site: Site, key: int, **fields: object) -> object:
    form = {"csrf_token": site.form_token(), "dated_on": "2026-03-02", **fields}
    site.typed.update(str(value) for name, value in fields.items() if name != "file")
    return post_form(site, f"/actions/{key}/preuves", form)


def a_file() -> FileStorage:
    return FileStorage(BytesIO(a_pdf()), "visite.pdf", content_type="application/pdf")


def test_a_file_is_given_listed_and_taken_back_with_its_content(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team))
    assert give(member, key, file=a_file()).status_code == 302
    (proof,) = stored(runtime)
    assert "visite" in member.get(f"/actions/{key}").text
    with member.client.get(f"/preuves/{proof.id}/fichier") as answer:
        assert answer.status_code == 200
    page = member.get(f"/centres/{team.centre_id}/preuves")
    assert page.link("Action n° 1") == f"/actions/{key}"
    asked = member.get(f"/actions/{key}/preuves/{proof.id}/retirer")
    assert member.submit(asked, "Retirer la preuve").notices == ["La preuve est retirée."]
    assert (stored(runtime), files(runtime)) == ([], [])
    member.get(f"/actions/{key}/preuves/{proof.id}/retirer", 404)


def test_a_proof_of_the_centre_is_shown_here_too(member: Site, runtime: Runtime, team: Team) -> None:
    first, second = (make_action(runtime, team, **running(team)) for _ in range(2))
    give(member, first, url=LINK, title="Protocole")
    (proof,) = stored(runtime)
    page = member.get(f"/actions/{second}/preuves")
    shown = member.submit(page, "Montrer ici aussi", {"proof": str(proof.id)})
    assert shown.notices == ["La preuve est ajoutée."]
    for chosen in ("", "987654", "x" * 3000, str(proof.id)):
        refused = member.post(f"/actions/{second}/preuves/deja-la", {"proof": chosen}, 422)
        assert refused.complaints


def test_what_is_refused_is_told_and_kept(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, **running(team))
    refused = page_of(member, give(member, key, url="ftp://x", title=NIR, dated_on="2030-01-01"))
    assert len(refused.complaints) == 3
    assert refused.field("title")["value"] == NIR
    refused = page_of(member, give(member, key, file=a_file(), dated_on="demain"))
    assert "Choisissez de nouveau ce fichier" in refused.text
    assert page_of(member, give(member, key)).complaints
    assert stored(runtime) == []


def test_who_does_not_work_on_it_reads(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, **running(team))
    site.sign_in(team.member)
    give(site, key, url=LINK, title="Protocole")
    site.sign_in(team.colleague)
    page = site.get(f"/actions/{key}/preuves")
    assert "Les preuves se lisent" in page.text
    assert "Retirer" not in page.text
    assert give(site, key, url=LINK, title="Autre").status_code == 403
    site.get(f"/actions/{key}/preuves/{stored(runtime)[0].id}/retirer", 403)
