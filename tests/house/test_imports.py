"""Who may import whom: the contracts of pyproject.toml, and nothing imported in the middle of a function."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aqss.config import ROOT

SOURCES = sorted((ROOT / "aqss").rglob("*.py"))


def test_the_import_contracts_are_kept() -> None:
    """In a process of its own: import-linter switches off every logger it does not know."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_imported_inside_a_function(path: Path) -> None:
    assert list(inner_imports(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_module_says_what_it_decides(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_table_of_commands_names_a_module_to_import_later(path: Path) -> None:
    if path != ROOT / "aqss" / "cli.py":
        assert list(imports_by_name(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import importlib",
        "import importlib.util",
        "from importlib import import_module",
        "__import__('aqss.cli')",
    ],
)
def test_every_way_to_import_by_name_is_seen(text: str) -> None:
    assert list(imports_by_name(ast.parse(text))) == [text]


def imports_by_name(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(name.name.split(".")[0] == "importlib" for name in names):
                yield ast.unparse(node)
            case ast.ImportFrom(module="importlib" | "importlib.util"):
                yield ast.unparse(node)
            case ast.Call(func=ast.Name(id="__import__")):
                yield ast.unparse(node)


def inner_imports(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield ast.unparse(node)
