"""Every problem of all files, at once and in order: each file alone, then with the others."""

from __future__ import annotations

import pytest

from aqss.domain.definitions.checking import check_definitions, read_and_check
from aqss.domain.definitions.tree import Unreadable
from tests.domain.definitions.examples import (
    FILES,
    GRID,
    MODULE,
    OTHER_GRID,
    PROFILE,
    REFERENCES,
    SCALES,
    WORKFLOW,
)


def codes(*changes: tuple[str, str, str]) -> list[tuple[str, str]]:
    files = dict(FILES)
    for path, before, after in changes:
        assert before in files[path]
        files[path] = files[path].replace(before, after, 1)
    return [
        (problem.path, problem.code)
        for problem in check_definitions({path: text.encode() for path, text in files.items()})
    ]


def test_files_without_a_problem_are_told_nothing() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (PROFILE, "{flag: vaccins,", "{flag: dentaire,"),
        (REFERENCES, "{reference: BP,", "{reference: F-CSP,"),
        (SCALES, "worst: 20", "worst: 5"),
        (MODULE, "from: 50", "from: 90"),
        (GRID, "weight: 2", "weight: -1"),
        (WORKFLOW, "next: campagne", "next: campagnes"),
    ],
    ids=["profile", "references", "scales", "module", "grid", "workflow"],
)
def test_the_rules_of_each_kind_of_file_are_checked(path: str, before: str, after: str) -> None:
    assert [found for found, _ in codes((path, before, after))] == [path]


def test_problems_of_all_files_come_in_the_order_of_the_paths() -> None:
    found = codes(
        (WORKFLOW, "next: campagne", "next: campagnes"),
        (GRID, "weight: 2", "weight: -1"),
        (SCALES, "worst: 20", "worst: 5"),
    )
    assert [path for path, _ in found] == [SCALES, GRID, WORKFLOW]


def test_a_module_is_compared_with_the_grids_of_its_own_folder() -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    del files[OTHER_GRID]
    (problem,) = check_definitions(files)
    assert problem.path == MODULE


def test_a_shared_file_that_cannot_be_read_is_told_and_the_rest_is_checked() -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    broken = FILES[GRID].replace("weight: 2", "weight: -1").encode()
    problems = check_definitions({**files, PROFILE: Unreadable("denied"), GRID: broken})
    assert [problem.path for problem in problems] == [PROFILE, GRID]


def test_what_was_read_is_given_with_its_problems() -> None:
    tree = read_and_check({path: text.encode() for path, text in FILES.items()})
    assert len(tree.files) == len(FILES)
    assert tree.all_problems() == ()
