"""What a second round sets aside counts nowhere; it is given back as it was, or the team agrees anew."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotPossibleNow, StaleEdit
from aqss.persistence.assessments import Score, Sheet
from aqss.persistence.consensus import BlindRating
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.agreed import read_set_aside
from aqss.services.assessments.counting import read_agreed
from aqss.services.assessments.cutting import KEPT_FOR, LONGEST_SITTING, cut_old_names
from aqss.services.assessments.sheets import read_task_list
from aqss.services.assessments.spreads import read_spreads
from aqss.services.consensus.second_rounds import read_turnout
from aqss.services.consensus.sessions import end_session
from tests.score_rows import check_scores
from tests.services.assessments.scene import Scene, faults_of, journal, stored
from tests.services.assessments.voices import validate
from tests.services.consensus.room import LATER, SPLIT, Room, a_room

ALL = ("CO-1", "CO-2", "CO-3", "CO-5")


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    """The first criterion is agreed on, and on the screens."""
    room = a_room(session, scene)
    room.begin()
    room.join(*room.people)
    room.agree("CO-1", "partiel", note="Vu ensemble.", has_dissent=True, reason="Depuis hier.")
    return room


def vote(room: Room, criterion: str, value: str, voices: int) -> None:
    for person in room.people[:voices]:
        room.vote(person, criterion, value)


def standing(room: Room, criterion: str = "CO-1") -> tuple[object, ...]:
    """The answer and how the team came to it, whatever its version."""
    row, consensus = stored(room.session, room.assessment, criterion), room.consensus(criterion)
    if consensus is None:
        return row.kind, None
    told = consensus.reason, consensus.note, consensus.has_dissent, consensus.is_ratified
    return row.kind, row.level, *told, consensus.decided_at, consensus.decided_by_id


def finished(room: Room) -> tuple[object, object]:
    row = room.session.execute(
        select(Sheet.finished_at, Sheet.finished_by_id).where(Sheet.assessment_id == room.key)
    ).one()
    return row.finished_at, row.finished_by_id


def agree_on_all(room: Room) -> None:
    for code in ALL[1:]:
        room.agree(code, kind="na", value="Sans objet ici")


def verbs(room: Room) -> list[str]:
    return [
        verb
        for verb in room.session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id))
        if verb.startswith(("consensus-", "second-round-"))
    ]


def test_opening_a_second_round_sets_the_agreement_aside(room: Room) -> None:
    agree_on_all(room)
    sheet_id, _ = room.at("CO-1")
    assert finished(room) == (LATER, room.lead.user_id)
    room.open_round("CO-1")
    assert standing(room) == ("blank", None)
    assert stored(room.session, room.assessment, "CO-1").version == 2
    assert finished(room) == (None, None)
    assert read_agreed(room.session, {sheet_id: ALL})[sheet_id].done == 3
    agreed = read_task_list(room.session, room.lead, room.key).agreed
    assert agreed is not None
    assert agreed.done == 3
    assert not check_scores(room.session, room.key)
    assert [entry.facts for entry in journal(room.session, "consensus-withdrawn")] == [
        {"grid": "coordination", "criterion": "CO-1", "from": "partiel"}
    ]


def test_without_an_agreement_there_is_nothing_to_set_aside(room: Room) -> None:
    room.go("CO-2")
    room.open_round("CO-2")
    room.close_round("CO-2")
    assert standing(room)[:2] == ("level", "partiel")
    assert verbs(room) == ["consensus-saved", "second-round-opened", "second-round-closed"]


def test_no_answer_is_saved_nor_ratified_while_the_criterion_is_voted_on(room: Room) -> None:
    room.open_round("CO-1")
    for version in (None, 1):
        with pytest.raises(InvalidInput) as refusal:
            room.agree("CO-1", "partiel", version=version)
        assert faults_of(refusal.value) == [("rating", "second-round-open")]
    room.go("CO-3")
    room.open_round("CO-3")
    assert room.ratify("CO-3") == 0
    room.go("CO-1")
    assert room.agree("CO-2", "oui").version == 1
    room.abandon_round("CO-3")
    assert room.ratify("CO-3") == 1
    assert room.consensus("CO-3") is not None


def test_after_a_round_that_was_held_the_team_agrees_anew_and_says_why_outside_its_medians(
    room: Room,
) -> None:
    agree_on_all(room)
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 5)
    assert (standing(room), finished(room)) == (("blank", None), (None, None))
    with pytest.raises(StaleEdit):
        room.agree("CO-1", "non", version=1)
    with pytest.raises(InvalidInput) as refusal:
        room.agree("CO-1", "partiel")
    assert faults_of(refusal.value) == [("why", "reason-outside-medians")]
    room.agree("CO-1", "non", now=LATER + timedelta(minutes=5))
    assert standing(room)[:5] == ("level", "non", "", "", False)
    assert finished(room) == (LATER + timedelta(minutes=5), room.lead.user_id)
    second = room.second_round("CO-1")
    assert second is not None
    assert second.set_aside is None
    assert "consensus-restored" not in verbs(room)
    assert not check_scores(room.session, room.key)


def test_what_a_round_set_aside_is_not_ratified_with_the_others_whatever_all_said_then(room: Room) -> None:
    room.agree("CO-3", "partiel", note="Vu ensemble.", has_dissent=True)
    room.go("CO-3")
    room.open_round("CO-3")
    vote(room, "CO-3", "non", 4)
    room.close_round("CO-3")
    assert "CO-3" not in room.agenda()
    assert room.ratify("CO-3") == 0
    second = room.second_round("CO-3")
    assert second is not None
    aside = read_set_aside(second)
    assert aside is not None
    assert (aside.note, aside.has_dissent) == ("Vu ensemble.", True)
    room.agree("CO-3", "non", note=aside.note, has_dissent=True)
    assert standing(room, "CO-3")[:5] == ("level", "non", "", "Vu ensemble.", True)
    assert second.set_aside is None
    assert not check_scores(room.session, room.key)


@pytest.mark.parametrize("gesture", ["abandon", "close", "end"])
def test_a_round_that_shows_nothing_gives_the_agreement_back_as_it_was(room: Room, gesture: str) -> None:
    agree_on_all(room)
    before = standing(room)
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 3)
    if gesture == "abandon":
        room.abandon_round("CO-1")
    elif gesture == "close":
        room.close_round("CO-1")
    else:
        end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    assert standing(room) == before
    assert stored(room.session, room.assessment, "CO-1").version == 3
    assert finished(room) == (LATER, room.lead.user_id)
    assert [(one.user_id, one.facts) for one in journal(room.session, "consensus-restored")] == [
        (room.lead.user_id, {"grid": "coordination", "criterion": "CO-1", "to": "partiel"})
    ]
    assert not check_scores(room.session, room.key)


def test_a_round_of_three_that_closes_by_itself_gives_it_back_under_nobodys_name(
    session: Session, scene: Scene
) -> None:
    room = a_room(session, scene, {"CO-1": SPLIT[:3]}, people=3)
    room.begin()
    room.join(*room.people)
    room.agree("CO-1", "oui")
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 3)
    assert standing(room)[:2] == ("level", "oui")
    assert [one.user_id for one in journal(session, "consensus-restored")] == [None]


def test_four_answers_that_are_not_four_voices_show_nothing_and_give_it_back(room: Room) -> None:
    before = standing(room)
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 3)
    room.vote(room.people[3], "CO-1", kind="unknown")
    room.close_round("CO-1")
    assert standing(room) == before
    with pytest.raises(NotPossibleNow):
        room.open_round("CO-1")


def test_a_round_of_words_is_seen_from_four_of_them_on(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {}, grids=("mesures",))
    room.begin()
    room.join(*room.people)
    room.agree("ME-3", "Tous les mardis", kind="text")
    room.go("ME-3")
    room.open_round("ME-3")
    for person in room.people[:4]:
        room.vote(person, "ME-3", "Le jeudi", kind="text")
    room.close_round("ME-3")
    assert stored(session, room.assessment, "ME-3").kind == "blank"


def test_a_sitting_that_ends_on_a_held_round_leaves_its_criterion_to_be_agreed_on(room: Room) -> None:
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 4)
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    assert standing(room) == ("blank", None)


def test_of_two_set_aside_each_comes_back_by_itself_and_the_sheet_waits_for_both(room: Room) -> None:
    agree_on_all(room)
    room.open_round("CO-1")
    room.go("CO-2")
    room.open_round("CO-2")
    room.abandon_round("CO-1")
    assert (standing(room)[1], standing(room, "CO-2")) == ("partiel", ("blank", None))
    assert finished(room) == (None, None)
    room.abandon_round("CO-2")
    assert standing(room, "CO-2")[0] == "na"
    assert stored(room.session, room.assessment, "CO-2").reason == "Sans objet ici"
    assert finished(room) == (LATER, room.lead.user_id)


def test_a_sheet_is_finished_again_at_its_own_hour_unless_something_else_was_decided_since(
    room: Room,
) -> None:
    agree_on_all(room)
    later, last = LATER + timedelta(minutes=5), LATER + timedelta(minutes=9)
    room.open_round("CO-1", later)
    room.abandon_round("CO-1", last)
    assert finished(room) == (LATER, room.lead.user_id)
    room.open_round("CO-1", later)
    room.agree("CO-2", "oui", now=last)
    assert finished(room) == (None, None)
    room.abandon_round("CO-1", last)
    assert finished(room) == (last, None)


def test_a_sheet_that_was_not_finished_has_nobody_to_give_it_back_to(room: Room) -> None:
    room.open_round("CO-1")
    agree_on_all(room)
    assert finished(room) == (None, None)
    room.close_round("CO-1", LATER + timedelta(minutes=5))
    assert finished(room) == (LATER + timedelta(minutes=5), None)


def test_an_abandoned_round_leaves_no_answer_and_keeps_what_was_written(room: Room) -> None:
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 4)
    room.word(room.people[0], "CO-1", "Un mot du tour.")
    room.abandon_round("CO-1")
    room.abandon_round("CO-1")
    rounds = read_spreads(room.session, room.assessment)[room.at("CO-1")]
    assert (set(rounds), rounds[1].comments) == ({1}, ("Un mot du tour.",))
    rows = room.session.execute(
        select(BlindRating.kind, BlindRating.level, BlindRating.comment).where(BlindRating.round == 2)
    ).all()
    assert [tuple(row) for row in rows] == [("blank", None, "Un mot du tour.")]
    assert verbs(room)[-2:] == ["second-round-abandoned", "consensus-restored"]
    room.open_round("CO-1")
    assert read_turnout(room.session, room.row, room.at("CO-1")).voted == 0
    assert standing(room) == ("blank", None)


def test_numbers_and_words_come_back_too(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {}, grids=("mesures",))
    room.begin()
    room.agree("ME-1", "7.50", kind="number")
    room.agree("ME-3", "Tous les mardis", kind="text")
    for code in ("ME-1", "ME-3"):
        room.go(code)
        room.open_round(code)
        assert stored(session, room.assessment, code).kind == "blank"
        room.close_round(code)
    assert stored(session, room.assessment, "ME-1").number == Decimal("7.5")
    assert stored(session, room.assessment, "ME-3").words == "Tous les mardis"
    assert not check_scores(session, room.key)


def test_an_accord_of_all_comes_back_ratified(room: Room) -> None:
    room.ratify("CO-3")
    before = standing(room, "CO-3")
    room.go("CO-3")
    room.open_round("CO-3")
    room.close_round("CO-3")
    assert standing(room, "CO-3") == before
    assert before[5] is True


def test_names_cut_a_year_on_end_a_round_forgotten_open_and_give_its_agreement_back(room: Room) -> None:
    before = standing(room)
    room.open_round("CO-1")
    vote(room, "CO-1", "non", 4)
    assert cut_old_names(room.session, LATER + KEPT_FOR + LONGEST_SITTING) == 1
    assert (standing(room), room.second_round("CO-1")) == (before, None)


def test_a_workflow_that_ends_whatever_is_open_freezes_the_agreement_given_back(
    room: Room, scene: Scene
) -> None:
    room.open_round("CO-1")
    room.assessment.state = "validation"
    room.session.flush()
    validate(room.session, scene, room.assessment)
    assert standing(room)[:2] == ("level", "partiel")
    rated = select(Score.rated).where(Score.assessment_id == room.key, Score.scope == "grid")
    assert room.session.scalars(rated).one() == 1
