"""What each person of a fictional team answers alone, around what the team agrees on, or would.

On most criteria they say the same, on many they are neighbours, on some they are split or do not know.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Criterion
from aqss.domain.definitions.scales import LevelsScale
from aqss.domain.divergence import is_opened_to_all
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown
from aqss.services.demonstration.ratings import Rating

_MOODS = ("same", "near", "split", "doubt")
_MOOD_WEIGHTS = (45, 35, 13, 7)
_COMMENTS = (
    "Fait dans mon cabinet, je ne sais pas pour les autres.",
    "Nous en parlons à chaque fois et rien n’est écrit.",
    "Vu avec les nouveaux arrivants, pas avec les remplaçants.",
    "Le matériel manque un jour sur deux à l’étage.",
    "C’est affiché, mais personne ne le relit.",
)


def rate_alone(
    content: EditionContent,
    profile: Collection[str],
    professions: Sequence[Sequence[str]],
    agreed: Mapping[str, Answer],
    *,
    centre: int,
    year: int,
) -> list[list[Rating]]:
    """The answers of each person, in the order of ``professions`` (those of each), to what is asked of them.

    ``agreed``: criterion → the answer they are drawn around; criteria without one are left blank.
    """
    answers: list[list[Rating]] = [[] for _ in professions]
    for criterion in content.grid.criteria:
        team = agreed.get(criterion.criterion)
        if team is None or not criterion.applies(profile):
            continue
        for rank in _asked(content, criterion, professions):
            draw = random.Random(f"{centre} {criterion.criterion} {year} voice {rank}")
            mood = _mood(centre, criterion.criterion, year, team)
            answer = _answer(content, criterion, team, mood, draw)
            comment = draw.choice(_COMMENTS) if mood != "same" and draw.random() < 0.12 else ""
            answers[rank].append(Rating(criterion.criterion, answer, comment))
    return answers


def _asked(content: EditionContent, criterion: Criterion, professions: Sequence[Sequence[str]]) -> list[int]:
    wanted = set(criterion.respondents or content.grid.respondents)
    is_for_all = EVERYBODY in wanted or is_opened_to_all(content.grid, criterion, professions)
    return [rank for rank, held in enumerate(professions) if is_for_all or not wanted.isdisjoint(held)]


def _mood(centre: int, code: str, year: int, team: Answer) -> str:
    if isinstance(team, Unknown):
        return "doubt"
    return random.Random(f"{centre} {code} {year} mood").choices(_MOODS, _MOOD_WEIGHTS)[0]


def _answer(
    content: EditionContent, criterion: Criterion, team: Answer, mood: str, draw: random.Random
) -> Answer:
    if isinstance(team, NotApplicable):
        return team
    if isinstance(team, Unknown) or (mood == "doubt" and draw.random() < 0.6):
        return Unknown()
    scale = cast(LevelsScale, content.scale_of(criterion))  # as all those of the modules
    levels = [level.level for level in scale.levels]
    rank = levels.index(str(team.value))
    if mood == "near" and draw.random() < 0.35:
        rank += draw.choice((-1, 1))
    elif mood == "split" and draw.random() < 0.45:
        rank = len(levels) - 1 - rank if 2 * rank != len(levels) - 1 else draw.choice((0, len(levels) - 1))
    return Rated(levels[min(max(rank, 0), len(levels) - 1)])
