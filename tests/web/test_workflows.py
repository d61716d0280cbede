"""How a workflow is told in words, and the macro that shows it beside its picture."""

from __future__ import annotations

from typing import Any

import pytest

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.words import NAMED_DATES
from aqss.domain.definitions.workflows import Escalation, ReminderRule
from aqss.web.workflows import due_rule_fr, reminder_fr, span_fr, tell_workflow
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
    assert plain(due_rule_fr("3w")) == "sous 3 semaines"
    assert [due_rule_fr(name) for name in NAMED_DATES] == list(NAMED_DATES.values())
    assert due_rule_fr(None) == ""


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"before": "1w"}, "1 semaine avant l’échéance : pilote"),
        ({"after": "3d", "every": "1w"}, "3 jours après l’échéance, puis chaque semaine : pilote"),
        (
            {"after": "1d", "every": "2d", "at_most": 4},
            "1 jour après l’échéance, puis tous les 2 jours, 4 fois au plus : pilote",
        ),
        ({"after": "2w", "every": "2w"}, "2 semaines après l’échéance, puis toutes les 2 semaines : pilote"),
        ({"after": "1h", "every": "12h"}, "1 heure après l’échéance, puis toutes les 12 heures : pilote"),
        (
            {"after": "3d", "escalate": Escalation(after="2w", to=("manager", "coordinator"))},
            "3 jours après l’échéance : pilote. "
            "Si rien n’a bougé 2 semaines après l’échéance : direction, coordination",
        ),
    ],
)
def test_a_reminder_says_when_how_often_and_to_whom(rule: dict[str, Any], told: str) -> None:
    assert plain(reminder_fr(ReminderRule(to=("owner",), **rule))) == told


def test_every_shipped_workflow_can_be_told(catalogue: Catalogue) -> None:
    for workflow in catalogue.workflows.values():
        told = tell_workflow(workflow)
        assert [one.state for one in told.states] == list(workflow.states)
        for one in told.states:
            assert len(one.tasks) == len(one.state.checklist or ())
            assert len(one.reminders) == len(one.state.reminders or ())
            assert [passage.label for passage in one.passages] == [
                t.label for t in one.state.transitions or ()
            ]


def test_a_passage_says_by_whom_what_it_waits_for_and_what_it_does(catalogue: Catalogue) -> None:
    states = tell_workflow(catalogue.workflows["auto-evaluation"]).states
    opening = states[0].passages[0]
    assert (opening.to.label, opening.by) == ("Cotation", "coordination")
    assert opening.waits == [
        "Au moins une grille est choisie, et au moins une personne pour coter.",
        "L’objectif et le déclencheur sont écrits.",
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
