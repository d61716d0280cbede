"""The words and signs that pages of several nouns share: roles, kinds of structure, progress, dates due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from aqss.domain.access import Role
from aqss.gateways.french import NBSP, count_fr, date_fr, length_fr, number_fr, paris, plural_fr
from aqss.services.assessments.counting import Agreed, Progress
from aqss.services.sign_ins import ABSOLUTE_LIMIT, IDLE_LIMIT
from aqss.web.transaction import current_runtime

ROLES: Mapping[str, str] = {
    Role.MEMBER: "membre de l’équipe",
    Role.COORDINATOR: "coordination",
    Role.MANAGER: "direction",
    Role.STRUCTURE: "structure d’appui",
    Role.ADMINISTRATOR: "administration",
}

STRUCTURE_KINDS: Mapping[str, str] = {
    "staraqs": "Staraqs",
    "cpias": "CPias",
    "omedit": "OMEDIT",
    "federation": "Fédération",
}

IDLE_LIMIT_FR = length_fr(IDLE_LIMIT)

SESSION_RULE = (
    f"Une session se ferme après {IDLE_LIMIT_FR} sans activité, et au bout de {length_fr(ABSOLUTE_LIMIT)}."
)
"""When one ends by itself."""


@dataclass(frozen=True)
class Due:
    """The tag of a date: « 3 jours de retard », « Aujourd’hui », « Avant le 19 novembre 2026 »."""

    label: str
    sign: str
    kind: str = ""


def quoted(text: object) -> str:
    """« text », its spaces no-break."""
    return f"«{NBSP}{text}{NBSP}»"


def due_words(due_at: datetime | None, now: datetime) -> Due | None:
    """None without a date. A thing is due until the end of its last day in Paris, and late from the next."""
    if due_at is None:
        return None
    days = days_left(due_at, now)
    if days < 0:
        return Due(f"{count_fr(-days, 'jour')} de retard", "warning", "late")
    if days < 2:
        return Due("Demain" if days else "Aujourd’hui", "clock", "todo")
    return Due(f"Avant le {date_fr(_last_day(due_at))}", "calendar")


def days_left(due_at: datetime, now: datetime) -> int:
    """Days until the last day of what is due then, in Paris: 0 on that day, under 0 once it is late."""
    return (_last_day(due_at) - paris(now).date()).days


def _last_day(due_at: datetime) -> date:
    """Midnight ends the day before."""
    return paris(due_at - timedelta(microseconds=1)).date()


def level_sign(value: Any) -> str:
    """One disc, one voice: full for 1, empty for 0, half between."""
    return "disc" if value == 1 else "ring" if value == 0 else "half"


def profession_labels(professions: Collection[str]) -> list[str]:
    """The labels of ``professions`` in the catalogue; one that has left it, as it is kept."""
    labels = current_runtime().catalogue.profession_labels
    return [labels.get(profession, profession) for profession in professions]


def module_titles(modules: Collection[str]) -> list[str]:
    """The titles of ``modules`` in the catalogue; one that has left it, by its name."""
    titles = {module.module: module.title for module in current_runtime().catalogue.modules}
    return [titles.get(module, module) for module in modules]


def series_fr(words: Iterable[str]) -> str:
    """« a ; b ; c », for words that hold commas."""
    return f"{NBSP}; ".join(words)


def progress_fr(progress: Progress) -> str:
    """« 8 sur 11 cotés, 2 « ne sait pas » »; of figures only followed, « …, 3 sur 14 renseignés »."""
    done = f"{number_fr(progress.done)} sur {number_fr(progress.whole)}"
    if not progress.is_scored:
        filled = f"Suivi sans score, {done} {plural_fr(progress.whole, 'renseigné')}"
        return filled if progress.whole else "Ne concerne pas le centre, d’après son profil"
    if not progress.whole:
        return "Aucun critère concerné"
    return f"{done} {plural_fr(progress.whole, 'coté')}{unknown_fr(progress.unknown)}"


def agreed_fr(agreed: Agreed) -> str:
    """« 3 accords sur 28 critères »."""
    return f"{count_fr(agreed.done, 'accord')} sur {count_fr(agreed.whole, 'critère')}"


def unknown_fr(count: int) -> str:
    """« , 2 « ne sait pas » », to add to a count; nothing for none."""
    return f", {number_fr(count)}{NBSP}«{NBSP}ne sait pas{NBSP}»" if count else ""


def progress_widths(progress: Progress) -> tuple[str, str]:
    """The widths of a bar, in percentages of the whole: what is done, then « ne sait pas »."""
    whole = progress.whole or 1
    return f"{100 * progress.done / whole:.2f}", f"{100 * progress.unknown / whole:.2f}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "role_fr": ROLES.__getitem__,
    "structure_kind_fr": STRUCTURE_KINDS.__getitem__,
    "professions_list": profession_labels,
    "module_titles": module_titles,
    "series_fr": series_fr,
    "agreed_fr": agreed_fr,
    "progress_fr": progress_fr,
    "progress_widths": progress_widths,
    "unknown_fr": unknown_fr,
}
"""Jinja filters of the pages."""
