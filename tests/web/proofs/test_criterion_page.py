"""The page of a criterion's proofs: given, seen, taken back."""

from __future__ import annotations

from datetime import date

import pytest

from aqss.bootstrap import Runtime
from aqss.gateways.proof_files import content_path
from tests.clock import FakeClock
from tests.page import Site
from tests.sent_files import a_pdf, a_picture
from tests.web.assessments.scene import NASTY, NIR, Team, advance, grid_url, make_assessment
from tests.web.proofs.scene import CRITERION, files, page_of, proofs_url, send_file, stored


def test_a_file_is_given_in_one_gesture_and_listed(rater: Site, runtime: Runtime, key: int) -> None:
    assert send_file(rater, key, title="Rapport de visite", valid_until="2027-03-01").status_code == 302
    page = rater.get(proofs_url(key))
    assert page.notices == ["La preuve est ajoutée."]
    assert "1 preuve" in page.text
    assert "Rapport de visite" in page.text
    assert "PDF, 1 Ko, du 2 mars 2026" in page.text
    assert "Valable jusqu’au 1er mars 2027" in page.text
    (proof,) = stored(runtime)
    assert files(runtime) == [content_path(runtime.settings.proofs, proof.sha256 or "")]
    assert files(runtime)[0].read_bytes() == a_pdf()


def test_a_file_without_title_keeps_its_name(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key, name="Bureau/Compte rendu.PDF", title=" ")
    assert (stored(runtime)[0].title, stored(runtime)[0].file_name) == ("Compte rendu", "Compte rendu.pdf")


def test_a_link_is_given_and_opens_apart(rater: Site, runtime: Runtime, key: int) -> None:
    page = rater.get(proofs_url(key))
    typed = {"url": "https://exemple.fr/protocole?a=1&b=2", "title": "Protocole", "dated_on": "2026-03-01"}
    page = rater.submit(page, "Ajouter", typed)
    (link,) = [
        found for found in page.root.all("a") if found.get("href", "").startswith("https://exemple.fr")
    ]
    assert link["href"] == typed["url"]
    assert (link["rel"], link["target"]) == ("noopener noreferrer", "_blank")
    assert "lien, du 1er mars 2026" in page.text
    assert stored(runtime)[0].url == typed["url"]
    assert files(runtime) == []


def test_the_date_of_today_is_proposed(rater: Site, key: int) -> None:
    assert rater.get(proofs_url(key)).field("dated_on")["value"] == "2026-03-02"


def test_a_title_is_shown_as_it_was_typed(rater: Site, key: int) -> None:
    send_file(rater, key, title=NASTY)
    page = rater.get(proofs_url(key))
    assert NASTY.split("&lt;")[0] in page.text
    assert not page.root.all("img")


def test_every_fault_is_told_at_once_what_was_typed_stays_and_nothing_is_kept(
    rater: Site, runtime: Runtime, key: int
) -> None:
    answer = send_file(
        rater,
        key,
        b"bonjour",
        "visite.exe",
        title=f"Dossier {NIR}",
        dated_on="2026-03-09",
        valid_until="2026-01-01",
    )
    page = page_of(rater, answer)
    assert [complaint.split(" :")[0] for complaint in page.complaints] == [
        "Fichier",
        "Titre",
        "Date de la preuve",
    ]
    assert page.field("title")["value"] == f"Dossier {NIR}"
    assert page.field("dated_on")["value"] == "2026-03-09"
    assert page.title.startswith("Erreur")
    assert (stored(runtime), files(runtime)) == ([], [])


def test_a_good_file_with_a_bad_date_has_to_be_chosen_again_and_the_page_says_so(
    rater: Site, runtime: Runtime, key: int
) -> None:
    page = page_of(rater, send_file(rater, key, dated_on="31/04/2026"))
    assert len(page.complaints) == 2
    assert "choisissez de nouveau ce fichier" in page.complaints[0]
    assert stored(runtime) == []


def test_neither_file_nor_address_or_both_are_told(rater: Site, runtime: Runtime, key: int) -> None:
    page = page_of(rater, send_file(rater, key, b"", ""))
    assert any("choisissez un fichier, ou écrivez une adresse" in told for told in page.complaints)
    page = page_of(rater, send_file(rater, key, url="https://exemple.fr/"))
    assert any(
        "Donnez un fichier ou une adresse" in told or "donnez un fichier" in told for told in page.complaints
    )
    assert stored(runtime) == []


