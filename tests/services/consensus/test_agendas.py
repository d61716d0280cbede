"""What is on the agenda, for how long, in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.divergence import Verdict
from aqss.domain.errors import Fault, InvalidInput, NotAllowed
from aqss.services.consensus.agendas import (
    TypedMinutes,
    following_of,
    list_items,
    plan_route,
    preceding_of,
    read_matters,
    save_agenda,
)
from tests.services.assessments.scene import Scene, faults_of, statements
from tests.services.assessments.voices import a_second_round, say
from tests.services.consensus.room import ALIKE, LATER, SPLIT, Room, a_room


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    return a_room(session, scene)


def change(
    room: Room,
    minutes: str | TypedMinutes = "60",
    *,
    add: str = "",
    remove: str = "",
    **of_each: str | TypedMinutes,
) -> None:
    save_agenda(
        room.session,
        room.lead,
        assessment_id=room.key,
        minutes=typed(minutes),
        of_each={("coordination", code.replace("_", "-")): typed(one) for code, one in of_each.items()},
        added={("coordination", code) for code in add.split()},
        removed={("coordination", code) for code in remove.split()},
    )


def typed(minutes: str | TypedMinutes) -> TypedMinutes:
    return TypedMinutes(minutes) if isinstance(minutes, str) else minutes


def test_nothing_is_to_agree_on_before_the_spread_may_be_seen(room: Room) -> None:
    assert read_matters(room.session, room.assessment) == ()


def test_the_agenda_goes_by_priority_then_as_in_the_catalogue(session: Session, scene: Scene) -> None:
    doubt = ("oui", "oui", "oui", "partiel", ("unknown", ""))
    room = a_room(
        session,
        scene,
        {"CO-2": doubt, "CO-3": SPLIT, "HY-1": SPLIT, "HY-3": doubt},
        grids=("coordination", "hygiene"),
    )
    room.prepare()
    assert room.agenda() == ["HY-1", "CO-3", "CO-1", "CO-5", "CO-2", "HY-3"]


def test_what_does_not_fit_is_left_out_and_comes_after(room: Room) -> None:
    room.prepare("10")
    change(room, "10", CO_1="6", CO_5="6")
    assert room.agenda() == ["CO-1", "CO-2"]
    route = plan_route(list_items(room.session, room.row), read_matters(room.session, room.assessment))
    assert [matter.point.code for matter in route] == ["CO-1", "CO-2", "CO-5"]


def test_an_accord_of_four_voices_or_more_is_to_ratify_and_on_no_agenda(room: Room) -> None:
    room.prepare()
    agreed = {m.point.code: m.agreed_on for m in read_matters(room.session, room.assessment)}
    assert agreed == {"CO-1": None, "CO-2": None, "CO-3": "partiel", "CO-5": None}


def test_equal_voices_under_four_are_discussed_like_the_others(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-1": ("oui", "oui", "oui")})
    room.prepare()
    assert room.item("CO-1").verdict == "discuss"
    assert room.item("CO-1").minutes == 3


def test_under_four_voices_who_does_not_know_moves_nothing_up(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-2": ("oui", ("unknown", "")), "CO-3": ("oui", "non")})
    room.prepare()
    assert "CO-2" not in room.agenda()
    topics = {m.point.code: m.topic() for m in read_matters(room.session, room.assessment)}
    assert topics["CO-2"].priority == topics["CO-3"].priority == 0


def test_changing_the_minutes_keeps_what_was_spent_settled_or_put_off(room: Room) -> None:
    room.begin()
    room.agree("CO-1", "partiel")
    room.go("CO-5", LATER + timedelta(seconds=70))
    room.postpone("CO-5", LATER + timedelta(seconds=80))
    assert room.current == "CO-2"
    change(room, CO_5="7", CO_2="2", CO_99="3")
    assert room.agenda() == ["CO-1", "CO-2", "CO-5"]
    assert (room.item("CO-1").seconds_spent, room.item("CO-1").minutes) == (70, 5)
    assert (room.item("CO-5").minutes, room.item("CO-5").seconds_spent) == (7, 10)
    assert room.item("CO-5").postponed_at == LATER + timedelta(seconds=80)
    assert room.item("CO-2").minutes == 2


def test_minutes_that_are_none_are_all_told_and_change_nothing(room: Room) -> None:
    room.begin()
    with pytest.raises(InvalidInput) as refusal:
        change(room, "5", CO_1="0", CO_5="soixante", CO_2="61")
    assert faults_of(refusal.value) == [
        ("minutes", "number-range"),
        ("coordination/CO-1", "number-range"),
        ("coordination/CO-5", "number-expected"),
        ("coordination/CO-2", "number-range"),
    ]
    assert room.row.minutes == 60


def test_what_two_people_change_goes_together(room: Room) -> None:
    room.begin()
    change(room, CO_1=TypedMinutes("8", "5"), CO_2=TypedMinutes("3", "3"))
    change(room, CO_1=TypedMinutes("5", "5"), CO_2=TypedMinutes(" 6 ", "3"))
    assert (room.item("CO-1").minutes, room.item("CO-2").minutes) == (8, 6)


def test_minutes_that_somebody_else_changed_meanwhile_are_told_and_theirs_stand(room: Room) -> None:
    room.begin()
    change(room, CO_1="8")
    with pytest.raises(InvalidInput) as refusal:
        change(room, CO_1=TypedMinutes("6", "5"), CO_2=TypedMinutes("7", "3"))
    assert refusal.value.faults == (Fault("coordination/CO-1", "minutes-changed", (8,)),)
    assert (room.item("CO-1").minutes, room.item("CO-2").minutes) == (8, 3)
    change(room, CO_1=TypedMinutes("8", "5"))
    change(room, CO_1=TypedMinutes("6", "8"))
    assert room.item("CO-1").minutes == 6


def test_minutes_typed_for_what_is_on_no_agenda_contradict_nobody(room: Room) -> None:
    room.begin()
    change(room, add="CO-3", CO_3=TypedMinutes("9", "5"))
    assert room.item("CO-3").minutes == 9


def test_the_minutes_of_the_sitting_are_changed_by_one_person_at_a_time(room: Room) -> None:
    room.begin()
    change(room, TypedMinutes("90", "60"))
    with pytest.raises(InvalidInput) as refusal:
        change(room, TypedMinutes("45", "60"))
    assert refusal.value.faults == (Fault("minutes", "minutes-changed", (90,)),)
    change(room, TypedMinutes("60", "60"))
    assert room.row.minutes == 90


def test_what_no_choice_would_take_is_added_by_hand_and_stays(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-1": SPLIT, "CO-2": ("oui", "non"), "CO-3": ALIKE})
    room.prepare()
    assert room.agenda() == ["CO-1", "CO-5"]
    change(room, add="CO-3 CO-2 CO-99", CO_2="7")
    assert room.agenda() == ["CO-1", "CO-5", "CO-2", "CO-3"]
    assert (room.item("CO-2").minutes, room.item("CO-3").minutes) == (7, 3)
    assert room.item("CO-3").verdict == "agreed"
    change(room, CO_1="6")
    assert room.agenda() == ["CO-1", "CO-5", "CO-2", "CO-3"]
    change(room, "14")
    assert room.agenda() == ["CO-5", "CO-2", "CO-3"], "what is added takes its time from the others"
    change(room, remove="CO-2 CO-5")
    assert room.agenda() == ["CO-1", "CO-5", "CO-3"]


def test_what_the_choice_may_take_is_not_added_by_hand_nor_what_is_there(room: Room) -> None:
    room.prepare("10")
    change(room, "10", CO_1="6", CO_5="6")
    assert room.agenda() == ["CO-1", "CO-2"]
    change(room, "10", add="CO-5 CO-3")
    change(room, "10", add="CO-3")
    assert room.agenda() == ["CO-1", "CO-3"]


def test_what_was_added_keeps_its_place_once_on_the_screens_or_settled(room: Room) -> None:
    room.begin()
    change(room, add="CO-3")
    room.go("CO-3")
    change(room, remove="CO-3")
    assert room.agenda() == ["CO-3", "CO-1", "CO-5", "CO-2"]
    room.agree("CO-3", "partiel")
    room.go("CO-1")
    change(room, remove="CO-3")
    assert room.agenda() == ["CO-3", "CO-1", "CO-5", "CO-2"]


def test_only_who_leads_changes_the_agenda(room: Room) -> None:
    room.begin()
    with pytest.raises(NotAllowed):
        save_agenda(
            room.session, room.people[0], assessment_id=room.key, minutes=TypedMinutes("60"), of_each={}
        )


def test_next_skips_what_is_settled_and_comes_round(room: Room) -> None:
    room.begin()
    room.agree("CO-5", kind="na", value="Sans objet ici")
    matters = read_matters(room.session, room.assessment)
    route = plan_route(list_items(room.session, room.row), matters)
    by_code = {matter.point.code: matter.point.key for matter in matters}

    def after(code: str) -> str | None:
        found = following_of(route, by_code[code])
        return found.point.code if found else None

    assert (after("CO-1"), after("CO-2"), after("CO-3")) == ("CO-2", "CO-1", "CO-1")
    before = preceding_of(route, by_code["CO-5"])
    assert before is not None
    assert before.point.code == "CO-1"
    assert preceding_of(route, by_code["CO-1"]) is None
    assert preceding_of(route, by_code["CO-3"]) is None
    assert following_of((), None) is None


def test_a_second_round_that_agrees_may_be_ratified_and_moves_nothing(room: Room) -> None:
    room.begin()
    a_second_round(room.session, room.assessment, "CO-1", room.row)
    say(room.session, room.assessment, "CO-1", *ALIKE, round=2)
    found = {m.point.code: m for m in read_matters(room.session, room.assessment)}["CO-1"]
    assert (found.agreed_on, found.verdict, found.topic().priority) == ("partiel", Verdict.AGREED, 12)
    change(room, "60")
    assert room.agenda() == ["CO-1", "CO-5", "CO-2"]


def test_what_a_second_round_brings_together_is_ratified_unless_it_is_on_the_agenda(room: Room) -> None:
    room.begin()
    a_second_round(room.session, room.assessment, "CO-1", room.row)
    say(room.session, room.assessment, "CO-1", *ALIKE, round=2)
    room.go("CO-2")
    assert room.agenda() == ["CO-1", "CO-5", "CO-2"]
    assert room.ratify("CO-1", "CO-3") == 1, "CO-1 is to be discussed"
    change(room, remove="CO-1")
    assert room.agenda() == ["CO-2", "CO-5"]
    change(room, add="CO-1")
    assert room.agenda() == ["CO-2", "CO-5", "CO-1"]
    assert room.ratify("CO-1") == 0
    change(room, remove="CO-1")
    assert room.ratify("CO-1") == 1
    assert room.agenda() == ["CO-2", "CO-5"]


def test_what_a_second_round_divides_is_discussed_and_no_longer_to_ratify(room: Room) -> None:
    room.begin()
    a_second_round(room.session, room.assessment, "CO-3", room.row)
    say(room.session, room.assessment, "CO-3", *SPLIT, round=2)
    assert room.ratify("CO-3") == 0
    route = plan_route(list_items(room.session, room.row), read_matters(room.session, room.assessment))
    assert [matter.point.code for matter in route][-1] == "CO-3"


def test_what_is_voted_on_or_was_set_aside_stays_in_reach_of_next(room: Room) -> None:
    def route() -> list[str]:
        items, matters = list_items(room.session, room.row), read_matters(room.session, room.assessment)
        return [matter.point.code for matter in plan_route(items, matters)]

    room.begin()
    room.join(*room.people)
    room.ratify("CO-3")
    assert route() == ["CO-1", "CO-5", "CO-2"]
    room.go("CO-3")
    room.open_round("CO-3")
    room.go("CO-1")
    assert route() == ["CO-1", "CO-5", "CO-2", "CO-3"]
    change(room)
    assert room.agenda() == ["CO-1", "CO-5", "CO-2"], "no choice takes what all agreed on"
    room.go("CO-3")
    for person in room.people:
        room.vote(person, "CO-3", "non")
    room.go("CO-1")
    assert route() == ["CO-1", "CO-5", "CO-2", "CO-3"]
    change(room, add="CO-3")
    assert room.agenda() == ["CO-1", "CO-5", "CO-2", "CO-3"]


def test_a_second_round_under_four_voices_leaves_the_first_in_force(room: Room) -> None:
    room.begin()
    a_second_round(room.session, room.assessment, "CO-1", room.row)
    say(room.session, room.assessment, "CO-1", "oui", "oui", "oui", round=2)
    found = {m.point.code: m for m in read_matters(room.session, room.assessment)}["CO-1"]
    assert found.in_force == found.rounds[1]


def test_preparing_takes_the_same_queries_whatever_the_number_of_criteria(
    session: Session, scene: Scene
) -> None:
    counts = []
    for grids in (("coordination",), ("coordination", "hygiene", "mesures")):
        room = a_room(session, scene, {"CO-1": SPLIT}, grids=grids, people=5 * len(grids))
        with statements(session) as seen:
            room.prepare()
        counts.append(len(seen))
    assert counts[0] >= counts[1]
