"""A small valid catalogue, and for each problem code a change that breaks its rule at a marked place."""

# ruff: noqa: E501 - one line for each example

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aqss.domain.definitions.tree import Files, Unreadable

HERE = "▶"
"""Stands just before the place a problem is expected at; never part of a file."""

PROFILE = "grids/profile.yaml"
REFERENCES = "grids/references.yaml"
SCALES = "grids/scales.yaml"
MODULE = "grids/soins/module.yaml"
GRID = "grids/soins/coordination.yaml"
OTHER_GRID = "grids/soins/accueil.yaml"
WORKFLOW = "workflows/campagne.yaml"
OTHER_WORKFLOW = "workflows/action.yaml"

FILES: Mapping[str, str] = {
    PROFILE: """\
flags:
  - {flag: dentaire, label: Activité dentaire}
  - {flag: vaccins, label: Vaccins}
professions:
  - {profession: medecin, label: Médecin}
  - {profession: accueil, label: Accueil}
""",
    REFERENCES: """\
references:
  - {reference: F-CSP, title: Code de la santé publique, url: "https://exemple.fr/csp", legal: true, verified: true}
  - {reference: BP, title: Bonne pratique, legal: false, verified: false}
""",
    SCALES: """\
scales:
  - scale: maitrise
    label: Niveau de maîtrise
    kind: levels
    levels:
      - {level: oui, label: Oui, value: 1}
      - {level: partiel, label: En partie, value: 0.5}
      - {level: non, label: Non, value: 0}
  - scale: taux
    label: Taux
    kind: number
    unit: "%"
    min: 0
    max: 100
    decimals: 1
    worst: 20
    best: 5
  - scale: nombre
    label: Nombre
    kind: number
  - scale: libre
    label: Réponse libre
    kind: text
""",
    MODULE: """\
module: soins
title: Soins
purpose: Essayer le module.
structure_kind: staraqs
grids: [coordination, accueil]
bands:
  - {from: 0, band: a-traiter, label: À traiter}
  - {from: 50, band: a-consolider, label: À consolider}
  - {from: 80, band: maitrise, label: Maîtrisé}
provisional_below: 0.8
""",
    GRID: """\
grid: coordination
version: 1
module: soins
title: Coordination
purpose: Essayer la grille.
scale: maitrise
respondents: [medecin]
sections:
  - section: fonction
    title: Fonction
    criteria:
      - criterion: A-01
        statement: Une personne coordonne les soins.
        guidance: Regarder la fiche de poste.
        evidence: [Fiche de poste]
        respondents: [medecin, tous]
        stakes: [securite, legal]
        essential: true
        weight: 2
        applies_to: {any: [dentaire]}
        references: [F-CSP]
        actions: [Écrire la fiche de poste.]
        replaces: [A-00]
      - criterion: A-02
        statement: Le taux est suivi.
        scale: taux
  - section: concertation
    title: Concertation
    criteria:
      - criterion: A-03
        statement: Raconter une concertation.
        scale: libre
""",
    OTHER_GRID: """\
grid: accueil
version: 2
module: soins
title: Accueil
purpose: Essayer une autre grille.
scale: maitrise
respondents: [accueil]
sections:
  - section: fonction
    title: Fonction
    criteria:
      - {criterion: B-01, statement: Chacun est reçu.}
""",
    WORKFLOW: """\
workflow: campagne
version: 1
title: Campagne
subject: assessment
next: campagne
states:
  - state: preparation
    label: Préparation
    initial: true
    allows: [prepare]
    due: 14d
    documents: [Note]
    checklist:
      - {task: objectif, label: Écrire l'objectif, role: coordinator, due: 7d}
    reminders:
      - {before: 7d, to: [coordinator]}
      - {after: 3d, every: 1w, at_most: 4, to: [participants], escalate: {after: 2w, to: [manager]}}
    transitions:
      - {to: cotation, label: Ouvrir, by: [coordinator], when: [scope-chosen], then: [invite-participants]}
  - state: cotation
    label: Cotation
    allows: [rate, agree]
    due: round-end
    transitions:
      - {to: close, label: Clore, by: [coordinator]}
  - state: close
    label: Clôturée
    final: true
    allows: [read-results]
""",
    OTHER_WORKFLOW: """\
workflow: action
version: 1
title: Action
subject: action
states:
  - state: ouverte
    label: Ouverte
    initial: true
    allows: [edit]
    transitions:
      - {to: fermee, label: Fermer, by: [member]}
  - {state: fermee, label: Fermée, final: true}
""",
}


