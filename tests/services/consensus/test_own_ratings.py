"""Saving what one answers alone: stored for oneself, with nothing left of it anywhere else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Answer, Score
from aqss.persistence.base import Base
from aqss.persistence.consensus import BlindRating
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.sheets import finish_sheet, resume_sheet
from aqss.services.consensus.own_ratings import read_rating, save_rating
from tests.services.assessments.alone import an_open_round, own_row, rate_alone
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_assessment,
    an_open_assessment,
    count,
    faults_of,
    pass_to,
    statements,
)

LATER = NOW + timedelta(minutes=5)
WRITE = "5f0c2f3e9b0f4b5f8a4e0b1c2d3e4f50"


def test_an_answer_is_kept_for_who_gave_it_with_how_far_they_are(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    saved = rate_alone(session, scene.member, assessment, "CO-1", "oui", comment="Vu en réunion.")
    assert (saved.answer.level, saved.version, saved.saved_at) == ("oui", 1, NOW)
    assert (saved.progress.done, saved.progress.whole) == (1, 4)
    row = own_row(session, scene.member, assessment, "CO-1")
    assert (row.kind, row.level, row.comment, row.round, row.version) == (
        "level",
        "oui",
        "Vu en réunion.",
        1,
        1,
    )
    assert own_row(session, scene.colleague, assessment, "CO-1") is None


def test_each_person_has_their_own_answer(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.colleague, assessment, "CO-1", "non")
    assert own_row(session, scene.member, assessment, "CO-1").level == "oui"
    assert own_row(session, scene.colleague, assessment, "CO-1").level == "non"


def test_an_answer_changes_from_the_version_it_was_read_at(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui", comment="Vu.")
    saved = rate_alone(session, scene.member, assessment, "CO-1", "partiel", now=LATER)
    assert (saved.answer.level, saved.answer.comment, saved.version) == ("partiel", "Vu.", 2)
    row = own_row(session, scene.member, assessment, "CO-1")
    assert (row.level, row.version, row.updated_at) == ("partiel", 2, LATER)


def test_two_devices_of_one_person_do_not_overwrite_each_other_unseen(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    with pytest.raises(StaleEdit):
        rate_alone(session, scene.member, assessment, "CO-1", "non", expected_version=0)
    key = {"assessment_id": assessment.id, "grid": "coordination", "criterion": "CO-1"}
    theirs = read_rating(session, scene.member, **key)
    assert (theirs.answer.level, theirs.version) == ("oui", 1)


@pytest.mark.parametrize("expected_version", [0, 1])
def test_what_stands_already_is_not_saved_again(
    session: Session, scene: Scene, expected_version: int
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    again = rate_alone(
        session, scene.member, assessment, "CO-1", "oui", expected_version=expected_version, now=LATER
    )
    assert (again.version, again.saved_at) == (1, NOW)


def test_a_write_known_already_is_answered_as_the_first_time(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui", write=WRITE)
    rate_alone(session, scene.member, assessment, "CO-1", "non")
    again = rate_alone(session, scene.member, assessment, "CO-1", "oui", write=WRITE, expected_version=0)
    assert (again.answer.level, again.version) == ("oui", 1)
    assert own_row(session, scene.member, assessment, "CO-1").level == "non"


def test_what_cannot_be_read_is_refused_and_nothing_changes(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    with pytest.raises(InvalidInput) as refused:
        rate_alone(session, scene.member, assessment, "CO-1", "peut-être", comment="x" * 2001)
    assert faults_of(refused.value) == [("rating", "level-unknown"), ("comment", "too-long")]
    with pytest.raises(InvalidInput):
        rate_alone(session, scene.member, assessment, "CO-1", "", kind="na")
    assert count(session, BlindRating) == 0


def test_nothing_of_it_goes_to_the_team_the_scores_or_the_journal(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    entries = count(session, JournalEntry)
    scores = session.execute(select(Score.rated, Score.unknown, Score.earned)).all()
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.member, assessment, "CO-3", kind="unknown")
    assert (count(session, JournalEntry), count(session, Answer)) == (entries, 0)
    assert session.execute(select(Score.rated, Score.unknown, Score.earned)).all() == scores


def test_a_criterion_asked_of_others_may_be_answered_and_counts_for_nothing(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    saved = rate_alone(session, scene.member, assessment, "CO-4", "oui")  # does not apply to the centre
    assert (saved.version, saved.progress.done, saved.progress.whole) == (1, 0, 4)


@pytest.mark.parametrize("who", ["manager", "coordinator"])
def test_who_is_not_asked_to_rate_alone_saves_nothing(session: Session, scene: Scene, who: str) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    actor: Actor = getattr(scene, who)
    with pytest.raises(NotAllowed):
        rate_alone(session, actor, assessment, "CO-1", "oui")
    with pytest.raises(NotAllowed):
        read_rating(session, actor, assessment_id=assessment.id, grid="coordination", criterion="CO-1")
    assert count(session, BlindRating) == 0


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_a_stranger_does_not_learn_that_it_exists(session: Session, scene: Scene, who: str) -> None:
    assessment = an_open_round(session, scene)
    with pytest.raises(NotFound):
        rate_alone(session, getattr(scene, who), assessment, "CO-1", "oui")


def test_somebody_who_has_left_the_centre_saves_nothing_more(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    session.execute(
        update(Membership).where(Membership.user_id == scene.member.user_id).values(disabled_at=NOW)
    )
    gone = Actor(scene.member.user_id, scene.member.name)
    with pytest.raises(NotFound):
        rate_alone(session, gone, assessment, "CO-1", "oui")


@pytest.mark.parametrize(
    ("grid", "criterion"), [("hygiene", "HY-1"), ("coordination", "HY-1"), ("rien", "CO-1"), ("co/x", "CO-1")]
)
def test_what_the_assessment_does_not_hold_is_not_found(
    session: Session, scene: Scene, grid: str, criterion: str
) -> None:
    assessment = an_open_round(session, scene)
    with pytest.raises(NotFound):
        save_rating(
            session,
            scene.member,
            assessment_id=assessment.id,
            grid=grid,
            criterion=criterion,
            submission=Submission("level", "oui"),
            expected_version=0,
            now=NOW,
        )


def test_an_assessment_that_is_not_there_is_not_found(session: Session, scene: Scene) -> None:
    with pytest.raises(NotFound):
        read_rating(session, scene.member, assessment_id=99, grid="coordination", criterion="CO-1")


def test_nothing_is_saved_once_the_rating_is_closed(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    with pytest.raises(NotPossibleNow):
        rate_alone(session, scene.member, assessment, "CO-1", "oui")
    assert count(session, BlindRating) == 0


def test_closing_and_reopening_the_rating_before_the_reveal_keeps_what_was_answered(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    pass_to(session, scene.coordinator, assessment, "accord")
    pass_to(session, scene.coordinator, assessment, "cotation")
    saved = rate_alone(session, scene.member, assessment, "CO-1", "non")
    assert (saved.version, own_row(session, scene.member, assessment, "CO-1").level) == (2, "non")


def test_nothing_changes_after_the_reveal_even_in_a_rating_opened_again(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    assessment.revealed_at = NOW
    session.flush()
    for criterion in ("CO-1", "CO-3"):
        with pytest.raises(NotPossibleNow):
            rate_alone(session, scene.member, assessment, criterion, "non")
    assert own_row(session, scene.member, assessment, "CO-1").level == "oui"


def test_where_the_team_rates_together_nobody_answers_alone(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    with pytest.raises(NotPossibleNow):
        rate_alone(session, scene.member, assessment, "CO-1", "oui")


def test_where_each_person_rates_alone_nobody_answers_for_the_team(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    for state in ("cotation", "accord"):
        assert assessment.state == state
        with pytest.raises(NotPossibleNow):
            save_answer(
                session,
                scene.coordinator,
                assessment_id=assessment.id,
                grid="coordination",
                criterion="CO-1",
                submission=Submission("level", "oui"),
                expected_version=0,
                now=NOW,
            )
        for gesture in (finish_sheet, resume_sheet):
            with pytest.raises(NotPossibleNow):
                gesture(session, scene.coordinator, assessment_id=assessment.id, grid="coordination", now=NOW)
        if state == "cotation":
            pass_to(session, scene.coordinator, assessment, "accord")
    assert count(session, Answer) == 0


def test_a_save_runs_the_same_statements_whoever_else_rates(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")  # editions in memory

    def ran(criterion: str, version: int) -> int:
        with statements(session) as seen:
            rate_alone(session, scene.member, assessment, criterion, "oui", expected_version=version)
        return len(seen)

    assert ran("CO-1", 0) == 4
    for other in (scene.coordinator, scene.colleague):
        for criterion in ("CO-1", "CO-2", "CO-3"):
            rate_alone(session, other, assessment, criterion, "non")
    assert ran("CO-3", 0) == 4


def test_what_the_database_holds_is_not_told_by_a_row_of_anything_else(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    mark = "mot-que-rien-d-autre-ne-contient"
    rate_alone(session, scene.member, assessment, "CO-1", kind="na", value=mark, comment=mark)
    assert session.scalar(select(func.count()).where(BlindRating.reason == mark)) == 1
    others = [table for table in Base.metadata.sorted_tables if table.name != "blind_ratings"]
    assert len(others) > 20
    for table in others:
        assert mark not in repr(session.execute(select(*table.c)).all()), table.name


def test_an_assessment_still_prepared_takes_no_answer(session: Session, scene: Scene) -> None:
    assessment = an_assessment(
        session, scene, "coordination", rating="blind", participants=(scene.member.user_id,)
    )
    with pytest.raises(NotPossibleNow):
        rate_alone(session, scene.member, assessment, "CO-1", "oui")
