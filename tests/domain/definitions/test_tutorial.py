"""docs/tutoriel-parcours.md: its files can be published and run, and its mistakes are told as it says."""

from __future__ import annotations

import re

import pytest

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.problems import Problem
from tests.domain.definitions.walking import shortest_path, walk
from tests.domain.definitions.workflow_mistakes import (
    GRIDS,
    MISTAKES,
    PARTS,
    PATH,
    TUTORIAL,
    WHOLE,
    Mistake,
    grown,
)

TABLE = TUTORIAL.partition("<!-- fautes -->\n")[2]
NBSP = "\u00a0"
STAGES = range(len(PARTS) + 1)


def told_of(text: str) -> tuple[Problem, ...]:
    return check_definitions({PATH: text.encode()}, GRIDS)


@pytest.mark.parametrize("parts", STAGES)
def test_after_each_part_of_the_tutorial_the_file_has_no_problem(parts: int) -> None:
    assert told_of(grown(parts)) == ()


@pytest.mark.parametrize("parts", STAGES)
def test_after_each_part_of_the_tutorial_the_file_runs_to_each_of_its_ends(parts: int) -> None:
    catalogue = load_catalogue({PATH: grown(parts).encode()}, GRIDS)
    assert isinstance(catalogue, Catalogue)
    (workflow,) = catalogue.workflows.values()
    ends = [state.state for state in workflow.states if state.final]
    assert [walk(workflow, shortest_path(workflow, end)) for end in ends] == ends


def test_the_parts_of_the_tutorial_make_the_whole_file_and_each_adds_to_it() -> None:
    files = [grown(parts) for parts in STAGES]
    assert len(files) == 4
    assert len(set(files)) == 4
    assert files[-1] == WHOLE


def test_the_mistakes_are_many_and_distinct() -> None:
    assert len({mistake.text for mistake in MISTAKES}) == len(MISTAKES) >= 20
    assert len({mistake.code for mistake in MISTAKES}) >= 20


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_a_mistake_is_told_where_it_is_with_what_to_do_and_nothing_elsewhere(mistake: Mistake) -> None:
    first, *others = told_of(mistake.text)
    assert (first.code, first.line) == (mistake.code, mistake.line)
    assert mistake.remedy in first.message.replace(NBSP, " ")
    assert {problem.line for problem in others} <= {first.line}


def test_the_table_of_the_tutorial_says_what_is_told() -> None:
    """When a message changes, paste what this test expected into the tutorial."""
    rows = "".join(row_of(mistake) for mistake in MISTAKES)
    assert f"\n| Faute | Ce que dit `aqss check` |\n|---|---|\n{rows}" == TABLE


def row_of(mistake: Mistake) -> str:
    first = told_of(mistake.text)[0]
    written = mistake.changed.strip().replace("\t", "⇥")
    shown = f"{NBSP}: `{written}`" if written else ""
    message = re.sub(r"([|<>])", r"\\\1", first.message)
    return f"| {mistake.what}{shown} | ligne {first.line}{NBSP}: {first.code} {message} |\n"
