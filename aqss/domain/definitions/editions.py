"""Editions: a grid with everything its answers need, or a workflow, as they are when published.

What is stored is canonical JSON under its SHA-256, and read back with ``model_validate_json``: equal,
decimals included. Whether a reference is verified stays live, so it is not part of an edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Band, Criterion, Flag, Grid, Profession
from aqss.domain.definitions.problems import Place, Problem, make_problem
from aqss.domain.definitions.scales import Scale
from aqss.domain.definitions.shapes import Code, Definition, Number, Text
from aqss.domain.definitions.workflows import Workflow


class CitedReference(Definition):
    """A source as a grid cites it. Whether it is verified is told by the catalogue."""

    reference: Code
    title: Text
    url: Text | None = None
    legal: bool


class EditionContent(Definition):
    """A grid with the scales, flags, professions and references it uses, and the bands of its module."""

    grid: Grid
    module_title: Text
    bands: tuple[Band, ...]
    provisional_below: Number
    scales: tuple[Scale, ...]
    flags: tuple[Flag, ...] = ()
    professions: tuple[Profession, ...] = ()
    references: tuple[CitedReference, ...] = ()

    @cached_property
    def criteria_by_code(self) -> dict[str, Criterion]:
        return {criterion.criterion: criterion for criterion in self.grid.criteria}

    @cached_property
    def scales_by_name(self) -> dict[str, Scale]:
        return {scale.scale: scale for scale in self.scales}

    @cached_property
    def flag_labels(self) -> dict[str, str]:
        return {flag.flag: flag.label for flag in self.flags}

    @cached_property
    def profession_labels(self) -> dict[str, str]:
        return {profession.profession: profession.label for profession in self.professions}

    @cached_property
    def references_by_key(self) -> dict[str, CitedReference]:
        return {reference.reference: reference for reference in self.references}

    def scale_of(self, criterion: Criterion) -> Scale:
        """The criterion's own scale, else the grid's."""
        return self.scales_by_name[criterion.scale or self.grid.scale]

    def is_mandatory(self, criterion: Criterion, catalogue: Catalogue) -> bool:
        """Whether it may be called « obligatoire »: a legal stake, on a legal reference verified today."""
        return "legal" in (criterion.stakes or ()) and any(
            self.references_by_key[key].legal and catalogue.is_verified(key)
            for key in criterion.references or ()
        )

    @cached_property
    def is_scored(self) -> bool:
        """Whether answers can make a score: a grid of texts and of numbers without target only follows."""
        return any(self.scale_of(criterion).is_scored for criterion in self.grid.criteria)

    @cached_property
    def canonical_json(self) -> str:
        """The text to store: the same for the same content, however the files were laid out."""
        return canonical_json(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the whole edition, in hexadecimal."""
        return _sha256(self.canonical_json)

    @cached_property
    def grid_hash(self) -> str:
        """SHA-256 of the grid alone, without its surroundings (scales, bands, labels, references)."""
        return _sha256(canonical_json(self.grid))


Part = tuple[str, str]
"""What an edition keeps beside its grid, by kind and name: ("scale", "maitrise"), ("bands", its module)…"""


def edition_of(catalogue: Catalogue, grid_name: str) -> EditionContent:
    """The edition that the grid would have if it were published now. Raises KeyError when there is none."""
    grid = catalogue.grids[grid_name]
    module = catalogue.module_named(grid.module)
    scales = dict.fromkeys([grid.scale, *(c.scale for c in grid.criteria if c.scale)])
    flags = {f for c in grid.criteria if c.applies_to for f in c.applies_to.flags}
    professions = {*grid.respondents, *(p for c in grid.criteria for p in c.respondents or ())}
    references = dict.fromkeys(key for c in grid.criteria for key in c.references or ())
    return EditionContent(
        grid=grid,
        module_title=module.title,
        bands=module.bands,
        provisional_below=module.provisional_below,
        scales=tuple(catalogue.scales[name] for name in scales),
        flags=tuple(flag for flag in catalogue.profile.flags if flag.flag in flags),
        professions=tuple(p for p in catalogue.profile.professions if p.profession in professions),
        references=tuple(
            CitedReference(reference=key, title=known.title, url=known.url, legal=known.legal)
            for key, known in ((key, catalogue.references[key]) for key in references)
        ),
    )


def workflow_hash(workflow: Workflow) -> str:
    """SHA-256 of :func:`canonical_json` of a workflow, in hexadecimal."""
    return _sha256(canonical_json(workflow))


def canonical_json(definition: Definition) -> str:
    """Keys sorted, defaults left out: a key added to the format later changes no hash of before."""
    content = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def compare_with_published(
    catalogue: Catalogue, published: Mapping[tuple[str, int], str]
) -> tuple[Problem, ...]:
    """A problem for each grid whose content changed while its version is published.

    ``published``: (grid, version) → hash of the grid alone.
    """
    found = []
    for name, grid in catalogue.grids.items():
        known = published.get((name, grid.version))
        own_hash = _sha256(canonical_json(grid))
        if known is not None and known != own_hash:
            place = catalogue.version_places["grid", name]
            found.append(_changed("GRID-014", place, grid.version, own_hash, known))
    return tuple(sorted(found))


def compare_workflows_with_published(
    catalogue: Catalogue, published: Mapping[tuple[str, int], str]
) -> tuple[Problem, ...]:
    """The same for workflows: (workflow, version) → :func:`workflow_hash` when published."""
    found = []
    for name, workflow in catalogue.workflows.items():
        known = published.get((name, workflow.version))
        own_hash = workflow_hash(workflow)
        if known is not None and known != own_hash:
            place = catalogue.version_places["workflow", name]
            found.append(_changed("WF-020", place, workflow.version, own_hash, known))
    return tuple(sorted(found))


def surroundings(catalogue: Catalogue) -> dict[Part, str]:
    """The hash of everything that editions of the catalogue would keep beside their grids."""
    return {
        part: own_hash
        for name in catalogue.grids
        for part, own_hash in _parts_of(edition_of(catalogue, name)).items()
    }


def changed_surroundings(catalogue: Catalogue, published: Mapping[Part, str]) -> dict[Part, tuple[str, ...]]:
    """What changed since ``published`` (:func:`surroundings` then) → the grids that use it.

    No problem: the next editions use it. What is new is no change.
    """
    changed: dict[Part, tuple[str, ...]] = {}
    for name in catalogue.grids:
        for part, own_hash in _parts_of(edition_of(catalogue, name)).items():
            if published.get(part, own_hash) != own_hash:
                changed[part] = (*changed.get(part, ()), name)
    return changed


def _parts_of(content: EditionContent) -> dict[Part, str]:
    module = content.grid.module
    parts: dict[Part, object] = {
        ("module-title", module): content.module_title,
        ("bands", module): [band.model_dump(mode="json", by_alias=True) for band in content.bands],
        ("provisional", module): str(content.provisional_below),
    }
    named: tuple[tuple[str, Mapping[str, Definition]], ...] = (
        ("scale", content.scales_by_name),
        ("flag", {flag.flag: flag for flag in content.flags}),
        ("profession", {one.profession: one for one in content.professions}),
        ("reference", content.references_by_key),
    )
    parts |= {
        (kind, name): one.model_dump(mode="json", by_alias=True)
        for kind, known in named
        for name, one in known.items()
    }
    return {part: _sha256(json.dumps(held, sort_keys=True)) for part, held in parts.items()}


def _changed(code: str, place: Place, version: int, own_hash: str, published_hash: str) -> Problem:
    return make_problem(
        code, place, found=version, published=published_hash[:12], own=own_hash[:12], following=version + 1
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
