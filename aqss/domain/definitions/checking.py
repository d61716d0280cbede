"""Definition files → every problem of all of them: what ``aqss check`` prints and startup refuses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import PurePath

from aqss.domain.definitions.problems import Problem
from aqss.domain.definitions.rules.grids import check_grids
from aqss.domain.definitions.rules.modules import check_module
from aqss.domain.definitions.rules.names import names_of
from aqss.domain.definitions.rules.shared import check_profile, check_references, check_scales
from aqss.domain.definitions.rules.workflows import check_workflows
from aqss.domain.definitions.tree import Files, Tree, read_tree

_SHARED_RULES = {"profile": check_profile, "references": check_references, "scales": check_scales}


def check_definitions(files: Files, grids_elsewhere: Collection[str] | None = None) -> tuple[Problem, ...]:
    """All problems of all files, in file order; none when the files make a catalogue.

    ``grids_elsewhere``: names of grids that workflows may give without their files being among these. Where
    there are neither, no name of a grid is told unknown.
    """
    return read_and_check(files, grids_elsewhere).all_problems()


def read_and_check(files: Files, grids_elsewhere: Collection[str] | None = None) -> Tree:
    """Read every file, and check it by itself and with the others."""
    tree = read_tree(files)
    for kind, rule in _SHARED_RULES.items():
        for file in tree.all_of(kind):
            if file.node is not None:
                rule(file.node, file.findings)
    grids = tree.all_of("grid")
    stems: defaultdict[PurePath, list[str]] = defaultdict(list)
    for grid in grids:
        stems[grid.folder].append(grid.stem)
    for module in tree.all_of("module"):
        check_module(module, stems[module.folder])
    check_grids(grids, names_of(tree))
    known = [grid.stem for grid in grids] if grids else grids_elsewhere
    check_workflows(tree.all_of("workflow"), known)
    return tree
