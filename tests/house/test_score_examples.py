"""docs/scores.md: every example gives the figures beside it, and every code of a fault is explained."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aqss.cli import main
from aqss.config import ROOT
from aqss.domain.answers_file import RULES, read_answers
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import edition_of
from aqss.domain.scoring import Tally, band_of, pool, score_grid
from aqss.gateways.files import read_definitions
from aqss.gateways.french import NBSP, score_fr

DOCS = ROOT / "docs"
PAGE = (DOCS / "scores.md").read_text(encoding="utf-8")
EXAMPLES = DOCS / "exemples"


@dataclass(frozen=True)
class Example:
    title: str
    grid: Path
    answers: str
    result: str
    prose: str


def _examples() -> list[Example]:
    found = []
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, prose = part.partition("\n")
        link = re.search(r"\]\((exemples/cotation/[a-z]+\.yaml)\)", prose)
        answers = re.search(r"```yaml\n(.*?)```", prose, re.DOTALL)
        result = re.search(r"```json\n(.*?)```", prose, re.DOTALL)
        assert link is not None, title
        assert answers is not None, title
        assert result is not None, title
        found.append(Example(title, DOCS / link[1], answers[1], result[1], prose.replace(NBSP, " ")))
    return found


ALL = _examples()


@pytest.fixture(scope="module")
def examples() -> Catalogue:
    catalogue = load_catalogue(read_definitions(EXAMPLES, None))
    assert isinstance(catalogue, Catalogue), catalogue
    return catalogue


def _tally(catalogue: Catalogue, example: Example) -> Tally:
    content = edition_of(catalogue, example.grid.stem)
    given = read_answers(example.answers.encode(), "reponses.yaml", content, catalogue.flag_labels)
    return score_grid(content, given.answers, given.profile).tally


def test_the_page_has_its_examples() -> None:
    assert len(ALL) >= 10
    assert {example.grid for example in ALL} == set((EXAMPLES / "cotation").glob("*.yaml")) - {
        EXAMPLES / "cotation" / "module.yaml"
    }


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_an_example_gives_the_result_written_under_it(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "reponses.yaml"
    answers.write_text(example.answers, encoding="utf-8")
    assert main(["score", str(example.grid), str(answers)]) == 0
    assert _in_order(capsys.readouterr().out) == _in_order(example.result)


def _in_order(document: str) -> Any:
    return json.loads(document, object_pairs_hook=list)


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_an_example_says_the_score_as_it_is_shown(example: Example, examples: Catalogue) -> None:
    module = examples.module_named("cotation")
    tally = _tally(examples, example)
    band = band_of(tally.score, module.bands)
    shown = "aucun" if tally.score is None else f"**{score_fr(tally.score)}**"
    label = "" if band is None else f", « {band.label} »"
    provisional = ", provisoire" if tally.is_provisional(module.provisional_below) else ""
    assert f"Score montré : {shown}{label}{provisional}.\n" in example.prose


def test_the_module_example_pools_the_criteria_of_both_grids(examples: Catalogue) -> None:
    simple, courte = _tally(examples, ALL[0]), _tally(examples, ALL[-1])
    assert (ALL[0].grid.stem, ALL[-1].grid.stem) == ("simple", "courte")
    assert simple.score is not None
    assert courte.score is not None
    whole = pool([simple, courte])
    assert whole.score is not None
    rows = [
        f"| simple | {simple.earned} | {simple.rated} | {score_fr(simple.score)} |",
        f"| courte | {courte.earned} | {courte.rated} | {score_fr(courte.score)} |",
        f"| **module** | {whole.earned} | {whole.rated} | **{score_fr(whole.score)}** |",
        f"| moyenne des deux scores (non retenue) | | | {score_fr((simple.score + courte.score) / 2)} |",
    ]
    assert "\n".join(rows) in ALL[-1].prose
    assert whole.score != Fraction(simple.score + courte.score) / 2


@pytest.mark.parametrize("code", RULES)
def test_every_code_of_a_fault_is_explained(code: str) -> None:
    assert f"| {code} | {RULES[code].title[0].upper()}{RULES[code].title[1:]} |" in PAGE
