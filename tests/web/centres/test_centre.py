"""The page of a centre: what each role finds there, and closing the centre."""

from __future__ import annotations

import pytest

from aqss.domain.access import Role
from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.persistence.centres import CENTRE_KINDS, BranchSite, Centre
from aqss.web.centres.words import ACTIVITY_GROUPS, grouped_activities
from aqss.web.centres.words import CENTRE_KINDS as WORDS
from aqss.web.words import STRUCTURE_KINDS as STRUCTURE_WORDS
from tests.builders import a_member
from tests.page import Site
from tests.web.cast import Cast


def test_the_centre_says_what_it_is_and_what_it_does(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        session.add(BranchSite(centre_id=cast.centre.id, name="Antenne du Bac", address="3 quai du Bac"))
        session.commit()
    site.sign_in(cast.lea)
    page = site.get(f"/centres/{cast.centre.id}")
    assert page.h1 == "Centre de Port-Amiral"
    for words in (
        "Centre municipal ou intercommunal",
        "Bergerac",
        "Dordogne",
        "Nouvelle-Aquitaine",
        "FINESS pas encore",
        "Médecine générale (médecin traitant)",
        "Activité dentaire",
        "Antenne du Bac",
        "3 quai du Bac",
    ):
        assert words in page.text
    assert "Activité ophtalmologique" not in page.text


def test_the_centre_says_how_many_criteria_its_profile_retains(site: Site, cast: Cast) -> None:
    site.sign_in(cast.lea)
    before = site.get(f"/centres/{cast.centre.id}").text
    with cast.runtime.sessions.writing() as session:
        session.get_one(Centre, cast.centre.id).flags = []
        session.commit()
    page = site.get(f"/centres/{cast.centre.id}")
    assert "Aucune activité n’est cochée" in page.text
    assert page.text.split("Critères posés")[-1] != before.split("Critères posés")[-1]


@pytest.mark.parametrize(
    ("who", "links", "absent"),
    [
        ("lea", ["Auto-évaluations"], ["Équipe", "Journal", "Modifier", "Fermer ce centre"]),
        ("nadia", ["Auto-évaluations", "Équipe", "Journal", "Modifier"], ["Fermer ce centre"]),
        ("root", ["Équipe", "Modifier", "Fermer ce centre"], ["Auto-évaluations", "Journal"]),
    ],
)
def test_each_role_finds_its_own_ways_on(
    site: Site, cast: Cast, who: str, links: list[str], absent: list[str]
) -> None:
    site.sign_in(getattr(cast, who))
    page = site.get(f"/centres/{cast.centre.id}")
    shown = {link.words for link in page.root.one("main").all("a")}
    assert shown >= set(links)
    assert not shown & set(absent)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("nadia", "Commencer, coter, lire les résultats"),
        ("lea", "Coter, lire les résultats"),
        ("paul", "Coter, lire les résultats, valider"),
    ],
)
def test_assessments_are_offered_with_what_the_role_does_there(
    site: Site, cast: Cast, who: str, words: str
) -> None:
    site.sign_in(getattr(cast, who))
    (detail,) = (
        task.one("p").words
        for task in site.get(f"/centres/{cast.centre.id}").root.all("li", class_="task")
        if task.one("a").words == "Auto-évaluations"
    )
    assert detail == words


def test_the_menu_opens_the_only_centre_at_once(site: Site, cast: Cast) -> None:
    site.sign_in(cast.lea)
    assert site.get("/").menu["Centre"] == "/centres"
    assert site.get("/centres").h1 == "Centre de Port-Amiral"


def test_whoever_has_several_centres_chooses(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        a_member(session, session.get_one(Centre, cast.other.id), Role.MANAGER, user=cast.lea)
        session.commit()
    site.sign_in(cast.lea)
    page = site.get("/centres")
    assert page.h1 == "Vos centres"
    assert page.link("Centre de Vauxperle") == f"/centres/{cast.other.id}"
    assert "Direction" in page.text


def test_whoever_has_no_centre_is_told_the_way_on(site: Site, cast: Cast) -> None:
    site.sign_in(cast.odile)
    assert "Vous n’avez de rôle dans aucun centre" in site.get("/centres").text
    site.sign_in(cast.root)
    assert site.get("/centres").link("Voir tous les centres") == "/administration/centres"


def test_a_foreign_centre_is_not_found(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    for address in ("", "/modifier", "/equipe", "/journal"):
        assert site.get(f"/centres/{cast.other.id}{address}", 404).h1 == "Page introuvable"


def test_an_administrator_closes_a_centre_and_opens_it_again(site: Site, cast: Cast) -> None:
    team = site.another_browser()
    team.sign_in(cast.nadia)
    site.sign_in(cast.root)
    page = site.get(site.get(f"/centres/{cast.centre.id}").link("Fermer ce centre"))
    page = site.submit(page, "Fermer le centre")
    assert page.notices == ["Le centre est fermé. Ses évaluations sont gardées."]
    assert "Ce centre est fermé depuis le 2 mars 2026" in page.text
    team.get(f"/centres/{cast.centre.id}", 404)
    page = site.submit(page, "Rouvrir le centre")
    assert "Ce centre est fermé" not in page.text
    assert team.get(f"/centres/{cast.centre.id}").h1 == "Centre de Port-Amiral"


def test_every_kind_of_place_has_words() -> None:
    assert tuple(WORDS) == CENTRE_KINDS
    assert tuple(STRUCTURE_WORDS) == STRUCTURE_KINDS


def test_every_activity_of_the_catalogue_has_a_group_and_one_only(cast: Cast) -> None:
    flags = [flag for _title, group in ACTIVITY_GROUPS for flag in group]
    assert len(flags) == len(set(flags))
    assert set(flags) == set(cast.runtime.catalogue.flag_labels)


def test_an_activity_that_no_group_knows_is_shown_apart() -> None:
    groups = grouped_activities({"mt": "Médecine", "yoga": "Yoga"})
    assert groups == [("Soins", ["Médecine"]), ("Autres activités", ["Yoga"])]
