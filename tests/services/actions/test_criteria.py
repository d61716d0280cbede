"""The criteria that actions answer, with what the team answered there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound
from aqss.persistence.base import LARGEST_ID
from aqss.services.actions.criteria import find_key, load_criteria, load_criteria_of
from aqss.services.assessments.recorded import BLANK
from tests.builders import an_action
from tests.services.actions.scene import key_of
from tests.services.assessments.scene import (
    Scene,
    an_assessment,
    an_open_assessment,
    pass_to,
    rate,
    statements,
)
from tests.services.assessments.voices import a_blind_assessment, agree


def test_a_criterion_comes_with_its_assessment_its_scale_and_the_team_s_answer(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-5", "b", comment="Un exemple.")
    rate(session, scene.member, assessment, "ME-1", "12,5", kind="number")
    keys = [key_of(session, assessment, code) for code in ("ME-1", "CO-5", "CO-1")]
    found = load_criteria(session, scene.centre.id, [*keys, keys[0]])
    assert list(found) == keys
    number, level, blank = found.values()
    assert (number.answer.kind, number.answer.number) == ("number", Decimal("12.5"))
    assert (level.answer.level, level.answer.comment, level.scale.scale) == ("b", "Un exemple.", "tiers")
    assert (level.key, level.grid, level.assessment_id) == (keys[1], "coordination", assessment.id)
    assert (level.assessment_title, level.criterion.criterion) == ("Campagne 2026", "CO-5")
    assert blank.answer == BLANK


def test_answers_of_the_same_code_on_another_sheet_are_not_taken(session: Session, scene: Scene) -> None:
    first, second = an_open_assessment(session, scene), an_open_assessment(session, scene)
    rate(session, scene.member, first, "CO-1", "non")
    rate(session, scene.member, second, "CO-1", "oui")
    keys = [key_of(session, one, "CO-1") for one in (first, second)]
    found = load_criteria(session, scene.centre.id, keys)
    assert [found[key].answer.level for key in keys] == ["non", "oui"]


def test_what_is_not_there_is_left_out(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    sheet_id, _ = key = key_of(session, assessment, "HY-1")
    strange = [(sheet_id, "CO-1"), (sheet_id, "\x00"), (0, "HY-1"), (-1, "HY-1"), (987, "HY-1")]
    asked = [*strange, (LARGEST_ID + 1, "HY-1"), (10**30, "HY-1"), key]
    assert list(load_criteria(session, scene.centre.id, asked)) == [key]
    assert load_criteria(session, scene.centre.id, strange[2:4]) == {}
    (elsewhere,) = scene.stranger.centre_ids()
    assert load_criteria(session, elsewhere, [key]) == {}
    assert load_criteria(session, scene.centre.id, []) == {}


def test_while_each_person_rates_alone_there_is_no_answer_of_the_team(session: Session, scene: Scene) -> None:
    assessment = a_blind_assessment(session, scene)
    agree(session, assessment, "HY-1", "non")
    key = key_of(session, assessment, "HY-1")
    an_action(session, scene.centre, criteria=[key])
    answers = []
    for state, seen in (("validation", assessment.revealed_at), ("cotation", None), ("accord", None)):
        assessment.state, assessment.revealed_at = state, seen
        session.flush()
        one = load_criteria(session, scene.centre.id, [key])[key]
        (other,) = load_criteria_of(session, [1])[1]
        assert one.answer == other.answer
        answers.append(one.answer.level)
    assert answers == ["non", None, "non"]


def test_actions_are_told_with_their_criteria_in_the_order_of_the_grids(
    session: Session, scene: Scene
) -> None:
    first, second = an_open_assessment(session, scene), an_open_assessment(session, scene)
    rate(session, scene.member, first, "HY-3", "partiel")
    keys = [key_of(session, second, "CO-1")]
    keys += [key_of(session, first, code) for code in ("HY-3", "HY-1", "CO-2")]
    several, none = an_action(session, scene.centre, criteria=keys), an_action(session, scene.centre)
    found = load_criteria_of(session, [several.id, none.id])
    assert [one.key for one in found[several.id]] == [keys[3], keys[2], keys[1], keys[0]]
    assert [one.answer.level for one in found[several.id]] == [None, None, "partiel", None]
    assert found[none.id] == ()


def test_criteria_cost_the_same_number_of_queries_however_many_there_are(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    codes = ("CO-1", "CO-2", "CO-3", "HY-1", "HY-3", "ME-1")
    keys = [key_of(session, assessment, code) for code in codes]
    actions = [an_action(session, scene.centre, criteria=keys[: n + 1]) for n in range(6)]

    def cost(count: int) -> tuple[int, int]:
        load_criteria_of(session, [actions[0].id])  # definitions are read once by a process
        with statements(session) as of_actions:
            load_criteria_of(session, [action.id for action in actions[:count]])
        with statements(session) as of_keys:
            load_criteria(session, scene.centre.id, keys[:count])
        return len(of_actions), len(of_keys)

    assert cost(1) == cost(6) == (1, 2)


def test_a_criterion_is_named_by_its_assessment_its_grid_and_its_code(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    pass_to(session, scene.coordinator, assessment, "cotation")
    assert find_key(session, assessment.id, "hygiene", "HY-1") == key_of(session, assessment, "HY-1")
    for key, grid, code in (
        (assessment.id, "hygiene", "CO-1"),
        (assessment.id, "coordination", "CO-1"),
        (assessment.id, "hygiene", "\x00"),
        (assessment.id, "\x00", "HY-1"),
        (10**30, "hygiene", "HY-1"),
        (987, "hygiene", "HY-1"),
    ):
        with pytest.raises(NotFound):
            find_key(session, key, grid, code)