def catalogue_files(
    *changes: tuple[str, str, str], without: tuple[str, ...] = (), plus: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """The small catalogue as path → content; each change replaces, in a file, a text written there once."""
    files = {path: content for path, content in FILES.items() if path not in without}
    for path, before, after in changes:
        assert files[path].count(before) == 1, f"{before!r} is not written once in {path}"
        files[path] = files[path].replace(before, after)
    return {path: content.encode() for path, content in {**files, **(plus or {})}.items()}


class Example(NamedTuple):
    """A change after which one problem, and no other, is told: ``code``, at the mark."""

    code: str
    path: str
    before: str
    after: str
    shown: str = ""
    """A part of the message."""


EXAMPLES: tuple[Example, ...] = (
    Example("YAML-004", GRID, "title: Coordination", f'title: {HERE}"Coordi\\x07nation"', "\\u0007"),
    Example("YAML-004", GRID, "title: Coordination", f"title: Coordi{HERE}\x07nation", "\\u0007"),
    Example("YAML-004", GRID, "title: Coordination", f"title: Coordi{HERE}\u202enation", "\\u202e"),
    Example("YAML-004", GRID, "Regarder la fiche de poste.", f'{HERE}"Regarder\\tla fiche."', "\\u0009"),
    Example("YAML-005", GRID, "title: Coordination", f"title: Coordination{HERE}: soins", "guillemets"),
    Example("YAML-005", GRID, "respondents: [medecin]\nsections:", f"respondents: [medecin\nsections{HERE}:", "crochet"),
    Example("YAML-005", GRID, "\nversion: 1", f"\n{HERE}\tversion: 1", "tabulation"),
    Example("YAML-005", GRID, "title: Coordination", f"title: {HERE}@coordination", "guillemets"),
    Example("YAML-005", GRID, "\nmodule: soins", f"\n{HERE}- x\nmodule: soins", "Aligner"),
    Example("YAML-006", OTHER_WORKFLOW, "Fermée, final: true}\n", f"Fermée, final: true}}\n{HERE}---\na: b\n"),
    Example("YAML-008", GRID, "scale: maitrise", f"scale: maitrise\n{HERE}version: 2", "la première est ligne 2"),
    Example("YAML-009", GRID, "title: Coordination", f"title: {HERE}&titre Coordination", "&titre"),
    Example("YAML-010", GRID, "title: Coordination", f"title: {HERE}*titre", "*titre"),
    Example("YAML-011", GRID, "version: 1", f"version: {HERE}!!int 1", "tag:yaml.org,2002:int"),
    Example("YAML-011", GRID, "version: 1", f"version: {HERE}!!python/object/apply:os.system [ls]"),
    Example("YAML-012", PROFILE, "flags:\n", f"{HERE}%YAML 1.1\n---\nflags:\n"),
    Example("YAML-013", GRID, "version: 1", f"version: 1\n{HERE}1: un", "trouvé 1."),
    Example("YAML-013", GRID, "version: 1", f"version: 1\n? {HERE}[a, b]\n: un"),
    Example("YAML-014", GRID, "[Fiche de poste]", "[" * 15 + HERE + "[" + "]" * 16),
    Example("YAML-015", GRID, "weight: 2", f"weight: {HERE}.nan", ".nan"),
    Example("YAML-015", GRID, "weight: 2", f"weight: {HERE}-.inf", "-.inf"),
    Example("YAML-015", GRID, "weight: 2", f"weight: {HERE}1e309", "1e309"),
    Example("YAML-015", GRID, "weight: 2", f"weight: {HERE}0.{'3' * 40}"),
    Example("DEF-001", GRID, "weight: 2", f"{HERE}wieght: 2", "Écrire « weight »"),
    Example("DEF-001", GRID, "version: 1", f"version: 1\n{HERE}zzz: 2", "Choisir parmi : grid"),
    Example("DEF-001", WORKFLOW, "before: 7d, to:", f"before: 7d, {HERE}too: [member], to:", "Écrire « to »"),
    Example("DEF-002", GRID, "- criterion: A-02\n        statement", f"- {HERE}weight: 2\n        statement", "criterion"),
    Example("DEF-002", SCALES, "- scale: libre\n    label: Réponse libre\n    kind: text", f"- {HERE}scale: libre\n    label: Réponse libre", "kind"),
    Example("DEF-002", SCALES, "- scale: libre\n    label: Réponse libre\n", f"- {HERE}scale: libre\n", "label"),
    Example("DEF-003", GRID, "weight: 2", f"weight: {HERE}yes", "trouvé « yes »"),
    Example("DEF-003", GRID, "weight: 2", f'weight: {HERE}"2"', "sans guillemets"),
    Example("DEF-003", GRID, "essential: true", f"essential: {HERE}yes", "true ou false"),
    Example("DEF-003", GRID, "title: Coordination", f"title: {HERE}12.50", "trouvé 12.50. Mettre la valeur"),
    Example("DEF-003", GRID, "title: Coordination", f"title: {HERE}[Coordination]", "Écrire un texte"),
    Example("DEF-003", GRID, "evidence: [Fiche de poste]", f"evidence: {HERE}Fiche de poste", "liste"),
    Example("DEF-003", GRID, "applies_to: {any: [dentaire]}", f"applies_to: {HERE}dentaire", "any, all, none"),
    Example("DEF-003", GRID, "version: 1", f"version: {HERE}1.5", "nombre entier"),
    Example("DEF-003", GRID, "version: 1", f"version: {HERE}true", "trouvé true"),
    Example("DEF-003", SCALES, "kind: text", f"kind: text\n  - {HERE}rien"),
    Example("DEF-004", GRID, "title: Coordination", f"title:{HERE}"),
    Example("DEF-004", GRID, "guidance: Regarder la fiche de poste.", f"guidance: {HERE}~"),
    Example("DEF-004", GRID, "title: Coordination", f"title: {HERE}''"),
    Example("DEF-004", GRID, "title: Coordination", f"title: {HERE}'   '"),
    Example("DEF-005", GRID, "evidence: [Fiche de poste]", f"evidence: {HERE}[]"),
    Example("DEF-005", SCALES, "kind: text", f"kind: text\n  - {{scale: x, label: X, kind: levels, levels: {HERE}[]}}"),
    Example("DEF-006", GRID, "Regarder la fiche de poste.", f"{HERE}{'x' * 2001}", "Raccourcir de 1."),
    Example("DEF-007", GRID, "section: fonction", f"section: {HERE}Fonction première", "« fonction-premi"),
    Example("DEF-007", GRID, "section: fonction", f"section: {HERE}{'x' * 81}", "80 caractères"),
    Example("DEF-007", GRID, "replaces: [A-00]", f"replaces: [{HERE}2-A]"),
    Example("DEF-008", GRID, "stakes: [securite, legal]", f"stakes: [{HERE}sécurité, legal]", "« securite »"),
    Example("DEF-008", MODULE, "structure_kind: staraqs", f"structure_kind: {HERE}starqs", "« staraqs »"),
    Example("DEF-008", SCALES, "kind: text", f"kind: {HERE}texte", "« text »"),
    Example("DEF-008", OTHER_WORKFLOW, "subject: action", f"subject: {HERE}actions", "« action »"),
    Example("DEF-009", GRID, "version: 1", f"version: {HERE}0", "à partir de 1"),
    Example("DEF-009", SCALES, "decimals: 1", f"decimals: {HERE}7", "de 0 à 6"),
    Example("DEF-009", WORKFLOW, "at_most: 4", f"at_most: {HERE}51", "de 1 à 50"),
    Example("PROFILE-001", PROFILE, "flag: vaccins", f"flag: {HERE}dentaire", "ligne 2"),
    Example("PROFILE-002", PROFILE, "- {profession: accueil", f"- {{profession: {HERE}medecin, label: M}}\n  - {{profession: accueil", "ligne 5"),
    Example("PROFILE-003", PROFILE, "label: Accueil}", f"label: Accueil}}\n  - {{profession: {HERE}tous, label: T}}"),
    Example("REF-001", GRID, "scale: maitrise", f"scale: {HERE}maitrisse", "Écrire « maitrise »"),
    Example("REF-001", GRID, "scale: taux", f"scale: {HERE}zzz", "Choisir parmi : maitrise, taux"),
    Example("REF-002", GRID, "{any: [dentaire]}", f"{{any: [{HERE}dentiare]}}", "Écrire « dentaire »"),
    Example("REF-003", GRID, "respondents: [medecin]", f"respondents: [{HERE}medecins]", "Écrire « medecin »"),
    Example("REF-003", GRID, "[medecin, tous]", f"[medecin, {HERE}toous]", "Écrire « tous »"),
    Example("REF-004", GRID, "references: [F-CSP]", f"references: [F-CSP, {HERE}f-csp]", "Écrire « F-CSP »"),
    Example("REF-005", REFERENCES, "reference: BP", f"reference: {HERE}F-CSP", "ligne 2"),
    Example("REF-006", REFERENCES, '"https://exemple.fr/csp"', f'{HERE}"javascript:alert(1)"'),
    Example("REF-006", REFERENCES, '"https://exemple.fr/csp"', f"{HERE}legifrance.gouv.fr"),
    Example("SCALE-001", SCALES, "scale: nombre", f"scale: {HERE}taux", "ligne 9"),
    Example("SCALE-002", SCALES, "level: partiel", f"level: {HERE}oui", "ligne 6"),
    Example("SCALE-003", SCALES, "level: partiel", f"level: {HERE}nsp"),
    Example("SCALE-003", SCALES, "level: partiel", f"level: {HERE}na"),
    Example("SCALE-004", SCALES, "En partie, value: 0.5}", f"En partie, value: 0.5}}\n      - {{level: x, label: X, value: {HERE}0.6}}", "au plus 0.5"),
    Example("SCALE-005", SCALES, "label: Oui, value: 1}", f"label: Oui, value: {HERE}0.9}}", "trouvé 0.9"),
    Example("SCALE-006", SCALES, "label: Non, value: 0}", f"label: Non, value: {HERE}0.1}}", "trouvé 0.1"),
    Example("SCALE-007", SCALES, "kind: number\n  - scale: libre", f"kind: number\n    min: {HERE}3\n    max: 3\n  - scale: libre", "inférieur à 3"),
    Example("SCALE-008", SCALES, "    worst: 20\n    best: 5", f"    best: {HERE}5", "Ajouter « worst: … »"),
    Example("SCALE-009", SCALES, "best: 5", f"best: {HERE}20.0", "différente de 20"),
    Example("SCALE-010", SCALES, "worst: 20", f"worst: {HERE}101", "à partir de 0 et jusqu’à 100"),
    Example("SCALE-010", SCALES, "best: 5", f"best: {HERE}-1"),
    Example("SCALE-011", SCALES, "value: 0.5", f"value: {HERE}1.5"),
    Example("SCALE-011", SCALES, "value: 0.5", f"value: {HERE}-0.5"),
    Example("SCALE-012", SCALES, "kind: text", f"kind: text\n  - {{scale: x, label: X, kind: levels, levels: {HERE}[{{level: a, label: A, value: 1}}]}}"),
    Example("MODULE-001", MODULE, "module: soins", f"module: {HERE}soin", "Écrire « soins »"),
    Example("MODULE-002", MODULE, "[coordination, accueil]", f"[coordination, accueil, {HERE}zzz]", "Écrire ce fichier"),
    Example("MODULE-004", MODULE, "[coordination, accueil]", f"[coordination, accueil, {HERE}accueil]"),
    Example("MODULE-003", MODULE, "grids: [coordination, accueil]", f"grids: {HERE}[coordination]", "Ajouter « accueil »"),
    Example("MODULE-005", MODULE, "from: 0,", f"from: {HERE}10,", "trouvé 10"),
    Example("MODULE-006", MODULE, "from: 80", f"from: {HERE}50.0", "supérieur à 50"),
    Example("MODULE-007", MODULE, "band: maitrise", f"band: {HERE}a-traiter", "ligne 7"),
    Example("MODULE-008", MODULE, "from: 80", f"from: {HERE}101"),
    Example("MODULE-009", MODULE, "provisional_below: 0.8", f"provisional_below: {HERE}80"),
    Example("GRID-001", GRID, "grid: coordination", f"grid: {HERE}coordinations", "Écrire « coordination »"),
    Example("GRID-002", GRID, "module: soins", f"module: {HERE}soin", "Écrire « soins »"),
    Example("GRID-003", GRID, "criterion: A-03", f"criterion: {HERE}A-01", "coordination.yaml, ligne 12"),
    Example("GRID-003", GRID, "criterion: A-03", f"criterion: {HERE}B-01", "accueil.yaml, ligne 12"),
    Example("GRID-004", GRID, "section: concertation", f"section: {HERE}fonction", "ligne 9"),
    Example("GRID-006", GRID, "{any: [dentaire]}", f"{HERE}{{any: [dentaire], none: [vaccins]}}", "any, none"),
    Example("GRID-006", GRID, "{any: [dentaire]}", f"{HERE}{{}}", "any: [dentaire]"),
    Example("GRID-007", GRID, "scale: libre", f"scale: libre\n        essential: {HERE}true"),
    Example("GRID-007", GRID, "scale: taux", f"scale: nombre\n        essential: {HERE}true"),
    Example("GRID-009", GRID, "replaces: [A-00]", f"replaces: [{HERE}A-02]", "coordination.yaml, ligne 24"),
    Example("GRID-009", GRID, "replaces: [A-00]", f"replaces: [{HERE}A-01]"),
    Example("GRID-012", GRID, "weight: 2", f"weight: {HERE}-1", "trouvé -1. Écrire 1 ou enlever la ligne."),
    Example("GRID-012", GRID, "weight: 2", f"weight: {HERE}0.0"),
    Example("GRID-013", GRID, "weight: 2", f"weight: {HERE}100.5"),
    Example("WF-001", WORKFLOW, "workflow: campagne", f"workflow: {HERE}campagnes", "« campagne »"),
    Example("WF-002", WORKFLOW, "label: Cotation\n", f"label: Cotation\n    initial: {HERE}true\n", "Enlever"),
    Example("WF-004", WORKFLOW, "  - state: close", f"  - {{state: {HERE}perdue, label: P, transitions: [{{to: close, label: C, by: [member]}}]}}\n  - state: close"),
    Example("WF-005", WORKFLOW, "- {to: close, label: Clore, by: [coordinator]}\n", f"- {{to: close, label: Clore, by: [coordinator]}}\n      - {{to: mur, label: M, by: [member]}}\n  - {{state: {HERE}mur, label: M}}\n"),
    Example("WF-005", WORKFLOW, "- {to: close, label: Clore, by: [coordinator]}\n", f"- {{to: close, label: Clore, by: [coordinator]}}\n      - {{to: mur, label: M, by: [member]}}\n  - {{state: {HERE}mur, label: M, transitions: [{{to: close, label: C, by: [member], when: [spread-unseen]}}]}}\n", "n’attende pas"),
    Example("WF-006", WORKFLOW, "{to: cotation", f"{{to: {HERE}cotations", "Écrire « cotation »"),
    Example("WF-007", WORKFLOW, "by: [coordinator], when", f"by: [{HERE}coordinateur], when", "« coordinator »"),
    Example("WF-007", WORKFLOW, "by: [coordinator], when", f"by: [{HERE}owner], when", "pour « subject: action » ou « subject: dossier »"),
    Example("WF-007", WORKFLOW, "by: [coordinator], when", f"by: [{HERE}administrator], when", "Choisir parmi : member (équipe), coordinator (coordination), manager (direction)."),
    Example("WF-007", OTHER_WORKFLOW, "by: [member]", f"by: [{HERE}structure]", "Ce mot est pour « subject: dossier »"),
    Example("WF-007", OTHER_WORKFLOW, "by: [member]", f"by: [{HERE}pilote]", "owner (pilote)"),
    Example("WF-007", WORKFLOW, "role: coordinator", f"role: {HERE}owner", "Choisir parmi : member"),
    Example("WF-008", WORKFLOW, "to: [participants]", f"to: [{HERE}participant]", "« participants »"),
    Example("WF-008", WORKFLOW, "to: [manager]", f"to: [{HERE}direction]"),
    Example("WF-008", WORKFLOW, "to: [coordinator]", f"to: [{HERE}owner]", "pour « subject: action » ou"),
    Example("WF-008", WORKFLOW, "to: [manager]", f"to: [{HERE}structure]", "Ce mot est pour « subject: dossier »"),
    Example("WF-009", WORKFLOW, "due: round-end", f"due: {HERE}round-ends", "« round-end »"),
    Example("WF-009", WORKFLOW, "due: 7d", f"due: {HERE}demain", "round-end (fin de la cotation)"),
    Example("WF-009", WORKFLOW, "due: 7d", f"due: {HERE}review", "Ce mot est pour « subject: action »"),
    Example("WF-009", OTHER_WORKFLOW, "allows: [edit]", f"due: {HERE}round-end", "action-due (échéance de l’action), review (revue)"),
    Example("WF-010", WORKFLOW, "when: [scope-chosen]", f"when: [{HERE}scope-choosen]", "« scope-chosen »"),
    Example("WF-011", WORKFLOW, "then: [invite-participants]", f"then: [{HERE}invite]"),
    Example("WF-011", WORKFLOW, "then: [invite-participants]", f"then: [{HERE}tell-owner]", "Ce mot est pour"),
    Example("WF-012", WORKFLOW, "allows: [rate, agree]", f"allows: [rate, {HERE}attend]", "subject: meeting"),
    Example("WF-013", WORKFLOW, "    due: round-end\n", f"    reminders:\n      {HERE}- {{after: 3d, to: [member]}}\n"),
    Example("WF-014", WORKFLOW, "allows: [read-results]", f"allows: [read-results]\n    transitions:\n      {HERE}- {{to: cotation, label: Rouvrir, by: [manager]}}"),
    Example("WF-015", WORKFLOW, "  - state: close", f"  - {{state: {HERE}cotation, label: Encore}}\n  - state: close", "ligne 20"),
    Example("WF-016", WORKFLOW, "    due: round-end\n", f"    due: round-end\n    checklist:\n      - {{task: {HERE}objectif, label: X, role: member}}\n", "ligne 14"),
    Example("WF-017", WORKFLOW, "next: campagne", f"next: {HERE}campagnes", "Écrire « campagne »"),
    Example("WF-017", WORKFLOW, "next: campagne", f"next: {HERE}action", "Choisir parmi : campagne."),
    Example("WF-018", WORKFLOW, "due: 14d", f"due: {HERE}14 jours"),
    Example("WF-018", WORKFLOW, "before: 7d", f"before: {HERE}0d"),
    Example("WF-018", WORKFLOW, "every: 1w", f"every: {HERE}9999999999w"),
    Example("WF-018", WORKFLOW, "due: 14d", f"due: {HERE}523w"),
    Example("WF-019", WORKFLOW, "{before: 7d, to: [coordinator]}", f"{HERE}{{to: [coordinator]}}", "Ajouter"),
    Example("WF-019", WORKFLOW, "{before: 7d,", f"{HERE}{{before: 7d, after: 1d,", "Garder"),
    Example("WF-021", WORKFLOW, "next: campagne", f"next: campagne\ngrids: {HERE}[accueil]", "subject: dossier"),
    Example("WF-022", OTHER_WORKFLOW, "subject: action", f"subject: dossier\ngrids: [coordination, {HERE}acceuil]", "« accueil »"),
    Example("WF-022", OTHER_WORKFLOW, "subject: action", f"subject: dossier\ngrids: [{HERE}zzz]", "coordination"),
    Example("WF-023", OTHER_WORKFLOW, "subject: action", f"subject: dossier\ngrids: [accueil, {HERE}accueil]", "Enlever"),
    Example("WF-025", WORKFLOW, "{to: close, label: Clore, by: [coordinator]}\n", f"{{to: close, label: Clore, by: [coordinator]}}\n      - {{to: {HERE}close, label: Finir, by: [manager, coordinator], then: [freeze-scores]}}\n", "ligne 25"),
    Example("WF-025", WORKFLOW, "{to: close, label: Clore, by: [coordinator]}\n", f"{{to: close, label: A, by: [coordinator], when: [tasks-done, all-grids-finished]}}\n      - {{to: {HERE}close, label: B, by: [coordinator], when: [all-grids-finished, tasks-done]}}\n", "(by)"),
    Example("WF-026", WORKFLOW, "documents: [Note]", f"documents: [Note, Autre, {HERE}Note]", "ligne 12"),
    Example("WF-027", WORKFLOW, "role: coordinator, due: 7d}", f"role: coordinator, due: 7d}}\n      - {{task: encore, label: {HERE}Écrire l'objectif, role: manager}}", "ligne 14"),
    Example("WF-028", WORKFLOW, "allows: [rate, agree]", f"allows: [rate, agree, {HERE}rate]", "Enlever le second"),
    Example("WF-028", WORKFLOW, "by: [coordinator], when", f"by: [coordinator, {HERE}coordinator], when"),
    Example("WF-028", WORKFLOW, "when: [scope-chosen]", f"when: [scope-chosen, {HERE}scope-chosen]"),
    Example("WF-028", WORKFLOW, "then: [invite-participants]", f"then: [invite-participants, {HERE}invite-participants]"),
    Example("WF-028", WORKFLOW, "to: [participants]", f"to: [participants, {HERE}participants]"),
    Example("WF-028", WORKFLOW, "to: [manager]", f"to: [manager, {HERE}manager]"),
    Example("WF-030", OTHER_WORKFLOW, "by: [member]}", f"by: [member], when: [{HERE}steps-done]}}", "« progress » sous « allows »"),
    Example("WF-030", OTHER_WORKFLOW, "by: [member]}", f"by: [member], when: [owner-named, {HERE}result-written]}}", "« close »"),
    Example("WF-030", WORKFLOW, "allows: [rate, agree]\n    due: round-end\n    transitions:\n      - {to: close, label: Clore, by: [coordinator]}", f"due: round-end\n    transitions:\n      - {{to: close, label: Clore, by: [coordinator], when: [{HERE}all-grids-finished]}}", "« rate »"),
    Example("DEF-010", WORKFLOW, "documents: [Note]", f"documents: [{', '.join(f'N{number}' for number in range(40))}, {HERE}N40, N41]", "Garder 40 éléments au plus"),
    Example("WF-002", WORKFLOW, "states:\n  - state: preparation\n    label: Préparation\n    initial: true", f"states:\n  {HERE}- state: preparation\n    label: Préparation", "Ajouter"),
    Example("WF-003", OTHER_WORKFLOW, FILES[OTHER_WORKFLOW].partition("states:\n")[2], f"  {HERE}- {{state: seule, label: Seule, initial: true}}\n"),
)  # fmt: skip
"""Examples made by changing one text."""


class WholeExample(NamedTuple):
    """Files for which one problem, and no other, is told."""

    code: str
    files: Files
    path: str
    line: int = 1
    column: int = 1
    shown: str = ""


def _with(path: str, content: bytes | Unreadable) -> Files:
    return {**catalogue_files(), path: content}


def _dossier_with(transition: str) -> Files:
    """The small catalogue with a dossier whose passage says that too."""
    return catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dossier"),
        (OTHER_WORKFLOW, "by: [member]}", f"by: [member], {transition}}}"),
    )


