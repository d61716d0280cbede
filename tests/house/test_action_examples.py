"""docs/actions.md: every example gives the line written under it, and every word of the screens is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml

from aqss.config import ROOT
from aqss.domain.actions import (
    FIRST_FROM,
    MARKS,
    NEVER_LATER,
    NEXT_FROM,
    SOON,
    Marks,
    days_late,
    is_due_soon,
    is_to_review,
    needs_answer,
    progress_of_steps,
    propose_marks,
    zone_of,
)
from aqss.domain.answers import parse_rating
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.effects import (
    Expected,
    MoveCount,
    check_expected,
    compare_effects,
    outcome_of,
    weak_criteria,
)
from aqss.domain.progress import Move, Occasion, compare
from aqss.domain.scoring import Answer, Unknown
from aqss.gateways.french import NBSP, count_fr
from aqss.services.actions.words import CRITICALITIES, FEASIBILITIES, IMPACTS, OUTCOMES, ZONES
from aqss.web.assessments.evolution import MOVES
from tests.services.assessments.scene import an_edition

PAGE = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8").replace(NBSP, " ")

Given = Mapping[str, Any]


def _examples() -> list[tuple[str, Given, str]]:
    """Title, what is given, prose on one line."""
    found = []
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, prose = part.partition("\n")
        block = re.search(r"```yaml\n(.*?)```", prose, re.DOTALL)
        assert block is not None, title
        told = " ".join(prose[block.end() :].split())
        found.append((title, yaml.load(block[1], yaml.BaseLoader), told))
    return found


ALL = _examples()


@pytest.mark.parametrize(("title", "given", "told"), ALL, ids=[example[0] for example in ALL])
def test_an_example_gives_what_is_written_under_it(
    title: str, given: Given, told: str, catalogue: Catalogue
) -> None:
    (tell,) = [tell for kind, tell in KINDS.items() if kind in given]
    assert told.endswith(tell(given, catalogue).replace(NBSP, " "))


def test_every_kind_of_example_is_there() -> None:
    for kind in KINDS:
        assert any(kind in given for _, given, _ in ALL), kind


def test_the_three_marks_are_told_in_the_words_of_the_screens() -> None:
    for words in (CRITICALITIES, FEASIBILITIES, IMPACTS):
        rows = "\n".join(f"| {mark} | {words[mark]} |" for mark in reversed(MARKS))
        assert rows in PAGE


def test_the_table_of_zones_is_that_of_the_code() -> None:
    for criticality in MARKS:
        row = " | ".join(ZONES[zone_of(criticality, feasibility)] for feasibility in MARKS)
        assert f"| {criticality} | {row} |" in PAGE


def test_the_thresholds_written_are_those_of_the_code() -> None:
    assert f"fait {FIRST_FROM} ou plus" in PAGE
    assert f": {NEXT_FROM} ou plus, ou bien une criticité de {NEVER_LATER} :" in PAGE
    assert SOON.days == 7
    assert "dans les sept jours" in PAGE


def test_every_outcome_is_explained_in_the_words_of_the_screens() -> None:
    for label in OUTCOMES.values():
        assert f"| {label} |" in PAGE


def _of_criterion(given: Given, catalogue: Catalogue) -> str:
    said = given["critere"]
    criterion = Criterion(
        criterion="A-1",
        statement="Un énoncé.",
        essential="imperatif" in said,
        stakes=tuple(said["enjeux"]) if "enjeux" in said else None,
        weight=Decimal(said.get("poids", 1)),
    )
    scale = _scale(said, catalogue)
    answer = _answer(scale, said["reponse"])
    marks = propose_marks(criterion, scale, answer)
    needs = (
        "demande une action ou un motif" if needs_answer(criterion, scale, answer, ()) else "ne demande rien"
    )
    return (
        f"Proposé : criticité {marks.criticality}, faisabilité {marks.feasibility}, impact {marks.impact} ;"
        f" priorité {marks.priority}, zone « {ZONES[marks.zone]} ». Il {needs}."
    )


def _of_plan(given: Given, _: Catalogue) -> str:
    plan = {
        name: Marks(int(one["criticite"]), int(one["faisabilite"]), int(one["impact"]))
        for name, one in given["plan"].items()
    }
    return f"Ordre : {', '.join(sorted(plan, key=lambda name: plan[name].rank))}."


def _of_steps(given: Given, _: Catalogue) -> str:
    steps = given["taches"]
    return f"Avancement : {progress_of_steps(int(steps['faites']), int(steps['prevues']))} %."


def _of_dates(given: Given, _: Catalogue) -> str:
    said = given["dates"]
    today, due_on = (date.fromisoformat(said[name]) for name in ("aujourd-hui", "echeance"))
    review_on = date.fromisoformat(said["revue"]) if "revue" in said else None
    is_done = said["faite"] == "oui"
    late = days_late(due_on, today, is_done=is_done)
    read = [
        *([f"En retard de {count_fr(late, 'jour')}"] if late else []),
        *(["Bientôt"] if is_due_soon(due_on, today, is_done=is_done) else []),
        *(["À revoir"] if is_to_review(review_on, today, is_waiting=is_done) else []),
    ]
    return f"On lit : {', '.join(read) or 'rien'}."


def _of_effect(given: Given, catalogue: Catalogue) -> str:
    said = given["effet"]
    scale = _scale(said, catalogue)
    start, target = (parse_rating(scale, said[name]) for name in ("depart", "attendu"))
    expected = Expected(scale, start, target)
    check_expected(expected)
    outcome = outcome_of(expected, scale, _answer(scale, said["ensuite"]))
    return f"Résultat : **{OUTCOMES[outcome]}**."


def _of_two_groups(given: Given, catalogue: Catalogue) -> str:
    content = an_edition("exemple", {"tout": [{"criterion": code} for code in given["avant"]]})
    then, now = (
        Occasion(content, {code: _known(catalogue, one) for code, one in given[side].items()}, ())
        for side in ("avant", "maintenant")
    )
    found = compare_effects(compare(then, now).criteria, weak_criteria(then), given["actions"])
    return f"Avec une action : {_counts(found.with_action)}. Sans action : {_counts(found.without)}."


def _counts(count: MoveCount) -> str:
    moves = {Move.BETTER: count.better, Move.SAME: count.same, Move.WORSE: count.worse}
    told = [*moves.items(), (Move.NOT_COMPARABLE, count.other)]
    return ", ".join(f"{number} {MOVES[move][0].lower()}" for move, number in told)


def _known(catalogue: Catalogue, word: str) -> Answer:
    answer = _answer(catalogue.scales["maitrise"], word)
    assert answer is not None
    return answer


def _scale(said: Given, catalogue: Catalogue) -> Scale:
    return catalogue.scales[said.get("echelle", "maitrise")]


def _answer(scale: Scale, word: str) -> Answer | None:
    return Unknown() if word == "ne-sait-pas" else parse_rating(scale, word)


KINDS: Mapping[str, Callable[[Given, Catalogue], str]] = {
    "critere": _of_criterion,
    "plan": _of_plan,
    "taches": _of_steps,
    "dates": _of_dates,
    "effet": _of_effect,
    "avant": _of_two_groups,
}
"""What an example gives → the line it is told in."""
