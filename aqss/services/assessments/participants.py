"""Who rates alone in an assessment: reading them, and what changing them takes away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotPossibleNow
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.noting import note
from aqss.services.assessments.rounds import BLIND, is_round_closed
from aqss.services.places import IS_HELD
from aqss.services.teams import is_of_team, list_team

HAS_RATED = exists().where(BlindRating.participant_id == Participant.id, BlindRating.kind != "blank")
"""The condition for a participant to have answered anything, while names are there."""


@dataclass(frozen=True, slots=True)
class ListedParticipant:
    """A participant; ``has_left``: they hold no role over the centre any more, and can rate nothing."""

    participant_id: int
    user_id: int
    name: str
    professions: tuple[str, ...]
    finished_at: datetime | None
    reminded_at: datetime | None
    has_left: bool


def list_participants(session: Session, assessment_id: int) -> tuple[ListedParticipant, ...]:
    """Everybody asked to rate alone, by name. One query; the caller has checked who asks."""
    return list_participants_of(session, [assessment_id]).get(assessment_id, ())


def list_participants_of(
    session: Session, assessment_ids: Collection[int]
) -> dict[int, tuple[ListedParticipant, ...]]:
    """Assessment → :func:`list_participants`, in one query for all; one without any is not there."""
    rows = session.execute(
        select(*Participant.__table__.c, User.name, Membership.id.label("held"))
        .join(User, User.id == Participant.user_id)
        .join(Assessment, Assessment.id == Participant.assessment_id)
        .outerjoin(
            Membership,
            and_(Membership.user_id == User.id, Membership.centre_id == Assessment.centre_id, IS_HELD),
        )
        .where(Participant.assessment_id.in_(assessment_ids))
        .order_by(User.name, User.id)
    )
    found: dict[int, tuple[ListedParticipant, ...]] = {}
    for row in rows:
        one = ListedParticipant(
            participant_id=row.id,
            user_id=row.user_id,
            name=row.name,
            professions=tuple(row.professions),
            finished_at=row.finished_at,
            reminded_at=row.reminded_at,
            has_left=row.held is None,
        )
        found[row.assessment_id] = (*found.get(row.assessment_id, ()), one)
    return found


def voices_of(participants: Iterable[ListedParticipant]) -> tuple[tuple[str, ...], ...]:
    """The professions of each one who can still rate: what :mod:`aqss.domain.divergence` counts voices by."""
    return tuple(one.professions for one in participants if not one.has_left)


def find_participant(session: Session, assessment_id: int, user_id: int) -> Participant | None:
    """That person's participation; None for who is not asked to rate alone."""
    return session.scalars(
        select(Participant).where(Participant.assessment_id == assessment_id, Participant.user_id == user_id)
    ).one_or_none()


def list_raters(session: Session, assessment: Assessment) -> Sequence[User]:
    """Whoever an open rating concerns, by name: the team, or of it only those asked to rate alone."""
    team = list_team(session, assessment.centre_id)
    if assessment.rating != BLIND:
        return team
    asked = {one.user_id for one in list_participants(session, assessment.id)}
    return [person for person in team if person.id in asked]


@dataclass(frozen=True)
class Change:
    """Who is asked from now on (``added``: users), who no longer is, and who is kept."""

    added: tuple[int, ...]
    removed: tuple[ListedParticipant, ...]
    kept: tuple[ListedParticipant, ...]

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.removed


def plan_change(participants: Sequence[ListedParticipant], user_ids: Sequence[int]) -> Change:
    """What it takes for those users to be the ones who rate alone."""
    known = {one.user_id for one in participants}
    return Change(
        added=tuple(user_id for user_id in user_ids if user_id not in known),
        removed=tuple(one for one in participants if one.user_id not in user_ids),
        kept=tuple(one for one in participants if one.user_id in user_ids),
    )


def require_change(
    session: Session, assessment: Assessment, workflow: Workflow, change: Change, removals: Collection[int]
) -> None:
    """Raise :class:`NotPossibleNow` for a change after the round, and :class:`InvalidInput` for a removal.

    Who has answered is removed only where ``removals`` names the user: their answers go with them.
    """
    if not change.is_empty and is_round_closed(workflow, assessment):
        raise NotPossibleNow("rate", assessment.state)
    rated = _who_has_rated(session, [one for one in change.removed if one.user_id not in removals])
    if rated:
        raise InvalidInput(
            tuple(
                Fault("participants", "participant-rated", (one.name,))
                for one in change.removed
                if one.participant_id in rated
            )
        )


def write_change(
    session: Session, actor: Actor, assessment: Assessment, change: Change, now: datetime
) -> None:
    """Make it so, with the journal; who is kept takes the professions they have now."""
    team = list_team_professions(session, assessment.centre_id)
    removed = [one.participant_id for one in change.removed]
    session.execute(delete(BlindRating).where(BlindRating.participant_id.in_(removed)))
    session.execute(delete(Participant).where(Participant.id.in_(removed)))
    _write_professions(session, change.kept, team)
    session.add_all(
        Participant(
            assessment_id=assessment.id,
            user_id=user_id,
            professions=list(team[user_id]),
            added_at=now,
        )
        for user_id in change.added
    )
    if not change.is_empty:
        facts = {"added": len(change.added), "removed": len(change.removed)}
        note(session, actor, assessment, "participants-changed", facts, now)
    session.flush()


def _write_professions(
    session: Session, kept: Iterable[ListedParticipant], team: Mapping[int, Sequence[str]]
) -> None:
    """Who has left the centre keeps those they had."""
    for one in kept:
        professions = list(team.get(one.user_id, one.professions))
        if professions != list(one.professions):
            session.get_one(Participant, one.participant_id).professions = professions


def list_team_professions(session: Session, centre_id: int) -> dict[int, list[str]]:
    """User → the professions they have in the centre now, for whoever holds a role there."""
    rows = session.execute(
        select(User.id, Membership.professions)
        .join(Membership, Membership.user_id == User.id)
        .where(is_of_team(centre_id))
    )
    return {row.id: row.professions for row in rows}


def _who_has_rated(session: Session, participants: Iterable[ListedParticipant]) -> set[int]:
    """Those of the participants who have said something of any criterion."""
    return set(
        session.scalars(
            select(BlindRating.participant_id)
            .where(
                BlindRating.participant_id.in_([one.participant_id for one in participants]),
                (BlindRating.kind != "blank") | (BlindRating.comment != ""),
            )
            .distinct()
        )
    )
