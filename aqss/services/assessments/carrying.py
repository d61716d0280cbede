"""Starting from the last assessment: its scope offered again, its answers and proofs as a starting point."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.answers import check_rating
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.scales import Scale
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.scoring import NotApplicable, Rated
from aqss.persistence.assessments import Answer, Assessment, Assignment, Sheet
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.consensus import Participant
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.following import follow
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, recorded
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.scope import Scope
from aqss.services.editions import current_editions, load_edition
from aqss.services.proof_uses import carry_proofs
from aqss.services.teams import list_team

_KINDS = {"levels": "level", "number": "number", "text": "text"}


@dataclass(frozen=True)
class Precedent:
    """A closed assessment to start from; ``scope``: what it would give the next one.

    Grids still in the catalogue, and people still of the team.
    """

    assessment: Assessment
    scope: Scope


def find_latest_closed(session: Session, actor: Actor, centre_id: int) -> Assessment | None:
    """The assessment of the centre that closed last: what the next one is offered to start from."""
    require(actor, Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    return session.scalars(
        select(Assessment)
        .where(Assessment.centre_id == centre_id, IS_SELF_ASSESSMENT, Assessment.closed_at.is_not(None))
        .order_by(Assessment.closed_at.desc(), Assessment.id.desc())
        .limit(1)
    ).one_or_none()


def read_precedent(session: Session, actor: Actor, centre_id: int, previous_id: int) -> Precedent:
    """What starting from that assessment offers. Raises as :func:`get_previous`."""
    require(actor, Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    previous = get_previous(session, centre_id, previous_id)
    offered = {edition.grid for edition in current_editions(session)}
    team = {person.id for person in list_team(session, centre_id)}
    asked: dict[str, list[int]] = {sheet.grid: [] for sheet in previous.sheets if sheet.grid in offered}
    rows = session.execute(
        select(Sheet.grid, Assignment.user_id)
        .join(Assignment, Assignment.sheet_id == Sheet.id)
        .where(Sheet.assessment_id == previous.id)
        .order_by(Assignment.user_id)
    )
    for row in rows:
        if row.grid in asked and row.user_id in team:
            asked[row.grid].append(row.user_id)
    raters = session.scalars(
        select(Participant.user_id)
        .where(Participant.assessment_id == previous.id)
        .order_by(Participant.user_id)
    )
    scope = Scope(
        title=previous.title,
        objective=previous.objective,
        trigger=previous.trigger,
        grids=tuple(asked),
        assignments=asked,
        rating=previous.rating,
        participants=tuple(user_id for user_id in raters if user_id in team),
    )
    return Precedent(previous, scope)


def find_previous(session: Session, centre_id: int, previous_id: int | None) -> Assessment | None:
    """The closed assessment of that very centre under that key. The caller has checked who asks."""
    if previous_id is None or not 0 < previous_id <= LARGEST_ID:
        return None
    known = session.get(Assessment, previous_id)
    is_theirs = known is not None and known.centre_id == centre_id and known.closed_at is not None
    return known if is_theirs else None


def get_previous(session: Session, centre_id: int, previous_id: int) -> Assessment:
    """:func:`find_previous`, or :class:`InvalidInput` on ``previous_id``."""
    known = find_previous(session, centre_id, previous_id)
    if known is None:
        raise InvalidInput((Fault("previous_id", "unknown-choice"),))
    return known


def carry(session: Session, assessment: Assessment, previous: Assessment, now: datetime) -> None:
    """Give a new assessment the answers of ``previous`` where the team rates together, and its proofs.

    An answer is carried to the criterion of the same code, else to the one that replaces it, as long as its
    level or number still exists on the scale. Where several were merged, only what they all say. « Ne sait
    pas » and comments stay behind. Nobody has given the answers carried until somebody confirms them.
    The caller then writes the scores.
    """
    assessment.previous_id = previous.id
    heritage: dict[tuple[str, str], Collection[str]] = {}
    rows: list[dict[str, Any]] = []
    then = {sheet.grid: sheet for sheet in previous.sheets}
    for sheet in assessment.sheets:
        if sheet.grid in then:
            content = load_edition(session, sheet.edition_id)
            earlier = load_edition(session, then[sheet.grid].edition_id)
            codes = follow(session, content, earlier)
            heritage |= {(sheet.grid, code): earlier_codes for code, earlier_codes in codes.items()}
            if assessment.rating != BLIND:
                answers = _read_answers(session, then[sheet.grid].id)
                rows += _carried(sheet.id, content, assessment.profile, codes, answers)
    if rows:
        session.execute(insert(Answer), [{**row, "updated_at": now} for row in rows])
    carry_proofs(session, previous, assessment, heritage)


def _read_answers(session: Session, sheet_id: int) -> dict[str, Recorded]:
    rows = session.execute(select(*Answer.__table__.c).where(Answer.sheet_id == sheet_id))
    return {row.criterion: recorded(row) for row in rows}


def _carried(
    sheet_id: int,
    content: EditionContent,
    profile: Sequence[str],
    codes: Mapping[str, Sequence[str]],
    answers: Mapping[str, Recorded],
) -> Iterator[dict[str, Any]]:
    for criterion in content.grid.criteria:
        code = criterion.criterion
        found = _find_answer(code, codes[code], answers)
        if found is not None and criterion.applies(profile) and _is_valid(content.scale_of(criterion), found):
            yield {
                "sheet_id": sheet_id,
                "criterion": code,
                "kind": found.kind,
                "level": found.level,
                "number": found.number,
                "words": found.words,
                "reason": found.reason,
                "comment": "",
                "carried": True,
                "version": 1,
                "updated_by_id": None,
            }


def _find_answer(code: str, earlier: Sequence[str], answers: Mapping[str, Recorded]) -> Recorded | None:
    """The answer to the same code, else the one that every criterion it replaces was given."""
    if code in earlier:
        earlier = (code,)
    found = {replace(answers.get(one, BLANK), comment="") for one in earlier}
    return found.pop() if len(found) == 1 else None


def _is_valid(scale: Scale, answer: Recorded) -> bool:
    """Whether the answer can still be given on that scale."""
    said = answer_of(answer)
    if isinstance(said, NotApplicable):
        return True
    if not isinstance(said, Rated) or answer.kind != _KINDS[scale.kind]:
        return False
    try:
        check_rating(scale, said.value)
    except InvalidInput:
        return False
    return True
