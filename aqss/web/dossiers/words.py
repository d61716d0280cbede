"""How pages speak of a dossier: when it is due, who may go on, its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from aqss.domain.access import Role
from aqss.domain.definitions.words import OWNER
from aqss.gateways.drawing.targets import target_bar
from aqss.gateways.french import NBSP, number_fr
from aqss.services.dossiers.targets import Figure
from aqss.web.words import due_words

WITH_ARTICLE: Mapping[str, str] = {
    Role.MEMBER: "l’équipe",
    Role.COORDINATOR: "la coordination",
    Role.MANAGER: "la direction",
    Role.STRUCTURE: "la structure d’appui",
    OWNER: "la personne qui le mène",
}
"""Who may be waited for, after « à »."""


def figure_fr(figure: Figure, name: str) -> str:
    """« 12,5 % » of its value, its target or the one before; a dash without one."""
    number: Decimal | None = getattr(figure, name)
    return "–" if number is None else _with_unit(number_fr(number), figure)


def gap_fr(figure: Figure) -> str:
    """« + 3 », « − 1,5 »: the value less the target; a dash without both."""
    gap = figure.gap
    if gap is None:
        return "–"
    return f"+{NBSP}{number_fr(gap)}" if gap > 0 else number_fr(gap)


def figure_bar(figure: Figure) -> Markup:
    """Its picture; nothing without a value and a target."""
    if figure.value is None and figure.target is None:
        return Markup()
    return target_bar(figure.value, figure.target)


def _with_unit(words: str, figure: Figure) -> str:
    return f"{words}{NBSP}{figure.scale.unit}" if figure.scale.unit else words


FILTERS: Mapping[str, Callable[..., Any]] = {
    "due_words_at": due_words,
    "role_word_fr": WITH_ARTICLE.__getitem__,
    "figure_fr": figure_fr,
    "gap_fr": gap_fr,
    "figure_bar": figure_bar,
}
"""Jinja filters of the pages."""
