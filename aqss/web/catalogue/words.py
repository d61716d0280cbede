"""How the reference pages say whom a criterion concerns, how it is answered, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Applicability, Criterion, Grid, Reference
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.gateways.french import NBSP, list_fr, lower_first, number_fr

STAKES: Mapping[str, str] = {"securite": "Sécurité des soins", "legal": "Cadre légal"}

SUBJECT_TITLES: Mapping[str, str] = {
    "assessment": "Auto-évaluations",
    "action": "Actions",
    "meeting": "Réunions",
    "dossier": "Dossiers",
}
"""What workflows make advance."""


@dataclass(frozen=True)
class CitedReference:
    """A reference of the catalogue, and the criteria that cite it with their grids."""

    reference: Reference
    criteria: tuple[tuple[Grid, Criterion], ...]


def applicability_fr(rule: Applicability, labels: Mapping[str, str]) -> str:
    """« Concerne : activité dentaire », or « Ne concerne pas », as the rule says."""
    named = [lower_first(labels.get(flag, flag)) for flag in rule.flags]
    if rule.none is not None:
        return f"Ne concerne pas{NBSP}: {', '.join(named)}"
    if rule.all is not None:
        return f"Concerne{NBSP}: {list_fr(named)}" + (", à la fois" if len(named) > 1 else "")
    return f"Concerne{NBSP}: {' ou '.join(named)}"


def respondents_fr(respondents: Iterable[str], labels: Mapping[str, str]) -> str:
    """« direction, gestionnaire · médecin »: labels hold commas, so they are parted by dots."""
    named = ("toute l’équipe" if name == EVERYBODY else labels.get(name, name) for name in respondents)
    return " · ".join(lower_first(name) for name in named)


def answers_fr(scale: Scale) -> str:
    """« Oui, En partie, Non », « Nombre, en % » or « Texte libre »."""
    if isinstance(scale, LevelsScale):
        return ", ".join(level.label for level in scale.levels)
    if isinstance(scale, NumberScale):
        return f"Nombre, en{NBSP}{scale.unit}" if scale.unit else "Nombre"
    return "Texte libre"


def worth_fr(scale: NumberScale) -> str:
    """What the numbers of a scored scale are worth: « 0 à 20 %, 1 à 5 %, en proportion entre les deux »."""
    unit = f"{NBSP}{scale.unit}" if scale.unit else ""
    worst, best = (number_fr(end) for end in (scale.worst, scale.best) if end is not None)
    return f"0 à {worst}{unit}, 1 à {best}{unit}, en proportion entre les deux"


def scales_of(content: EditionContent) -> list[Scale]:
    """The scales that criteria of a grid are answered with, the most used first."""
    used = [content.scale_of(criterion).scale for criterion in content.grid.criteria]
    return sorted(
        (scale for scale in content.scales if scale.scale in used),
        key=lambda scale: -used.count(scale.scale),
    )


def citations(catalogue: Catalogue) -> Sequence[CitedReference]:
    """Every reference in the order of its file, cited or not."""
    citing: dict[str, list[tuple[Grid, Criterion]]] = {key: [] for key in catalogue.references}
    for grid in catalogue.grids.values():
        for criterion in grid.criteria:
            for key in criterion.references or ():
                citing[key].append((grid, criterion))
    return [CitedReference(known, tuple(citing[key])) for key, known in catalogue.references.items()]
