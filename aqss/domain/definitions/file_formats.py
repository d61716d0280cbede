"""The keys of each kind of definition file and what they are for, for ``aqss check`` and for editors.

The models of scales.py, grids.py and workflows.py hold the same, for the code; a test keeps both equal.
"""

from __future__ import annotations

from aqss.domain.definitions.formats import (
    Choice,
    Identifier,
    Keys,
    Kinds,
    Listing,
    Number,
    Schema,
    Span,
    Text,
    Truth,
    described,
)
from aqss.domain.definitions.words import (
    MOST_DOCUMENTS,
    MOST_PASSAGES,
    MOST_REMINDERS,
    MOST_STATES,
    MOST_TASKS,
    SCALE_KINDS,
    STAKES,
    STRUCTURE_KINDS,
    SUBJECTS,
)

PROFILE = Keys(
    description="Ce qui décrit un centre et son équipe, pour tout le catalogue.",
    required={
        "flags": Listing(
            Keys(
                {
                    "flag": Identifier("Mot utilisé dans applies_to."),
                    "label": Text("Nom de l’activité, affiché à l’écran."),
                }
            ),
            "Activités qui décident des critères qui s’appliquent à un centre.",
        ),
        "professions": Listing(
            Keys(
                {
                    "profession": Identifier("Mot utilisé dans respondents."),
                    "label": Text("Nom de la profession, affiché à l’écran."),
                }
            ),
            "Professions à qui les critères s’adressent. Le mot « tous » les désigne toutes.",
        ),
    },
)

REFERENCES = Keys(
    description="Les textes sur lesquels les critères s’appuient.",
    required={
        "references": Listing(
            Keys(
                required={
                    "reference": Identifier("Clé citée par les critères.", capitals=True),
                    "title": Text("Titre complet, affiché à l’écran."),
                    "legal": Truth("Vrai pour un texte qui peut obliger un centre."),
                    "verified": Truth("Faux : la référence est affichée « à confirmer »."),
                },
                optional={"url": Text("Adresse de la page, en https:// de préférence.")},
            )
        )
    },
)

_SCALE_NAME = Identifier("Mot qui désigne l’échelle dans les grilles.")
_SCALE_LABEL = Text("Nom de l’échelle, affiché à l’écran.")
_LEVEL = Keys(
    {
        "level": Identifier("Mot qui désigne le niveau ; ni « nsp » ni « na »."),
        "label": Text("Réponse affichée à l’écran."),
        "value": Number(
            "Valeur de 1 (le meilleur niveau) à 0.",
            least=0,
            most=1,
            too_low="SCALE-011",
            too_high="SCALE-011",
        ),
    }
)
_LEVELS_SCALE = Keys(
    description="Des niveaux, du meilleur au moins bon.",
    fixed={"kind": "levels"},
    required={
        "scale": _SCALE_NAME,
        "label": _SCALE_LABEL,
        "levels": Listing(
            _LEVEL, "Du meilleur (value: 1) au moins bon (value: 0).", fewest=2, too_few="SCALE-012"
        ),
    },
)
_NUMBER_SCALE = Keys(
    description="Un nombre, coté quand worst et best sont donnés.",
    fixed={"kind": "number"},
    required={"scale": _SCALE_NAME, "label": _SCALE_LABEL},
    optional={
        "unit": Text("Unité affichée après le nombre."),
        "min": Number("Plus petite réponse admise."),
        "max": Number("Plus grande réponse admise."),
        "decimals": Number("Décimales admises (0 par défaut).", whole=True, least=0, most=6, default=0),
        "worst": Number("Nombre qui vaut 0 ; au-delà aussi."),
        "best": Number("Nombre qui vaut 1 ; au-delà aussi."),
    },
)
_TEXT_SCALE = Keys(
    description="Un texte libre, jamais coté.",
    fixed={"kind": "text"},
    required={"scale": _SCALE_NAME, "label": _SCALE_LABEL},
)

