"""A small published catalogue, a centre with its team, and the few steps most stories start with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.editions import EditionContent, canonical_json, workflow_hash
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import InvalidInput
from aqss.gateways.links import Links
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.moving import move
from aqss.services.assessments.rating import SavedAnswer, Submission, save_answer
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.assessments.starting import start_assessment
from tests.builders import a_centre, a_member, a_user, actor_of, waive_essentials
from tests.clock import MONDAY_MORNING

NOW = MONDAY_MORNING
LINKS = Links("https://aqss.example")
WORKFLOWS = Path(__file__).parents[3] / "workflows"
TASKS_FIRST = """
workflow: auto-evaluation
version: 1
title: Essai
subject: assessment
states:
  - state: debut
    label: Début
    initial: true
    allows: [prepare]
    checklist:
      - {task: note, label: Écrire la note, role: manager, due: 1w}
      - {task: date, label: Retenir la date, role: member, due: round-end}
      - {task: libre, label: Sans date, role: coordinator}
    transitions:
      - {to: fin, label: Finir, by: [coordinator, member], when: [tasks-done]}
  - {state: fin, label: Fin, final: true, allows: [read-results]}
"""
"""A workflow whose check-list holds back its only passage."""

SCALES = {
    "maitrise": {
        "kind": "levels",
        "levels": [
            {"level": "oui", "label": "Oui", "value": Decimal(1)},
            {"level": "partiel", "label": "En partie", "value": Decimal("0.5")},
            {"level": "non", "label": "Non", "value": Decimal(0)},
        ],
    },
    "tiers": {
        "kind": "levels",
        "levels": [
            {"level": "a", "label": "A", "value": Decimal(1)},
            {"level": "b", "label": "B", "value": Decimal("0.3333")},
            {"level": "c", "label": "C", "value": Decimal(0)},
        ],
    },
    "taux": {
        "kind": "number",
        "unit": "%",
        "min": Decimal(0),
        "max": Decimal(100),
        "decimals": 1,
        "worst": Decimal(20),
        "best": Decimal(5),
    },
    "nombre": {"kind": "number", "min": Decimal(0)},
    "libre": {"kind": "text"},
}
BANDS = [
    {"from": Decimal(0), "band": "a-traiter", "label": "À traiter"},
    {"from": Decimal(50), "band": "a-consolider", "label": "À consolider"},
    {"from": Decimal(80), "band": "maitrise", "label": "Maîtrisé"},
]


def an_edition(
    grid: str,
    sections: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    module: str = "soins",
    scale: str = "maitrise",
    version: int = 1,
) -> EditionContent:
    """An edition from short criteria: {"criterion": …} with whatever else differs."""
    content = json.dumps(
        {
            "grid": {
                "grid": grid,
                "version": version,
                "module": module,
                "title": f"Grille {grid}",
                "purpose": "Essayer.",
                "scale": scale,
                "respondents": ("coordination", "medecin"),
                "sections": [
                    {
                        "section": section,
                        "title": section.capitalize(),
                        "criteria": [{"statement": f"Énoncé {c['criterion']}.", **c} for c in criteria],
                    }
                    for section, criteria in sections.items()
                ],
            },
            "module_title": module.capitalize(),
            "bands": BANDS,
            "provisional_below": Decimal("0.8"),
            "scales": [{"scale": name, "label": name, **scale} for name, scale in SCALES.items()],
            "flags": [{"flag": "dentaire", "label": "Dentaire"}],
            "professions": [{"profession": "infirmier", "label": "Infirmier"}],
        },
        default=str,
    )
    return EditionContent.model_validate_json(content)


COORDINATION = an_edition(
    "coordination",
    {
        "fonction": [
            {"criterion": "CO-1", "essential": True},
            {"criterion": "CO-2", "respondents": ["medecin"]},
        ],
        "concertation": [
            {"criterion": "CO-3", "weight": Decimal(2), "respondents": ["tous"]},
            {"criterion": "CO-4", "applies_to": {"any": ["dentaire"]}},
            {"criterion": "CO-5", "essential": True, "scale": "tiers"},
        ],
    },
)
HYGIENE = an_edition(
    "hygiene",
    {
        "mains": [
            {"criterion": "HY-1", "essential": True},
            {"criterion": "HY-2", "applies_to": {"none": ["dentaire"]}},
            {"criterion": "HY-3", "weight": Decimal("0.3")},
        ],
        "fauteuil": [{"criterion": "HY-4", "applies_to": {"all": ["dentaire"]}}],
    },
)
MEASURES = an_edition(
    "mesures",
    {
        "suivi": [
            {"criterion": "ME-1"},
            {"criterion": "ME-2", "scale": "nombre"},
            {"criterion": "ME-3", "scale": "libre"},
        ]
    },
    module="outils",
    scale="taux",
)
DENTAL = an_edition("fauteuil", {"soin": [{"criterion": "FA-1", "applies_to": {"any": ["dentaire"]}}]})
"""A grid that asks nothing of a centre without dental care; not among those published."""

EDITIONS = (COORDINATION, HYGIENE, MEASURES)
GRIDS = ("coordination", "hygiene", "mesures")


@cache
def read_workflow(text: str | None = None) -> Workflow:
    """A life cycle from YAML; the shipped one without text."""
    content = text or (WORKFLOWS / "auto-evaluation.yaml").read_text(encoding="utf-8")
    return Workflow.model_validate_json(json.dumps(yaml.safe_load(content)))


def publish(session: Session, *contents: EditionContent) -> None:
    """Make these the current editions of their grids."""
    for position, content in enumerate(contents):
        for known in session.scalars(select(Edition).where(Edition.grid == content.grid.grid)):
            known.is_current = False
        session.flush()
        session.add(
            Edition(
                grid=content.grid.grid,
                version=content.grid.version,
                module=content.grid.module,
                title=content.grid.title,
                hash=content.hash,
                grid_hash=content.grid_hash,
                content=content.canonical_json,
                published_at=NOW,
                position=position,
            )
        )
    session.flush()


def publish_workflow(session: Session, workflow: Workflow) -> None:
    session.add(
        WorkflowEdition(
            workflow=workflow.workflow,
            version=workflow.version,
            hash=workflow_hash(workflow),
            content=canonical_json(workflow),
            published_at=NOW,
            position=0,
        )
    )
    session.flush()


@dataclass(frozen=True)
class Scene:
    """A centre with one person of each role, and a centre where somebody else works."""

    centre: Centre
    coordinator: Actor
    manager: Actor
    member: Actor
    colleague: Actor
    stranger: Actor
    administrator: Actor


def set_scene(session: Session, *, flags: Sequence[str] = (), workflow: Workflow | None = None) -> Scene:
    """Publish the small catalogue and bring in the people."""
    publish(session, *EDITIONS)
    publish_workflow(session, workflow or read_workflow())
    centre = a_centre(session, name="Centre des Lilas", flags=list(flags))
    elsewhere = a_centre(session, name="Centre du Port")

    def somebody(name: str, role: Role, place: Centre, *professions: str) -> Actor:
        user = a_user(session, name=name)
        a_member(session, place, role=role, user=user, professions=professions)
        return actor_of(session, user)

    return Scene(
        centre=centre,
        coordinator=somebody("Camille Coordination", Role.COORDINATOR, centre, "coordination"),
        manager=somebody("Dominique Direction", Role.MANAGER, centre, "direction"),
        member=somebody("Mehdi Médecin", Role.MEMBER, centre, "medecin"),
        colleague=somebody("Inès Infirmière", Role.MEMBER, centre, "infirmier"),
        stranger=somebody("Sacha Ailleurs", Role.COORDINATOR, elsewhere, "coordination"),
        administrator=actor_of(session, a_user(session, name="Alix", is_administrator=True)),
    )


def a_scope(*grids: str, **more: Any) -> Scope:
    """A scope ready to be rated."""
    written = {"title": "Campagne 2026", "objective": "Situer nos pratiques.", "trigger": "a-priori"}
    return Scope(grids=grids, **{**written, **more})


def an_assessment(session: Session, scene: Scene, *grids: str, **more: Any) -> Assessment:
    """An assessment just started over these grids (all of them by default)."""
    return start(session, scene, a_scope(*(grids or GRIDS), **more))


def start(session: Session, scene: Scene, scope: Scope, now: datetime = NOW) -> Assessment:
    return start_assessment(session, scene.coordinator, centre_id=scene.centre.id, scope=scope, now=now)


def pass_to(session: Session, actor: Actor, assessment: Assessment, to: str, now: datetime = NOW) -> None:
    """Pass to a state, from the version at hand."""
    version = assessment.version
    if to == "close":
        waive_essentials(session, actor, assessment.id, now)
    move(session, actor, assessment_id=assessment.id, to=to, expected_version=version, now=now, links=LINKS)


def an_open_assessment(session: Session, scene: Scene, *grids: str, **more: Any) -> Assessment:
    """An assessment being rated."""
    assessment = an_assessment(session, scene, *grids, **more)
    pass_to(session, scene.coordinator, assessment, "cotation")
    return assessment


def finish_every_sheet(session: Session, actor: Actor, assessment: Assessment) -> None:
    grids = session.scalars(select(Sheet.grid).where(Sheet.assessment_id == assessment.id)).all()
    for grid in grids:
        finish_sheet(session, actor, assessment_id=assessment.id, grid=grid, now=NOW)


def close(session: Session, scene: Scene, assessment: Assessment, now: datetime = NOW) -> None:
    """From the rating to the end, by those whose turn it is."""
    finish_every_sheet(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "accord", now)
    pass_to(session, scene.coordinator, assessment, "validation", now)
    pass_to(session, scene.manager, assessment, "close", now)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []
    engine = session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def records_loaded(session: Session) -> Iterator[list[object]]:
    """The records read from the database meanwhile, the session having none at first."""
    session.expunge_all()
    seen: list[object] = []

    def note(_session: Session, record: object) -> None:
        seen.append(record)

    event.listen(session, "loaded_as_persistent", note)
    try:
        yield seen
    finally:
        event.remove(session, "loaded_as_persistent", note)


GRID_OF = {code: content.grid.grid for content in EDITIONS for code in content.criteria_by_code}


def rate(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    criterion: str,
    value: str,
    *,
    kind: str = "level",
    grid: str = "",
    expected_version: int | None = None,
    comment: str | None = None,
    write: str = "",
    now: datetime = NOW,
) -> SavedAnswer:
    """Save an answer; from the version that stands unless told otherwise."""
    submission = Submission(kind, value, comment, write)
    version = (
        current_version(session, assessment, criterion) if expected_version is None else expected_version
    )
    return save_answer(
        session,
        actor,
        assessment_id=assessment.id,
        grid=grid or GRID_OF[criterion],
        criterion=criterion,
        submission=submission,
        expected_version=version,
        now=now,
    )


def current_version(session: Session, assessment: Assessment, criterion: str) -> int:
    found = stored(session, assessment, criterion)
    return found.version if found else 0


def stored(session: Session, assessment: Assessment, criterion: str) -> Any:
    """The answer's row as it is in the database; None without one."""
    return session.execute(
        select(*Answer.__table__.c)
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(Sheet.assessment_id == assessment.id, Answer.criterion == criterion)
    ).one_or_none()


def journal(session: Session, verb: str) -> list[JournalEntry]:
    """The entries of that verb, in order."""
    query = select(JournalEntry).where(JournalEntry.verb == verb).order_by(JournalEntry.id)
    return list(session.scalars(query))


def count(session: Session, model: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def faults_of(refusal: InvalidInput) -> list[tuple[str, str]]:
    """(field, code) of each fault."""
    return [(fault.field, fault.code) for fault in refusal.faults]
