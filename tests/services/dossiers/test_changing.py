"""Changing what is told of a dossier."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.accounts import Membership
from aqss.services.dossiers.changing import read_words
from tests.builders import a_structure
from tests.services.dossiers.scene import NOW, Scene, a_dossier, change, do_tasks, faults_of, go, journal


def test_words_and_people_are_replaced_and_the_journal_tells_which(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    change(session, scene, dossier, title="Autre", purpose="Pourquoi", people=[scene.member.user_id])
    words = read_words(session, dossier)
    assert (words.title, words.purpose, words.people) == ("Autre", "Pourquoi", (scene.member.user_id,))
    assert dossier.version == 2
    facts = {"changed": ["title", "purpose", "people"]}
    assert journal(session, "dossier-changed") == [(scene.coordinator.user_id, facts)]


def test_who_becomes_in_charge_no_longer_works_on_it_beside(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, people=[scene.member.user_id])
    change(session, scene, dossier, owner_id=scene.member.user_id)
    assert read_words(session, dossier).people == ()


def test_nothing_changed_is_nothing_told(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    change(session, scene, dossier)
    assert dossier.version == 1
    assert journal(session, "dossier-changed") == []


def test_the_due_date_of_the_state_follows_the_date_it_names(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "indicateurs-annuels")
    change(session, scene, dossier, period_from=date(2026, 1, 1), period_to=date(2026, 12, 31))
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "saisie")
    assert dossier.due_at is None
    change(session, scene, dossier, year_ends_on=date(2027, 1, 31))
    assert dossier.due_at is not None
    assert dossier.due_at.isoformat() == "2027-01-31T23:00:00+00:00"


@pytest.mark.parametrize(
    ("more", "faults"),
    [
        ({"title": ""}, [("title", "required")]),
        ({"purpose": "NIR 284058812345612"}, [("purpose", "patient-identifier")]),
        ({"owner_id": 999_999}, [("owner", "unknown-choice")]),
        ({"people": [999_999]}, [("people", "unknown-choice")]),
        ({"period_from": date(1, 1, 1)}, [("period_from", "date-outside")]),
        ({"period_to": date(9999, 12, 31)}, [("period_to", "date-outside")]),
        ({"year_ends_on": date(2099, 1, 1)}, [("year_ends_on", "date-outside")]),
        (
            {"period_from": date(2026, 2, 1), "period_to": date(2026, 1, 1)},
            [("period_to", "before-start")],
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    session: Session, scene: Scene, more: dict[str, object], faults: list[tuple[str, str]]
) -> None:
    dossier = a_dossier(session, scene, "indicateurs-annuels")
    with pytest.raises(InvalidInput) as refusal:
        change(session, scene, dossier, **more)
    assert faults_of(refusal.value) == faults


def test_what_the_workflow_has_no_use_of_stays_as_it_is(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    change(session, scene, dossier, period_from=date(2026, 1, 1), structure_id=scene.structure.id)
    assert (dossier.period_from, dossier.structure_id, dossier.version) == (None, None, 1)


def test_a_structure_of_another_region_or_closed_cannot_be_asked(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    far, closed = a_structure(session, regions=["11"]), a_structure(session, closed_at=NOW)
    for key in (far.id, closed.id, 999_999, 0):
        with pytest.raises(InvalidInput) as refusal:
            change(session, scene, dossier, structure_id=key)
        assert faults_of(refusal.value) == [("structure", "unknown-choice")]


def test_the_structure_that_was_asked_may_stay_after_it_closed(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, structure_id=scene.structure.id)
    scene.structure.closed_at = NOW
    change(session, scene, dossier, title="Autre titre")
    assert dossier.structure_id == scene.structure.id


def test_another_structure_reads_it_only_once_it_is_sent_to_that_one(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, structure_id=scene.structure.id)
    dossier.sent_at = NOW
    change(session, scene, dossier, title="Autre titre")
    assert dossier.sent_at == NOW
    change(session, scene, dossier, structure_id=a_structure(session).id)
    assert dossier.sent_at is None


def test_a_request_taken_up_keeps_the_structure_it_was_sent_to(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, structure_id=scene.structure.id, purpose="Aide ?")
    go(session, scene.coordinator, dossier, "envoyee")
    go(session, scene.helper, dossier, "en-cours")
    for key in (a_structure(session).id, None):
        with pytest.raises(InvalidInput) as refusal:
            change(session, scene, dossier, structure_id=key)
        assert faults_of(refusal.value) == [("structure", "already-sent")]
    change(session, scene, dossier, title="Autre titre")
    assert (dossier.structure_id, dossier.sent_at) == (scene.structure.id, NOW)


def test_who_left_the_centre_may_stay_named(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, owner_id=scene.member.user_id, people=[scene.colleague.user_id])
    for person in (scene.member, scene.colleague):
        session.scalars(
            select(Membership).where(Membership.user_id == person.user_id)
        ).one().disabled_at = NOW
    change(session, scene, dossier, title="Autre titre")
    assert dossier.owner_id == scene.member.user_id


def test_refusals(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(StaleEdit):
        change(session, scene, dossier, title="Autre", version=7)
    with pytest.raises(NotAllowed):
        change(session, scene, dossier, title="Autre", actor=scene.member)
    with pytest.raises(NotFound):
        change(session, scene, dossier, title="Autre", actor=scene.stranger)
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        change(session, scene, dossier, title="Autre")