SCALES = Keys(
    description="Les échelles de réponse.",
    required={
        "scales": Listing(
            Kinds("kind", dict(zip(SCALE_KINDS, (_LEVELS_SCALE, _NUMBER_SCALE, _TEXT_SCALE), strict=True)))
        )
    },
)

MODULE = Keys(
    description="Un module : un ensemble de grilles et ses seuils.",
    required={
        "module": Identifier("Nom du dossier du module."),
        "title": Text("Titre affiché à l’écran."),
        "purpose": Text("À quoi sert le module, en une ou deux phrases."),
        "grids": Listing(Identifier(), "Grilles du module, dans l’ordre de présentation."),
        "bands": Listing(
            Keys(
                {
                    "from": Number(
                        "Score à partir duquel on est dans ce niveau.",
                        least=0,
                        most=100,
                        too_low="MODULE-008",
                        too_high="MODULE-008",
                    ),
                    "band": Identifier("Mot qui désigne le niveau."),
                    "label": Text("Nom du niveau, affiché à l’écran."),
                }
            ),
            "Niveaux de score, le premier à partir de 0.",
        ),
        "provisional_below": Number(
            "Part des réponses (0 à 1) sous laquelle un score est dit provisoire.",
            least=0,
            most=1,
            too_low="MODULE-009",
            too_high="MODULE-009",
        ),
    },
    optional={"structure_kind": Choice(STRUCTURE_KINDS, "Structure d’appui à qui ce module s’adresse.")},
)

_RESPONDENTS = "Professions qui peuvent répondre, ou « tous »."
_CRITERION = Keys(
    required={
        "criterion": Identifier("Code unique dans tout le catalogue.", capitals=True),
        "statement": Text("Ce qui doit être vrai, en une phrase."),
    },
    optional={
        "guidance": Text("Aide pour répondre."),
        "evidence": Listing(Text(), "Éléments qui montrent que le critère est satisfait."),
        "respondents": Listing(Identifier(), _RESPONDENTS),
        "stakes": Listing(Choice(STAKES), "Enjeux : securite, legal."),
        "essential": Truth(
            "Impératif : demande une action tant qu’il n’est pas pleinement satisfait.", default=False
        ),
        "weight": Number(
            "Poids dans le score (1 par défaut).",
            above=0,
            most=100,
            default=1,
            too_low="GRID-012",
            too_high="GRID-013",
        ),
        "scale": Identifier("Échelle de ce critère, si ce n’est pas celle de la grille."),
        "applies_to": Keys(
            description="Centres concernés, selon leurs activités ; sans cette clé, tous.",
            required={},
            optional={
                "any": Listing(Identifier(), "Au moins une de ces activités."),
                "all": Listing(Identifier(), "Toutes ces activités."),
                "none": Listing(Identifier(), "Aucune de ces activités."),
            },
            exactly_one=True,
        ),
        "references": Listing(Identifier(capitals=True), "Clés de references.yaml."),
        "actions": Listing(Text(), "Actions proposées quand le critère n’est pas satisfait."),
        "replaces": Listing(
            Identifier(capitals=True), "Codes de la version précédente dont ce critère prend la suite."
        ),
    },
)

GRID = Keys(
    description="Une grille de critères.",
    required={
        "grid": Identifier("Nom du fichier, sans « .yaml »."),
        "version": Number("Version : 1, puis la suivante à chaque changement.", whole=True, least=1),
        "module": Identifier("Nom du dossier."),
        "title": Text("Titre affiché à l’écran."),
        "purpose": Text("À quoi sert la grille, en une ou deux phrases."),
        "scale": Identifier("Échelle des critères qui n’en nomment pas."),
        "respondents": Listing(Identifier(), _RESPONDENTS),
        "sections": Listing(
            Keys(
                {
                    "section": Identifier("Mot unique dans la grille."),
                    "title": Text("Titre affiché à l’écran."),
                    "criteria": Listing(_CRITERION),
                }
            )
        ),
    },
)

