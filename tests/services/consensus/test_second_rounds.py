"""A second blind round from the phones, and words without a name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.persistence.consensus import BlindRating
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.participants import find_participant
from aqss.services.assessments.spreads import keep_spreads, read_spreads
from aqss.services.consensus.agendas import read_matters
from aqss.services.consensus.second_rounds import (
    Turnout,
    abandon_second_round,
    close_second_round,
    find_own_vote,
    open_second_round,
    read_turnout,
)
from aqss.services.consensus.sessions import end_session
from tests.services.assessments.scene import Scene, faults_of, journal, statements
from tests.services.consensus.room import LATER, SPLIT, Room, a_room


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    room = a_room(session, scene)
    room.begin()
    room.join(*room.people)
    return room


def rounds_of(room: Room, criterion: str) -> set[int]:
    return set(read_spreads(room.session, room.assessment, (room.at(criterion),))[room.at(criterion)])


def comments_of(room: Room, criterion: str, rank: int = 1) -> tuple[str, ...]:
    return read_spreads(room.session, room.assessment, (room.at(criterion),))[room.at(criterion)][
        rank
    ].comments


def test_the_result_appears_once_every_participant_has_voted(room: Room) -> None:
    room.open_round("CO-1")
    for rank, person in enumerate(room.people, start=1):
        assert rounds_of(room, "CO-1") == {1}
        assert room.vote(person, "CO-1", "partiel") == Turnout(rank, 5, 5)
    assert rounds_of(room, "CO-1") == {1, 2}
    spread = read_spreads(room.session, room.assessment)[room.at("CO-1")]
    assert spread[2].spread.agreed_on == "partiel"
    assert spread[1].spread.shown is not None
    assert spread[1].spread.shown.voices == len(SPLIT)


def test_it_waits_for_participants_who_have_not_joined(session: Session, scene: Scene) -> None:
    room = a_room(session, scene)
    room.begin()
    room.join(*room.people[:2])
    room.open_round("CO-1")
    room.vote(room.people[0], "CO-1", "oui")
    turnout = room.vote(room.people[1], "CO-1", "oui")
    assert (turnout, turnout.is_thin, turnout.is_complete) == (Turnout(2, 2, 5), True, False)
    assert rounds_of(room, "CO-1") == {1}
    room.join(*room.people[2:])
    for person in room.people[2:4]:
        turnout = room.vote(person, "CO-1", "partiel")
    assert (turnout, turnout.is_thin) == (Turnout(4, 5, 5), False)
    assert rounds_of(room, "CO-1") == {1}
    assert room.vote(room.people[4], "CO-1", "partiel").is_complete
    assert rounds_of(room, "CO-1") == {1, 2}


def test_it_does_not_wait_for_a_participant_who_has_left_the_team(room: Room) -> None:
    room.open_round("CO-1")
    gone = room.people[4]
    for person in (*room.people[:3], gone):
        room.vote(person, "CO-1", "oui")
    leave(room, gone)
    assert read_turnout(room.session, room.row, room.at("CO-1")) == Turnout(4, 5, 5)
    assert room.vote(room.people[3], "CO-1", "oui").is_complete
    room.go("CO-2")
    room.open_round("CO-2")
    assert read_turnout(room.session, room.row, room.at("CO-2")).expected == 4


def leave(room: Room, who: Actor) -> None:
    """They hold no role over the centre any more."""
    room.session.execute(
        update(Membership)
        .where(Membership.user_id == who.user_id)
        .values(disabled_at=LATER)
        .execution_options(synchronize_session=False)
    )


def test_closed_on_fewer_than_four_answers_it_may_be_opened_again_its_answers_kept(room: Room) -> None:
    room.open_round("CO-1")
    for person in room.people[:3]:
        room.vote(person, "CO-1", "oui")
    room.close_round("CO-1")
    assert read_spreads(room.session, room.assessment)[room.at("CO-1")][2].spread.shown is None
    room.open_round("CO-1")
    assert rounds_of(room, "CO-1") == {1}
    assert read_turnout(room.session, room.row, room.at("CO-1")).voted == 3
    room.vote(room.people[0], "CO-1", "non")
    room.vote(room.people[3], "CO-1", "oui")
    room.close_round("CO-1")
    shown = read_spreads(room.session, room.assessment)[room.at("CO-1")][2].spread.shown
    assert shown is not None
    assert shown.counts == (("oui", 3), ("non", 1))
    with pytest.raises(NotPossibleNow):
        room.open_round("CO-1")


def test_answers_kept_from_an_earlier_sitting_count_without_joining_again(room: Room) -> None:
    room.open_round("CO-1")
    for person in room.people[:3]:
        room.vote(person, "CO-1", "oui")
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    room.begin()
    room.join(*room.people[3:])
    room.go("CO-1")
    room.open_round("CO-1")
    assert read_turnout(room.session, room.row, room.at("CO-1")) == Turnout(3, 2, 5)
    room.vote(room.people[3], "CO-1", "oui")
    assert room.vote(room.people[4], "CO-1", "oui").is_complete


def test_four_answers_close_it_for_good_even_when_some_are_no_voice(room: Room) -> None:
    room.open_round("CO-1")
    for person in room.people[:3]:
        room.vote(person, "CO-1", "oui")
    room.vote(room.people[3], "CO-1", "", kind="unknown")
    room.close_round("CO-1")
    with pytest.raises(NotPossibleNow) as refusal:
        room.open_round("CO-1")
    assert refusal.value.state == "held"


def test_or_once_it_is_closed_and_closing_twice_is_once(room: Room) -> None:
    room.open_round("CO-1")
    for person in room.people[:4]:
        room.vote(person, "CO-1", "oui")
    room.close_round("CO-1")
    version = room.row.version
    room.close_round("CO-1")
    room.close_round("CO-2")
    assert room.row.version == version
    assert rounds_of(room, "CO-1") == {1, 2}
    with pytest.raises(NotPossibleNow):
        room.vote(room.people[4], "CO-1", "oui")


def test_a_voice_may_be_changed_until_the_round_closes(room: Room) -> None:
    room.open_round("CO-1")
    first = room.people[0]
    room.vote(first, "CO-1", "oui")
    assert room.vote(first, "CO-1", "", kind="unknown") == Turnout(1, 5, 5)
    participant = find_participant(room.session, room.key, first.user_id)
    assert participant is not None
    vote = find_own_vote(room.session, participant, room.at("CO-1"))
    assert vote is not None
    assert vote.kind == "unknown"


def test_one_second_round_for_each_criterion_unless_nobody_voted(room: Room) -> None:
    room.open_round("CO-1")
    room.open_round("CO-1")
    room.close_round("CO-1")
    room.open_round("CO-1")
    for person in room.people:
        room.vote(person, "CO-1", "oui")
    with pytest.raises(NotPossibleNow) as refusal:
        room.open_round("CO-1")
    assert refusal.value.state == "held"
    assert len(journal(room.session, "second-round-opened")) == 2


def test_what_was_pressed_for_another_round_does_nothing(room: Room) -> None:
    room.open_round("CO-1")
    first = room.seen("CO-1")
    room.abandon_round("CO-1")
    later = LATER + timedelta(minutes=5)
    room.open_round("CO-1", later)
    for person in room.people[:3]:
        room.vote(person, "CO-1", "oui")
    place, version = room.place("CO-1"), room.row.version
    for gesture in (abandon_second_round, close_second_round):
        for seen in (first, None):
            with pytest.raises(NotPossibleNow) as refusal:
                gesture(room.session, room.lead, **place, opened_at=seen, now=later)
            assert (refusal.value.ability, refusal.value.state) == ("second-round", "another")
    open_second_round(room.session, room.lead, **place, last_opened_at=first, now=later)
    second = room.second_round("CO-1")
    assert second is not None
    assert (second.opened_at, second.closed_at, second.abandoned_at) == (later, None, None)
    assert (read_turnout(room.session, room.row, room.at("CO-1")).voted, room.row.version) == (3, version)


@pytest.mark.parametrize("end", ["close", "abandon"])
def test_opening_sent_again_after_the_round_it_opened_is_over_opens_no_other(room: Room, end: str) -> None:
    room.open_round("CO-1")
    (room.close_round if end == "close" else room.abandon_round)("CO-1")
    with pytest.raises(NotPossibleNow) as refusal:
        open_second_round(room.session, room.lead, **room.place("CO-1"), last_opened_at=None, now=LATER)
    assert refusal.value.state == "another"
    second = room.second_round("CO-1")
    assert second is not None
    assert (second.closed_at, second.abandoned_at) == (LATER, LATER if end == "abandon" else None)


def test_a_second_round_whose_names_are_cut_is_not_opened_again(room: Room) -> None:
    room.open_round("CO-1")
    room.vote(room.people[0], "CO-1", "oui")
    room.close_round("CO-1")
    keep_spreads(room.session, room.assessment)
    room.session.execute(delete(BlindRating))
    with pytest.raises(NotPossibleNow):
        room.open_round("CO-1")


def test_how_far_a_round_is_and_whether_it_was_held_are_read_at_once(room: Room) -> None:
    room.open_round("CO-1")
    key = room.at("CO-1")
    for person in room.people[:4]:
        assert not read_turnout(room.session, room.row, key).is_held
        room.vote(person, "CO-1", "oui")
    row = room.row
    with statements(room.session) as seen:
        turnout = read_turnout(room.session, row, key)
    assert (turnout.is_held, turnout.is_kept, len(seen)) == (True, False, 1)
    room.close_round("CO-1")
    keep_spreads(room.session, room.assessment)
    room.session.execute(delete(BlindRating))
    turnout = read_turnout(room.session, room.row, key)
    assert (turnout.is_held, turnout.is_kept, turnout.voted) == (True, True, 0)


def test_only_the_criterion_of_the_screens_is_voted_on(room: Room) -> None:
    with pytest.raises(NotPossibleNow) as refusal:
        room.open_round("CO-2")
    assert refusal.value.state == "elsewhere"
    room.open_round("CO-1")
    room.go("CO-2")
    with pytest.raises(NotPossibleNow):
        room.vote(room.people[0], "CO-1", "oui")


def test_only_participants_who_joined_vote_and_are_counted(room: Room) -> None:
    room.join(room.scene.member)
    room.open_round("CO-1")
    assert read_turnout(room.session, room.row, room.at("CO-1")) == Turnout(0, 5, 5)
    with pytest.raises(NotAllowed):
        room.vote(room.scene.member, "CO-1", "oui")
    with pytest.raises(NotFound):
        room.vote(room.scene.stranger, "CO-1", "oui")


def test_a_participant_who_has_not_joined_does_not_vote(session: Session, scene: Scene) -> None:
    room = a_room(session, scene)
    room.begin()
    room.open_round("CO-1")
    with pytest.raises(NotAllowed):
        room.vote(room.people[0], "CO-1", "oui")


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("blank", "", ("rating", "required")),
        (None, "", ("rating", "required")),
        ("level", "peut-etre", ("rating", "level-unknown")),
        ("na", "", ("reason", "required")),
    ],
)
def test_a_vote_that_is_none_is_refused(
    room: Room, kind: str | None, value: str, fault: tuple[str, str]
) -> None:
    room.open_round("CO-1")
    with pytest.raises(InvalidInput) as refusal:
        room.vote(room.people[0], "CO-1", value, kind)
    assert faults_of(refusal.value) == [fault]
    assert read_turnout(room.session, room.row, room.at("CO-1")).voted == 0


def test_a_word_is_shown_at_once_without_a_name_and_apart_from_the_first(
    session: Session, scene: Scene
) -> None:
    room = a_room(session, scene, comments={"CO-1": {0: "Premier mot."}})
    room.begin()
    room.join(*room.people)
    room.word(room.people[0], "CO-1", "Autre mot.")
    room.word(room.people[0], "CO-1", "Autre mot.")
    room.word(room.people[1], "CO-1", "Un mot de plus.")
    assert comments_of(room, "CO-1") == ("Autre mot.", "Premier mot.", "Un mot de plus.")
    room.go("CO-5")
    room.word(room.people[1], "CO-5", "Sans réponse, un mot.")
    assert comments_of(room, "CO-5") == ("Sans réponse, un mot.",)


def test_a_word_that_ends_another_is_not_taken_for_the_same_sent_again(room: Room) -> None:
    first = room.people[0]
    room.word(first, "CO-1", "Je dis non")
    room.word(first, "CO-1", "non")
    assert comments_of(room, "CO-1") == ("Je dis non", "non")
    room.word(first, "CO-1", "Ligne un\nligne deux")
    room.word(first, "CO-1", "ligne deux")
    assert comments_of(room, "CO-1") == ("Je dis non", "Ligne un\nligne deux", "ligne deux", "non")


def test_what_one_person_writes_in_several_times_is_held_to_the_length_of_a_comment(room: Room) -> None:
    room.word(room.people[0], "CO-1", "a" * 1500)
    with pytest.raises(InvalidInput) as refusal:
        room.word(room.people[0], "CO-1", "b" * 500)
    assert faults_of(refusal.value) == [("comment", "too-long")]


def test_a_word_sent_again_its_reply_lost_on_the_way_is_said_once(room: Room) -> None:
    version = room.row.version
    for _ in range(2):
        room.word(room.people[0], "CO-1", "Je dis non\r\n\r\net je le redis ")
    assert comments_of(room, "CO-1") == ("Je dis non\n\net je le redis",)
    assert room.row.version == version + 1


def test_a_word_of_the_second_round_comes_with_its_result(room: Room) -> None:
    room.open_round("CO-1")
    room.word(room.people[0], "CO-1", "Pendant le tour.")
    room.vote(room.people[0], "CO-1", "oui")
    assert comments_of(room, "CO-1") == ()
    room.close_round("CO-1")
    assert comments_of(room, "CO-1", 2) == ("Pendant le tour.",)
    room.word(room.people[1], "CO-1", "Zut, après le tour.")
    matters = {matter.point.code: matter for matter in read_matters(room.session, room.assessment)}
    assert matters["CO-1"].comments == ("Zut, après le tour.", "Pendant le tour.")


def test_a_word_alone_is_no_vote(room: Room) -> None:
    room.open_round("CO-1")
    room.word(room.people[0], "CO-1", "Je ne vote pas.")
    participant = find_participant(room.session, room.key, room.people[0].user_id)
    assert participant is not None
    assert find_own_vote(room.session, participant, room.at("CO-1")) is None
    assert read_turnout(room.session, room.row, room.at("CO-1")).voted == 0
    room.close_round("CO-1")
    room.open_round("CO-1")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "required"), ("x" * 2001, "too-long"), ("NIR 1 85 05 78 006 084 91", "patient-identifier")],
)
def test_a_word_is_held_to_the_rules_of_texts(room: Room, text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        room.word(room.people[0], "CO-1", text)
    assert faults_of(refusal.value) == [("comment", code)]


def test_the_ratings_of_the_first_round_never_change(room: Room) -> None:
    def first() -> list[tuple[object, ...]]:
        columns = (BlindRating.participant_id, BlindRating.criterion, BlindRating.kind, BlindRating.level)
        rows = room.session.execute(select(*columns).where(BlindRating.round == 1).order_by(*columns[:2]))
        return [tuple(row) for row in rows]

    before = first()
    room.open_round("CO-1")
    for person in room.people:
        room.vote(person, "CO-1", "non")
    room.word(room.people[0], "CO-1", "Un mot")
    assert first() == before


def test_no_vote_and_no_word_goes_to_the_journal(room: Room) -> None:
    room.open_round("CO-1")
    before = room.session.scalars(select(JournalEntry.verb)).all()
    for person in room.people:
        room.word(person, "CO-1", "Un mot")
        room.vote(person, "CO-1", "non")
    assert room.session.scalars(select(JournalEntry.verb)).all() == before


def test_a_round_that_nobody_has_joined_waits_to_be_closed(session: Session, scene: Scene) -> None:
    room = a_room(session, scene)
    room.begin()
    room.open_round("CO-1")
    assert read_turnout(session, room.row, room.at("CO-1")) == Turnout(0, 0, 5)
    room.close_round("CO-1")
    assert rounds_of(room, "CO-1") == {1}