def _left_to_a_structure(by: str) -> Files:
    """The small catalogue with a dossier that a structure has to pass on."""
    return catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dossier"), (OTHER_WORKFLOW, "by: [member]", by)
    )


def _dossier_filling(due: str, transition: str) -> Files:
    """The small catalogue with a dossier that fills a grid."""
    return catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dossier\ngrids: [accueil]"),
        (OTHER_WORKFLOW, "allows: [edit]", due),
        (OTHER_WORKFLOW, "by: [member]}", f"by: [member], {transition}}}"),
    )


def _meeting_with(transition: str) -> Files:
    """The same with a meeting."""
    return catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: meeting"),
        (OTHER_WORKFLOW, "allows: [edit]", "allows: [attend]"),
        (OTHER_WORKFLOW, "by: [member]}", f"by: [member], {transition}}}"),
    )


_MANY = "\n".join(f"      - {{criterion: M-{number}, statement: Un critère.}}" for number in range(500))
_ALONE = "grids/soins/accueil.yml"

WHOLE_EXAMPLES: tuple[WholeExample, ...] = (
    WholeExample("YAML-001", _with(REFERENCES, Unreadable("denied")), REFERENCES, shown="Donner le droit"),
    WholeExample("YAML-001", _with(OTHER_WORKFLOW, Unreadable("loop")), OTHER_WORKFLOW, shown="rond"),
    WholeExample("YAML-002", _with(GRID, FILES[GRID].encode("latin-1")), GRID, 22, 19, "\\xc9"),
    WholeExample("YAML-002", _with(GRID, FILES[GRID].encode("utf-16")), GRID, shown="UTF-16"),
    WholeExample("YAML-003", _with(GRID, b"#" * (1024 * 1024) + b"\n"), GRID),
    WholeExample("YAML-007", _with(GRID, b""), GRID, shown="« grid: … »"),
    WholeExample("YAML-007", _with(SCALES, b"# rien\n---\n"), SCALES, 3, 1),
    WholeExample("YAML-007", _with(WORKFLOW, b"\n- un\n"), WORKFLOW, 2, 1),
    WholeExample("YAML-007", _with(WORKFLOW, b"bonjour\n"), WORKFLOW, shown="trouvé « bonjour »"),
    WholeExample("YAML-016", _with(_ALONE, b"x"), _ALONE, shown="« accueil.yaml »"),
    WholeExample("YAML-018", _with("grids/divers.yaml", b"a: 1"), "grids/divers.yaml"),
    WholeExample("YAML-019", catalogue_files(without=(REFERENCES,)), REFERENCES),
    WholeExample("YAML-019", catalogue_files(without=(MODULE,)), MODULE, shown="provisional_below"),
    WholeExample(
        "GRID-005",
        catalogue_files(
            plus={
                "grids/autres/module.yaml": FILES[MODULE]
                .replace("module: soins", "module: autres")
                .replace("coordination, ", ""),
                "grids/autres/accueil.yaml": FILES[OTHER_GRID]
                .replace("module: soins", "module: autres")
                .replace("B-01", "C-01"),
            }
        ),
        OTHER_GRID,
        1,
        7,
        "grids/autres/accueil.yaml, ligne 1",
    ),
    WholeExample(
        "GRID-008",
        catalogue_files((OTHER_GRID, "    criteria:\n", f"    criteria:\n{_MANY}\n")),
        OTHER_GRID,
        512,
        9,
    ),
    WholeExample("WF-011", _meeting_with("then: [tell-owner]"), OTHER_WORKFLOW, 11, 58, "il n’y en a pas"),
    WholeExample("WF-024", _dossier_with("then: [open-grids]"), OTHER_WORKFLOW, 11, 58, "grids: ["),
    WholeExample(
        "WF-029", _left_to_a_structure("by: [structure]"), OTHER_WORKFLOW, 11, 42, "then: [tell-structure]"
    ),
    WholeExample(
        "WF-031",
        _dossier_filling("due: year-end", "when: [tasks-done, grids-finished]"),
        OTHER_WORKFLOW,
        12,
        70,
        "open-grids",
    ),
    WholeExample(
        "WF-031", _dossier_filling("due: 2w", "when: [grids-finished, period-chosen]"), OTHER_WORKFLOW, 12, 58
    ),
    WholeExample(
        "WF-029",
        catalogue_files(
            (OTHER_WORKFLOW, "subject: action", "subject: dossier"),
            (OTHER_WORKFLOW, "allows: [edit]", "checklist: [{task: avis, label: Lire, role: structure}]"),
        ),
        OTHER_WORKFLOW,
        9,
        49,
    ),
)
"""Examples that need whole files."""
