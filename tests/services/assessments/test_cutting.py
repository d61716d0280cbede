"""Names are cut from blind ratings at the end: spreads remain of what is closed, nobody's words."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment
from aqss.persistence.base import Base
from aqss.persistence.consensus import BlindRating, ConsensusSession, Participant, SecondRound, Spread
from aqss.persistence.session import Sessions
from aqss.services.assessments.cutting import KEPT_FOR, LONGEST_SITTING, cut_old_names
from aqss.services.assessments.freezing import read_circumstances
from aqss.services.assessments.reopening import reopen_assessment
from aqss.services.assessments.spreads import read_spreads
from aqss.services.consensus.second_rounds import read_turnout
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_open_assessment,
    close,
    count,
    pass_to,
    read_workflow,
    set_scene,
)
from tests.services.assessments.voices import (
    REVEALED,
    a_blind_assessment,
    a_second_round,
    a_sitting,
    participants,
    say,
    sheet_of,
    validate,
)

FEW = "Motif d’une seule personne : le local n’ouvre pas."
A_YEAR_ON = REVEALED + KEPT_FOR


def spreads(session: Session) -> list[tuple[str, int, str, object, list[str]]]:
    """What the table keeps, in the order in which it is written on the disk where that can be asked for."""
    order = (
        [text("rowid")] if session.get_bind().dialect.name == "sqlite" else [Spread.criterion, Spread.round]
    )
    rows = session.scalars(select(Spread).order_by(*order)).all()
    return [(row.criterion, row.round, row.verdict, row.votes, row.comments) for row in rows]


def of(session: Session, criterion: str) -> list[tuple[int, str, object, list[str]]]:
    return [tuple(rest) for code, *rest in spreads(session) if code == criterion]


@pytest.fixture
def blind(session: Session, scene: Scene) -> Assessment:
    return a_blind_assessment(session, scene)


def test_closing_keeps_the_spread_of_four_voices_and_deletes_every_rating(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(
        session,
        blind,
        "CO-1",
        "partiel",
        "oui",
        "partiel",
        "oui",
        ("na", "Fait ailleurs."),
        comments={0: "Zut.", 1: "Alors ?"},
    )
    validate(session, scene, blind)
    counts = {"counts": [["oui", 2], ["partiel", 2]], "unknown": 0, "not_applicable": 1}
    assert of(session, "CO-1") == [
        (1, "discuss", {**counts, "reasons": ["Fait ailleurs."]}, ["Alors ?", "Zut."])
    ]
    assert count(session, BlindRating) == 0


def test_under_four_voices_the_verdict_alone_is_kept_beside_comments(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", ("unknown", ""), comments={2: "À revoir."})
    say(session, blind, "CO-3", ("na", FEW), "non", "oui", ("unknown", ""))
    validate(session, scene, blind)
    assert of(session, "CO-1") == [(1, "discuss", None, ["À revoir."])]
    assert of(session, "CO-3") == [(1, "discuss", None, [])]


def test_what_is_given_up_leaves_no_spread(session: Session, scene: Scene, blind: Assessment) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    blind.state = "cotation"
    pass_to(session, scene.coordinator, blind, "abandonnee")
    assert (count(session, BlindRating), count(session, Spread)) == (0, 0)
    assert blind.closed_from is None


def test_what_is_given_up_after_a_closing_leaves_none_either(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non", comments={0: "Un mot."})
    validate(session, scene, blind)
    kept = count(session, Spread)
    reopen_assessment(
        session,
        scene.manager,
        assessment_id=blind.id,
        reason="Une erreur.",
        expected_version=blind.version,
        now=NOW,
    )
    other = a_blind_assessment(session, scene)
    validate(session, scene, other)
    assert count(session, Spread) == 2 * kept
    blind.state = "cotation"
    pass_to(session, scene.coordinator, blind, "abandonnee")
    left = session.scalars(select(Spread.sheet_id).distinct()).all()
    assert set(left) == {sheet.id for sheet in other.sheets}


def test_what_was_rated_together_has_no_spread(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    close(session, scene, assessment)
    assert (count(session, Spread), assessment.revealed_at) == (0, None)
    assert assessment.closed_from == "validation"


def test_names_are_cut_whatever_the_workflow_sets_off(session: Session) -> None:
    bare = """
workflow: auto-evaluation
version: 7
title: Essai
subject: assessment
states:
  - {state: validation, label: Début, initial: true, allows: [prepare],
     transitions: [{to: close, label: Finir, by: [manager]}]}
  - {state: close, label: Fin, final: true, allows: [read-results]}
