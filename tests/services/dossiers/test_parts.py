"""What a dossier keeps besides, told by what its workflow uses and never by its name."""

from __future__ import annotations

import json

import pytest
import yaml

from aqss.domain.definitions.workflows import Workflow
from aqss.services.dossiers.parts import parts_of

BARE = """
workflow: de-chez-nous
version: 1
title: Un parcours de chez nous
subject: dossier
{more}
states:
  - state: debut
    label: Début
    initial: true
    {due}
    transitions: [{{to: fin, label: Finir, by: [{by}]{words}}}]
  - {{state: fin, label: Fin, final: true}}
"""


def a_workflow(more: str = "", due: str = "", by: str = "coordinator", words: str = "") -> Workflow:
    text = BARE.format(more=more, due=due, by=by, words=words)
    return Workflow.model_validate_json(json.dumps(yaml.safe_load(text)))


def test_a_bare_workflow_keeps_nothing_besides() -> None:
    parts = parts_of(a_workflow())
    assert parts.grids == ()
    assert not any((parts.has_period, parts.has_interviews, parts.has_request, parts.opens_centre))
    assert not parts.has_targets
    assert not parts.takes_more_sheets


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"words": ", when: [period-chosen]"}, "has_period"),
        ({"due": "due: year-end"}, "has_period"),
        ({"due": "checklist: [{task: t, label: T, role: member, due: year-end}]"}, "has_period"),
        ({"words": ", when: [consents-noted]"}, "has_interviews"),
        ({"words": ", when: [recordings-deleted]"}, "has_interviews"),
        ({"words": ", when: [question-written]"}, "has_request"),
        ({"words": ", then: [tell-structure]"}, "has_request"),
        ({"by": "structure"}, "has_request"),
        ({"words": ", when: [centre-described]"}, "opens_centre"),
        ({"words": ", then: [open-centre]"}, "opens_centre"),
    ],
)
def test_a_word_of_the_workflow_brings_its_part(more: dict[str, str], name: str) -> None:
    assert getattr(parts_of(a_workflow(**more)), name)


def test_grids_make_sheets_that_people_add_unless_a_period_or_interviews_rule_them() -> None:
    grids = "grids: [patient-traceur]"
    assert parts_of(a_workflow(grids)).takes_more_sheets
    of_a_year = parts_of(a_workflow(grids, words=", when: [period-chosen]"))
    assert of_a_year.has_targets
    assert not of_a_year.takes_more_sheets
    assert not parts_of(a_workflow(grids, words=", when: [consents-noted]")).takes_more_sheets
