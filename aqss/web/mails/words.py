"""How a mail in trouble is told: what it was, why it has not left, and what to do, by whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from aqss.domain.mail_answers import Cause
from aqss.gateways.french import instant_fr
from aqss.services.mails import MailState, TroubledMail

KINDS: Mapping[str, str] = {
    "invitation": "Invitation",
    "password-reset": "Choix d’un nouveau mot de passe",
    "rating-open": "Cotation ouverte",
    "rating-reminder": "Rappel de cotation",
    "results-available": "Synthèse",
    "action-given": "Action confiée",
    "support-request": "Demande d’appui",
    "support-answer": "Suite d’un dossier",
}
"""Kind of mail (its folder of templates) → what it is called."""

_ELSEWHERE = "Le courriel partira dès que ce sera réparé\u00a0: l’administration du site en est avertie."
_ADDRESS = (
    "Elle n’existe pas, ou plus. Vérifiez-la avec la personne. Une invitation se retire, puis s’envoie à la"
    " bonne adresse."
)
_MAILBOX = (
    "Elle est pleine, ou fermée. Prévenez la personne autrement\u00a0; une invitation peut être envoyée de"
    " nouveau."
)


@dataclass(frozen=True)
class Told:
    """A cause in words: what is the matter; what an administrator can do; what whoever leads a centre can."""

    what: str
    for_administrator: str
    for_centre: str = _ELSEWHERE


_RESTART = " Un réglage changé sert au redémarrage d’aqss."
_UNWANTED = (
    "Il le prend pour un courriel indésirable. Demandez à son service informatique d’accepter ceux d’aqss"
)

CAUSES: Mapping[Cause, Told] = {
    Cause.NOT_TRIED: Told(
        "Les courriels ne sont pas envoyés",
        "Ce sont les travaux de fond qui les envoient\u00a0: lancez aqss sans l’option"
        " «\u00a0--no-jobs\u00a0», ou «\u00a0aqss jobs\u00a0» à côté. L’envoi reprend aussitôt.",
    ),
    Cause.SERVER_SILENT: Told(
        "Le serveur de messagerie ne répond pas",
        "Vérifiez qu’il est en marche, et que le réglage AQSS_SMTP_URL donne bien son adresse et son port."
        " L’envoi reprend ensuite de lui-même." + _RESTART,
    ),
    Cause.SERVER_UNSAFE: Told(
        "La liaison avec le serveur de messagerie n’est pas sûre",
        "Son certificat est refusé, ou il ne chiffre pas et le mot de passe serait lu en chemin."
        " Vérifiez la date du certificat, et que le réglage AQSS_SMTP_URL donne le nom pour lequel il est"
        " fait, ou commence par smtps://. L’envoi reprend ensuite de lui-même." + _RESTART,
    ),
    Cause.SIGN_IN_REFUSED: Told(
        "Le serveur de messagerie refuse qu’aqss s’y connecte",
        "Vérifiez le nom et le mot de passe du réglage AQSS_SMTP_URL." + _RESTART,
    ),
    Cause.SENDER_REFUSED: Told(
        "Le serveur de messagerie refuse les courriels d’aqss",
        "Vérifiez l’expéditeur, réglage AQSS_MAIL_FROM, et que ce serveur accepte les courriels de cette"
        " machine." + _RESTART,
    ),
    Cause.FOLDER: Told(
        "Le dossier des courriels ne peut pas être écrit",
        "Sans serveur de messagerie, chaque courriel devient un fichier du dossier «\u00a0outbox\u00a0» de"
        " l’instance\u00a0: vérifiez ses droits et la place sur le disque.",
    ),
    Cause.LATER: Told(
        "Le serveur de messagerie demande d’attendre",
        "Il est occupé, ou il limite les envois. aqss réessaie de lui-même. Si cela dure plus d’un jour,"
        " demandez à qui s’occupe de ce serveur.",
        "aqss réessaie de lui-même. L’administration du site en est avertie.",
    ),
    Cause.ADDRESS_REFUSED: Told("L’adresse est refusée", _ADDRESS, _ADDRESS),
    Cause.MAILBOX_REFUSED: Told("La boîte aux lettres n’accepte plus rien", _MAILBOX, _MAILBOX),
    Cause.MAIL_REFUSED: Told(
        "Le serveur de la personne refuse ce courriel",
        _UNWANTED + ", puis faites-le envoyer de nouveau.",
        _UNWANTED + ", puis envoyez-le de nouveau.",
    ),
    Cause.UNWRITABLE: Told(
        "Le courriel ne peut pas être écrit",
        "L’adresse, ou l’expéditeur (réglage AQSS_MAIL_FROM), n’est pas admise dans un courriel\u00a0:"
        " corrigez-la." + _RESTART,
        "L’adresse n’est pas admise dans un courriel. Vérifiez-la avec la personne.",
    ),
    Cause.OTHER: Told(
        "L’envoi échoue",
        "Ce qui a été répondu est écrit ci-dessous\u00a0; le journal du serveur en dit plus.",
        "L’administration du site en est avertie.",
    ),
}


@dataclass(frozen=True)
class Trouble:
    """The mails that one cause holds back."""

    cause: Cause
    told: Told
    mails: tuple[TroubledMail, ...]


def by_cause(mails: Iterable[TroubledMail]) -> tuple[Trouble, ...]:
    """One group for each cause, what holds every mail back first; mails keep their order."""
    groups: dict[Cause, list[TroubledMail]] = {cause: [] for cause in Cause}
    for mail in mails:
        groups[mail.cause].append(mail)
    return tuple(Trouble(cause, CAUSES[cause], tuple(held)) for cause, held in groups.items() if held)


def next_fr(mail: TroubledMail) -> str:
    """What becomes of it: « Prochain essai le 2 mars 2026 à 14 h 03 », or since when it is given up."""
    if mail.given_up_at is not None:
        verb = "Périmé" if mail.state is MailState.EXPIRED else "Abandonné"
        return f"{verb} le {instant_fr(mail.given_up_at)}"
    if mail.cause is Cause.NOT_TRIED or mail.next_try_at is None:
        return "En attente"
    return f"Prochain essai le {instant_fr(mail.next_try_at)}"


FILTERS: Mapping[str, Callable[..., str]] = {
    "mail_kind_fr": lambda kind: KINDS[kind],
    "mail_next_fr": next_fr,
    "trouble_fr": lambda mail: CAUSES[mail.cause].what,
    "trouble_remedy_fr": lambda mail: CAUSES[mail.cause].for_centre,
}
"""Jinja filters of the pages that show mails in trouble."""
