"""What the projected screen and the phones read, and the poll that tells them when."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed, NotFound
from aqss.services.consensus.agendas import TypedMinutes, save_agenda
from aqss.services.consensus.screens import read_mark, read_phone, read_stage
from aqss.services.consensus.sessions import end_session
from aqss.services.consensus.sittings import get_point
from aqss.services.proofs.removing import remove_proof
from tests.services.assessments.scene import Scene, an_open_assessment, close, rate, statements
from tests.services.consensus.room import LATER, SPLIT, Room, a_room
from tests.services.proofs.scene import give_link, key_of


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    return a_room(session, scene)


def test_before_any_sitting_there_is_nothing_to_see(room: Room) -> None:
    stage = read_stage(room.session, room.lead, room.key)
    assert (stage.row, stage.current, stage.lines, stage.matters, stage.sittings) == (None, None, (), (), 0)
    assert stage.can_agree
    phone = read_phone(room.session, room.people[0], room.key)
    assert (phone.row, phone.current, phone.has_joined, phone.is_participant) == (None, None, False, True)
    assert not phone.is_over


def test_once_a_sitting_has_ended_phones_know_it_until_another_opens(room: Room) -> None:
    room.begin()
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    phone = read_phone(room.session, room.people[0], room.key)
    assert (phone.row, phone.is_over, phone.has_results, phone.can_agree) == (None, True, True, True)
    room.prepare()
    assert not read_phone(room.session, room.people[0], room.key).is_over


def test_what_is_voted_on_is_not_to_ratify(room: Room) -> None:
    room.begin()
    room.go("CO-3")
    room.open_round("CO-3")
    room.go("CO-1")
    stage = read_stage(room.session, room.lead, room.key)
    assert ([one.point.code for one in stage.voted_on], stage.ratifiable) == (["CO-3"], ())
    assert [one.point.code for one in stage.left] == ["CO-3"], "it is in reach"
    assert stage.voted_on_elsewhere == stage.voted_on
    room.go("CO-3")
    assert read_stage(room.session, room.lead, room.key).voted_on_elsewhere == ()
    room.abandon_round("CO-3")
    stage = read_stage(room.session, room.lead, room.key)
    assert (stage.voted_on, [one.point.code for one in stage.ratifiable]) == ((), ["CO-3"])


def test_what_a_second_round_sets_aside_is_no_longer_the_teams_answer_on_any_screen(room: Room) -> None:
    room.begin()
    room.join(*room.people)
    room.agree("CO-1", "partiel", note="Vu ensemble", has_dissent=True)
    room.open_round("CO-1")
    phone = read_phone(room.session, room.people[0], room.key)
    stage = read_stage(room.session, room.lead, room.key)
    for current in (phone.current, stage.current):
        assert current is not None
        assert (current.settled, current.answer.kind, current.matter.is_settled) == (None, "blank", False)
        aside = current.second.set_aside
        assert aside is not None
        assert (aside.answer.level, aside.note, aside.has_dissent) == ("partiel", "Vu ensemble", True)
    assert (stage.settled, [line.matter.is_settled for line in stage.lines]) == (0, [False] * 3)
    for person in room.people:
        room.vote(person, "CO-1", "oui")
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    assert stage.current.second.set_aside == aside
    assert stage.current.matter.has_set_aside
    assert "CO-1" not in [one.point.code for one in stage.ratifiable]
    room.agree("CO-1", "oui")
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    assert (stage.current.second.set_aside, stage.settled) == (None, 1)


def test_the_stage_holds_the_criterion_the_agenda_and_what_is_to_ratify(room: Room) -> None:
    room.begin()
    room.join(*room.people[:2])
    room.agree("CO-5", "a")
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    assert (stage.current.matter.point.code, stage.current.minutes, stage.current.version) == ("CO-1", 5, 0)
    assert [(line.matter.point.code, line.is_current, line.answer.level) for line in stage.lines] == [
        ("CO-1", True, None),
        ("CO-5", False, "a"),
        ("CO-2", False, None),
    ]
    assert [matter.point.code for matter in stage.ratifiable] == ["CO-3"]
    assert (stage.settled, stage.followers, stage.left) == (1, 2, ())
    assert stage.following is not None
    assert (stage.following.point.code, stage.preceding) == ("CO-2", None)


def test_what_was_agreed_is_shown_with_how(room: Room) -> None:
    room.begin()
    room.agree("CO-1", "oui", reason="Depuis hier", note="Une note", has_dissent=True)
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    settled = stage.current.settled
    assert settled is not None
    assert (settled.reason, settled.note, settled.has_dissent) == ("Depuis hier", "Une note", True)
    assert stage.current.version == 1


def test_a_second_round_shows_how_many_voted_while_it_is_open(room: Room) -> None:
    room.begin()
    room.join(*room.people)
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    assert (stage.current.second.can_open, stage.current.second.is_open) == (True, False)
    room.open_round("CO-1")
    room.vote(room.people[0], "CO-1", "oui")
    phone = read_phone(room.session, room.people[0], room.key)
    assert phone.current is not None
    turnout = phone.current.second.turnout
    assert turnout is not None
    assert (turnout.voted, turnout.joined, turnout.expected) == (1, 5, 5)
    assert phone.vote is not None
    assert phone.vote.level == "oui"
    assert read_phone(room.session, room.people[1], room.key).vote is None
    assert read_phone(room.session, room.scene.member, room.key).vote is None
    room.close_round("CO-1")
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    second = stage.current.second
    assert (second.is_open, second.can_open, second.is_again) == (False, True, True)
    room.open_round("CO-1")
    for person in room.people[:4]:
        room.vote(person, "CO-1", "oui")
    room.close_round("CO-1")
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    second = stage.current.second
    assert (second.is_open, second.can_open, second.is_again, second.turnout) == (False, False, False, None)


def test_what_somebody_added_to_the_agenda_is_no_longer_to_ratify(room: Room) -> None:
    room.begin()
    assert [one.point.code for one in read_stage(room.session, room.lead, room.key).ratifiable] == ["CO-3"]
    added = {("coordination", "CO-3")}
    minutes = TypedMinutes("60")
    save_agenda(room.session, room.lead, assessment_id=room.key, minutes=minutes, of_each={}, added=added)
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.ratifiable == ()
    assert [line.matter.point.code for line in stage.lines][-1] == "CO-3"


def test_the_agenda_is_through_once_begun_and_all_of_it_is_settled(room: Room) -> None:
    def is_through() -> bool:
        return read_stage(room.session, room.lead, room.key).is_through

    assert not is_through()
    room.prepare()
    assert not is_through()
    room.begin()
    assert not is_through()
    for code in ("CO-1", "CO-2", "CO-5"):
        assert not is_through()
        room.agree(code, kind="na", value="Sans objet ici")
    assert is_through()


def test_a_criterion_that_no_longer_applies_leaves_the_screens(session: Session, scene: Scene) -> None:
    scene.centre.flags = ["dentaire"]
    room = a_room(session, scene, {"CO-4": SPLIT})
    room.begin()
    room.go("CO-4")
    assert "CO-4" in room.agenda()
    room.assessment.profile = []
    session.flush()
    stage = read_stage(session, room.lead, room.key)
    assert stage.current is None
    assert "CO-4" not in [line.matter.point.code for line in stage.lines]


def test_the_mark_changes_with_each_gesture_and_with_the_step(room: Room) -> None:
    marks = [read_mark(room.session, room.key)]

    def has_changed() -> bool:
        room.session.flush()
        marks.append(read_mark(room.session, room.key))
        return marks[-1] != marks[-2]

    room.prepare()
    assert has_changed()
    room.go("CO-1")
    assert has_changed()
    room.join(room.people[0])
    assert has_changed()
    room.open_round("CO-1")
    assert has_changed()
    room.word(room.people[0], "CO-1", "Un mot")
    assert has_changed()
    room.vote(room.people[0], "CO-1", "oui")
    assert has_changed()
    room.abandon_round("CO-1")
    assert has_changed()
    room.agree("CO-1", "partiel")
    assert has_changed()
    room.ratify("CO-3")
    assert has_changed()
    room.postpone("CO-1")
    assert has_changed()
    assert read_stage(room.session, room.lead, room.key).mark == marks[-1]
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    assert has_changed()


def test_a_proof_given_or_taken_back_comes_to_the_screens(room: Room) -> None:
    room.begin()
    before = read_mark(room.session, room.key)
    proof = give_link(room.session, room.people[0], room.assessment)
    given = read_mark(room.session, room.key)
    assert given != before
    stage = read_stage(room.session, room.lead, room.key)
    assert stage.current is not None
    assert [shown.title for shown in stage.current.proofs] == [proof.title]
    remove_proof(room.session, room.people[0], key_of(room.assessment), proof.id, LATER)
    assert read_mark(room.session, room.key) not in (before, given)
    assert read_stage(room.session, room.lead, room.key).mark == read_mark(room.session, room.key)


def test_a_proof_without_an_open_sitting_or_of_another_assessment_moves_no_screen(
    session: Session, scene: Scene
) -> None:
    room = a_room(session, scene)
    other = an_open_assessment(session, scene, "coordination")
    before = read_mark(session, room.key)
    give_link(session, scene.member, room.assessment)
    assert read_mark(session, room.key) == before
    room.begin()
    before = read_mark(session, room.key)
    give_link(session, scene.member, other)
    assert read_mark(session, room.key) == before


def test_the_poll_is_one_statement(room: Room) -> None:
    room.begin()
    with statements(room.session) as seen:
        read_mark(room.session, room.key)
    assert len(seen) == 1
    with pytest.raises(NotFound):
        read_mark(room.session, 2**31)


def test_another_step_stops_the_screens(room: Room) -> None:
    room.begin()
    before = read_mark(room.session, room.key)
    room.assessment.state = "validation"
    room.assessment.version += 1
    room.session.flush()
    assert read_mark(room.session, room.key) != before
    assert not read_stage(room.session, room.lead, room.key).can_agree
    assert not read_phone(room.session, room.people[0], room.key).can_agree


def test_who_may_read_what(room: Room) -> None:
    with pytest.raises(NotAllowed):
        read_stage(room.session, room.people[0], room.key)
    with pytest.raises(NotFound):
        read_phone(room.session, room.scene.stranger, room.key)
    together = an_open_assessment(room.session, room.scene, "hygiene")
    with pytest.raises(NotFound):
        read_phone(room.session, room.lead, together.id)


def test_the_last_closed_assessment_says_what_the_team_said_then(session: Session, scene: Scene) -> None:
    earlier = an_open_assessment(session, scene, "coordination", title="Campagne 2025")
    rate(session, scene.member, earlier, "CO-1", "non")
    close(session, scene, earlier)
    room = a_room(session, scene)
    room.begin()
    stage = read_stage(session, room.lead, room.key)
    assert stage.current is not None
    previous = stage.current.previous
    assert previous is not None
    assert (previous.title, [one.answer.level for one in previous.answers]) == ("Campagne 2025", ["non"])
    room.go("CO-2")
    stage = read_stage(session, room.lead, room.key)
    assert stage.current is not None
    assert stage.current.previous is None


def test_the_screens_take_the_same_queries_whatever_there_is_to_show(session: Session, scene: Scene) -> None:
    stages, phones = [], []
    for grids, people in ((("coordination",), 5), (("coordination", "hygiene", "mesures"), 12)):
        room = a_room(session, scene, grids=grids, people=people)
        room.begin()
        room.join(*room.people)
        read_stage(session, room.lead, room.key)
        session.expire_all()
        with statements(session) as seen:
            read_stage(session, room.lead, room.key)
        stages.append(len(seen))
        session.expire_all()
        with statements(session) as seen:
            read_phone(session, room.people[0], room.key)
        phones.append(len(seen))
    assert stages[0] >= stages[1]
    assert phones[0] >= phones[1]
    assert max(phones) < 20


def test_a_point_is_found_by_its_grid_and_its_code() -> None:
    with pytest.raises(NotFound):
        get_point((), "coordination", "CO-1")
