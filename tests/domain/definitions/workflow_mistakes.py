"""What newcomers get wrong in a workflow file, each mistake made in the file of the tutorial."""

# ruff: noqa: E501 - one line for each text

from __future__ import annotations

import re
from typing import NamedTuple

from tests.shipped import ROOT

TUTORIAL = (ROOT / "docs" / "tutoriel-parcours.md").read_text(encoding="utf-8")
PATH = "workflows/accueil-professionnel.yaml"
FIRST, WHOLE = re.findall(rf"```yaml\n(# {PATH}\n.*?)```", TUTORIAL, flags=re.DOTALL)
"""The file at its beginning, and at the end of the tutorial."""

PARTS = tuple(
    tuple(re.findall(r"```diff\n(.*?)```", part, flags=re.DOTALL))
    for part in re.split(r"^## ", TUTORIAL, flags=re.MULTILINE)
    if "```diff" in part
)
"""The changes that each part of the tutorial makes to the file."""


def grown(parts: int) -> str:
    """The file after that many of the parts that change it."""
    text = FIRST
    for change in (change for part in PARTS[:parts] for change in part):
        lines = change.splitlines()
        before, after = (
            "".join(f"{line[1:]}\n" for line in lines if line[:1] in (" ", sign)) for sign in "-+"
        )
        assert text.count(before) == 1, f"{before!r} is not written once in the file so far"
        text = text.replace(before, after)
    return text


GRIDS = ("indicateurs-suivi", "patient-traceur")
"""Grids that are known where the file stands."""


