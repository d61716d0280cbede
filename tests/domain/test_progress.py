"""What moved between two assessments of a grid: by example, then whatever the grids and the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Applicability, Band, Criterion, Grid, Section
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, Scale, TextScale
from aqss.domain.heritage import previous_codes
from aqss.domain.progress import (
    Alteration,
    CriterionProgress,
    Effects,
    GridProgress,
    Move,
    Occasion,
    Points,
    Reach,
    Steps,
    compare,
    reach,
)
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown, score_grid

YES, PARTLY, NO = Rated("oui"), Rated("partiel"), Rated("non")
NA, NSP = NotApplicable("Pas de réunion cette année."), Unknown()


def a_levels_scale(name: str, **values: str) -> LevelsScale:
    levels = tuple(Level(level=level, label=level, value=Decimal(value)) for level, value in values.items())
    return LevelsScale(scale=name, label=name, kind="levels", levels=levels)


def a_number_scale(name: str = "taux", **more: Any) -> NumberScale:
    return NumberScale(scale=name, label=name, kind="number", decimals=1, **more)


MASTERY = a_levels_scale("maitrise", oui="1", partiel="0.5", non="0")
HAS = a_levels_scale("has", optimise="1", n4="1", n3="0.66", n2="0.33", n1="0")
FALLING = a_number_scale(worst=Decimal(20), best=Decimal(5))
COUNT = a_number_scale("nombre")
WORDS = TextScale(scale="libre", label="Libre", kind="text")
SCALES: tuple[Scale, ...] = (MASTERY, HAS, FALLING, COUNT, WORDS)
BAND = Band.model_validate({"from": Decimal(0), "band": "seule", "label": "Seule"})


def a_criterion(code: str, *replaces: str, **more: Any) -> Criterion:
    return Criterion(criterion=code, **{"statement": "Un énoncé.", "replaces": replaces or None, **more})


def an_edition(
    *criteria: Criterion | tuple[Criterion, ...], version: int = 1, scales: Sequence[Scale] = SCALES
) -> EditionContent:
    """One section, or one for each tuple."""
    sections = criteria if isinstance(criteria[0], tuple) else (criteria,)
    return EditionContent(
        grid=Grid(
            grid="essai", version=version, module="outils", title="Essai", purpose="Essayer.",
            scale="maitrise", respondents=("tous",),
            sections=tuple(
                Section(section=f"s{rank}", title=f"Section {rank}", criteria=inside)
                for rank, inside in enumerate(sections, start=1)
            ),
        ),
        module_title="Outils", scales=tuple(scales), bands=(BAND,), provisional_below=Decimal("0.8"),
    )  # fmt: skip


def codes(*names: str, version: int = 1) -> EditionContent:
    """Criteria as « B », or « C<A+B » for one that replaces."""
    written = (name.partition("<") for name in names)
    return an_edition(
        *(a_criterion(code, *(olds.split("+") if olds else [])) for code, _, olds in written), version=version
    )


Side = tuple[EditionContent, Mapping[str, Answer]]


def moved(then: Side, now: Side, *, was: Sequence[str] = (), is_: Sequence[str] = ()) -> GridProgress:
    """``was`` and ``is_``: the profile of the centre then and now."""
    return compare(Occasion(*then, was), Occasion(*now, is_))


def one_move(
    then: Answer | None, now: Answer | None, before: Criterion | None = None, after: Criterion | None = None
) -> CriterionProgress:
    """What became of a criterion alone in its grid."""
    before = before or a_criterion("A")
    after = after or before
    found = moved(
        (an_edition(before), {before.criterion: then} if then else {}),
        (an_edition(after, version=2), {after.criterion: now} if now else {}),
    )
    assert len(found.criteria) == 1
    return found.criteria[0]


def effects(found: GridProgress) -> Effects:
    assert found.steps.effects is not None
    return found.steps.effects


# What became of a criterion


@pytest.mark.parametrize(
    ("then", "now", "move"),
    [
        (NO, PARTLY, Move.BETTER),
        (YES, PARTLY, Move.WORSE),
        (PARTLY, PARTLY, Move.SAME),
        (NSP, YES, Move.NEWLY_RATED),
        (None, NO, Move.NEWLY_RATED),
        (NA, NO, Move.NEWLY_RATED),
        (YES, None, Move.NO_LONGER_RATED),
        (YES, NA, Move.NO_LONGER_RATED),
        (NSP, NA, Move.UNRATED),
        (None, None, Move.UNRATED),
    ],
)
def test_a_criterion_moved_as_its_two_answers_say(
    then: Answer | None, now: Answer | None, move: Move
) -> None:
    assert one_move(then, now).move is move


def test_levels_worth_the_same_are_still_one_above_the_other() -> None:
    has = a_criterion("A", scale="has")
    assert one_move(Rated("n4"), Rated("optimise"), has).move is Move.BETTER
    assert one_move(Rated("optimise"), Rated("n4"), has).move is Move.WORSE


@pytest.mark.parametrize(
    ("then", "now", "move"),
    [("12", "8", Move.BETTER), ("8", "12", Move.WORSE), ("30", "25", Move.SAME), ("8", "8", Move.SAME)],
)
def test_a_number_moved_when_what_it_is_worth_did(then: str, now: str, move: Move) -> None:
    rate = a_criterion("A", scale="taux")
    assert one_move(Rated(Decimal(then)), Rated(Decimal(now)), rate).move is move


def test_what_is_not_scored_is_the_same_or_another() -> None:
    number, words = a_criterion("A", scale="nombre"), a_criterion("A", scale="libre")
    assert one_move(Rated(Decimal(3)), Rated(Decimal(3)), number).move is Move.SAME
    assert one_move(Rated(Decimal(3)), Rated(Decimal(4)), number).move is Move.CHANGED
    assert one_move(Rated("Rien"), Rated("Un secrétariat"), words).move is Move.CHANGED
    assert moved((an_edition(number), {"A": Rated(Decimal(3))}), (an_edition(number), {})).steps == Steps()


def test_another_scale_is_not_compared() -> None:
    found = one_move(YES, Rated("n4"), a_criterion("A"), a_criterion("A", scale="has"))
    assert found.move is Move.NOT_COMPARABLE
    assert found.alterations == (Alteration.SCALE,)


def test_the_same_scale_with_other_levels_or_another_unit_is_not_compared_either() -> None:
    other = a_levels_scale("maitrise", oui="1", presque="0.7", partiel="0.5", non="0")
    found = moved(
        (an_edition(a_criterion("A")), {"A": YES}), (an_edition(a_criterion("A"), scales=[other]), {"A": YES})
    )
    assert found.criteria[0].move is Move.NOT_COMPARABLE
    rate = a_criterion("A", scale="taux")
    perthousand = [MASTERY, a_number_scale(unit="‰")]
    eight = {"A": Rated(Decimal(8))}
    found = moved((an_edition(rate), eight), (an_edition(rate, scales=perthousand), eight))
    assert found.criteria[0].move is Move.NOT_COMPARABLE


def test_a_new_criterion_is_newly_asked_and_a_removed_one_no_longer() -> None:
    found = moved((codes("A", "B"), {"A": YES, "B": NO}), (codes("A", "C", version=2), {"A": YES, "C": NO}))
    assert [(one.code, one.move, one.alterations) for one in found.criteria] == [
        ("A", Move.SAME, ()),
        ("C", Move.NEWLY_ASKED, (Alteration.ADDED,)),
        ("B", Move.NO_LONGER_ASKED, (Alteration.REMOVED,)),
    ]
    assert [one.now is None for one in found.criteria] == [False, False, True]


def test_a_merger_is_compared_with_the_mean_of_what_it_merges() -> None:
    then = an_edition(a_criterion("A", weight=Decimal(3)), a_criterion("B"))
    now = an_edition(a_criterion("C", "A", "B"), version=2)
    for answer, move in [(PARTLY, Move.WORSE), (YES, Move.BETTER)]:
        (found,) = moved((then, {"A": YES, "B": NO}), (now, {"C": answer})).criteria  # (3 × 1 + 0) ÷ 4
        assert (found.move, found.alterations) == (move, (Alteration.MERGED,))
        assert [one.criterion for one in found.then] == ["A", "B"]


def test_what_a_merger_merges_counts_only_as_far_as_it_was_rated() -> None:
    then, now = codes("A", "B"), codes("C<A+B", version=2)
    assert moved((then, {"A": NSP, "B": YES}), (now, {"C": YES})).criteria[0].move is Move.SAME
    assert moved((then, {"A": NSP}), (now, {"C": YES})).criteria[0].move is Move.NEWLY_RATED


def test_each_part_of_a_split_is_compared_with_the_whole() -> None:
    found = moved((codes("A"), {"A": PARTLY}), (codes("B<A", "C<A", version=2), {"B": YES, "C": NO}))
    assert [(one.code, one.move, one.alterations) for one in found.criteria] == [
        ("B", Move.BETTER, (Alteration.SPLIT,)),
        ("C", Move.WORSE, (Alteration.SPLIT,)),
    ]


DENTAL = Applicability(any=("dentaire",))


def test_a_change_of_profile_is_told_apart_from_one_of_the_grid() -> None:
    grid = an_edition(a_criterion("A", applies_to=DENTAL), a_criterion("B"))
    answers = {"A": YES, "B": NO}
    gained = moved((grid, answers), (grid, answers), is_=["dentaire"])
    assert (gained.criteria[0].move, gained.criteria[0].alterations) == (
        Move.NEWLY_ASKED,
        (Alteration.PROFILE,),
    )
    lost = moved((grid, answers), (grid, answers), was=["dentaire"])
    assert (lost.criteria[0].move, lost.criteria[0].alterations) == (
        Move.NO_LONGER_ASKED,
        (Alteration.PROFILE,),
    )
    assert [one.code for one in moved((grid, answers), (grid, answers)).criteria] == ["B"], "never asked"


def test_a_grid_that_asks_fewer_centres_is_told_as_such() -> None:
    then, now = an_edition(a_criterion("A")), an_edition(a_criterion("A", applies_to=DENTAL), version=2)
    found = moved((then, {"A": YES}), (now, {}))
    assert found.criteria[0].move is Move.NO_LONGER_ASKED
    assert found.criteria[0].alterations == (Alteration.APPLIES_TO,)


def test_every_change_of_a_criterion_is_told() -> None:
    rising = a_levels_scale("maitrise", oui="1", partiel="0.6", non="0")
    then = an_edition((a_criterion("A"),), (a_criterion("B"),))
    after = a_criterion("A", statement="Autrement dit.", weight=Decimal(2), essential=True, applies_to=DENTAL)
    now = an_edition((a_criterion("B"),), (after,), version=2, scales=[rising])
    found = moved((then, {}), (now, {}), is_=["dentaire"])
    told = {one.code: one.alterations for one in found.criteria}
    assert told["A"] == (
        Alteration.MOVED, Alteration.REWORDED, Alteration.VALUES, Alteration.WEIGHT, Alteration.ESSENTIAL,
        Alteration.APPLIES_TO,
    )  # fmt: skip
    assert told["B"] == (Alteration.MOVED, Alteration.VALUES)


def test_a_new_target_is_another_value_and_another_code_is_told() -> None:
    rate, words = a_criterion("A", scale="taux"), a_criterion("W", scale="libre")
    stricter = [a_number_scale(worst=Decimal(10), best=Decimal(2)), WORDS]
    now = an_edition(a_criterion("B", "A", scale="taux"), words, scales=stricter, version=2)
    ten = Rated(Decimal(10))
    found = moved((an_edition(rate, words), {"A": ten}), (now, {"B": ten}))
    assert found.criteria[0].alterations == (Alteration.REPLACED, Alteration.VALUES)
    assert found.criteria[0].move is Move.SAME
    assert found.criteria[1].alterations == ()


# From one score to the next


def test_the_same_grid_changes_by_its_answers_alone() -> None:
    grid = codes("A", "B", "C", "D")
    found = effects(moved((grid, {"A": YES, "B": NO}), (grid, {"A": YES, "B": PARTLY})))
    assert found == Effects(answers=Fraction(25), coverage=Fraction(0), asked=Fraction(0))


def test_criteria_rated_once_are_told_apart_from_those_rated_twice() -> None:
    grid = codes("A", "B", "C")
    found = effects(moved((grid, {"A": NO, "B": YES}), (grid, {"A": PARTLY, "C": YES})))
    # then 50, now 75; A alone went from 0 to 50
    assert found == Effects(answers=Fraction(50), coverage=Fraction(-25), asked=Fraction(0))


def test_a_criterion_added_or_removed_is_no_progress() -> None:
    found = effects(
        moved(
            (codes("A", "B"), {"A": PARTLY, "B": NO}), (codes("A", "C", version=2), {"A": PARTLY, "C": YES})
        )
    )
    # then 25, now 75, and A did not move
    assert found == Effects(answers=Fraction(0), coverage=Fraction(0), asked=Fraction(50))


def test_another_weight_is_no_progress() -> None:
    then = an_edition(a_criterion("A"), a_criterion("B"))
    now = an_edition(a_criterion("A", weight=Decimal(3)), a_criterion("B"), version=2)
    found = effects(moved((then, {"A": YES, "B": NO}), (now, {"A": YES, "B": NO})))
    assert found == Effects(answers=Fraction(0), coverage=Fraction(0), asked=Fraction(25))


def test_nothing_rated_both_times_leaves_two_scores_that_do_not_compare() -> None:
    found = moved((codes("A", "B"), {"A": YES}), (codes("A", "B"), {"B": NO})).steps
    assert (found.then.score, found.now.score, found.effects) == (100, 0, None)


def test_steps_count_the_criteria_rated_both_times() -> None:
    grid = codes("A", "B", "C")
    steps = moved((grid, {"A": NO, "B": YES}), (grid, {"A": PARTLY, "B": NO, "C": YES})).steps
    assert steps.rated_then == Points(Fraction(1), Fraction(2), 2)
    assert steps.rated_now == Points(Fraction(1, 2), Fraction(2), 2)
    assert steps.asked_now.rated == steps.now.rated == 3


def test_a_criterion_that_moved_counts_where_it_stood_and_where_it_stands() -> None:
    then = an_edition((a_criterion("A"), a_criterion("B")), (a_criterion("C"),))
    now = an_edition((a_criterion("A"),), (a_criterion("C"), a_criterion("B")), version=2)
    answers = {"A": YES, "B": NO, "C": YES}
    sections = moved((then, answers), (now, answers)).sections
    first, second = sections["s1"].effects, sections["s2"].effects
    assert first == Effects(Fraction(0), Fraction(0), asked=Fraction(50))
    assert second == Effects(Fraction(0), Fraction(0), asked=Fraction(-50))


def test_a_section_that_is_gone_keeps_its_score_of_then() -> None:
    then = an_edition((a_criterion("A"),), (a_criterion("B"),))
    found = moved((then, {"A": YES, "B": NO}), (codes("A", version=2), {"A": YES}))
    assert list(found.sections) == ["s1", "s2"]
    assert (found.sections["s2"].then.score, found.sections["s2"].now.score) == (0, None)


def test_an_effect_of_the_centre_is_its_answers_and_what_it_rated() -> None:
    found = Effects(answers=Fraction(5), coverage=Fraction(-2), asked=Fraction(1))
    assert (found.centre, found.whole) == (3, 4)


# The grids of a module


def test_grids_rated_both_times_are_told_from_those_that_came_or_went() -> None:
    found = reach({"a": 3, "b": 1, "c": 0, "d": 2}, {"d": 5, "a": 1, "b": 0, "c": 4, "e": 0})
    assert found == Reach(both=("d", "a"), gone=("b",), come=("c",))
    assert not found.is_whole


def test_the_same_grids_leave_the_module_whole_and_no_grid_does_not() -> None:
    assert reach({"a": 1, "b": 0}, {"a": 2}).is_whole
    assert not reach({"a": 1}, {"a": 0, "b": 1}).is_whole
    assert not reach({"a": 0}, {}).is_whole


NAMES = ("A", "B", "C", "D", "E")
ANSWERS = {
    "maitrise": [YES, PARTLY, NO],
    "has": [Rated("optimise"), Rated("n3"), Rated("n1")],
    "taux": [Rated(Decimal(value)) for value in ("0", "7.5", "30")],
    "nombre": [Rated(Decimal(4))],
    "libre": [Rated("Rien")],
}


@st.composite
def editions(draw: st.DrawFn, version: int) -> EditionContent:
    kept = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    new = [f"N{rank}" for rank in range(draw(st.integers(0, 2)))] if version > 1 else []
    gone = [name for name in NAMES if name not in kept]
    criteria = [
        a_criterion(
            code,
            *(draw(st.lists(st.sampled_from(gone), max_size=2, unique=True)) if gone and version > 1 else []),
            scale=draw(st.sampled_from(list(ANSWERS))),
            weight=draw(st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(7)])),
            applies_to=draw(st.sampled_from([None, None, DENTAL])),
        )
        for code in [*kept, *new]
    ]
    cut = draw(st.integers(1, len(criteria)))
    parts = [tuple(part) for part in (criteria[:cut], criteria[cut:]) if part]
    return an_edition(*parts, version=version)


@st.composite
def occasions(draw: st.DrawFn, version: int = 1, content: EditionContent | None = None) -> Occasion:
    content = content or draw(editions(version))
    answers: dict[str, Answer] = {}
    for criterion in content.grid.criteria:
        answer = draw(st.sampled_from([None, NA, NSP, *ANSWERS[str(criterion.scale)] * 3]))
        if answer is not None:
            answers[criterion.criterion] = answer
    return Occasion(content, answers, draw(st.sampled_from([(), ("dentaire",)])))


@given(occasions(1), occasions(2))
def test_the_effects_add_up_to_the_change_of_the_score(then: Occasion, now: Occasion) -> None:
    found = compare(then, now).steps
    before, after = (score_grid(one.content, one.answers, one.profile).tally for one in (then, now))
    assert (found.then.score, found.now.score) == (before.score, after.score)
    assert (found.then.rated, found.now.rated) == (before.rated, after.rated)
    assert found.rated_then.rated == found.rated_now.rated
    if found.effects is not None:
        assert before.score is not None
        assert after.score is not None
        assert before.score + found.effects.whole == after.score


@given(occasions(1), occasions(2))
def test_sections_add_up_to_their_grid(then: Occasion, now: Occasion) -> None:
    found = compare(then, now)
    for one, side in ((then, "then"), (now, "now")):
        for section in score_grid(one.content, one.answers, one.profile).sections:
            assert getattr(found.sections[section.section], side).score == section.tally.score
    assert sum(found.sections.values(), Steps()) == found.steps


@given(occasions(1))
def test_nothing_moved_between_an_assessment_and_itself(once: Occasion) -> None:
    found = compare(once, once)
    assert {one.move for one in found.criteria} <= {Move.SAME, Move.UNRATED}
    assert not any(one.alterations for one in found.criteria)
    assert found.steps.effects in (None, Effects(Fraction(0), Fraction(0), Fraction(0)))


@given(st.data())
def test_the_same_grid_and_profile_leave_everything_to_the_centre(data: st.DataObject) -> None:
    then = data.draw(occasions(1))
    now = Occasion(then.content, data.draw(occasions(content=then.content)).answers, then.profile)
    found = compare(then, now).steps.effects
    assert found is None or found.asked == 0


@given(occasions(1), editions(2))
def test_the_same_answers_leave_everything_to_the_grid(then: Occasion, content: EditionContent) -> None:
    """Every criterion carried on, one from one, on the same scale, answers as it did."""
    then = Occasion(then.content, then.answers, ("dentaire",))
    old, answers = then.content.criteria_by_code, {}
    for code, befores in previous_codes(content, then.content).items():
        scale = content.criteria_by_code[code].scale
        if len(befores) == 1 and old[befores[0]].scale == scale and befores[0] in then.answers:
            answers[code] = then.answers[befores[0]]
    found = compare(then, Occasion(content, answers, ("dentaire",))).steps.effects
    assert found is None or found.answers == 0


@given(occasions(1), occasions(2))
def test_every_criterion_asked_is_told_once(then: Occasion, now: Occasion) -> None:
    found = [one.code for one in compare(then, now).criteria]
    assert len(found) == len(set(found))
    asked = {one.criterion for one in now.content.grid.criteria if one.applies(now.profile)}
    assert asked <= set(found)
