"""What a definition file holds, with the place of each value; and the problems found in one file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from aqss.domain.definitions.problems import NOTHING, Place, Problem, make_problem


class Mark(Protocol):
    """Where something is written; counted from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it is written. On its own: a value already told as a problem, to be left alone."""

    mark: Mark

    def entry(self, key: str) -> Node | None:
        """What a mapping holds under ``key``; None for any other node."""
        return self.entries.get(key) if isinstance(self, MappingNode) else None

    def items(self, key: str) -> list[Node]:
        """The elements of the list under ``key``; none when it is no list."""
        listed = self.entry(key)
        return listed.elements if isinstance(listed, ListNode) else []

    def mappings(self, key: str) -> list[MappingNode]:
        """The mappings in the list under ``key``."""
        return [node for node in self.items(key) if isinstance(node, MappingNode)]

    def texts(self, key: str) -> list[ScalarNode]:
        """The texts in the list under ``key``."""
        scalars = (node for node in self.items(key) if isinstance(node, ScalarNode))
        return [scalar for scalar in scalars if isinstance(scalar.value, str)]

    def text(self, key: str) -> ScalarNode | None:
        """The text under ``key``."""
        node = self.entry(key)
        return node if isinstance(node, ScalarNode) and isinstance(node.value, str) else None

    def number(self, key: str) -> int | Decimal | None:
        """The number under ``key``."""
        node = self.entry(key)
        number = node.value if isinstance(node, ScalarNode) else None
        return number if isinstance(number, int | Decimal) and not isinstance(number, bool) else None

    def is_true(self, key: str) -> bool:
        """Whether ``true`` is written under ``key``."""
        node = self.entry(key)
        return isinstance(node, ScalarNode) and node.value is True


@dataclass(slots=True, eq=False)
class ScalarNode(Node):
    """A text, a boolean, a whole number or a decimal as written."""

    value: str | bool | int | Decimal


@dataclass(slots=True, eq=False)
class ListNode(Node):
    elements: list[Node]


@dataclass(slots=True, eq=False)
class MappingNode(Node):
    entries: dict[str, Node]
    keys: dict[str, Mark]


def plain(node: Node | None) -> Any:
    """The value alone: lists as tuples, mappings as dicts. Raises ValueError for what was refused."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return tuple(plain(element) for element in node.elements)
    if isinstance(node, MappingNode):
        return {key: plain(value) for key, value in node.entries.items()}
    raise ValueError("what was refused as a problem has no value")


class Findings:
    """The problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def add(self, code: str, mark: Mark | None, found: object = NOTHING, **facts: object) -> None:
        """Record ``code`` at ``mark``, or at 1:1 without one."""
        self.problems.append(make_problem(code, self.place(mark), found=found, **facts))

    def place(self, mark: Mark | None) -> Place:
        return Place(self.path) if mark is None else Place(self.path, mark.line + 1, mark.column + 1)
