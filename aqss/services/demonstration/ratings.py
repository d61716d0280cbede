"""What a fictional team answers: a maturity for the centre, better with the years, uneven between grids."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.scales import LevelsScale
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown

_REASONS = (
    "Activité non proposée dans notre centre cette année.",
    "Mission portée par le gestionnaire pour tous ses centres.",
    "Équipement confié à un prestataire extérieur.",
)
_COMMENTS = (
    "Procédure écrite, à présenter à l’équipe du soir.",
    "Fait pour les nouveaux arrivants, à reprendre pour les remplaçants.",
    "Dernière vérification au printemps, la suivante est inscrite au calendrier.",
    "Le document existe mais n’est pas connu de tous.",
    "En cours avec l’appui de la structure régionale.",
    "À rediscuter après la réunion du trimestre.",
)
_SPREAD = 0.22
_YEARLY_GAIN = 0.035


@dataclass(frozen=True)
class Rating:
    """One answer with its comment."""

    criterion: str
    answer: Answer
    comment: str


def rate_sheet(
    content: EditionContent, profile: Collection[str], *, centre: int, year: int, share: float
) -> list[Rating]:
    """Answers to the applicable criteria of a sheet; ``share`` of them from the top (1: all).

    The same centre in another year answers much the same, a little better: draws are seeded by criterion.
    """
    level_draw = random.Random(f"maturity {centre}")
    maturity = min(max(level_draw.gauss(0.66, 0.11), 0.35), 0.92) + _YEARLY_GAIN * year
    maturity += random.Random(f"grid {content.grid.grid}").uniform(-0.14, 0.12)
    maturity += random.Random(f"{centre} {content.grid.grid}").gauss(0, 0.07)
    criteria = [criterion for criterion in content.grid.criteria if criterion.applies(profile)]
    return [
        rating
        for criterion in criteria[: round(len(criteria) * share)]
        if (rating := _rate(content, criterion.criterion, maturity, centre, year)) is not None
    ]


def _rate(content: EditionContent, code: str, maturity: float, centre: int, year: int) -> Rating | None:
    criterion = content.criteria_by_code[code]
    scale = content.scale_of(criterion)
    if not isinstance(scale, LevelsScale):
        return None
    settled = random.Random(f"{centre} {code}")
    yearly = random.Random(f"{centre} {code} {year}")
    comment = yearly.choice(_COMMENTS) if yearly.random() < 0.07 else ""
    chance = settled.random()
    if chance < 0.025:
        return Rating(code, NotApplicable(settled.choice(_REASONS)), "")
    if chance < 0.05 and yearly.random() < 0.6:
        return Rating(code, Unknown(), "")
    value = (
        maturity + settled.gauss(0, _SPREAD) + yearly.gauss(0, 0.05) + (0.08 if criterion.essential else 0)
    )
    rank = min(int((1 - min(max(value, 0), 0.999)) * len(scale.levels) * 0.95), len(scale.levels) - 1)
    return Rating(code, Rated(scale.levels[rank].level), comment)
