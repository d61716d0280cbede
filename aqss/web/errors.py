"""What a person is told when something is refused: for each domain error its status and its French words.

A message says what happened, why, and what to do. Faults are worded in :mod:`aqss.services.fault_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aqss.domain.errors import (
    AqssError,
    InvalidInput,
    InvalidTransition,
    LinkRefused,
    MailRefused,
    Misconfigured,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    NotSignedIn,
    PdfRefused,
    StaleEdit,
    TooManyAttempts,
)
from aqss.gateways.french import time_fr
from aqss.services.fault_words import word_fault
from aqss.web.words import SESSION_RULE


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
    SESSION_RULE,
    "Connectez-vous pour continuer.",
)
SIGN_IN_FIRST = Told(
    401,
    "Connexion",
    "Cette page est réservée aux personnes connectées, et aucune session n’est ouverte sur ce navigateur.",
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
NO_ROOM = Told(
    503,
    "Il n’y a plus de place",
    "Le disque du site est plein : ce que vous envoyez n’a pas pu être gardé.",
    "Rien n’a été enregistré. Prévenez la personne qui administre aqss, puis réessayez.",
)
FILE_TOO_LARGE = Told(
    413,
    "Fichier trop volumineux",
    "Une preuve pèse 10 Mo au plus, et ce que vous envoyez en fait bien davantage.",
    "Rien n’a été enregistré. Réduisez le fichier, ou donnez l’adresse où il se trouve.",
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


NOT_NOW: Mapping[str, str] = {
    "start": "Ce centre est un projet : aucune auto-évaluation n’y commence avant son ouverture.",
    "waive": "L’auto-évaluation est terminée : le motif d’une absence d’action ne s’écrit plus.",
    "edit": "L’étape en cours ne laisse plus modifier ce qui est écrit.",
    "progress": "L’avancement se note une fois l’action lancée, et jusqu’à sa clôture.",
}
"""What a state may not allow → why, where more can be told than that it does not."""


def _tell_faults(error: InvalidInput) -> Told:
    sentences = " ".join(word_fault(fault) for fault in error.faults)
    return Told(422, "À corriger", sentences, "Rien n’a été enregistré. Corrigez et envoyez de nouveau.")


WORDS: Mapping[type[AqssError], Callable[[Any], Told]] = {
    NotSignedIn: lambda _error: SESSION_OVER,
    NotAllowed: lambda _error: NOT_ALLOWED,
    NotFound: lambda _error: NOT_FOUND,
    InvalidTransition: _tell_transition,
    NotPossibleNow: lambda error: Told(
        409,
        "Ce n’est pas possible à cette étape",
        NOT_NOW.get(error.ability, "L’étape en cours ne le permet pas, ou ne le permet plus."),
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
    PdfRefused: lambda _error: Told(
        503,
        "Le PDF n’a pas pu être fait",
        "Le document est trop long, ou n’a pas pu être mis en page à temps.",
        "Lisez-le à l’écran. La personne qui administre aqss trouve la cause dans le journal du serveur.",
    ),
    Misconfigured: lambda _error: Told(
        503,
        "Le site n’est pas prêt",
        "Un réglage ou un fichier de l’instance n’est pas en ordre.",
        "Prévenez la personne qui administre aqss : le détail est dans le journal du serveur.",
    ),
}
"""The table: domain error → status and words. A kind that is not in it is told as the one above it."""


def tell(error: AqssError) -> Told:
    """What to tell of a refusal: the words of its kind, or of the nearest kind above it."""
    return next(WORDS[kind] for kind in type(error).__mro__ if kind in WORDS)(error)
