"""Asking a support structure: who may be asked, what it reads, what each side is told by mail."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, InvalidTransition, NotFound, StaleEdit
from aqss.persistence.dossiers import Dossier
from aqss.persistence.mails import Mail
from aqss.services.dossiers.moving import available_moves, get_move, move_dossier, structure_may_act
from aqss.services.dossiers.requests import is_of_team, read_request
from aqss.services.dossiers.support import find_asker, list_structures_for, tell_structure
from tests.builders import a_member, a_structure
from tests.clock import FakeClock
from tests.services.dossiers.scene import (
    LINKS,
    NOW,
    Scene,
    a_dossier,
    attach,
    change,
    do_tasks,
    faults_of,
    go,
    workflow_of,
)


def mails(session: Session, kind: str) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def a_request(session: Session, scene: Scene, **more: Any) -> Dossier:
    dossier = a_dossier(session, scene, "demande-appui", **{"title": "Tracer les prélèvements", **more})
    change(session, scene, dossier, purpose="Comment tracer ?", structure_id=scene.structure.id)
    return dossier


def sent(session: Session, scene: Scene, reason: str = "") -> Dossier:
    dossier = a_request(session, scene)
    do_tasks(session, scene, dossier)
    return go(session, scene.coordinator, dossier, "envoyee", reason=reason)


def test_the_open_structures_of_the_region_may_be_asked(session: Session, scene: Scene) -> None:
    a_structure(session, regions=["11"])
    a_structure(session, closed_at=NOW)
    federation = a_structure(session, name="Fédération", kind="federation", regions=["11", "75"])
    assert list_structures_for(session, scene.centre.id) == [scene.structure, federation]


def test_sending_opens_the_dossier_to_the_structure_and_tells_its_people(
    session: Session, scene: Scene
) -> None:
    a_member(session, scene.structure, disabled_at=NOW)  # has left it
    dossier = sent(session, scene, reason="C’est pressé.")
    assert dossier.sent_at == NOW
    (mail,) = mails(session, "support-request")
    assert mail.user_id == scene.helper.user_id
    assert mail.subject == "Demande d’appui de Centre des Lilas\u00a0: Tracer les prélèvements"
    for words in ("Comment tracer ?", "C’est pressé.", "Camille Coordination", LINKS.dossier(dossier.id)):
        assert words in mail.body_text
        assert words in mail.body_html


def test_a_request_to_nobody_tells_nobody(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    tell_structure(session, dossier, workflow_of(session, scene, dossier), "", LINKS, NOW)
    assert dossier.sent_at is None
    assert mails(session, "support-request") == []


def test_a_structure_that_closed_since_is_no_longer_asked(session: Session, scene: Scene) -> None:
    dossier = a_request(session, scene)
    do_tasks(session, scene, dossier)
    scene.structure.closed_at = NOW
    session.flush()
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, dossier, "envoyee")
    assert refusal.value.guards == ("question-written",)


def test_the_structure_takes_it_and_the_coordinators_and_who_is_in_charge_are_told(
    session: Session, scene: Scene
) -> None:
    dossier = sent(session, scene)
    dossier.owner_id = scene.colleague.user_id
    go(session, scene.helper, dossier, "en-cours", reason="Nous venons jeudi.")
    told = mails(session, "support-answer")
    assert {mail.user_id for mail in told} == {scene.coordinator.user_id, scene.colleague.user_id}
    assert told[0].subject == "Appui en cours\u00a0: Tracer les prélèvements"
    assert "Nous venons jeudi." in told[0].body_text


def test_asking_again_tells_again_and_keeps_the_first_sending(
    session: Session, scene: Scene, clock: FakeClock
) -> None:
    dossier = sent(session, scene)
    later = clock.advance(days=1)
    go(session, scene.helper, dossier, "redaction", now=later, reason="De quels prélèvements ?")
    change(session, scene, dossier, purpose="Comment tracer les prélèvements d’eau ?")
    go(session, scene.coordinator, dossier, "envoyee", now=later)
    assert dossier.sent_at == NOW
    assert len(mails(session, "support-request")) == 2


def test_the_structure_reads_what_was_asked_and_what_was_attached_and_nothing_before(
    session: Session, scene: Scene, clock: FakeClock
) -> None:
    dossier = a_request(session, scene)
    do_tasks(session, scene, dossier)
    attach(session, scene, dossier, title="Plan des locaux")
    clock.advance(hours=1)
    go(session, scene.coordinator, dossier, "envoyee", now=clock.now(), reason="Merci d’avance.")
    assert not is_of_team(session, scene.helper, dossier.id)
    assert is_of_team(session, scene.member, dossier.id)
    page = read_request(session, scene.helper, dossier.id, NOW)
    assert (page.centre_name, page.town) == ("Centre des Lilas", "Bergerac")
    assert (page.asker, page.structure) == ("Camille Coordination", "CPias des Trois-Rives")
    assert [line.proof.title for line in page.documents] == ["Plan des locaux"]
    assert [(one.to, one.text) for one in page.exchanges] == [("Envoyée", "Merci d’avance.")]
    assert [one.transition.to for one in page.moves] == ["en-cours", "redaction"]
    assert not page.is_late


def test_who_asks_is_who_is_in_charge_else_who_started_it(session: Session, scene: Scene) -> None:
    assert find_asker(session, a_dossier(session, scene, owner_id=scene.member.user_id)) == "Mehdi Médecin"
    assert find_asker(session, a_dossier(session, scene, owner_id=None)) == "Camille Coordination"


def test_people_of_another_structure_and_of_other_centres_find_nothing(
    session: Session, scene: Scene
) -> None:
    dossier = sent(session, scene)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotFound):
            read_request(session, actor, dossier.id, NOW)
        with pytest.raises(NotFound):
            go(session, actor, dossier, "en-cours")


def test_each_side_is_offered_its_own_passages(session: Session, scene: Scene) -> None:
    dossier = sent(session, scene)
    workflow = workflow_of(session, scene, dossier)
    offered = [one.transition.to for one in available_moves(session, scene.manager, dossier, workflow)]
    assert offered == ["redaction", "retiree"]
    assert structure_may_act(workflow, "envoyee")
    assert not structure_may_act(workflow, "redaction")
    assert get_move(session, scene.helper, dossier.id, "en-cours")[2].transition.to == "en-cours"
    with pytest.raises(NotFound):
        get_move(session, scene.helper, dossier.id, "retiree")
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.helper, dossier, "retiree")
    assert refusal.value.reason == "role"


def test_a_passage_starts_from_what_was_shown_and_its_word_names_no_patient(
    session: Session, scene: Scene
) -> None:
    dossier = sent(session, scene)
    dossier.version += 1
    session.flush()
    with pytest.raises(StaleEdit):
        from_version(session, scene, dossier, dossier.version - 1)
    with pytest.raises(InvalidInput) as refusal:
        go(session, scene.helper, dossier, "en-cours", reason="284058812345612")
    assert faults_of(refusal.value) == [("reason", "patient-identifier")]


def from_version(session: Session, scene: Scene, dossier: Dossier, version: int) -> None:
    move_dossier(
        session,
        scene.helper,
        dossier_id=dossier.id,
        to="en-cours",
        expected_version=version,
        now=NOW,
        links=LINKS,
    )
