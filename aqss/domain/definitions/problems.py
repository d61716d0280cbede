"""What can be wrong in a definition file, for whoever writes grids and workflows.

:data:`RULES` is the only list of codes; docs/problems.md explains each. A code, once published, keeps its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

# ruff: noqa: E501 - one line for each code


class Rule(NamedTuple):
    """What has to be true, and what to do about it; only the remedy names facts, in braces."""

    title: str
    remedy: str


RULES: dict[str, Rule] = {
    # Files and YAML
    "YAML-001": Rule("le fichier doit pouvoir être lu", "{reason}"),
    "YAML-002": Rule("le texte doit être en UTF-8", "Enregistrer le fichier avec l’encodage UTF-8"),
    "YAML-003": Rule("le fichier ne doit pas dépasser 1 Mio", "Le partager en plusieurs fichiers"),
    "YAML-004": Rule("les caractères de contrôle ne sont pas admis", "Enlever ce caractère invisible"),
    "YAML-005": Rule("le fichier doit être du YAML bien formé", "{advice}"),
    "YAML-006": Rule("un fichier doit contenir un seul document", "Mettre la suite dans un autre fichier, ou enlever « --- »"),
    "YAML-007": Rule("le fichier doit être un ensemble de clés", "Commencer par une ligne comme « {key}: … »"),
    "YAML-008": Rule("une clé ne doit être écrite qu’une fois", "Garder une seule des deux lignes (la première est ligne {line})"),
    "YAML-009": Rule("les ancres (&) ne sont pas admises", "Enlever l’ancre ; pour un texte qui commence par &, mettre des guillemets"),
    "YAML-010": Rule("les renvois (*) ne sont pas admis", "Recopier le contenu ; pour un texte qui commence par *, mettre des guillemets"),
    "YAML-011": Rule("les étiquettes de type (!) ne sont pas admises", "Enlever l’étiquette ; pour un texte qui commence par !, mettre des guillemets"),
    "YAML-012": Rule("les directives (%) ne sont pas admises, sauf « %YAML 1.2 »", "Enlever cette ligne"),
    "YAML-013": Rule("une clé doit être un texte", "Mettre la clé entre guillemets, ou tout le texte s’il contient une accolade"),
    "YAML-014": Rule("les éléments ne doivent pas s’emboîter sur plus de 20 niveaux", "Vérifier les crochets, les accolades et les retraits"),
    "YAML-015": Rule("un nombre doit être un décimal d’au plus 15 chiffres", "Écrire un nombre ordinaire, ou mettre des guillemets si c’est un texte"),
    "YAML-016": Rule("un fichier de définition doit se nommer en « .yaml »", "Renommer le fichier en « {name} »"),
    "YAML-017": Rule("le dossier doit contenir des fichiers de définition", "Indiquer le dossier des grilles ou celui des parcours"),
    "YAML-018": Rule("le fichier doit être à sa place", "Mettre une grille dans le dossier de son module, un parcours dans le dossier des parcours"),
    "YAML-019": Rule("le fichier doit exister", "L’écrire : {content}"),
    # Shapes
    "DEF-001": Rule("la clé doit être connue", "{advice}"),
    "DEF-002": Rule("une clé obligatoire manque", "Ajouter « {key}: … »"),
    "DEF-003": Rule("la valeur doit être du type attendu", "{advice}"),
    "DEF-004": Rule("la valeur ne doit pas être vide", "Écrire une valeur ou enlever la ligne"),
    "DEF-005": Rule("la liste ne doit pas être vide", "Écrire au moins un élément ou enlever la ligne"),
    "DEF-006": Rule("un texte ne doit pas dépasser 2 000 caractères", "Raccourcir de {excess}"),
    "DEF-007": Rule("un identifiant doit être formé de lettres sans accent, de chiffres et de traits d’union, et commencer par une lettre", "{advice}"),
    "DEF-008": Rule("le mot doit être dans la liste", "{advice}"),
    "DEF-009": Rule("le nombre doit être dans les bornes", "Écrire {bounds}"),
    "DEF-010": Rule("la liste ne doit pas être trop longue", "Garder {most} éléments au plus"),
    # Profile
    "PROFILE-001": Rule("une activité du profil ne doit être déclarée qu’une fois", "Garder une seule des deux lignes (la première est ligne {line})"),
    "PROFILE-002": Rule("une profession ne doit être déclarée qu’une fois", "Garder une seule des deux lignes (la première est ligne {line})"),
    "PROFILE-003": Rule("« tous » ne peut pas être une profession : le mot les désigne toutes", "Choisir un autre mot"),
    # References
    "REF-001": Rule("l’échelle doit être déclarée dans scales.yaml", "{advice}"),
    "REF-002": Rule("l’activité doit être déclarée dans profile.yaml", "{advice}"),
    "REF-003": Rule("la profession doit être déclarée dans profile.yaml, ou être « tous »", "{advice}"),
    "REF-004": Rule("la référence doit être déclarée dans references.yaml", "{advice}"),
    "REF-005": Rule("une référence ne doit être déclarée qu’une fois", "Garder une seule des deux (la première est ligne {line})"),
    "REF-006": Rule("l’adresse doit commencer par https:// ou http:// et ne pas contenir d’espace", "Écrire l’adresse complète de la page, ou enlever la ligne"),
    # Scales
    "SCALE-001": Rule("une échelle ne doit être déclarée qu’une fois", "Choisir un autre nom (la première est ligne {line})"),
    "SCALE-002": Rule("un niveau doit être unique dans son échelle", "Choisir un autre mot (le premier est ligne {line})"),
    "SCALE-003": Rule("« nsp » et « na » ne peuvent pas être des niveaux : ces réponses existent partout", "Enlever le niveau ou choisir un autre mot"),
    "SCALE-004": Rule("les niveaux vont du meilleur au moins bon : une valeur ne doit pas dépasser la précédente", "Écrire au plus {most}, ou changer l’ordre des niveaux"),
    "SCALE-005": Rule("le premier niveau doit valoir 1", "Écrire « value: 1 »"),
    "SCALE-006": Rule("le dernier niveau doit valoir 0", "Écrire « value: 0 »"),
    "SCALE-007": Rule("min doit être inférieur à max", "Écrire un nombre inférieur à {max}"),
    "SCALE-008": Rule("worst et best doivent être donnés tous les deux, ou aucun", "Ajouter « {missing}: … » ou enlever « {given} »"),
    "SCALE-009": Rule("worst et best doivent être différents", "Écrire pour best la valeur à atteindre, différente de {worst}"),
    "SCALE-010": Rule("worst et best doivent être entre min et max", "Écrire un nombre {bounds}"),
    "SCALE-011": Rule("la valeur d’un niveau doit être entre 0 et 1", "Écrire par exemple 0.5"),
    "SCALE-012": Rule("une échelle de niveaux doit avoir au moins deux niveaux", "Ajouter un niveau"),
    # Modules
    "MODULE-001": Rule("le nom du module doit être celui de son dossier", "Écrire « {expected} » ou renommer le dossier"),
    "MODULE-002": Rule("chaque grille du module doit avoir son fichier", "{advice}"),
    "MODULE-003": Rule("chaque fichier de grille doit être dans la liste de son module", "Ajouter « {name} » à la liste « grids » de module.yaml"),
    "MODULE-004": Rule("une grille ne doit être dans la liste qu’une fois", "Enlever la seconde"),
    "MODULE-005": Rule("le premier seuil doit être 0", "Écrire « from: 0 »"),
    "MODULE-006": Rule("les seuils doivent être strictement croissants", "Écrire un nombre supérieur à {previous}"),
    "MODULE-007": Rule("un seuil doit avoir un nom unique dans le module", "Choisir un autre mot (le premier est ligne {line})"),
    "MODULE-008": Rule("un seuil doit être entre 0 et 100", "Écrire un score, par exemple 50"),
    "MODULE-009": Rule("provisional_below doit être entre 0 et 1", "Écrire une part, par exemple 0.8 pour 80 %"),
    # Grids
    "GRID-001": Rule("le nom de la grille doit être celui de son fichier", "Écrire « {expected} » ou renommer le fichier"),
    "GRID-002": Rule("le module de la grille doit être celui de son dossier", "Écrire « {expected} » ou déplacer le fichier"),
    "GRID-003": Rule("le code d’un critère doit être unique dans tout le catalogue", "Choisir un autre code (celui-ci est déjà dans {other})"),
    "GRID-004": Rule("le nom d’une section doit être unique dans la grille", "Choisir un autre nom (la première est ligne {line})"),
    "GRID-005": Rule("le nom d’une grille doit être unique dans tout le catalogue", "Choisir un autre nom (celui-ci est déjà dans {other})"),
    "GRID-006": Rule("applies_to doit contenir exactement une des clés any, all et none", "{advice}"),
    "GRID-007": Rule("seul un critère coté peut être impératif", "Enlever « essential » ou choisir une échelle cotée"),
    "GRID-008": Rule("une grille ne doit pas dépasser 500 critères", "La partager en plusieurs grilles"),
    "GRID-009": Rule("un code remplacé ne doit plus servir dans le catalogue", "Enlever ce code de « replaces », ou le critère qui le porte ({other})"),
    "GRID-012": Rule("le poids doit être supérieur à 0", "Écrire 1 ou enlever la ligne"),
    "GRID-013": Rule("le poids ne doit pas dépasser 100", "Écrire un nombre entre 0 et 100, ou enlever la ligne"),
    "GRID-014": Rule("le contenu d’une version publiée ne doit plus changer", "Écrire « version: {following} » (publié : {published}, fichier : {own}) ou rétablir le contenu"),
    # Workflows
    "WF-001": Rule("le nom du parcours doit être celui de son fichier", "Écrire « {expected} » ou renommer le fichier"),
    "WF-002": Rule("un parcours doit avoir une seule étape initiale", "{advice}"),
    "WF-003": Rule("un parcours doit avoir au moins une étape finale", "Ajouter « final: true » à la dernière étape"),
    "WF-004": Rule("chaque étape doit pouvoir être atteinte depuis l’étape initiale", "Ajouter un passage qui y mène, ou enlever l’étape"),
    "WF-005": Rule("une étape finale doit pouvoir être atteinte depuis chaque étape", "{advice}"),
    "WF-006": Rule("un passage doit mener à une étape du parcours", "{advice}"),
    "WF-007": Rule("le rôle doit être connu pour ce sujet", "{advice}"),
    "WF-008": Rule("le destinataire doit être connu pour ce sujet", "{advice}"),
    "WF-009": Rule("l’échéance doit être une durée ou une date du sujet", "{advice}"),
    "WF-010": Rule("la condition (when) doit être connue pour ce sujet", "{advice}"),
    "WF-011": Rule("l’effet (then) doit être connu pour ce sujet", "{advice}"),
    "WF-012": Rule("ce que l’étape permet (allows) doit être connu pour ce sujet", "{advice}"),
    "WF-013": Rule("un rappel demande une échéance", "Ajouter « due: … » à l’étape, ou enlever le rappel"),
    "WF-014": Rule("une étape finale ne doit pas avoir de passage", "Enlever les passages, ou « final: true »"),
    "WF-015": Rule("le nom d’une étape doit être unique dans le parcours", "Choisir un autre nom (la première est ligne {line})"),
    "WF-016": Rule("le nom d’une tâche doit être unique dans le parcours", "Choisir un autre nom (la première est ligne {line})"),
    "WF-017": Rule("next doit nommer un parcours du même sujet", "{advice}"),
    "WF-018": Rule("une durée doit être un nombre suivi de h, d ou w (heures, jours, semaines), dix ans au plus", "{advice}"),
    "WF-019": Rule("un rappel doit avoir exactement une des clés before et after", "{advice}"),
    "WF-020": Rule("le contenu d’une version publiée ne doit plus changer", "Écrire « version: {following} » (publié : {published}, fichier : {own}) ou rétablir le contenu"),
    "WF-021": Rule("seul un parcours de dossier peut nommer des grilles", "Enlever la clé « grids », ou écrire « subject: dossier »"),
    "WF-022": Rule("la grille doit être dans le catalogue", "{advice}"),
    "WF-023": Rule("une grille ne doit être nommée qu’une fois", "Enlever la seconde"),
    "WF-024": Rule("une condition ou un effet sur les grilles demande la clé « grids »", "Ajouter en tête du fichier « grids: [nom-de-la-grille] », ou enlever ce mot"),
    "WF-025": Rule("un passage ne doit être écrit qu’une fois dans l’étape", "Enlever le second, ou changer qui le demande (by) ou ce qu’il attend (when) (le premier est ligne {line})"),
    "WF-026": Rule("un document ne doit être attendu qu’une fois dans l’étape", "Garder une seule des deux lignes (la première est ligne {line})"),
    "WF-027": Rule("une tâche ne doit être écrite qu’une fois dans l’étape", "Garder une seule des deux lignes (la première est ligne {line})"),
    "WF-028": Rule("un mot ne doit être écrit qu’une fois dans sa liste", "Enlever le second"),
    "WF-029": Rule("la structure d’appui ne peut rien faire d’un dossier qu’aucun passage ne lui envoie", "Ajouter « then: [tell-structure] » au passage qui le lui envoie"),
    "WF-030": Rule("une condition doit pouvoir être remplie : une étape doit permettre ce qu’elle demande", "Ajouter « {ability} » sous « allows » d’une étape, ou enlever cette condition"),
    "WF-031": Rule("les grilles d’un dossier qui a une période doivent être ouvertes pour être terminées", "Ajouter « then: [open-grids] » au passage qui mène à leur saisie"),
}  # fmt: skip
"""Every code, in the order of docs/problems.md."""


class Place(NamedTuple):
    """A path as given, and a line and a column counted from 1."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One broken rule at one place; sorts in file order, and reads as one line."""

    path: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{_in_one_line(self.path)}:{self.line}:{self.column}: {self.code} {self.message}"


