"""Rules of grids: names, codes unique in the catalogue, and what their criteria refer to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aqss.domain.definitions.nodes import Findings, MappingNode
from aqss.domain.definitions.problems import Place
from aqss.domain.definitions.rules.names import Names, tell_other_name, tell_repeats, tell_unknown
from aqss.domain.definitions.rules.shared import is_scored
from aqss.domain.definitions.tree import SourceFile

MOST_CRITERIA = 500


def check_grids(files: Sequence[SourceFile], names: Names) -> None:
    """Check each grid, then what must be unique among all."""
    for file in files:
        if file.node is not None:
            _check_grid(file, file.node, names)
    _check_unique_grids(files)
    _check_unique_codes(files)


def _check_grid(file: SourceFile, root: MappingNode, names: Names) -> None:
    findings = file.findings
    tell_other_name(root.text("grid"), file.stem, "GRID-001", findings)
    if file.folder.name:
        tell_other_name(root.text("module"), file.folder.name, "GRID-002", findings)
    tell_repeats((section.text("section") for section in root.mappings("sections")), "GRID-004", findings)
    tell_unknown([root.text("scale")], names.scales, "REF-001", findings)
    tell_unknown(root.texts("respondents"), names.professions, "REF-003", findings)
    for number, criterion in enumerate(criteria_of(root), start=1):
        _check_criterion(root, criterion, names, findings)
        if number == MOST_CRITERIA + 1:
            findings.add("GRID-008", criterion.mark)


def criteria_of(root: MappingNode) -> Iterator[MappingNode]:
    """The criteria of a grid, in the order of the file."""
    for section in root.mappings("sections"):
        yield from section.mappings("criteria")


def _check_criterion(root: MappingNode, criterion: MappingNode, names: Names, findings: Findings) -> None:
    tell_unknown([criterion.text("scale")], names.scales, "REF-001", findings)
    tell_unknown(criterion.texts("respondents"), names.professions, "REF-003", findings)
    tell_unknown(criterion.texts("references"), names.references, "REF-004", findings)
    applies_to = criterion.entry("applies_to")
    if isinstance(applies_to, MappingNode):
        _check_applicability(applies_to, names, findings)
    essential, scale = criterion.entry("essential"), criterion.text("scale") or root.text("scale")
    if essential is not None and criterion.is_true("essential") and scale is not None:
        known = (names.scales or {}).get(str(scale.value))
        if known is not None and not is_scored(known):
            findings.add("GRID-007", essential.mark, found=True)


_WAYS = ("any", "all", "none")
_KEEP_ONE = "Garder une seule de ces clés"
_WRITE_ONE = "Écrire par exemple « {any: [dentaire]} », ou enlever la ligne"


def _check_applicability(applies_to: MappingNode, names: Names, findings: Findings) -> None:
    used = [way for way in _WAYS if way in applies_to.keys]
    if len(used) > 1:
        findings.add("GRID-006", applies_to.mark, found=", ".join(used), advice=_KEEP_ONE)
    elif not applies_to.keys:
        findings.add("GRID-006", applies_to.mark, advice=_WRITE_ONE)
    for way in used:
        tell_unknown(applies_to.texts(way), names.flags, "REF-002", findings)


def _check_unique_grids(files: Sequence[SourceFile]) -> None:
    """Two modules hold no grid of the same name: editions are known by it."""
    seen: dict[object, Place] = {}
    for file in files:
        name = file.node.text("grid") if file.node is not None else None
        if name is None:
            continue
        if name.value in seen:
            file.findings.add("GRID-005", name.mark, found=name.value, other=_written(seen[name.value]))
        else:
            seen[name.value] = file.findings.place(name.mark)


def _check_unique_codes(files: Sequence[SourceFile]) -> None:
    """A code is used once, and a code that is replaced no more: each history has one heir a grid."""
    seen: dict[object, Place] = {}
    read = [(file.findings, criterion) for file in files if file.node for criterion in criteria_of(file.node)]
    for findings, criterion in read:
        code = criterion.text("criterion")
        if code is None:
            continue
        if code.value in seen:
            findings.add("GRID-003", code.mark, found=code.value, other=_written(seen[code.value]))
        else:
            seen[code.value] = findings.place(code.mark)
    for findings, criterion in read:
        for code in criterion.texts("replaces"):
            if code.value in seen:
                findings.add("GRID-009", code.mark, found=code.value, other=_written(seen[code.value]))


def _written(place: Place) -> str:
    return f"{place.path}, ligne {place.line}"
