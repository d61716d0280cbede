"""The journal's sentences: one for each verb that services write, robust to what a fact may hold."""

from __future__ import annotations

from dataclasses import fields

import pytest

from aqss.domain.definitions.catalogue import Catalogue
from aqss.services.actions import noting as action_noting
from aqss.services.assessments import noting
from aqss.services.centre_descriptions import CentreDescription
from aqss.services.dossiers import noting as dossier_noting
from aqss.services.journal import LEFT_OUT, VERBS, Entry, Named
from aqss.web.journal.sentences import BY_ITSELF, FIELDS, PREDICATES, line_of
from tests.clock import MONDAY_MORNING

NBSP = "\u00a0"


def told(catalogue: Catalogue, verb: str, subject: str = "centre", /, **facts: object) -> str:
    workflow = catalogue.workflows["auto-evaluation"]
    entry = Entry(MONDAY_MORNING, "Nora", verb, subject, 1, facts, workflow=workflow)
    return line_of(entry, catalogue).did.replace(NBSP, " ")


def test_every_verb_has_its_words_and_rating_has_none() -> None:
    assert set(PREDICATES) == {*VERBS, *noting.VERBS, *action_noting.VERBS, *dossier_noting.VERBS} - {
        *LEFT_OUT
    }


def test_every_field_of_a_centre_has_its_words() -> None:
    assert {field.name for field in fields(CentreDescription)} <= set(FIELDS)


@pytest.mark.parametrize("verb", PREDICATES)
def test_a_fact_that_is_missing_is_no_failure(catalogue: Catalogue, verb: str) -> None:
    assert told(catalogue, verb).startswith("L’" if verb in BY_ITSELF else "a ")


def test_a_verb_of_later_is_told_as_a_change(catalogue: Catalogue) -> None:
    assert told(catalogue, "action-closed") == "a fait un changement"


