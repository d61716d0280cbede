"""Definition files, each read by itself; where it stands tells what it is. The first half of checking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from aqss.domain.definitions.file_formats import FILE_FORMATS
from aqss.domain.definitions.nodes import Findings, MappingNode, ScalarNode
from aqss.domain.definitions.problems import Problem
from aqss.domain.definitions.yaml_source import read_yaml

SUFFIX = ".yaml"
OTHER_SUFFIX = ".yml"
"""Looks like a definition file, and would be overlooked: told as a problem."""

SHARED = {"profile.yaml": "profile", "references.yaml": "references", "scales.yaml": "scales"}
"""Files at the root of the grids, for all of them → their kind."""

MODULE_FILE = "module.yaml"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for the content of a file that could not be read; ``reason`` is a key of :data:`REASONS`."""

    reason: str


REASONS = {
    "denied": "Donner le droit de lire ce fichier",
    "dangling": "Refaire ce lien, qui ne mène à rien, ou l’enlever",
    "loop": "Refaire ce lien, qui tourne en rond",
    "special": "Mettre un fichier ordinaire à cette place",
    "failed": "Vérifier le disque, puis recommencer",
}

Files = Mapping[str, bytes | Unreadable]
"""Path as given by the user → content."""


@dataclass(eq=False, slots=True)
class SourceFile:
    """One file: its kind, what it holds (None when unreadable) and its problems."""

    path: str
    kind: str
    node: MappingNode | None
    findings: Findings

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return PurePath(self.path).stem

    @property
    def folder(self) -> PurePath:
        return PurePath(self.path).parent


@dataclass(eq=False, slots=True)
class Tree:
    """Every file of a catalogue, by kind, in the order of the paths."""

    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def all_of(self, kind: str) -> list[SourceFile]:
        return [file for file in self.files if file.kind == kind]

    def first(self, kind: str) -> SourceFile | None:
        return next(iter(self.all_of(kind)), None)

    def all_problems(self) -> tuple[Problem, ...]:
        """Of the tree and of each file, in file order, each once."""
        found = {problem for file in self.files for problem in file.findings.problems}
        return tuple(sorted(found.union(self.problems)))


def read_tree(files: Files) -> Tree:
    """Read every file and check its format; rules between files come after."""
    tree = Tree()
    paths = sorted(files)
    layout = _Layout(paths)
    for path in paths:
        findings = Findings(path)
        tree.files.append(_read(path, files[path], layout, findings))
    for kind in SHARED.values():
        for second in tree.all_of(kind)[1:]:
            second.findings.add("YAML-018", None)
    _tell_missing_files(tree, layout)
    return tree


def _read(path: str, content: bytes | Unreadable, layout: _Layout, findings: Findings) -> SourceFile:
    kind = layout.kind_of(path)
    if isinstance(content, Unreadable):
        findings.add("YAML-001", None, reason=REASONS[content.reason])
        return SourceFile(path, kind or "workflow", None, findings)
    name = PurePath(path)
    if name.suffix != SUFFIX:
        findings.add("YAML-016", None, found=name.name, name=name.stem + SUFFIX)
        return SourceFile(path, "", None, findings)
    node = read_yaml(content, findings)
    if kind is None:
        kind = "grid" if isinstance(node, MappingNode) and "grid" in node.keys else "workflow"
    if isinstance(node, MappingNode):
        _check_format(kind, node, findings)
        return SourceFile(path, kind, node, findings)
    if not findings.problems:
        found = node.value if isinstance(node, ScalarNode) else None
        facts = {} if found is None else {"found": found}
        findings.add("YAML-007", node.mark if node else None, key=_FIRST_KEYS.get(kind, "grid"), **facts)
    return SourceFile(path, kind, None, findings)


_FIRST_KEYS = {kind: next(iter(wanted.names())) for kind, wanted in FILE_FORMATS.items()}


def _check_format(kind: str, node: MappingNode, findings: Findings) -> None:
    if kind in FILE_FORMATS:
        FILE_FORMATS[kind].check(node, findings)
    else:
        findings.add("YAML-018", None)


class _Layout:
    """What files are: the shared ones at the root, a folder for each module, workflows apart."""

    def __init__(self, paths: Iterable[str]) -> None:
        places = [PurePath(path) for path in paths]
        self.modules = {place.parent for place in places if place.name == MODULE_FILE}
        roots = {place.parent for place in places if place.name in SHARED}
        roots |= {module.parent for module in self.modules}
        self.roots = {root for root in roots if roots.isdisjoint(root.parents)}

    def kind_of(self, path: str) -> str | None:
        """A kind of file, « misplaced », or None where only the content tells a grid from a workflow."""
        place = PurePath(path)
        if place.name == MODULE_FILE:
            return "module"
        if place.parent in self.modules:
            return "grid"
        if place.parent in self.roots:
            return SHARED.get(place.name, "misplaced")
        return "misplaced" if place.name in SHARED else None


_CONTENT = {
    "profile": "les clés « flags » et « professions »",
    "references": "la clé « references »",
    "scales": "la clé « scales »",
    "module": "les clés module, title, purpose, grids, bands et provisional_below",
}


def _tell_missing_files(tree: Tree, layout: _Layout) -> None:
    """Grids ask for the three shared files, and each folder of grids for its module."""
    folders = {file.folder for file in tree.files if file.kind in ("grid", "module")}
    roots = sorted(layout.roots) or sorted({folder.parent for folder in folders})
    if not roots:
        return
    wanted = {roots[0] / name: kind for name, kind in SHARED.items() if tree.first(kind) is None}
    wanted |= {folder / MODULE_FILE: "module" for folder in folders if folder not in layout.modules}
    for path, kind in wanted.items():
        findings = Findings(str(path))
        findings.add("YAML-019", None, content=_CONTENT[kind])
        tree.problems.extend(findings.problems)
