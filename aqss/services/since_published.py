"""What definition files would change of what is published: told by ``aqss check``, before ``aqss migrate``.

Loaded only when a file changed since (the table of :mod:`aqss.cli`): models take time to load.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import (
    Part,
    changed_surroundings,
    compare_with_published,
    compare_workflows_with_published,
)
from aqss.domain.definitions.problems import Problem
from aqss.domain.definitions.tree import MODULE_FILE
from aqss.gateways.files import Content
from aqss.gateways.published import PublishedRecord


def compare_files(
    record: PublishedRecord, grids_folder: str | None, files: Mapping[str, Content]
) -> tuple[tuple[Problem, ...], tuple[tuple[str, str], ...]]:
    """Problems: published versions whose content changed; then, as path and sentence, what the next editions
    will take from the files, which is no problem. Of files with problems of their own, nothing.
    """
    catalogue = load_catalogue(files, grids_elsewhere=None)
    if not isinstance(catalogue, Catalogue):
        return (), ()
    problems = (
        *compare_with_published(catalogue, record.grids),
        *compare_workflows_with_published(catalogue, record.workflows),
    )
    changed = changed_surroundings(catalogue, record.surroundings)
    notices = (
        (_path_of(part, grids_folder or ""), _sentence(part, grids)) for part, grids in changed.items()
    )
    return problems, tuple(sorted(notices))


_FILES = {
    "scale": "scales.yaml",
    "reference": "references.yaml",
    "flag": "profile.yaml",
    "profession": "profile.yaml",
}
"""Kind of part → the file that holds it; the other kinds stand in the file of their module."""

_WORDS = {
    "scale": "échelle « {} »",
    "reference": "référence « {} »",
    "flag": "activité « {} »",
    "profession": "profession « {} »",
    "bands": "niveaux de score",
    "provisional": "seuil des scores provisoires (provisional_below)",
    "module-title": "titre du module",
}


def _path_of(part: Part, grids_folder: str) -> str:
    kind, name = part
    return os.path.join(grids_folder, _FILES[kind] if kind in _FILES else os.path.join(name, MODULE_FILE))


def _sentence(part: Part, grids: tuple[str, ...]) -> str:
    kind, name = part
    count = f"{len(grids)} grilles" if len(grids) > 1 else f"grille {grids[0]}"
    return (
        f"{_WORDS[kind].format(name)}, changement depuis la publication ({count}). Les auto-évaluations"
        " commencées après « aqss migrate » en tiendront compte, celles en cours gardent ce qui est publié."
        " Si ce n’est pas voulu, rétablir le texte d’avant."
    )
