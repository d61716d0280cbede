"""docs/evolution.md: every example gives the figures under it, and every word of the screens is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from aqss.config import ROOT
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.progress import Occasion, Steps, compare, reach
from aqss.domain.scoring import Answer, Rated, Unknown
from aqss.gateways.french import NBSP, points_fr, score_fr
from aqss.web.assessments.evolution import MOVES
from tests.services.assessments.scene import an_edition

PAGE = (ROOT / "docs" / "evolution.md").read_text(encoding="utf-8").replace(NBSP, " ")

Side = Mapping[str, Any]


def _examples() -> list[tuple[str, Side, Side, str]]:
    """Title, what was answered then and now, prose."""
    found = []
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, prose = part.partition("\n")
        block = re.search(r"```yaml\n(.*?)```", prose, re.DOTALL)
        assert block is not None, title
        given = yaml.safe_load(block[1])
        found.append((title, given["avant"], given["maintenant"], prose))
    return found


ALL = _examples()


@pytest.mark.parametrize(("title", "then", "now", "prose"), ALL, ids=[example[0] for example in ALL])
def test_an_example_gives_the_figures_under_it(title: str, then: Side, now: Side, prose: str) -> None:
    assert _told(_steps(then, now)) in prose.splitlines()


def test_the_page_has_its_examples() -> None:
    assert len(ALL) >= 6


def test_every_word_for_what_became_of_a_criterion_is_explained() -> None:
    table = PAGE.partition("## Ce qu’un critère est devenu")[2].partition("## D’un score")[0]
    for label, _ in MOVES.values():
        assert label in table


def _steps(then: Side, now: Side) -> Steps:
    """Of a grid; of a module, given as grids, over those rated both times."""
    if "grilles" in then:
        before, after = then["grilles"], now["grilles"]
        found = reach(
            {grid: _rated(one) for grid, one in before.items()}, {g: _rated(after[g]) for g in after}
        )
        return sum((_steps(before[grid], after[grid]) for grid in found.both), Steps())
    version = 1 if set(then) == set(now) and not any(isinstance(one, dict) for one in now.values()) else 2
    return compare(_occasion(then, 1), _occasion(now, version)).steps


def _rated(side: Side) -> int:
    return sum(isinstance(_answer(one), Rated) for one in side.values())


def _occasion(side: Side, version: int) -> Occasion:
    answers = {code: answer for code, one in side.items() if (answer := _answer(one)) is not None}
    return Occasion(_edition(side, version), answers, ())


def _edition(side: Side, version: int) -> EditionContent:
    criteria = []
    for code, one in side.items():
        more = one if isinstance(one, dict) else {}
        replaces = {"replaces": more["remplace"]} if "remplace" in more else {}
        criteria.append({"criterion": code, "weight": more.get("poids", 1), **replaces})
    return an_edition("exemple", {"tout": criteria}, version=version)


def _answer(one: Any) -> Answer | None:
    said = one["reponse"] if isinstance(one, dict) else one
    return {"sans-reponse": None, "ne-sait-pas": Unknown()}.get(said, Rated(said))


def _told(steps: Steps) -> str:
    assert steps.then.score is not None
    assert steps.now.score is not None
    way = f"De {score_fr(steps.then.score)} à {score_fr(steps.now.score)} : "
    effects = steps.effects
    if effects is None:
        return way + "ces deux scores ne se comparent pas."
    told = (
        f"{way}dans le centre {points_fr(effects.centre)} (réponses {points_fr(effects.answers)}, "
        f"cotés une fois {points_fr(effects.coverage)}) ; demandé {points_fr(effects.asked)}."
    )
    return told.replace(NBSP, " ")
