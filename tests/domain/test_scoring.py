"""Scores, to the letter of docs/scores.md: by example, then whatever the grid and its answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Applicability, Band, Criterion, Grid, Section
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, TextScale
from aqss.domain.scoring import (
    Answer,
    GridScore,
    NotApplicable,
    Rated,
    Tally,
    Unknown,
    band_of,
    change,
    contribution,
    pool,
    score_grid,
    value_of,
)

YES, PARTLY, NO = Rated("oui"), Rated("partiel"), Rated("non")
NA, NSP = NotApplicable("Pas de réunion cette année."), Unknown()


def a_levels_scale(name: str, **values: str) -> LevelsScale:
    levels = tuple(
        Level(level=level.replace("_", "-"), label=level, value=Decimal(value))
        for level, value in values.items()
    )
    return LevelsScale(scale=name, label=name, kind="levels", levels=levels)


MASTERY = a_levels_scale("maitrise", oui="1", partiel="0.5", non="0")
HAS = a_levels_scale("has", optimise="1", n4="1", n3="0.66", n2="0.33", n1="0")
FALLING = NumberScale(
    scale="taux", label="Taux", kind="number", min=Decimal(0), max=Decimal(100), decimals=1,
    worst=Decimal(20), best=Decimal(5),
)  # fmt: skip
RISING = NumberScale(scale="part", label="Part", kind="number", worst=Decimal(0), best=Decimal(3))
COUNT = NumberScale(scale="nombre", label="Nombre", kind="number")
WORDS = TextScale(scale="libre", label="Libre", kind="text")
SCALES = (MASTERY, HAS, FALLING, RISING, COUNT, WORDS)

BANDS = tuple(
    Band.model_validate({"from": Decimal(start), "band": band, "label": band})
    for start, band in [("0", "a-traiter"), ("50", "a-consolider"), ("80", "maitrise")]
)


def a_criterion(code: str, **more: Any) -> Criterion:
    return Criterion(criterion=code, statement="Un énoncé.", **more)


def an_edition(*sections: tuple[Criterion, ...], grid: str = "essai") -> EditionContent:
    return EditionContent(
        grid=Grid(
            grid=grid, version=1, module="outils", title="Essai", purpose="Essayer.", scale="maitrise",
            respondents=("tous",),
            sections=tuple(
                Section(section=f"s{rank}", title=f"Section {rank}", criteria=criteria)
                for rank, criteria in enumerate(sections, start=1)
            ),
        ),
        module_title="Outils",
        scales=SCALES,
        bands=BANDS,
        provisional_below=Decimal("0.8"),
    )  # fmt: skip


def scored(*answers: Answer | None, **more: Any) -> GridScore:
    """The score of a grid of one section with these answers to C1, C2…; ``more`` goes to each criterion."""
    codes = [f"C{rank}" for rank in range(1, len(answers) + 1)]
    edition = an_edition(tuple(a_criterion(code, **more) for code in codes))
    given_ones = {code: answer for code, answer in zip(codes, answers, strict=True) if answer is not None}
    return score_grid(edition, given_ones, ())


def test_a_score_is_the_mean_of_the_values_out_of_a_hundred() -> None:
    assert scored(YES, PARTLY, NO, YES).tally.score == Fraction(250, 4)


def test_a_criterion_rated_not_applicable_does_not_lower_the_score() -> None:
    assert scored(YES, NA).tally.score == 100


def test_an_unknown_is_not_a_no() -> None:
    assert scored(YES, NSP).tally.score == 100


def test_a_blank_criterion_does_not_lower_the_score() -> None:
    assert scored(YES, None).tally.score == 100


def test_a_grid_without_a_rating_has_no_score() -> None:
    tally = scored(NA, NSP, None).tally
    assert tally.score is None
    assert band_of(tally.score, BANDS) is None


def test_a_criterion_weighs_what_its_weight_says() -> None:
    edition = an_edition((a_criterion("C1", weight=Decimal(3)), a_criterion("C2", weight=Decimal("0.5"))))
    assert score_grid(edition, {"C1": YES, "C2": NO}, ()).tally.score == Fraction(600, 7)


def test_every_criterion_is_counted_once_by_what_was_answered() -> None:
    tally = scored(YES, NO, NA, NA, NA, NSP, NSP, None).tally
    assert (tally.applicable, tally.not_applicable, tally.concerned) == (8, 3, 5)
    assert (tally.rated, tally.unknown, tally.blank) == (2, 2, 1)


def test_completeness_is_what_was_rated_of_what_is_concerned() -> None:
    assert scored(YES, NO, NA, NSP, None).tally.completeness == Fraction(2, 4)


def test_a_grid_that_concerns_nobody_is_complete() -> None:
    assert scored(NA, NA).tally.completeness == 1
    assert Tally().completeness == 1


@pytest.mark.parametrize(("rated", "provisional"), [(3, True), (4, False), (5, False)])
def test_a_score_is_provisional_under_the_completeness_asked_for(rated: int, provisional: bool) -> None:
    tally = scored(*[YES] * rated, *[None] * (5 - rated)).tally
    assert tally.is_provisional(Decimal("0.8")) == provisional


def test_a_completeness_asked_for_is_the_decimal_written() -> None:
    # 0.7 as a float is a little under seven tenths, 0.3 a little over: only exact decimals give these two
    assert not scored(*[YES] * 7, *[None] * 3).tally.is_provisional(Decimal("0.7"))
    assert not scored(*[YES] * 3, *[None] * 7).tally.is_provisional(Decimal("0.3"))


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (Fraction(0), "a-traiter"),
        (Fraction(4999, 100), "a-traiter"),
        (Fraction(50), "a-consolider"),
        (Fraction(7995, 100), "a-consolider"),
        (Fraction(80) - Fraction(1, 10**30), "a-consolider"),
        (Fraction(80), "maitrise"),
        (Fraction(100), "maitrise"),
    ],
)
def test_the_band_comes_from_the_exact_score(score: Fraction, band: str) -> None:
    found = band_of(score, BANDS)
    assert found is not None
    assert found.band == band


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("0", 1),
        ("5", 1),
        ("12.5", Fraction(1, 2)),
        ("12.4", Fraction(38, 75)),
        ("20", 0),
        ("100", 0),
    ],
)
def test_a_number_is_worth_its_place_between_worst_and_best(number: str, value: Fraction) -> None:
    assert value_of(FALLING, Rated(Decimal(number))) == value


def test_a_number_may_be_better_when_greater() -> None:
    assert value_of(RISING, Rated(Decimal(1))) == Fraction(1, 3)
    assert value_of(RISING, Rated(Decimal(-9))) == 0
    assert value_of(RISING, Rated(Decimal(9))) == 1


def test_two_levels_may_be_worth_the_same() -> None:
    assert value_of(HAS, Rated("n4")) == value_of(HAS, Rated("optimise")) == 1


@pytest.mark.parametrize(
    ("scale", "value"),
    [
        (MASTERY, "peut-etre"),
        (MASTERY, Decimal(1)),
        (FALLING, "oui"),
        (COUNT, Decimal(1)),
        (WORDS, "oui"),
    ],
)
def test_what_a_scale_does_not_know_is_worth_nothing_at_all(scale: Any, value: Any) -> None:
    with pytest.raises(ValueError, match=scale.scale):
        value_of(scale, Rated(value))


@pytest.mark.parametrize(
    ("scale", "answer"),
    [
        ("libre", Rated("des mots")),
        ("libre", NA),
        ("libre", None),
        ("nombre", Rated(Decimal(12))),
        ("nombre", NSP),
    ],
)
def test_what_is_never_scored_enters_no_sum_no_count_and_no_list(scale: str, answer: Answer | None) -> None:
    beside = a_criterion("T1", scale=scale, essential=True)
    with_it = an_edition((a_criterion("C1"), beside))
    answers = {"C1": YES} | ({"T1": answer} if answer else {})
    assert score_grid(with_it, answers, ()) == score_grid(an_edition((a_criterion("C1"),)), answers, ())


def test_a_section_of_texts_has_no_score_and_lacks_nothing() -> None:
    edition = an_edition((a_criterion("C1"),), (a_criterion("T1", scale="libre"),))
    score = score_grid(edition, {"C1": YES, "T1": Rated("des mots")}, ())
    assert score.sections[1].tally == Tally()


def test_an_answer_to_a_criterion_that_does_not_apply_is_not_counted() -> None:
    dental = a_criterion("D1", applies_to=Applicability(any=("dentaire",)), essential=True)
    edition = an_edition((a_criterion("C1"), dental))
    answers: dict[str, Answer] = {"C1": YES, "D1": NO}
    elsewhere, dentist = (
        score_grid(edition, answers, ["mt"]),
        score_grid(edition, answers, ["mt", "dentaire"]),
    )
    assert (elsewhere.tally.score, elsewhere.tally.applicable, elsewhere.essential_failed) == (100, 1, ())
    assert (dentist.tally.score, dentist.tally.applicable, dentist.essential_failed) == (50, 2, ("D1",))


@pytest.mark.parametrize(
    ("applies_to", "profile", "applies"),
    [
        (Applicability(any=("a", "b")), {"b"}, True),
        (Applicability(any=("a", "b")), {"c"}, False),
        (Applicability(all=("a", "b")), {"a", "b", "c"}, True),
        (Applicability(all=("a", "b")), {"a"}, False),
        (Applicability(none=("a", "b")), {"c"}, True),
        (Applicability(none=("a", "b")), {"a"}, False),
        (None, set(), True),
    ],
)
def test_a_criterion_applies_by_the_flags_of_the_profile(
    applies_to: Applicability | None, profile: set[str], applies: bool
) -> None:
    edition = an_edition((a_criterion("C1", applies_to=applies_to),))
    assert score_grid(edition, {}, profile).tally.applicable == int(applies)


def test_an_essential_criterion_fails_under_the_full_value() -> None:
    score = scored(YES, PARTLY, NO, NA, NSP, None, essential=True)
    assert score.essential_failed == ("C2", "C3")
    assert score.essential_open == ("C5", "C6")
    assert score.essential_na == ("C4",)
    tally = score.tally
    assert (tally.essential_failed, tally.essential_open, tally.essential_na) == (2, 2, 1)


def test_an_essential_criterion_at_a_level_worth_the_full_value_is_met() -> None:
    edition = an_edition((a_criterion("C1", scale="has", essential=True),))
    assert score_grid(edition, {"C1": Rated("n4")}, ()).essential_failed == ()
    assert score_grid(edition, {"C1": Rated("n3")}, ()).essential_failed == ("C1",)


def test_a_criterion_that_is_not_essential_enters_no_essential_list() -> None:
    score = scored(NO, NA, None)
    assert score.essential_failed == score.essential_open == score.essential_na == ()


def test_a_grid_is_told_section_by_section_in_its_own_order() -> None:
    edition = an_edition((a_criterion("C1"), a_criterion("C2")), (a_criterion("C3"),))
    score = score_grid(edition, {"C3": NO, "C1": YES}, ())
    assert score.grid == "essai"
    assert [section.section for section in score.sections] == ["s1", "s2"]
    assert [section.tally.score for section in score.sections] == [100, 0]
    assert [section.tally.completeness for section in score.sections] == [Fraction(1, 2), 1]
    assert score.tally.score == 50


def test_a_module_pools_its_criteria_and_is_no_mean_of_its_grids() -> None:
    small, large = scored(NO), scored(YES, YES, YES)
    assert pool([small.tally, large.tally]).score == 75
    assert (small.tally.score + large.tally.score) / 2 == 50  # type: ignore[operator]


def test_a_grid_not_assessed_adds_nothing_to_its_module() -> None:
    assert pool([scored(YES, NO).tally, Tally()]) == scored(YES, NO).tally
    assert pool([]).score is None


def test_thirds_add_up_to_a_whole() -> None:
    third = a_criterion("C1", scale="part")
    tally = contribution(third, RISING, Rated(Decimal(1)), ())
    assert pool([tally] * 3).earned == 1


EVERY_ANSWER = {
    "maitrise": [YES, PARTLY, NO],
    "has": [Rated("optimise"), Rated("n4"), Rated("n3"), Rated("n2"), Rated("n1")],
    "taux": [Rated(Decimal(number)) for number in ("0", "5", "5.1", "12.5", "20", "100")],
    "nombre": [Rated(Decimal(3))],
    "libre": [Rated("des mots")],
}


@pytest.mark.parametrize("profile", [(), ("dentaire",)])
@pytest.mark.parametrize("scale", EVERY_ANSWER)
def test_a_change_is_the_difference_for_every_pair_of_answers(scale: str, profile: tuple[str, ...]) -> None:
    criterion = a_criterion(
        "C2",
        scale=scale,
        weight=Decimal("0.3"),
        essential=scale not in ("nombre", "libre"),
        applies_to=Applicability(any=("dentaire",)),
    )
    edition = an_edition((a_criterion("C1"), criterion))

    def tally_with(answer: Answer | None) -> Tally:
        answers = {"C1": PARTLY} | ({"C2": answer} if answer else {})
        return score_grid(edition, answers, profile).tally

    every_answer = [None, NA, NSP, *EVERY_ANSWER[scale]]
    for before in every_answer:
        for after in every_answer:
            difference = change(edition, "C2", before, after, profile)
            assert difference == tally_with(after) - tally_with(before)


# Whatever the grid and its answers

FLAGS = ["mt", "dentaire", "froid"]
_levels = st.sampled_from(["oui", "partiel", "non"]).map(Rated)
_has = st.sampled_from(["optimise", "n4", "n3", "n2", "n1"]).map(Rated)
_numbers = st.decimals(min_value=0, max_value=100, places=1).map(Rated)
_ratings = {
    "maitrise": _levels,
    "has": _has,
    "taux": _numbers,
    "part": _numbers,
    "nombre": _numbers,
    "libre": st.just(Rated("des mots")),
}
_applies = st.one_of(
    st.none(),
    st.builds(
        lambda key, flags: Applicability(**{key: tuple(flags)}),
        st.sampled_from(["any", "all", "none"]),
        st.lists(st.sampled_from(FLAGS), min_size=1, max_size=2, unique=True),
    ),
)
_weights = st.decimals(min_value="0.001", max_value=100, places=3)
_profiles = st.frozensets(st.sampled_from(FLAGS))


@st.composite
def _criteria(draw: st.DrawFn) -> dict[str, Any]:
    scale = draw(st.sampled_from(list(_ratings)))
    return {
        "scale": scale,
        "weight": draw(_weights),
        "essential": draw(st.booleans()) and scale not in ("nombre", "libre"),
        "applies_to": draw(_applies),
    }


def _answers_to(criterion: Mapping[str, Any]) -> st.SearchStrategy[Answer | None]:
    return st.one_of(st.none(), st.just(NA), st.just(NSP), _ratings[criterion["scale"]])


class Case:
    """A grid with its answers, and the same with one answer changed or without a criterion."""

    def __init__(self, sections: list[list[tuple[str, dict[str, Any], Answer | None]]]) -> None:
        self.sections = sections

    @cached_property
    def edition(self) -> EditionContent:
        return an_edition(
            *(
                tuple(a_criterion(code, **criterion) for code, criterion, _ in section)
                for section in self.sections
                if section
            )
        )

    @cached_property
    def answers(self) -> dict[str, Answer]:
        return {code: answer for code, _, answer in self.rows if answer is not None}

    @property
    def rows(self) -> list[tuple[str, dict[str, Any], Answer | None]]:
        return [row for section in self.sections for row in section]

    def score(self, profile: Collection[str]) -> GridScore:
        return score_grid(self.edition, self.answers, profile)

    def with_answer(self, code: str, answer: Answer | None) -> Case:
        return Case([[(c, k, answer if c == code else a) for c, k, a in rows] for rows in self.sections])

    def without(self, code: str) -> Case:
        return Case([[row for row in section if row[0] != code] for section in self.sections])

    def __repr__(self) -> str:
        return f"Case({self.sections!r})"


@st.composite
def _cases(draw: st.DrawFn) -> Case:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    codes = iter(range(1, 100))
    sections = []
    for size in sizes:
        section = []
        for _ in range(size):
            criterion = draw(_criteria())
            section.append((f"C{next(codes)}", criterion, draw(_answers_to(criterion))))
        sections.append(section)
    return Case(sections)


@st.composite
def _cases_and_a_row(draw: st.DrawFn) -> tuple[Case, str, dict[str, Any]]:
    case = draw(_cases())
    code, criterion, _ = draw(st.sampled_from(case.rows))
    return case, code, criterion


@pytest.mark.campaign("B17")
@given(_cases(), _profiles)
def test_a_score_and_its_completeness_stay_within_their_bounds(case: Case, profile: frozenset[str]) -> None:
    score = case.score(profile)
    for tally in (score.tally, *(section.tally for section in score.sections)):
        assert tally.score is None or 0 <= tally.score <= 100
        assert (tally.score is None) == (tally.rated == 0)
        assert 0 <= tally.completeness <= 1
        assert 0 <= tally.earned <= tally.possible
        assert min(tally.rated, tally.unknown, tally.blank, tally.not_applicable) >= 0
        assert tally.rated + tally.unknown + tally.blank == tally.concerned <= tally.applicable


@pytest.mark.campaign("B17")
@given(_cases(), _profiles)
def test_a_score_is_the_weighted_mean_written_in_the_rule(case: Case, profile: frozenset[str]) -> None:
    earned = possible = Fraction(0)
    for criterion in case.edition.grid.criteria:
        scale = case.edition.scale_of(criterion)
        answer = case.answers.get(criterion.criterion)
        if scale not in (COUNT, WORDS) and criterion.applies(profile) and isinstance(answer, Rated):
            earned += Fraction(criterion.weight) * value_of(scale, answer)
            possible += Fraction(criterion.weight)
    assert case.score(profile).tally.score == (100 * earned / possible if possible else None)


@pytest.mark.campaign("B17")
@given(_cases(), _profiles, st.randoms(use_true_random=False))
def test_the_order_of_criteria_and_answers_does_not_matter(
    case: Case, profile: frozenset[str], chance: Any
) -> None:
    shuffled = [chance.sample(section, len(section)) for section in case.sections]
    other = Case(shuffled)
    other.answers = dict(chance.sample(list(other.answers.items()), len(other.answers)))
    before, after = case.score(profile), other.score(profile)
    assert after.tally == before.tally
    assert after.sections == before.sections
    assert sorted(after.essential_failed) == sorted(before.essential_failed)


@pytest.mark.campaign("B17")
@given(_cases_and_a_row(), _profiles)
def test_not_applicable_leaves_the_score_as_if_the_criterion_were_absent(
    row: tuple[Case, str, dict[str, Any]], profile: frozenset[str]
) -> None:
    case, code, _ = row
    if len(case.rows) == 1:
        assert case.with_answer(code, NA).score(profile).tally.score is None
        return
    there, absent = case.with_answer(code, NA).score(profile).tally, case.without(code).score(profile).tally
    assert there.score == absent.score
    assert there.completeness == absent.completeness
    assert there.concerned == absent.concerned
    assert there.essential_failed == absent.essential_failed
    assert there.essential_open == absent.essential_open


@pytest.mark.campaign("B17")
@given(_cases_and_a_row(), _profiles, st.data())
def test_a_better_rating_never_lowers_a_score(
    row: tuple[Case, str, dict[str, Any]], profile: frozenset[str], draw: st.DataObject
) -> None:
    case, code, criterion = row
    scale = case.edition.scale_of(case.edition.criteria_by_code[code])
    if not scale.is_scored:
        return
    one, other = draw.draw(_ratings[criterion["scale"]]), draw.draw(_ratings[criterion["scale"]])
    worse, better = sorted([one, other], key=lambda rated: value_of(scale, rated))
    low, high = (case.with_answer(code, rated).score(profile).tally for rated in (worse, better))
    if low.score is not None:
        assert high.score is not None
        assert low.score <= high.score
        if criterion["applies_to"] is None and value_of(scale, worse) < value_of(scale, better):
            assert low.score < high.score
    assert low.essential_failed >= high.essential_failed


@pytest.mark.campaign("B17")
@given(_cases_and_a_row(), _profiles, st.data())
def test_one_changed_answer_adds_the_difference_of_the_two_scores(
    row: tuple[Case, str, dict[str, Any]], profile: frozenset[str], draw: st.DataObject
) -> None:
    case, code, criterion = row
    before, after = draw.draw(_answers_to(criterion)), draw.draw(_answers_to(criterion))
    difference = change(case.edition, code, before, after, profile)
    old, new = (case.with_answer(code, answer).score(profile) for answer in (before, after))
    assert new.tally - old.tally == difference
    assert new.tally == old.tally + difference
    moved = [n.tally - o.tally for n, o in zip(new.sections, old.sections, strict=True)]
    assert sorted(map(repr, moved)) == sorted([repr(difference), *[repr(Tally())] * (len(moved) - 1)])


@pytest.mark.campaign("B17")
@given(_cases(), _profiles)
def test_the_parts_add_up_to_the_whole(case: Case, profile: frozenset[str]) -> None:
    score = case.score(profile)
    assert pool(section.tally for section in score.sections) == score.tally
    assert len(score.essential_failed) == score.tally.essential_failed
    assert len(score.essential_open) == score.tally.essential_open
    assert len(score.essential_na) == score.tally.essential_na


@pytest.mark.campaign("B17")
@given(_cases(), _cases(), _profiles)
def test_two_grids_pool_as_one_grid_of_all_their_criteria(
    one: Case, other: Case, profile: frozenset[str]
) -> None:
    renamed = [[(f"D{code}", k, a) for code, k, a in section] for section in other.sections]
    together = Case([*one.sections, *renamed]).score(profile).tally
    assert pool([one.score(profile).tally, other.score(profile).tally]) == together


@pytest.mark.campaign("B17")
@given(_cases(), _profiles)
def test_answers_to_criteria_that_do_not_apply_change_nothing(case: Case, profile: frozenset[str]) -> None:
    applicable = {
        code: answer
        for code, answer in case.answers.items()
        if case.edition.criteria_by_code[code].applies(profile)
    }
    assert score_grid(case.edition, applicable, profile) == case.score(profile)


_fractions = st.fractions(min_value=0, max_value=1000)
_counts = st.integers(0, 500)
_tallies = st.builds(Tally, _fractions, _fractions, *[_counts] * 7)


@pytest.mark.campaign("B17")
@given(_tallies, _tallies, _tallies)
def test_tallies_add_up_in_any_order_and_come_apart_again(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Tally() == a
    assert a - Tally() == a
    assert (a + b) - b == a
    assert a - a == Tally()
    assert pool([a, b, c]) == reduce(Tally.__add__, [c, a, b], Tally())