def test_a_form_without_any_field_is_refused_and_breaks_nothing(rater: Site, key: int) -> None:
    assert len(rater.post(proofs_url(key), {}, 422).complaints) == 2


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "visite.pdf", "Fichier : « visite.pdf » est vide."),
        (b"", "", "Fichier : choisissez un fichier, ou écrivez une adresse."),
        (None, f"{NIR}.pdf", "Fichier : "),
    ],
    ids=["empty", "none", "named after a patient"],
)
def test_a_file_that_is_refused_is_one_complaint_and_no_title_is_asked_of_it(
    rater: Site, runtime: Runtime, key: int, content: bytes | None, name: str, told: str
) -> None:
    (complaint,) = page_of(rater, send_file(rater, key, content, name)).complaints
    assert complaint.replace("\u00a0", " ").startswith(told)
    assert stored(runtime) == []


def test_a_link_still_asks_for_its_title(rater: Site, runtime: Runtime, key: int) -> None:
    page = page_of(rater, send_file(rater, key, b"", "visite.pdf", url="https://exemple.fr/"))
    assert [complaint.split("\u00a0")[0].split(" :")[0] for complaint in page.complaints] == ["Titre"]
    assert stored(runtime) == []


def test_the_same_file_twice_is_told_with_the_title_it_has(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key, title="Visite")
    page = page_of(rater, send_file(rater, key, title="Autre"))
    assert "« Visite »" in page.complaints[0]
    assert len(stored(runtime)) == len(files(runtime)) == 1


def test_a_proof_of_another_criterion_is_shown_here_without_sending_it_again(
    rater: Site, runtime: Runtime, key: int
) -> None:
    send_file(rater, key, title="Visite", criterion="A2-01")
    page = rater.get(proofs_url(key))
    refused = rater.submit(page, "Montrer ici aussi", {"proof": ""}, 422)
    assert refused.complaints
    page = rater.submit(page, "Montrer ici aussi", {"proof": str(stored(runtime)[0].id)})
    assert "1 preuve" in page.text
    assert not page.root.all("select", name="proof")
    assert len(stored(runtime)) == 1


@pytest.mark.parametrize("chosen", ["-1", "x", "99999999999", "987654", "²"])
def test_a_choice_that_is_none_is_refused(rater: Site, key: int, chosen: str) -> None:
    send_file(rater, key, criterion="A2-01")
    rater.post(f"{proofs_url(key)}/deja-la", {"proof": chosen}, 422)


def test_a_proof_goes_after_a_question_and_its_file_with_its_last_use(
    rater: Site, runtime: Runtime, key: int
) -> None:
    send_file(rater, key, title="Visite")
    send_file(rater, key, title="La même", criterion="A2-01")
    for criterion, left in ((CRITERION, 1), ("A2-01", 0)):
        page = rater.get(proofs_url(key, criterion))
        question = rater.get(next(a["href"] for a in page.root.all("a") if a["href"].endswith("/retirer")))
        assert "Retirer" in question.h1
        page = rater.submit(question, "Retirer la preuve")
        assert page.notices == ["La preuve est retirée."]
        assert len(stored(runtime)) == len(files(runtime)) == left


def test_who_may_not_take_a_proof_back_sees_no_way_to(
    rater: Site, runtime: Runtime, team: Team, key: int
) -> None:
    send_file(rater, key)
    site = rater.another_browser()
    site.sign_in(team.colleague)
    assert "Retirer" not in site.get(proofs_url(key)).text
    address = f"{proofs_url(key)}/{stored(runtime)[0].id}/retirer"
    site.get(address, 403)
    site.post(address, {}, 403)
    assert len(files(runtime)) == 1


def test_no_page_tells_who_gave_a_proof(rater: Site, team: Team, key: int) -> None:
    send_file(rater, key)
    site = rater.another_browser()
    site.sign_in(team.coordinator)
    for url in (proofs_url(key), f"/centres/{team.centre_id}/preuves", grid_url(key)):
        assert team.member.name not in site.get(url).html


