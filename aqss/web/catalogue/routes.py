"""The reference pages, for everybody signed in: what the grids ask, why, and on what grounds."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent, edition_of
from aqss.domain.definitions.grids import ModuleFile
from aqss.domain.definitions.words import SUBJECTS
from aqss.domain.errors import NotFound
from aqss.gateways.drawing import tone_of
from aqss.services.catalogue_search import LONGEST_SEARCH, search_criteria
from aqss.services.editions import list_editions
from aqss.services.paging import nearest_page
from aqss.services.wording import code_of
from aqss.web.access import signed_in
from aqss.web.catalogue.blank import blank_grid_of
from aqss.web.catalogue.words import (
    STAKES,
    SUBJECT_TITLES,
    answers_fr,
    applicability_fr,
    citations,
    respondents_fr,
    scales_of,
    worth_fr,
)
from aqss.web.navigation import Trail
from aqss.web.transaction import current_runtime, current_session
from aqss.web.words import level_sign
from aqss.web.workflows import tell_workflow

blueprint = Blueprint("catalogue", __name__, url_prefix="/referentiel")

PAGE_SIZE = 25
"""Criteria found, a page."""


@blueprint.get("")
@signed_in
def overview() -> ResponseReturnValue:
    """Every module with its grids; with words to search for, the criteria that hold them."""
    typed = request.args.get("q", "")
    if typed.strip():
        return _found_page(typed)
    catalogue = current_runtime().catalogue
    scored = [
        scale for scale in catalogue.scales.values() if scale.is_scored and scale.scale in _used(catalogue)
    ]
    return render_template(
        "catalogue/overview.html",
        catalogue=catalogue,
        contents=_contents(catalogue),
        scales=scored,
        longest=LONGEST_SEARCH,
        answers_fr=answers_fr,
        code_of=code_of,
        level_sign=level_sign,
        scales_of=scales_of,
        worth_fr=worth_fr,
    )


@blueprint.get("/references")
@signed_in
def references() -> ResponseReturnValue:
    """Every reference, verified or « à confirmer », with the criteria that cite it."""
    return render_template(
        "catalogue/references.html", cited=citations(current_runtime().catalogue), trail=_trail()
    )


@blueprint.get("/parcours")
@signed_in
def workflows() -> ResponseReturnValue:
    """Every workflow, under what it makes advance."""
    known = current_runtime().catalogue.workflows.values()
    groups = [
        (subject, SUBJECT_TITLES[subject], [one for one in known if one.subject == subject])
        for subject in SUBJECTS
    ]
    return render_template(
        "catalogue/workflows.html",
        groups=[group for group in groups if group[2]],
        count=len(known),
        trail=_trail(),
    )


@blueprint.get("/parcours/<workflow>")
@signed_in
def workflow(workflow: str) -> ResponseReturnValue:
    """Its states as they would be published now, the grids it fills and what comes after it."""
    catalogue = current_runtime().catalogue
    if workflow not in catalogue.workflows:
        raise NotFound("workflow", workflow)
    found = catalogue.workflows[workflow]
    return render_template(
        "catalogue/workflow.html",
        told=tell_workflow(found),
        following=catalogue.workflows[found.next] if found.next else None,
        grids=[catalogue.grids[name] for name in found.grids or ()],
        subject=SUBJECT_TITLES[found.subject],
        trail=[*_trail(), ("Parcours", url_for(".workflows"))],
    )


@blueprint.get("/<module>")
@signed_in
def module(module: str) -> ResponseReturnValue:
    """Its grids and its bands, as they would be published now."""
    found = _module(module)
    catalogue = current_runtime().catalogue
    contents = [edition_of(catalogue, name) for name in found.grids]
    return render_template(
        "catalogue/module.html",
        module=found,
        contents=contents,
        bands=[(band, tone_of(rank, len(found.bands))) for rank, band in enumerate(found.bands)],
        is_scored=any(scale.is_scored for content in contents for scale in scales_of(content)),
        trail=_trail(),
        code_of=code_of,
    )


@blueprint.get("/<module>/<grid>")
@signed_in
def grid(module: str, grid: str) -> ResponseReturnValue:
    """Every criterion with all that is known of it, and the editions that were published."""
    content = _content(module, grid)
    catalogue = current_runtime().catalogue
    return render_template(
        "catalogue/grid.html",
        content=content,
        module=_module(module),
        catalogue=catalogue,
        editions=list_editions(current_session(), grid),
        trail=_trail(_module(module)),
        applicability=lambda rule: applicability_fr(rule, content.flag_labels),
        respondents=lambda names: respondents_fr(names, content.profession_labels),
        answers_fr=answers_fr,
        scales=scales_of(content),
        stakes=STAKES,
    )


@blueprint.get("/<module>/<grid>/imprimer")
@signed_in
def blank_grid(module: str, grid: str) -> ResponseReturnValue:
    """The grid to fill in on paper, with every criterion whatever the centre does."""
    content = _content(module, grid)
    trail = [*_trail(_module(module)), (content.grid.title, url_for(".grid", module=module, grid=grid))]
    return render_template(
        "assessments/blank_grid.html",
        page=blank_grid_of(content),
        trail=trail,
        applicability=lambda rule: applicability_fr(rule, content.flag_labels),
    )


def _found_page(typed: str) -> str:
    catalogue = current_runtime().catalogue
    found = search_criteria(catalogue, typed)
    at = nearest_page(request.args.get("page", 1, type=int), total=len(found), size=PAGE_SIZE)
    return render_template(
        "catalogue/found.html",
        typed=typed,
        found=found[at.first : at.first + PAGE_SIZE],
        first=at.first + 1,
        total=len(found),
        number=at.number,
        count=at.count,
        longest=LONGEST_SEARCH,
        trail=_trail(),
        applicability=lambda rule: applicability_fr(rule, catalogue.flag_labels),
    )


def _module(name: str) -> ModuleFile:
    try:
        return current_runtime().catalogue.module_named(name)
    except KeyError:
        raise NotFound("module", name) from None


def _content(module: str, grid: str) -> EditionContent:
    """The grid as it would be published now. Raises :class:`NotFound`, in another module too."""
    if grid not in _module(module).grids:
        raise NotFound("grid", grid)
    return edition_of(current_runtime().catalogue, grid)


def _contents(catalogue: Catalogue) -> dict[str, EditionContent]:
    return {name: edition_of(catalogue, name) for name in catalogue.grids}


def _used(catalogue: Catalogue) -> set[str]:
    return {c.scale or grid.scale for grid in catalogue.grids.values() for c in grid.criteria}


def _trail(module: ModuleFile | None = None) -> Trail:
    trail = [("Accueil", url_for("home.home")), ("Référentiel", url_for("catalogue.overview"))]
    if module is not None:
        trail.append((module.title, url_for("catalogue.module", module=module.module)))
    return trail
