"""Rules of modules: their name, their list of grids and their bands."""

from __future__ import annotations

from collections.abc import Collection

from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, ScalarNode
from aqss.domain.definitions.problems import advise
from aqss.domain.definitions.rules.names import tell_other_name, tell_repeats
from aqss.domain.definitions.tree import SourceFile


def check_module(file: SourceFile, grid_files: Collection[str]) -> None:
    """``grid_files``: the names, without suffix, of the grid files in the module's folder."""
    root, findings = file.node, file.findings
    if root is None:
        return
    if file.folder.name:
        tell_other_name(root.text("module"), file.folder.name, "MODULE-001", findings)
    _check_grids(root, grid_files, findings)
    _check_bands(root, findings)


def _check_grids(root: MappingNode, grid_files: Collection[str], findings: Findings) -> None:
    """The list and the folder hold exactly the same grids."""
    listing = root.entry("grids")
    listed: set[object] = set()
    for name in root.texts("grids"):
        if name.value in listed:
            findings.add("MODULE-004", name.mark, found=name.value)
        elif name.value not in grid_files:
            findings.add("MODULE-002", name.mark, found=name.value, advice=_advise(name, grid_files))
        listed.add(name.value)
    if isinstance(listing, ListNode):
        for forgotten in sorted(set(grid_files) - listed):
            findings.add("MODULE-003", listing.mark, found=f"{forgotten}.yaml", name=forgotten)


def _advise(name: ScalarNode, grid_files: Collection[str]) -> str:
    advice = advise(name.value, sorted(grid_files))
    return advice if advice.startswith("Écrire") else "Écrire ce fichier, ou enlever la grille de la liste"


def _check_bands(root: MappingNode, findings: Findings) -> None:
    bands = root.mappings("bands")
    tell_repeats((band.text("band") for band in bands), "MODULE-007", findings)
    previous = None
    for position, band in enumerate(bands):
        start, node = band.number("from"), band.entry("from")
        if start is None or node is None or not 0 <= start <= 100:
            continue
        if position == 0 and start != 0:
            findings.add("MODULE-005", node.mark, found=start)
        if previous is not None and start <= previous:
            findings.add("MODULE-006", node.mark, found=start, previous=previous)
        previous = start
