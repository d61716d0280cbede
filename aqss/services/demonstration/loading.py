"""Writing the demonstration in bulk: places, people, assessments with their answers and score rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.geography import FICTIONAL_REGION
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import BranchSite, Centre, Structure
from aqss.persistence.journal import JournalEntry
from aqss.services.actions.starting import WORKFLOW
from aqss.services.demonstration.assessing import add_campaign
from aqss.services.demonstration.campaigns import plan_campaigns
from aqss.services.demonstration.days import at, today_of
from aqss.services.demonstration.dossiers import Filing
from aqss.services.demonstration.planning import Planner
from aqss.services.demonstration.published import Published
from aqss.services.demonstration.region import (
    ADMINISTRATOR,
    FictionalCentre,
    FictionalPerson,
    plan_centre,
    plan_structures,
)
from aqss.services.demonstration.rows import Writer


def has_centres(session: Session) -> bool:
    """Whether the database already holds centres: the demonstration is for an empty one."""
    return bool(session.scalar(select(func.count()).select_from(select(Centre.id).limit(1).subquery())))


def is_loaded(session: Session) -> bool:
    """Whether what the database holds is the demonstration: its administrator is there."""
    return session.scalar(select(User.id).where(User.email == ADMINISTRATOR.email)) is not None


def load_demonstration(
    session: Session,
    published: Published,
    *,
    centres: int,
    years: int,
    loaded_on: date,
    password_hash: str,
    proofs: Path,
    advance: Callable[[], object],
) -> None:
    """Write ``centres`` centres with ``years`` years of assessments; ``advance`` is called after each centre.

    The same numbers give the same rows, dated by the week of ``loaded_on``, a day in Paris. Everybody
    signs in with the password of ``password_hash``. Files go to the folder ``proofs``. Nothing is committed
    here.
    """
    writer = Writer(session)
    known: dict[str, int] = {}
    today = today_of(loaded_on)
    started = at(today - timedelta(days=365 * years))
    structure_ids = _add_administration(writer, known, password_hash, started)
    for number in range(centres):
        centre = plan_centre(number)
        centre_id = _add_centre(writer, known, centre, password_hash, started)
        closed_id: int | None = None
        planner = Planner(writer, published.workflows[WORKFLOW], centre, centre_id, known, today)
        for campaign in plan_campaigns(number, years, today):
            previous_id = closed_id if campaign.starts_from_last else None
            added = add_campaign(writer, published, centre, centre_id, known, campaign, proofs, previous_id)
            if campaign.is_closed:
                closed_id = added.assessment_id
                planner.answer(campaign, added)
        if number == 0:
            figures, support = published.figures, structure_ids["cpias"]
            Filing(writer, published.workflows, figures, centre, centre_id, known, support, today).add_all()
        writer.flush()
        advance()
    writer.continue_sequences()


def _add_administration(
    writer: Writer, known: dict[str, int], password_hash: str, started: datetime
) -> dict[str, int]:
    """Kind of support structure → its number."""
    structure_ids = {}
    _user(writer, known, ADMINISTRATOR, password_hash, started)
    for structure in plan_structures():
        structure_id = writer.add_numbered(
            Structure,
            name=structure.name,
            kind=structure.kind,
            regions=[FICTIONAL_REGION],
            modules=list(structure.modules),
            version=1,
            created_at=started,
            closed_at=None,
        )
        _note_creation(writer, known, "structure", structure_id, started)
        user_id = _user(writer, known, structure.person, password_hash, started)
        _membership(writer, user_id, structure.person, started, structure_id=structure_id)
        structure_ids[structure.kind] = structure_id
    return structure_ids


def _add_centre(
    writer: Writer, known: dict[str, int], centre: FictionalCentre, password_hash: str, started: datetime
) -> int:
    centre_id = writer.add_numbered(
        Centre,
        name=centre.name,
        kind=centre.kind,
        finess=centre.finess,
        region=FICTIONAL_REGION,
        department=centre.department,
        town=centre.town,
        flags=list(centre.flags),
        version=1,
        created_at=started,
        closed_at=None,
    )
    _note_creation(writer, known, "centre", centre_id, started, centre_id=centre_id)
    for site in centre.sites:
        writer.add_numbered(BranchSite, centre_id=centre_id, name=site, address="")
    for person in centre.team:
        user_id = _user(writer, known, person, password_hash, started)
        _membership(writer, user_id, person, started, centre_id=centre_id)
    return centre_id


def _note_creation(
    writer: Writer,
    known: dict[str, int],
    kind: str,
    key: int,
    started: datetime,
    centre_id: int | None = None,
) -> None:
    """The administrator's entry in the journal."""
    writer.add_numbered(
        JournalEntry,
        at=started,
        user_id=known[ADMINISTRATOR.email],
        centre_id=centre_id,
        verb="created",
        subject_kind=kind,
        subject_id=key,
        facts={},
    )


def _user(
    writer: Writer, known: dict[str, int], person: FictionalPerson, password_hash: str, started: datetime
) -> int:
    if person.email not in known:
        known[person.email] = writer.add_numbered(
            User,
            email=person.email,
            name=person.name,
            password_hash=password_hash,
            is_administrator=person.role is Role.ADMINISTRATOR,
            created_at=started,
            disabled_at=None,
        )
    return known[person.email]


def _membership(
    writer: Writer,
    user_id: int,
    person: FictionalPerson,
    started: datetime,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
) -> None:
    writer.add_numbered(
        Membership,
        user_id=user_id,
        role=person.role.value,
        centre_id=centre_id,
        structure_id=structure_id,
        professions=list(person.professions),
        created_at=started,
        disabled_at=None,
    )
