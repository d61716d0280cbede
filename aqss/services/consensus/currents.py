"""The criterion on the screens: what was rated of it, what the team says, said last time, can show for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Answer, Assessment
from aqss.persistence.consensus import AgendaItem, Consensus, ConsensusSession, SecondRound
from aqss.services.assessments.agreed import SetAside, read_set_aside
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.spreads import Key, read_spreads
from aqss.services.consensus.agendas import Matter
from aqss.services.consensus.previous import Previous, find_previous
from aqss.services.consensus.second_rounds import Turnout, read_turnout
from aqss.services.consensus.sittings import Point
from aqss.services.proof_uses import ShownProof, list_proofs_of


@dataclass(frozen=True, slots=True)
class Settled:
    """How the team came to an answer: see :class:`aqss.persistence.consensus.Consensus`."""

    reason: str
    note: str
    has_dissent: bool
    is_ratified: bool


@dataclass(frozen=True, slots=True)
class SecondRoundState:
    """The second round of the criterion on the screens.

    ``opened_at``: when it was last opened, which tells it from those before. ``is_again``: it was closed on
    too few answers to show anything, and may be opened again; ``is_abandoned``: its answers were deleted
    then. ``turnout``: only while it is open, or may be opened. ``set_aside``: the agreement that stood when
    it opened, to be proposed again.
    """

    is_open: bool
    can_open: bool
    is_again: bool
    is_abandoned: bool
    opened_at: datetime | None
    turnout: Turnout | None
    set_aside: SetAside | None


@dataclass(frozen=True, slots=True)
class Current:
    """The criterion on the screens; ``minutes`` is None where it is on no agenda.

    ``seconds_spent``: on it before the present visit, which began at ``since``.
    """

    matter: Matter
    answer: Recorded
    version: int
    settled: Settled | None
    second: SecondRoundState
    previous: Previous | None
    proofs: tuple[ShownProof, ...]
    minutes: int | None
    seconds_spent: int
    since: datetime


def current_key(row: ConsensusSession | None) -> Key | None:
    """The criterion on the screens; None when they show none."""
    if row is None or row.current_sheet_id is None or row.current_criterion is None:
        return None
    return row.current_sheet_id, row.current_criterion


def read_current(
    session: Session,
    assessment: Assessment,
    row: ConsensusSession,
    points: Iterable[Point],
    items: Iterable[AgendaItem],
) -> Current | None:
    """None while the screens show no criterion, or one that has ceased to apply."""
    key = current_key(row)
    point = next((one for one in points if one.key == key), None)
    if key is None or point is None or row.current_since is None:
        return None
    item = next((one for one in items if (one.sheet_id, one.criterion) == key), None)
    found = _answer(session, key)
    rounds = read_spreads(session, assessment, (key,))[key]
    settled, second = _settled(found), _second_round(session, row, key)
    return Current(
        matter=Matter(
            point,
            rounds,
            is_settled=settled is not None,
            is_voted_on=second.is_open,
            has_set_aside=second.set_aside is not None,
        ),
        answer=BLANK if found is None else recorded(found),
        version=0 if found is None else found.version,
        settled=settled,
        second=second,
        previous=find_previous(session, assessment, point),
        proofs=list_proofs_of(session, (key[0],)).get(key, ()),
        minutes=item.minutes if item else None,
        seconds_spent=item.seconds_spent if item else 0,
        since=row.current_since,
    )


def _answer(session: Session, key: Key) -> Any:
    return session.execute(
        select(
            *Answer.__table__.c,
            Consensus.reason.label("why"),
            Consensus.note,
            Consensus.has_dissent,
            Consensus.is_ratified,
        )
        .outerjoin(
            Consensus, and_(Consensus.sheet_id == Answer.sheet_id, Consensus.criterion == Answer.criterion)
        )
        .where(Answer.sheet_id == key[0], Answer.criterion == key[1])
    ).one_or_none()


def _settled(row: Any) -> Settled | None:
    if row is None or row.has_dissent is None:
        return None
    return Settled(row.why, row.note, row.has_dissent, row.is_ratified)


def _second_round(session: Session, row: ConsensusSession, key: Key) -> SecondRoundState:
    """Two queries."""
    found = session.get(SecondRound, key)
    turnout = read_turnout(session, row, key)
    is_open = found is not None and found.closed_at is None
    can_open = not is_open and (found is None or not turnout.is_held)
    return SecondRoundState(
        is_open=is_open,
        can_open=can_open,
        is_again=found is not None and can_open,
        is_abandoned=found is not None and found.abandoned_at is not None,
        opened_at=found.opened_at if found is not None else None,
        turnout=turnout if is_open or can_open else None,
        set_aside=read_set_aside(found) if found is not None else None,
    )
