"""The pages of assessments ask the database the same number of questions, however much there is to show."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent
from aqss.persistence.editions import Edition
from aqss.services.assessments.listing import PAGE_SIZE
from tests.page import Site
from tests.services.assessments.scene import an_edition
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    Team,
    a_scope,
    grid_url,
    make_assessment,
    make_team,
    rate,
    save,
)

MODULE = "risques-generaux"


def count(site: Site, url: str) -> int:
    site.get(url)  # editions and the session's touch are kept from here on
    with site.counted_statements() as statements:
        site.get(url)
    return len(statements)


def publish(runtime: Runtime, content: EditionContent) -> str:
    """One more grid in the catalogue of the database."""
    with runtime.sessions.writing() as session:
        session.add(
            Edition(
                grid=content.grid.grid,
                version=1,
                module=content.grid.module,
                title=content.grid.title,
                hash=content.hash,
                grid_hash=content.grid_hash,
                content=content.canonical_json,
                published_at=runtime.clock.now(),
                position=500,
            )
        )
        session.commit()
    return content.grid.grid


def a_long_grid(runtime: Runtime, criteria: int) -> str:
    codes = [{"criterion": f"L{criteria}-{rank:03}"} for rank in range(criteria)]
    return publish(runtime, an_edition(f"longue-{criteria}", {"tout": codes}))


def test_a_grid_of_150_criteria_costs_no_more_than_one_of_5(
    member: Site, runtime: Runtime, team: Team
) -> None:
    short, long = a_long_grid(runtime, 5), a_long_grid(runtime, 150)
    key = make_assessment(runtime, team, a_scope(short, long))
    rate(runtime, team.member, key, {f"L5-{rank:03}": "oui" for rank in range(5)}, grid=short)
    rate(runtime, team.member, key, {f"L150-{rank:03}": "oui" for rank in range(150)}, grid=long)
    assert count(member, grid_url(key, short)) == count(member, grid_url(key, long)) <= 10
    assert count(member, f"{grid_url(key, short)}/imprimer") == count(
        member, f"{grid_url(key, long)}/imprimer"
    )


def test_saving_an_answer_costs_the_same_in_a_long_grid(member: Site, runtime: Runtime, team: Team) -> None:
    short, long = a_long_grid(runtime, 5), a_long_grid(runtime, 150)
    key = make_assessment(runtime, team, a_scope(short, long))
    costs = []
    for grid, code in ((short, "L5"), (long, "L150")):
        save(member, key, f"{code}-000", "oui", grid=grid)
        with member.counted_statements() as statements:
            assert save(member, key, f"{code}-001", "oui", grid=grid)[0] == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_the_task_list_costs_the_same_for_every_grid_of_the_catalogue(
    coordinator: Site, runtime: Runtime, catalogue: Catalogue, team: Team
) -> None:
    one = make_assessment(runtime, team, a_scope(GRID, FIGURES))
    everybody = [team.member.id, team.colleague.id, team.manager.id]
    grids = tuple(catalogue.grids)
    many = make_assessment(runtime, team, a_scope(*grids, assignments=dict.fromkeys(grids, everybody)))
    few = make_assessment(runtime, team, a_scope(GRID, FIGURES), to="preparation")
    plenty = make_assessment(runtime, team, a_scope(*grids), to="preparation")
    for page in ("", "/preparation"):
        for small, large in ((one, many), (few, plenty)):
            assert count(coordinator, f"/auto-evaluations/{small}{page}") == count(
                coordinator, f"/auto-evaluations/{large}{page}"
            )


def test_results_cost_the_same_whatever_other_assessments_there_are(
    member: Site, runtime: Runtime, catalogue: Catalogue, team: Team
) -> None:
    key = make_assessment(runtime, team)
    rate(runtime, team.member, key, {"A2-01": "oui", "A2-08": "non"})
    addresses = [
        f"/auto-evaluations/{key}/{page}"
        for page in ("resultats", f"resultats/{GRID}", f"resultats/modules/{MODULE}", "rapport", "")
    ]
    alone = [count(member, address.rstrip("/")) for address in addresses]
    others = make_team(runtime, name="Centre voisin")
    for _ in range(5):
        other = make_assessment(runtime, others)
        rate(runtime, others.member, other, {"A2-01": "non"})
    assert [count(member, address.rstrip("/")) for address in addresses] == alone


def test_results_cost_the_same_with_one_or_three_earlier_assessments(
    member: Site, runtime: Runtime, team: Team
) -> None:
    costs = []
    for earlier in range(4):
        closed = make_assessment(runtime, team, to="close")
        if earlier in (1, 3):
            costs.append(count(member, f"/auto-evaluations/{closed}/resultats"))
    assert costs[0] == costs[1]


def test_the_list_costs_the_same_for_one_assessment_or_ten(
    member: Site, runtime: Runtime, team: Team
) -> None:
    addresses = ("/auto-evaluations", f"/centres/{team.centre_id}/auto-evaluations")
    make_assessment(runtime, team)
    one = [count(member, address) for address in addresses]
    for _ in range(9):
        make_assessment(runtime, team)
    assert [count(member, address) for address in addresses] == one


def test_what_is_over_costs_the_same_and_makes_no_list_longer(
    member: Site, runtime: Runtime, team: Team
) -> None:
    addresses = ("/", "/auto-evaluations", f"/centres/{team.centre_id}/auto-evaluations")

    def cost() -> list[tuple[int, int]]:
        pages = [(count(member, address), member.get(address)) for address in addresses]
        return [(queries, len(page.root.all("a", class_="task-title"))) for queries, page in pages]

    make_assessment(runtime, team)
    for _ in range(PAGE_SIZE + 1):
        make_assessment(runtime, team, to="abandonnee")
    some = cost()
    for _ in range(PAGE_SIZE):
        make_assessment(runtime, team, to="abandonnee")
    assert cost() == some
