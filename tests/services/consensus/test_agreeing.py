"""The team's answer to a criterion, and ratifying what all agree on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow, StaleEdit
from aqss.persistence.assessments import Sheet
from aqss.services.consensus.agreeing import read_agreed
from aqss.services.consensus.sessions import end_session
from tests.builders import a_member, actor_of
from tests.score_rows import check_scores
from tests.services.assessments.scene import Scene, faults_of, journal, pass_to, statements, stored
from tests.services.assessments.voices import a_second_round, say
from tests.services.consensus.room import ALIKE, LATER, SPLIT, Room, a_room


@pytest.fixture
def room(session: Session, scene: Scene) -> Room:
    room = a_room(session, scene)
    room.begin()
    return room


def test_the_teams_answer_is_scored_and_noted_with_its_consensus(room: Room) -> None:
    version = room.row.version
    agreed = room.agree("CO-1", "partiel", note="Vu ensemble.", has_dissent=True)
    assert (agreed.answer.level, agreed.version) == ("partiel", 1)
    row = stored(room.session, room.assessment, "CO-1")
    assert (row.level, row.version, row.updated_by_id) == ("partiel", 1, room.lead.user_id)
    consensus = room.consensus("CO-1")
    assert consensus is not None
    assert (consensus.note, consensus.has_dissent, consensus.is_ratified) == ("Vu ensemble.", True, False)
    assert [entry.facts for entry in journal(room.session, "consensus-saved")] == [
        {"grid": "coordination", "criterion": "CO-1", "from": "blank", "to": "partiel", "dissent": True}
    ]
    assert room.row.version == version + 1
    assert not check_scores(room.session, room.key)


@pytest.mark.parametrize(
    ("value", "kind", "asks"),
    [("partiel", "level", False), ("oui", "level", True), ("non", "level", True), ("", "unknown", True)],
)
def test_the_reason_is_asked_outside_the_medians(room: Room, value: str, kind: str, asks: bool) -> None:
    if not asks:
        assert room.agree("CO-1", value, kind=kind).version == 1
        return
    with pytest.raises(InvalidInput) as refusal:
        room.agree("CO-1", value, kind=kind)
    assert faults_of(refusal.value) == [("why", "reason-outside-medians")]
    assert room.agree("CO-1", value, kind=kind, reason="Depuis hier.").reason == "Depuis hier."


def test_not_concerned_comes_with_its_own_reason(room: Room) -> None:
    with pytest.raises(InvalidInput) as refusal:
        room.agree("CO-1", kind="na")
    assert faults_of(refusal.value) == [("reason", "required")]
    assert room.agree("CO-1", "Pas de plateau technique", kind="na").answer.reason


def test_where_medians_are_not_shown_no_reason_is_asked(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-1": ("oui", "oui", "oui")})
    room.begin()
    assert room.agree("CO-1", "non").version == 1
    assert room.agree("CO-2", kind="unknown").version == 1


def test_a_second_round_moves_the_medians(room: Room) -> None:
    a_second_round(room.session, room.assessment, "CO-1", room.row)
    say(room.session, room.assessment, "CO-1", "oui", "oui", "oui", "oui", "partiel", round=2)
    assert room.agree("CO-1", "oui").version == 1


@pytest.mark.parametrize(
    ("decision", "faults"),
    [
        ({"kind": "blank"}, [("rating", "required")]),
        ({"kind": ""}, [("rating", "required")]),
        ({"kind": "number", "value": "3"}, [("rating", "unknown-choice")]),
        ({"value": "peut-etre"}, [("rating", "level-unknown")]),
        (
            {"value": "oui", "reason": "x" * 2001, "note": "1 85 05 78 006 084 91"},
            [("why", "too-long"), ("note", "patient-identifier")],
        ),
    ],
)
def test_what_is_wrong_is_told_at_once_and_nothing_is_saved(
    room: Room, decision: dict[str, str], faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        room.agree("CO-1", **decision)
    assert faults_of(refusal.value) == faults
    assert room.consensus("CO-1") is None


def test_numbers_and_words_are_agreed_on_too(session: Session, scene: Scene) -> None:
    numbers = (Decimal(5), Decimal(6), Decimal(7), Decimal(8), Decimal(9))
    words = tuple(("text", f"Réponse {rank}") for rank in range(5))
    room = a_room(session, scene, {"ME-1": numbers, "ME-3": words}, grids=("mesures",))
    room.begin()
    assert room.agree("ME-1", "7", kind="number").answer.number == Decimal(7)
    with pytest.raises(InvalidInput):
        room.agree("ME-2", "beaucoup", kind="number")
    assert room.agree("ME-3", "Tous les mardis", kind="text").answer.words == "Tous les mardis"
    assert not check_scores(session, room.key)


def test_two_who_lead_never_overwrite_each_other(room: Room) -> None:
    other = actor_of(room.session, a_member(room.session, room.scene.centre, "coordinator"))
    room.agree("CO-1", "partiel", version=0)
    with pytest.raises(StaleEdit):
        room.agree("CO-1", "partiel", version=0, actor=other, note="Autre chose")
    standing = read_agreed(room.session, other, assessment_id=room.key, grid="coordination", criterion="CO-1")
    assert (standing.version, standing.note) == (1, "")
    assert room.agree("CO-1", "partiel", version=1, actor=other, note="Autre chose").version == 2


def test_what_stands_already_and_what_is_sent_again_is_saved_once(room: Room) -> None:
    first = room.agree("CO-1", "partiel", version=0)
    assert room.agree("CO-1", "partiel", version=0) == first
    assert room.agree("CO-1", "partiel", version=1) == first
    assert len(journal(room.session, "consensus-saved")) == 1


def test_a_ratified_answer_discussed_again_is_no_longer_ratified(room: Room) -> None:
    assert room.ratify("CO-3") == 1
    room.agree("CO-3", "partiel", note="Redit en séance")
    consensus = room.consensus("CO-3")
    assert consensus is not None
    assert (consensus.is_ratified, consensus.note) == (False, "Redit en séance")


def test_the_sheet_is_finished_with_its_last_consensus(room: Room) -> None:
    sheet = room.session.scalars(select(Sheet).where(Sheet.assessment_id == room.key)).one()
    for criterion in ("CO-1", "CO-2"):
        room.agree(criterion, "partiel", reason="Parce que")
    room.ratify("CO-3")
    assert sheet.finished_at is None
    room.agree("CO-5", "a")
    room.session.refresh(sheet)
    assert (sheet.finished_at, sheet.finished_by_id) == (LATER, room.lead.user_id)
    pass_to(room.session, room.lead, room.assessment, "validation")


def test_only_what_everybody_agreed_on_is_ratified(room: Room) -> None:
    assert room.ratify("CO-1", "CO-2", "CO-3", "CO-5") == 1
    row = stored(room.session, room.assessment, "CO-3")
    assert (row.level, row.version) == ("partiel", 1)
    consensus = room.consensus("CO-3")
    assert consensus is not None
    assert consensus.is_ratified
    assert [entry.facts for entry in journal(room.session, "consensus-ratified")] == [{"count": 1}]
    assert not check_scores(room.session, room.key)
    assert room.ratify("CO-3") == 0


def test_what_was_not_shown_is_not_ratified(room: Room) -> None:
    assert room.ratify() == 0
    assert room.consensus("CO-3") is None


def test_under_four_voices_nothing_is_ratified(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-1": ("oui", "oui", "oui")})
    room.begin()
    assert room.ratify("CO-1") == 0


def test_numbers_are_ratified_and_an_answer_that_stood_takes_a_new_version(
    session: Session, scene: Scene
) -> None:
    room = a_room(
        session, scene, {"ME-1": (Decimal("7.5"),) * 5, "ME-2": (Decimal(3),) * 5}, grids=("mesures",)
    )
    room.begin()
    agreed = room.agree("ME-2", "4", kind="number", reason="Recompté")
    row = room.consensus("ME-2")
    assert row is not None
    room.session.delete(row)
    room.session.flush()
    assert room.ratify("ME-1") == 1
    assert room.ratify("ME-1", "ME-2") == 1
    assert stored(session, room.assessment, "ME-1").number == Decimal("7.5")
    found = stored(session, room.assessment, "ME-2")
    assert (found.number, found.version) == (Decimal(3), agreed.version + 1)
    assert not check_scores(session, room.key)


def test_only_who_leads_decides_in_an_open_sitting(room: Room) -> None:
    with pytest.raises(NotAllowed):
        room.agree("CO-1", "partiel", actor=room.people[0])
    with pytest.raises(NotFound):
        room.agree("CO-1", "partiel", actor=room.scene.stranger)
    with pytest.raises(NotFound):
        room.agree("CO-4", "oui")
    end_session(room.session, room.lead, assessment_id=room.key, now=LATER)
    with pytest.raises(NotPossibleNow):
        room.agree("CO-1", "partiel")


def test_ratifying_takes_the_same_queries_whatever_the_number_of_accords(
    session: Session, scene: Scene
) -> None:
    counts = []
    for criteria in (("CO-1",), ("CO-1", "CO-2", "CO-3")):
        room = a_room(session, scene, {**dict.fromkeys(criteria, ALIKE), "CO-5": ("a",)})
        room.begin()
        with statements(session) as seen:
            assert room.ratify(*criteria) == len(criteria)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_split_team_may_be_asked_about_a_sheet_of_another_grid(session: Session, scene: Scene) -> None:
    room = a_room(session, scene, {"CO-1": SPLIT, "HY-1": ALIKE}, grids=("coordination", "hygiene"))
    room.begin()
    room.ratify("HY-1")
    room.agree("HY-3", "oui")
    room.agree("HY-2", "oui")
    finished = dict(
        room.session.execute(
            select(Sheet.grid, Sheet.finished_at).where(Sheet.assessment_id == room.key)
        ).all()
    )
    assert finished == {"coordination": None, "hygiene": LATER}