NOTHING = object()
"""Nothing was found that could be shown."""


def make_problem(code: str, place: Place, *, found: object = NOTHING, **facts: object) -> Problem:
    """« rule, trouvé value. Remedy. », the rule and remedy of ``code`` completed with ``facts``."""
    rule = RULES[code]
    known = {name: fact if isinstance(fact, int) else _in_one_line(str(fact)) for name, fact in facts.items()}
    shown = "" if found is NOTHING else f", trouvé {show(found)}"
    message = f"{rule.title}{shown}. {rule.remedy.format(**known)}."
    return Problem(*place, code, message)


SHOWN = 60
"""Characters of a value that a message shows."""


def show(value: object) -> str:
    """A value as a message shows it: short, on one line, in the words of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        short = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        return f"« {_in_one_line(short)} »"
    return str(value)


_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def _in_one_line(text: str) -> str:
    """Control characters and whatever cannot be encoded, written out."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


LISTED = 12
"""Known words that a message lists, at most."""

COMPARED = 300
"""Known words among which a near one is looked for, at most: it takes time."""


def advise(word: object, known: Collection[str], meanings: Mapping[str, str] | None = None) -> str:
    """The nearest known word, or the known words when none is near, each with its meaning where it has one."""
    near = nearest(str(word), known)
    if near is not None:
        return f"Écrire « {near} »"
    if not known:
        return "Aucun mot n’est déclaré"
    return f"Choisir parmi : {list_words(known, meanings or {})}"


def list_words(known: Collection[str], meanings: Mapping[str, str]) -> str:
    """The first of ``known``, each with its meaning where it has one."""
    listed = ", ".join(_with_meaning(name, meanings) for name in islice(known, LISTED))
    return f"{listed}{', …' if len(known) > LISTED else ''}"


def _with_meaning(name: str, meanings: Mapping[str, str]) -> str:
    return f"{name} ({meanings[name]})" if name in meanings else name


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that ``word`` most likely stands for, capitals or not; None when none is near."""
    if word in known:
        return word
    return _nearest(word[:SHOWN].lower(), tuple(known)) if len(known) <= COMPARED else None


@lru_cache(maxsize=256)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    spelled = {name.lower(): name for name in known}
    return next((spelled[near] for near in get_close_matches(word, spelled, n=1)), None)
