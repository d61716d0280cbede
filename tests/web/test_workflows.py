"""How a workflow is told in words, and the macro that shows it beside its picture."""

from __future__ import annotations

from typing import Any

import pytest

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.words import NAMED_DATES
from aqss.web.workflows import due_rule_fr, span_fr, tell_workflow
from tests.markup import Element, parse
from tests.page import Site


def plain(words: str) -> str:
    return " ".join(words.split())


@pytest.mark.parametrize(
    ("span", "told"),
    [("1h", "1 heure"), ("12h", "12 heures"), ("14d", "14 jours"), ("1w", "1 semaine"), ("2w", "2 semaines")],
)
def test_a_span_is_told_in_its_own_unit(span: str, told: str) -> None:
    assert plain(span_fr(span)) == told


def test_a_due_date_is_a_span_from_the_entry_or_a_named_date() -> None:
    for subject, dates in NAMED_DATES.items():
        assert plain(due_rule_fr(subject, "3w")) == "sous 3 semaines"
        assert {name: due_rule_fr(subject, name) for name in dates} == dates
        assert due_rule_fr(subject, None) == ""


def test_every_shipped_workflow_can_be_told(catalogue: Catalogue) -> None:
    for workflow in catalogue.workflows.values():
        told = tell_workflow(workflow)
        assert [one.state for one in told.states] == list(workflow.states)
        for one in told.states:
            assert len(one.tasks) == len(one.state.checklist or ())
            assert [passage.label for passage in one.passages] == [
                t.label for t in one.state.transitions or ()
            ]


def test_a_passage_says_by_whom_what_it_waits_for_and_what_it_does(catalogue: Catalogue) -> None:
    states = tell_workflow(catalogue.workflows["auto-evaluation"]).states
    opening = states[0].passages[0]
    assert (opening.to.label, opening.by) == ("Cotation", "coordination")
    assert opening.waits == [
        "Choisir au moins une grille, et au moins une personne pour coter.",
        "Écrire l’objectif et le déclencheur.",
    ]
    assert opening.effects == ["Prévenir les personnes de l’équipe que la cotation est ouverte."]
    launching = tell_workflow(catalogue.workflows["action"]).states[0].passages[0]
    assert launching.by == "coordination ou pilote"


def shown(site: Site, catalogue: Catalogue, **where: Any) -> Element:
    """The macro's output for the shipped self-assessment."""
    told = tell_workflow(catalogue.workflows["auto-evaluation"], **where)
    template = site.app.jinja_env.get_template("components/workflow.html")
    root, faults = parse(str(template.module.workflow_steps(told, "h3")))  # type: ignore[attr-defined]
    assert not faults
    return root


def test_the_current_state_and_those_passed_are_marked_in_picture_and_words(
    site: Site, catalogue: Catalogue
) -> None:
    root = shown(site, catalogue, current="cotation", visited=["preparation", "cotation"])
    (here,) = root.all("li", aria_current="step")
    assert here["id"] == "etape-cotation"
    assert "Vous êtes ici" in here.words
    assert root.one("svg", class_="chart").words.count("Vous êtes ici") == 1
    assert "Déjà passée" in root.one("li", id="etape-preparation").words
    assert "Déjà passée" not in here.words
    assert "Fin" in root.one("li", id="etape-close").words
    assert [heading.tag for heading in root.all("h3")] == ["h3"] * 6


def test_without_a_run_no_state_is_the_current_one(site: Site, catalogue: Catalogue) -> None:
    root = shown(site, catalogue)
    assert not root.all("li", aria_current="step")
    assert "Vous êtes ici" not in root.words
    assert "Début" in root.one("li", id="etape-preparation").words
