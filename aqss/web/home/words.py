"""How the first page says what awaits a person: the greeting, and each thing to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from aqss.gateways.french import NBSP, count_fr, date_fr, list_fr, number_fr, plural_fr
from aqss.persistence.actions import Action
from aqss.services.actions.awaiting import AwaitedAction, Errand, Need
from aqss.services.assessments.awaiting import Awaiting, Task
from aqss.services.assessments.rounds import BLIND
from aqss.services.dossiers.awaiting import AwaitedDossier
from aqss.web.dossiers.errands import say
from aqss.web.words import Due, days_left, due_words, progress_fr, quoted

UNFOLDED = 5
"""Rows of a group that are shown at once; a list that is no longer is not grouped at all."""

DAYS_OF_SOON = 7

LATE, SOON, LATER = "En retard", "D’ici sept jours", "Plus tard ou sans date"

_NUMBERS = ("", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


@dataclass(frozen=True)
class TaskRow:
    """One row of the list: where it leads is where the thing is done."""

    title: str
    url: str
    sign: str
    detail: str
    due: Due | None


@dataclass(frozen=True)
class TaskGroup:
    """Rows under a heading, the most urgent first; past :data:`UNFOLDED` they are folded."""

    title: str
    rows: tuple[TaskRow, ...]

    @property
    def first(self) -> tuple[TaskRow, ...]:
        return self.rows[:UNFOLDED]

    @property
    def folded(self) -> tuple[TaskRow, ...]:
        return self.rows[UNFOLDED:]


def group_tasks(tasks: Sequence[tuple[datetime | None, TaskRow]], now: datetime) -> tuple[TaskGroup, ...]:
    """By urgency, without the empty groups; a short list is one group, without a title."""
    if len(tasks) <= UNFOLDED:
        return (TaskGroup("", tuple(row for _, row in tasks)),) if tasks else ()
    groups: dict[str, list[TaskRow]] = {LATE: [], SOON: [], LATER: []}
    for due_at, row in tasks:
        groups[_urgency(due_at, now)].append(row)
    return tuple(TaskGroup(title, tuple(rows)) for title, rows in groups.items() if rows)


def _urgency(due_at: datetime | None, now: datetime) -> str:
    left = DAYS_OF_SOON + 1 if due_at is None else days_left(due_at, now)
    return LATE if left < 0 else SOON if left <= DAYS_OF_SOON else LATER


def greeting(name: str, count: int, *, has_centres: bool, begins: bool = False) -> str:
    """« Bonjour Nora, trois choses vous attendent », by their first name; ``begins``: with first steps."""
    first = name.split()[0]
    if not has_centres:
        return f"Bonjour {first}"
    if count == 0 and begins:
        return f"Bonjour {first}, voici les premiers pas"
    if count == 0:
        return f"Bonjour {first}, rien ne vous attend"
    number = _NUMBERS[count] if count < len(_NUMBERS) else number_fr(count)
    return f"Bonjour {first}, {number} {'chose vous attend' if count == 1 else 'choses vous attendent'}"


def today_fr(now: datetime) -> str:
    """« Lundi 2 mars 2026 »."""
    day = date_fr(now, weekday=True)
    return day[:1].upper() + day[1:]


def task_row(one: Awaiting, now: datetime, *, with_centre: bool) -> TaskRow:
    """What is waited for, in words; the centre is named for who works in several."""
    title, sign, detail, url = _SAID[one.task](one)
    place = f"{one.centre_name} · " if with_centre else ""
    return TaskRow(title, url, sign, place + detail, due_words(one.due_at, now))


_Said = tuple[str, str, str, str]


def _rate(one: Awaiting) -> _Said:
    sheet = one.sheet
    if sheet is None:
        raise ValueError("a rating without its sheet")
    grid = sheet.content.grid
    url = url_for("rating.sheet", assessment_id=one.assessment.id, grid=grid.grid)
    verb = "coter" if sheet.progress.is_scored else "renseigner"
    title = f"Continuer à {verb}" if sheet.is_started else verb.capitalize()
    if sheet.is_started and not sheet.progress.blank:
        title = "Relire et déclarer terminée la grille"
    sign = "half" if sheet.is_started else "ring"
    return (
        f"{title} {quoted(grid.title)}",
        sign,
        f"{progress_fr(sheet.progress)} · {one.assessment.title}",
        url,
    )


def _rate_alone(one: Awaiting) -> _Said:
    if one.own is None:
        raise ValueError("one's own rating without its progress")
    url = url_for("assessments.overview", assessment_id=one.assessment.id)
    verb = "Continuer" if one.own.done else "Commencer"
    answered = (
        f"{number_fr(one.own.done)} sur {count_fr(one.own.whole, 'réponse donnée', 'réponses données')}"
    )
    title = f"{verb} votre cotation pour {quoted(one.assessment.title)}"
    return title, "half" if one.own.done else "ring", f"Chacun répond d’abord seul : {answered}.", url


def _lead(
    verb: str, sign: str, detail: str, endpoint: str = "assessments.overview"
) -> Callable[[Awaiting], _Said]:
    def say(one: Awaiting) -> _Said:
        url = url_for(endpoint, assessment_id=one.assessment.id)
        return f"{verb} {quoted(one.assessment.title)}", sign, detail, url

    return say


def _conclude(one: Awaiting) -> _Said:
    alone = "Toutes les personnes qui cotent ont terminé."
    together = "Toutes les grilles sont déclarées terminées."
    return _lead("Clore la cotation de", "done", alone if one.assessment.rating == BLIND else together)(one)


def _given(one: Awaiting) -> _Said:
    url = url_for("assessments.overview", assessment_id=one.assessment.id, _anchor="taches")
    return one.label, "ring", f"Une tâche de {quoted(one.assessment.title)}.", url


_SAID: Mapping[Task, Callable[[Awaiting], _Said]] = {
    Task.PREPARE: _lead(
        "Préparer",
        "document",
        "L’objectif, les grilles et qui cote quoi, puis ouvrir la cotation.",
        "assessments.prepare",
    ),
    Task.RATE: _rate,
    Task.RATE_ALONE: _rate_alone,
    Task.CONCLUDE: _conclude,
    Task.AGREE: _lead(
        "Mener l’accord de l’équipe pour", "people", "Reprendre ce qui reste à coter et relire les motifs."
    ),
    Task.VALIDATE: _lead(
        "Valider", "check", "L’équipe a fini\u00a0: lire les résultats, puis valider ou renvoyer."
    ),
    Task.GIVEN: _given,
}


def errand_row(one: AwaitedAction, now: datetime, *, with_centre: bool) -> TaskRow:
    """What is waited for in a plan, in words."""
    title, sign, detail, url = _ERRANDS[one.errand](one)
    place = f"{one.centre_name} · " if with_centre else ""
    due = None if one.action is None else due_words(one.due_at, now)
    return TaskRow(title, url, sign, place + detail, due)


def dossier_row(one: AwaitedDossier, now: datetime, *, with_centre: bool) -> TaskRow:
    """What is waited for in dossiers, in words."""
    title, sign, detail, url = say(one)
    place = f"{one.centre_name} · " if with_centre else ""
    due = None if one.dossier is None else due_words(one.due_at, now)
    return TaskRow(title, url, sign, place + detail, due)


def _action_of(one: AwaitedAction) -> Action:
    if one.action is None:
        raise ValueError("an errand without its action")
    return one.action


def _do(one: AwaitedAction) -> _Said:
    action = _action_of(one)
    verb = "Avancer" if action.progress else "Mener"
    detail = f"Action n°{NBSP}{action.number}, faite à {action.progress}{NBSP}%."
    return f"{verb} {quoted(action.title)}", "half" if action.progress else "ring", detail, _page_of(action)


def _start(one: AwaitedAction) -> _Said:
    action = _action_of(one)
    return (
        f"Lancer {quoted(action.title)}",
        "ring",
        f"Action n°{NBSP}{action.number}, à lancer.",
        _page_of(action),
    )


def _step(one: AwaitedAction) -> _Said:
    action = _action_of(one)
    detail = f"Une tâche de l’action n°{NBSP}{action.number}, {quoted(action.title)}."
    return one.step, "ring", detail, _page_of(action)


def _verify(one: AwaitedAction) -> _Said:
    action = _action_of(one)
    detail = f"Action n°{NBSP}{action.number}, déclarée faite{NBSP}: a-t-elle eu l’effet attendu{NBSP}?"
    return f"Vérifier {quoted(action.title)}", "half", detail, _page_of(action)


def _look_at_late(one: AwaitedAction) -> _Said:
    noun = ("autre action", "autres actions") if one.besides else ("action", "actions")
    title = f"Voir {count_fr(one.count, *noun)} en retard"
    url = url_for("plan.of_centre", centre_id=one.centre_id, vue="en-retard")
    return title, "warning", "Leur échéance est passée sans qu’elles soient déclarées faites.", url


_WAIT_TO_BE: Mapping[Need, tuple[str, str]] = {
    Need.START: ("lancée", "lancées"),
    Need.VERIFY: ("vérifiée", "vérifiées"),
    Need.GO_ON: ("avancée", "avancées"),
}


def _check(one: AwaitedAction) -> _Said:
    """« 3 actions attendent d’être lancées, 1 d’être vérifiée »."""
    told: list[str] = []
    for need, count in sorted(one.needs.items()):
        verb = "" if told else f" {plural_fr(count, 'attend', 'attendent')}"
        noun = number_fr(count) if told else count_fr(count, "action")
        told.append(f"{noun}{verb} d’être {plural_fr(count, *_WAIT_TO_BE[need])}")
    detail = "Des tâches de leur étape attendent votre rôle, et le délai est passé."
    url = url_for("plan.of_centre", centre_id=one.centre_id, etape=one.state or None)
    return list_fr(told), "warning", detail, url


def _page_of(action: Action) -> str:
    return url_for("actions.action", action_id=action.id)


_ERRANDS: Mapping[Errand, Callable[[AwaitedAction], _Said]] = {
    Errand.START: _start,
    Errand.DO: _do,
    Errand.STEP: _step,
    Errand.VERIFY: _verify,
    Errand.LATE: _look_at_late,
    Errand.CHECK: _check,
}
