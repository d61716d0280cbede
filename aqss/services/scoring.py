"""One grid file and a file of answers → the scores: for ``aqss score``, without an instance.

The grid is read with what stands around it, and no file is written. The rule and the file of answers are
explained in docs/scores.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any, TypeVar

from aqss.domain.answers_file import read_answers
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.checking import read_and_check
from aqss.domain.definitions.editions import EditionContent, edition_of
from aqss.domain.definitions.grids import Grid, ModuleFile, ProfileFile, ReferencesFile
from aqss.domain.definitions.nodes import plain
from aqss.domain.definitions.problems import Problem
from aqss.domain.definitions.scales import ScalesFile
from aqss.domain.definitions.shapes import Definition
from aqss.domain.definitions.tree import MODULE_FILE, REASONS, SHARED, SUFFIX, Tree, Unreadable
from aqss.domain.errors import Misconfigured
from aqss.domain.scoring import GridScore, Tally, band_of, score_grid
from aqss.gateways.files import read_definition

DECIMALS = 6
"""Decimals of the numbers written; a half goes up."""

_Read = TypeVar("_Read", bound=Definition)


def score_file(grid: str, answers: str) -> dict[str, Any] | list[Problem]:
    """The scores of the file ``answers`` on the file ``grid``, in the order they are written.

    The problems of the grid, or of what it uses, when there are some. Raises :class:`Misconfigured` with
    every fault when a file cannot be read, when ``grid`` is no grid, or when the answers have faults.
    """
    place = _placed(grid)
    contents = _read(str(place), answers)
    tree = read_and_check(_neighbours(place) | {str(place): contents[str(place)]})
    problems = _problems_of(tree, place)
    if problems:
        return problems
    if str(place) not in (file.path for file in tree.all_of("grid")):
        raise Misconfigured([f"{grid}\u00a0: le fichier n’est pas une grille. Indiquer celui d’une grille."])
    catalogue = _catalogue_of(tree, place)
    content = edition_of(catalogue, place.stem)
    given = read_answers(contents[answers], answers, content, catalogue.flag_labels)
    if given.problems:
        raise Misconfigured([str(problem) for problem in given.problems])
    return _document(content, score_grid(content, given.answers, given.profile))


def _placed(grid: str) -> PurePath:
    """The path as given; made absolute where it does not tell the folder of the module and the one above."""
    place = PurePath(grid)
    return place if len(place.parts) > 1 and ".." not in place.parts else PurePath(os.path.abspath(grid))


def _read(*paths: str) -> dict[str, bytes]:
    """Path → bytes; every file that cannot be read is told."""
    contents = {path: read_definition(path) for path in paths}
    faults = [
        f"{path}\u00a0: le fichier ne peut pas être lu. {_remedy(path, content)}."
        for path, content in contents.items()
        if isinstance(content, Unreadable)
    ]
    if faults:
        raise Misconfigured(faults)
    return {path: content for path, content in contents.items() if isinstance(content, bytes)}


def _remedy(path: str, content: Unreadable) -> str:
    return REASONS[content.reason] if os.path.lexists(path) else "Vérifier son nom et son dossier"


def _neighbours(place: PurePath) -> dict[str, bytes | Unreadable]:
    """What the grid is read with: the files of its module, and the shared ones of the folder above."""
    shared = [str(place.parent.parent / name) for name in SHARED]
    beside = [str(path) for path in sorted(Path(place.parent).glob(f"*{SUFFIX}"))]
    return {path: read_definition(path) for path in (*shared, *beside) if os.path.lexists(path)}


def _problems_of(tree: Tree, place: PurePath) -> list[Problem]:
    """Those of the grid and of what it uses; another grid of the module may be at fault."""
    used = {
        str(place),
        str(place.parent / MODULE_FILE),
        *(str(place.parent.parent / name) for name in SHARED),
    }
    return [problem for problem in tree.all_problems() if problem.path in used]


def _catalogue_of(tree: Tree, place: PurePath) -> Catalogue:
    """The catalogue of that grid alone."""
    module = _model(ModuleFile, tree, "module")
    scales = _model(ScalesFile, tree, "scales").scales
    references = _model(ReferencesFile, tree, "references").references
    grid = _model(Grid, tree, "grid", str(place))
    return Catalogue(
        profile=_model(ProfileFile, tree, "profile"),
        references={reference.reference: reference for reference in references},
        scales={scale.scale: scale for scale in scales},
        modules=(module,),
        grids={grid.grid: grid},
        workflows={},
        version_places={},
    )


def _model(model: type[_Read], tree: Tree, kind: str, path: str | None = None) -> _Read:
    """The only file of that kind, or the one at ``path``; it has no problem."""
    nodes = (file.node for file in tree.all_of(kind) if path in (None, file.path))
    return model.model_validate(plain(next(node for node in nodes if node is not None)))


def _document(content: EditionContent, scored: GridScore) -> dict[str, Any]:
    """What is written, in this order."""
    tally = scored.tally
    band = band_of(tally.score, content.bands)
    return {
        "grid": scored.grid,
        "version": content.grid.version,
        "score": _rounded(tally.score),
        "band": None if band is None else band.band,
        "provisional": tally.is_provisional(content.provisional_below),
        "completeness": _rounded(tally.completeness),
        "counts": _counts(tally),
        "sections": [
            {
                "section": section.section,
                "score": _rounded(section.tally.score),
                "completeness": _rounded(section.tally.completeness),
            }
            for section in scored.sections
        ],
        "essential_failed": scored.essential_failed,
        "essential_open": scored.essential_open,
        "essential_na": scored.essential_na,
    }


def _counts(tally: Tally) -> dict[str, int]:
    names: Iterable[str] = ("applicable", "not_applicable", "concerned", "rated", "unknown", "blank")
    return {name: getattr(tally, name) for name in names}


def _rounded(exact: Fraction | None) -> float | None:
    return None if exact is None else int(exact * 10**DECIMALS + Fraction(1, 2)) / 10**DECIMALS
