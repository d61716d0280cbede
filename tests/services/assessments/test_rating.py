"""Saving an answer: what is stored, refused, scored and noted, and what two people do to one another."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.persistence.session import Sessions
from aqss.services.assessments.rating import SavedAnswer, Submission, read_answer, save_answer
from aqss.services.assessments.recorded import BLANK, KINDS, Recorded
from aqss.services.assessments.scores import TALLY, tally_of
from aqss.services.assessments.sheets import finish_sheet
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    GRID_OF,
    NOW,
    Scene,
    an_assessment,
    an_open_assessment,
    current_version,
    faults_of,
    finish_every_sheet,
    journal,
    pass_to,
    rate,
    set_scene,
    statements,
    stored,
)


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_open_assessment(session, scene)


def send(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    submission: Submission,
    criterion: str = "CO-1",
    expected_version: int = 0,
) -> SavedAnswer:
    return save_answer(
        session,
        actor,
        assessment_id=assessment.id,
        grid=GRID_OF[criterion],
        criterion=criterion,
        submission=submission,
        expected_version=expected_version,
        now=NOW,
    )


def test_a_level_is_stored_with_who_when_and_its_first_version(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    saved = rate(session, scene.member, assessment, "CO-1", "partiel")
    row = stored(session, assessment, "CO-1")
    assert (row.kind, row.level, row.version) == ("level", "partiel", 1)
    assert (row.updated_at, row.updated_by_id) == (NOW, scene.member.user_id)
    assert saved.answer == Recorded("level", level="partiel")
    assert (saved.version, saved.saved_at) == (1, NOW)


@pytest.mark.parametrize(
    ("criterion", "kind", "value", "expected"),
    [
        ("ME-1", "number", "12,5", Recorded("number", number=Decimal("12.5"))),
        ("ME-2", "number", "1 250", Recorded("number", number=Decimal(1250))),
        ("ME-3", "text", " Un mot.\r\nDeux. ", Recorded("text", words="Un mot.\nDeux.")),
        ("ME-1", "na", "Pas de suivi cette année.", Recorded("na", reason="Pas de suivi cette année.")),
        ("CO-1", "unknown", "", Recorded("unknown")),
    ],
)
def test_each_kind_of_answer_is_stored_and_read_back_as_it_was_saved(
    session: Session,
    scene: Scene,
    assessment: Assessment,
    criterion: str,
    kind: str,
    value: str,
    expected: Recorded,
) -> None:
    saved = rate(session, scene.member, assessment, criterion, value, kind=kind)
    read = read_answer(
        session,
        scene.member,
        assessment_id=assessment.id,
        grid=GRID_OF[criterion],
        criterion=criterion,
    )
    assert saved.answer == read.answer == expected
    assert read.version == 1


def test_an_answer_replaced_keeps_nothing_of_the_one_before(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "ME-1", "Pas de suivi.", kind="na")
    rate(session, scene.member, assessment, "ME-1", "7", kind="number")
    row = stored(session, assessment, "ME-1")
    assert (row.kind, row.number, row.reason, row.version) == ("number", Decimal(7), "", 2)


def test_an_answer_taken_back_leaves_a_blank_that_counts_for_nothing(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    saved = rate(session, scene.member, assessment, "CO-1", "", kind="blank")
    assert (saved.answer, saved.version) == (BLANK, 2)
    assert saved.grid.tally.rated == 0
    assert saved.grid.tally.score is None


def test_the_rating_and_the_comment_may_come_together_or_one_by_one(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    send(session, scene.member, assessment, Submission("level", "oui", "À deux voix."))
    after_comment = send(session, scene.member, assessment, Submission(comment="Relu."), expected_version=1)
    assert after_comment.answer == Recorded("level", level="oui", comment="Relu.")
    after_rating = send(session, scene.member, assessment, Submission("level", "non"), expected_version=2)
    assert after_rating.answer == Recorded("level", level="non", comment="Relu.")
    without = send(session, scene.member, assessment, Submission(comment=" "), expected_version=3)
    assert without.answer == Recorded("level", level="non")


def test_a_comment_alone_is_kept_beside_a_blank(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    saved = send(session, scene.member, assessment, Submission(comment="Voir avec l’accueil."))
    assert saved.answer == Recorded("blank", comment="Voir avec l’accueil.")
    assert saved.grid.tally.rated == 0
    assert stored(session, assessment, "CO-1").version == 1


@pytest.mark.parametrize(
    "value",
    ["", " ", "OUI", "-1", "99", "NaN", "oui\x00", "null", "['oui']", "oui,oui", "o" * 1_000_000, "\ud800"],
)
def test_what_is_no_level_of_the_scale_is_refused(
    session: Session, scene: Scene, assessment: Assessment, value: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rate(session, scene.member, assessment, "CO-1", value)
    assert faults_of(refusal.value) == [("rating", "level-unknown")]
    assert stored(session, assessment, "CO-1") is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "number-expected"),
        ("NaN", "number-expected"),
        ("Infinity", "number-expected"),
        ("1e309", "number-expected"),
        ("1e2", "number-expected"),
        ("0x10", "number-expected"),
        ("12;5", "number-expected"),
        ("[12]", "number-expected"),
        ("12\x00", "number-expected"),
        ("9" * 5000, "number-expected"),
        ("-1", "number-range"),
        ("100,1", "number-range"),
        ("12,55", "number-decimals"),
    ],
)
def test_what_is_no_number_of_the_scale_is_refused(
    session: Session, scene: Scene, assessment: Assessment, value: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rate(session, scene.member, assessment, "ME-1", value, kind="number")
    assert faults_of(refusal.value) == [("rating", code)]


@pytest.mark.parametrize(
    ("criterion", "kind"),
    [
        ("CO-1", "number"),
        ("CO-1", "text"),
        ("ME-1", "level"),
        ("ME-3", "level"),
        ("CO-1", ""),
        ("CO-1", "nul"),
    ],
)
def test_a_kind_of_answer_the_scale_does_not_take_is_refused(
    session: Session, scene: Scene, assessment: Assessment, criterion: str, kind: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rate(session, scene.member, assessment, criterion, "oui", kind=kind)
    assert faults_of(refusal.value) == [("rating", "unknown-choice")]


def test_not_applicable_asks_for_a_reason(session: Session, scene: Scene, assessment: Assessment) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rate(session, scene.member, assessment, "CO-1", " \u200b ", kind="na")
    assert faults_of(refusal.value) == [("reason", "required")]


@pytest.mark.parametrize(
    ("submission", "criterion", "field"),
    [
        (Submission("na", "Patient 1 85 05 78 006 084 91"), "CO-1", "reason"),
        (Submission("text", "Patient 185057800608491"), "ME-3", "rating"),
        (Submission(comment="Mme X, 2 86 02 2A 004 123 06"), "CO-1", "comment"),
    ],
)
def test_a_text_that_holds_a_social_security_number_is_refused_and_nothing_is_stored(
    session: Session,
    scene: Scene,
    assessment: Assessment,
    submission: Submission,
    criterion: str,
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        send(session, scene.member, assessment, submission, criterion)
    assert faults_of(refusal.value) == [(field, "patient-identifier")]
    assert stored(session, assessment, criterion) is None


def test_a_comment_holds_2000_characters_and_no_more(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    send(session, scene.member, assessment, Submission(comment="é" * 2000))
    with pytest.raises(InvalidInput) as refusal:
        send(session, scene.member, assessment, Submission(comment="é" * 2001), expected_version=1)
    assert faults_of(refusal.value) == [("comment", "too-long")]


def test_faults_of_the_rating_and_of_the_comment_are_told_together(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        send(session, scene.member, assessment, Submission("level", "peut-être", "é" * 2001))
    assert faults_of(refusal.value) == [("rating", "level-unknown"), ("comment", "too-long")]


def test_two_people_on_one_criterion_do_not_overwrite_one_another(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0)
    with pytest.raises(StaleEdit) as refusal:
        rate(session, scene.colleague, assessment, "CO-1", "non", expected_version=0)
    assert (refusal.value.expected, refusal.value.current) == (0, 1)
    theirs = read_answer(
        session, scene.colleague, assessment_id=assessment.id, grid="coordination", criterion="CO-1"
    )
    assert theirs.answer.level == "oui"


def test_a_version_that_never_was_is_stale(session: Session, scene: Scene, assessment: Assessment) -> None:
    for version in (-1, 1, 10**30):
        with pytest.raises(StaleEdit):
            rate(session, scene.member, assessment, "CO-1", "oui", expected_version=version)


def test_two_people_on_two_criteria_both_save(session: Session, scene: Scene, assessment: Assessment) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0)
    saved = rate(session, scene.colleague, assessment, "CO-2", "non", expected_version=0)
    assert saved.grid.tally.rated == 2


def test_saving_what_already_stands_changes_nothing(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    again = rate(session, scene.colleague, assessment, "CO-1", "oui", expected_version=1)
    assert again.version == 1
    assert again.grid.tally.rated == 1
    assert len(journal(session, "answer-saved")) == 1


def test_leaving_a_blank_criterion_blank_stores_nothing(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    saved = rate(session, scene.member, assessment, "CO-1", "", kind="blank")
    assert (saved.version, saved.saved_at) == (0, None)
    assert stored(session, assessment, "CO-1") is None


def test_sending_again_after_a_lost_reply_is_accepted_as_done(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    first = rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0, comment="Vu.")
    again = rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0, comment="Vu.")
    assert (first.version, again.version) == (1, 1)
    assert len(journal(session, "answer-saved")) == 1


def test_a_write_known_already_is_answered_as_the_first_time_whatever_came_after(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    write = str(UUID(int=7, version=4))
    first = rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0, write=write)
    rate(session, scene.colleague, assessment, "CO-1", "non")
    again = rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0, write=write)
    assert (again.answer, again.version) == (first.answer, first.version)
    assert [entry.facts["to"] for entry in journal(session, "answer-saved")] == ["oui", "non"]


def test_the_same_answer_by_somebody_else_is_no_lost_reply(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui", expected_version=0)
    with pytest.raises(StaleEdit):
        rate(session, scene.colleague, assessment, "CO-1", "oui", expected_version=0)


def test_a_lost_reply_is_one_version_behind_at_most(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "CO-1", "non")
    rate(session, scene.member, assessment, "CO-1", "oui")
    with pytest.raises(StaleEdit):
        rate(session, scene.member, assessment, "CO-1", "oui", expected_version=1)


def test_each_change_is_in_the_journal_as_codes_without_a_word_of_the_texts(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.colleague, assessment, "CO-1", "Sans objet ici.", kind="na", comment="Secret.")
    rate(session, scene.member, assessment, "ME-1", "12,50", kind="number")
    rate(session, scene.member, assessment, "ME-3", "Des mots.", kind="text")
    entries = journal(session, "answer-saved")
    assert [(entry.facts["criterion"], entry.facts["from"], entry.facts["to"]) for entry in entries] == [
        ("CO-1", "blank", "oui"),
        ("CO-1", "oui", "na"),
        ("ME-1", "blank", "12.5"),
        ("ME-3", "blank", "text"),
    ]
    assert [entry.facts["comment"] for entry in entries] == [False, True, False, False]
    assert entries[1].user_id == scene.colleague.user_id
    assert {(e.at, e.centre_id, e.subject_kind, e.subject_id) for e in entries} == {
        (NOW, scene.centre.id, "assessment", assessment.id)
    }
    assert not any(word in str(e.facts) for e in entries for word in ("Secret", "Sans objet", "mots"))


def test_the_scores_of_section_grid_and_module_follow_each_answer(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "CO-3", "partiel")
    rate(session, scene.member, assessment, "CO-5", "b")
    saved = rate(session, scene.member, assessment, "HY-1", "non")
    kept = {
        (row.grid, row.section): tally_of(row)
        for row in session.execute(select(Score.grid, Score.section, *TALLY).where(Score.module == "soins"))
    }
    third = Fraction(3333, 10000)
    assert kept["coordination", "fonction"].score == 100
    assert kept["coordination", "concertation"].score == 100 * (1 + third) / 3
    assert kept["coordination", ""].score == 100 * (2 + third) / 4
    assert kept["hygiene", ""].score == 0
    assert kept["", ""].score == 100 * (2 + third) / 5
    assert saved.grid.tally == kept["hygiene", ""]
    assert saved.grid.band is not None
    assert saved.grid.band.band == "a-traiter"
    assert saved.grid.provisional
    assert check_scores(session, assessment.id) == ()


def test_the_roundings_kept_for_aggregates_follow_too(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-5", "b")
    row = session.execute(
        select(Score.score, Score.completeness).where(Score.grid == "coordination", Score.section == "")
    ).one()
    assert row.score == pytest.approx(33.33)
    assert row.completeness == 0.25


def test_an_answer_to_a_criterion_that_does_not_apply_is_kept_and_not_counted(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    saved = rate(session, scene.member, assessment, "CO-4", "non")
    assert stored(session, assessment, "CO-4").level == "non"
    assert saved.grid.tally.rated == 0
    assert check_scores(session, assessment.id) == ()


def test_words_and_numbers_without_target_do_not_enter_the_score(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "ME-2", "3", kind="number")
    saved = rate(session, scene.member, assessment, "ME-3", "Un mot.", kind="text")
    assert (saved.grid.tally.applicable, saved.grid.tally.rated) == (1, 0)


def test_an_answer_changed_on_a_finished_sheet_leaves_it_finished_and_is_noted(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="coordination", now=NOW)
    rate(session, scene.colleague, assessment, "CO-1", "oui", now=NOW + timedelta(hours=1))
    sheet = session.scalars(select(Sheet).where(Sheet.grid == "coordination")).one()
    assert (sheet.finished_at, sheet.finished_by_id) == (NOW, scene.member.user_id)
    assert len(journal(session, "answer-saved")) == 1


@pytest.mark.parametrize("role", ["member", "coordinator", "manager"])
def test_anybody_of_the_team_may_rate_any_sheet(
    session: Session, scene: Scene, assessment: Assessment, role: str
) -> None:
    assert rate(session, getattr(scene, role), assessment, "HY-1", "oui").version == 1


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_somebody_else_s_assessment_is_not_found(
    session: Session, scene: Scene, assessment: Assessment, who: str
) -> None:
    with pytest.raises(NotFound):
        rate(session, getattr(scene, who), assessment, "CO-1", "oui")
    with pytest.raises(NotFound):
        read_answer(
            session,
            getattr(scene, who),
            assessment_id=assessment.id,
            grid="coordination",
            criterion="CO-1",
        )
    assert stored(session, assessment, "CO-1") is None


@pytest.mark.parametrize(
    ("assessment_id", "grid", "criterion"),
    [
        (0, "coordination", "CO-1"),
        (-1, "coordination", "CO-1"),
        (2**63, "coordination", "CO-1"),
        (999_999, "coordination", "CO-1"),
        (None, "inconnue", "CO-1"),
        (None, "coordination", "HY-1"),
        (None, "coordination", "co-1"),
        (None, "coordination\x00", "CO-1"),
        (None, "coordination", "CO-1\x00"),
        (None, "coordination", "\ud800"),
        (None, "", ""),
        (None, "coordination", "C" * 1000),
    ],
)
def test_what_does_not_exist_is_not_found(
    session: Session,
    scene: Scene,
    assessment: Assessment,
    assessment_id: int | None,
    grid: str,
    criterion: str,
) -> None:
    with pytest.raises(NotFound):
        save_answer(
            session,
            scene.member,
            assessment_id=assessment.id if assessment_id is None else assessment_id,
            grid=grid,
            criterion=criterion,
            submission=Submission("level", "oui"),
            expected_version=0,
            now=NOW,
        )


def test_nobody_rates_before_the_rating_is_open(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(NotPossibleNow):
        rate(session, scene.member, assessment, "CO-1", "oui")


def test_nobody_rates_once_the_rating_is_over(session: Session, scene: Scene, assessment: Assessment) -> None:
    finish_every_sheet(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "accord")
    assert rate(session, scene.member, assessment, "CO-1", "oui").version == 1
    pass_to(session, scene.coordinator, assessment, "validation")
    with pytest.raises(NotPossibleNow):
        rate(session, scene.member, assessment, "CO-1", "non")
    pass_to(session, scene.manager, assessment, "close")
    with pytest.raises(NotPossibleNow):
        rate(session, scene.member, assessment, "CO-1", "non")


def test_saving_runs_the_same_few_statements_whatever_is_in_the_database(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    rate(session, scene.member, assessment, "CO-1", "oui")
    with statements(session) as alone:
        rate(session, scene.member, assessment, "CO-2", "oui", expected_version=0)
    for _ in range(3):
        other = an_open_assessment(session, scene)
        for code in ("CO-1", "CO-2", "CO-3", "HY-1"):
            rate(session, scene.member, other, code, "oui")
    with statements(session) as among_others:
        rate(session, scene.member, assessment, "CO-3", "oui", expected_version=0)
    assert len(among_others) == len(alone) <= 5


CRITERIA = sorted(GRID_OF)
SUBMISSIONS = st.builds(
    Submission,
    kind=st.sampled_from([None, *KINDS]),
    value=st.sampled_from(["oui", "partiel", "non", "a", "b", "c", "0", "7,5", "20", "Un motif."]),
    comment=st.sampled_from([None, "", "Noté."]),
)


@pytest.fixture
def played(sessions: Sessions) -> tuple[Sessions, Scene, int]:
    with sessions.writing() as session:
        scene = set_scene(session, flags=["dentaire"])
        assessment = an_open_assessment(session, scene)
        session.commit()
        return sessions, scene, assessment.id


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CRITERIA), SUBMISSIONS), max_size=25))
def test_after_any_sequence_of_saves_the_score_rows_are_those_of_the_answers(
    played: tuple[Sessions, Scene, int], saves: list[tuple[str, Submission]]
) -> None:
    sessions, scene, assessment_id = played
    with sessions.writing() as session:
        assessment = session.get_one(Assessment, assessment_id)
        for criterion, submission in saves:
            version = current_version(session, assessment, criterion)
            try:
                send(session, scene.member, assessment, submission, criterion, version)
            except InvalidInput:
                assert current_version(session, assessment, criterion) == version
        assert check_scores(session, assessment_id) == ()
