"""Who rates alone: choosing them, changing them while the round is open, and what a removal takes away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import Fault, InvalidInput, InvalidTransition, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Assessment, Assignment
from aqss.persistence.consensus import BlindRating, Participant
from aqss.persistence.mails import Mail
from aqss.services.assessments.moving import available_moves
from aqss.services.assessments.offers import read_preparation
from aqss.services.assessments.participants import (
    find_participant,
    list_participants,
    list_participants_of,
    list_raters,
    voices_of,
)
from aqss.services.assessments.preparing import change_preparation
from aqss.services.assessments.scope import Scope
from tests.services.assessments.alone import (
    a_blind_scope,
    an_open_round,
    own_row,
    rate_alone,
)
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    count,
    faults_of,
    journal,
    pass_to,
    rate,
    start,
    statements,
)
from tests.services.consensus.room import a_room


def ask(
    session: Session,
    scene: Scene,
    assessment: Assessment,
    *people: Actor,
    grids: Sequence[str] = ("coordination",),
    rating: str = "blind",
    removals: Collection[int] = (),
) -> Assessment:
    """Prepare again, with these people."""
    scope = a_scope(*grids, rating=rating, participants=tuple(person.user_id for person in people))
    return prepare_again(session, scene, assessment, scope, removals)


def prepare_again(
    session: Session,
    scene: Scene,
    assessment: Assessment,
    scope: Scope,
    removals: Collection[int] = (),
) -> Assessment:
    return change_preparation(
        session,
        scene.coordinator,
        assessment_id=assessment.id,
        scope=scope,
        expected_version=assessment.version,
        now=NOW,
        links=LINKS,
        removals=removals,
    )


def names(session: Session, assessment: Assessment) -> list[str]:
    return [one.name for one in list_participants(session, assessment.id)]


def leave(session: Session, actor: Actor) -> None:
    session.execute(update(Membership).where(Membership.user_id == actor.user_id).values(disabled_at=NOW))


def test_a_new_assessment_names_who_rates_alone_with_the_professions_they_have(
    session: Session, scene: Scene
) -> None:
    assessment = start(session, scene, a_blind_scope(scene))
    found = list_participants(session, assessment.id)
    assert [(one.name, one.professions) for one in found] == [
        ("Camille Coordination", ("coordination",)),
        ("Inès Infirmière", ("infirmier",)),
        ("Mehdi Médecin", ("medecin",)),
    ]
    assert {(one.finished_at, one.reminded_at, one.has_left) for one in found} == {(None, None, False)}
    assert assessment.rating == "blind"
    (entry,) = journal(session, "participants-changed")
    assert entry.facts == {"added": 3, "removed": 0}


def test_changing_only_who_rates_alone_is_one_entry_of_the_journal(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    ask(session, scene, assessment, scene.member, scene.colleague)
    assert journal(session, "participants-changed")[-1].facts == {"added": 1, "removed": 0}
    assert journal(session, "assessment-prepared") == []


def test_where_the_team_rates_together_nobody_is_asked_to_rate_alone(session: Session, scene: Scene) -> None:
    assessment = start(session, scene, a_scope("coordination", participants=(scene.member.user_id,)))
    assert (list_participants(session, assessment.id), journal(session, "participants-changed")) == ((), [])


def test_where_each_person_rates_alone_nobody_is_asked_for_a_sheet(session: Session, scene: Scene) -> None:
    people = {"coordination": [scene.member.user_id]}
    start(session, scene, a_blind_scope(scene, assignments=people))
    assert count(session, Assignment) == 0


def test_who_is_not_of_the_team_is_not_asked(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refused:
        start(session, scene, a_blind_scope(scene, people=[scene.member, scene.stranger]))
    assert faults_of(refused.value) == [("participants", "unknown-choice")]


def test_a_way_of_rating_that_is_none_is_refused(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refused:
        start(session, scene, a_scope("coordination", rating="secret"))
    assert faults_of(refused.value) == [("rating", "unknown-choice")]


def test_the_rating_does_not_open_without_anybody_to_rate(session: Session, scene: Scene) -> None:
    assessment = start(session, scene, a_blind_scope(scene, people=[]))
    moves = available_moves(session, scene.coordinator, assessment.id)
    assert {one.transition.to: one.missing for one in moves}["cotation"] == ("scope-chosen",)
    with pytest.raises(InvalidTransition):
        pass_to(session, scene.coordinator, assessment, "cotation")
    ask(session, scene, assessment, scene.member)
    pass_to(session, scene.coordinator, assessment, "cotation")
    assert assessment.state == "cotation"


def test_the_rating_does_not_open_when_all_who_would_rate_have_left(session: Session, scene: Scene) -> None:
    assessment = start(session, scene, a_blind_scope(scene, people=[scene.member]))
    leave(session, scene.member)
    with pytest.raises(InvalidTransition):
        pass_to(session, scene.coordinator, assessment, "cotation")


def test_only_who_rates_alone_hears_that_the_rating_is_open(session: Session, scene: Scene) -> None:
    an_open_round(session, scene, people=[scene.member, scene.colleague])
    mails = session.scalars(select(Mail).where(Mail.kind == "rating-open")).all()
    assert {mail.user_id for mail in mails} == {scene.member.user_id, scene.colleague.user_id}
    assert all("Personne ne voit ce que vous avez répondu" in mail.body_text for mail in mails)
    assert all("Personne ne voit ce que vous avez répondu" in mail.body_html for mail in mails)


def test_who_an_open_rating_concerns_is_the_team_or_who_rates_alone(session: Session, scene: Scene) -> None:
    together, alone = an_open_assessment(session, scene), an_open_round(session, scene, people=[scene.member])
    assert len(list_raters(session, together)) == 4
    assert [person.id for person in list_raters(session, alone)] == [scene.member.user_id]
    leave(session, scene.member)
    assert list_raters(session, alone) == []


def test_people_are_added_replaced_and_told_while_the_round_is_open(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    ask(session, scene, assessment, scene.colleague, scene.manager)
    assert names(session, assessment) == ["Dominique Direction", "Inès Infirmière"]
    told = session.scalars(select(Mail.user_id).where(Mail.kind == "rating-open").order_by(Mail.id)).all()
    assert sorted(told) == sorted([scene.member.user_id, scene.colleague.user_id, scene.manager.user_id])
    assert journal(session, "participants-changed")[-1].facts == {"added": 2, "removed": 1}


def test_saving_the_preparation_again_keeps_people_their_answers_and_their_finish(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    before = list_participants(session, assessment.id)
    ask(session, scene, assessment, scene.coordinator, scene.member, scene.colleague)
    assert list_participants(session, assessment.id) == before
    assert own_row(session, scene.member, assessment, "CO-1").level == "oui"
    assert len(journal(session, "participants-changed")) == 1


def test_professions_follow_those_of_the_team_each_time_the_preparation_is_saved(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene, people=[scene.member, scene.colleague])
    found = session.scalars(select(Membership).where(Membership.user_id == scene.member.user_id)).one()
    found.professions = ["medecin", "direction"]
    leave(session, scene.colleague)
    ask(session, scene, assessment, scene.member, scene.colleague)
    kept = {one.name: (one.professions, one.has_left) for one in list_participants(session, assessment.id)}
    assert kept == {
        "Mehdi Médecin": (("medecin", "direction"), False),
        "Inès Infirmière": (("infirmier",), True),
    }


def test_who_has_left_the_centre_stays_until_taken_off_and_counts_for_no_voice(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene, people=[scene.member, scene.colleague])
    leave(session, scene.colleague)
    assert voices_of(list_participants(session, assessment.id)) == (("medecin",),)
    ask(session, scene, assessment, scene.member)
    assert names(session, assessment) == ["Mehdi Médecin"]
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, scene.member, scene.colleague)
    assert faults_of(refused.value) == [("participants", "unknown-choice")]


def test_taking_off_who_has_answered_is_confirmed_and_takes_their_answers(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.member, assessment, "CO-3", kind="blank", comment="À voir.")
    rate_alone(session, scene.colleague, assessment, "CO-1", "non")
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, scene.coordinator, removals=[scene.colleague.user_id])
    assert refused.value.faults == (Fault("participants", "participant-rated", ("Mehdi Médecin",)),)
    ask(session, scene, assessment, scene.coordinator, scene.colleague, removals=[scene.member.user_id])
    assert own_row(session, scene.member, assessment, "CO-1") is None
    assert own_row(session, scene.colleague, assessment, "CO-1").level == "non"


def test_who_has_answered_nothing_is_taken_off_without_more(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.member, assessment, "CO-1", kind="blank")
    ask(session, scene, assessment, scene.coordinator, scene.colleague)
    assert (count(session, BlindRating), count(session, Participant)) == (0, 2)


def test_an_open_round_is_not_left_without_anybody(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment)
    assert faults_of(refused.value) == [("participants", "at-least-one")]


def test_nobody_changes_who_rated_once_the_round_is_closed(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    with pytest.raises(NotPossibleNow):
        ask(session, scene, assessment, scene.coordinator, scene.member)
    same = (scene.coordinator, scene.member, scene.colleague)
    assert ask(session, scene, assessment, *same).version == assessment.version
    assert read_preparation(session, scene.coordinator, assessment.id).is_round_closed is True


def test_who_rated_keeps_the_professions_they_rated_as_once_the_round_is_closed(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    before = list_participants(session, assessment.id)
    pass_to(session, scene.coordinator, assessment, "accord")
    found = session.scalars(select(Membership).where(Membership.user_id == scene.member.user_id)).one()
    found.professions = ["direction"]
    ask(session, scene, assessment, scene.coordinator, scene.member, scene.colleague)
    assert list_participants(session, assessment.id) == before


@pytest.mark.parametrize("grids", [("coordination", "hygiene", "mesures"), ("coordination",)])
@pytest.mark.parametrize(("step", "revealed_at"), [("accord", None), ("accord", NOW), ("cotation", NOW)])
def test_grids_neither_come_nor_go_once_the_round_is_closed(
    session: Session, scene: Scene, grids: tuple[str, ...], step: str, revealed_at: datetime | None
) -> None:
    assessment = an_open_round(session, scene, "coordination", "hygiene")
    if step == "accord":
        pass_to(session, scene.coordinator, assessment, step)
    assessment.revealed_at = revealed_at
    session.flush()
    people = (scene.coordinator, scene.member, scene.colleague)
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, *people, grids=grids)
    assert refused.value.faults == (Fault("grids", "grids-settled"),)
    assert {sheet.grid for sheet in assessment.sheets} == {"coordination", "hygiene"}


def test_what_a_sitting_has_touched_leaves_the_words_and_the_end_to_be_corrected(
    session: Session, scene: Scene
) -> None:
    """Agenda, second round and screens point at the grids: nothing of them is left hanging."""
    room = a_room(session, scene, grids=("coordination", "hygiene"))
    room.begin()
    room.open_round("CO-1")
    scope = a_blind_scope(
        scene, "coordination", "hygiene", people=room.people, title="Corrigé", round_ends_on=date(2026, 6, 1)
    )
    changed = prepare_again(session, scene, room.assessment, scope)
    assert (changed.title, changed.round_ends_on) == ("Corrigé", date(2026, 6, 1))
    with pytest.raises(InvalidInput):
        prepare_again(session, scene, room.assessment, replace(scope, grids=("hygiene",)))


def test_grids_come_and_go_while_the_round_is_open(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, "coordination", "hygiene")
    people = (scene.coordinator, scene.member, scene.colleague)
    ask(session, scene, assessment, *people, grids=("coordination", "mesures"))
    assert [sheet.grid for sheet in assessment.sheets] == ["coordination", "mesures"]


def test_nobody_changes_who_rated_once_a_spread_could_be_seen(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    assert read_preparation(session, scene.coordinator, assessment.id).is_round_closed is False
    assessment.revealed_at = NOW
    session.flush()
    with pytest.raises(NotPossibleNow):
        ask(session, scene, assessment, scene.coordinator)


def test_the_preparation_tells_the_way_of_rating_and_who_rates(session: Session, scene: Scene) -> None:
    assessment = start(session, scene, a_blind_scope(scene, people=[scene.member]))
    prepared = read_preparation(session, scene.coordinator, assessment.id)
    assert (prepared.scope.rating, prepared.scope.participants) == ("blind", (scene.member.user_id,))
    assert [one.name for one in prepared.participants] == ["Mehdi Médecin"]
    assert prepared.is_round_closed is False


@pytest.mark.parametrize("rating", ["direct", "blind"])
def test_the_way_of_rating_is_chosen_until_the_rating_opens(
    session: Session, scene: Scene, rating: str
) -> None:
    other = "blind" if rating == "direct" else "direct"
    scope = a_scope("coordination", rating=rating, participants=(scene.member.user_id,))
    assessment = start(session, scene, scope)
    ask(session, scene, assessment, scene.member, rating=other)
    assert assessment.rating == other
    assert journal(session, "assessment-prepared")[-1].facts["changed"] == ["rating"]
    ask(session, scene, assessment, scene.member, rating=rating)
    pass_to(session, scene.coordinator, assessment, "cotation")
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, scene.member, rating=other)
    assert ("rating", "rating-settled") in faults_of(refused.value)


def test_the_way_of_rating_is_settled_by_an_answer_whatever_the_state(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "coordination")
    rate(session, scene.member, assessment, "CO-1", "oui")
    assessment.state = "preparation"
    session.flush()
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, scene.member)
    assert faults_of(refused.value) == [("rating", "rating-settled")]


def test_a_grid_that_somebody_answered_alone_is_not_left_out(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, "coordination", "hygiene")
    rate_alone(session, scene.member, assessment, "HY-1", "oui")
    people = (scene.coordinator, scene.member, scene.colleague)
    with pytest.raises(InvalidInput) as refused:
        ask(session, scene, assessment, *people)
    assert refused.value.faults == (Fault("grids", "grid-answered", ("Grille hygiene",)),)
    rate_alone(session, scene.member, assessment, "HY-1", kind="blank")
    ask(session, scene, assessment, *people)
    assert count(session, BlindRating) == 0


def test_participants_of_several_assessments_are_one_query(session: Session, scene: Scene) -> None:
    made = [an_open_round(session, scene) for _ in range(3)]
    empty = an_assessment(session, scene)
    with statements(session) as seen:
        found = list_participants_of(session, [one.id for one in (*made, empty)])
    assert [len(found[one.id]) for one in made] == [3, 3, 3]
    assert (empty.id in found, len(seen)) == (False, 1)


def test_somebody_asked_is_found_and_nobody_else(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    found = find_participant(session, assessment.id, scene.member.user_id)
    assert found is not None
    assert found.added_at - NOW < timedelta(seconds=1)
    assert find_participant(session, assessment.id, scene.colleague.user_id) is None