"""
    scene = set_scene(session, workflow=read_workflow(bare))
    blind = a_blind_assessment(session, scene)
    blind.revealed_at = None
    say(session, blind, "CO-1", "oui", "oui", "oui", "oui", "oui")
    validate(session, scene, blind)
    assert (count(session, BlindRating), len(of(session, "CO-1"))) == (0, 1)
    assert blind.revealed_at == NOW  # nothing of the round changes any more


def test_nothing_of_another_assessment_is_cut(session: Session, scene: Scene, blind: Assessment) -> None:
    other = a_blind_assessment(session, scene)
    for one in (blind, other):
        say(session, one, "CO-1", "oui", "oui", "oui", "oui", "oui")
    validate(session, scene, blind)
    assert count(session, BlindRating) == 5
    kept = select(Spread.sheet_id).where(Spread.sheet_id == sheet_of(session, other, "CO-1"))
    assert session.scalars(kept).all() == []


def test_a_second_round_without_a_vote_leaves_its_words_with_the_first_and_may_be_opened_again(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    sitting = a_sitting(session, blind, ended_at=REVEALED)
    a_second_round(session, blind, "CO-1", sitting)
    say(session, blind, "CO-1", "oui", "non", "non", "oui", comments={0: "Zut."})
    say(session, blind, "CO-1", ("blank", ""), round=2, comments={0: "Après coup."})
    validate(session, scene, blind)
    assert [(rank, comments) for rank, _, _, comments in of(session, "CO-1")] == [
        (1, ["Après coup.", "Zut."])
    ]
    assert not read_turnout(session, sitting, (sheet_of(session, blind, "CO-1"), "CO-1")).is_held


@pytest.mark.parametrize(("is_closed", "rounds"), [(True, [1, 2]), (False, [1])])
def test_a_second_round_leaves_its_spread_once_closed_and_nothing_while_open(
    session: Session, scene: Scene, blind: Assessment, is_closed: bool, rounds: list[int]
) -> None:
    sitting = a_sitting(session, blind, ended_at=REVEALED)
    a_second_round(session, blind, "CO-1", sitting, is_closed=is_closed)
    say(session, blind, "CO-1", "oui", "non", "non", "oui")
    say(session, blind, "CO-1", "oui", "oui", "oui", "oui", round=2)
    validate(session, scene, blind)
    assert [row[0] for row in of(session, "CO-1")] == rounds
    assert count(session, SecondRound) == len(rounds) - 1
    assert count(session, BlindRating) == 0


def test_a_sitting_still_open_ends_with_the_assessment(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    sitting = a_sitting(session, blind)
    validate(session, scene, blind)
    session.expire_all()
    assert (sitting.ended_at, sitting.version) == (NOW, 2)


def test_closed_again_it_keeps_the_spreads_of_the_first_closing(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    validate(session, scene, blind)
    before = spreads(session)
    reopen_assessment(
        session,
        scene.manager,
        assessment_id=blind.id,
        reason="Une erreur.",
        expected_version=blind.version,
        now=NOW,
    )
    assert read_spreads(session, blind)[sheet_of(session, blind, "CO-1"), "CO-1"][1].spread.shown is not None
    validate(session, scene, blind)
    assert spreads(session) == before


def test_nothing_kept_tells_in_which_order_or_when_people_answered(sessions: Sessions) -> None:
    """The same answers by the same people, the last first and days later: the very same rows."""
    kept = []
    for backwards in (False, True):
        with sessions.writing() as session:
            scene = set_scene(session)
            blind = a_blind_assessment(session, scene, 5)
            codes = ["CO-1", "CO-3", "CO-5"]
            said: Sequence[str] = ("oui", "oui", "non", "non", "oui")
            if backwards:
                codes, said = codes[::-1], said[::-1]
            comments = {0: "Un.", 1: "Deux."} if not backwards else {4: "Un.", 3: "Deux."}
            for code in codes:
                words = said if code != "CO-5" else ["a" if one == "oui" else "c" for one in said]
                at = NOW + timedelta(days=9) if backwards else NOW
                say(session, blind, code, *words, comments=comments, at=at)
            validate(session, scene, blind)
            kept.append(spreads(session))
    assert kept[0] == kept[1]
    assert any(votes for *_, votes, _comments in kept[0])


def test_no_table_ties_a_participant_to_an_answer_once_closed(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", ("na", FEW), "partiel", "non", comments={0: "Entendu."})
    validate(session, scene, blind)
    assert len(participants(session, blind)) == 5  # who took part stays known
    holding = []
    for table in Base.metadata.sorted_tables:
        rows = session.execute(select(table)).mappings().all()
        if any(FEW in str(value) for row in rows for value in row.values()):
            holding.append(table.name)
        if {"participant_id", "criterion"} <= {column.name for column in table.c}:
            assert rows == []
    assert holding == []  # fewer than four voices: not even the reason
    assert {column.name for column in Participant.__table__.c}.isdisjoint({"criterion", "level", "sheet_id"})


def test_the_file_itself_holds_nothing_of_a_cut_rating_once_the_log_is_emptied(
    sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.writing() as session:
        scene = set_scene(session)
        blind = a_blind_assessment(session, scene, 3)
        say(session, blind, "CO-1", ("na", FEW), "oui", "oui")
        session.commit()
        is_found_before = FEW.encode() in bytes_of(sessions, tmp_path)
        validate(session, scene, blind)
        session.commit()
    sessions.empty_log()
    assert is_found_before is sessions.is_sqlite
    assert FEW.encode() not in bytes_of(sessions, tmp_path)


def bytes_of(sessions: Sessions, tmp_path: Path) -> bytes:
    """SQLite's file and its log, as a thief copies them; PostgreSQL keeps old rows until it vacuums."""
    if not sessions.is_sqlite:
        return b""
    files = sorted(sessions.path.parent.glob(f"{sessions.path.name}*"))
    return b"".join(Path(shutil.copy(path, tmp_path / "copie")).read_bytes() for path in files)


