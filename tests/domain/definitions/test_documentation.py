"""docs/grids.md and docs/workflows.md: their tutorials work, and no key or word is missing from them."""

from __future__ import annotations

import re

import pytest

from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.file_formats import json_schema
from aqss.domain.definitions.words import (
    ABILITIES,
    EFFECTS,
    GUARDS,
    NAMED_DATES,
    PEOPLE,
    RECIPIENTS,
    STAKES,
    STRUCTURE_KINDS,
    SUBJECTS,
)
from tests.domain.definitions.test_file_formats import parts_of
from tests.shipped import ROOT

GRIDS = (ROOT / "docs" / "grids.md").read_text(encoding="utf-8")
WORKFLOWS = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")


def keys_of(kind: str) -> set[str]:
    return {key for part in parts_of(json_schema(kind)) for key in part.get("properties", {})}


@pytest.mark.parametrize(("text", "count"), [(GRIDS, 5), (WORKFLOWS, 1)], ids=["grids", "workflows"])
def test_the_files_of_the_tutorial_have_no_problem(text, count):
    blocks = re.findall(r"```yaml\n(# (\S+\.yaml)\n.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == count
    assert check_definitions({path: block.encode() for block, path in blocks}) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, GRIDS) for kind in ("profile", "references", "scales", "module", "grid")),
        ("workflow", WORKFLOWS),
    ],
)
def test_every_key_is_documented(kind, text):
    assert {key for key in keys_of(kind) if f"`{key}`" not in text} == set()


def test_every_word_is_documented():
    abilities = {ability for words in ABILITIES.values() for ability in words}
    for word in {*ABILITIES, *abilities}:
        assert f"`{word}`" in WORKFLOWS
    for word in {*STAKES, *STRUCTURE_KINDS}:
        assert f"`{word}`" in GRIDS


def test_the_dates_and_people_of_each_subject_are_documented_with_their_meaning():
    told = WORKFLOWS.replace("\u00a0", " ")
    for subject, dates in NAMED_DATES.items():
        (row,) = re.findall(rf"^\| `{subject}` \| (`[^|]+\([^|]*) \|$", told, flags=re.MULTILINE)
        assert re.findall(r"`([a-z-]+)` \(([^,)]+)", row) == list(dates.items())
    for word, meaning in PEOPLE.items():
        (subjects,) = re.findall(rf"^\| `{word}` \| {meaning} \| (.*) \|$", told, flags=re.MULTILINE)
        known = [subject for subject, words in RECIPIENTS.items() if word in words]
        assert subjects.startswith("tous" if known == list(SUBJECTS) else ", ".join(f"`{s}`" for s in known))


@pytest.mark.parametrize("table", [GUARDS, EFFECTS], ids=["guards", "effects"])
def test_guards_and_effects_are_documented_with_their_meaning(table):
    for subject, words in table.items():
        for name, meaning in words.items():
            assert f"| `{name}` | {meaning} |" in section_of(subject)


def section_of(subject: str) -> str:
    """What docs/workflows.md says of the conditions and effects of a subject."""
    return WORKFLOWS.replace("\u00a0", " ").split(f"\n### `{subject}`", 1)[1].split("\n#", 1)[0]
