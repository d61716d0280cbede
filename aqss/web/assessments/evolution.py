"""The way of a centre over its closed assessments: what moved in the centre, and in what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.progress import Alteration, CriterionProgress, Effects, Move
from aqss.gateways import drawing
from aqss.gateways.french import list_fr, number_fr, short_date_fr
from aqss.services.assessments.evolution import Evolution, read_evolution
from aqss.services.assessments.histories import (
    Column,
    CriterionEvolution,
    GridEvolution,
    Interval,
    ModuleEvolution,
    SectionEvolution,
)
from aqss.services.wording import answer_fr, code_of
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.answers import fields_of, sign_of
from aqss.web.assessments.trails import centre_of, trail_to_centre
from aqss.web.assessments.words import month_fr
from aqss.web.transaction import current_session

blueprint = Blueprint("evolution", __name__)


@blueprint.get("/centres/<int:centre_id>/evolution")
@permitted(Permission.ASSESSMENT_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """Everything, one module or one grid, the latest assessments first; no script."""
    found = read_evolution(
        current_session(),
        current_actor(),
        centre_id,
        module=request.args.get("module", ""),
        grid=request.args.get("grille", ""),
        page=request.args.get("page", 1, type=int),
    )

    return render_template(
        "assessments/evolution.html",
        found=found,
        shown=_shown(found),
        centre=centre_of(centre_id),
        trail=trail_to_centre(centre_id),
        dates=(dates := _dates(found.columns)),
        labels=list(dates.values()),
        address=_address_of(centre_id, found),
        moves=MOVES,
        altered_fr=altered_fr,
        titles=_titles(found),
        breaks_of=_breaks_of,
        parts_of=_parts_of,
        grouped=_grouped,
        most_of=_most_of,
        rows=Rows(centre_id, found),
        drawing=drawing,
        answer_fr=answer_fr,
        code_of=code_of,
        fields_of=fields_of,
        sign_of=sign_of,
    )


MOVES: Mapping[Move, tuple[str, str]] = {
    Move.BETTER: ("Mieux", "trend"),
    Move.WORSE: ("Moins bien", "arrow-down"),
    Move.SAME: ("Inchangé", "check"),
    Move.CHANGED: ("Autre réponse", "exchange"),
    Move.NEWLY_RATED: ("Coté cette fois", "plus"),
    Move.NO_LONGER_RATED: ("N’est plus coté", "unknown"),
    Move.UNRATED: ("Toujours pas coté", "blank"),
    Move.NOT_COMPARABLE: ("Ne se compare pas", "exchange"),
    Move.NEWLY_ASKED: ("Nouveau pour le centre", "plus"),
    Move.NO_LONGER_ASKED: ("N’est plus demandé", "not-concerned"),
}
"""What became of a criterion → its words and sign."""

ALTERATIONS: Mapping[Alteration, str] = {
    Alteration.ADDED: "ajouté",
    Alteration.REMOVED: "retiré",
    Alteration.REPLACED: "en remplace un autre",
    Alteration.MERGED: "en réunit plusieurs",
    Alteration.SPLIT: "issu d’un partage",
    Alteration.MOVED: "changé de section",
    Alteration.REWORDED: "reformulé",
    Alteration.SCALE: "autre échelle",
    Alteration.VALUES: "réponses d’une autre valeur",
    Alteration.WEIGHT: "autre poids",
    Alteration.ESSENTIAL: "impératif",
    Alteration.APPLIES_TO: "demandé à d’autres activités",
    Alteration.PROFILE: "le centre a changé d’activités",
}
"""What is asked otherwise → its words."""


def altered_fr(one: CriterionProgress) -> str:
    """« Ajouté », « Autre poids (de 1 à 2), reformulé », « En remplace un autre (A2-04) »."""
    words = list_fr([ALTERATIONS[alteration] + _detail(alteration, one) for alteration in one.alterations])
    return words[:1].upper() + words[1:]


def _detail(alteration: Alteration, one: CriterionProgress) -> str:
    if one.now is None or not one.then:
        return ""
    before = one.then[0]
    match alteration:
        case Alteration.REPLACED | Alteration.MERGED | Alteration.SPLIT:
            return f" ({', '.join(former.criterion for former in one.then)})"
        case Alteration.WEIGHT:
            return f" (de {number_fr(before.weight)} à {number_fr(one.now.weight)})"
        case Alteration.ESSENTIAL:
            return " (l’est devenu)" if one.now.essential else " (ne l’est plus)"
    return ""


@dataclass(frozen=True)
class Row:
    """A line of a table of scores; ``about`` ends the words of its link for who hears it alone."""

    title: str
    followed: GridEvolution | SectionEvolution
    url: str = ""
    about: str = ""


@dataclass(frozen=True)
class Rows:
    """The lines of the tables of scores, under the title of their group."""

    centre_id: int
    found: Evolution

    def of_grids(self, module: ModuleEvolution) -> list[tuple[str, list[Row]]]:
        """A line a grid; once the module is chosen, a group a grid, and under it a line a section."""
        scored = [grid for grid in module.grids if grid.content.is_scored]
        if not self.found.module:
            return [("", [Row(title_of(grid), grid, self.url_of(grid)) for grid in scored])]
        return [
            (
                title_of(grid),
                [
                    Row("Toute la grille", grid, self.url_of(grid), f" {title_of(grid)}"),
                    *self.of_sections(grid)[0][1],
                ],
            )
            for grid in scored
        ]

    def of_sections(self, grid: GridEvolution) -> list[tuple[str, list[Row]]]:
        return [("", [Row(section.title, section) for section in grid.sections])]

    def url_of(self, grid: GridEvolution) -> str:
        """The same page, criterion by criterion."""
        return url_for(".of_centre", centre_id=self.centre_id, grille=grid.content.grid.grid)


def title_of(grid: GridEvolution) -> str:
    """« A2 Coordination des soins »."""
    return f"{code_of(grid.content)} {grid.content.grid.title}".strip()


def _shown(found: Evolution) -> GridEvolution | None:
    """The grid that was asked for."""
    grids = (grid for module in found.modules for grid in module.grids)
    return next((grid for grid in grids if grid.content.grid.grid == found.grid), None)


def _most_of(intervals: Sequence[Interval]) -> Fraction:
    """The largest effect of them, in points, up or down: what their drawings share."""
    known = [interval.effects for interval in intervals if interval.effects]
    return max((max(abs(one.centre), abs(one.asked), abs(one.whole)) for one in known), default=Fraction(0))


def _titles(found: Evolution) -> dict[str, str]:
    """Grid → its title with its code."""
    return {grid.content.grid.grid: title_of(grid) for module in found.modules for grid in module.grids}


def _breaks_of(found: Evolution, followed: ModuleEvolution | GridEvolution) -> list[int]:
    """The columns whose score does not continue the one before: other grids make it."""
    cut = {interval.now.id for interval in followed.intervals if not interval.is_whole}
    return [place for place, column in enumerate(found.columns) if column.id in cut]


def _parts_of(effects: Effects | None) -> list[tuple[str, Fraction | None]]:
    """Label → points, for the cells of a change of score; None where there is none to tell."""
    if effects is None:
        return [("Écart", None), ("Centre", None), ("Demandé", None)]
    return [("Écart", effects.whole), ("Centre", effects.centre), ("Demandé", effects.asked)]


def _grouped(criteria: Sequence[CriterionEvolution]) -> list[tuple[str, list[CriterionEvolution]]]:
    """By section, in the order of the grid."""
    groups: dict[str, list[CriterionEvolution]] = {}
    for one in criteria:
        groups.setdefault(one.section, []).append(one)
    return list(groups.items())


def _dates(columns: Sequence[Column]) -> dict[int, str]:
    """« 03/2026 » above a column; the whole date where two began in the same month."""
    months = [month_fr(column.started_on) for column in columns]
    is_clear = len(set(months)) == len(months)
    return {
        column.id: month if is_clear else short_date_fr(column.started_on)
        for column, month in zip(columns, months, strict=True)
    }


def _address_of(centre_id: int, found: Evolution) -> Callable[[int], str]:
    """Number of a page → its address, what is shown being the same."""
    module, grid = found.module or None, found.grid or None
    return lambda number: url_for(".of_centre", centre_id=centre_id, module=module, grille=grid, page=number)
