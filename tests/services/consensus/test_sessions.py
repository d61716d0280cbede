"""A sitting from its preparation to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.consensus import Follower
from aqss.services.attempts import Attempt
from aqss.services.consensus import sessions
from aqss.services.consensus.sessions import CODE_SIGNS, attempt_at, clean_code, end_session, join
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_open_assessment,
    count,
    faults_of,
    journal,
    pass_to,
)
from tests.services.consensus.room import LATER, Room, a_room


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    return a_room(session, scene)


def test_preparing_reveals_the_spread_and_plans_the_agenda(room: Room) -> None:
    assert room.assessment.revealed_at is None
    room.prepare()
    assert room.assessment.revealed_at == LATER
    assert room.agenda() == ["CO-1", "CO-5", "CO-2"]
    assert [entry.facts for entry in journal(room.session, "session-prepared")] == [{"minutes": 60}]
    assert len(room.row.code) == 6
    assert set(room.row.code) <= set(CODE_SIGNS)


def test_preparing_twice_keeps_the_sitting_that_is_open(room: Room) -> None:
    first = room.prepare()
    assert room.prepare("30", LATER + timedelta(hours=1)) is first
    assert (first.minutes, first.opened_at) == (60, LATER)


@pytest.mark.parametrize("typed", ["", "une heure", "9", "481", "1e2", "٣٠", "1" * 40])
def test_the_minutes_of_a_sitting_are_from_10_to_480(room: Room, typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        room.prepare(typed)
    assert [field for field, _ in faults_of(refusal.value)] == ["minutes"]
    assert room.assessment.revealed_at is None


def test_only_who_coordinates_prepares_and_a_stranger_finds_nothing(room: Room) -> None:
    for actor, refusal in (
        (room.scene.manager, NotAllowed),
        (room.people[0], NotAllowed),
        (room.scene.stranger, NotFound),
    ):
        with pytest.raises(refusal):
            sessions.prepare_session(room.session, actor, assessment_id=room.key, minutes="60", now=LATER)


def test_an_assessment_rated_together_has_no_session(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    with pytest.raises(NotFound):
        sessions.prepare_session(
            session, scene.coordinator, assessment_id=assessment.id, minutes="60", now=NOW
        )


def test_nothing_is_prepared_while_the_round_is_open(room: Room) -> None:
    pass_to(room.session, room.lead, room.assessment, "cotation")
    with pytest.raises(NotPossibleNow):
        room.prepare()


def test_beginning_shows_the_first_criterion_and_twice_is_once(room: Room) -> None:
    room.begin()
    assert (room.current, room.row.started_at, room.row.current_since) == ("CO-1", LATER, LATER)
    version = room.row.version
    sessions.start_session(room.session, room.lead, assessment_id=room.key, now=LATER + timedelta(minutes=5))
    assert (room.row.version, room.row.started_at) == (version, LATER)


def test_beginning_when_all_is_agreed_shows_no_criterion(session: Session, scene: Scene) -> None:
    alike = dict.fromkeys(("CO-1", "CO-2", "CO-3"), ("oui",) * 5)
    room = a_room(session, scene, {**alike, "CO-5": ("a",) * 5})
    room.begin()
    assert (room.agenda(), room.current) == ([], None)


def test_going_on_counts_the_time_spent_and_names_its_target(room: Room) -> None:
    room.begin()
    room.go("CO-5", LATER + timedelta(seconds=90))
    assert (room.current, room.item("CO-1").seconds_spent) == ("CO-5", 90)
    room.go("CO-1", LATER + timedelta(seconds=100))
    room.go("CO-2", LATER + timedelta(seconds=130))
    assert (room.item("CO-1").seconds_spent, room.item("CO-5").seconds_spent) == (120, 10)


def test_two_people_who_press_next_together_skip_nothing(room: Room) -> None:
    room.begin()
    room.go("CO-5")
    version = room.row.version
    room.go("CO-5", LATER + timedelta(seconds=1))
    assert (room.current, room.row.version, room.row.current_since) == ("CO-5", version, LATER)


def test_following_a_save_does_not_pull_back_a_screen_that_moved_on(room: Room) -> None:
    room.begin()
    room.go("CO-2")
    room.go("CO-5", only_from=("coordination", "CO-1"))
    assert room.current == "CO-2"
    room.go("CO-5", only_from=("coordination", "CO-2"))
    assert room.current == "CO-5"


def test_going_somewhere_begins_a_sitting_not_begun(room: Room) -> None:
    room.prepare()
    room.go("CO-3")
    assert (room.current, room.row.started_at) == ("CO-3", LATER)


@pytest.mark.parametrize(
    ("grid", "criterion"),
    [
        ("coordination", "CO-4"),
        ("coordination", "CO-99"),
        ("hygiene", "HY-1"),
        ("", ""),
        ("coordination", "'"),
    ],
)
def test_a_criterion_that_is_not_asked_is_not_found(room: Room, grid: str, criterion: str) -> None:
    room.begin()
    with pytest.raises(NotFound):
        sessions.go_to(
            room.session, room.lead, assessment_id=room.key, grid=grid, criterion=criterion, now=LATER
        )


def test_what_is_put_off_comes_back_at_the_end(room: Room) -> None:
    room.begin()
    room.postpone("CO-1", LATER + timedelta(seconds=30))
    assert (room.current, room.item("CO-1").seconds_spent) == ("CO-5", 30)
    room.go("CO-2")
    room.postpone("CO-2", LATER + timedelta(seconds=60))
    assert room.current == "CO-1"


def test_putting_off_twice_at_once_puts_off_one_criterion(room: Room) -> None:
    room.begin()
    room.postpone("CO-1")
    version = room.row.version
    room.postpone("CO-1")
    assert (room.current, room.row.version) == ("CO-5", version)


def test_the_last_open_criterion_put_off_stays_on_the_screens(session: Session, scene: Scene) -> None:
    alike = dict.fromkeys(("CO-2", "CO-3"), ("oui",) * 5)
    room = a_room(session, scene, {**alike, "CO-1": ("oui", "non") * 2, "CO-5": ("a",) * 5})
    room.begin()
    room.postpone("CO-1")
    assert (room.current, room.item("CO-1").postponed_at) == ("CO-1", LATER)


def test_ending_closes_what_runs_and_another_sitting_resumes(room: Room) -> None:
    room.begin()
    room.join(room.people[0])
    room.open_round("CO-1")
    end = LATER + timedelta(minutes=10)
    row = room.row
    end_session(room.session, room.lead, assessment_id=room.key, now=end)
    assert (row.ended_at, row.current_criterion) == (end, None)
    found = room.second_round("CO-1")
    assert found is not None
    assert found.closed_at == end
    assert len(journal(room.session, "session-ended")) == 1
    with pytest.raises(NotPossibleNow):
        room.go("CO-2")
    room.begin(now=end)
    assert (room.row.id != row.id, room.current) == (True, "CO-1")


def test_ending_before_the_beginning_ends_it(room: Room) -> None:
    row = room.prepare()
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    assert row.ended_at == LATER


def test_a_clock_set_back_takes_no_time_away(room: Room) -> None:
    room.begin()
    room.go("CO-5", LATER - timedelta(minutes=5))
    assert room.item("CO-1").seconds_spent == 0


def test_the_team_joins_with_the_code_however_it_is_typed(room: Room) -> None:
    room.prepare()
    version, code = room.row.version, room.row.code
    typed = f" {code[:3].lower()}-{code[3:].lower()} "
    assert join(room.session, room.people[0], code=typed, now=LATER) == room.key
    assert join(room.session, room.people[0], code=code, now=LATER) == room.key
    assert (count(room.session, Follower), room.row.version) == (1, version + 1)


def test_a_wrong_code_and_a_code_of_others_are_refused_alike(room: Room) -> None:
    room.prepare()
    for actor, code in (
        (room.people[0], "ABCDEF"),
        (room.people[0], ""),
        (room.scene.stranger, room.row.code),
    ):
        with pytest.raises(NotFound) as refusal:
            join(room.session, actor, code=code, now=LATER)
        assert (refusal.value.kind, refusal.value.key) == ("session", "code")


def test_a_code_opens_nothing_once_its_sitting_is_over(room: Room) -> None:
    code = room.prepare().code
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    with pytest.raises(NotFound):
        join(room.session, room.people[0], code=code, now=LATER)


def test_a_code_is_new_when_chance_gives_one_that_is_taken(room: Room) -> None:
    taken = room.prepare().code
    drawn = iter([*taken, *"ABC234"])
    assert sessions.new_code(room.session, lambda _signs: next(drawn)) == "ABC234"


def test_signs_that_look_alike_are_in_no_code() -> None:
    assert not set("IL1O0") & set(CODE_SIGNS)
    assert clean_code("o0i1l a") == "A"


def test_attempts_at_a_code_count_for_the_person_and_for_the_place(room: Room) -> None:
    found = attempt_at(room.people[0], "192.0.2.1")
    assert found == Attempt("join-session", f"user {room.people[0].user_id}", "192.0.2.1")
