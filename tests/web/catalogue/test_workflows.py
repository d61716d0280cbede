"""The reference pages of workflows: the list by subject, and each one as a picture and in words."""

from __future__ import annotations

import pytest

from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.accounts import User
from tests.builders import a_user
from tests.markup import Element
from tests.page import Site


@pytest.fixture
def reader(site: Site, nadia: User) -> Site:
    """The site, somebody signed in."""
    site.sign_in(nadia)
    return site


def plain(element: Element) -> str:
    return " ".join(" ".join(text for _element, text in element.texts()).split())


def test_the_workflows_are_listed_under_what_they_make_advance(reader: Site, catalogue: Catalogue) -> None:
    page = reader.get(reader.get("/referentiel").link("Parcours"))
    assert page.h1 == "Parcours"
    assert page.menu["Référentiel"] == "/referentiel"
    for one in catalogue.workflows.values():
        assert page.link(one.title) == f"/referentiel/parcours/{one.workflow}"
        section = page.root.one("section", aria_labelledby=f"sujet-{one.subject}")
        assert one.title in plain(section)
    assert f"{len(catalogue.workflows)} parcours" in plain(page.root)
    assert "Préparation, puis Cotation, puis Accord de l’équipe" in plain(page.root)
    assert not page.root.all("section", aria_labelledby="sujet-meeting")  # none is shipped


def test_every_workflow_shows_its_picture_and_all_its_file_says(reader: Site, catalogue: Catalogue) -> None:
    for workflow in catalogue.workflows.values():
        page = reader.get(f"/referentiel/parcours/{workflow.workflow}")
        assert page.h1 == workflow.title
        assert f"version {workflow.version}" in page.text
        assert page.root.one("svg", class_="chart").get("aria-hidden") == "true"  # its words stand beside it
        for state in workflow.states:
            text = plain(page.root.one("li", id=f"etape-{state.state}"))
            parts = [state.label, *(state.documents or ()), *(task.label for task in state.checklist or ())]
            parts += [way.label for way in state.transitions or ()]
            assert all(" ".join(part.split()) in text for part in parts), state.state
            assert ("Échéance" in text) is (state.due is not None)
            assert ("Le parcours est terminé." in text) is (state.transitions is None)


def test_a_state_is_told_with_its_dates_people_conditions_and_effects(reader: Site) -> None:
    page = reader.get("/referentiel/parcours/auto-evaluation")
    first = plain(page.root.one("li", id="etape-preparation"))
    for words in (
        "Échéance sous 3 semaines",
        "Écrire et dater la note d’engagement (direction, sous 1 semaine)",
        "Ouvrir la cotation , vers Cotation (coordination)",
        "Conditions : Choisir au moins une grille, et au moins une personne pour coter. Écrire l’objectif",
        "Effet : Prévenir les personnes de l’équipe que la cotation est ouverte.",
    ):
        assert words in first
    assert "fin de la cotation" in plain(page.root.one("li", id="etape-cotation"))


def test_a_workflow_leads_to_the_next_one_and_to_the_grids_it_fills(
    reader: Site, catalogue: Catalogue
) -> None:
    page = reader.get("/referentiel/parcours/creation-centre")
    following = catalogue.workflows[catalogue.workflows["creation-centre"].next or ""]
    assert page.link(following.title) == f"/referentiel/parcours/{following.workflow}"
    page = reader.get("/referentiel/parcours/patient-traceur")
    assert "Prochain parcours, proposé à la fin : le même." in " ".join(page.text.split())
    for name in catalogue.workflows["patient-traceur"].grids or ():
        assert page.link(catalogue.grids[name].title).startswith("/referentiel/outils/")
    assert "Prochain parcours" not in reader.get("/referentiel/parcours/action").text


def test_reminders_that_are_not_sent_yet_are_not_shown(reader: Site, catalogue: Catalogue) -> None:
    for name, workflow in catalogue.workflows.items():
        page = reader.get(f"/referentiel/parcours/{name}")
        told = plain(page.root.one("ol", class_="workflow-states")).lower()
        labels = [word for state in workflow.states for word in (state.label, *(state.documents or ()))]
        labels += [task.label for state in workflow.states for task in state.checklist or ()]
        assert not any("rappel" in label.lower() for label in labels)
        assert "rappel" not in told
        assert "avant l’échéance" not in told


def test_there_is_no_page_for_a_workflow_that_is_not(reader: Site) -> None:
    reader.get("/referentiel/parcours/inconnu", status=404)


def test_the_pages_are_open_to_somebody_without_a_role_and_to_nobody_signed_out(site: Site) -> None:
    with site.runtime.sessions.writing() as session:
        user = a_user(session)
        session.commit()
    assert site.get("/referentiel/parcours/action").h1 != "Action d’amélioration"
    site.sign_in(user)
    assert site.get("/referentiel/parcours").h1 == "Parcours"
    assert site.get("/referentiel/parcours/action").h1 == "Action d’amélioration"
