"""How the pages of an assessment say who is asked, on what grounds, when, and where an assessment stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Criterion
from aqss.domain.definitions.workflows import State
from aqss.domain.texts import slug
from aqss.gateways.drawing import tone
from aqss.gateways.french import (
    NBSP,
    count_fr,
    list_fr,
    lower_first,
    paris,
    plural_fr,
    short_date_fr,
    time_fr,
)
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.counting import Agreed
from aqss.services.assessments.essentials import read_unmet_essentials
from aqss.services.assessments.rounds import BLIND, DIRECT
from aqss.services.assessments.scope import RATINGS, TRIGGERS
from aqss.services.assessments.sheets import SheetStatus, TaskLine
from aqss.services.runs.passing import Move
from aqss.web.transaction import current_instant, current_runtime, current_session

CREATED = {
    DIRECT: "L’auto-évaluation est créée. Dites qui cote quoi, puis ouvrez la cotation.",
    BLIND: "L’auto-évaluation est créée. Dans « Préparer », voyez qui cote et combien de voix aura chaque"
    " critère, puis ouvrez la cotation.",
}
"""How an assessment rates → what creating it says comes next."""


def moment_of(at: datetime, today: date) -> str:
    """« 14 h 03 » today, « 07/11/2026 » another day: when an answer was saved."""
    return time_fr(at) if paris(at).date() == today else short_date_fr(at)


def waiting_fr(count: int, answered: int) -> str:
    """« 2 sur 5 attendent encore une action ou un motif. »: how many of the essential criteria not met."""
    if answered == count:
        return "Chacun a une action ou un motif." if count > 1 else "Il a une action ou un motif."
    return f"{count - answered} sur {count} {plural_fr(count - answered, 'attend', 'attendent')} encore."


def waiting_essentials(assessment: Assessment, moves: Iterable[Move]) -> str:
    """How many of them hold one of the passages back; nothing, and no question asked, where none does."""
    if not any("essentials-answered" in one.missing for one in moves):
        return ""
    unmet = read_unmet_essentials(current_session(), assessment)
    return waiting_fr(len(unmet), sum(one.answered.is_given for one in unmet))


def essentials_ahead(assessment: Assessment, target: State) -> str:
    """The same where the way on from ``target`` waits for them; nothing once each is answered."""
    if not any("essentials-answered" in (one.when or ()) for one in target.transitions or ()):
        return ""
    unmet = read_unmet_essentials(current_session(), assessment)
    answered = sum(one.answered.is_given for one in unmet)
    return waiting_fr(len(unmet), answered) if answered < len(unmet) else ""


def month_fr(day: date) -> str:
    """« 03/2026 »: the date of an assessment above a column of figures."""
    return f"{day:%m/%Y}"


def moment_fr(at: datetime) -> str:
    """:func:`moment_of`, today being the day of the request in Paris."""
    return moment_of(at, paris(current_instant()).date())


def download_name(what: str, centre_name: str, title: str, at: datetime, suffix: str) -> str:
    """« resultats-centre-du-lac-campagne-2026-03-02.xlsx »: ASCII, 120 characters at most."""
    words = (what, slug(centre_name)[:45].rstrip("-"), slug(title)[:34].rstrip("-"), f"{paris(at).date()}")
    return "-".join(word for word in words if word) + suffix


def professions_fr(respondents: Collection[str], content: EditionContent) -> str:
    """Who a criterion asks: « Pour : direction, coordination »."""
    labels = content.profession_labels
    names = [
        "toute l’équipe" if name == EVERYBODY else lower_first(labels.get(name, name)) for name in respondents
    ]
    return f"Pour{NBSP}: {list_fr(names)}."


def references_fr(criterion: Criterion, content: EditionContent) -> str:
    """The sources of a criterion, « à confirmer » while nobody has checked them."""
    catalogue = current_runtime().catalogue
    named = []
    for key in criterion.references or ():
        title = content.references_by_key[key].title
        named.append(title if catalogue.is_verified(key) else f"{title} (à confirmer)")
    word = "Références" if len(named) > 1 else "Référence"
    return f"{word}{NBSP}: " + f"{NBSP}; ".join(named) if named else ""


def sheet_tag(line: TaskLine, *, is_round: bool, is_open: bool) -> tuple[str, str, str]:
    """Where a grid of the list stands: sign, words, kind of tag.

    ``is_round``: each person rates alone. ``is_open``: the state allows rating, or is the last.
    """
    if is_round:
        return "lock", "Chacun de son côté", ""
    if line.agreed and line.agreed.whole:
        return _agreed_tag(line.agreed)
    if line.status is SheetStatus.EMPTY:
        return "done", "Rien à coter", ""
    if line.status is SheetStatus.FINISHED:
        return "done", "Terminé", ""
    if line.status is SheetStatus.STARTED:
        return "half", "En cours", "todo"
    if not is_open:
        return "lock", "Pas encore ouvert", ""
    if line.progress.done or line.progress.unknown:  # all of it comes from the assessment before
        return "exchange", "À confirmer", ""
    return "ring", "Pas commencé", ""


def _agreed_tag(agreed: Agreed) -> tuple[str, str, str]:
    if not agreed.done:
        return "ring", "Accord à trouver", ""
    if agreed.done < agreed.whole:
        return "half", f"{count_fr(agreed.done, 'accord')} sur {agreed.whole}", "todo"
    return "done", "Accord complet", ""


def unscored_fr(assessment: Assessment, subject: str) -> str:
    """Why « la grille » or « le module » has no score while nothing of it is rated."""
    without = f"{subject} n’a pas encore de score."
    if assessment.rating == BLIND and assessment.revealed_at is None:
        hidden = (
            "Chacun a coté seul : ces réponses restent cachées jusqu’à la séance d’accord, où l’équipe décide"
        )
        return f"{hidden} les siennes. {without[0].upper()}{without[1:]}"
    if assessment.rating == BLIND and assessment.closed_at is None:
        return f"L’équipe n’a encore coté aucun critère : {without}"
    return f"Aucun critère n’est coté : {without}"


def _module_title(module: str) -> str:
    """The module's title in the catalogue of today; its name when it has left it."""
    return next((one.title for one in current_runtime().catalogue.modules if one.module == module), module)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "professions_fr": professions_fr,
    "references_fr": references_fr,
    "flag_fr": lambda flag, labels: lower_first(labels.get(flag, flag)),
    "module_fr": _module_title,
    "month_fr": month_fr,
    "tone": tone,
    "sheet_tag": sheet_tag,
    "unscored_fr": unscored_fr,
    "rating_fr": lambda rating: RATINGS.get(rating, rating),
    "trigger_fr": lambda trigger: TRIGGERS.get(trigger, trigger),
}
"""Jinja filters of the pages."""
