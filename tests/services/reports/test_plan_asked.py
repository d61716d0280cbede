"""What a report of a plan is about: kept whole, and told in words."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.actions import Zone
from aqss.persistence.actions import ActionCriterion
from aqss.services.actions.filters import Filters, Group, Sort, View
from aqss.services.actions.listing import open_scope
from aqss.services.reports.plan_asked import Asked, narrowings, read_asked, title_of, write_asked
from tests.builders import an_action
from tests.services.actions.scene import key_of, set_plan_scene
from tests.services.assessments.scene import NOW, Scene, an_assessment

FULL = Filters(
    view=View.OVERDUE,
    words="tracer",
    state="faire",
    owner=3,
    zone=Zone.FIRST,
    place=(4, 3),
    kind="corrective",
    module="risques-generaux",
    grid="coordination",
    origin="criterion",
    sort=Sort.DUE,
    group=Group.OWNER,
)


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_plan_scene(session)


@pytest.mark.parametrize("asked", [Asked(), Asked(FULL, 7), Asked(Filters(view=View.MINE), 7)])
def test_what_is_asked_is_kept_whole(asked: Asked) -> None:
    assert read_asked(write_asked(asked)) == asked


def test_a_report_asked_for_before_filters_were_kept_is_the_usual_one() -> None:
    assert read_asked("") == Asked()


def told(session: Session, scene: Scene, filters: Filters) -> tuple[str, ...]:
    return narrowings(session, open_scope(session, scene.member, filters, NOW, centre_id=scene.centre.id))


def test_each_filter_is_told_in_words(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre, state="faire", owner_id=scene.member.user_id)
    sheet_id, code = key_of(session, an_assessment(session, scene), "CO-1")
    session.add(ActionCriterion(action_id=action.id, sheet_id=sheet_id, criterion=code))
    session.flush()
    options = open_scope(session, scene.member, Filters(), NOW, centre_id=scene.centre.id).options
    (grid,) = options.grids
    filters = Filters(
        words="tracer",
        owner=scene.member.user_id,
        state="faire",
        zone=Zone.FIRST,
        place=(4, 3),
        kind="preventive",
        module=grid.module,
        grid=grid.grid,
        origin="dossier",
    )
    assert [one.replace("\u00a0", " ") for one in told(session, scene, filters)] == [
        "Recherche : tracer",
        f"Pilote : {options.owners[scene.member.user_id]}",
        "Étape : En cours",
        "Priorité : D’abord",
        "Criticité et faisabilité : 4 et 3",
        "Type : Préventive",
        "Module : Soins",
        f"Grille : {grid.title}",
        "Origine : Dossier",
    ]


def test_no_filter_and_a_module_of_no_action(session: Session, scene: Scene) -> None:
    assert told(session, scene, Filters()) == ()
    assert told(session, scene, Filters(module="ailleurs")) == ("Module\u00a0: ailleurs",)
    assert told(session, scene, Filters(grid="ailleurs")) == ("Grille\u00a0: ailleurs",)


def test_the_view_is_told_and_ones_own_by_name(session: Session, scene: Scene) -> None:
    for view, title in ((View.OVERDUE, "Actions en retard"), (View.MINE, f"Actions de {scene.member.name}")):
        scope = open_scope(session, scene.member, Filters(view=view), NOW, centre_id=scene.centre.id)
        assert title_of(session, scope) == title
