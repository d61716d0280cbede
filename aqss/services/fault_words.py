"""What each broken rule is told as in French, the same on pages and in commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from aqss.domain.errors import Fault
from aqss.domain.faults import FAULTS
from aqss.gateways.french import count_fr, date_fr, list_fr, number_fr


def _word_level(levels: object) -> str:
    return f"Choisissez l’une des réponses proposées : {list_fr([str(level) for level in _items(levels)])}."


def _word_range(minimum: Any, maximum: Any) -> str:
    if minimum is None:
        return f"Écrivez un nombre inférieur ou égal à {number_fr(maximum)}."
    if maximum is None:
        return f"Écrivez un nombre supérieur ou égal à {number_fr(minimum)}."
    return f"Écrivez un nombre de {number_fr(minimum)} à {number_fr(maximum)}."


def _word_decimals(decimals: Any) -> str:
    if decimals == 0:
        return "Écrivez un nombre entier."
    return f"Écrivez ce nombre avec {count_fr(decimals, 'décimale')} au plus."


_DAYS: Mapping[str, str] = {
    "dated_on": "la date de la preuve",
    "starts_on": "le début de l’action",
    "due_on": "l’échéance de l’action",
}
"""Field of a day that another follows → what it is."""


def _word_before(earliest: Any, before: str) -> str:
    return f"Choisissez une date à partir du {date_fr(earliest)}, {_DAYS[before]}."


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]


FAULT_WORDS: Mapping[str, str | Callable[..., str]] = {
    "required": "Remplissez ce champ.",
    "too-long": "Raccourcissez ce texte : la limite est de {limit} caractères.",
    "bad-character": (
        "Ce texte contient un caractère qui ne peut pas être enregistré. Tapez-le de nouveau au clavier."
    ),
    "patient-identifier": (
        "Ce texte contient ce qui ressemble à un numéro de sécurité sociale. aqss n’enregistre aucune donnée"
        " de patient : enlevez ce numéro."
    ),
    "email": "Écrivez une adresse électronique complète, par exemple prenom.nom@exemple.fr.",
    "unknown-choice": "Choisissez l’une des réponses proposées.",
    "at-least-one": "Choisissez au moins une réponse.",
    "password-too-short": (
        "Choisissez un mot de passe d’au moins {minimum} caractères : trois ou quatre mots suffisent."
    ),
    "password-too-long": "Choisissez un mot de passe de {maximum} caractères au plus.",
    "password-characters": (
        "Ce mot de passe contient un caractère qui ne peut pas être enregistré. Choisissez-en un autre."
    ),
    "password-personal": "Ce mot de passe contient votre nom ou votre adresse. Choisissez d’autres mots.",
    "password-repeated": (
        "Ce mot de passe répète les mêmes caractères. Choisissez trois ou quatre mots sans lien."
    ),
    "password-common": (
        "Ce mot de passe est parmi les premiers que l’on essaie. Choisissez trois ou quatre mots sans lien."
    ),
    "password-wrong": "Ce n’est pas votre mot de passe actuel. Écrivez-le de nouveau.",
    "already-member": "Cette adresse a déjà un rôle ici. Changez son rôle dans la liste de l’équipe.",
    "member-disabled": (
        "Cette adresse avait un rôle ici, qui a été fermé. Rouvrez-le dans la liste de l’équipe."
    ),
    "last-coordinator": "Le centre resterait sans coordination. Donnez d’abord ce rôle à quelqu’un d’autre.",
    "own-membership": "Personne ne change ni ne ferme son propre rôle. Demandez-le à quelqu’un d’autre.",
    "finess": "Un numéro FINESS a neuf caractères : neuf chiffres, ou 2A ou 2B puis sept chiffres.",
    "finess-taken": "Un autre centre porte déjà ce numéro FINESS. Vérifiez-le.",
    "department-outside-region": "Ce département n’est pas dans la région choisie. Changez l’un ou l’autre.",
    "too-many": "Gardez-en {limit} au plus.",
    "grid-answered": (
        "« {title} » a déjà des réponses ou des commentaires : elle ne peut plus être retirée. Cochez-la de"
        " nouveau."
    ),
    "grid-in-plan": (
        "Une action du plan répond à un critère de « {title} » : elle ne peut plus être retirée. Cochez-la de"
        " nouveau."
    ),
    "grids-settled": "La cotation individuelle est close : les grilles ne changent plus.",
    "rating-settled": "La cotation a déjà été ouverte : la façon de coter ne change plus.",
    "participant-rated": (
        "Retirer {name} efface aussi ses réponses. Confirmez-le sous la liste, ou cochez de nouveau cette"
        " personne."
    ),
    "date-outside": "Choisissez une date du {earliest} au {latest}.",
    "file-missing": "Choisissez un fichier, ou écrivez une adresse.",
    "file-empty": "« {name} » est vide. Choisissez un autre fichier.",
    "file-too-big": "« {name} » pèse {size}, la limite est de {limit}. Réduisez-le, ou donnez un lien.",
    "file-kind": (
        "« {name} » n’est ni un PDF, ni une image PNG, JPEG ou WebP, ni un document de bureautique (.docx,"
        " .xlsx, .pptx, .odt, .ods, .odp). Enregistrez-le dans l’un de ces formats."
    ),
    "file-old-office": (
        "« {name} » est dans un ancien format de bureautique, ou protégé par un mot de passe. Enregistrez-le"
        " sans mot de passe en PDF, .docx, .xlsx ou .pptx."
    ),
    "file-broken": "« {name} » est abîmé, ou n’est pas ce que son début annonce. Enregistrez-le de nouveau.",
    "file-double": (
        "« {name} » contient autre chose que le document qu’il annonce. Enregistrez-le de nouveau en PDF."
    ),
    "file-encrypted": "« {name} » est protégé par un mot de passe. Enregistrez-le sans mot de passe.",
    "file-macros": (
        "« {name} » contient des macros ou un programme. Enregistrez-le sans eux, en PDF par exemple."
    ),
    "file-fetches": (
        "« {name} » va chercher ailleurs un modèle ou un objet quand on l’ouvre. Enregistrez-le en PDF."
    ),
    "file-bomb": "« {name} » prendrait trop de place une fois ouvert. Enregistrez-le en PDF.",
    "file-picture": (
        "L’image « {name} » est trop grande : réduisez-la à moins de {limit} millions de pixels."
    ),
    "proof-both": "Donnez un fichier ou une adresse, pas les deux : ajoutez-les l’un après l’autre.",
    "proof-here": "Cette preuve est déjà là, sous le titre « {title} ». Choisissez-en une autre.",
    "link": "Écrivez une adresse complète, qui commence par https:// ou http://, sans mot de passe.",
    "before-date": _word_before,
    "before-start": "Choisissez une date à partir du {earliest}, le premier jour de la période.",
    "already-followed": "Le dossier « {title} » fait déjà suite à celui-ci. Ouvrez-le.",
    "sheet-answered": (
        "« {title} » a déjà des réponses, des preuves ou des actions : cette fiche reste dans le dossier."
    ),
    "last-sheet": "Le dossier garde au moins une fiche. Remplissez celle-ci.",
    "consent-first": (
        "Un enregistrement ne se fait qu’avec l’accord de la personne : notez d’abord son accord."
    ),
    "not-recorded": (
        "Il n’y a pas d’enregistrement à effacer. Enlevez cette date, ou cochez l’enregistrement."
    ),
    "recording-kept": "Effacez d’abord l’enregistrement de cet entretien, et notez la date.",
    "already-sent": (
        "La demande est déjà envoyée : elle reste adressée à cette structure. Pour en demander une autre,"
        " commencez une autre demande."
    ),
    "minutes-changed": (
        "Quelqu’un d’autre vient d’écrire {minutes} min. Enregistrez de nouveau pour garder votre nombre, ou"
        " écrivez le sien."
    ),
    "effect-settled": (
        "L’action est lancée : l’effet attendu ne change plus. Remettez-le comme il"
        " était, ou faites reculer l’action."
    ),
    "steps-tell": "Cette action a des tâches : cochez celles qui sont faites.",
    "target-not-better": (
        "L’effet attendu doit être meilleur que le point de départ. Choisissez ou écrivez une autre valeur."
    ),
    "level-unknown": _word_level,
    "number-expected": "Écrivez un nombre, en chiffres.",
    "number-range": _word_range,
    "number-decimals": _word_decimals,
    "number-digits": "Écrivez ce nombre avec {digits} chiffres au plus.",
    "words-expected": "Écrivez une réponse en toutes lettres.",
    "second-round-open": (
        "Un deuxième tour est ouvert ici : il faut le clore ou l’abandonner, puis valider la réponse."
    ),
    "reason-outside-medians": "Cette réponse s’écarte de la médiane des voix : écrivez ce qui l’explique.",
}
"""Code of a fault → its sentence, with its facts."""


def word_fault(fault: Fault) -> str:
    """The sentence that tells a fault."""
    words = FAULT_WORDS[fault.code]
    if callable(words):
        return words(*fault.facts)
    facts = zip(FAULTS[fault.code], fault.facts, strict=True)
    return words.format(**{name: _written(value) for name, value in facts})


def _written(value: object) -> str:
    if isinstance(value, int):
        return number_fr(value)
    return date_fr(value) if isinstance(value, date) else str(value)
