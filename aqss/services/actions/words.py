"""What the marks, zones and outcomes of actions are called, the same on every screen, report and export.

The rules behind them: docs/actions.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from aqss.domain.actions import Zone
from aqss.domain.effects import Outcome

CRITICALITIES: Mapping[int, str] = {
    4: "Un danger pour une personne, ou un impératif qui n’est pas tenu",
    3: "Un risque pour la qualité ou la sécurité des soins, ou une obligation",
    2: "Une gêne pour les patients ou pour l’équipe",
    1: "Peu de conséquences",
}
"""What happens if nothing changes, from the worst."""

FEASIBILITIES: Mapping[int, str] = {
    4: "Tout de suite, sans moyen de plus",
    3: "En quelques semaines, avec les moyens du centre",
    2: "Il faut du temps, un accord ou un budget à obtenir",
    1: "Cela dépend surtout d’autres que le centre",
}
"""What it takes, from the easiest."""

IMPACTS: Mapping[int, str] = {
    4: "Beaucoup de choses, et pour longtemps",
    3: "Nettement mieux qu’aujourd’hui",
    2: "Un peu mieux qu’aujourd’hui",
    1: "Presque rien",
}
"""What it changes once done, from the most."""

ZONES: Mapping[Zone, str] = {Zone.FIRST: "D’abord", Zone.NEXT: "Ensuite", Zone.LATER: "Plus tard"}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.EFFECTIVE: "Efficace",
    Outcome.PARTIAL: "Partiel",
    Outcome.INEFFECTIVE: "Inefficace",
    Outcome.NOT_YET: "Pas encore mesurable",
}
