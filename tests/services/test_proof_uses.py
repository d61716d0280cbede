"""Rows of uses: listed, counted, carried and dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.proof_uses import carry_proofs, count_proofs, drop_proofs, list_proofs_of
from tests.builders import a_proof
from tests.services.assessments.scene import Scene, a_scope, set_scene, start, statements
from tests.services.proofs.scene import TODAY


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_scene(session)


@pytest.fixture
def first(session: Session, scene: Scene) -> Assessment:
    return start(session, scene, a_scope("coordination", "hygiene"))


@pytest.fixture
def second(session: Session, scene: Scene) -> Assessment:
    return start(session, scene, a_scope("hygiene", "coordination"))


def sheet_of(assessment: Assessment, grid: str) -> int:
    return next(sheet.id for sheet in assessment.sheets if sheet.grid == grid)


def uses_of(session: Session, assessment: Assessment) -> list[tuple[int, int, str, bool]]:
    ids = [sheet.id for sheet in assessment.sheets]
    rows = session.scalars(
        select(ProofUse).where(ProofUse.sheet_id.in_(ids)).order_by(ProofUse.sheet_id, ProofUse.criterion)
    )
    return [(row.proof_id, row.sheet_id, row.criterion, row.is_carried) for row in rows]


def test_proofs_are_listed_by_sheet_and_criterion_in_one_question(
    session: Session, scene: Scene, first: Assessment
) -> None:
    old = a_proof(session, scene.centre, first, "CO-1", dated_on=TODAY - timedelta(days=9))
    new = a_proof(session, scene.centre, first, "CO-1")
    other = a_proof(session, scene.centre, first, "CO-2")
    sheet = sheet_of(first, "coordination")
    with statements(session) as seen:
        found = list_proofs_of(session, [sheet, sheet_of(first, "hygiene")])
    assert len(seen) == 1
    assert {key: [proof.id for proof in proofs] for key, proofs in found.items()} == {
        (sheet, "CO-1"): [new.id, old.id],
        (sheet, "CO-2"): [other.id],
    }


def test_proofs_are_counted_by_criterion_in_one_question(
    session: Session, scene: Scene, first: Assessment
) -> None:
    for criterion in ("CO-1", "CO-1", "CO-2"):
        a_proof(session, scene.centre, first, criterion)
    with statements(session) as seen:
        assert count_proofs(session, first.id, "coordination") == {"CO-1": 2, "CO-2": 1}
    assert len(seen) == 1
    assert count_proofs(session, first.id, "hygiene") == {}
    assert count_proofs(session, 987_654, "coordination") == {}


def test_proofs_are_carried_to_the_criteria_that_follow_marked_as_such(
    session: Session, scene: Scene, first: Assessment, second: Assessment
) -> None:
    kept = a_proof(session, scene.centre, first, "CO-1")
    outdated = a_proof(
        session,
        scene.centre,
        first,
        "CO-2",
        dated_on=TODAY - timedelta(days=9),
        valid_until=TODAY - timedelta(days=1),
    )
    a_proof(session, scene.centre, first, "CO-3")
    follow = {
        ("coordination", "CO-1"): ("CO-1",),
        ("hygiene", "HY-1"): ("CO-1", "CO-2"),
        ("hygiene", "HY-3"): (),
        ("partie", "X-1"): ("CO-1",),
    }
    assert carry_proofs(session, first, second, follow) == 3
    assert sorted(uses_of(session, second)) == sorted(
        [
            (kept.id, sheet_of(second, "coordination"), "CO-1", True),
            (kept.id, sheet_of(second, "hygiene"), "HY-1", True),
            (outdated.id, sheet_of(second, "hygiene"), "HY-1", True),
        ]
    )
    assert len(uses_of(session, first)) == 3
    found = list_proofs_of(session, [sheet_of(second, "coordination")])
    assert [proof.is_carried for proofs in found.values() for proof in proofs] == [True]


def test_carrying_twice_is_carrying_once_and_leaves_what_is_there(
    session: Session, scene: Scene, first: Assessment, second: Assessment
) -> None:
    proof = a_proof(session, scene.centre, first, "CO-1")
    sheet = sheet_of(second, "coordination")
    session.add(ProofUse(proof_id=proof.id, sheet_id=sheet, criterion="CO-1"))
    session.flush()
    follow = {("coordination", "CO-1"): ("CO-1",), ("coordination", "CO-2"): ("CO-1",)}
    assert carry_proofs(session, first, second, follow) == 1
    assert carry_proofs(session, first, second, follow) == 0
    assert uses_of(session, second) == [(proof.id, sheet, "CO-1", False), (proof.id, sheet, "CO-2", True)]


def test_a_sheet_left_out_drops_its_proofs_and_forgets_those_shown_nowhere_else(
    session: Session, scene: Scene, first: Assessment, second: Assessment
) -> None:
    shared = a_proof(session, scene.centre, first, "CO-1")
    alone = a_proof(session, scene.centre, first, "CO-2")
    carry_proofs(session, first, second, {("coordination", "CO-1"): ("CO-1",)})
    drop_proofs(session, [sheet_of(first, "coordination")])
    assert uses_of(session, first) == []
    assert [row[0] for row in uses_of(session, second)] == [shared.id]
    assert session.scalars(select(Proof.id).where(Proof.id.in_([shared.id, alone.id]))).all() == [shared.id]