def test_a_year_after_the_spread_could_be_seen_names_are_cut_even_from_what_still_runs(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    shown = read_spreads(session, blind)
    assert cut_old_names(session, A_YEAR_ON - timedelta(seconds=1)) == 0
    assert count(session, BlindRating) == 5
    assert cut_old_names(session, A_YEAR_ON) == 1
    assert (count(session, BlindRating), blind.state) == (0, "validation")
    assert read_spreads(session, blind) == shown
    assert cut_old_names(session, A_YEAR_ON) == 0  # nothing left to cut


def test_a_sitting_that_may_be_going_on_is_left_its_votes_for_a_day(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    a_sitting(session, blind, opened_at=A_YEAR_ON)
    assert cut_old_names(session, A_YEAR_ON + timedelta(hours=3)) == 0
    assert cut_old_names(session, A_YEAR_ON + LONGEST_SITTING) == 1
    assert session.scalars(select(ConsensusSession.ended_at)).one() is None


def test_a_sitting_opened_long_ago_is_left_its_votes_while_it_shows_or_asks_something_new(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    sitting = a_sitting(session, blind, opened_at=A_YEAR_ON - timedelta(days=4))
    sitting.current_since = A_YEAR_ON - timedelta(hours=20)
    session.flush()
    assert cut_old_names(session, A_YEAR_ON) == 0
    a_second_round(session, blind, "CO-1", sitting, is_closed=False)
    running = session.scalars(select(SecondRound)).one()
    running.opened_at = A_YEAR_ON + timedelta(hours=2)
    session.flush()
    assert cut_old_names(session, A_YEAR_ON + timedelta(hours=5)) == 0
    running.closed_at = A_YEAR_ON + timedelta(hours=3)
    session.flush()
    assert cut_old_names(session, A_YEAR_ON + timedelta(hours=5)) == 1


def test_a_second_round_forgotten_open_does_not_keep_names_for_ever(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    a_second_round(session, blind, "CO-1", a_sitting(session, blind), is_closed=False)
    assert cut_old_names(session, A_YEAR_ON + LONGEST_SITTING) == 1
    assert (count(session, BlindRating), count(session, SecondRound)) == (0, 0)


def test_the_screens_of_a_sitting_forgotten_open_show_what_the_cut_left(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", "oui", "oui", "non", "non")
    over = a_sitting(session, blind, ended_at=REVEALED)
    forgotten = a_sitting(session, blind)
    assert cut_old_names(session, A_YEAR_ON) == 1
    session.expire_all()
    assert (over.version, forgotten.version, forgotten.ended_at) == (1, 2, None)


def test_who_rated_still_took_part_once_names_are_cut_from_what_still_runs(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", "oui", ("blank", ""), ("unknown", ""), comments={1: "Un mot."})
    declared, silent = participants(session, blind)[0], participants(session, blind)[4]
    declared.finished_at = NOW
    session.flush()
    before = read_circumstances(session, blind).participation
    assert cut_old_names(session, A_YEAR_ON) == 1
    session.expire_all()
    assert [one.finished_at for one in participants(session, blind)] == [NOW, None, REVEALED, None, None]
    assert silent.finished_at is None
    assert read_circumstances(session, blind).participation == before
    assert before.people == 2


def test_a_round_that_nobody_saw_keeps_its_names_for_a_year_after_its_last_answer(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    blind.revealed_at, blind.state = None, "cotation"
    say(session, blind, "CO-1", "oui", at=NOW - timedelta(days=300))
    say(session, blind, "CO-2", "non")
    who = participants(session, blind)[0]
    who.finished_at = NOW
    assert cut_old_names(session, NOW + KEPT_FOR - timedelta(seconds=1)) == 0
    assert cut_old_names(session, NOW + KEPT_FOR) == 1
    session.refresh(who)
    assert (count(session, BlindRating), count(session, Spread), who.finished_at) == (0, 0, None)
