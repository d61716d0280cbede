"""A blind assessment as rows: who takes part, what each answered, what the team agreed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import BlindRating, Consensus, ConsensusSession, Participant, SecondRound
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import load_edition
from tests.builders import a_member
from tests.services.assessments.scene import NOW, Scene, an_assessment, pass_to

REVEALED = NOW + timedelta(days=1)

Said = str | Decimal | tuple[str, str]
"""A level, a number, or a kind and its words: ("na", "motif"), ("unknown", ""), ("text", "…")."""


def a_blind_assessment(session: Session, scene: Scene, people: int = 5, *grids: str) -> Assessment:
    """One awaiting validation, its session over, with that many participants and nothing answered."""
    return make_blind(session, an_assessment(session, scene, *grids), scene.centre, people)


def make_blind(session: Session, assessment: Assessment, centre: Centre, people: int) -> Assessment:
    """The same of an assessment just started."""
    for number in range(people):
        who = a_member(session, centre, name=f"Voix {number}", professions=("medecin",))
        session.add(
            Participant(assessment_id=assessment.id, user_id=who.id, professions=["medecin"], added_at=NOW)
        )
    assessment.rating, assessment.state, assessment.revealed_at = "blind", "validation", REVEALED
    session.flush()
    return assessment


def participants(session: Session, assessment: Assessment) -> Sequence[Participant]:
    return session.scalars(
        select(Participant).where(Participant.assessment_id == assessment.id).order_by(Participant.id)
    ).all()


def say(
    session: Session,
    assessment: Assessment,
    criterion: str,
    *said: Said | None,
    round: int = 1,  # noqa: A002 - the column's name
    comments: Mapping[int, str] | None = None,
    at: datetime = NOW,
) -> None:
    """Each participant in turn answers the criterion; None: not this one. ``comments``: by place in turn."""
    for place, (who, one) in enumerate(zip(participants(session, assessment), said, strict=False)):
        if one is not None:
            values = {"comment": (comments or {}).get(place, ""), "updated_at": at + timedelta(minutes=place)}
            session.add(
                BlindRating(
                    participant_id=who.id,
                    sheet_id=sheet_of(session, assessment, criterion),
                    criterion=criterion,
                    round=round,
                    **_columns(one),
                    **values,
                )
            )
    session.flush()


def sheet_of(session: Session, assessment: Assessment, criterion: str) -> int:
    """The sheet that asks that criterion."""
    sheets = session.scalars(select(Sheet).where(Sheet.assessment_id == assessment.id))
    return next(
        sheet.id for sheet in sheets if criterion in load_edition(session, sheet.edition_id).criteria_by_code
    )


def agree(session: Session, assessment: Assessment, criterion: str, answer: Said, **how: object) -> None:
    """The team's answer to the criterion, as its session leaves it."""
    key = {"sheet_id": sheet_of(session, assessment, criterion), "criterion": criterion}
    columns = {"words": "", "reason": "", "comment": "", **_columns(answer)}
    session.execute(insert(Answer).values(**key, **columns, updated_at=REVEALED, version=1))
    session.add(Consensus(**key, decided_at=REVEALED, **how))
    session.flush()
    rewrite_scores(session, assessment.id)


def a_sitting(
    session: Session, assessment: Assessment, opened_at: datetime = REVEALED, **more: object
) -> ConsensusSession:
    values = {"code": "ABCD", "minutes": 90, **more}
    sitting = ConsensusSession(assessment_id=assessment.id, opened_at=opened_at, **values)
    session.add(sitting)
    session.flush()
    return sitting


def a_second_round(
    session: Session,
    assessment: Assessment,
    criterion: str,
    sitting: ConsensusSession,
    *,
    is_closed: bool = True,
) -> None:
    session.add(
        SecondRound(
            sheet_id=sheet_of(session, assessment, criterion),
            criterion=criterion,
            session_id=sitting.id,
            opened_at=REVEALED,
            closed_at=REVEALED if is_closed else None,
        )
    )
    session.flush()


def validate(session: Session, scene: Scene, assessment: Assessment, now: datetime = NOW) -> None:
    """The direction closes it."""
    pass_to(session, scene.manager, assessment, "close", now)


def _columns(said: Said) -> dict[str, object]:
    if isinstance(said, Decimal):
        return {"kind": "number", "number": said}
    if isinstance(said, tuple):
        kind, text = said
        return {"kind": kind, **({"words": text} if kind == "text" else {"reason": text})}
    return {"kind": "level", "level": said}
