"""What a change of profile adds and removes."""

from __future__ import annotations

from typing import Any

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Grid
from aqss.domain.profile import count_asked, preview_profile


def a_grid(name: str, **applies_to: dict[str, tuple[str, ...]] | None) -> Grid:
    """A grid of one section, with a criterion per keyword and what it applies to."""
    criteria: tuple[dict[str, Any], ...] = tuple(
        {"criterion": code, "statement": "Énoncé.", "applies_to": condition}
        for code, condition in applies_to.items()
    )
    return Grid.model_validate(
        {
            "grid": name,
            "version": 1,
            "module": "soins",
            "title": name,
            "purpose": "Essayer.",
            "scale": "maitrise",
            "respondents": ("tous",),
            "sections": ({"section": "tout", "title": "Tout", "criteria": criteria},),
        }
    )


CARE = a_grid(
    "soins",
    everybody=None,
    dental={"any": ("dentaire",)},
    either={"any": ("dentaire", "imagerie")},
    both={"all": ("dentaire", "imagerie")},
    neither={"none": ("dentaire", "imagerie")},
)
COLD = a_grid("froid", vaccines={"any": ("vaccins",)})


def changes(before: set[str], after: set[str]) -> dict[str, tuple[list[str], list[str]]]:
    return {
        change.grid.grid: ([c.criterion for c in change.added], [c.criterion for c in change.removed])
        for change in preview_profile((CARE, COLD), before, after)
    }


def test_a_new_flag_adds_its_criteria_and_removes_those_of_its_absence() -> None:
    assert changes(set(), {"dentaire"}) == {"soins": (["dental", "either"], ["neither"])}


def test_a_criterion_that_applied_for_another_reason_does_not_move() -> None:
    assert changes({"imagerie"}, {"imagerie", "dentaire"}) == {"soins": (["dental", "both"], [])}


def test_flags_lost_are_the_reverse_of_flags_gained() -> None:
    assert changes({"dentaire"}, set()) == {"soins": (["neither"], ["dental", "either"])}


def test_each_grid_that_changes_is_told_in_order() -> None:
    assert list(changes(set(), {"vaccins", "imagerie"})) == ["soins", "froid"]


def test_the_same_profile_changes_nothing() -> None:
    assert changes({"dentaire"}, {"dentaire"}) == {}


def test_a_module_asks_the_criteria_that_apply_out_of_all_it_has(catalogue: Catalogue) -> None:
    for profile in ([], ["dentaire"], list(catalogue.flag_labels)):
        counted = count_asked(catalogue, profile)
        assert [one.title for one in counted] == [module.title for module in catalogue.modules]
        for module, one in zip(catalogue.modules, counted, strict=True):
            criteria = [c for grid in catalogue.grids_of(module.module) for c in grid.criteria]
            assert one.criteria == len(criteria)
            assert one.asked == len([c for c in criteria if c.applies(profile)])
