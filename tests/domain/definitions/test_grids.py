"""Which criteria of a grid a centre is asked, by its flags."""

from __future__ import annotations

from typing import Any

import pytest

from aqss.domain.definitions.grids import Applicability, Criterion, Grid, Section


@pytest.mark.parametrize(
    ("rule", "profile", "fits"),
    [
        ({"any": ("dentaire", "vaccins")}, {"vaccins"}, True),
        ({"any": ("dentaire", "vaccins")}, {"froid"}, False),
        ({"any": ("dentaire",)}, set(), False),
        ({"all": ("dentaire", "vaccins")}, {"dentaire", "vaccins", "froid"}, True),
        ({"all": ("dentaire", "vaccins")}, {"dentaire"}, False),
        ({"none": ("dentaire", "vaccins")}, {"froid"}, True),
        ({"none": ("dentaire", "vaccins")}, {"froid", "vaccins"}, False),
        ({"none": ("dentaire",)}, set(), True),
    ],
)
def test_a_criterion_is_asked_by_any_all_or_none_of_the_flags(
    rule: dict[str, Any], profile: set[str], fits: bool
) -> None:
    criterion = Criterion(criterion="A-01", statement="Un énoncé.", applies_to=Applicability(**rule))
    assert criterion.applies(profile) is fits


@pytest.mark.parametrize("profile", [set(), {"dentaire"}])
def test_a_criterion_without_a_rule_is_asked_of_every_centre(profile: set[str]) -> None:
    assert Criterion(criterion="A-01", statement="Un énoncé.").applies(profile)


@pytest.mark.parametrize("way", ["any", "all", "none"])
def test_a_rule_names_its_flags_whichever_way_it_asks(way: str) -> None:
    assert Applicability(**{way: ("dentaire", "vaccins")}).flags == ("dentaire", "vaccins")


def test_a_rule_that_asks_nothing_names_no_flag_and_fits_every_centre() -> None:
    assert Applicability().flags == ()
    assert Applicability().fits({"dentaire"})


def test_the_criteria_of_a_grid_follow_its_sections_in_order() -> None:
    grid = Grid(
        grid="essai",
        version=1,
        module="outils",
        title="Essai",
        purpose="Essayer.",
        scale="maitrise",
        respondents=("tous",),
        sections=tuple(
            Section(
                section=section,
                title=section,
                criteria=tuple(Criterion(criterion=code, statement="Un énoncé.") for code in codes),
            )
            for section, codes in (("une", ("B-2", "B-1")), ("deux", ("A-1",)))
        ),
    )
    assert [criterion.criterion for criterion in grid.criteria] == ["B-2", "B-1", "A-1"]
