"""Starting an assessment: what is offered, what is refused with what was typed kept, who is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment, Assignment, Sheet
from aqss.persistence.centres import Centre
from tests.page import Page, Site
from tests.web.assessments.scene import GRID, NASTY, NIR, Team

BUTTON = "Créer l’auto-évaluation"
SCOPE = {
    "title": "Campagne 2026",
    "objective": "Situer nos pratiques.",
    "trigger": "a-priori",
    "grids": [GRID, "accueil-rendez-vous"],
}


@pytest.fixture
def address(team: Team) -> str:
    return f"/centres/{team.centre_id}/auto-evaluations/nouvelle"


def start(site: Site, address: str, status: int = 200, **fields: str | list[str]) -> Page:
    return site.submit(site.get(address), BUTTON, {**SCOPE, **fields}, status)


def test_the_form_proposes_a_title_and_four_weeks(coordinator: Site, address: str) -> None:
    page = coordinator.get(address)
    assert page.field("title")["value"] == "Auto-évaluation 2026"
    assert page.field("round_ends_on")["value"] == "2026-03-30"
    assert page.root.all("input", name="grids", checked="") == []


def test_the_title_proposed_is_not_one_the_centre_has(coordinator: Site, address: str) -> None:
    start(coordinator, address, title="Auto-évaluation 2026")
    assert coordinator.get(address).field("title")["value"] == "Auto-évaluation 2026 (2)"


def test_the_grids_count_the_criteria_that_concern_the_centre(
    coordinator: Site, runtime: Runtime, team: Team, address: str
) -> None:
    label = "Traitement des dispositifs médicaux réutilisables"
    without = coordinator.get(address).text
    with runtime.sessions.writing() as session:
        session.get_one(Centre, team.centre_id).flags = ["dentaire"]
        session.commit()
    with_dentists = coordinator.get(address).text
    assert label in without
    assert without != with_dentists


def test_an_assessment_is_started_with_what_was_asked(
    coordinator: Site, runtime: Runtime, address: str
) -> None:
    page = start(coordinator, address)
    assert page.h1 == "Campagne 2026"
    assert "L’auto-évaluation est créée." in page.notices[0]
    with runtime.sessions.reading() as session:
        assessment = session.scalars(select(Assessment)).one()
        assert (assessment.objective, assessment.trigger) == ("Situer nos pratiques.", "a-priori")
        assert [sheet.grid for sheet in assessment.sheets] == [GRID, "accueil-rendez-vous"]


def test_each_grid_is_asked_of_the_professions_it_names(
    coordinator: Site, runtime: Runtime, catalogue: Catalogue, address: str
) -> None:
    start(coordinator, address, grids=[GRID, "tenue-dossier"])
    with runtime.sessions.reading() as session:
        rows = session.execute(
            select(Sheet.grid, User.name)
            .join(Assignment, Assignment.sheet_id == Sheet.id)
            .join(User, User.id == Assignment.user_id)
            .order_by(Sheet.grid, User.name)
        )
        asked: dict[str, list[str]] = {}
        for grid, name in rows:
            asked.setdefault(grid, []).append(name)
    professions = {
        "coordination": "Camille Coordination",
        "direction": "Dominique Direction",
        "infirmier": "Inès Infirmière",
        "medecin": "Mehdi Médecin",
    }
    for grid, names in asked.items():
        wanted = catalogue.grids[grid].respondents
        assert names == [name for profession, name in professions.items() if profession in wanted], grid
    assert 0 < len(asked["tenue-dossier"]) < len(professions)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("title", "", "Titre : remplissez ce champ."),
        ("title", "x" * 161, "Titre : raccourcissez ce texte : la limite est de 160 caractères."),
        ("title", f"Madame X {NIR}", "Titre : ce texte contient ce qui ressemble à un numéro"),
        ("objective", f"Dossier {NIR}", "Objectif : ce texte contient ce qui ressemble à un numéro"),
        ("trigger_note", NIR, "Précision sur le déclencheur : ce texte contient"),
        ("objective", "a\x00b", "Objectif : ce texte contient un caractère qui ne peut pas"),
        ("objective", "é" * 500_000, "Objectif : raccourcissez ce texte"),
        ("trigger", "hasard", "Déclencheur : choisissez l’une des réponses proposées."),
        ("round_ends_on", "31/04/2026", "Fin de la cotation : écrivez une date"),
        ("round_ends_on", "2026-02-29", "Fin de la cotation : écrivez une date"),
        ("round_ends_on", "0000-01-01", "Fin de la cotation : écrivez une date"),
        ("round_ends_on", "0001-01-01", "Fin de la cotation : choisissez une date du 2 mars 2026"),
        ("round_ends_on", "9999-12-31", "Fin de la cotation : choisissez une date du 2 mars 2026"),
        ("grids", "inconnue", "Grilles : choisissez l’une des réponses proposées."),
    ],
)
def test_a_refusal_names_its_field_and_keeps_what_was_typed(
    coordinator: Site, runtime: Runtime, address: str, field: str, value: str, complaint: str
) -> None:
    page = start(coordinator, address, 422, **{field: value})
    assert page.title.startswith("Erreur")
    assert page.complaints[0].startswith(complaint)
    assert page.field("objective").words or field == "objective"
    if field in ("title", "round_ends_on"):
        assert page.field(field)["value"] == value
    if field in ("objective", "trigger_note") and "\x00" not in value:
        assert page.field(field).words == value
    if field != "grids":
        assert [box["value"] for box in page.root.all("input", name="grids") if "checked" in box] == SCOPE[
            "grids"
        ]
    with runtime.sessions.reading() as session:
        assert session.scalars(select(Assessment)).all() == []


def test_every_fault_is_told_at_once(coordinator: Site, address: str) -> None:
    page = start(coordinator, address, 422, title="", objective=NIR, trigger="hasard")
    assert len(page.complaints) == 3


def test_all_but_the_title_may_wait(coordinator: Site, address: str) -> None:
    page = start(coordinator, address, objective="", trigger=[], round_ends_on="", grids=[])
    assert "Aucune grille n’est choisie" in page.text
    assert "Choisir au moins une grille, et au moins une personne pour coter." in page.text


def test_what_is_typed_is_never_interpreted(coordinator: Site, address: str) -> None:
    page = start(coordinator, address, 422, title="", objective=NASTY, trigger_note=NASTY)
    assert page.field("objective").words == NASTY
    page = start(coordinator, address, title=NASTY, objective=NASTY, trigger_note=NASTY)
    assert page.h1 == NASTY
    assert page.text.count(NASTY) >= 3
    assert not page.root.all("img")


def test_fields_nobody_offered_change_nothing(
    coordinator: Site, runtime: Runtime, team: Team, address: str
) -> None:
    start(
        coordinator, address, state="close", centre_id="999", version="7", revealed_at="2026-03-02", id="42"
    )
    with runtime.sessions.reading() as session:
        made = session.scalars(select(Assessment)).one()
    assert (made.state, made.centre_id, made.version, made.revealed_at) == (
        "preparation",
        team.centre_id,
        1,
        None,
    )


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("manager", 403), ("stranger", 404)])
def test_only_the_coordinator_of_the_centre_starts_one(
    site: Site, runtime: Runtime, team: Team, address: str, who: str, status: int
) -> None:
    site.sign_in(getattr(team, who))
    site.get(address, status)
    site.post(address, SCOPE, status)
    with runtime.sessions.reading() as session:
        assert session.scalars(select(Assessment)).all() == []
