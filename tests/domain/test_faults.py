"""The table of fault codes against the code that raises them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import aqss
from aqss.domain.faults import FAULTS

SOURCES = Path(aqss.__file__).parent
MAKERS = ("Fault", "fault", "_refused")
"""What makes a fault: the class, and what passes (field, code, facts…) on to it."""


def fault_calls() -> Iterator[tuple[str, str]]:
    """(file, code) of each fault made with a code written in place."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1 and _name(node.func) in MAKERS:
                code = node.args[1]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield path.name, code.value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_every_fault_raised_is_in_the_table() -> None:
    made = list(fault_calls())
    assert len(made) > 20
    assert [(file, code) for file, code in made if code not in FAULTS] == []


def test_codes_and_facts_are_words() -> None:
    assert all(code.replace("-", "").isalpha() and code.islower() for code in FAULTS)
    assert all(fact.isidentifier() for facts in FAULTS.values() for fact in facts)
