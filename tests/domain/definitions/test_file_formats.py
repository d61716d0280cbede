"""The formats of files: the same for the check, for editors and for the models of the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from aqss.domain.definitions.file_formats import FILE_FORMATS, json_schema
from aqss.domain.definitions.grids import Grid, ModuleFile, ProfileFile, ReferencesFile
from aqss.domain.definitions.nodes import Findings, plain
from aqss.domain.definitions.scales import ScalesFile
from aqss.domain.definitions.tree import read_tree
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.definitions.yaml_source import read_yaml
from aqss.gateways.files import read_definitions
from tests.domain.definitions.examples import EXAMPLES, FILES, HERE, catalogue_files
from tests.domain.definitions.schemas import accepts
from tests.shipped import GRIDS, WORKFLOWS

MODELS = {
    "scales": ScalesFile,
    "profile": ProfileFile,
    "references": ReferencesFile,
    "module": ModuleFile,
    "grid": Grid,
    "workflow": Workflow,
}


def files_by_kind(files: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((file.kind, plain(file.node)) for file in read_tree(files).files if file.node is not None)


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """The schema and every schema inside it."""
    if isinstance(schema, dict):
        yield schema
        inside = [*schema.get("properties", {}).values(), schema.get("items"), *schema.get("oneOf", ())]
        for part in inside:
            yield from parts_of(part)


@pytest.mark.parametrize("kind", FILE_FORMATS)
def test_editors_are_told_the_draft_and_what_the_file_is_for(kind):
    schema = json_schema(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["description"].endswith(".")


@pytest.mark.parametrize("kind", FILE_FORMATS)
def test_editors_refuse_a_key_that_is_not_named(kind):
    objects = [part for part in parts_of(json_schema(kind)) if part.get("type") == "object"]
    assert objects
    assert all(part["additionalProperties"] is False for part in objects)


@pytest.mark.parametrize("kind", FILE_FORMATS)
def test_editors_say_what_each_value_is_for(kind):
    silent = {
        key
        for part in parts_of(json_schema(kind))
        for key, value in part.get("properties", {}).items()
        if "description" not in value and "const" not in value and value.get("type") != "array"
    }
    assert silent == set()


def test_editors_accept_the_shipped_files():
    kinds = list(files_by_kind(read_definitions(GRIDS, WORKFLOWS)))
    assert {kind for kind, _ in kinds} == set(FILE_FORMATS)
    for kind, value in kinds:
        assert accepts(json_schema(kind), value), kind


def test_editors_accept_the_small_catalogue():
    for kind, value in files_by_kind(catalogue_files()):
        assert accepts(json_schema(kind), value), kind


IN_ONE_VALUE = {
    *(f"DEF-{n:03}" for n in range(1, 11)),
    "GRID-006",
    "GRID-012",
    "GRID-013",
    "MODULE-008",
    "MODULE-009",
}
IN_ONE_VALUE |= {"SCALE-011", "SCALE-012"}


@pytest.mark.parametrize(
    "example", [e for e in EXAMPLES if e.code in IN_ONE_VALUE], ids=lambda e: f"{e.code} {e.after[:40]}"
)
def test_editors_refuse_what_the_check_refuses_in_one_value(example):
    kind = next(file.kind for file in read_tree(catalogue_files()).files if file.path == example.path)
    text = FILES[example.path].replace(example.before, example.after.replace(HERE, ""))
    findings = Findings(example.path)
    node = read_yaml(text.encode(), findings)
    if findings.problems:
        assert [problem.code for problem in findings.problems] == ["DEF-004"]  # null, which plain() refuses
    else:
        assert not accepts(json_schema(kind), plain(node))


def comparable(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema of pydantic, or of ours, reduced to what both must say."""
    if "$ref" in schema:
        return comparable(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    branches = [branch for branch in schema.get("anyOf", ()) if branch != {"type": "null"}]
    if {"type": "string"} in branches and {"type": "number"} in branches:  # how pydantic tells a Decimal
        names = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "default": "default"}
        bounds = {names[key]: value for key, value in schema.items() if key in names and value is not None}
        return comparable({"type": "number"} | bounds, definitions)
    if branches:
        (branch,) = branches
        return comparable({**schema, **branch, "anyOf": ()}, definitions)
    if "oneOf" in schema:
        kinds = [comparable(branch, definitions) for branch in schema["oneOf"]]
        return sorted(kinds, key=lambda kind: str(kind["properties"]["kind"]))
    reduced = {
        key: value
        for key, value in schema.items()
        if key not in ("title", "description", "$defs", "$schema", "anyOf", "minProperties", "maxProperties")
    }
    if "enum" in reduced or "const" in reduced:
        reduced.pop("type", None)
    if reduced.get("default") is None:
        reduced.pop("default", None)
    elif not isinstance(reduced["default"], bool):
        reduced["default"] = Decimal(reduced["default"])
    if "required" in reduced:
        reduced["required"] = set(reduced["required"])
    if "properties" in reduced:
        properties = reduced["properties"].items()
        reduced["properties"] = {key: comparable(value, definitions) for key, value in properties}
        reduced.setdefault("required", set())
    if "items" in reduced:
        reduced["items"] = comparable(reduced["items"], definitions)
    return reduced


@pytest.mark.parametrize("kind", FILE_FORMATS)
def test_the_models_of_the_code_hold_exactly_what_the_formats_ask(kind):
    model = MODELS[kind].model_json_schema()
    assert comparable(json_schema(kind), {}) == comparable(model, model.get("$defs", {}))
