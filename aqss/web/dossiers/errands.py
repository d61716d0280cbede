"""How the first page says what awaits a person in dossiers."""

from __future__ import annotations

from flask import url_for

from aqss.gateways.french import count_fr
from aqss.services.dossiers.awaiting import AwaitedDossier, Errand
from aqss.web.words import quoted

Said = tuple[str, str, str, str]
"""Title, sign, detail and address."""


def say(one: AwaitedDossier) -> Said:
    """What is waited for, in words."""
    if one.dossier is None:
        return _late(one)
    url = url_for("dossiers.dossier", dossier_id=one.dossier.id)
    title = quoted(one.dossier.title)
    if one.errand is Errand.TASK:
        return one.task, "ring", f"Une tâche du dossier {title}.", f"{url}#taches"
    if one.errand is Errand.DECIDE:
        return f"{one.task} {title}", "half", "Cette étape attend votre décision.", url
    if one.errand is Errand.FOLLOW:
        return f"Suivre {title}", "envelope", "La structure d’appui n’a pas encore répondu.", url
    if one.errand is Errand.ANSWER:
        return f"Répondre à {title}", "envelope", f"Demande d’appui de {one.centre_name}.", url
    return f"Faire avancer {title}", "half", "Vous menez ce dossier.", url


def _late(one: AwaitedDossier) -> Said:
    title = f"Voir {count_fr(one.count, 'dossier')} en retard"
    url = url_for("dossiers.of_centre", centre_id=one.centre_id, quoi="en-retard")
    return title, "warning", "Leur étape aurait dû être franchie.", url
