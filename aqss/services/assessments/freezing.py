"""What a report says besides scores and answers: as it is today, or as it was when the assessment closed.

The place, what it does, who took part by profession, and how many grids each module had: later changes to the
centre, its people and the catalogue move none of these in the report of a closed assessment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Answer, Assessment, Closing, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import Participant
from aqss.persistence.editions import Edition
from aqss.services.assessments.participants import HAS_RATED
from aqss.services.assessments.rounds import BLIND
from aqss.services.editions import load_edition

NO_PROFESSION = "Profession non précisée"


@dataclass(frozen=True)
class Participation:
    """How many people answered, and how many of each profession; one of two professions counts in both."""

    people: int
    professions: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Circumstances:
    """The place as the report names it, the labels of what it does, and who took part."""

    centre_name: str
    town: str
    finess: str | None
    activities: tuple[str, ...]
    participation: Participation


@dataclass(frozen=True)
class Labels:
    """The French of flags and professions."""

    flags: Mapping[str, str]
    professions: Mapping[str, str]


def read_circumstances(session: Session, assessment: Assessment) -> Circumstances:
    """Those frozen when the assessment closed; while it is open, those of today."""
    kept = assessment.frozen
    if kept is None:
        return _circumstances_today(session, assessment)
    return Circumstances(
        centre_name=kept["centre_name"],
        town=kept["town"],
        finess=kept["finess"],
        activities=tuple(kept["activities"]),
        participation=_kept_participation(kept),
    )


def _kept_participation(kept: Mapping[str, Any]) -> Participation:
    people = kept["participation"]
    return Participation(people["people"], tuple((label, count) for label, count in people["professions"]))


def read_grids_in_modules(session: Session, assessment: Assessment) -> Mapping[str, int]:
    """Module → its grids in the catalogue, at closing or today: « 5 grilles sur 9 »."""
    if assessment.frozen is not None:
        found: Mapping[str, int] = assessment.frozen["grids_in_modules"]
        return found
    return _grids_in_modules_today(session)


def freeze(session: Session, assessment: Assessment) -> None:
    """Keep on the assessment what is true now, in the transaction that closes it."""
    assessment.frozen = frozen_form(
        _circumstances_today(session, assessment), _grids_in_modules_today(session)
    )


def frozen_form(circumstances: Circumstances, grids_in_modules: Mapping[str, int]) -> dict[str, Any]:
    """What is kept in :attr:`Assessment.frozen`: words and counts, no name of a person."""
    people = circumstances.participation
    return {
        "centre_name": circumstances.centre_name,
        "town": circumstances.town,
        "finess": circumstances.finess,
        "activities": list(circumstances.activities),
        "participation": {"people": people.people, "professions": [list(one) for one in people.professions]},
        "grids_in_modules": dict(grids_in_modules),
    }


def labels_of(contents: Iterable[EditionContent]) -> Labels:
    """The labels that these editions hold; of two that differ, the first."""
    flags: dict[str, str] = {}
    professions: dict[str, str] = {}
    for content in contents:
        flags = content.flag_labels | flags
        professions = content.profession_labels | professions
    return Labels(flags, professions)


def participation_of(people: Sequence[Sequence[str]], labels: Labels) -> Participation:
    """Of people given by their professions; the most numerous profession first, those without one last."""
    counts = Counter(labels.professions[name] for one in people for name in one if name in labels.professions)
    named = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    others = sum(1 for one in people if labels.professions.keys().isdisjoint(one))
    return Participation(len(people), (*named, *(((NO_PROFESSION, others),) if others else ())))


def activities_of(profile: Sequence[str], labels: Labels) -> tuple[str, ...]:
    """A flag that no published grid asks about changes nothing, and is not told."""
    return tuple(labels.flags[flag] for flag in profile if flag in labels.flags)


def _circumstances_today(session: Session, assessment: Assessment) -> Circumstances:
    centre = session.get_one(Centre, assessment.centre_id)
    labels = labels_of(_editions(session, assessment.id))
    return Circumstances(
        centre_name=centre.name,
        town=centre.town,
        finess=centre.finess,
        activities=activities_of(assessment.profile, labels),
        participation=_participation_today(session, assessment, labels),
    )


def _participation_today(session: Session, assessment: Assessment, labels: Labels) -> Participation:
    """Of those whose answers stand, or who rated alone first.

    Once names are cut nobody can tell any more: reopened, it has the participation of its last closing.
    """
    if assessment.rating != BLIND:
        return participation_of(_professions_of_those_who_answered(session, assessment), labels)
    kept = session.scalar(
        select(Closing.frozen)
        .where(Closing.assessment_id == assessment.id)
        .order_by(Closing.rank.desc())
        .limit(1)
    )
    if kept is not None:
        return _kept_participation(kept)
    return participation_of(_professions_of_those_who_rated(session, assessment), labels)


def _editions(session: Session, assessment_id: int) -> Iterable[EditionContent]:
    """Those of its sheets, then the current ones: what its grids do not name, others do."""
    own = select(Sheet.edition_id).where(Sheet.assessment_id == assessment_id).order_by(Sheet.position)
    current = select(Edition.id).where(Edition.is_current).order_by(Edition.position)
    keys = dict.fromkeys([*session.scalars(own), *session.scalars(current)])
    return (load_edition(session, key) for key in keys)


def _professions_of_those_who_answered(session: Session, assessment: Assessment) -> list[list[str]]:
    """Of those whose answers stand: the professions they have in the centre today."""
    people = (
        select(Answer.updated_by_id.label("user_id"))
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(
            Sheet.assessment_id == assessment.id, Answer.kind != "blank", Answer.updated_by_id.is_not(None)
        )
        .distinct()
        .subquery()
    )
    rows = session.scalars(
        select(Membership.professions)
        .select_from(people)
        .outerjoin(
            Membership,
            (Membership.user_id == people.c.user_id) & (Membership.centre_id == assessment.centre_id),
        )
    )
    return [professions or [] for professions in rows]


def _professions_of_those_who_rated(session: Session, assessment: Assessment) -> Sequence[Sequence[str]]:
    """Of the participants who rated anything or said they had finished: the professions they rated as."""
    return session.scalars(
        select(Participant.professions).where(
            Participant.assessment_id == assessment.id,
            or_(Participant.finished_at.is_not(None), HAS_RATED),
        )
    ).all()


def _grids_in_modules_today(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Edition.module, func.count().label("grids")).where(Edition.is_current).group_by(Edition.module)
    )
    return {row.module: row.grids for row in rows}
