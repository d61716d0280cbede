"""Where the team stands: scores with their pictures and tables, why each is what it is, exports, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.gateways import drawing
from aqss.services.assessments.explaining import explain_grid
from aqss.services.assessments.results import GridResult, ModuleResult, Past, Results, read_results
from aqss.services.assessments.scores import Standing
from aqss.services.wording import answer_fr, code_of
from aqss.web.access import current_actor, current_person, permitted
from aqss.web.assessments.answers import fields_of, sign_of
from aqss.web.transaction import current_session

blueprint = Blueprint("results", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")


@blueprint.get("/resultats")
@permitted(Permission.ASSESSMENT_READ)
def results(assessment_id: int) -> ResponseReturnValue:
    found = read_results(current_session(), current_actor(), assessment_id)
    return render_template(
        "assessments/results.html",
        results=found,
        centre=_centre_name(found.assessment.centre_id),
        trail=_trail(found),
        tone=tone,
        change=change,
        code_of=code_of,
        answer_fr=answer_fr,
        sign_of=sign_of,
        fields_of=fields_of,
        drawing=drawing,
        axes=_axes,
        evolution=_evolution(found.modules),
        grid_of={grid.content.grid.grid: grid for module in found.modules for grid in module.grids},
    )


@blueprint.get("/resultats/<grid>")
@permitted(Permission.ASSESSMENT_READ)
def why(assessment_id: int, grid: str) -> ResponseReturnValue:
    """« Pourquoi ce score ? », down to each weight."""
    found = explain_grid(current_session(), current_actor(), assessment_id, grid)
    trail = [
        ("Accueil", url_for("home.home")),
        (found.assessment.title, url_for("assessments.overview", assessment_id=assessment_id)),
        ("Résultats", url_for("results.results", assessment_id=assessment_id)),
    ]
    return render_template(
        "assessments/why.html",
        found=found,
        trail=trail,
        tone=tone,
        answer_fr=answer_fr,
        sign_of=sign_of,
        fields_of=fields_of,
    )


def tone(standing: Standing, content: EditionContent) -> str:
    """``low``, ``mid`` or ``high`` by the place of the band among its module's; ``none`` without a score."""
    if standing.band is None:
        return "none"
    return drawing.tone_of(content.bands.index(standing.band), len(content.bands)).value


def change(standing: Standing, past: Sequence[Past]) -> Fraction | None:
    """Points since the latest earlier assessment; None when one of the two has no score."""
    before = past[0].standing.tally.score if past else None
    now = standing.tally.score
    return None if now is None or before is None else now - before


def _axes(grids: Sequence[GridResult]) -> list[drawing.Axis]:
    return [
        drawing.Axis(
            code_of(grid.content) or str(rank),
            grid.standing.tally.score,
            grid.past[0].standing.tally.score if grid.past else None,
        )
        for rank, grid in enumerate(grids, start=1)
    ]


def _evolution(modules: Sequence[ModuleResult]) -> tuple[list[str], list[drawing.Line]] | None:
    """Dates, oldest first, and one line a module; None without at least one earlier assessment to draw."""
    started = {past.assessment_id: past.started_on for module in modules for past in module.past}
    if not started or len(modules) > drawing.MOST_LINES:
        return None
    order = sorted(started, key=lambda key: (started[key], key))
    lines = []
    for module in modules:
        scores = {past.assessment_id: past.standing.tally.score for past in module.past}
        lines.append(
            drawing.Line(
                module.grids[0].content.module_title,
                [*(scores.get(key) for key in order), module.standing.tally.score],
            )
        )
    dates = [f"{started[key]:%m/%Y}" for key in order]
    return [*dates, "maintenant"], lines


def _trail(found: Results) -> list[tuple[str, str]]:
    overview = url_for("assessments.overview", assessment_id=found.assessment.id)
    return [("Accueil", url_for("home.home")), (found.assessment.title, overview)]


def _centre_name(centre_id: int) -> str:
    return next(centre.name for centre in current_person().centres if centre.centre_id == centre_id)
