"""What a fictional team answers: the same for the same centre and year, and only where asked."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import NotApplicable, Rated, Unknown, pool, score_grid
from aqss.services.demonstration.ratings import Rating, rate_sheet
from tests.services.assessments.scene import HYGIENE, MEASURES, an_edition

LONG = an_edition("longue", {"seule": [{"criterion": f"L-{number}"} for number in range(200)]})


def rated(
    content: EditionContent = LONG, *, centre: int = 1, year: int = 0, share: float = 1
) -> list[Rating]:
    return rate_sheet(content, [], centre=centre, year=year, share=share)


def test_a_centre_answers_the_same_each_time_and_another_centre_otherwise() -> None:
    assert rated(centre=1) == rated(centre=1) != rated(centre=2)


def test_a_later_year_changes_some_answers_and_earns_more() -> None:
    def earned(year: int) -> Fraction:
        answers = [
            {rating.criterion: rating.answer for rating in rated(centre=centre, year=year)}
            for centre in range(5)
        ]
        return pool(score_grid(LONG, given, []).tally for given in answers).earned

    assert rated(year=0) != rated(year=1)
    assert earned(0) < earned(3) < earned(6)


def test_every_kind_of_answer_is_given_and_some_are_commented() -> None:
    ratings = rated()
    kinds = Counter(type(rating.answer) for rating in ratings)
    assert set(kinds) == {Rated, NotApplicable, Unknown}
    assert kinds[Rated] > 150
    assert 0 < sum(bool(rating.comment) for rating in ratings) < 50


def test_every_level_of_the_scale_is_used() -> None:
    levels = {
        rating.answer.value
        for centre in range(5)
        for rating in rated(centre=centre)
        if isinstance(rating.answer, Rated)
    }
    assert levels == {"oui", "partiel", "non"}


@pytest.mark.parametrize(("share", "count"), [(0, 0), (0.25, 50), (1, 200)])
def test_a_share_of_the_sheet_is_answered_from_the_top(share: float, count: int) -> None:
    assert [rating.criterion for rating in rated(share=share)] == [f"L-{number}" for number in range(count)]


def test_criteria_that_do_not_apply_are_left_blank() -> None:
    answered = {rating.criterion for rating in rate_sheet(HYGIENE, ["dentaire"], centre=1, year=0, share=1)}
    assert answered == {"HY-1", "HY-3", "HY-4"}


def test_only_criteria_answered_by_a_level_are_answered() -> None:
    assert rated(MEASURES) == []
