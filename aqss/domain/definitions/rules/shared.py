"""Rules of the files all grids share: profile, references and scales."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from aqss.domain.definitions.nodes import Findings, MappingNode, Node
from aqss.domain.definitions.rules.names import tell_repeats
from aqss.domain.definitions.words import EVERYBODY, NO_LEVELS

_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def check_profile(root: MappingNode, findings: Findings) -> None:
    """Flags and professions are declared once; « tous » is no profession."""
    tell_repeats((flag.text("flag") for flag in root.mappings("flags")), "PROFILE-001", findings)
    professions = [profession.text("profession") for profession in root.mappings("professions")]
    tell_repeats(professions, "PROFILE-002", findings)
    for profession in professions:
        if profession is not None and profession.value == EVERYBODY:
            findings.add("PROFILE-003", profession.mark)


def check_references(root: MappingNode, findings: Findings) -> None:
    """References are declared once; their addresses lead to web pages and nothing else."""
    references = root.mappings("references")
    tell_repeats((reference.text("reference") for reference in references), "REF-005", findings)
    for reference in references:
        url = reference.text("url")
        if url is not None and url.value and not _ADDRESS.fullmatch(str(url.value)):
            findings.add("REF-006", url.mark, found=url.value)


def check_scales(root: MappingNode, findings: Findings) -> None:
    """Scales are declared once, and each makes sense by itself."""
    scales = root.mappings("scales")
    tell_repeats((scale.text("scale") for scale in scales), "SCALE-001", findings)
    for scale in scales:
        kind = scale.text("kind")
        if kind is not None and kind.value == "levels":
            _check_levels(scale, findings)
        elif kind is not None and kind.value == "number":
            _check_bounds(scale, findings)
            _check_target(scale, findings)


def is_scored(scale: MappingNode) -> bool:
    """Whether answers on ``scale`` are worth something; told true when its kind cannot be read."""
    kind = scale.text("kind")
    if kind is not None and kind.value == "number":
        return scale.entry("worst") is not None and scale.entry("best") is not None
    return kind is None or kind.value != "text"


def _check_levels(scale: MappingNode, findings: Findings) -> None:
    levels = scale.mappings("levels")
    names = [level.text("level") for level in levels]
    tell_repeats(names, "SCALE-002", findings)
    for name in names:
        if name is not None and name.value in NO_LEVELS:
            findings.add("SCALE-003", name.mark, found=name.value)
    values = [(level.entry("value"), _share(level)) for level in levels]
    if len(values) > 1:
        _tell_unless(values[0], Decimal(1), "SCALE-005", findings)
        _tell_unless(values[-1], Decimal(0), "SCALE-006", findings)
    for (_, best), (node, value) in pairwise(values):
        if node is not None and best is not None and value is not None and value > best:
            findings.add("SCALE-004", node.mark, found=value, most=best)


def _share(level: MappingNode) -> int | Decimal | None:
    """A level's value, when its format is right."""
    value = level.number("value")
    return value if value is not None and 0 <= value <= 1 else None


def _tell_unless(
    level: tuple[Node | None, int | Decimal | None], expected: Decimal, code: str, findings: Findings
) -> None:
    node, value = level
    if node is not None and value is not None and value != expected:
        findings.add(code, node.mark, found=value)


def _check_bounds(scale: MappingNode, findings: Findings) -> None:
    least, most, node = scale.number("min"), scale.number("max"), scale.entry("min")
    if node is not None and least is not None and most is not None and least >= most:
        findings.add("SCALE-007", node.mark, found=least, max=most)


def _check_target(scale: MappingNode, findings: Findings) -> None:
    """``worst`` and ``best``: both or neither, different, within the bounds."""
    ends = {end: node for end in ("worst", "best") if (node := scale.entry(end)) is not None}
    if len(ends) == 1:
        ((given, node),) = ends.items()
        findings.add("SCALE-008", node.mark, given=given, missing="best" if given == "worst" else "worst")
    worst = scale.number("worst")
    if worst is not None and worst == scale.number("best"):
        findings.add("SCALE-009", ends["best"].mark, found=worst, worst=worst)
    least, most = scale.number("min"), scale.number("max")
    for end, node in ends.items():
        number = scale.number(end)
        if number is None:
            continue
        if (least is not None and number < least) or (most is not None and number > most):
            limits = [] if least is None else [f"à partir de {least}"]
            limits += [] if most is None else [f"jusqu’à {most}"]
            findings.add("SCALE-010", node.mark, found=number, bounds=" et ".join(limits))
