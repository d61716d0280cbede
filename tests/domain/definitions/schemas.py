"""As much of JSON Schema (draft 2020-12) as the schemas of definition files use, to check them in tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Schema = Mapping[str, Any]

_TYPES: dict[str, Any] = {
    "object": dict,
    "array": tuple,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, Decimal),
}

_KEYWORDS = {
    "minLength": lambda value, limit: len(value) >= limit,
    "maxLength": lambda value, limit: len(value) <= limit,
    "pattern": lambda value, pattern: re.search(pattern, value) is not None,
    "minItems": lambda value, limit: len(value) >= limit,
    "maxItems": lambda value, limit: len(value) <= limit,
    "minProperties": lambda value, limit: len(value) >= limit,
    "maxProperties": lambda value, limit: len(value) <= limit,
    "minimum": lambda value, limit: value >= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "maximum": lambda value, limit: value <= limit,
    "required": lambda value, keys: all(key in value for key in keys),
    "items": lambda value, schema: all(accepts(schema, element) for element in value),
    "const": lambda value, word: value == word,
    "enum": lambda value, words: value in words,
    "oneOf": lambda value, schemas: sum(accepts(schema, value) for schema in schemas) == 1,
}

_SAID = {"$schema", "description", "default", "type", "properties", "additionalProperties"}


def accepts(schema: Schema, value: Any) -> bool:
    """Whether ``value``, as read from a definition file, is valid under ``schema``."""
    unknown = set(schema) - set(_KEYWORDS) - _SAID
    assert not unknown, unknown
    if "type" in schema and not _is_of_type(schema["type"], value):
        return False
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is False and set(value) - set(properties):
        return False
    return all(
        rule(value, schema[keyword]) for keyword, rule in _KEYWORDS.items() if keyword in schema
    ) and all(accepts(properties[key], value[key]) for key in properties if key in value)


def _is_of_type(name: str, value: Any) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
