"""Templates and static files: none forgotten, none inline, in French as it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from aqss.config import ROOT
from aqss.web.static_files import FOLDER
from tests.page_rules import french_faults

TEMPLATES = ROOT / "aqss" / "web" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
ENVIRONMENT = Environment(autoescape=True)

STATEMENT = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(r"<svg.*?</svg>|<script.*?</script>|<[^>]*>", re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def tree_of(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(path.read_text(encoding="utf-8"))


def rendered_by_code() -> set[str]:
    """Every template named in the code of the site."""
    found = set()
    for source in (ROOT / "aqss" / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.endswith(".html")
            ):
                found.add(node.value)
    return found


def used_by_templates() -> set[str]:
    """Every template that another one extends, includes or imports."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    return {
        node.template.value
        for path in PAGES
        for node in tree_of(path).find_all(kinds)
        if isinstance(node.template, nodes.Const)
    }


def test_no_template_is_forgotten_and_none_is_missing() -> None:
    assert rendered_by_code() | used_by_templates() == {name_of(path) for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_what_a_template_imports_it_uses(path: Path) -> None:
    tree = tree_of(path)
    imported = {
        name if isinstance(name, str) else name[1]
        for node in tree.find_all(nodes.FromImport)
        for name in node.names
    }
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert imported <= used


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?![^>]*src=)", text)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_is_written_with_french_typography(path: Path) -> None:
    assert list(typography_faults(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_form_of_a_template_that_posts_carries_the_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    posts = len(re.findall(r'<form[^>]*method="post"', text))
    assert posts <= text.count("csrf()") + text.count("csrf_token")


def typography_faults(path: Path) -> Iterator[str]:
    """In the words between tags, and in the texts that macros are called with."""
    text = path.read_text(encoding="utf-8")
    between = MARKUP.sub("\n\n", OUTPUT.sub("…", STATEMENT.sub("\n\n", text)))
    for words in between.split("\n\n"):
        yield from (f"{fault}: {words.strip()}" for fault in french_faults(words))
    for constant in ENVIRONMENT.parse(text).find_all(nodes.Const):
        if isinstance(constant.value, str) and re.search("[à-ÿ’«»]", constant.value):
            yield from (f"{fault}: {constant.value}" for fault in french_faults(constant.value))


STATIC = sorted(path for path in FOLDER.rglob("*") if path.is_file() and "vendor" not in path.parts)


@pytest.mark.parametrize("path", STATIC, ids=lambda path: path.name)
def test_no_static_file_is_forgotten(path: Path) -> None:
    name = path.relative_to(FOLDER).as_posix()
    in_templates = any(f'"{name}"' in page.read_text(encoding="utf-8") for page in PAGES)
    in_modules = any(f'"./{name}"' in module.read_text(encoding="utf-8") for module in FOLDER.glob("*.js"))
    assert in_templates or in_modules


def test_what_modules_and_the_theme_sheet_load_is_there() -> None:
    for module in FOLDER.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', module.read_text(encoding="utf-8")):
            assert (FOLDER / name).is_file(), f"{module.name}: {name}"
    for name in re.findall(r'url\("?([^")]+)', (FOLDER / "app.css").read_text(encoding="utf-8")):
        assert (FOLDER / name).is_file(), name
