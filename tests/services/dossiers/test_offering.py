"""Whom a dossier may name, and which structure it may be addressed to: what it names already may stay."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.accounts import Membership
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.offering import may_readdress, offered_people, offered_structures
from tests.builders import a_structure
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import NOW, Scene, a_dossier, change, go, workflow_of


def structures(session: Session, scene: Scene, dossier: Dossier) -> list[str]:
    return [name for _, name in offered_structures(session, dossier, workflow_of(session, scene, dossier))]


def test_who_left_is_offered_after_the_team_while_the_dossier_names_them(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, owner_id=scene.member.user_id, people=[scene.colleague.user_id])
    for person in (scene.member, scene.colleague):
        session.scalars(
            select(Membership).where(Membership.user_id == person.user_id)
        ).one().disabled_at = NOW
    assert [name for _, name in offered_people(session, dossier)] == [
        "Camille Coordination",
        "Dominique Direction",
        "Inès Infirmière",
        "Mehdi Médecin",
    ]
    with statements(session) as seen:
        offered_people(session, dossier)
    assert len(seen) == 2
    change(session, scene, dossier, owner_id=None, people=[])
    assert len(offered_people(session, dossier)) == 2


def test_the_structure_that_was_asked_is_offered_after_it_closed(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    a_structure(session, name="OMEDIT")
    assert structures(session, scene, dossier) == ["CPias des Trois-Rives", "OMEDIT"]
    change(session, scene, dossier, structure_id=scene.structure.id)
    assert structures(session, scene, dossier) == ["CPias des Trois-Rives", "OMEDIT"]
    scene.structure.closed_at = NOW
    session.flush()
    assert structures(session, scene, dossier) == ["OMEDIT", "CPias des Trois-Rives"]


def test_a_request_may_be_addressed_to_another_until_it_is_sent_and_before_it_is_sent_again(
    session: Session, scene: Scene
) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    a_structure(session, name="OMEDIT")
    change(session, scene, dossier, structure_id=scene.structure.id, purpose="Aide ?")
    workflow = workflow_of(session, scene, dossier)
    for actor, state, may in (
        (scene.coordinator, "envoyee", False),
        (scene.coordinator, "redaction", True),
        (scene.coordinator, "envoyee", False),
        (scene.helper, "en-cours", False),
    ):
        go(session, actor, dossier, state)
        assert may_readdress(dossier, workflow) is may
    assert structures(session, scene, dossier) == ["CPias des Trois-Rives"]
