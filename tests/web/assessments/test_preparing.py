"""Preparing an assessment: its words, its grids and who rates what, until the rating is open."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Assignment, Sheet
from tests.page import Page, Site
from tests.web.assessments.scene import GRID, NASTY, NIR, Team, a_scope, make_assessment, reload

BUTTON = "Enregistrer la préparation"
SECOND = "accueil-rendez-vous"


@pytest.fixture
def prepared(runtime: Runtime, team: Team) -> int:
    """Being prepared: one grid, asked of the member."""
    scope = a_scope(assignments={GRID: [team.member.id]})
    return make_assessment(runtime, team, scope, to="preparation")


def address_of(key: int) -> str:
    return f"/auto-evaluations/{key}/preparation"


def asked(runtime: Runtime, key: int) -> dict[str, set[int]]:
    """Grid → who is asked for it."""
    found: dict[str, set[int]] = {}
    with runtime.sessions.reading() as session:
        rows = session.execute(
            select(Sheet.grid, Assignment.user_id)
            .outerjoin(Assignment, Assignment.sheet_id == Sheet.id)
            .where(Sheet.assessment_id == key)
        )
        for grid, user_id in rows:
            found.setdefault(grid, set()).update([user_id] if user_id else [])
    return found


def prepare(site: Site, key: int, status: int = 200, **fields: str | list[str]) -> Page:
    return site.submit(site.get(address_of(key)), BUTTON, fields, status)


def test_the_page_shows_the_preparation_as_it_stands(coordinator: Site, team: Team, prepared: int) -> None:
    page = coordinator.get(address_of(prepared))
    assert page.field("title")["value"] == "Campagne 2026"
    assert page.field("objective").words == "Situer nos pratiques."
    assert [box["value"] for box in page.root.all(name="grids") if "checked" in box] == [GRID]
    people = page.root.all(name=f"personnes-{GRID}")
    assert [box["value"] for box in people if "checked" in box] == [str(team.member.id)]
    assert len(people) == 4


def test_nothing_changes_when_it_is_sent_back_as_it_was(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    page = prepare(coordinator, prepared)
    assert page.notices == ["La préparation est enregistrée."]
    assert asked(runtime, prepared) == {GRID: {team.member.id}}


def test_words_grids_and_people_change_together(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    people = {f"personnes-{GRID}": [str(team.colleague.id), str(team.manager.id)]}
    page = prepare(coordinator, prepared, title="Autre titre", round_ends_on="2026-05-01", **people)
    assert page.h1 == "Autre titre"
    assert asked(runtime, prepared) == {GRID: {team.colleague.id, team.manager.id}}
    assert str(reload(runtime, prepared).round_ends_on) == "2026-05-01"


def test_a_grid_just_added_is_proposed_to_the_professions_it_names(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    prepare(coordinator, prepared, grids=[GRID, "tenue-dossier"])
    found = asked(runtime, prepared)
    assert found[GRID] == {team.member.id}
    assert team.member.id in found["tenue-dossier"]


def test_a_grid_left_out_goes_with_who_was_asked_for_it(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = prepare(coordinator, prepared, grids=[SECOND])
    assert list(asked(runtime, prepared)) == [SECOND]
    assert "Coordination des soins" not in page.text


def test_nobody_ticked_means_nobody_asked(coordinator: Site, runtime: Runtime, prepared: int) -> None:
    prepare(coordinator, prepared, **{f"personnes-{GRID}": []})
    assert asked(runtime, prepared) == {GRID: set()}


@pytest.mark.parametrize("value", ["", "-1", "99999999999", "x", "1.5", "NaN", "\x00", "٣"])
def test_who_is_no_person_is_left_out(coordinator: Site, runtime: Runtime, prepared: int, value: str) -> None:
    prepare(coordinator, prepared, **{f"personnes-{GRID}": [value]})
    assert asked(runtime, prepared) == {GRID: set()}


def test_somebody_of_another_centre_is_refused(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    page = prepare(coordinator, prepared, 422, **{f"personnes-{GRID}": [str(team.stranger.id)]})
    assert page.complaints == ["Choisissez l’une des réponses proposées."]
    assert asked(runtime, prepared) == {GRID: {team.member.id}}


def test_a_refusal_keeps_the_words_the_grids_and_the_people_as_they_were_sent(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    typed = {"title": "Autre", "objective": f"Madame {NIR}", "grids": [GRID, SECOND]}
    people = {f"personnes-{GRID}": [str(team.colleague.id)]}
    page = prepare(coordinator, prepared, 422, **typed, **people)
    assert page.field("title")["value"] == "Autre"
    assert page.field("objective").words == f"Madame {NIR}"
    assert [box["value"] for box in page.root.all(name="grids") if "checked" in box] == [GRID, SECOND]
    ticked = [box["value"] for box in page.root.all(name=f"personnes-{GRID}") if "checked" in box]
    assert ticked == [str(team.colleague.id)]
    assert reload(runtime, prepared).title == "Campagne 2026"
    assert coordinator.submit(page, BUTTON, {"objective": "Sans numéro."}).h1 == "Autre"
    assert asked(runtime, prepared)[GRID] == {team.colleague.id}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = coordinator.get(address_of(prepared))
    prepare(coordinator, prepared, title="Le premier arrivé")
    refused = coordinator.submit(page, BUTTON, {"title": "Le second"}, 409)
    assert refused.h1 == "Quelqu’un a modifié ceci avant vous"
    assert "Le second" in refused.text
    assert reload(runtime, prepared).title == "Le premier arrivé"


@pytest.mark.parametrize("version", ["", "abc", "-1", "1e309", "NaN", "9" * 30, "\x00", "²", ["1", "1"]])
def test_a_version_that_is_none_of_ours_changes_nothing(
    coordinator: Site, runtime: Runtime, prepared: int, version: str | list[str]
) -> None:
    status = 200 if version == ["1", "1"] else 409
    prepare(coordinator, prepared, status, version=version, title="Autre")
    assert (reload(runtime, prepared).title == "Autre") is (status == 200)


def test_once_the_rating_is_open_the_scope_is_settled(
    coordinator: Site, runtime: Runtime, prepared: int, rating: int
) -> None:
    page = coordinator.get(address_of(prepared))
    answer = coordinator.post(address_of(rating), {"title": "Autre", "version": "2", "grids": GRID}, 409)
    assert page.h1 == "Préparer l’auto-évaluation"
    assert answer.h1 == "Ce n’est pas possible à cette étape"
    assert reload(runtime, rating).title == "Campagne 2026"


def test_names_and_words_are_never_interpreted(coordinator: Site, runtime: Runtime, prepared: int) -> None:
    page = prepare(coordinator, prepared, title=NASTY, objective=NASTY, trigger_note=NASTY)
    assert page.text.count(NASTY) >= 3
    page = coordinator.get(address_of(prepared))
    assert page.field("title")["value"] == NASTY
    assert page.field("trigger_note").words == NASTY
    assert not page.root.all("img")


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("manager", 403), ("stranger", 404)])
def test_only_the_coordinator_prepares(
    site: Site, runtime: Runtime, team: Team, prepared: int, who: str, status: int
) -> None:
    site.sign_in(getattr(team, who))
    site.get(address_of(prepared), status)
    site.post(address_of(prepared), {"title": "Autre", "version": "1"}, status)
    assert reload(runtime, prepared).title == "Campagne 2026"
