"""Changing what is told of a dossier: its words, its dates, who is in charge and who works on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.days import clean_day, days_around
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.intake import Intake
from aqss.gateways.french import paris
from aqss.persistence.dossiers import Dossier, DossierPerson
from aqss.services.dossiers.finding import get_editable, named_dates
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.offering import may_readdress, offered_people, offered_structures
from aqss.services.dossiers.parts import parts_of
from aqss.services.dossiers.starting import check_people, check_words, write_people
from aqss.services.runs.passing import redate, require_version


@dataclass(frozen=True)
class Words:
    """What a person writes of a dossier. What its workflow has no use of is left as it is.

    ``period_from`` and ``period_to``: first and last day of what its figures tell; ``year_ends_on``: the date
    workflows call ``year-end``; ``structure_id``: whom it is addressed to.
    """

    title: str
    purpose: str = ""
    owner_id: int | None = None
    people: Collection[int] = ()
    period_from: date | None = None
    period_to: date | None = None
    year_ends_on: date | None = None
    structure_id: int | None = None


def read_words(session: Session, dossier: Dossier) -> Words:
    """What is told of it now."""
    return Words(
        title=dossier.title,
        purpose=dossier.purpose,
        owner_id=dossier.owner_id,
        people=tuple(_people(session, dossier)),
        period_from=dossier.period_from,
        period_to=dossier.period_to,
        year_ends_on=dossier.year_ends_on,
        structure_id=dossier.structure_id,
    )


def change_dossier(
    session: Session, actor: Actor, *, dossier_id: int, words: Words, expected_version: int, now: datetime
) -> Dossier:
    """Replace what is told of the dossier, as it stood at ``expected_version``; its due date follows.

    Another structure reads it once it is sent to that one, and the one before no more. Raises
    :class:`InvalidInput` with every fault (``already-sent`` on ``structure``: see
    :func:`~.offering.may_readdress`), :class:`~aqss.domain.errors.StaleEdit`,
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`,
    :class:`~aqss.domain.errors.NotAllowed`.
    """
    dossier, workflow = get_editable(session, actor, dossier_id)
    require_version(dossier, "dossier", expected_version)
    before = read_words(session, dossier)
    after = _checked(session, dossier, workflow, words, before, now)
    changed = [name for name in vars(after) if getattr(after, name) != getattr(before, name)]
    if not changed:
        return dossier
    _write(session, dossier, after, changed)
    redate(dossier, workflow, named_dates(dossier))
    dossier.version += 1
    note(session, actor, dossier, "dossier-changed", now, {"changed": changed})
    session.flush()
    return dossier


def _checked(
    session: Session, dossier: Dossier, workflow: Workflow, words: Words, before: Words, now: datetime
) -> Words:
    intake, parts = Intake(), parts_of(workflow)
    title, purpose = check_words(intake, words.title, words.purpose)
    check_people(intake, words.owner_id, words.people, {key for key, _ in offered_people(session, dossier)})
    kept, span = words if parts.has_period else before, days_around(paris(now).date())
    period_from = intake.read(None, clean_day, "period_from", kept.period_from, *span)
    period_to = intake.read(None, clean_day, "period_to", kept.period_to, *span)
    year_ends_on = intake.read(None, clean_day, "year_ends_on", kept.year_ends_on, *span)
    if period_from and period_to and period_to < period_from:
        intake.fault("period_to", "before-start", period_from)
    structure_id = words.structure_id if parts.has_request else before.structure_id
    intake.read(None, _require_structure, session, dossier, workflow, structure_id)
    intake.finish()
    people = tuple(sorted({*words.people} - {words.owner_id}))
    return Words(title, purpose, words.owner_id, people, period_from, period_to, year_ends_on, structure_id)


def _require_structure(
    session: Session, dossier: Dossier, workflow: Workflow, structure_id: int | None
) -> None:
    """One that may be asked, or none; a request that was sent keeps the one it was sent to."""
    if structure_id == dossier.structure_id:
        return
    if not may_readdress(dossier, workflow):
        raise InvalidInput((Fault("structure", "already-sent"),))
    if structure_id not in {None, *(key for key, _ in offered_structures(session, dossier, workflow))}:
        raise InvalidInput((Fault("structure", "unknown-choice"),))


def _write(session: Session, dossier: Dossier, after: Words, changed: Collection[str]) -> None:
    for name in ("title", "purpose", "owner_id", "period_from", "period_to", "year_ends_on", "structure_id"):
        setattr(dossier, name, getattr(after, name))
    if "structure_id" in changed:
        dossier.sent_at = None
    if "people" in changed:
        session.execute(delete(DossierPerson).where(DossierPerson.dossier_id == dossier.id))
        write_people(session, dossier, after.people)


def _people(session: Session, dossier: Dossier) -> list[int]:
    own = select(DossierPerson.user_id).where(DossierPerson.dossier_id == dossier.id)
    return sorted(session.scalars(own))
