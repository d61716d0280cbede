"""What the journal keeps of an assessment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from aqss.services.assessments.noting import note
from tests.services.assessments.scene import NOW, Scene, an_assessment, journal


def test_a_note_names_who_did_what_to_which_assessment_of_which_centre(
    session: Session, scene: Scene
) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    later = NOW + timedelta(hours=1)
    note(session, scene.member, assessment, "sheet-finished", {"grid": "hygiene"}, later)
    (entry,) = journal(session, "sheet-finished")
    assert (entry.at, entry.user_id) == (later, scene.member.user_id)
    assert (entry.centre_id, entry.subject_kind, entry.subject_id) == (
        scene.centre.id,
        "assessment",
        assessment.id,
    )
    assert entry.facts == {"grid": "hygiene"}
