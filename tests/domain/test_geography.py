"""Regions and departments of France."""

from __future__ import annotations

from aqss.domain.geography import (
    DEPARTMENTS,
    FICTIONAL_REGION,
    REGION_OF,
    REGIONS,
    departments_of,
    offered_regions,
)


def test_france_has_eighteen_regions_and_one_hundred_and_one_departments() -> None:
    real = [code for code in DEPARTMENTS if REGION_OF[code] != FICTIONAL_REGION]
    metropolitan = [f"{number:02}" for number in range(1, 96) if number != 20]
    assert sorted(real) == sorted([*metropolitan, "2A", "2B", "971", "972", "973", "974", "976"])
    assert len(REGIONS) == 18 + 1


def test_each_department_has_one_region_and_each_region_a_department() -> None:
    assert set(REGION_OF) == set(DEPARTMENTS)
    assert set(REGION_OF.values()) == set(REGIONS)


def test_a_few_departments_are_where_they_are() -> None:
    assert {code: REGIONS[REGION_OF[code]] for code in ("24", "75", "2A", "974", "13")} == {
        "24": "Nouvelle-Aquitaine",
        "75": "Île-de-France",
        "2A": "Corse",
        "974": "La Réunion",
        "13": "Provence-Alpes-Côte d’Azur",
    }
    assert DEPARTMENTS["24"] == "Dordogne"
    assert departments_of("53") == ("22", "29", "35", "56")
    assert departments_of("00") == ()


def test_codes_fit_their_columns() -> None:
    assert all(len(code) <= 3 for code in (*REGIONS, *DEPARTMENTS))


def test_the_fictional_region_is_offered_only_to_who_is_there_already() -> None:
    assert FICTIONAL_REGION not in dict(offered_regions())
    assert FICTIONAL_REGION not in dict(offered_regions("75"))
    assert FICTIONAL_REGION in dict(offered_regions(FICTIONAL_REGION))
    assert departments_of(FICTIONAL_REGION)
