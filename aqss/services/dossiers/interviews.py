"""The interviews of a dossier: the function of who was met, whether they agreed, what of the recording.

Nobody is named. Nothing is recorded without an agreement, and a recording is erased once written down. Each
interview fills a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.days import clean_day, days_around
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotFound, NotPossibleNow
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_line
from aqss.gateways.french import paris
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.dossiers import Dossier, Interview
from aqss.services.dossiers import sheets
from aqss.services.dossiers.finding import get_editable
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.parts import parts_of
from aqss.services.runs.passing import require_version

CONSENTS: Mapping[str, str] = {
    "none": "Pas encore noté",
    "oral": "Accord oral",
    "written": "Accord écrit",
}
"""What the person met agreed to, in the words a person reads."""

WHO_LIMIT = 160
AHEAD = timedelta(days=365)
"""How far an interview may be planned."""


@dataclass(frozen=True)
class Told:
    """What a person writes of an interview; ``who``: a function, never a name."""

    held_on: date | None
    who: str
    consent: str = "none"
    is_recorded: bool = False
    erased_on: date | None = None
    wishes_contact: bool = False


def list_interviews(session: Session, dossier: Dossier) -> tuple[Interview, ...]:
    """In the order of their dates."""
    rows = session.scalars(
        select(Interview).where(Interview.dossier_id == dossier.id).order_by(Interview.held_on, Interview.id)
    )
    return tuple(rows)


def add_interview(session: Session, actor: Actor, *, dossier_id: int, told: Told, now: datetime) -> Interview:
    """Note an interview, with its sheet where the dossier has grids; by who edits the dossier.

    Raises :class:`InvalidInput` (``consent-first`` on ``is_recorded``, ``not-recorded`` on ``erased_on``…),
    :class:`NotPossibleNow`, :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    dossier, workflow = _get_with_interviews(session, actor, dossier_id)
    told = _check(told, now)
    interview = Interview(dossier_id=dossier.id)
    _write(interview, told)
    if grids := parts_of(workflow).grids:
        title = sheets.propose_title(session, dossier, "Entretien")
        interview.assessment_id = sheets.open_sheet(session, actor, dossier, grids, title, now).id
    session.add(interview)
    note(session, actor, dossier, "interview-added", now)
    session.flush()
    return interview


def change_interview(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    interview_id: int,
    told: Told,
    expected_version: int,
    now: datetime,
) -> None:
    """Replace what is told of an interview, as the dossier stood at ``expected_version``.

    Refusals as :func:`add_interview`, ``recording-kept`` on ``is_recorded`` (a recording is first erased, the
    day noted), and :class:`~aqss.domain.errors.StaleEdit`.
    """
    dossier, _ = _get_with_interviews(session, actor, dossier_id)
    require_version(dossier, "dossier", expected_version)
    interview = _get(session, dossier, interview_id)
    told = _check(told, now)
    if _is_kept(interview) and not told.is_recorded:
        raise InvalidInput((Fault("is_recorded", "recording-kept"),))
    _write(interview, told)
    dossier.version += 1
    note(session, actor, dossier, "interview-changed", now)
    session.flush()


def remove_interview(
    session: Session, actor: Actor, *, dossier_id: int, interview_id: int, now: datetime
) -> None:
    """Take away an interview whose recording is erased and whose sheet is blank.

    Raises :class:`InvalidInput` (``recording-kept``, ``sheet-answered``), and as :func:`add_interview`.
    """
    dossier, _ = _get_with_interviews(session, actor, dossier_id)
    interview = _get(session, dossier, interview_id)
    if _is_kept(interview):
        raise InvalidInput((Fault("interview", "recording-kept"),))
    sheet_id = interview.assessment_id
    session.delete(interview)
    session.flush()
    if sheet_id is not None:
        sheets.drop_blank(session, sheets.get_sheet_of(session, dossier, sheet_id))
    note(session, actor, dossier, "interview-removed", now)
    session.flush()


def get_interview(
    session: Session, actor: Actor, dossier_id: int, interview_id: int
) -> tuple[Dossier, Interview]:
    """The interview, to be changed; refusals as changing it."""
    dossier, _ = _get_with_interviews(session, actor, dossier_id, lock=False)
    return dossier, _get(session, dossier, interview_id)


def are_consents_noted(session: Session, dossier: Dossier) -> bool:
    """Whether somebody was met, and everybody's agreement is noted."""
    met = list_interviews(session, dossier)
    return bool(met) and all(one.consent != "none" for one in met)


def are_recordings_deleted(session: Session, dossier: Dossier) -> bool:
    """Whether every recording is erased, the day noted."""
    return not any(_is_kept(one) for one in list_interviews(session, dossier))


def _is_kept(interview: Interview) -> bool:
    """Whether there is a recording of it, as far as aqss was told."""
    return interview.is_recorded and interview.erased_on is None


def _get_with_interviews(
    session: Session, actor: Actor, dossier_id: int, *, lock: bool = True
) -> tuple[Dossier, Workflow]:
    dossier, workflow = get_editable(session, actor, dossier_id, lock=lock)
    if not parts_of(workflow).has_interviews:
        raise NotPossibleNow("edit", dossier.state)
    return dossier, workflow


def _get(session: Session, dossier: Dossier, interview_id: int) -> Interview:
    found = session.get(Interview, interview_id) if 0 < interview_id <= LARGEST_ID else None
    if found is None or found.dossier_id != dossier.id:
        raise NotFound("interview", interview_id)
    return found


def _check(told: Told, now: datetime) -> Told:
    intake, today = Intake(), paris(now).date()
    earliest, _ = days_around(today)
    who = intake.read("", clean_line, "who", told.who, WHO_LIMIT)
    consent = intake.read("none", clean_choice, "consent", told.consent, CONSENTS)
    held_on = intake.read(None, clean_day, "held_on", told.held_on, earliest, today + AHEAD)
    if told.held_on is None:
        intake.fault("held_on", "required")
    if told.is_recorded and consent == "none":
        intake.fault("is_recorded", "consent-first")
    if told.erased_on is not None and not told.is_recorded:
        intake.fault("erased_on", "not-recorded")
    intake.read(None, clean_day, "erased_on", told.erased_on, held_on or earliest, today)
    intake.finish()
    return Told(held_on, who, consent, told.is_recorded, told.erased_on, told.wishes_contact)


def _write(interview: Interview, told: Told) -> None:
    interview.held_on = told.held_on or date.min  # checked before: a day is always told
    interview.who, interview.consent = told.who, told.consent
    interview.is_recorded, interview.erased_on = told.is_recorded, told.erased_on
    interview.wishes_contact = told.wishes_contact
