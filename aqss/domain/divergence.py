"""Blind ratings of one criterion → do they agree, and what of them may be shown.

« Ne sait pas » and « non concerné » are no voices. Under :data:`FEWEST_VOICES` voices there is nothing but
:attr:`Verdict.DISCUSS`: a :class:`Spread` then holds nothing else, so that no page, export or rule built on
it can tell more (ADR 0008). Rule, with worked examples: docs/cotation-individuelle.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from aqss.domain.definitions.grids import EVERYBODY, Criterion, Grid
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown

FEWEST_VOICES = 4
"""From this many voices on, a distribution is shown; a criterion that fewer would rate is opened to all."""

RANKS_APART = 2
"""Levels this far from each other, each with :data:`VOICES_APART` voices or more, are divergent."""

VOICES_APART = 2

Value = str | Decimal


class Verdict(StrEnum):
    """Where the blind ratings of a criterion leave the team."""

    DIVERGENT = "divergent"
    UNKNOWN = "unknown"  # half or more of those who answered do not know
    DISCUSS = "discuss"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Votes:
    """What was answered to a criterion in a round, without names; the order of ``voices`` tells nothing."""

    voices: tuple[Value, ...] = ()
    unknown: int = 0
    not_applicable: int = 0

    @property
    def answered(self) -> int:
        return len(self.voices) + self.unknown + self.not_applicable


@dataclass(frozen=True, slots=True)
class Spread:
    """What may be shown of a round. ``shown`` is None under four voices: no count, no level, no median.

    ``agreed_on`` is the value of every voice, only where it may be shown and ratified with the others.
    """

    verdict: Verdict
    shown: Distribution | None

    @property
    def agreed_on(self) -> Value | None:
        if self.verdict is not Verdict.AGREED or self.shown is None:
            return None
        return self.shown.counts[0][0]


@dataclass(frozen=True, slots=True)
class Distribution:
    """``counts``: value → voices, best level first or rising numbers, those without a voice left out.

    ``lower`` and ``upper`` are the two medians, the same when the number of voices is odd; ``lower`` is the
    weaker level, or the smaller number.
    """

    counts: tuple[tuple[Value, int], ...]
    unknown: int
    not_applicable: int
    lower: Value
    upper: Value

    @property
    def voices(self) -> int:
        return sum(count for _, count in self.counts)


def votes_of(answers: Iterable[Answer | None]) -> Votes:
    """The votes that these answers to one criterion are; blank ones are none."""
    voices: list[Value] = []
    unknown = not_applicable = 0
    for answer in answers:
        match answer:
            case Rated(value):
                voices.append(value)
            case Unknown():
                unknown += 1
            case NotApplicable():
                not_applicable += 1
    return Votes(tuple(sorted(voices, key=str)), unknown, not_applicable)


def spread_of(scale: Scale, votes: Votes) -> Spread:
    """What may be shown of these votes.

    From four voices on, in this order: two voices or more on each of two levels two ranks apart or more, or
    one on each end of a scale of three levels or more, or two on each level of a scale of two, is
    ``divergent``; half or more of the answers unknown is ``unknown``; every voice equal and nobody « non
    concerné » is ``agreed``; the rest is ``discuss``. Numbers are never divergent, words always discussed.
    Divergence comes before doubt: a team that is split and in doubt is split.

    Under four voices: ``discuss``, whatever they say. « Accord » would tell each of two or three what the
    others answered.
    """
    if len(votes.voices) < FEWEST_VOICES or not isinstance(scale, LevelsScale | NumberScale):
        return Spread(Verdict.DISCUSS, None)
    return Spread(_verdict(scale, votes), _distribution(scale, votes))


def needs_reason(spread: Spread, scale: Scale, answer: Answer | None) -> bool:
    """Whether that consensus stands outside the medians, so that the team says why.

    Never where the medians may not be shown: asking would tell where they are.
    """
    if spread.shown is None:
        return False
    if not isinstance(answer, Rated):
        return True
    order = _order(scale)
    rank = order(answer.value)
    return not order(spread.shown.lower) <= rank <= order(spread.shown.upper)


def expected_voices(grid: Grid, criterion: Criterion, professions: Sequence[Sequence[str]]) -> int:
    """How many participants the grid asks that criterion of; ``professions``: those of each participant."""
    asked = criterion.respondents or grid.respondents
    return sum(EVERYBODY in asked or not set(asked).isdisjoint(one) for one in professions)


def is_opened_to_all(grid: Grid, criterion: Criterion, professions: Sequence[Sequence[str]]) -> bool:
    """Whether so few would rate the criterion that every participant is asked to."""
    return expected_voices(grid, criterion, professions) < FEWEST_VOICES


def _verdict(scale: LevelsScale | NumberScale, votes: Votes) -> Verdict:
    if isinstance(scale, LevelsScale) and _is_divergent(scale, votes):
        return Verdict.DIVERGENT
    if 2 * votes.unknown >= votes.answered:
        return Verdict.UNKNOWN
    is_unanimous = len(set(votes.voices)) == 1 and not votes.not_applicable
    return Verdict.AGREED if is_unanimous else Verdict.DISCUSS


def _is_divergent(scale: LevelsScale, votes: Votes) -> bool:
    counts = Counter(votes.voices)
    ranks = [counts[level.level] for level in scale.levels]
    if len(ranks) == 2:
        return min(ranks) >= VOICES_APART
    if ranks[0] and ranks[-1]:
        return True
    strong = [rank for rank, count in enumerate(ranks) if count >= VOICES_APART]
    return bool(strong) and strong[-1] - strong[0] >= RANKS_APART


def _distribution(scale: LevelsScale | NumberScale, votes: Votes) -> Distribution:
    order = _order(scale)
    voices = sorted(votes.voices, key=order)
    counts = sorted(Counter(voices).items(), key=lambda one: order(one[0]))
    best_first = reversed(counts) if isinstance(scale, LevelsScale) else counts
    middle = len(voices) // 2
    return Distribution(
        tuple(best_first),
        votes.unknown,
        votes.not_applicable,
        lower=voices[(len(voices) - 1) // 2],
        upper=voices[middle],
    )


def _order(scale: Scale) -> Callable[[Value], Decimal]:
    """Value → its rank, from the weakest level; a number is its own."""
    if isinstance(scale, LevelsScale):
        ranks = {level.level: Decimal(-place) for place, level in enumerate(scale.levels)}
        return lambda value: ranks[str(value)]
    return Decimal