SENTENCES = [
    ("opened", "centre", {}, "a ouvert le centre, qui était un projet"),
    ("partner-added", "centre", {"name": "PMI"}, "a ajouté à l’annuaire « PMI »"),
    ("dossier-started", "dossier", {"title": "Traceur"}, "a commencé le dossier « Traceur »"),
    (
        "dossier-changed",
        "dossier",
        {"changed": ["title", "year_ends_on"]},
        "a modifié le dossier : le titre et la date de clôture de l’année",
    ),
    (
        "dossier-moved",
        "dossier",
        {"from": "cotation", "to": "accord", "reason": "Tout est prêt."},
        "a fait passer le dossier de l’étape « Cotation » à l’étape « Accord de l’équipe »"
        ", motif : « Tout est prêt. »",
    ),
    ("dossier-task-done", "dossier", {"label": "Réserver"}, "a déclaré faite la tâche « Réserver »"),
    (
        "dossier-task-done",
        "dossier",
        {"task": "objectif"},
        "a déclaré faite la tâche « Écrire l’objectif et le déclencheur »",
    ),
    (
        "dossier-document-added",
        "dossier",
        {"title": "Plan", "document": "Plan détaillé des locaux"},
        "a joint le document « Plan », comme « Plan détaillé des locaux »",
    ),
    ("dossier-document-added", "dossier", {"title": "Plan"}, "a joint le document « Plan »"),
    ("dossier-targets-changed", "dossier", {"count": 2}, "a changé 2 cibles"),
    ("interview-added", "dossier", {}, "a ajouté un entretien"),
    ("created", "centre", {}, "a créé le centre"),
    ("created", "structure", {}, "a créé la structure d’appui"),
    (
        "described",
        "centre",
        {"changed": ["town", "flags"]},
        "a modifié la description du centre : la commune et les activités",
    ),
    ("closed", "centre", {}, "a fermé le centre"),
    ("reopened", "centre", {}, "a rouvert le centre"),
    (
        "invited",
        "invitation",
        {"email": "lea@exemple.fr", "role": "member"},
        "a invité lea@exemple.fr, rôle « membre de l’équipe »",
    ),
    ("revoked", "invitation", {"email": "lea@exemple.fr"}, "a retiré l’invitation envoyée à lea@exemple.fr"),
    ("accepted", "invitation", {"role": "manager"}, "a accepté son invitation, rôle « direction »"),
    (
        "role-changed",
        "membership",
        {"name": "Léa", "before": "member", "after": "manager"},
        "a changé un rôle : Léa, « direction » au lieu de « membre de l’équipe »",
    ),
    (
        "professions-changed",
        "membership",
        {"name": "Léa", "before": [], "after": ["medecin", "accueil"]},
        "a noté ce que fait Léa : « Médecin » et « Accueil et secrétariat »",
    ),
    (
        "professions-changed",
        "membership",
        {"name": "Léa", "before": ["medecin"], "after": []},
        "a retiré les professions notées pour Léa",
    ),
    ("disabled", "membership", {"name": "Léa"}, "a fermé un accès : Léa"),
    ("enabled", "membership", {"name": "Léa"}, "a rouvert un accès : Léa"),
    ("disabled", "account", {"name": "Léa"}, "a fermé un compte : Léa"),
    (
        "renamed",
        "account",
        {"before": "Léa", "after": "Léa M."},
        "a changé son nom : « Léa M. » au lieu de « Léa »",
    ),
    ("withdrawn", "account", {"name": "Léa"}, "a retiré le rôle d’administration : Léa"),
    (
        "assessment-started",
        "assessment",
        {"title": "Essai", "grids": ["a", "b"]},
        "a commencé l’auto-évaluation « Essai », avec 2 grilles",
    ),
    (
        "assessment-prepared",
        "assessment",
        {"changed": ["title"], "added": ["hygiene-mains"], "removed": ["inconnue"]},
        "a modifié la préparation : le titre ; grilles ajoutées :"
        " « Hygiène des mains et précautions standard » ; grilles retirées : « inconnue »",
    ),
    (
        "assessment-prepared",
        "assessment",
        {"changed": [], "added": [], "removed": []},
        "a modifié qui cote quoi",
    ),
    (
        "assessment-profile-applied",
        "assessment",
        {"added": ["imagerie"], "removed": []},
        "a appliqué le profil du centre : activités ajoutées : « Imagerie (radiologie, y compris dentaire) »",
    ),
    (
        "assessment-moved",
        "assessment",
        {"from": "preparation", "to": "cotation", "reason": ""},
        "a fait passer l’auto-évaluation de l’étape « Préparation » à l’étape « Cotation »",
    ),
    (
        "assessment-moved",
        "assessment",
        {"from": "accord", "to": "cotation", "reason": "Oubli"},
        "a fait passer l’auto-évaluation de l’étape « Accord de l’équipe » à l’étape « Cotation »,"
        " motif : « Oubli »",
    ),
    (
        "assessment-reopened",
        "assessment",
        {"from": "close", "to": "validation", "reason": "Erreur"},
        "a rouvert l’auto-évaluation close, à l’étape « Validation par la direction », motif : « Erreur »",
    ),
    (
        "session-prepared",
        "assessment",
        {"minutes": 60},
        "a préparé une séance d’accord de 60 minutes",
    ),
    ("session-ended", "assessment", {}, "a terminé la séance d’accord"),
    (
        "second-round-opened",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05"},
        "a ouvert un deuxième tour sur le critère A2-05 de la grille « Coordination des soins »",
    ),
    (
        "second-round-closed",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05"},
        "a clos le deuxième tour sur le critère A2-05 de la grille « Coordination des soins »",
    ),
    (
        "second-round-abandoned",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05"},
        "a abandonné le deuxième tour sur le critère A2-05 de la grille « Coordination des soins »",
    ),
    (
        "consensus-withdrawn",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05", "from": "oui"},
        "a remis à décider, le temps d’un deuxième tour, le critère A2-05 de la grille"
        " « Coordination des soins »",
    ),
    (
        "consensus-restored",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05", "to": "oui"},
        "L’accord d’avant le deuxième tour est rétabli sur le critère A2-05 de la grille"
        " « Coordination des soins »",
    ),
    (
        "consensus-saved",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05", "from": "blank", "to": "oui", "dissent": False},
        "a noté la réponse de l’équipe sur le critère A2-05 de la grille « Coordination des soins »",
    ),
    (
        "consensus-saved",
        "assessment",
        {"grid": "coordination", "criterion": "A2-05", "from": "blank", "to": "oui", "dissent": True},
        "a noté la réponse de l’équipe sur le critère A2-05 de la grille « Coordination des soins »,"
        " quelqu’un restant en désaccord",
    ),
    ("consensus-ratified", "assessment", {"count": 9}, "a ratifié 9 accords de l’équipe"),
    (
        "task-done",
        "assessment",
        {"state": "preparation", "task": "profil"},
        "a déclaré faite la tâche « Vérifier le profil du centre »",
    ),
    (
        "task-reopened",
        "assessment",
        {"state": "preparation", "task": "autre"},
        "a rouvert la tâche « autre »",
    ),
    (
        "task-assigned",
        "assessment",
        {"state": "preparation", "task": "profil"},
        "a dit qui fait, et pour quand, la tâche « Vérifier le profil du centre »",
    ),
    (
        "sheet-finished",
        "assessment",
        {"grid": "hygiene-mains"},
        "a déclaré terminée la grille « Hygiène des mains et précautions standard »",
    ),
    (
        "sheet-resumed",
        "assessment",
        {"grid": "hygiene-mains"},
        "a rouvert la grille « Hygiène des mains et précautions standard »",
    ),
]


@pytest.mark.parametrize(
    ("verb", "subject", "facts", "sentence"), SENTENCES, ids=[row[0] for row in SENTENCES]
)
def test_what_was_done_reads_as_a_sentence(
    catalogue: Catalogue, verb: str, subject: str, facts: dict[str, object], sentence: str
) -> None:
    assert told(catalogue, verb, subject, **facts) == sentence


def test_an_assessment_that_is_still_there_is_named_by_its_link(catalogue: Catalogue) -> None:
    about = Named("assessment", 7, "Après")
    entry = Entry(MONDAY_MORNING, "Nora", "assessment-started", "assessment", 7, {"title": "Avant"}, about)
    line = line_of(entry, catalogue)
    assert (line.did, line.about) == ("a commencé une auto-évaluation", about)


def test_a_state_and_a_task_without_workflow_are_told_by_their_code(catalogue: Catalogue) -> None:
    entry = Entry(MONDAY_MORNING, "Nora", "task-done", "assessment", 7, {"task": "profil"})
    assert line_of(entry, catalogue).did.replace(NBSP, " ") == "a déclaré faite la tâche « profil »"


def test_what_nobody_signed_in_did_is_told_of_aqss(catalogue: Catalogue) -> None:
    assert line_of(Entry(MONDAY_MORNING, None, "created", "centre", 1, {}), catalogue).who == "aqss"
