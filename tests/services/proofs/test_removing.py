"""Taking a proof back: by whom, and what remains."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.assessments.preparing import change_preparation
from aqss.services.proof_uses import carry_proofs
from aqss.services.proofs.adding import add_again
from aqss.services.proofs.keeping import list_unused
from aqss.services.proofs.listing import read_removable_proof
from aqss.services.proofs.removing import remove_proof
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    finish_every_sheet,
    pass_to,
)
from tests.services.proofs.scene import a_file, give_file, give_link, journal, key_of


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_whoever_gave_it_and_the_coordinator_take_a_proof_back(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    actor = getattr(scene, who)
    proof = give_file(session, scene.member, assessment, title="Visite")
    page, shown = read_removable_proof(session, actor, key_of(assessment), proof.id)
    assert (page.criterion.criterion, shown.title) == ("CO-1", "Visite")
    assert remove_proof(session, actor, key_of(assessment), proof.id, NOW) == "a" * 64
    assert session.scalars(select(ProofUse)).all() == []
    assert session.scalars(select(Proof)).all() == []
    facts = {"grid": "coordination", "criterion": "CO-1", "title": "Visite"}
    assert journal(session, "proof-removed") == [(actor.user_id, facts)]


@pytest.mark.parametrize("who", ["colleague", "manager"])
def test_nobody_else_does(session: Session, scene: Scene, assessment: Assessment, who: str) -> None:
    proof = give_file(session, scene.member, assessment)
    for attempt in (
        lambda: remove_proof(session, getattr(scene, who), key_of(assessment), proof.id, NOW),
        lambda: read_removable_proof(session, getattr(scene, who), key_of(assessment), proof.id),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert session.scalars(select(ProofUse)).one().proof_id == proof.id


def test_a_proof_shown_elsewhere_remains_there(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_link(session, scene.member, assessment)
    add_again(session, scene.member, key_of(assessment, "HY-1"), proof.id, NOW)
    assert remove_proof(session, scene.member, key_of(assessment), proof.id, NOW) is None
    assert session.scalars(select(ProofUse.criterion)).all() == ["HY-1"]
    with pytest.raises(NotFound):
        remove_proof(session, scene.member, key_of(assessment), proof.id, NOW)


def test_what_the_team_has_agreed_on_keeps_its_proofs(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_link(session, scene.member, assessment)
    finish_every_sheet(session, scene.member, assessment)
    for state in ("accord", "validation"):
        pass_to(session, scene.coordinator, assessment, state)
    with pytest.raises(NotPossibleNow):
        remove_proof(session, scene.member, key_of(assessment), proof.id, NOW)
    with pytest.raises(NotPossibleNow):
        read_removable_proof(session, scene.member, key_of(assessment), proof.id)


def test_a_stored_file_serves_as_long_as_a_proof_holds_its_content(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    first = give_file(session, scene.member, assessment)
    give_file(session, scene.member, assessment, "HY-1")
    give_file(session, scene.member, assessment, "HY-3", file=a_file("b"))
    hashes = [letter * 64 for letter in "abc"] + [f"{number:064}" for number in range(600)]
    remove_proof(session, scene.member, key_of(assessment), first.id, NOW)
    assert list_unused(session, hashes) == hashes[2:]
    assert list_unused(session, []) == []


def test_a_grid_left_out_of_the_preparation_takes_its_carried_proofs_with_it(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_link(session, scene.member, assessment, "HY-1")
    following = an_assessment(session, scene, "coordination", "hygiene")
    assert carry_proofs(session, assessment, following, {("hygiene", "HY-1"): ("HY-1",)}) == 1
    change_preparation(
        session,
        scene.coordinator,
        assessment_id=following.id,
        scope=a_scope("coordination"),
        expected_version=following.version,
        now=NOW,
        links=LINKS,
    )
    assert [sheet.grid for sheet in following.sheets] == ["coordination"]
    assert session.scalars(select(ProofUse.proof_id)).all() == [proof.id]
