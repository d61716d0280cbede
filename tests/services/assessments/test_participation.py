"""How far each person who rates alone is, and of what: counts, and nothing that tells an answer."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.participation import Participation, criteria_asked, read_participations
from tests.services.assessments.alone import an_open_round, rate_alone, somebody
from tests.services.assessments.scene import COORDINATION, MEASURES, NOW, Scene, an_assessment, statements

DOCTORS = [["medecin"]] * 4


def of(session: Session, assessment: Assessment) -> dict[str, Participation]:
    found = read_participations(session, [assessment])[assessment.id]
    return {one.participant.name: one for one in found}


def test_a_person_is_asked_what_their_professions_and_everybody_are_asked() -> None:
    asked = criteria_asked(COORDINATION, [], ["infirmier"], DOCTORS)
    assert asked == {"CO-3"}
    assert criteria_asked(COORDINATION, [], ["medecin"], DOCTORS) == {"CO-1", "CO-2", "CO-3", "CO-5"}


def test_what_fewer_than_four_would_rate_is_asked_of_everybody() -> None:
    voices = [["medecin"], ["medecin"], ["coordination"], ["coordination"], ["infirmier"]]
    assert criteria_asked(COORDINATION, [], ["infirmier"], voices) == {"CO-2", "CO-3"}
    assert criteria_asked(COORDINATION, [], [], voices) == {"CO-2", "CO-3"}


def test_what_does_not_apply_to_the_centre_is_asked_of_nobody() -> None:
    assert "CO-4" not in criteria_asked(COORDINATION, [], ["medecin"], [])
    assert "CO-4" in criteria_asked(COORDINATION, ["dentaire"], ["medecin"], [])


def test_a_figure_without_target_counts_as_any_other_criterion() -> None:
    assert criteria_asked(MEASURES, [], ["medecin"], DOCTORS) == {"ME-1", "ME-2", "ME-3"}


def test_a_person_is_as_far_as_the_criteria_asked_of_them_that_have_an_answer(
    session: Session, scene: Scene
) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, "coordination", "hygiene", people=[*people, scene.colleague])
    rate_alone(session, people[0], assessment, "CO-1", "oui")
    rate_alone(session, people[0], assessment, "HY-3", "non")
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")  # not asked of her
    rate_alone(session, scene.colleague, assessment, "CO-3", kind="blank", comment="Rien d’autre.")
    found = of(session, assessment)
    first, nurse = found["Médecin 0"], found["Inès Infirmière"]
    assert [(one.content.grid.grid, one.done, one.asked, one.others) for one in first.sheets] == [
        ("coordination", 1, 4, 0),
        ("hygiene", 1, 3, 0),
    ]
    assert (first.progress.done, first.progress.whole, first.progress.blank) == (2, 7, 5)
    assert [(one.done, one.asked, one.others) for one in nurse.sheets] == [(0, 1, 3), (0, 0, 3)]
    assert [(one.given, one.asked) for one in (first, nurse)] == [(2, 7), (1, 1)]


def test_what_is_asked_changes_nothing_to_how_many_answers_are_told_to_who_leads(
    session: Session, scene: Scene
) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, people=[*people, scene.colleague])
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")
    rate_alone(session, scene.colleague, assessment, "CO-3", "oui")
    before = of(session, assessment)["Inès Infirmière"]
    session.execute(update(Membership).where(Membership.user_id == people[0].user_id).values(disabled_at=NOW))
    after = of(session, assessment)["Inès Infirmière"]
    assert [(one.progress.done, one.asked) for one in (before, after)] == [(1, 1), (2, 4)]
    assert before.given == after.given == 2


def test_after_a_sheet_comes_the_next_one_with_blanks_round_to_the_first(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene, "coordination", "hygiene", "mesures")
    own = of(session, assessment)["Mehdi Médecin"]

    def after(one: Participation, grid: str) -> str | None:
        found = one.next_after(grid)
        return found.content.grid.grid if found else None

    assert [after(own, one) for one in ("coordination", "hygiene", "mesures")] == [
        "hygiene",
        "mesures",
        "coordination",
    ]
    for criterion in ("HY-1", "HY-2", "HY-3"):
        rate_alone(session, scene.member, assessment, criterion, "oui")
    own = of(session, assessment)["Mehdi Médecin"]
    assert after(own, "coordination") == "mesures"
    only = of(session, an_open_round(session, scene))["Mehdi Médecin"]
    assert after(only, "coordination") is None


@pytest.mark.parametrize(
    ("kind", "value"), [("level", "oui"), ("level", "non"), ("unknown", ""), ("na", "Sans objet ici.")]
)
def test_an_answer_counts_the_same_whatever_it_says(
    session: Session, scene: Scene, kind: str, value: str
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", value, kind=kind)
    progress = of(session, assessment)["Mehdi Médecin"].progress
    assert (progress.done, progress.whole, progress.unknown, progress.is_scored) == (1, 4, 0, False)


def test_only_what_one_user_answered_is_read_for_them(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")
    found = read_participations(session, [assessment], of_user=scene.member.user_id)[assessment.id]
    assert {one.participant.name: one.progress.done for one in found} == {
        "Mehdi Médecin": 1,
        "Inès Infirmière": 0,
        "Camille Coordination": 0,
    }


def test_who_has_left_is_no_voice_so_that_more_is_asked_of_the_others(session: Session, scene: Scene) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, people=[*people, scene.colleague])
    assert of(session, assessment)["Inès Infirmière"].progress.whole == 1
    gone = update(Membership).where(Membership.user_id == people[0].user_id).values(disabled_at=NOW)
    session.execute(gone)
    assert of(session, assessment)["Inès Infirmière"].progress.whole == 4


def test_several_assessments_are_three_queries_whatever_is_in_them(session: Session, scene: Scene) -> None:
    made = [an_open_round(session, scene, "coordination", "hygiene") for _ in range(3)]
    for assessment in made:
        rate_alone(session, scene.member, assessment, "CO-1", "oui")
    empty = an_assessment(session, scene, "mesures")
    with statements(session) as seen:
        found = read_participations(session, [*made, empty])
    assert (len(seen), [len(found[one.id]) for one in (*made, empty)]) == (3, [3, 3, 3, 0])