SPAN = "[1-9][0-9]*[hdw]"
_SPAN = f"^{SPAN}$"
_DUE = f"^({SPAN}|[a-z][a-z-]*)$"
_WHOM = Listing(Identifier(), "Personnes du sujet, participants compris.")

_REMINDER = Keys(
    required={"to": _WHOM},
    optional={
        "before": Span(_SPAN, "Rappel : tant de temps avant l’échéance."),
        "after": Span(_SPAN, "Relance : tant de temps après l’échéance."),
        "every": Span(_SPAN, "Répéter à cet intervalle."),
        "at_most": Number("Nombre d’envois au plus.", whole=True, least=1, most=50),
        "escalate": Keys(
            description="Prévenir d’autres personnes si rien n’a bougé.",
            required={"after": Span(_SPAN, "Tant de temps après l’échéance."), "to": _WHOM},
        ),
    },
)
_TRANSITION = Keys(
    required={
        "to": Identifier("Étape où mène le passage."),
        "label": Text("Texte du bouton."),
        "by": Listing(Identifier(), "Personnes du sujet qui peuvent le demander."),
    },
    optional={
        "when": Listing(Identifier(), "Conditions à remplir."),
        "then": Listing(Identifier(), "Effets du passage."),
    },
)
_TASK = Keys(
    required={
        "task": Identifier("Mot unique dans le parcours."),
        "label": Text("Ce qu’il y a à faire."),
        "role": Identifier("Rôle du sujet qui s’en charge."),
    },
    optional={"due": Span(_DUE, "Durée après l’entrée dans l’étape, ou date du sujet.")},
)
_STATE = Keys(
    required={
        "state": Identifier("Mot unique dans le parcours."),
        "label": Text("Nom de l’étape, affiché à l’écran."),
    },
    optional={
        "initial": Truth("Vrai pour l’étape où tout commence.", default=False),
        "final": Truth("Vrai pour une étape où tout est terminé.", default=False),
        "allows": Listing(Identifier(), "Ce qui peut être fait dans cette étape."),
        "due": Span(_DUE, "Échéance : durée après l’entrée dans l’étape, ou date du sujet."),
        "documents": Listing(Text(), "Documents attendus.", most=MOST_DOCUMENTS),
        "checklist": Listing(_TASK, "Tâches à cocher.", most=MOST_TASKS),
        "reminders": Listing(_REMINDER, "Rappels et relances autour de l’échéance.", most=MOST_REMINDERS),
        "transitions": Listing(_TRANSITION, "Passages vers d’autres étapes.", most=MOST_PASSAGES),
    },
)

WORKFLOW = Keys(
    description="Un parcours : des étapes, des passages et des dates.",
    required={
        "workflow": Identifier("Nom du fichier, sans « .yaml »."),
        "version": Number("Version : 1, puis la suivante à chaque changement.", whole=True, least=1),
        "title": Text("Titre affiché à l’écran."),
        "subject": Choice(SUBJECTS, "Ce que le parcours fait avancer."),
        "states": Listing(_STATE, most=MOST_STATES),
    },
    optional={
        "next": Identifier("Parcours proposé quand celui-ci se termine."),
        "grids": Listing(Identifier(), "Grilles que remplit un dossier de ce parcours."),
    },
)

FILE_FORMATS: dict[str, Keys] = {
    "scales": SCALES,
    "profile": PROFILE,
    "references": REFERENCES,
    "module": MODULE,
    "grid": GRID,
    "workflow": WORKFLOW,
}
"""Kind of file → its format; the kinds are the words of ``aqss schema``."""


def json_schema(kind: str) -> Schema:
    """The JSON Schema (draft 2020-12) of a kind of file, for editors. Raises KeyError for another kind."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described(FILE_FORMATS[kind])}
