"""What a centre and the structure it asked say to each other; the team keeps its notes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.documents import list_documents, remove_document
from aqss.services.dossiers.exchanges import may_write, read_exchanges, write_message
from aqss.services.dossiers.notes import add_note, remove_note
from aqss.services.dossiers.reading import read_dossier
from aqss.services.dossiers.requests import read_request
from aqss.services.runs.comments import list_comments
from tests.builders import a_member, a_structure, a_user, actor_of
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import (
    NOW,
    Scene,
    a_dossier,
    attach,
    change,
    faults_of,
    go,
    journal,
    workflow_of,
)

Said = list[tuple[str | None, bool, str, str]]


def a_request(session: Session, scene: Scene) -> Dossier:
    dossier = a_dossier(session, scene, "demande-appui")
    change(session, scene, dossier, purpose="Comment tracer ?", structure_id=scene.structure.id)
    add_note(session, scene.member, dossier_id=dossier.id, text="Paul n’est pas pressé.", now=NOW)
    return go(session, scene.coordinator, dossier, "envoyee", reason="Merci d’avance.", now=at(1))


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def write(session: Session, actor: Actor, dossier: Dossier, text: str, minutes: int = 2) -> None:
    write_message(session, actor, dossier_id=dossier.id, text=text, now=at(minutes))


def said(session: Session, scene: Scene, actor: Actor, dossier: Dossier) -> Said:
    found = read_exchanges(session, actor, dossier, workflow_of(session, scene, dossier))
    return [(one.name, one.is_of_centre, one.to, one.text) for one in found]


def test_each_side_reads_the_other_the_latest_first_and_no_note_of_the_team(
    session: Session, scene: Scene
) -> None:
    dossier = a_request(session, scene)
    write(session, scene.coordinator, dossier, "Voici le plan.", 2)
    write(session, scene.helper, dossier, "Bien reçu.", 3)
    assert said(session, scene, scene.member, dossier) == [
        ("Odile Appui", False, "", "Bien reçu."),
        ("Camille Coordination", True, "", "Voici le plan."),
        ("Camille Coordination", True, "Envoyée", "Merci d’avance."),
    ]
    assert said(session, scene, scene.helper, dossier) == [
        ("Odile Appui", False, "", "Bien reçu."),
        (None, True, "", "Voici le plan."),  # of the people of the centre, who asks is told, nobody else
        (None, True, "Envoyée", "Merci d’avance."),
    ]
    assert [line.text for line in list_comments(session, dossier, 0)] == ["Paul n’est pas pressé."]
    assert [who for who, _ in journal(session, "dossier-message-added")] == [
        scene.coordinator.user_id,
        scene.helper.user_id,
    ]


def test_nothing_is_said_before_it_is_sent_nor_once_over(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    assert said(session, scene, scene.coordinator, dossier) == []
    with pytest.raises(NotPossibleNow):
        write(session, scene.coordinator, dossier, "Bonjour.")
    sent = a_request(session, scene)
    go(session, scene.coordinator, sent, "retiree", now=at(4))
    for actor in (scene.coordinator, scene.helper):
        assert not may_write(session, actor, sent)
        with pytest.raises(NotPossibleNow):
            write(session, actor, sent, "Trop tard.", 5)


def test_who_works_on_it_writes_and_others_do_not(session: Session, scene: Scene) -> None:
    dossier = a_request(session, scene)
    with pytest.raises(NotAllowed):
        write(session, scene.member, dossier, "Bonjour.")
    with pytest.raises(NotFound):
        write(session, scene.stranger, dossier, "Bonjour.")
    for text, code in (("", "required"), ("284058812345612", "patient-identifier")):
        with pytest.raises(InvalidInput) as refusal:
            write(session, scene.helper, dossier, text)
        assert faults_of(refusal.value) == [("text", code)]


def test_a_message_is_no_note_to_take_back(session: Session, scene: Scene) -> None:
    dossier = a_request(session, scene)
    write(session, scene.coordinator, dossier, "Voici le plan.")
    for key in range(1, 4):
        with pytest.raises(NotFound):
            remove_note(session, scene.coordinator, dossier_id=dossier.id, key=key, now=NOW)


def test_the_next_structure_reads_nothing_of_what_was_said_to_the_one_before(
    session: Session, scene: Scene
) -> None:
    dossier = a_request(session, scene)
    write(session, scene.helper, dossier, "Entre nous.", 2)
    go(session, scene.coordinator, dossier, "redaction", now=at(3))
    other = a_structure(session, name="OMEDIT")
    user = a_user(session, name="Noé")
    a_member(session, other, user=user)
    change(session, scene, dossier, structure_id=other.id)
    assert said(session, scene, scene.coordinator, dossier) == []
    go(session, scene.coordinator, dossier, "envoyee", now=at(4))
    assert [one[3] for one in said(session, scene, actor_of(session, user), dossier)] == [""]
    with pytest.raises(NotFound):
        write(session, scene.helper, dossier, "Encore là ?", 5)


def test_the_structure_joins_its_answer_once_it_took_the_request_up(session: Session, scene: Scene) -> None:
    dossier = a_request(session, scene)
    assert not read_request(session, scene.helper, dossier.id, NOW).can_attach
    with pytest.raises(NotPossibleNow):
        attach(session, scene, dossier, actor=scene.helper)
    go(session, scene.helper, dossier, "en-cours")
    assert read_request(session, scene.helper, dossier.id, NOW).can_attach
    answer = attach(session, scene, dossier, actor=scene.helper, document="Réponse de la structure d’appui")
    assert [line.proof.id for line in list_documents(session, dossier)] == [answer.id]
    assert answer.centre_id == scene.centre.id
    with pytest.raises(NotAllowed):
        attach(session, scene, dossier, actor=scene.member)
    with pytest.raises(NotFound):
        remove_document(session, scene.helper, dossier_id=dossier.id, proof_id=answer.id, now=NOW)


def test_the_page_of_the_centre_tells_whose_turn_it_is(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    page = read_dossier(session, scene.coordinator, dossier.id, NOW)
    assert (page.awaits_structure, page.is_held_outside, page.can_write) == (False, False, False)
    sent = a_request(session, scene)
    page = read_dossier(session, scene.coordinator, sent.id, NOW)
    assert (page.awaits_structure, page.is_held_outside, page.can_write) == (True, True, True)
    go(session, scene.helper, sent, "en-cours")
    page = read_dossier(session, scene.coordinator, sent.id, NOW)
    assert (page.awaits_structure, page.is_held_outside) == (True, False)


def test_it_takes_the_same_queries_whatever_was_said(session: Session, scene: Scene) -> None:
    dossier = a_request(session, scene)
    said(session, scene, scene.helper, dossier)
    with statements(session) as few:
        said(session, scene, scene.helper, dossier)
    for number in range(5):
        write(session, scene.helper, dossier, f"Message {number}")
    with statements(session) as many:
        said(session, scene, scene.helper, dossier)
    assert len(many) == len(few)
