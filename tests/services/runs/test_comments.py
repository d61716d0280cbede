"""What people say of an action, or note in a dossier."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotFound
from aqss.persistence.dossiers import Dossier
from aqss.persistence.runs import Comment
from aqss.services.runs.comments import TEXT_LIMIT, add_comment, list_comments, remove_comment
from tests.builders import an_action
from tests.services.assessments.scene import NOW, Scene, count, faults_of


def a_dossier(session: Session, scene: Scene) -> Dossier:
    dossier = Dossier(
        centre_id=scene.centre.id,
        workflow="autre",
        title="Ouverture",
        workflow_edition_id=1,
        state="debut",
        entered_at=NOW,
        created_at=NOW,
    )
    session.add(dossier)
    session.flush()
    return dossier


def test_comments_come_the_first_one_first_and_one_s_own_are_told(session: Session, scene: Scene) -> None:
    action, member = an_action(session, scene.centre), scene.member.user_id
    add_comment(session, action, text="Ensuite.", by=scene.colleague.user_id, now=NOW + timedelta(hours=1))
    add_comment(session, action, text=" D’abord.\r\nPuis. ", by=member, now=NOW)
    session.add(Comment(action_id=action.id, at=NOW + timedelta(hours=2), text="Repris."))
    session.flush()
    told = [(one.name, one.text, one.is_mine) for one in list_comments(session, action, member)]
    assert told == [
        ("Mehdi Médecin", "D’abord.\nPuis.", True),
        ("Inès Infirmière", "Ensuite.", False),
        (None, "Repris.", False),
    ]


def test_an_action_and_a_dossier_of_the_same_number_have_their_own(session: Session, scene: Scene) -> None:
    action, dossier = an_action(session, scene.centre), a_dossier(session, scene)
    assert action.id == dossier.id
    by = scene.member.user_id
    note = add_comment(session, dossier, text="Du dossier.", by=by, now=NOW)
    add_comment(session, action, text="De l’action.", by=by, now=NOW)
    assert [one.text for one in list_comments(session, dossier, by)] == ["Du dossier."]
    assert [one.text for one in list_comments(session, action, by)] == ["De l’action."]
    with pytest.raises(NotFound):
        remove_comment(session, action, key=note.id, by=by)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "required"), ("a" * (TEXT_LIMIT + 1), "too-long"), ("Pour 185057800608491", "patient-identifier")],
)
def test_a_comment_that_breaks_a_rule_is_refused(
    session: Session, scene: Scene, text: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_comment(session, an_action(session, scene.centre), text=text, by=scene.member.user_id, now=NOW)
    assert faults_of(refusal.value) == [("text", code)]
    assert count(session, Comment) == 0


def test_a_comment_is_taken_back_by_who_wrote_it(session: Session, scene: Scene) -> None:
    action, by = an_action(session, scene.centre), scene.member.user_id
    key = add_comment(session, action, text="Oublions.", by=by, now=NOW).id
    for other, whose in ((key, scene.colleague.user_id), (key + 1, by), (0, by), (10**30, by)):
        with pytest.raises(NotFound):
            remove_comment(session, action, key=other, by=whose)
    remove_comment(session, action, key=key, by=by)
    assert list_comments(session, action, by) == ()
