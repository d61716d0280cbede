"""What each file of a catalogue is: told by where it stands, else by what it holds."""

from __future__ import annotations

import pytest

from aqss.domain.definitions.tree import REASONS, Tree, Unreadable, read_tree
from tests.domain.definitions.examples import FILES, GRID, MODULE, OTHER_GRID, PROFILE, SCALES, WORKFLOW


def read(files: dict[str, str | Unreadable]) -> Tree:
    return read_tree({path: text.encode() if isinstance(text, str) else text for path, text in files.items()})


def codes(tree: Tree) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in tree.all_problems()]


def test_each_file_has_its_kind() -> None:
    tree = read(dict(FILES))
    assert tree.all_problems() == ()
    assert {file.path: file.kind for file in tree.files if file.kind not in ("workflow", "references")} == {
        PROFILE: "profile",
        SCALES: "scales",
        MODULE: "module",
        GRID: "grid",
        OTHER_GRID: "grid",
    }


def test_files_are_kept_in_the_order_of_their_paths() -> None:
    backwards = dict(reversed(FILES.items()))
    assert [file.path for file in read(backwards).files] == sorted(FILES)


def test_a_file_has_the_name_and_the_folder_of_its_path() -> None:
    tree = read(dict(FILES))
    found = [(file.stem, str(file.folder)) for file in tree.all_of("grid")]
    assert found == [("accueil", "grids/soins"), ("coordination", "grids/soins")]


def test_files_are_asked_for_by_kind() -> None:
    tree = read(dict(FILES))
    first = tree.first("grid")
    assert first is not None
    assert first.path == OTHER_GRID
    assert tree.first("misplaced") is None


def test_alone_a_file_is_a_grid_when_it_names_one_and_else_a_workflow() -> None:
    tree = read({"une.yaml": FILES[GRID], "autre.yaml": FILES[WORKFLOW]})
    assert {file.path: file.kind for file in tree.files} == {"une.yaml": "grid", "autre.yaml": "workflow"}


def test_a_shared_file_is_read_once_for_all_grids() -> None:
    tree = read({**FILES, "autres/profile.yaml": FILES[PROFILE]})
    assert ("grids/profile.yaml", "YAML-018") in codes(tree)
    assert ("autres/profile.yaml", "YAML-018") not in codes(tree)


@pytest.mark.parametrize("reason", REASONS)
def test_a_file_that_cannot_be_read_says_what_to_do_about_it(reason: str) -> None:
    tree = read({**FILES, GRID: Unreadable(reason)})
    (problem,) = tree.all_problems()
    assert (problem.path, problem.code) == (GRID, "YAML-001")
    assert REASONS[reason] in problem.message
    (file,) = (file for file in tree.files if file.path == GRID)
    assert file.node is None


def test_a_file_with_the_other_suffix_would_be_overlooked_and_is_told() -> None:
    tree = read({**FILES, "grids/soins/autre.yml": FILES[GRID]})
    assert codes(tree) == [("grids/soins/autre.yml", "YAML-016")]


def test_grids_alone_ask_for_the_files_around_them() -> None:
    tree = read({GRID: FILES[GRID]})
    missing = {problem.path for problem in tree.all_problems() if problem.code == "YAML-019"}
    assert missing == {"grids/profile.yaml", "grids/references.yaml", "grids/scales.yaml", MODULE}


def test_workflows_alone_ask_for_nothing() -> None:
    assert codes(read({WORKFLOW: FILES[WORKFLOW]})) == []


def test_no_file_is_no_problem() -> None:
    assert codes(read({})) == []
