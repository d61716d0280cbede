"""Lists and boards; and what a support structure reads of a centre: the request, and nothing else."""

from __future__ import annotations

from sqlalchemy import select

from aqss.persistence.centres import Structure
from aqss.persistence.mails import Mail
from tests.builders import a_structure
from tests.page import Site
from tests.web.cast import Cast
from tests.web.dossiers.scene import do_tasks, go, make_dossier, stored, url


def test_lists_are_filtered_and_a_board_shows_the_steps(nadia_site: Site, cast: Cast) -> None:
    site, address = nadia_site, f"/centres/{cast.centre.id}/dossiers"
    assert "Pas encore de dossier" in site.get(address).text
    assert "Pas encore de dossier" in site.get(f"{address}/tableau").text
    make_dossier(cast, title="Traceur de mars")
    year = make_dossier(cast, "indicateurs-annuels", title="Année 2026")
    for place in (address, "/dossiers"):
        page = site.get(place)
        assert "Traceur de mars" in page.text
        assert "Année 2026" in page.text
        chosen = site.submit(page, "Filtrer", {"parcours": "patient-traceur"})
        assert "Année 2026" not in chosen.text
        assert "Choix du parcours" in chosen.text
        assert "Aucun dossier ne répond" in site.submit(page, "Filtrer", {"quoi": "termines"}).text
        assert site.get(f"{place}?quoi=absurde&parcours=%00&etape=x&page=-3").status == 200
    board = site.get(f"{address}/tableau")
    assert "Année 2026" in board.text
    own = site.get(site.get("/dossiers").link("Tableau"))
    assert "Année 2026" in own.text
    assert "Centre de Port-Amiral" in own.text
    assert "Traceur de mars" in site.get(own.link("Patient traceur")).text
    go(site, year, "Abandonner")
    assert "Année 2026" in site.get(f"{address}/tableau?parcours=indicateurs-annuels").text
    cast.runtime.clock.advance(days=90)  # type: ignore[attr-defined]
    site.sign_in(cast.nadia)
    assert "de retard" in site.get(f"{address}?quoi=en-retard").text


def test_lists_take_the_same_queries_whatever_the_number(nadia_site: Site, cast: Cast) -> None:
    site, address = nadia_site, f"/centres/{cast.centre.id}/dossiers"
    key = make_dossier(cast)
    places = (address, f"{address}/tableau", "/dossiers", url(key))
    few = [counted(site, place) for place in places]
    for number in range(12):
        make_dossier(cast, title=f"Dossier {number}")
    assert [counted(site, place) for place in places] == few


def counted(site: Site, place: str) -> int:
    with site.counted_statements() as seen:
        site.get(place)
    return len(seen)


def a_request(site: Site, cast: Cast) -> int:
    """A request sent to the CPias, with a note and a document; Nadia is signed in."""
    key = make_dossier(cast, "demande-appui", title="Tracer les prélèvements")
    site.submit(site.get(url(key)), "Écrire la note", {"text": "Paul n’est pas pressé."})
    form = site.get(url(key, "documents", "nouveau"))
    site.submit(
        form, "Joindre", {"url": "https://exemple.fr/plan", "title": "Plan des locaux", "document": ""}
    )
    site.submit(
        site.get(url(key, "modifier")),
        "Enregistrer",
        {"purpose": "Comment tracer ?", "structure": str(cast.structure.id)},
    )
    do_tasks(site, key)
    go(site, key, "Envoyer la demande", reason="Merci d’avance.")
    return key


