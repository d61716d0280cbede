"""What a coordinator chooses from: the grids published, the people of the centre."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.accounts import Membership
from aqss.persistence.editions import Edition
from aqss.services.assessments.offers import read_offer, read_preparation
from tests.services.assessments.scene import NOW, Scene, an_assessment, an_edition, publish


def test_a_new_assessment_may_hold_the_current_grids_in_order(session: Session, scene: Scene) -> None:
    scene.centre.flags = ["dentaire"]
    session.flush()
    offer = read_offer(session, scene.coordinator, scene.centre.id)
    assert [content.grid.grid for content in offer.contents] == ["coordination", "hygiene", "mesures"]
    assert offer.profile == ("dentaire",)


def test_people_with_a_role_now_are_offered_by_name_with_their_professions(
    session: Session, scene: Scene
) -> None:
    session.execute(
        update(Membership).where(Membership.user_id == scene.manager.user_id).values(disabled_at=NOW)
    )
    team = read_offer(session, scene.coordinator, scene.centre.id).team
    assert [(person.name, person.professions) for person in team] == [
        ("Camille Coordination", ("coordination",)),
        ("Inès Infirmière", ("infirmier",)),
        ("Mehdi Médecin", ("medecin",)),
    ]


@pytest.mark.parametrize("who", ["member", "manager", "stranger", "administrator"])
def test_only_the_coordinator_is_offered_anything(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        read_offer(session, getattr(scene, who), scene.centre.id)


def test_a_closed_centre_is_offered_nothing(session: Session, scene: Scene) -> None:
    scene.centre.closed_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        read_offer(session, scene.coordinator, scene.centre.id)


def test_the_preparation_is_read_back_as_it_was_written(session: Session, scene: Scene) -> None:
    people = {"hygiene": [scene.member.user_id], "mesures": []}
    assessment = an_assessment(
        session, scene, "mesures", "hygiene", assignments=people, round_ends_on=date(2026, 4, 1)
    )
    prepared = read_preparation(session, scene.coordinator, assessment.id)
    assert prepared.scope.title == "Campagne 2026"
    assert (prepared.scope.objective, prepared.scope.trigger) == ("Situer nos pratiques.", "a-priori")
    assert prepared.scope.grids == ("hygiene", "mesures")
    assert prepared.scope.assignments == people
    assert prepared.scope.round_ends_on == date(2026, 4, 1)
    assert len(prepared.offer.team) == 4


def test_a_grid_chosen_is_offered_in_its_own_edition_even_once_withdrawn(
    session: Session, scene: Scene
) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    publish(session, an_edition("hygiene", {"mains": [{"criterion": "HY-9"}]}, version=2))
    session.execute(update(Edition).where(Edition.grid == "mesures").values(is_current=False))
    offer = read_preparation(session, scene.coordinator, assessment.id).offer
    assert {content.grid.grid: content.grid.version for content in offer.contents} == {
        "coordination": 1,
        "hygiene": 1,
    }
