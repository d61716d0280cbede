"""What the pages of proofs show."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.assessments import Assessment
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.proofs import ProofUse
from aqss.services.proof_uses import ShownProof
from aqss.services.proofs.finding import find_centre_of_proof, get_stored_proof
from aqss.services.proofs.listing import PAGE_SIZE, read_centre_proofs, read_criterion_proofs
from tests.builders import a_proof
from tests.services.assessments.scene import NOW, Scene, close, statements
from tests.services.proofs.scene import TODAY, give_file, give_link, key_of


def test_the_proofs_of_a_criterion_come_the_latest_dated_first(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    give_link(session, scene.member, assessment, title="Ancienne", dated_on=TODAY - timedelta(days=90))
    give_file(session, scene.colleague, assessment, title="Récente")
    give_file(session, scene.colleague, assessment, "HY-1", title="D’un autre critère")
    page = read_criterion_proofs(session, scene.member, key_of(assessment))
    assert [proof.title for proof in page.proofs] == ["Récente", "Ancienne"]
    assert (page.title, page.criterion.criterion, page.is_open) == ("Campagne 2026", "CO-1", True)
    assert [proof.title for proof in page.offered] == ["D’un autre critère"]


def test_only_ones_own_proofs_are_offered_to_be_removed_and_all_of_them_to_the_coordinator(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    mine, theirs = (
        give_link(session, scene.member, assessment),
        give_file(session, scene.colleague, assessment),
    )
    assert read_criterion_proofs(session, scene.member, key_of(assessment)).removable == {mine.id}
    assert read_criterion_proofs(session, scene.manager, key_of(assessment)).removable == set()
    everything = {mine.id, theirs.id}
    assert read_criterion_proofs(session, scene.coordinator, key_of(assessment)).removable == everything


def test_once_closed_proofs_are_read_and_nothing_is_offered(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    give_link(session, scene.member, assessment)
    give_link(session, scene.member, assessment, "HY-1", url="https://exemple.fr/autre")
    close(session, scene, assessment)
    page = read_criterion_proofs(session, scene.coordinator, key_of(assessment))
    assert len(page.proofs) == 1
    assert (page.is_open, page.removable, page.offered) == (False, set(), ())


def test_who_gave_a_proof_is_told_to_no_page() -> None:
    assert {field.name for field in fields(ShownProof)} == {
        "id",
        "title",
        "url",
        "file_name",
        "media_type",
        "size",
        "dated_on",
        "valid_until",
        "is_carried",
    }


def test_a_proof_is_out_of_date_from_the_day_after_its_last(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    give_link(session, scene.member, assessment, valid_until=TODAY)
    give_file(session, scene.member, assessment)
    endless, ending = read_criterion_proofs(session, scene.member, key_of(assessment)).proofs
    assert not ending.is_out_of_date(TODAY)
    assert ending.is_out_of_date(TODAY + timedelta(days=1))
    assert not endless.is_out_of_date(TODAY + timedelta(days=9999))


def test_the_proofs_of_a_centre_come_out_of_date_first_then_soon_then_endless(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    old, days = TODAY - timedelta(days=500), timedelta(days=1)
    for title, dated_on, until in (
        ("Sans fin, ancienne", old, None),
        ("Bientôt", old, TODAY + 10 * days),
        ("Sans fin, récente", TODAY, None),
        ("Périmée hier", old, TODAY - days),
        ("Périmée depuis longtemps", old, TODAY - 100 * days),
        ("Valable aujourd’hui encore", old, TODAY),
    ):
        a_proof(session, scene.centre, assessment, "CO-1", title=title, dated_on=dated_on, valid_until=until)
    page = read_centre_proofs(session, scene.member, scene.centre.id, NOW)
    assert [line.proof.title for line in page.lines] == [
        "Périmée depuis longtemps",
        "Périmée hier",
        "Valable aujourd’hui encore",
        "Bientôt",
        "Sans fin, récente",
        "Sans fin, ancienne",
    ]
    assert (page.outdated, page.total, page.number, page.count) == (2, 6, 1, 1)


def test_a_proof_of_the_centre_tells_every_criterion_it_is_shown_for(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_link(session, scene.member, assessment, "HY-1")
    coordination = next(sheet for sheet in assessment.sheets if sheet.grid == "coordination")
    session.add(ProofUse(proof_id=proof.id, sheet_id=coordination.id, criterion="CO-2"))
    session.flush()
    (line,) = read_centre_proofs(session, scene.member, scene.centre.id, NOW).lines
    assert [(place.grid_title, place.criterion) for place in line.places] == [
        ("Grille coordination", "CO-2"),
        ("Grille hygiene", "HY-1"),
    ]


def test_the_pages_of_proofs_ask_as_many_questions_whatever_their_length(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    counts = []
    for _ in range(2):
        for _ in range(PAGE_SIZE):
            a_proof(session, scene.centre, assessment, "CO-1")
        with statements(session) as seen:
            page = read_centre_proofs(session, scene.member, scene.centre.id, NOW, page=99)
            read_criterion_proofs(session, scene.member, key_of(assessment))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert (page.number, page.count, len(page.lines)) == (2, 2, PAGE_SIZE)


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_nobody_outside_the_team_reads_a_proof(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    actor, proof = getattr(scene, who), give_file(session, scene.member, assessment)
    with pytest.raises(NotFound):
        read_criterion_proofs(session, actor, key_of(assessment))
    with pytest.raises(NotAllowed):
        read_centre_proofs(session, actor, scene.centre.id, NOW)
    with pytest.raises(NotFound):
        get_stored_proof(session, actor, proof.id)


def test_the_team_gets_the_file_of_a_proof_and_a_link_has_none(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof, link = give_file(session, scene.member, assessment), give_link(session, scene.member, assessment)
    assert get_stored_proof(session, scene.colleague, proof.id) is proof
    for absent in (link.id, 987_654, 0, LARGEST_ID + 1):
        with pytest.raises(NotFound):
            get_stored_proof(session, scene.colleague, absent)


def test_the_centre_of_a_proof_is_found_by_its_key(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_link(session, scene.member, assessment)
    assert find_centre_of_proof(session, proof.id) == scene.centre.id
    assert [find_centre_of_proof(session, key) for key in (987_654, 0, LARGEST_ID + 1)] == [None] * 3
