"""What the kinds, origins, marks, zones and results of actions are called, the same on every screen, report
and export.

The rules behind them: docs/actions.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from aqss.domain.actions import Zone
from aqss.domain.effects import Outcome
from aqss.gateways.french import NBSP

KINDS: Mapping[str, str] = {"corrective": "Corrective", "preventive": "Préventive"}
"""Kinds of action."""

KINDS_TOLD: Mapping[str, str] = {
    "corrective": f"Corrective{NBSP}: elle répond à un écart constaté",
    "preventive": f"Préventive{NBSP}: elle évite qu’un écart n’arrive",
}
"""Kinds of action, to somebody who chooses."""

ORIGINS: Mapping[str, str] = {
    "free": "Hors auto-évaluation",
    "criterion": "Auto-évaluation",
    "session": "Séance d’accord",
    "dossier": "Dossier",
}
"""Where an action comes from."""

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

RESULTS: Mapping[str, str] = {
    Outcome.EFFECTIVE.value: f"Efficace{NBSP}: l’effet attendu est atteint",
    Outcome.PARTIAL.value: f"Partiel{NBSP}: mieux qu’avant, sans l’effet attendu",
    Outcome.INEFFECTIVE.value: f"Inefficace{NBSP}: rien n’a changé",
}
"""What people may conclude, to somebody who chooses."""
