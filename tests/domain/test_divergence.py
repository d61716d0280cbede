"""Divergence, to the letter of docs/cotation-individuelle.md: by example, then whatever the voices."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.grids import Criterion, Grid, Section
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, Scale, TextScale
from aqss.domain.divergence import (
    FEWEST_VOICES,
    Distribution,
    Spread,
    Verdict,
    Votes,
    expected_voices,
    is_opened_to_all,
    needs_reason,
    spread_of,
    votes_of,
)
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown

NA, NSP = NotApplicable("Pas de salle de soins."), Unknown()


def a_scale(*levels: str) -> LevelsScale:
    """From best to worst."""
    last = len(levels) - 1
    return LevelsScale(
        scale="essai",
        label="Essai",
        kind="levels",
        levels=tuple(
            Level(level=level, label=level, value=Decimal(last - rank) / last)
            for rank, level in enumerate(levels)
        ),
    )


YES_NO = a_scale("oui", "non")
MASTERY = a_scale("oui", "partiel", "non")
HAS = a_scale("optimise", "n4", "n3", "n2", "n1")
RATE = NumberScale(scale="taux", label="Taux", kind="number", decimals=1)
WORDS = TextScale(scale="libre", label="Libre", kind="text")


def spread(scale: Scale, *voices: str | Decimal, unknown: int = 0, na: int = 0) -> Spread:
    return spread_of(scale, Votes(voices, unknown, na))


def shown(found: Spread) -> Distribution:
    assert found.shown is not None
    return found.shown


def numbers(*values: str) -> list[Decimal]:
    return [Decimal(value) for value in values]


def test_two_voices_on_each_of_two_levels_two_ranks_apart_diverge() -> None:
    assert spread(HAS, "n4", "n4", "n2", "n2").verdict is Verdict.DIVERGENT


def test_one_voice_alone_two_ranks_away_does_not_diverge() -> None:
    assert spread(HAS, "n4", "n4", "n4", "n2").verdict is Verdict.DISCUSS


def test_neighbours_do_not_diverge_however_many() -> None:
    assert spread(HAS, "n4", "n4", "n4", "n3", "n3", "n3").verdict is Verdict.DISCUSS


def test_the_levels_apart_need_not_be_the_outermost() -> None:
    found = spread(HAS, "optimise", "n4", "n4", "n3", "n2", "n2")
    assert found.verdict is Verdict.DIVERGENT


def test_voices_on_both_ends_of_the_scale_diverge_even_alone() -> None:
    assert spread(MASTERY, "oui", "partiel", "partiel", "non").verdict is Verdict.DIVERGENT
    assert spread(HAS, "optimise", "n3", "n3", "n1").verdict is Verdict.DIVERGENT


def test_on_two_levels_it_takes_two_voices_on_each() -> None:
    assert spread(YES_NO, "oui", "oui", "non", "non").verdict is Verdict.DIVERGENT
    assert spread(YES_NO, "oui", "oui", "oui", "non").verdict is Verdict.DISCUSS


def test_equal_voices_agree_and_may_be_ratified() -> None:
    found = spread(MASTERY, "partiel", "partiel", "partiel", "partiel")
    assert found.verdict is Verdict.AGREED
    assert found.agreed_on == "partiel"


def test_one_who_is_not_concerned_holds_an_agreement_back() -> None:
    found = spread(MASTERY, "oui", "oui", "oui", "oui", na=1)
    assert found.verdict is Verdict.DISCUSS
    assert found.agreed_on is None


def test_one_who_does_not_know_does_not() -> None:
    found = spread(MASTERY, "oui", "oui", "oui", "oui", unknown=3)
    assert found.verdict is Verdict.AGREED
    assert shown(found).unknown == 3


@pytest.mark.parametrize(("unknown", "verdict"), [(3, Verdict.AGREED), (4, Verdict.UNKNOWN)])
def test_half_the_answers_unknown_is_a_verdict_of_its_own(unknown: int, verdict: Verdict) -> None:
    assert spread(MASTERY, *["oui"] * 4, unknown=unknown).verdict is verdict


def test_not_applicable_counts_among_the_answers_of_which_half_are_unknown() -> None:
    assert spread(MASTERY, "oui", "oui", "oui", "partiel", unknown=4, na=1).verdict is Verdict.DISCUSS


def test_a_team_that_is_split_and_in_doubt_is_split() -> None:
    assert spread(MASTERY, "oui", "oui", "non", "non", unknown=9).verdict is Verdict.DIVERGENT


def test_numbers_agree_only_when_equal_and_never_diverge() -> None:
    equal = spread(RATE, *numbers("12.5", "12.50", "12.5", "12.5"))
    assert equal.agreed_on == Decimal("12.5")
    assert spread(RATE, *numbers("0", "0", "100", "100")).verdict is Verdict.DISCUSS
    assert spread(RATE, *numbers("1", "1", "1", "1"), unknown=5).verdict is Verdict.UNKNOWN


def test_words_are_discussed_and_never_shown_as_a_distribution() -> None:
    assert spread(WORDS, *["Rien"] * 6) == Spread(Verdict.DISCUSS, None)


@pytest.mark.parametrize(
    ("scale", "voices", "lower", "upper"),
    [
        (MASTERY, ["oui", "partiel", "partiel", "non", "non"], "partiel", "partiel"),
        (MASTERY, ["oui", "oui", "non", "non"], "non", "oui"),
        (HAS, ["n4", "n3", "n3", "n2"], "n3", "n3"),
        (HAS, ["optimise", "n4", "n3", "n3"], "n3", "n4"),
        (RATE, numbers("9", "10", "100", "9.5"), Decimal("9.5"), Decimal(10)),
    ],
)
def test_the_medians_are_the_voices_in_the_middle(
    scale: Scale, voices: list[str | Decimal], lower: object, upper: object
) -> None:
    found = shown(spread(scale, *voices))
    assert (found.lower, found.upper) == (lower, upper)


def test_levels_are_told_best_first_and_numbers_rising_without_the_empty_ones() -> None:
    levels = shown(spread(HAS, "n2", "n4", "n2", "optimise", na=2))
    assert levels.counts == (("optimise", 1), ("n4", 1), ("n2", 2))
    assert (levels.voices, levels.not_applicable) == (4, 2)
    assert shown(spread(RATE, *numbers("10", "9", "100", "9"))).counts == (
        (Decimal(9), 2),
        (Decimal(10), 1),
        (Decimal(100), 1),
    )


@pytest.mark.parametrize(
    ("voices", "na"),
    [
        ([], 0),
        ([], 7),
        (["oui"], 0),
        (["oui", "oui"], 0),
        (["oui", "oui", "oui"], 0),
        (["oui", "oui", "oui"], 1),
        (["oui", "non", "non"], 0),
    ],
)
def test_under_four_voices_whatever_they_say_is_discussed_and_nothing_else_is_told(
    voices: list[str], na: int
) -> None:
    found = spread(MASTERY, *voices, na=na)
    assert found == Spread(Verdict.DISCUSS, None)
    assert found.agreed_on is None


def test_a_consensus_within_the_medians_needs_no_reason_and_one_outside_does() -> None:
    found = spread(HAS, "optimise", "n4", "n3", "n3")
    assert [needs_reason(found, HAS, Rated(level.level)) for level in HAS.levels] == [
        True, False, False, True, True,
    ]  # fmt: skip


def test_a_consensus_that_rates_nothing_needs_its_reason() -> None:
    found = spread(MASTERY, "oui", "oui", "oui", "oui")
    assert needs_reason(found, MASTERY, NA)
    assert needs_reason(found, MASTERY, NSP)
    assert needs_reason(found, MASTERY, None)


def test_a_number_is_within_the_medians_or_outside() -> None:
    found = spread(RATE, *numbers("9", "10", "20", "30"))
    inside = [needs_reason(found, RATE, Rated(Decimal(value))) for value in ("9.9", "10", "15", "20", "20.1")]
    assert inside == [True, False, False, False, True]


def test_votes_leave_names_order_and_blanks_behind() -> None:
    answers: list[Answer | None] = [Rated("partiel"), NSP, None, Rated("oui"), NA, Rated("non"), NSP]
    votes = votes_of(answers)
    assert (
        votes == votes_of(reversed(answers)) == Votes(("non", "oui", "partiel"), unknown=2, not_applicable=1)
    )
    assert votes.answered == 6


def a_grid(*respondents: tuple[str, ...] | None) -> Grid:
    """One criterion for each, asked of these professions; None: of those of the grid."""
    criteria = tuple(
        Criterion(criterion=f"C{rank}", statement="Un énoncé.", respondents=asked)
        for rank, asked in enumerate(respondents)
    )
    return Grid(
        grid="essai", version=1, module="outils", title="Essai", purpose="Essayer.", scale="maitrise",
        respondents=("medecin", "infirmier"), sections=(Section(section="s", title="S", criteria=criteria),),
    )  # fmt: skip


def test_a_criterion_expects_the_voices_of_those_it_is_asked_of() -> None:
    grid = a_grid(None, ("accueil",), ("tous",))
    people = [["medecin"], ["medecin", "direction"], ["infirmier"], ["accueil"], []]
    assert [expected_voices(grid, one, people) for one in grid.criteria] == [3, 1, 5]
    assert [is_opened_to_all(grid, one, people) for one in grid.criteria] == [True, True, False]


def test_four_expected_voices_are_enough_to_keep_a_criterion_to_them() -> None:
    grid = a_grid(None)
    assert not is_opened_to_all(grid, grid.criteria[0], [["medecin"]] * 4)
    assert is_opened_to_all(grid, grid.criteria[0], [["medecin"]] * 3 + [["accueil"]] * 9)


SCALES = st.sampled_from([YES_NO, MASTERY, HAS])


@st.composite
def _voted(draw: st.DrawFn) -> tuple[Scale, list[str], int, int]:
    scale = draw(SCALES)
    names = st.sampled_from([level.level for level in scale.levels])
    few = st.integers(0, 9)
    return scale, draw(st.lists(names, max_size=9)), draw(few), draw(few)


@given(_voted(), st.randoms())
def test_the_order_of_the_voices_changes_nothing(
    voted: tuple[Scale, list[str], int, int], random: Random
) -> None:
    scale, voices, unknown, na = voted
    shuffled = list(voices)
    random.shuffle(shuffled)
    before = spread(scale, *voices, unknown=unknown, na=na)
    after = spread(scale, *shuffled, unknown=unknown, na=na)
    assert before == after


@given(_voted())
def test_under_four_voices_a_spread_tells_nothing_and_no_reason_is_asked(
    voted: tuple[Scale, list[str], int, int],
) -> None:
    scale, voices, unknown, na = voted
    voices = voices[: FEWEST_VOICES - 1]
    found = spread(scale, *voices, unknown=unknown, na=na)
    assert found == Spread(Verdict.DISCUSS, None)
    assert isinstance(scale, LevelsScale)
    for answer in (NA, NSP, None, *(Rated(level.level) for level in scale.levels)):
        assert not needs_reason(found, scale, answer)


@given(_voted())
def test_what_is_shown_counts_every_answer_once(voted: tuple[Scale, list[str], int, int]) -> None:
    scale, voices, unknown, na = voted
    found = spread(scale, *voices, unknown=unknown, na=na).shown
    assert (found is None) == (len(voices) < FEWEST_VOICES)
    if found is not None:
        assert (found.voices, found.unknown, found.not_applicable) == (len(voices), unknown, na)
        assert all(count == voices.count(str(value)) for value, count in found.counts)


@given(_voted())
def test_a_verdict_is_the_rule_of_the_contract(voted: tuple[Scale, list[str], int, int]) -> None:
    """The rule written again, pair of levels by pair of levels."""
    scale, voices, unknown, na = voted
    assert isinstance(scale, LevelsScale)
    names = [level.level for level in scale.levels]
    if len(voices) < FEWEST_VOICES:
        return
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    least = 2 if len(names) == 2 else 1
    split = any(
        min(voices.count(a), voices.count(b)) >= 2 and names.index(b) - names.index(a) >= 2 for a, b in pairs
    )
    ends = min(voices.count(names[0]), voices.count(names[-1])) >= least
    if split or ends:
        expected = Verdict.DIVERGENT
    elif unknown * 2 >= len(voices) + unknown + na:
        expected = Verdict.UNKNOWN
    else:
        expected = Verdict.AGREED if len(set(voices)) == 1 and na == 0 else Verdict.DISCUSS
    assert spread(scale, *voices, unknown=unknown, na=na).verdict is expected


@given(_voted())
def test_medians_leave_as_many_voices_on_either_side(voted: tuple[Scale, list[str], int, int]) -> None:
    scale, voices, *_ = voted
    assert isinstance(scale, LevelsScale)
    found = spread(scale, *voices).shown
    if found is None:
        return
    names = [level.level for level in scale.levels]
    ranks = sorted(names.index(voice) for voice in voices)
    lower, upper = names.index(str(found.lower)), names.index(str(found.upper))
    assert lower >= upper, "the lower is the weaker"
    for rank in (lower, upper):
        assert 2 * sum(one <= rank for one in ranks) >= len(ranks)
        assert 2 * sum(one >= rank for one in ranks) >= len(ranks)
    assert (lower == upper) or len(ranks) % 2 == 0
