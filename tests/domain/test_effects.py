"""What an action changed: by example, then whatever the scale and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Applicability, Band, Criterion, Grid, Section
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, Scale, TextScale
from aqss.domain.effects import (
    EffectCount,
    Expected,
    MoveCount,
    Outcome,
    check_expected,
    compare_effects,
    outcome_of,
    weak_criteria,
    weakest,
)
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.progress import Move, Occasion, compare
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown, value_of

YES, PARTLY, NO = Rated("oui"), Rated("partiel"), Rated("non")
NA, NSP = NotApplicable("Pas de laboratoire."), Unknown()
EFFECTIVE, PARTIAL, INEFFECTIVE, NOT_YET = Outcome


def a_levels_scale(name: str, **values: str) -> LevelsScale:
    levels = tuple(Level(level=level, label=level, value=Decimal(value)) for level, value in values.items())
    return LevelsScale(scale=name, label=name, kind="levels", levels=levels)


def a_number_scale(name: str, worst: int | None = None, best: int | None = None) -> NumberScale:
    ends = [None if one is None else Decimal(one) for one in (worst, best)]
    return NumberScale(scale=name, label=name, kind="number", decimals=1, worst=ends[0], best=ends[1])


MASTERY = a_levels_scale("maitrise", oui="1", partiel="0.5", non="0")
HAS = a_levels_scale("has", optimise="1", n4="1", n3="0.67", n2="0.33", n1="0")
FALLING = a_number_scale("absences", 20, 5)
RISING = a_number_scale("vaccines", 0, 100)
COUNT = a_number_scale("nombre")
WORDS = TextScale(scale="libre", label="Libre", kind="text")


def number(text: str) -> Rated:
    return Rated(Decimal(text))


def an_outcome(scale: Scale, start: Rated | None, target: Rated, after: Answer | None) -> Outcome:
    return outcome_of(Expected(scale, start, target), scale, after)


# One action


@pytest.mark.parametrize(
    ("start", "target", "after", "outcome"),
    [
        (NO, YES, YES, EFFECTIVE),
        (NO, YES, PARTLY, PARTIAL),
        (NO, YES, NO, INEFFECTIVE),
        (PARTLY, YES, NO, INEFFECTIVE),
        (PARTLY, YES, PARTLY, INEFFECTIVE),
        (NO, PARTLY, PARTLY, EFFECTIVE),
        (NO, PARTLY, YES, EFFECTIVE),
    ],
)
def test_an_action_is_judged_by_where_the_answer_stands_between_start_and_target(
    start: Rated, target: Rated, after: Rated, outcome: Outcome
) -> None:
    assert an_outcome(MASTERY, start, target, after) is outcome


def test_levels_worth_the_same_are_still_one_above_the_other() -> None:
    best, next_best, third = (Rated(level) for level in ("optimise", "n4", "n3"))
    assert an_outcome(HAS, third, best, next_best) is PARTIAL
    assert an_outcome(HAS, next_best, best, next_best) is INEFFECTIVE


@pytest.mark.parametrize(
    ("scale", "start", "target", "after", "outcome"),
    [
        (FALLING, "18", "10", "10", EFFECTIVE),
        (FALLING, "18", "10", "8", EFFECTIVE),
        (FALLING, "18", "10", "12", PARTIAL),
        (FALLING, "18", "10", "18", INEFFECTIVE),
        (FALLING, "18", "10", "19", INEFFECTIVE),
        (FALLING, "30", "10", "25", PARTIAL),  # both worth nothing, and yet nearer
        (RISING, "40", "60", "59.9", PARTIAL),
        (RISING, "40", "60", "60", EFFECTIVE),
        (COUNT, "41", "20", "19", EFFECTIVE),
        (COUNT, "41", "20", "30", PARTIAL),
        (COUNT, "41", "20", "42", INEFFECTIVE),
        (COUNT, "10", "20", "15", PARTIAL),
        (COUNT, "10", "20", "9", INEFFECTIVE),
    ],
)
def test_a_number_is_judged_the_way_that_is_better_or_else_from_start_to_target(
    scale: Scale, start: str, target: str, after: str, outcome: Outcome
) -> None:
    assert an_outcome(scale, number(start), number(target), number(after)) is outcome


@pytest.mark.parametrize("after", [None, NSP, NA])
def test_without_a_rating_nothing_is_measurable_yet(after: Answer | None) -> None:
    assert an_outcome(MASTERY, NO, YES, after) is NOT_YET


def test_on_another_scale_or_no_longer_asked_nothing_is_measurable() -> None:
    expected = Expected(MASTERY, NO, YES)
    assert outcome_of(expected, None, None) is NOT_YET
    assert outcome_of(expected, a_levels_scale("oui-non", oui="1", non="0"), YES) is NOT_YET
    assert outcome_of(expected, a_levels_scale("maitrise", oui="1", non="0"), YES) is NOT_YET


def test_on_the_same_scale_with_other_values_it_is_measurable() -> None:
    stricter = a_levels_scale("maitrise", oui="1", partiel="0.2", non="0")
    assert outcome_of(Expected(MASTERY, NO, YES), stricter, PARTLY) is PARTIAL


def test_words_are_never_measurable() -> None:
    assert an_outcome(WORDS, Rated("Rien."), Rated("Tout."), Rated("Tout.")) is NOT_YET


def test_without_a_start_only_a_target_reached_is_measurable() -> None:
    assert an_outcome(MASTERY, None, YES, YES) is EFFECTIVE
    assert an_outcome(MASTERY, None, YES, PARTLY) is NOT_YET
    assert an_outcome(FALLING, None, number("10"), number("9")) is EFFECTIVE
    assert an_outcome(COUNT, None, number("10"), number("10")) is NOT_YET


LEVELS = st.sampled_from(list(HAS.by_level)).map(Rated)
NUMBERS = st.decimals(0, 30, places=1).map(Rated)


@given(LEVELS, LEVELS, LEVELS)
def test_a_better_level_is_never_judged_worse(start: Rated, one: Rated, other: Rated) -> None:
    names = list(HAS.by_level)
    better, worse = sorted((one, other), key=lambda rated: names.index(str(rated.value)))
    order = tuple(Outcome)
    found = [an_outcome(HAS, start, Rated("n4"), after) for after in (better, worse)]
    assert order.index(found[0]) <= order.index(found[1])


@given(st.sampled_from([FALLING, RISING, COUNT]), NUMBERS, NUMBERS, NUMBERS)
def test_a_number_at_its_target_is_effective_and_at_its_start_is_not(
    scale: NumberScale, start: Rated, target: Rated, after: Rated
) -> None:
    try:
        check_expected(Expected(scale, start, target))
    except InvalidInput:
        return
    assert an_outcome(scale, start, target, target) is EFFECTIVE
    assert an_outcome(scale, start, target, start) is INEFFECTIVE
    assert an_outcome(scale, start, target, after) is not NOT_YET


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ([], NOT_YET),
        ([EFFECTIVE], EFFECTIVE),
        ([EFFECTIVE, PARTIAL], PARTIAL),
        ([INEFFECTIVE, EFFECTIVE], INEFFECTIVE),
        ([EFFECTIVE, NOT_YET, INEFFECTIVE], NOT_YET),
    ],
)
def test_over_the_parts_of_a_criterion_the_worst_outcome_is_told(
    outcomes: list[Outcome], told: Outcome
) -> None:
    assert weakest(outcomes) is told


# What may be expected


@pytest.mark.parametrize(
    ("scale", "start", "target"),
    [
        (MASTERY, NO, PARTLY),
        (HAS, Rated("n4"), Rated("optimise")),
        (FALLING, number("18"), number("10")),
        (RISING, number("18"), number("20")),
        (COUNT, number("18"), number("10")),
        (COUNT, number("10"), number("18")),
        (WORDS, Rated("Rien."), Rated("Rien.")),
        (MASTERY, None, PARTLY),
        (FALLING, None, number("19")),
        (COUNT, None, number("0")),
        (WORDS, None, Rated("Tout.")),
    ],
)
def test_a_target_better_than_its_start_may_be_expected(
    scale: Scale, start: Rated | None, target: Rated
) -> None:
    check_expected(Expected(scale, start, target))


@pytest.mark.parametrize(
    ("scale", "start", "target"),
    [
        (MASTERY, PARTLY, PARTLY),
        (MASTERY, PARTLY, NO),
        (HAS, Rated("optimise"), Rated("n4")),
        (FALLING, number("10"), number("18")),
        (RISING, number("20"), number("18")),
        (COUNT, number("18"), number("18")),
        (MASTERY, None, NO),
        (FALLING, None, number("20")),
    ],
)
def test_a_target_no_better_than_its_start_is_refused(
    scale: Scale, start: Rated | None, target: Rated
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_expected(Expected(scale, start, target), field="to")
    assert refusal.value.faults == (Fault("to", "target-not-better"),)


# Criteria with an action and without


BAND = Band.model_validate({"from": Decimal(0), "band": "seule", "label": "Seule"})


def an_edition(*codes: str, version: int = 1) -> EditionContent:
    """Criteria as « B », « C<A+B » for one that replaces, « N:nombre » for one of another scale."""
    return EditionContent(
        grid=Grid(
            grid="essai", version=version, module="outils", title="Essai", purpose="Essayer.",
            scale="maitrise", respondents=("tous",),
            sections=(Section(section="une", title="Une", criteria=tuple(map(a_criterion, codes))),),
        ),
        module_title="Outils", scales=(MASTERY, COUNT), bands=(BAND,), provisional_below=Decimal("0.8"),
    )  # fmt: skip


def a_criterion(written: str) -> Criterion:
    name, _, scale = written.partition(":")
    code, _, olds = name.partition("<")
    return Criterion(
        criterion=code,
        statement="Un énoncé.",
        scale=scale or None,
        replaces=tuple(olds.split("+")) if olds else None,
        applies_to=Applicability(any=("dentaire",)) if code == "DENT" else None,
    )


def an_occasion(content: EditionContent, answers: Mapping[str, Answer]) -> Occasion:
    return Occasion(content, answers, ())


def counted(then: Occasion, now: Occasion, *with_action: str) -> EffectCount:
    return compare_effects(compare(then, now).criteria, weak_criteria(then), with_action)


def test_weak_criteria_are_those_asked_and_rated_under_1() -> None:
    content = an_edition("A", "B", "C", "D", "E", "DENT", "N:nombre")
    answers = {"A": YES, "B": PARTLY, "C": NO, "D": NSP, "E": NA, "DENT": NO, "N": number("3")}
    assert weak_criteria(an_occasion(content, answers)) == ("B", "C")


def test_weak_criteria_with_an_action_are_counted_beside_those_without() -> None:
    content = an_edition("A", "B", "C", "D", "E", "F")
    then = an_occasion(content, {"A": NO, "B": PARTLY, "C": PARTLY, "D": NO, "E": NO, "F": YES})
    now = an_occasion(content, {"A": YES, "B": PARTLY, "C": NO, "D": YES, "E": NSP, "F": NO})
    assert counted(then, now, "A", "B", "F") == EffectCount(
        with_action=MoveCount(better=1, same=1),
        without=MoveCount(better=1, worse=1, other=1),
    )


def test_a_merged_criterion_has_an_action_when_a_weak_one_before_it_had() -> None:
    then = an_occasion(an_edition("A", "B"), {"A": NO, "B": NO})
    now = an_occasion(an_edition("C<A+B", version=2), {"C": PARTLY})
    assert counted(then, now, "B") == EffectCount(with_action=MoveCount(better=1))


def test_a_split_criterion_counts_once_for_each_part() -> None:
    then = an_occasion(an_edition("A"), {"A": NO})
    now = an_occasion(an_edition("B<A", "C<A", version=2), {"B": YES, "C": NO})
    assert counted(then, now, "A") == EffectCount(with_action=MoveCount(better=1, same=1))


def test_a_criterion_that_is_no_longer_asked_moved_no_way() -> None:
    then = an_occasion(an_edition("A", "B"), {"A": NO, "B": YES})
    now = an_occasion(an_edition("B", version=2), {"B": YES})
    assert counted(then, now) == EffectCount(without=MoveCount(other=1))


def test_counts_of_several_grids_add_up() -> None:
    one = EffectCount(MoveCount(1, 2, 3, 4), MoveCount(5, 6, 7, 8))
    assert one + one == EffectCount(MoveCount(2, 4, 6, 8), MoveCount(10, 12, 14, 16))
    assert one.with_action.total == 10


ANSWERS = st.fixed_dictionaries({code: st.sampled_from([YES, PARTLY, NO, NSP, NA]) for code in "ABCDEF"})


@given(ANSWERS, ANSWERS, st.sets(st.sampled_from("ABCDEF")))
def test_every_weak_criterion_is_in_one_group_and_moved_as_the_evolution_tells(
    before: Mapping[str, Answer], after: Mapping[str, Answer], with_action: set[str]
) -> None:
    content = an_edition(*"ABCDEF")
    then, now = an_occasion(content, before), an_occasion(content, after)
    found = counted(then, now, *with_action)
    weak = set(weak_criteria(then))
    assert weak == {
        code for code, one in before.items() if isinstance(one, Rated) and value_of(MASTERY, one) < 1
    }
    assert (found.with_action.total, found.without.total) == (
        len(weak & with_action),
        len(weak - with_action),
    )
    better = {one.code for one in compare(then, now).criteria if one.move is Move.BETTER} & weak
    assert found.with_action.better + found.without.better == len(better)