class Mistake(NamedTuple):
    """``before``, written once in the file, becomes ``after``: told with ``code`` at ``line``, and what to do."""

    what: str
    before: str
    after: str
    code: str
    line: int
    remedy: str

    @property
    def text(self) -> str:
        """The file with the mistake."""
        assert WHOLE.count(self.before) == 1, f"{self.before!r} is not written once in the tutorial"
        return WHOLE.replace(self.before, self.after)

    @property
    def changed(self) -> str:
        """The first line that is not the file's, as it is written; empty when something is only missing."""
        before = set(WHOLE.splitlines())
        return next((line for line in self.text.splitlines() if line not in before), "")


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "Une tabulation pour le retrait",
        "    label: Premières semaines",
        "\tlabel: Premières semaines",
        "YAML-005",
        24,
        "tabulation",
    ),
    Mistake(
        "Un texte avec deux points, sans guillemets",
        "label: Préparer le poste et les accès",
        "label: Préparer : le poste et les accès",
        "YAML-005",
        14,
        "guillemets",
    ),
    Mistake(
        "La même clé deux fois",
        "    label: Point d’étape\n",
        "    label: Point d’étape\n    label: Bilan\n",
        "YAML-008",
        38,
        "ligne 37",
    ),
    Mistake(
        "Une clé mal écrite",
        "    documents: [Livret d’accueil]",
        "    document: [Livret d’accueil]",
        "DEF-001",
        12,
        "documents",
    ),
    Mistake(
        "Une virgule dans un texte, sans guillemets",
        "label: Faire le point sur les vaccinations",
        "label: Faire le point, les vaccinations",
        "DEF-001",
        16,
        "guillemets",
    ),
    Mistake("Une clé oubliée", "    label: Point d’étape\n", "", "DEF-002", 36, "label: …"),
    Mistake(
        "Un rôle sans crochets", "by: [coordinator]}", "by: coordinator}", "DEF-003", 45, "[coordinator]"
    ),
    Mistake("« oui » au lieu de « true »", "    initial: true", "    initial: oui", "DEF-003", 9, "true"),
    Mistake(
        "Un nom avec des majuscules et des accents",
        "state: point",
        "state: Point d’étape",
        "DEF-007",
        36,
        "point-d-etape",
    ),
    Mistake("Un sujet mal écrit", "subject: dossier", "subject: dossiers", "DEF-008", 5, "dossier"),
    Mistake(
        "Le nom du fichier et celui du parcours diffèrent",
        "workflow: accueil-professionnel\nv",
        "workflow: accueil\nv",
        "WF-001",
        2,
        "accueil-professionnel",
    ),
    Mistake("Aucune étape initiale", "    initial: true\n", "", "WF-002", 7, "initial: true"),
    Mistake(
        "Une étape que rien n’atteint",
        "      - {to: point, label: Passer",
        "      - {to: termine, label: Passer",
        "WF-004",
        36,
        "passage",
    ),
    Mistake(
        "Une étape sans issue",
        "{state: abandonne, label: Abandonné, final: true}",
        "{state: abandonne, label: Abandonné}",
        "WF-005",
        48,
        "final: true",
    ),
    Mistake(
        "Un passage vers une étape qui n’existe pas",
        "{to: arrivee, label: La",
        "{to: arrive, label: La",
        "WF-006",
        20,
        "arrivee",
    ),
    Mistake(
        "Un rôle que le sujet n’a pas",
        "by: [coordinator]}",
        "by: [administrator]}",
        "WF-007",
        45,
        "owner (pilote)",
    ),
    Mistake("Un rôle en français", "by: [coordinator]}", "by: [coordinatrice]}", "WF-007", 45, "coordinator"),
    Mistake(
        "Le mot du centre pour un rôle",
        "role: manager",
        "role: direction",
        "WF-007",
        16,
        "manager (direction)",
    ),
    Mistake(
        "Un destinataire inconnu",
        "to: [owner, coordinator]",
        "to: [pilote, coordinator]",
        "WF-008",
        42,
        "owner (pilote)",
    ),
    Mistake("Une date inconnue", "due: 8w", "due: fin-annee", "WF-009", 39, "year-end"),
    Mistake("La date d’un autre sujet", "due: 8w", "due: review", "WF-009", 39, "subject: action"),
    Mistake(
        "La condition d’un autre sujet",
        "when: [documents-given]",
        "when: [steps-done]",
        "WF-010",
        44,
        "subject: action",
    ),
    Mistake("Un effet mal écrit", "then: [tell-centre]", "then: [tell-center]", "WF-011", 44, "tell-centre"),
    Mistake(
        "Une permission d’un autre sujet",
        "    initial: true\n    allows: [edit]",
        "    initial: true\n    allows: [rate]",
        "WF-012",
        10,
        "edit",
    ),
    Mistake("Un rappel sans échéance", "    due: 8w\n", "", "WF-013", 41, "due"),
    Mistake(
        "Un passage après la fin",
        "{state: termine, label: Terminé, final: true}",
        "{state: termine, label: Terminé, final: true, transitions: [{to: point, label: Rouvrir, by: [manager]}]}",
        "WF-014",
        47,
        "Enlever",
    ),
    Mistake(
        "Deux étapes du même nom",
        "  - {state: termine,",
        "  - {state: arrivee, label: Retour}\n  - {state: termine,",
        "WF-015",
        47,
        "ligne 23",
    ),
    Mistake("Deux tâches du même nom", "task: hygiene", "task: visite", "WF-016", 29, "ligne 28"),
    Mistake(
        "Une suite qui n’existe pas",
        "subject: dossier\n",
        "subject: dossier\nnext: accueil\n",
        "WF-017",
        6,
        "accueil-professionnel",
    ),
    Mistake("Une durée écrite en toutes lettres", "due: 3w\n", "due: 3 semaines\n", "WF-018", 11, "3w"),
    Mistake(
        "Avant et après dans le même rappel",
        "{before: 1w, to: [owner]}",
        "{before: 1w, after: 3d, to: [owner]}",
        "WF-019",
        18,
        "autre rappel",
    ),
    Mistake(
        "Une grille inconnue",
        "subject: dossier\n",
        "subject: dossier\ngrids: [patient-tracer]\n",
        "WF-022",
        6,
        "patient-traceur",
    ),
    Mistake(
        "Le même passage deux fois",
        "      - {to: arrivee, label: Reprendre",
        "      - {to: termine, label: Clore, by: [owner], when: [documents-given]}\n      - {to: arrivee, label: Reprendre",
        "WF-025",
        45,
        "ligne 44",
    ),
    Mistake(
        "Le même document deux fois",
        "[Livret d’accueil]",
        "[Livret d’accueil, Livret d’accueil]",
        "WF-026",
        12,
        "ligne 12",
    ),
    Mistake(
        "La même tâche sous deux noms",
        "label: Présenter l’équipe et les locaux, role: member, due: 2d}",
        "label: Présenter l’équipe, role: member}\n      - {task: tour, label: Présenter l’équipe, role: member}",
        "WF-027",
        29,
        "ligne 28",
    ),
    Mistake(
        "Une structure d’appui à qui rien n’est envoyé",
        "role: manager",
        "role: structure",
        "WF-029",
        16,
        "tell-structure",
    ),
)
"""In the order of the codes, those of the file before those of the workflow."""
