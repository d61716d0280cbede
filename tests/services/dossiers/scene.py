"""A centre with its team, a structure that may be asked, and the few steps most stories start with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import InvalidInput
from aqss.gateways.links import Links
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import Dossier
from aqss.persistence.journal import JournalEntry
from aqss.persistence.proofs import Proof
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.dossiers.changing import Words, change_dossier, read_words
from aqss.services.dossiers.documents import add_link
from aqss.services.dossiers.finding import get_run
from aqss.services.dossiers.moving import list_missing_documents, move_dossier
from aqss.services.dossiers.sheets import list_sheets
from aqss.services.dossiers.starting import Start, start_dossier
from aqss.services.dossiers.tasks import read_tasks, set_task
from aqss.services.proofs.adding import Description
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of
from tests.clock import MONDAY_MORNING

NOW = MONDAY_MORNING
TODAY = date(2026, 3, 2)

_numbers = itertools.count(1)
LINKS = Links("https://aqss.example")


@dataclass(frozen=True)
class Scene:
    """A centre with one person of each role, a structure of its region, and people from elsewhere."""

    centre: Centre
    structure: Structure
    coordinator: Actor
    manager: Actor
    member: Actor
    colleague: Actor
    stranger: Actor
    helper: Actor
    administrator: Actor


def set_scene(session: Session) -> Scene:
    centre = a_centre(session, name="Centre des Lilas", flags=["mt", "dentaire"], finess="240000001")
    elsewhere = a_centre(session, name="Centre du Port")
    structure = a_structure(session, name="CPias des Trois-Rives")

    def somebody(name: str, role: Role, place: Centre | Structure) -> Actor:
        user = a_user(session, name=name)
        a_member(session, place, role, user=user)
        return actor_of(session, user)

    return Scene(
        centre=centre,
        structure=structure,
        coordinator=somebody("Camille Coordination", Role.COORDINATOR, centre),
        manager=somebody("Dominique Direction", Role.MANAGER, centre),
        member=somebody("Mehdi Médecin", Role.MEMBER, centre),
        colleague=somebody("Inès Infirmière", Role.MEMBER, centre),
        stranger=somebody("Sacha Ailleurs", Role.COORDINATOR, elsewhere),
        helper=somebody("Odile Appui", Role.STRUCTURE, structure),
        administrator=actor_of(session, a_user(session, name="Alix", is_administrator=True)),
    )


def a_dossier(session: Session, scene: Scene, workflow: str = "patient-traceur", **more: Any) -> Dossier:
    """A dossier just started by the coordinator."""
    known = {"title": f"Dossier {workflow}", "owner_id": scene.coordinator.user_id}
    actor, now = more.pop("actor", scene.coordinator), more.pop("now", NOW)
    previous_id, centre = more.pop("previous_id", None), more.pop("centre", scene.centre)
    return start_dossier(
        session,
        actor,
        centre_id=centre.id,
        start=Start(workflow=workflow, **{**known, **more}),
        now=now,
        previous_id=previous_id,
    )


def workflow_of(session: Session, scene: Scene, dossier: Dossier) -> Workflow:
    return get_run(session, scene.coordinator, dossier.id, Permission.DOSSIER_READ)[1]


def go(
    session: Session, actor: Actor, dossier: Dossier, to: str, *, now: datetime = NOW, reason: str = ""
) -> Dossier:
    """Pass to a state, from the version at hand."""
    return move_dossier(
        session,
        actor,
        dossier_id=dossier.id,
        to=to,
        expected_version=dossier.version,
        now=now,
        links=LINKS,
        reason=reason,
    )


def do_tasks(session: Session, scene: Scene, dossier: Dossier) -> None:
    """Tick every task of the present state; whoever leads may."""
    workflow = workflow_of(session, scene, dossier)
    for line in read_tasks(session, scene.coordinator, dossier, workflow):
        code = line.line.task if line.line else str(line.key)
        set_task(session, scene.coordinator, dossier_id=dossier.id, task=code, done=True, now=NOW)


def give_documents(session: Session, scene: Scene, dossier: Dossier) -> None:
    """Attach an address for each document that the present state waits for."""
    for name in list_missing_documents(session, dossier, workflow_of(session, scene, dossier)):
        attach(session, scene, dossier, document=name)


def attach(session: Session, scene: Scene, dossier: Dossier, **more: Any) -> Proof:
    """A new address, as that document; another of the coordinator unless told."""
    known = {
        "actor": scene.coordinator,
        "document": "",
        "url": f"https://exemple.fr/{next(_numbers)}",
        "title": "Document joint",
        **more,
    }
    described = Description(known.pop("title"), TODAY, None)
    actor = known.pop("actor")
    return add_link(session, actor, dossier_id=dossier.id, description=described, now=NOW, **known)


def finish_grids(session: Session, scene: Scene, dossier: Dossier) -> None:
    """Declare every grid of every sheet finished, blank."""
    for sheet in list_sheets(session, dossier):
        for grid in sheet.grids:
            finish_sheet(session, scene.member, assessment_id=sheet.assessment_id, grid=grid.grid, now=NOW)


def change(session: Session, scene: Scene, dossier: Dossier, **more: Any) -> Dossier:
    """Change what is told of it, the rest as it stands."""
    actor, version = more.pop("actor", scene.coordinator), more.pop("version", dossier.version)
    words = Words(**{**vars(read_words(session, dossier)), **more})
    return change_dossier(
        session, actor, dossier_id=dossier.id, words=words, expected_version=version, now=NOW
    )


def journal(session: Session, verb: str) -> list[Any]:
    """(who, facts) of the entries of that verb."""
    rows = session.scalars(select(JournalEntry).where(JournalEntry.verb == verb).order_by(JournalEntry.id))
    return [(row.user_id, row.facts) for row in rows]


def faults_of(refusal: InvalidInput) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in refusal.faults]
