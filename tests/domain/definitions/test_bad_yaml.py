"""Hostile and absurd grids are refused, quickly, with the problem they have."""

from __future__ import annotations

import time

import pytest

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.checking import check_definitions
from tests.campaign.bad_yaml import CASES, BadYaml

SECONDS = 10


def test_the_cases_are_many_and_distinct():
    assert len({case.name for case in CASES}) == len(CASES) >= 60
    assert len({str(sorted(case.files.items())) for case in CASES}) == len(CASES)


@pytest.mark.campaign("B4")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_file_is_refused_with_its_problem(case: BadYaml):
    started = time.monotonic()
    problems = check_definitions(case.files)
    assert case.code in {problem.code for problem in problems}
    assert time.monotonic() - started < SECONDS
    assert all(len(str(problem)) < 1000 and len(str(problem).splitlines()) == 1 for problem in problems)
    assert not isinstance(load_catalogue(case.files), Catalogue)
