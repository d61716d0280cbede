"""docs/cotation-individuelle.md: every example gives the result written under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml

from aqss.config import ROOT
from aqss.domain.agenda import MINUTES, Topic, plan_agenda
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.domain.divergence import FEWEST_VOICES, RANKS_APART, VOICES_APART, Value, Verdict, Votes, spread_of
from aqss.gateways.french import NBSP, number_fr
from aqss.web.consensus.words import VERDICTS

PAGE = (ROOT / "docs" / "cotation-individuelle.md").read_text(encoding="utf-8").replace(NBSP, " ")

WORDS = {"partagee": Verdict.DIVERGENT, "moitie": Verdict.UNKNOWN, "a-discuter": Verdict.DISCUSS}
"""How the examples of agendas name what is read of a criterion."""


def _examples() -> list[tuple[str, Mapping[str, Any], str]]:
    """Title, what is given, prose."""
    found = []
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, prose = part.partition("\n")
        block = re.search(r"```yaml\n(.*?)```", prose, re.DOTALL)
        assert block is not None, title
        found.append((title, yaml.load(block[1], yaml.BaseLoader), prose))
    return found


SPREADS = [example for example in _examples() if "echelle" in example[1]]
AGENDAS = [example for example in _examples() if "criteres" in example[1]]


def test_the_page_has_its_examples() -> None:
    assert len(SPREADS) >= 11
    assert len(AGENDAS) >= 2
    assert len(SPREADS) + len(AGENDAS) == len(_examples())


@pytest.mark.parametrize(
    ("title", "given", "prose"), SPREADS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_an_example_of_voices_is_read_as_it_says(
    title: str, given: Mapping[str, Any], prose: str, catalogue: Catalogue
) -> None:
    scale = catalogue.scales[given["echelle"]]
    voices = [_value(scale, name) for name, count in given["voix"].items() for _ in range(int(count))]
    unknown, na = int(given.get("ne-sait-pas", 0)), int(given.get("non-concerne", 0))
    found = spread_of(scale, Votes(tuple(voices), unknown, na))
    expected = f"Résultat : **{VERDICTS[found.verdict][0]}**, "
    if found.shown is None:
        expected += "rien d’autre.\n"
    else:
        lower, upper = _named(scale, found.shown.lower), _named(scale, found.shown.upper)
        expected += f"médianes « {lower} » et « {upper} ».\n"
    assert expected in prose


@pytest.mark.parametrize(
    ("title", "given", "prose"), AGENDAS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_an_example_of_an_agenda_is_planned_as_it_says(
    title: str, given: Mapping[str, Any], prose: str
) -> None:
    topics = []
    for one in given["criteres"]:
        verdict = WORDS[one["on-lit"]]
        minutes = int(one.get("minutes", MINUTES[verdict]))
        topics.append(Topic(one["critere"], verdict, minutes, "imperatif" in one, "ne-sait-pas" in one))
    found = plan_agenda(topics, int(given["minutes"]))
    chosen, left = (", ".join(topic.key for topic in side) for side in (found.chosen, found.left))
    assert f"Ordre du jour : **{chosen}**, {found.minutes} minutes. Restent : {left}.\n" in prose


def test_the_thresholds_and_minutes_written_are_those_of_the_code() -> None:
    assert (FEWEST_VOICES, RANKS_APART, VOICES_APART) == (4, 2, 2)
    assert "**Sous quatre voix**" in PAGE
    split, unknown, other = (MINUTES[one] for one in (Verdict.DIVERGENT, Verdict.UNKNOWN, Verdict.DISCUSS))
    told = (
        f"{split} minutes quand l’équipe est partagée"
        f", {unknown} quand la moitié ou plus ne sait pas, {other} sinon."
    )
    assert told in " ".join(PAGE.split())


def test_the_page_names_every_verdict_as_the_screens_do() -> None:
    for label, _, _ in VERDICTS.values():
        assert f"| {label} |" in PAGE


def _value(scale: Scale, name: str) -> Value:
    return name if isinstance(scale, LevelsScale) else Decimal(name)


def _named(scale: Scale, value: Value) -> str:
    return scale.by_level[str(value)].label if isinstance(scale, LevelsScale) else number_fr(Decimal(value))
