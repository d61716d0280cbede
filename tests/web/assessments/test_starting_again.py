"""Starting from the last assessment: offered, told, and each answer carried until somebody says it again."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.assessments.scene import (
    GRID,
    NASTY,
    Team,
    a_scope,
    advance,
    grid_url,
    make_assessment,
    make_team,
    rate,
    reload,
    stored,
)


@pytest.fixture
def closed(runtime: Runtime, team: Team) -> int:
    key = make_assessment(runtime, team, a_scope(title="L’an dernier"))
    rate(runtime, team.member, key, {"A2-01": "oui", "A2-02": "non"})
    advance(runtime, team, key, "close")
    return key


def start_url(team: Team) -> str:
    return f"/centres/{team.centre_id}/auto-evaluations/nouvelle"


@pytest.fixture
def again(coordinator: Site, runtime: Runtime, team: Team, closed: int) -> int:
    """Started from the form, and being rated."""
    page = coordinator.get(coordinator.get(start_url(team)).link("repartir de « L’an dernier »"))
    coordinator.submit(page, "Créer l’auto-évaluation")
    advance(runtime, team, closed + 1, "cotation")
    return closed + 1


def test_nothing_is_offered_before_an_assessment_is_closed(
    coordinator: Site, team: Team, rating: int
) -> None:
    assert "repartir de" not in coordinator.get(start_url(team)).text


def test_one_starts_from_nothing_by_default(
    coordinator: Site, runtime: Runtime, team: Team, closed: int
) -> None:
    page = coordinator.get(start_url(team))
    assert "Repart de" not in page.text
    coordinator.submit(page, "Créer l’auto-évaluation", {"grids": [GRID]})
    assert reload(runtime, closed + 1).previous_id is None
    assert stored(runtime, closed + 1, "A2-01") is None


def test_the_form_is_filled_with_the_scope_of_the_last_one(
    coordinator: Site, runtime: Runtime, team: Team, again: int, closed: int
) -> None:
    found = reload(runtime, again)
    assert (found.previous_id, found.objective, found.trigger) == (
        closed,
        "Situer nos pratiques.",
        "a-priori",
    )
    row = stored(runtime, again, "A2-01")
    assert (row.level, row.carried) == ("oui", True)


def test_what_was_typed_is_kept_with_the_choice_when_the_form_is_refused(
    coordinator: Site, team: Team, closed: int
) -> None:
    page = coordinator.get(f"{start_url(team)}?depuis={closed}")
    assert "Repart de « L’an dernier »" in page.text
    refused = coordinator.submit(page, "Créer l’auto-évaluation", {"title": "", "objective": NASTY}, 422)
    assert "Repart de « L’an dernier »" in refused.text
    assert refused.field("objective").words == NASTY


@pytest.mark.campaign("B6")
@pytest.mark.parametrize("previous", ["elsewhere", "0", "-1", "9" * 30, "abc", "1e3", "987654"])
def test_one_does_not_start_from_what_is_not_one_s_own(
    coordinator: Site, runtime: Runtime, team: Team, previous: str
) -> None:
    if previous == "elsewhere":
        other = make_team(runtime, name="Ailleurs")
        foreign = make_assessment(runtime, other)
        advance(runtime, other, foreign, "close")
        previous = str(foreign)
    fields = {"title": "Essai", "grids": GRID, "rating": "direct", "depuis": previous}
    page = coordinator.post(start_url(team), fields, 422)
    assert page.complaints
    assert coordinator.get(f"{start_url(team)}?depuis={previous}", 422)


def test_each_carried_answer_says_so_and_is_confirmed_by_one_gesture(
    coordinator: Site, runtime: Runtime, team: Team, again: int
) -> None:
    member = coordinator.another_browser()
    member.sign_in(team.member)
    page = member.get(grid_url(again))
    assert page.text.count("Reprise de « L’an dernier »") == 2
    assert "sans réponse. 2 réponses de la dernière fois à confirmer." in page.text
    page = member.submit(page, "Confirmer A2-01")
    assert page.text.count("Reprise de « L’an dernier »") == 1
    row = stored(runtime, again, "A2-01")
    assert (row.carried, row.updated_by_id) == (False, team.member.id)


def test_confirming_saves_what_was_typed_elsewhere_on_the_page(
    coordinator: Site, runtime: Runtime, team: Team, again: int
) -> None:
    page = coordinator.get(grid_url(again))
    coordinator.submit(page, "Confirmer A2-01", {"A2-03-value": "partiel", "A2-02-value": "oui"})
    assert stored(runtime, again, "A2-03").level == "partiel"
    row = stored(runtime, again, "A2-02")
    assert (row.level, row.carried) == ("oui", False)  # changed: no longer carried


def test_declaring_the_grid_finished_confirms_the_rest(
    coordinator: Site, runtime: Runtime, team: Team, again: int
) -> None:
    overview = coordinator.get(f"/auto-evaluations/{again}")
    assert "À confirmer" in overview.text
    assert "Pas commencé" not in overview.text
    coordinator.submit(coordinator.get(grid_url(again)), "Déclarer la grille terminée")
    assert not stored(runtime, again, "A2-01").carried
    assert "Reprise de" not in coordinator.get(grid_url(again)).text


def test_confirming_what_is_not_there_changes_nothing(coordinator: Site, again: int) -> None:
    for code in ("A2-03", "A9-99", "../etape", "<script>"):
        coordinator.post(grid_url(again), {"confirmer": code}, 404)


def test_before_the_rating_the_tag_is_read_without_a_button(
    coordinator: Site, runtime: Runtime, team: Team, closed: int
) -> None:
    page = coordinator.get(f"{start_url(team)}?depuis={closed}")
    coordinator.submit(page, "Créer l’auto-évaluation")
    page = coordinator.get(grid_url(closed + 1))
    assert "Reprise de « L’an dernier »" in page.text
    assert "Confirmer" not in page.text
