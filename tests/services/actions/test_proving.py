"""The proofs of an action: who adds and takes back, and what stays as long as something shows it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.proofs import Proof
from aqss.services.actions.proving import (
    add_again,
    add_file,
    add_link,
    read_action_proofs,
    read_removable_proof,
    remove_proof,
    require_room,
)
from aqss.services.proofs.adding import MOST_PROOFS
from aqss.services.proofs.listing import read_centre_proofs
from aqss.services.proofs.removing import remove_proof as remove_from_criterion
from tests.builders import a_centre, a_member, a_proof, actor_of, an_action
from tests.services.assessments.scene import NOW, Scene, an_open_assessment
from tests.services.proofs.scene import a_file, described, journal

URL = "https://exemple.fr/protocole"


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_open_assessment(session, scene, "coordination")


@pytest.fixture
def action(session: Session, scene: Scene) -> Action:
    """One that runs, of which the member of the scene is the pilot."""
    return an_action(session, scene.centre, state="faire", owner_id=scene.member.user_id)


def faults(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_who_works_on_it_adds_a_file_and_a_link_and_the_journal_tells(
    session: Session, scene: Scene, action: Action
) -> None:
    add_file(session, scene.member, action.id, described(title="Photo"), a_file(), NOW)
    add_link(session, scene.member, action.id, described(title="Page"), URL, NOW)
    page = read_action_proofs(session, scene.member, action.id)
    assert {proof.title for proof in page.proofs} == {"Photo", "Page"}
    assert page.can_add
    assert page.removable == {proof.id for proof in page.proofs}
    assert [facts for _who, facts in journal(session, "action-proof-added")] == [
        {"title": "Photo"},
        {"title": "Page"},
    ]


def test_every_fault_of_a_link_is_told_at_once(session: Session, scene: Scene, action: Action) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_link(session, scene.member, action.id, described(title="", dated_on=None), "ftp://x", NOW)
    assert faults(refusal) == [("url", "link"), ("title", "required"), ("dated_on", "required")]


def test_the_same_proof_twice_is_refused_and_so_is_one_too_many(
    session: Session, scene: Scene, action: Action
) -> None:
    proof = add_link(session, scene.member, action.id, described(), URL, NOW)
    add_file(session, scene.member, action.id, described(), a_file(), NOW)
    for again in (
        lambda: add_link(session, scene.member, action.id, described(), URL, NOW),
        lambda: add_file(session, scene.member, action.id, described(), a_file(), NOW),
        lambda: add_again(session, scene.member, action.id, proof.id, NOW),
    ):
        with pytest.raises(InvalidInput) as refusal:
            again()
        assert faults(refusal)[0][1] == "proof-here"
    for number in range(MOST_PROOFS - 2):
        add_link(session, scene.member, action.id, described(), f"{URL}/{number}", NOW)
    with pytest.raises(InvalidInput) as refusal:
        add_link(session, scene.member, action.id, described(), f"{URL}/une-de-trop", NOW)
    assert faults(refusal) == [("proofs", "too-many")]


def test_a_proof_of_the_centre_is_shown_again_and_none_of_another_centre(
    session: Session, scene: Scene, assessment: Assessment, action: Action
) -> None:
    here = a_proof(session, scene.centre, assessment, "CO-1")
    elsewhere = Proof(centre_id=a_centre(session).id, title="x", url=URL, dated_on=NOW.date(), added_at=NOW)
    session.add(elsewhere)
    session.flush()
    assert [one.id for one in read_action_proofs(session, scene.member, action.id).offered] == [here.id]
    for key in (elsewhere.id, 987_654, 0, 2**70):
        with pytest.raises(InvalidInput) as refusal:
            add_again(session, scene.member, action.id, key, NOW)
        assert faults(refusal) == [("proof", "unknown-choice")]
    add_again(session, scene.member, action.id, here.id, NOW)
    page = read_action_proofs(session, scene.member, action.id)
    assert ([one.id for one in page.proofs], page.offered, page.removable) == ([here.id], (), frozenset())


def test_what_an_action_shows_is_not_forgotten_with_its_criterion_and_is_with_its_last_use(
    session: Session, scene: Scene, assessment: Assessment, action: Action
) -> None:
    proof = a_proof(session, scene.centre, assessment, "CO-1", file_name="visite.pdf")
    add_again(session, scene.member, action.id, proof.id, NOW)
    key, content, title = proof.id, proof.sha256, proof.title
    remove_from_criterion(session, scene.coordinator, (assessment.id, "coordination", "CO-1"), key, NOW)
    (placed,) = read_centre_proofs(session, scene.member, scene.centre.id, NOW).lines
    assert (placed.places, [one.number for one in placed.actions]) == ((), [action.number])
    assert remove_proof(session, scene.coordinator, action.id, key, NOW) == content
    session.expire_all()
    assert session.get(Proof, key) is None
    assert journal(session, "action-proof-removed")[0][1] == {"title": title}


def test_a_proof_is_taken_back_by_who_added_it_or_leads_the_plan(
    session: Session, scene: Scene, action: Action
) -> None:
    theirs = add_link(session, scene.coordinator, action.id, described(title="Leur page"), URL, NOW)
    mine = add_link(session, scene.member, action.id, described(title="Ma page"), f"{URL}/2", NOW)
    assert read_action_proofs(session, scene.member, action.id).removable == {mine.id}
    with pytest.raises(NotAllowed):
        read_removable_proof(session, scene.member, action.id, theirs.id)
    with pytest.raises(NotAllowed):
        remove_proof(session, scene.member, action.id, theirs.id, NOW)
    assert read_removable_proof(session, scene.member, action.id, mine.id)[1].title == "Ma page"
    assert remove_proof(session, scene.member, action.id, mine.id, NOW) is None
    with pytest.raises(NotFound):
        remove_proof(session, scene.member, action.id, mine.id, NOW)
    remove_proof(session, scene.coordinator, action.id, theirs.id, NOW)


def test_who_does_not_work_on_it_reads_and_adds_nothing(
    session: Session, scene: Scene, action: Action
) -> None:
    reader = actor_of(session, a_member(session, scene.centre, Role.MEMBER))
    stranger = actor_of(session, a_member(session, a_centre(session), Role.COORDINATOR))
    assert not read_action_proofs(session, reader, action.id).can_add
    with pytest.raises(NotAllowed):
        require_room(session, reader, action.id)
    with pytest.raises(NotFound):
        read_action_proofs(session, stranger, action.id)


def test_an_action_that_is_over_keeps_its_proofs_as_they_are(session: Session, scene: Scene) -> None:
    over = an_action(session, scene.centre, state="close", result="efficace", ended_at=NOW)
    page = read_action_proofs(session, scene.coordinator, over.id)
    assert (page.can_add, page.offered) == (False, ())
    with pytest.raises(NotPossibleNow):
        add_link(session, scene.coordinator, over.id, described(dated_on=date(2026, 3, 1)), URL, NOW)


def test_a_room_that_is_there_is_told_before_a_file_is_judged(
    session: Session, scene: Scene, action: Action
) -> None:
    assert session.get_one(Centre, scene.centre.id)
    require_room(session, scene.member, action.id)
