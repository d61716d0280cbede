"""The documents of a dossier: proofs of its centre, kept as long as something shows them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.proofs import Proof
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.dossiers import documents
from aqss.services.dossiers.documents import (
    add_again,
    add_file,
    expected_documents,
    get_document_file,
    get_removable,
    list_documents,
    list_offered,
    remove_document,
    require_open,
)
from aqss.services.dossiers.moving import list_missing_documents
from aqss.services.proof_uses import forget_unused
from aqss.services.proofs.adding import Description, StoredFile
from aqss.services.proofs.listing import read_centre_proofs
from tests.builders import a_proof
from tests.services.dossiers.scene import (
    NOW,
    TODAY,
    Scene,
    a_dossier,
    attach,
    faults_of,
    go,
    journal,
    workflow_of,
)

NOTE = "Note d’information des patients (modèle, sans nom)"
FILE = StoredFile("note.pdf", "application/pdf", 1234, "a" * 64)


def give_file(session: Session, scene: Scene, dossier, **more: object) -> Proof:  # type: ignore[no-untyped-def]
    known = {"document": "", "file": FILE, **more}
    actor = known.pop("actor", scene.coordinator)
    described = known.pop("description", Description("Note", TODAY, None))
    return add_file(session, actor, dossier_id=dossier.id, description=described, now=NOW, **known)  # type: ignore[arg-type]


def test_a_document_expected_is_given_under_its_name(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    workflow = workflow_of(session, scene, dossier)
    assert list_missing_documents(session, dossier, workflow) == (NOTE,)
    give_file(session, scene, dossier, document=NOTE)
    assert list_missing_documents(session, dossier, workflow) == ()
    (line,) = list_documents(session, dossier)
    assert (line.document, line.proof.title, line.proof.file_name) == (NOTE, "Note", "note.pdf")
    facts = {"title": "Note", "document": NOTE}
    assert journal(session, "dossier-document-added") == [(scene.coordinator.user_id, facts)]


def test_a_document_of_a_later_state_may_be_given_already(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    later = "Synthèse sans donnée de patient"
    assert expected_documents(workflow_of(session, scene, dossier)) == (NOTE, later)
    attach(session, scene, dossier, document=later)
    assert [line.document for line in list_documents(session, dossier)] == [later]


def test_who_works_on_it_attaches_and_others_do_not(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, people=[scene.member.user_id])
    attach(session, scene, dossier, actor=scene.member)
    require_open(session, scene.member, dossier.id)
    with pytest.raises(NotAllowed):
        attach(session, scene, dossier, actor=scene.colleague)
    with pytest.raises(NotAllowed):
        require_open(session, scene.colleague, dossier.id)


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"document": "Tout autre chose"}, [("document", "unknown-choice")]),
        ({"url": "javascript:alert(1)"}, [("url", "link")]),
        ({"title": "284058812345612"}, [("title", "patient-identifier")]),
        ({"url": "", "title": ""}, [("url", "required"), ("title", "required")]),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, scene: Scene, more: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        attach(session, scene, dossier, **more)
    assert faults_of(refusal.value) == faults


def test_nothing_is_attached_twice(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    proof = give_file(session, scene, dossier)
    attach(session, scene, dossier, url="https://exemple.fr/note")
    for field, act in {
        "file": lambda: give_file(session, scene, dossier),
        "url": lambda: attach(session, scene, dossier, url="https://exemple.fr/note"),
        "proof": lambda: again(session, scene, dossier, proof.id),
    }.items():
        with pytest.raises(InvalidInput) as refusal:
            act()
        assert faults_of(refusal.value) == [(field, "proof-here")]


def test_there_is_a_limit(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    for _ in range(documents.MOST_DOCUMENTS):
        attach(session, scene, dossier)
    with pytest.raises(InvalidInput) as refusal:
        attach(session, scene, dossier)
    assert faults_of(refusal.value) == [("document", "too-many")]


def again(session: Session, scene: Scene, dossier, proof_id: int) -> Proof:  # type: ignore[no-untyped-def]
    return add_again(
        session, scene.coordinator, dossier_id=dossier.id, document="", proof_id=proof_id, now=NOW
    )


def test_a_proof_of_the_centre_serves_again_and_one_of_another_centre_does_not(
    session: Session, scene: Scene
) -> None:
    first, second = a_dossier(session, scene), a_dossier(session, scene)
    proof = attach(session, scene, first)
    assert [one.id for one in list_offered(session, second)] == [proof.id]
    assert again(session, scene, second, proof.id) is proof
    assert list_offered(session, second) == ()
    foreign = Proof(
        centre_id=scene.stranger.grants[0].centre_id,
        title="D’ailleurs",
        url="https://exemple.fr/ailleurs",
        dated_on=TODAY,
        added_at=NOW,
    )
    session.add(foreign)
    session.flush()
    for key in (foreign.id, 0, 999_999, 2**40):
        with pytest.raises(InvalidInput) as refusal:
            again(session, scene, first, key)
        assert faults_of(refusal.value) == [("proof", "unknown-choice")]


def test_a_document_taken_away_is_forgotten_unless_something_else_shows_it(
    session: Session, scene: Scene
) -> None:
    first, second = a_dossier(session, scene), a_dossier(session, scene)
    proof = give_file(session, scene, first)
    again(session, scene, second, proof.id)
    key = proof.id
    assert get_removable(session, scene.coordinator, first.id, key)[1] is proof
    assert remove_document(session, scene.coordinator, dossier_id=first.id, proof_id=key, now=NOW) == "a" * 64
    session.expire_all()
    assert session.get(Proof, key) is not None
    remove_document(session, scene.coordinator, dossier_id=second.id, proof_id=key, now=NOW)
    session.expire_all()
    assert session.get(Proof, key) is None
    assert journal(session, "dossier-document-removed")[0] == (scene.coordinator.user_id, {"title": "Note"})


def test_a_proof_that_a_dossier_shows_stays_when_its_criterion_no_longer_does(
    session: Session, scene: Scene
) -> None:
    assessment = start_assessment(
        session,
        scene.coordinator,
        centre_id=scene.centre.id,
        scope=Scope("Auto-évaluation", grids=("coordination",)),
        now=NOW,
    )
    proof = a_proof(session, scene.centre, assessment, "A2-01")
    again(session, scene, a_dossier(session, scene), proof.id)
    key = proof.id
    forget_unused(session, [key])
    session.expire_all()
    assert session.get(Proof, key) is not None


def test_the_structure_reads_the_files_of_what_was_sent_to_it_and_no_other(
    session: Session, scene: Scene
) -> None:
    dossier, other = a_dossier(session, scene, "demande-appui"), a_dossier(session, scene)
    dossier.structure_id, dossier.sent_at = scene.structure.id, NOW
    sent, kept = give_file(session, scene, dossier), give_file(session, scene, other)
    link = attach(session, scene, dossier)
    assert get_document_file(session, scene.helper, dossier.id, sent.id) is sent
    assert get_document_file(session, scene.member, other.id, kept.id) is kept
    for dossier_id, proof_id in ((dossier.id, kept.id), (other.id, kept.id), (dossier.id, link.id)):
        with pytest.raises(NotFound):
            get_document_file(session, scene.helper, dossier_id, proof_id)


def test_an_ended_dossier_keeps_its_documents(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    proof = attach(session, scene, dossier)
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        remove_document(session, scene.coordinator, dossier_id=dossier.id, proof_id=proof.id, now=NOW)
    with pytest.raises(NotPossibleNow):
        attach(session, scene, dossier)


def test_the_list_of_the_centre_tells_which_dossiers_show_a_proof(session: Session, scene: Scene) -> None:
    first, second = a_dossier(session, scene, title="Un"), a_dossier(session, scene, title="Deux")
    proof = attach(session, scene, first)
    again(session, scene, second, proof.id)
    (line,) = read_centre_proofs(session, scene.member, scene.centre.id, NOW).lines
    assert [(place.dossier_id, place.title) for place in line.dossiers] == [
        (first.id, "Un"),
        (second.id, "Deux"),
    ]
