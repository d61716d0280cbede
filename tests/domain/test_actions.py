"""The marks of actions, their order and matrix, and what is late: by example, then whatever they are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.actions import (
    MARKS,
    SOON,
    Cell,
    Marks,
    Zone,
    days_late,
    is_due_soon,
    is_to_review,
    needs_answer,
    place_in_matrix,
    progress_of_steps,
    propose_marks,
    zone_of,
)
from aqss.domain.definitions.grids import Applicability, Criterion
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, Scale, TextScale
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown, value_of

YES, PARTLY, NO = Rated("oui"), Rated("partiel"), Rated("non")
NA, NSP = NotApplicable("Pas de laboratoire."), Unknown()


def a_levels_scale(name: str, **values: str) -> LevelsScale:
    levels = tuple(Level(level=level, label=level, value=Decimal(value)) for level, value in values.items())
    return LevelsScale(scale=name, label=name, kind="levels", levels=levels)


MASTERY = a_levels_scale("maitrise", oui="1", partiel="0.5", non="0")
HAS = a_levels_scale("has", optimise="1", n4="1", n3="0.67", n2="0.33", n1="0")
RATE = NumberScale(scale="taux", label="Taux", kind="number", decimals=1, worst=Decimal(20), best=Decimal(5))
COUNT = NumberScale(scale="nombre", label="Nombre", kind="number")
WORDS = TextScale(scale="libre", label="Libre", kind="text")

MARK = st.sampled_from(MARKS)
SOME_MARKS = st.builds(Marks, MARK, MARK, MARK)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
TODAY = date(2026, 11, 23)


def a_criterion(**more: Any) -> Criterion:
    return Criterion(criterion="A-1", statement="Un énoncé.", **more)


CRITERIA = st.builds(
    lambda essential, stakes, weight: a_criterion(essential=essential, stakes=stakes, weight=weight),
    st.booleans(),
    st.sampled_from([None, ("securite",), ("legal",), ("securite", "legal")]),
    st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2)]),
)


# Marks, their product and their zone


@pytest.mark.parametrize("mark", [0, 5, -1])
@pytest.mark.parametrize("which", ["criticality", "feasibility", "impact"])
def test_a_mark_goes_from_1_to_4(which: str, mark: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 4"):
        Marks(**{"criticality": 2, "feasibility": 2, "impact": 2, which: mark})


@given(SOME_MARKS)
def test_the_priority_is_the_product_of_the_three_marks(marks: Marks) -> None:
    assert marks.priority == marks.criticality * marks.feasibility * marks.impact
    assert 1 <= marks.priority <= 64


@pytest.mark.parametrize(
    ("criticality", "row"),
    [(4, "next next first first"), (3, "later next next first"), (2, "later later next next"),
     (1, "later later later later")],
)  # fmt: skip
def test_each_place_has_the_zone_that_the_rule_gives(criticality: int, row: str) -> None:
    assert " ".join(zone_of(criticality, feasibility) for feasibility in MARKS) == row


@given(SOME_MARKS, SOME_MARKS)
def test_a_higher_mark_never_has_a_later_turn(one: Marks, other: Marks) -> None:
    if (
        one.criticality >= other.criticality
        and one.feasibility >= other.feasibility
        and one.impact >= other.impact
    ):
        assert one.rank <= other.rank


@given(st.lists(SOME_MARKS))
def test_a_plan_is_sorted_zone_by_zone_then_by_falling_priority(plan: list[Marks]) -> None:
    order = [(tuple(Zone).index(marks.zone), -marks.priority) for marks in sorted(plan, key=lambda m: m.rank)]
    assert order == sorted(order)


def test_of_two_actions_as_pressing_the_more_critical_comes_first() -> None:
    critical, easy = Marks(4, 3, 1), Marks(3, 4, 1)
    assert sorted([easy, critical], key=lambda marks: marks.rank) == [critical, easy]


# The matrix


def test_the_matrix_starts_at_criticality_4_and_feasibility_1() -> None:
    rows = place_in_matrix([])
    assert [[(cell.criticality, cell.feasibility) for cell in row] for row in rows] == [
        [(criticality, feasibility) for feasibility in (1, 2, 3, 4)] for criticality in (4, 3, 2, 1)
    ]


def test_a_cell_holds_its_actions_by_falling_impact_and_counts_the_high_ones() -> None:
    given_ = [("a", Marks(4, 3, 2)), ("b", Marks(4, 3, 4)), ("c", Marks(4, 3, 3)), ("d", Marks(4, 3, 2))]
    assert place_in_matrix(given_)[0][2] == Cell(4, 3, ("b", "c", "a", "d"), high_impact=2)


@given(st.lists(SOME_MARKS))
def test_every_action_stands_once_in_the_matrix_in_the_zone_of_its_marks(plan: list[Marks]) -> None:
    cells = [cell for row in place_in_matrix(enumerate(plan)) for cell in row]
    assert sorted(key for cell in cells for key in cell.actions) == list(range(len(plan)))
    for cell in cells:
        for key in cell.actions:
            assert (plan[key].criticality, plan[key].feasibility) == (cell.criticality, cell.feasibility)
            assert plan[key].zone is cell.zone
    assert sum(cell.high_impact for cell in cells) == sum(marks.impact >= 3 for marks in plan)


# Marks proposed


@pytest.mark.parametrize(
    ("more", "answer", "criticality"),
    [
        ({"essential": True}, NO, 4),
        ({"essential": True}, PARTLY, 3),
        ({"essential": True}, NSP, 3),
        ({"essential": True}, None, 3),
        ({"essential": True}, YES, 1),
        ({"essential": True, "stakes": ("securite", "legal")}, NO, 4),
        ({"stakes": ("securite",)}, NO, 3),
        ({"stakes": ("legal",)}, NO, 3),
        ({"stakes": ("legal",)}, PARTLY, 2),
        ({}, NO, 2),
        ({}, PARTLY, 1),
        ({}, NSP, 1),
        ({}, YES, 1),
        ({"essential": True}, NA, 1),
    ],
)
def test_the_criticality_follows_what_is_at_stake_and_how_far_it_is(
    more: dict[str, Any], answer: Answer | None, criticality: int
) -> None:
    assert propose_marks(a_criterion(**more), MASTERY, answer).criticality == criticality


@pytest.mark.parametrize(
    ("scale", "answer", "criticality"),
    [
        (HAS, Rated("n1"), 4),
        (HAS, Rated("n2"), 4),
        (HAS, Rated("n3"), 3),
        (HAS, Rated("n4"), 1),
        (RATE, Rated(Decimal(18)), 4),
        (RATE, Rated(Decimal(10)), 3),
        (RATE, Rated(Decimal(4)), 1),
    ],
)
def test_the_criticality_falls_from_half_the_value_on(scale: Scale, answer: Answer, criticality: int) -> None:
    assert propose_marks(a_criterion(essential=True), scale, answer).criticality == criticality


@pytest.mark.parametrize(("scale", "answer"), [(COUNT, Rated(Decimal(3))), (WORDS, Rated("Rien."))])
def test_an_answer_that_is_not_scored_counts_as_half_met(scale: Scale, answer: Answer) -> None:
    assert propose_marks(a_criterion(stakes=("securite",)), scale, answer).criticality == 2


@pytest.mark.parametrize(
    ("essential", "weight", "impact"),
    [(True, "2", 4), (True, "1", 3), (True, "0.5", 2), (False, "2", 3), (False, "1", 2), (False, "0.5", 1)],
)
def test_the_impact_follows_the_flag_and_the_weight(essential: bool, weight: str, impact: int) -> None:
    criterion = a_criterion(essential=essential, weight=Decimal(weight))
    assert propose_marks(criterion, MASTERY, NO).impact == impact


def test_an_essential_criterion_answered_no_comes_first() -> None:
    assert propose_marks(a_criterion(essential=True), MASTERY, NO).zone is Zone.FIRST


@given(CRITERIA, st.sampled_from([MASTERY, HAS]), st.data())
def test_a_worse_answer_never_lowers_the_criticality(
    criterion: Criterion, scale: LevelsScale, data: st.DataObject
) -> None:
    one, other = (Rated(data.draw(st.sampled_from(list(scale.by_level)))) for _ in range(2))
    worse, better = sorted((one, other), key=lambda rated: value_of(scale, rated))
    assert (
        propose_marks(criterion, scale, worse).criticality
        >= propose_marks(criterion, scale, better).criticality
    )


@given(CRITERIA, st.decimals(0, 30, places=1), st.decimals(0, 30, places=1))
def test_a_worse_number_never_lowers_the_criticality(
    criterion: Criterion, one: Decimal, other: Decimal
) -> None:
    worse, better = max(one, other), min(one, other)
    assert (
        propose_marks(criterion, RATE, Rated(worse)).criticality
        >= propose_marks(criterion, RATE, Rated(better)).criticality
    )


@given(CRITERIA)
def test_what_nobody_knows_is_between_a_no_and_a_yes(criterion: Criterion) -> None:
    no, unknown, yes = (propose_marks(criterion, MASTERY, one).criticality for one in (NO, NSP, YES))
    assert no >= unknown >= yes


# An essential criterion calls for an answer


@pytest.mark.parametrize(
    ("answer", "needs"), [(NO, True), (PARTLY, True), (YES, False), (NSP, False), (None, False), (NA, False)]
)
def test_an_essential_criterion_rated_under_1_needs_an_action_or_a_reason(
    answer: Answer | None, needs: bool
) -> None:
    assert needs_answer(a_criterion(essential=True), MASTERY, answer, ()) is needs


def test_another_criterion_needs_none_nor_one_that_does_not_apply() -> None:
    assert not needs_answer(a_criterion(), MASTERY, NO, ())
    dental = a_criterion(essential=True, applies_to=Applicability(any=("dentaire",)))
    assert not needs_answer(dental, MASTERY, NO, ())
    assert needs_answer(dental, MASTERY, NO, ("dentaire",))


# Steps


@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (3, 8, 38), (3, 3, 100), (1, 400, 1), (399, 400, 99)],
)
def test_the_progress_is_the_share_of_steps_done(done: int, total: int, percent: int) -> None:
    assert progress_of_steps(done, total) == percent


@given(st.integers(1, 500), st.data())
def test_progress_is_rounded_half_up_and_tells_whole_only_of_the_whole(
    total: int, data: st.DataObject
) -> None:
    done = data.draw(st.integers(0, total))
    percent = progress_of_steps(done, total)
    exact = Fraction(100 * done, total)
    assert (percent == 100) is (done == total)
    assert (percent == 0) is (done == 0)
    if percent not in (1, 99):
        assert -Fraction(1, 2) < percent - exact <= Fraction(1, 2)


@given(st.integers(1, 500), st.data())
def test_a_step_more_never_lowers_the_progress(total: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, total - 1))
    assert progress_of_steps(done, total) <= progress_of_steps(done + 1, total)


@pytest.mark.parametrize(("done", "total"), [(0, 0), (-1, 3), (4, 3)])
def test_no_progress_is_told_of_no_step_or_of_more_than_there_are(done: int, total: int) -> None:
    with pytest.raises(ValueError, match="steps"):
        progress_of_steps(done, total)


# Dates


@pytest.mark.parametrize(("day", "days"), [(22, 1), (23, 0), (24, 0), (1, 22)])
def test_an_action_is_late_from_the_day_after_its_due_day(day: int, days: int) -> None:
    due_on = date(2026, 11, day)
    assert days_late(due_on, TODAY, is_done=False) == days


def test_an_action_that_is_done_or_has_no_due_day_is_not_late_nor_due_soon() -> None:
    for due_on, is_done in ((date(2026, 1, 1), True), (None, False)):
        assert days_late(due_on, TODAY, is_done=is_done) == 0
    assert not is_due_soon(TODAY, TODAY, is_done=True)
    assert not is_due_soon(None, TODAY, is_done=False)


@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (7, True), (8, False)])
def test_an_action_is_due_soon_in_its_last_seven_days(days: int, soon: bool) -> None:
    assert SOON.days == 7
    assert is_due_soon(TODAY + timedelta(days=days), TODAY, is_done=False) is soon


@given(st.none() | DAYS, DAYS, st.booleans())
def test_nothing_is_late_and_due_soon_at_once(due_on: date | None, today: date, is_done: bool) -> None:
    late, soon = days_late(due_on, today, is_done=is_done), is_due_soon(due_on, today, is_done=is_done)
    assert not (late and soon)


@pytest.mark.parametrize(
    ("review_on", "is_waiting", "expected"),
    [
        (TODAY, True, True),
        (TODAY - timedelta(days=1), True, True),
        (TODAY + timedelta(days=1), True, False),
        (TODAY, False, False),
        (None, True, True),
        (None, False, False),
    ],
)
def test_an_action_is_to_review_when_it_waits_and_its_day_has_come(
    review_on: date | None, is_waiting: bool, expected: bool
) -> None:
    assert is_to_review(review_on, TODAY, is_waiting=is_waiting) is expected
