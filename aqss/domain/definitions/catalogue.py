"""The catalogue: every grid and workflow an instance works with, checked as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from aqss.domain.definitions.checking import read_and_check
from aqss.domain.definitions.grids import (
    Criterion,
    Grid,
    ModuleFile,
    ProfileFile,
    Reference,
    ReferencesFile,
)
from aqss.domain.definitions.nodes import plain
from aqss.domain.definitions.problems import Place, Problem
from aqss.domain.definitions.scales import Scale, ScalesFile
from aqss.domain.definitions.shapes import Definition
from aqss.domain.definitions.tree import Files, SourceFile, Tree
from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.domain.definitions.workflows import Workflow

_Read = TypeVar("_Read", bound=Definition)


@dataclass(frozen=True)
class Catalogue:
    """Modules in their order, grids in the order of their modules, everything else by name.

    Modules follow the order of the kinds of structures (staraqs, cpias, omedit, federation), then the others.
    """

    profile: ProfileFile
    references: Mapping[str, Reference]
    scales: Mapping[str, Scale]
    modules: tuple[ModuleFile, ...]
    grids: Mapping[str, Grid]
    workflows: Mapping[str, Workflow]
    version_places: Mapping[tuple[str, str], Place]
    """("grid" or "workflow", name) → where its version is written."""

    def module_named(self, name: str) -> ModuleFile:
        """Raises KeyError when there is none."""
        return self._modules_by_name[name]

    def grids_of(self, module: str) -> tuple[Grid, ...]:
        """The grids of a module, in order of presentation."""
        return tuple(self.grids[name] for name in self.module_named(module).grids)

    def scale_of(self, grid: Grid, criterion: Criterion) -> Scale:
        """The criterion's own scale, else the grid's."""
        return self.scales[criterion.scale or grid.scale]

    def criterion(self, code: str) -> tuple[Grid, Criterion]:
        """The criterion of that code and its grid. Raises KeyError when there is none."""
        return self._criteria_by_code[code]

    def is_verified(self, reference: str) -> bool:
        """Whether that source was checked; not one that the catalogue no longer has."""
        return reference in self.references and self.references[reference].verified

    @cached_property
    def flag_labels(self) -> Mapping[str, str]:
        return {flag.flag: flag.label for flag in self.profile.flags}

    @cached_property
    def profession_labels(self) -> Mapping[str, str]:
        return {profession.profession: profession.label for profession in self.profile.professions}

    @cached_property
    def _modules_by_name(self) -> Mapping[str, ModuleFile]:
        return {module.module: module for module in self.modules}

    @cached_property
    def _criteria_by_code(self) -> Mapping[str, tuple[Grid, Criterion]]:
        return {c.criterion: (grid, c) for grid in self.grids.values() for c in grid.criteria}


def load_catalogue(
    files: Files, grids_elsewhere: Collection[str] | None = ()
) -> Catalogue | tuple[Problem, ...]:
    """The catalogue that ``files`` (path → content) make, or every problem of all of them, in file order.

    ``grids_elsewhere`` as for :func:`~aqss.domain.definitions.checking.check_definitions`: none, unless told.
    """
    tree = read_and_check(files, grids_elsewhere)
    problems = tree.all_problems()
    if problems:
        return problems
    modules = sorted((_model(ModuleFile, file) for file in tree.all_of("module")), key=_rank)
    grids = {file.stem: _model(Grid, file) for file in tree.all_of("grid")}
    references = _models(ReferencesFile, tree, "references")
    scales = _models(ScalesFile, tree, "scales")
    profiles = _models(ProfileFile, tree, "profile")
    return Catalogue(
        profile=profiles[0] if profiles else ProfileFile.model_construct(flags=(), professions=()),
        references=MappingProxyType({r.reference: r for file in references for r in file.references}),
        scales=MappingProxyType({scale.scale: scale for file in scales for scale in file.scales}),
        modules=tuple(modules),
        grids=MappingProxyType({name: grids[name] for module in modules for name in module.grids}),
        workflows=MappingProxyType({file.stem: _model(Workflow, file) for file in tree.all_of("workflow")}),
        version_places=MappingProxyType(
            {
                (file.kind, file.stem): _version_place(file)
                for file in tree.files
                if file.kind in ("grid", "workflow")
            }
        ),
    )


def _rank(module: ModuleFile) -> tuple[int, str]:
    kind = module.structure_kind
    return (len(STRUCTURE_KINDS) if kind is None else STRUCTURE_KINDS.index(kind), module.module)


def _models(model: type[_Read], tree: Tree, kind: str) -> list[_Read]:
    return [_model(model, file) for file in tree.all_of(kind)]


def _model(model: type[_Read], file: SourceFile) -> _Read:
    """The model of a file without problem."""
    return model.model_validate(plain(file.node))


def _version_place(file: SourceFile) -> Place:
    version = file.node.entry("version") if file.node is not None else None
    return file.findings.place(version.mark if version is not None else None)
