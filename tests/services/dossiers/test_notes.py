"""Notes of a dossier: written by its team, taken back by who wrote them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotFound, NotPossibleNow
from aqss.services.dossiers.notes import add_note, remove_note
from aqss.services.runs.comments import list_comments
from tests.services.dossiers.scene import NOW, Scene, a_dossier, faults_of, go, journal


def test_anybody_of_the_team_writes_and_takes_back_their_own(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    add_note(session, scene.member, dossier_id=dossier.id, text="Vu avec l’équipe.", now=NOW)
    (line,) = list_comments(session, dossier, scene.member.user_id)
    assert (line.text, line.name, line.is_mine) == ("Vu avec l’équipe.", "Mehdi Médecin", True)
    with pytest.raises(NotFound):
        remove_note(session, scene.coordinator, dossier_id=dossier.id, key=line.key, now=NOW)
    remove_note(session, scene.member, dossier_id=dossier.id, key=line.key, now=NOW)
    assert list_comments(session, dossier, scene.member.user_id) == ()
    assert journal(session, "dossier-note-added") == [(scene.member.user_id, {})]
    assert journal(session, "dossier-note-removed") == [(scene.member.user_id, {})]


def test_a_note_of_another_dossier_is_not_found(session: Session, scene: Scene) -> None:
    dossier, other = a_dossier(session, scene), a_dossier(session, scene)
    add_note(session, scene.member, dossier_id=other.id, text="Ailleurs.", now=NOW)
    (line,) = list_comments(session, other, scene.member.user_id)
    with pytest.raises(NotFound):
        remove_note(session, scene.member, dossier_id=dossier.id, key=line.key, now=NOW)


@pytest.mark.parametrize(("text", "code"), [("", "required"), ("284058812345612", "patient-identifier")])
def test_a_note_says_something_and_names_no_patient(
    session: Session, scene: Scene, text: str, code: str
) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        add_note(session, scene.member, dossier_id=dossier.id, text=text, now=NOW)
    assert faults_of(refusal.value) == [("text", code)]


def test_a_structure_writes_none_even_in_what_was_sent_to_it(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    dossier.structure_id, dossier.sent_at = scene.structure.id, NOW
    session.flush()
    with pytest.raises(NotFound):
        add_note(session, scene.helper, dossier_id=dossier.id, text="Bonjour.", now=NOW)


def test_an_ended_dossier_takes_no_note(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    add_note(session, scene.member, dossier_id=dossier.id, text="Avant.", now=NOW)
    (line,) = list_comments(session, dossier, scene.member.user_id)
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        add_note(session, scene.member, dossier_id=dossier.id, text="Après.", now=NOW)
    with pytest.raises(NotPossibleNow):
        remove_note(session, scene.member, dossier_id=dossier.id, key=line.key, now=NOW)
