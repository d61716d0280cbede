"""Names declared once and used elsewhere: what the catalogue knows, repeats, and near misses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from aqss.domain.definitions.nodes import Findings, MappingNode, ScalarNode
from aqss.domain.definitions.problems import advise
from aqss.domain.definitions.tree import SourceFile, Tree
from aqss.domain.definitions.words import EVERYBODY


@dataclass(frozen=True, slots=True)
class Names:
    """Names that grids may use; None when the file that declares them could not be read."""

    scales: Mapping[str, MappingNode] | None
    flags: Collection[str] | None
    professions: Collection[str] | None
    references: Collection[str] | None


def names_of(tree: Tree) -> Names:
    """The names that the shared files declare, whatever else is wrong in them."""
    scales = _declared(tree.first("scales"), "scales", "scale")
    flags = _declared(tree.first("profile"), "flags", "flag")
    professions = _declared(tree.first("profile"), "professions", "profession")
    references = _declared(tree.first("references"), "references", "reference")
    return Names(
        scales=scales,
        flags=flags,
        professions=None if professions is None else dict.fromkeys((*professions, EVERYBODY)),
        references=references,
    )


def _declared(file: SourceFile | None, listing: str, key: str) -> dict[str, MappingNode] | None:
    if file is None or file.node is None:
        return None
    return {str(name.value): entry for entry in file.node.mappings(listing) if (name := entry.text(key))}


def tell_repeats(names: Iterable[ScalarNode | None], code: str, findings: Findings) -> None:
    """``code`` at each name written before, with the line of the first."""
    first: dict[object, int] = {}
    for name in names:
        if name is None:
            continue
        if name.value in first:
            findings.add(code, name.mark, found=name.value, line=first[name.value])
        else:
            first[name.value] = name.mark.line + 1


def tell_unknown(
    names: Iterable[ScalarNode | None], known: Collection[str] | None, code: str, findings: Findings
) -> None:
    """``code`` at each name that is not known, with the nearest that is."""
    if known is None:
        return
    for name in names:
        if name is not None and name.value not in known:
            findings.add(code, name.mark, found=name.value, advice=advise(name.value, known))


def tell_other_name(name: ScalarNode | None, expected: str, code: str, findings: Findings) -> None:
    """``code`` when ``name`` is not ``expected``."""
    if name is not None and name.value != expected:
        findings.add(code, name.mark, found=name.value, expected=expected)
