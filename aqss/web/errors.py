"""What a person is told when something is refused: for each domain error its status and its French words.

A message says what happened, why, and what to do. The codes of :mod:`aqss.domain.faults` are worded here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aqss.domain.errors import (
    AqssError,
    Fault,
    InvalidInput,
    InvalidTransition,
    LinkRefused,
    MailRefused,
    Misconfigured,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    NotSignedIn,
    StaleEdit,
    TooManyAttempts,
)
from aqss.domain.faults import FAULTS
from aqss.gateways.french import date_fr, list_fr, number_fr, time_fr


@dataclass(frozen=True)
class Told:
    """An answer in words: what happened (title), why, what to do, and the status of the response."""

    status: int
    title: str
    why: str
    remedy: str
    wait_until: datetime | None = None


NOT_FOUND = Told(
    404,
    "Page introuvable",
    "Rien ne se trouve à cette adresse, ou rien qui vous soit ouvert.",
    "Vérifiez l’adresse, ou repartez de l’accueil.",
)
NOT_ALLOWED = Told(
    403,
    "Votre rôle ne le permet pas",
    "Ce que vous avez demandé est réservé à d’autres rôles que le vôtre.",
    "Demandez à la coordination ou à la direction de votre centre de s’en charger, ou de changer votre rôle.",
)
SESSION_OVER = Told(
    401,
    "Votre session est terminée",
    "Une session se ferme après deux heures sans activité, et au bout de douze heures.",
    "Connectez-vous pour continuer.",
)
FORM_EXPIRED = Told(
    400,
    "Ce formulaire n’est plus valable",
    "Il a été ouvert dans une session qui s’est terminée depuis.",
    "Rien n’a été enregistré. Envoyez-le de nouveau.",
)
BUSY = Told(
    503,
    "Le site est très occupé",
    "La base de données n’a pas pu enregistrer ou lire à temps.",
    "Rien n’a été enregistré. Réessayez dans quelques instants.",
)
CHANGED_MEANWHILE = Told(
    409,
    "Quelqu’un a fait la même chose au même moment",
    "Ce que vous envoyez vient d’être enregistré par une autre personne, ou dans un autre onglet.",
    "Rouvrez la page pour voir où les choses en sont.",
)
FAILED = Told(
    500,
    "Quelque chose s’est mal passé de notre côté",
    "Ce n’est pas dû à ce que vous avez fait. Rien n’a été enregistré.",
    "Réessayez. Si cela se reproduit, donnez ce numéro à la personne qui administre aqss.",
)

HTTP: Mapping[int, Told] = {
    400: Told(
        400,
        "Demande incompréhensible",
        "Votre navigateur a envoyé une demande incomplète ou mal formée.",
        "Revenez à la page précédente et réessayez.",
    ),
    404: NOT_FOUND,
    405: Told(
        405,
        "Cette adresse ne s’ouvre pas ainsi",
        "Elle reçoit un formulaire, ou au contraire n’en reçoit pas.",
        "Repartez de l’accueil et suivez les liens.",
    ),
    413: Told(
        413,
        "Envoi trop volumineux",
        "Ce que vous envoyez dépasse 4 Mo, la limite du site.",
        "Rien n’a été enregistré. Raccourcissez les textes et envoyez de nouveau.",
    ),
    415: Told(
        415,
        "Format non reconnu",
        "Cette adresse n’attend pas ce format.",
        "Revenez à la page précédente et réessayez.",
    ),
    429: Told(
        429,
        "Trop de demandes",
        "Vous avez envoyé trop de demandes en peu de temps.",
        "Attendez une minute, puis réessayez.",
    ),
}
"""Refusals of HTTP itself: status → words. A status not listed is told as 400 or 500."""


def _tell_transition(error: InvalidTransition) -> Told:
    if error.reason == "role":
        return NOT_ALLOWED
    return Told(
        409,
        "Cette étape ne peut pas être franchie maintenant",
        "Il reste quelque chose à faire avant, ou l’étape a déjà été franchie par quelqu’un d’autre.",
        "Rouvrez la page pour voir où en est le parcours.",
    )


def _tell_link(error: LinkRefused) -> Told:
    return LINKS.get((error.kind, error.reason), LINKS["", "unknown"])


LINKS: Mapping[tuple[str, str], Told] = {
    ("", "unknown"): Told(
        404,
        "Ce lien n’ouvre rien",
        "Il est incomplet, ou il a été remplacé par un lien plus récent.",
        "Ouvrez le lien du dernier courriel reçu, en entier.",
    ),
    ("invitation", "expired"): Told(
        410,
        "Cette invitation n’est plus valable",
        "Son délai est passé, ou elle a été retirée ou remplacée.",
        "Demandez-en une nouvelle à la personne qui vous l’a envoyée.",
    ),
    ("invitation", "used"): Told(
        410,
        "Cette invitation a déjà servi",
        "Une invitation ne s’accepte qu’une fois.",
        "Connectez-vous avec votre adresse et votre mot de passe.",
    ),
    ("invitation", "other-account"): Told(
        403,
        "Cette invitation est pour une autre adresse",
        "La session ouverte sur cet appareil est celle d’un autre compte.",
        "Fermez-la, puis ouvrez de nouveau le lien du courriel.",
    ),
    ("password-reset", "expired"): Told(
        410,
        "Ce lien n’est plus valable",
        "Il sert pendant une heure, et un lien plus récent le remplace.",
        "Demandez un nouveau lien.",
    ),
    ("password-reset", "used"): Told(
        410,
        "Ce lien a déjà servi",
        "Un lien pour choisir un mot de passe ne sert qu’une fois.",
        "Connectez-vous avec votre nouveau mot de passe, ou demandez un nouveau lien.",
    ),
}
"""(kind, reason) of a refused link → words."""


def _tell_wait(error: TooManyAttempts) -> Told:
    return Told(
        429,
        "Il faut attendre un peu",
        (
            "Plusieurs essais ont été refusés : le suivant est retardé, pour que personne ne"
            " devine un mot de passe."
        ),
        f"Réessayez à {time_fr(error.until)}.",
        wait_until=error.until,
    )


def _tell_faults(error: InvalidInput) -> Told:
    sentences = " ".join(word_fault(fault) for fault in error.faults)
    return Told(422, "À corriger", sentences, "Rien n’a été enregistré. Corrigez et envoyez de nouveau.")


WORDS: Mapping[type[AqssError], Callable[[Any], Told]] = {
    NotSignedIn: lambda _error: SESSION_OVER,
    NotAllowed: lambda _error: NOT_ALLOWED,
    NotFound: lambda _error: NOT_FOUND,
    InvalidTransition: _tell_transition,
    NotPossibleNow: lambda _error: Told(
        409,
        "Ce n’est pas possible à cette étape",
        "L’étape où en est l’auto-évaluation ne le permet pas, ou ne le permet plus.",
        "Rouvrez la page pour voir ce qui peut être fait maintenant.",
    ),
    StaleEdit: lambda _error: Told(
        409,
        "Quelqu’un a modifié ceci avant vous",
        "Une autre personne, ou un autre onglet, a enregistré une modification pendant que vous écriviez.",
        "Rien de l’autre version n’a été effacé. Rouvrez la page, puis reportez ce que vous aviez écrit.",
    ),
    InvalidInput: _tell_faults,
    LinkRefused: _tell_link,
    TooManyAttempts: _tell_wait,
    MailRefused: lambda _error: Told(
        503,
        "Le courriel n’est pas parti",
        "Le serveur de messagerie l’a refusé ou n’a pas répondu.",
        "Réessayez plus tard. Si cela se reproduit, prévenez la personne qui administre aqss.",
    ),
    Misconfigured: lambda _error: Told(
        503,
        "Le site n’est pas prêt",
        "Un réglage ou un fichier de l’instance n’est pas en ordre.",
        "Prévenez la personne qui administre aqss : le détail est dans le journal du serveur.",
    ),
}
"""The table: domain error → status and words."""


def tell(error: AqssError) -> Told:
    """What to tell of a refusal."""
    return WORDS[type(error)](error)


def _word_level(levels: object) -> str:
    return f"Choisissez l’une des réponses proposées : {list_fr([str(level) for level in _items(levels)])}."


def _word_range(minimum: Any, maximum: Any) -> str:
    if minimum is None:
        return f"Écrivez un nombre inférieur ou égal à {number_fr(maximum)}."
    if maximum is None:
        return f"Écrivez un nombre supérieur ou égal à {number_fr(minimum)}."
    return f"Écrivez un nombre de {number_fr(minimum)} à {number_fr(maximum)}."


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
    "date-outside": "Choisissez une date du {earliest} au {latest}.",
    "level-unknown": _word_level,
    "number-expected": "Écrivez un nombre, en chiffres.",
    "number-range": _word_range,
    "number-decimals": "Écrivez ce nombre avec {decimals} décimales au plus.",
    "number-digits": "Écrivez ce nombre avec {digits} chiffres au plus.",
    "words-expected": "Écrivez une réponse en toutes lettres.",
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