def test_a_structure_reads_what_was_sent_to_it_and_nothing_else(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key, other = a_request(site, cast), make_dossier(cast, title="Autre dossier")
    site.sign_in(cast.odile)
    assert site.get("/").menu["Dossiers"] == "/dossiers"
    listed = site.get("/dossiers")
    assert "Tracer les prélèvements" in listed.text
    assert "Autre dossier" not in listed.text
    assert "Nadia" not in listed.text
    page = site.get(url(key))
    for words in ("Comment tracer ?", "Plan des locaux", "Merci d’avance.", "Nadia Benali", "Bergerac"):
        assert words in page.text
    for words in ("Paul", "Léa", "pressé", "Histoire"):
        assert words not in page.text
    site.get(url(other), status=404)
    for place in ("dossiers", "preuves", "partenaires"):
        site.get(f"/centres/{cast.centre.id}/{place}", status=404)
    for address in (url(key, "modifier"), url(key, "cibles"), url(key, "entretiens", "nouveau")):
        site.get(address, status=403)
    site.get(url(key, "documents", "nouveau"), status=409)  # once it takes the request up
    site.post(url(key, "notes"), {"text": "Bonjour"}, status=404)
    site.post(url(key, "taches", "suites"), {"done": "1"}, status=404)


def test_the_structure_answers_and_the_centre_is_told(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = a_request(site, cast)
    site.sign_in(cast.odile)
    taken = go(site, key, "Prendre en charge", reason="Nous venons jeudi.")
    assert "Nous venons jeudi." in taken.text
    go(site, key, "Terminer l’appui")
    assert "Cette demande est terminée." in site.get(url(key)).text
    with cast.runtime.sessions.reading() as session:
        kinds = list(session.scalars(select(Mail.kind).order_by(Mail.id)))
    assert kinds == ["support-request", "support-answer", "support-answer"]
    site.sign_in(cast.nadia)
    assert "Nous venons jeudi." in site.get(url(key)).text


def test_the_centre_and_the_structure_write_to_each_other(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = a_request(site, cast)
    page = site.get(url(key))
    assert f"Attend la réponse de {cast.structure.name} depuis le 2 mars 2026" in page.text
    page = site.submit(page, "Écrire le message", {"text": "Voici le plan."})
    assert "Voici le plan." in page.root.one(id="echanges").parent.words
    assert "Paul n’est pas pressé." not in page.root.one(id="echanges").parent.words
    refused = site.submit(page, "Écrire le message", {"text": "284058812345612"}, status=422)
    assert refused.complaints
    site.sign_in(cast.odile)
    go(site, key, "Prendre en charge")
    read = site.get(url(key))
    assert "Voici le plan." in read.text
    assert "pressé" not in read.text
    assert "Voici notre avis." in site.submit(read, "Écrire le message", {"text": "Voici notre avis."}).text
    assert site.submit(read, "Écrire le message", {"text": ""}, status=422).complaints
    form = site.get(read.link("Joindre un document"))
    assert "Une preuve que le centre a déjà" not in form.text
    values = {"url": "https://exemple.fr/avis", "title": "Avis"}
    assert "Avis" in site.submit(form, "Joindre", values).text
    site.get(url(key, "documents", "1", "retirer"), status=404)
    site.post(url(key, "documents", "deja-la"), {"deja-proof": "1"}, status=404)
    site.sign_in(cast.nadia)
    page = site.get(url(key))
    assert "Odile" in page.root.one(id="echanges").parent.words
    site.sign_in(cast.lea)
    assert "Voici notre avis." in site.get(url(key)).text
    site.post(url(key, "echanges"), {"text": "Moi aussi."}, status=403)


def test_withdrawing_a_request_is_not_put_first_while_the_structure_has_it(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    page = site.get(url(a_request(site, cast)))
    ways = {link.words: link["class"] for link in page.root.all("a") if "/etape/" in link.get("href", "")}
    assert ways == {"Reprendre la rédaction": "btn btn-quiet w-100", "Retirer la demande": "btn btn-text"}


def test_before_it_is_sent_and_after_another_is_chosen_the_structure_finds_nothing(
    site: Site, cast: Cast
) -> None:
    with cast.runtime.sessions.writing() as session:
        another = a_structure(session, name="OMEDIT du Lac").id
        session.commit()
    site.sign_in(cast.nadia)
    key = a_request(site, cast)
    go(site, key, "Reprendre la rédaction")
    site.submit(site.get(url(key, "modifier")), "Enregistrer", {"structure": str(another)})
    site.sign_in(cast.odile)
    site.get(url(key), status=404)
    assert "Pas encore de dossier" in site.get("/dossiers").text


def test_a_request_keeps_its_structure_once_that_one_took_it_up_or_closed(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = a_request(site, cast)
    site.sign_in(cast.odile)
    go(site, key, "Prendre en charge")
    with cast.runtime.sessions.writing() as session:
        another = a_structure(session, name="OMEDIT du Lac").id
        session.get_one(Structure, cast.structure.id).closed_at = cast.runtime.clock.now()
        session.commit()
    site.sign_in(cast.nadia)
    page = site.get(url(key, "modifier"))
    assert [one.words for one in page.field("structure").all("option")] == [cast.structure.name]
    site.submit(page, "Enregistrer", {"title": "Tracer"})
    assert (stored(cast, key).structure_id, stored(cast, key).title) == (cast.structure.id, "Tracer")
    assert stored(cast, key).sent_at is not None
    again = site.get(url(key, "modifier"))
    refused = site.submit(again, "Enregistrer", {"structure": str(another)}, status=422)
    assert "reste adressée à cette structure" in " ".join(refused.complaints)
    assert refused.field("structure").all("option")[0]["value"] == str(cast.structure.id)


def test_the_first_page_tells_what_awaits_each_one(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = a_request(site, cast)
    site.sign_in(cast.odile)
    assert site.get("/").link("Répondre à « Tracer les prélèvements »") == url(key)
    mine = make_dossier(cast, title="Traceur de mars")
    make_dossier(cast, title="Traceur de Paul", owner_id=cast.paul.id)
    site.sign_in(cast.nadia)
    site.submit(site.get(url(mine, "taches", "accord", "qui")), "Enregistrer", {"owner": str(cast.lea.id)})
    site.sign_in(cast.lea)
    assert "Une tâche du dossier « Traceur de mars »" in site.get("/").text
    year = make_dossier(cast, "indicateurs-annuels", title="Année 2026", owner_id=cast.paul.id)
    site.sign_in(cast.nadia)
    assert site.get("/").link("Ouvrir la saisie « Année 2026 »") == url(year)
    cast.runtime.clock.advance(days=60)  # type: ignore[attr-defined]
    site.sign_in(cast.nadia)
    page = site.get("/")
    assert page.link("Faire avancer « Traceur de mars »") == url(mine)
    assert page.link("Voir 2 dossiers en retard").endswith("/dossiers?quoi=en-retard")
