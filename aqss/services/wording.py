"""What answers and their surroundings are called in French, the same in reports and exports."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.divergence import FEWEST_VOICES
from aqss.gateways.french import NBSP, lower_first, number_fr
from aqss.services.assessments.explaining import ExplainedCriterion
from aqss.services.assessments.recorded import Recorded
from aqss.services.assessments.synthesis import Support, Voices

WITHOUT_RATING: Mapping[str, str] = {
    "na": "Non concerné",
    "unknown": "Ne sait pas",
    "blank": "Sans réponse",
}
"""Kinds of answer that are no rating."""

_SIGNS: Mapping[str, str] = {"na": "–", "unknown": "?", "blank": "…"}
_DISC, _HALF_DISC, _RING = "●", "◐", "○"


def answer_fr(scale: Scale, answer: Recorded) -> str:
    """The level's label, the number with its unit, the text, or the words for its absence."""
    if answer.kind in WITHOUT_RATING:
        return WITHOUT_RATING[answer.kind]
    if answer.number is not None and isinstance(scale, NumberScale):
        written = number_fr(answer.number, scale.decimals)
        return f"{written}{NBSP}{scale.unit}" if scale.unit else written
    if answer.level is not None and isinstance(scale, LevelsScale):
        return scale.by_level[answer.level].label
    return answer.words


def sign_of(line: ExplainedCriterion) -> str:
    """The sign beside the words: a disc for all of it, half a disc for part, a ring for nothing.

    Empty where there is nothing to judge: a text, a number without target.
    """
    if line.answer.kind in _SIGNS:
        return _SIGNS[line.answer.kind]
    if line.value is None:
        return ""
    return {Fraction(1): _DISC, Fraction(0): _RING}.get(line.value, _HALF_DISC)


def support_fr(answer: Recorded, support: Support) -> str:
    """« 5 voix sur 9, 1 « ne sait pas », 2e tour »; « moins de 4 voix » where nothing more may be told.

    What is no voice is counted beside them: « 3 « non concerné », 6 voix » where that is the answer.
    """
    told = (
        [f"moins de {FEWEST_VOICES}{NBSP}voix"] if support.voices is None else _told(answer, support.voices)
    )
    if support.round > 1:
        told.append(f"{support.round}e{NBSP}tour")
    return ", ".join(told)


def _told(answer: Recorded, voices: Voices) -> list[str]:
    asides = [
        f"{count} «{NBSP}{lower_first(WITHOUT_RATING[kind])}{NBSP}»"
        for kind, count in (("unknown", voices.unknown), ("na", voices.not_applicable))
        if count and kind != answer.kind
    ]
    if answer.kind in WITHOUT_RATING:
        same = f"{voices.same} «{NBSP}{lower_first(WITHOUT_RATING[answer.kind])}{NBSP}»"
        return [same, f"{voices.out_of}{NBSP}voix", *asides]
    return [f"{voices.same}{NBSP}voix sur {voices.out_of}", *asides]


def code_of(content: EditionContent) -> str:
    """What the codes of a grid's criteria start with (« A2 » for A2-01, A2-02…); empty when they differ."""
    starts = {code.rpartition("-")[0] for code in content.criteria_by_code}
    return starts.pop() if len(starts) == 1 else ""
