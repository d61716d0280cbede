"""Giving a proof: by whom, when, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.proofs.adding import EARLIEST, MOST_PROOFS, add_again, check_link
from tests.builders import a_proof
from tests.services.assessments.scene import NOW, Scene, an_assessment, finish_every_sheet, pass_to
from tests.services.proofs.scene import TODAY, a_file, give_file, give_link, journal, key_of


def faults(refusal: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_whoever_is_of_the_team_gives_a_file_while_it_rates(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_file(session, scene.member, assessment, title="  Rapport de visite ", valid_until=TODAY)
    assert (proof.title, proof.dated_on, proof.valid_until) == ("Rapport de visite", TODAY, TODAY)
    assert (proof.file_name, proof.media_type, proof.size, proof.sha256) == (
        "visite.pdf",
        "application/pdf",
        1234,
        "a" * 64,
    )
    assert (proof.centre_id, proof.url, proof.added_by_id) == (scene.centre.id, None, scene.member.user_id)
    use = session.scalars(select(ProofUse)).one()
    assert (use.proof_id, use.criterion, use.is_carried) == (proof.id, "CO-1", False)
    facts = {"grid": "coordination", "criterion": "CO-1", "title": "Rapport de visite"}
    assert journal(session, "proof-added") == [(scene.member.user_id, facts)]


def test_a_link_is_kept_as_it_is_written(session: Session, scene: Scene, assessment: Assessment) -> None:
    proof = give_link(session, scene.member, assessment, url=" https://exemple.fr/é?a=1#b ")
    assert proof.url == "https://exemple.fr/é?a=1#b"
    assert proof.sha256 is None


def test_proofs_are_still_given_while_the_team_agrees_and_no_longer_once_it_has(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    finish_every_sheet(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "accord")
    give_link(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "validation")
    with pytest.raises(NotPossibleNow):
        give_file(session, scene.member, assessment)


def test_no_proof_is_given_before_the_rating_opens(session: Session, scene: Scene) -> None:
    with pytest.raises(NotPossibleNow):
        give_file(session, scene.member, an_assessment(session, scene))


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_to_a_stranger_the_assessment_does_not_exist(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    with pytest.raises(NotFound):
        give_file(session, getattr(scene, who), assessment)


def test_a_criterion_of_another_grid_is_not_found(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    with pytest.raises(NotFound):
        add_again(session, scene.member, (assessment.id, "hygiene", "CO-1"), 1, NOW)


def test_every_fault_of_a_link_and_its_description_is_told_at_once(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        give_link(session, scene.member, assessment, url="exemple.fr", title=" ", dated_on=None)
    assert faults(refusal) == [("url", "link"), ("title", "required"), ("dated_on", "required")]


def test_a_title_holds_no_number_of_a_patient(session: Session, scene: Scene, assessment: Assessment) -> None:
    with pytest.raises(InvalidInput) as refusal:
        give_file(session, scene.member, assessment, title="Dossier 1 85 05 78 006 084 91")
    assert faults(refusal) == [("title", "patient-identifier")]


@pytest.mark.parametrize("days", [1, 400])
def test_a_proof_is_not_dated_in_the_future(
    session: Session, scene: Scene, assessment: Assessment, days: int
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        give_file(session, scene.member, assessment, dated_on=TODAY + timedelta(days=days))
    assert faults(refusal) == [("dated_on", "date-outside")]
    assert refusal.value.faults[0].facts == (EARLIEST, TODAY)


def test_a_proof_is_not_valid_until_a_day_before_its_own(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        give_file(session, scene.member, assessment, valid_until=TODAY - timedelta(days=1))
    assert faults(refusal) == [("valid_until", "before-date")]


@pytest.mark.parametrize(
    "url",
    [
        "exemple.fr",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://exemple.fr/x",
        "https://",
        "https:///chemin",
        "https://nadia:secret@exemple.fr/",
        "https://nadia@exemple.fr/",
        "https://exemple.fr:0/",
        "https://exemple.fr:port/",
        "https://exemple.fr/avec espace",
        'https://exemple.fr/"onmouseover=alert(1)',
        "https://exemple.fr\\@autre.fr/",
        "https://[::1/",
        "//exemple.fr/",
        "/centres/1",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_link(url)
    assert faults(refusal) == [("url", "link")]


def test_an_address_too_long_or_with_hidden_characters_is_refused() -> None:
    for url, code in (
        ("https://e.fr/" + "a" * 2000, "too-long"),
        ("https://e.fr/\u202efdp", "bad-character"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            check_link(url)
        assert faults(refusal) == [("url", code)]


def test_the_same_file_or_address_is_shown_once_for_a_criterion(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    give_file(session, scene.member, assessment, title="Visite")
    give_link(session, scene.member, assessment)
    for give, field in ((give_file, "file"), (give_link, "url")):
        with pytest.raises(InvalidInput) as refusal:
            give(session, scene.colleague, assessment, title="Autre titre")
        assert faults(refusal) == [(field, "proof-here")]
    assert give_file(session, scene.member, assessment, "CO-2").sha256 == "a" * 64


def test_a_proof_of_the_centre_is_shown_for_another_criterion_without_being_sent_again(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    proof = give_file(session, scene.member, assessment)
    again = add_again(session, scene.colleague, key_of(assessment, "HY-1"), proof.id, NOW)
    assert again.id == proof.id
    assert session.scalar(select(func.count()).select_from(Proof)) == 1
    with pytest.raises(InvalidInput) as refusal:
        add_again(session, scene.colleague, key_of(assessment, "HY-1"), proof.id, NOW)
    assert faults(refusal) == [("proof", "proof-here")]


def test_a_proof_of_another_centre_is_none_that_could_be_chosen(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    foreign = Proof(
        centre_id=scene.stranger.grants[0].centre_id,
        title="Ailleurs",
        url="https://ailleurs.fr/",
        dated_on=TODAY,
        added_at=NOW,
    )
    session.add(foreign)
    session.flush()
    for chosen in (foreign.id, 0, 987_654, LARGEST_ID + 1):
        with pytest.raises(InvalidInput) as refusal:
            add_again(session, scene.member, key_of(assessment), chosen, NOW)
        assert faults(refusal) == [("proof", "unknown-choice")]


def test_a_criterion_has_a_limit_of_proofs(session: Session, scene: Scene, assessment: Assessment) -> None:
    for _ in range(MOST_PROOFS):
        a_proof(session, scene.centre, assessment, "CO-1")
    with pytest.raises(InvalidInput) as refusal:
        give_file(session, scene.member, assessment, file=a_file("b"))
    assert faults(refusal) == [("proofs", "too-many")]