def test_out_of_date_is_told_with_a_sign_and_words(
    rater: Site, team: Team, clock: FakeClock, key: int
) -> None:
    send_file(rater, key, valid_until="2026-03-02")
    page = rater.get(proofs_url(key))
    assert "Valable jusqu’au 2 mars 2026" in page.text
    clock.advance(days=1)
    rater.sign_in(team.member)
    page = rater.get(proofs_url(key))
    (tag,) = [found for found in page.root.all("span", class_="tag") if "Périmée" in found.words]
    assert tag.words == "Périmée depuis le 3 mars 2026"
    assert tag.all("svg")


def test_before_and_after_the_rating_proofs_are_read_only(
    rater: Site, runtime: Runtime, team: Team, key: int
) -> None:
    send_file(rater, key)
    advance(runtime, team, key, "validation")
    page = rater.get(proofs_url(key))
    assert "1 preuve" in page.text
    assert not page.root.all("input", type="file")
    assert send_file(rater, key, a_picture()).status_code == 409
    other = make_assessment(runtime, team, to="preparation")
    assert send_file(rater, other).status_code == 409
    assert len(files(runtime)) == 1


def test_a_criterion_that_the_grid_does_not_have_is_not_found(rater: Site, key: int) -> None:
    for code in ("A2-99", "B1-01", "x", "A2-05%00"):
        rater.get(proofs_url(key, code), 404)
        assert send_file(rater, key, criterion=code).status_code == 404


def test_the_grid_tells_how_many_proofs_each_criterion_has(
    rater: Site, runtime: Runtime, team: Team, key: int
) -> None:
    send_file(rater, key)
    send_file(rater, key, a_picture())
    for state in ("cotation", "validation"):
        advance(runtime, team, key, state)
        page = rater.get(grid_url(key))
        words = {a["href"]: a.words for a in page.root.all("a") if a.get("href", "").endswith("/preuves")}
        assert words[proofs_url(key)] == f"Preuves de {CRITERION} (2)"
        assert words[proofs_url(key, "A2-01")] == "Preuves de A2-01"


def test_the_pages_take_as_many_questions_whatever_there_is(
    rater: Site, runtime: Runtime, team: Team, key: int
) -> None:
    urls = (proofs_url(key), f"/centres/{team.centre_id}/preuves", grid_url(key))
    send_file(rater, key)
    counts = []
    for number in range(2):
        for url in urls:
            rater.get(url)
        with rater.counted_statements() as statements:
            for url in urls:
                rater.get(url)
        counts.append(len(statements))
        send_file(rater, key, a_picture(size=(10 + number, 10)))
        send_file(rater, key, a_picture(size=(30 + number, 10)))
    assert counts[0] == counts[1]


def test_the_centre_lists_its_proofs_and_where_each_is_shown(rater: Site, team: Team, key: int) -> None:
    url = f"/centres/{team.centre_id}/preuves"
    assert "Aucune preuve" in rater.get(url).text
    send_file(rater, key, title="Contrôle", dated_on="2020-01-01", valid_until="2021-01-01")
    send_file(rater, key, a_picture(), title="Photo")
    page = rater.get(url)
    assert "1 preuve périmée" in page.text
    rows = [row.words for row in page.root.all("tr")][1:]
    assert rows[0].startswith("Contrôle")
    assert "Périmée depuis le 2 janvier 2021" in rows[0]
    assert "Sans limite" in rows[1]
    assert page.root.all("a", href=proofs_url(key))
    assert rater.get(f"/centres/{team.centre_id}").link("Preuves") == url


def test_giving_and_taking_back_are_told_in_the_journal(
    rater: Site, runtime: Runtime, team: Team, key: int
) -> None:
    send_file(rater, key, title="Visite")
    rater.post(f"{proofs_url(key)}/{stored(runtime)[0].id}/retirer")
    site = rater.another_browser()
    site.sign_in(team.coordinator)
    told = site.get(f"/centres/{team.centre_id}/journal").text.replace("\u00a0", " ")
    assert f"a ajouté la preuve « Visite », critère {CRITERION}" in told
    assert f"a retiré la preuve « Visite », critère {CRITERION}" in told


def test_the_day_of_a_proof_is_that_of_paris(rater: Site, runtime: Runtime, key: int) -> None:
    send_file(rater, key, dated_on="2026-03-02")
    assert stored(runtime)[0].dated_on == date(2026, 3, 2)
