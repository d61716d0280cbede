"""Where the team stands: scores with their pictures and tables, and why each is what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways import drawing
from aqss.services.actions.offering import list_linkable
from aqss.services.assessments.earlier import Past
from aqss.services.assessments.essentials import Place, read_answering
from aqss.services.assessments.explaining import ExplainedCriterion, Explanation, NotCounted, explain_grid
from aqss.services.assessments.results import (
    CriterionResult,
    GridResult,
    ModuleResult,
    Results,
    read_module,
    read_results,
)
from aqss.services.assessments.rounds import BLIND
from aqss.services.wording import answer_fr, code_of
from aqss.web.access import current_actor, permitted
from aqss.web.assessments.answers import fields_of, sign_of
from aqss.web.assessments.running import running_round_page
from aqss.web.assessments.trails import centre_of, trail_to_assessment, trail_to_results
from aqss.web.assessments.words import month_fr, waiting_fr
from aqss.web.transaction import current_session

blueprint = Blueprint("results", __name__, url_prefix="/auto-evaluations/<int:assessment_id>")


@blueprint.get("/resultats")
@permitted(Permission.ASSESSMENT_READ)
def results(assessment_id: int) -> ResponseReturnValue:
    """Scores with their bands, and how they moved since earlier assessments; each picture has its table."""
    found = read_results(current_session(), current_actor(), assessment_id)
    trail = trail_to_assessment(assessment_id, found.assessment.title)
    if page := running_round_page(found.assessment, "Résultats", trail):
        return page
    return render_template(
        "assessments/results.html",
        results=found,
        centre=centre_of(found.assessment.centre_id),
        trail=trail,
        answering=(answering := read_answering(current_session(), assessment_id)),
        linkable=list_linkable(current_session(), current_actor(), found.assessment),
        waiting=waiting_fr(
            len(found.essential_failed),
            sum(answering.of(place_of(one)).is_given for one in found.essential_failed),
        ),
        here=request.path,
        axes=_axes,
        this_time=(this_time := _this_time(found)),
        evolution=_evolution(found.modules, this_time),
        paths=[(module, columns) for module in found.modules if (columns := _columns_of(module))],
        grid_of={grid.content.grid.grid: grid for module in found.modules for grid in module.grids},
        drawing=drawing,
        answer_fr=answer_fr,
        code_of=code_of,
        fields_of=fields_of,
        sign_of=sign_of,
    )


@blueprint.get("/resultats/<grid>")
@permitted(Permission.ASSESSMENT_READ)
def why(assessment_id: int, grid: str) -> ResponseReturnValue:
    """« Pourquoi ce score ? », down to each weight."""
    found = explain_grid(current_session(), current_actor(), assessment_id, grid)
    trail = trail_to_results(assessment_id, found.assessment.title)
    if page := running_round_page(found.assessment, found.content.grid.title, trail):
        return page
    return render_template(
        "assessments/why.html",
        found=found,
        sections=[section for section in found.sections if section.tally.rated],
        others=[line for line in found.lines if line.not_counted and _is_asked(line)],
        elsewhere=[line for line in found.lines if not _is_asked(line)],
        reasons=_reasons(found),
        answering=read_answering(current_session(), assessment_id),
        linkable=list_linkable(current_session(), current_actor(), found.assessment),
        here=request.path,
        trail=trail,
        answer_fr=answer_fr,
        fields_of=fields_of,
        sign_of=sign_of,
    )


@blueprint.get("/resultats/modules/<module>")
@permitted(Permission.ASSESSMENT_READ)
def why_module(assessment_id: int, module: str) -> ResponseReturnValue:
    """« Pourquoi ce score ? » of a module: the points of its grids, put together."""
    found = read_module(current_session(), current_actor(), assessment_id, module)
    trail = trail_to_results(assessment_id, found.assessment.title)
    if page := running_round_page(found.assessment, found.module.title, trail):
        return page
    return render_template(
        "assessments/why_module.html",
        assessment=found.assessment,
        module=found.module,
        most=max(grid.standing.tally.possible for grid in found.module.grids),
        trail=trail,
        drawing=drawing,
        code_of=code_of,
    )


def place_of(one: CriterionResult) -> Place:
    """The grid and the code of a criterion."""
    return one.content.grid.grid, one.criterion.criterion


_NOT_COUNTED = {
    NotCounted.UNSCORED: "Sans score : c’est un suivi, pas une cotation.",
    NotCounted.NOT_APPLICABLE: "Non concerné, pour ce motif :",
    NotCounted.UNKNOWN: "Personne ne sait : reste à coter.",
    NotCounted.BLANK: "Sans réponse : reste à coter.",
}


def _reasons(found: Explanation) -> Mapping[NotCounted, str]:
    """Why a criterion does not count; rated alone first, it waits for the team to agree, not to be rated."""
    if found.assessment.rating != BLIND:
        return _NOT_COUNTED
    blank = "Sans accord de l’équipe." if found.assessment.closed_at else "L’équipe n’en a pas encore décidé."
    agreed = {NotCounted.UNKNOWN: "L’équipe a répondu « ne sait pas ».", NotCounted.BLANK: blank}
    return {**_NOT_COUNTED, **agreed}


def _is_asked(line: ExplainedCriterion) -> bool:
    return line.not_counted is not NotCounted.DOES_NOT_APPLY


def _axes(grids: Sequence[GridResult]) -> list[drawing.Axis]:
    return [
        drawing.Axis(code_of(grid.content) or str(rank), grid.mark.score, grid.mark.score_before)
        for rank, grid in enumerate(grids, start=1)
    ]


def _columns_of(module: ModuleResult) -> list[Past]:
    """The earlier assessments that any grid of the module was in, the oldest first."""
    columns = {past.assessment_id: past for grid in module.grids for past in grid.past}
    return sorted(columns.values(), key=lambda past: (past.started_on, past.assessment_id))


def _this_time(found: Results) -> str:
    """The month the assessment began; « cette fois » when one it is compared with began in that month too."""
    month = month_fr(found.assessment.started_on)
    earlier = (past for module in found.modules for grid in module.grids for past in grid.past)
    return "cette fois" if any(month_fr(past.started_on) == month for past in earlier) else month


def _evolution(
    modules: Sequence[ModuleResult], this_time: str
) -> tuple[list[str], list[drawing.Line]] | None:
    """Dates, oldest first, and one line a module; None without at least one earlier assessment to draw."""
    started = {past.assessment_id: past.started_on for module in modules for past in module.past}
    if not started or len(modules) > drawing.MOST_LINES:
        return None
    order = sorted(started, key=lambda key: (started[key], key))
    lines = []
    for module in modules:
        scores = {past.assessment_id: past.standing.tally.score for past in module.past}
        lines.append(drawing.Line(module.title, [*(scores.get(key) for key in order), module.mark.score]))
    return [*(month_fr(started[key]) for key in order), this_time], lines
