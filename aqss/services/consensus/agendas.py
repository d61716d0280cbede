"""The agenda of a sitting: what it holds, for how long, in which order; what the team ratifies in one step.

Choosing is :func:`aqss.domain.agenda.plan_agenda`; on the screens, the items go by priority, then as in the
catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.agenda import MINUTES, Topic, plan_agenda
from aqss.domain.divergence import Value, Verdict
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.intake import Intake
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import AgendaItem, Consensus, ConsensusSession, SecondRound
from aqss.services.assessments.spreads import FIRST_ROUND, Key, RoundSpread, read_spreads, round_in_force
from aqss.services.consensus.sittings import Point, list_points, open_sitting, touch

LEAST_MINUTES, MOST_MINUTES = 10, 480
"""Of a sitting: a working day at most."""

MOST_FOR_ONE = 60
"""Minutes of one criterion, from 1."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A criterion with what its blind rounds gave; ``is_settled``: it has its consensus.

    ``is_voted_on``: its second round is open. ``has_set_aside``: the agreement that stood before that round
    waits beside it, for the team to agree anew.
    """

    point: Point
    rounds: Mapping[int, RoundSpread]
    is_settled: bool
    is_voted_on: bool = False
    has_set_aside: bool = False

    @property
    def in_force(self) -> RoundSpread:
        """See :func:`~aqss.services.assessments.spreads.round_in_force`."""
        return self.rounds[round_in_force(self.rounds)]

    @property
    def agreed_on(self) -> Value | None:
        """What it may be ratified at, without discussion.

        None once settled, while it is voted on, and where an agreement is set aside: its note and whoever
        disagreed would be forgotten unseen.
        """
        is_waiting = self.is_settled or self.is_voted_on or self.has_set_aside
        return None if is_waiting else self.in_force.spread.agreed_on

    @property
    def comments(self) -> tuple[str, ...]:
        """Those of every round, each round's sorted."""
        return tuple(one for _, spoken in sorted(self.rounds.items()) for one in spoken.comments)

    @property
    def verdict(self) -> Verdict:
        return self.in_force.spread.verdict

    @property
    def is_never_chosen(self) -> bool:
        """Whether no choice takes it, being without priority, or all agreeing by now: somebody may add it."""
        return self.in_force.spread.agreed_on is not None or not self.topic().priority

    def topic(self, minutes: int | None = None) -> Topic[Key]:
        """What the agenda weighs, from the first round: a later one does not change the order of the day."""
        spread = self.rounds[FIRST_ROUND].spread
        return Topic(
            self.point.key,
            spread.verdict,
            minutes or minutes_at_first(spread.verdict),
            is_essential=self.point.criterion.essential,
            has_unknown=spread.shown is not None and spread.shown.unknown > 0,
        )


def minutes_at_first(verdict: Verdict) -> int:
    """What a criterion is given at first; an accord that may not be ratified is discussed like the others."""
    return MINUTES.get(verdict, MINUTES[Verdict.DISCUSS])


def read_matters(session: Session, assessment: Assessment) -> tuple[Matter, ...]:
    """Every criterion to agree on, in the order of the grids; none before the spread may be seen.

    The same number of queries whatever their number.
    """
    spreads = read_spreads(session, assessment)
    if not spreads:
        return ()
    rows = session.execute(
        select(Consensus.sheet_id, Consensus.criterion)
        .join(Sheet, Sheet.id == Consensus.sheet_id)
        .where(Sheet.assessment_id == assessment.id)
    )
    settled = {(row.sheet_id, row.criterion) for row in rows}
    voted_on, set_aside = _read_second_rounds(session, assessment)
    return tuple(
        Matter(
            point,
            spreads[point.key],
            is_settled=point.key in settled,
            is_voted_on=point.key in voted_on,
            has_set_aside=point.key in set_aside,
        )
        for point in list_points(session, assessment)
    )


def _read_second_rounds(session: Session, assessment: Assessment) -> tuple[set[Key], set[Key]]:
    """The criteria that are voted on, and those whose agreement is set aside. One query."""
    rows = session.execute(
        select(SecondRound.sheet_id, SecondRound.criterion, SecondRound.closed_at, SecondRound.set_aside)
        .join(Sheet, Sheet.id == SecondRound.sheet_id)
        .where(Sheet.assessment_id == assessment.id)
    ).all()
    voted_on = {(row.sheet_id, row.criterion) for row in rows if row.closed_at is None}
    return voted_on, {(row.sheet_id, row.criterion) for row in rows if row.set_aside is not None}


def list_ratifiable(matters: Iterable[Matter], items: Iterable[AgendaItem]) -> tuple[Matter, ...]:
    """What is ratified in one step: all agree on it, and it is on no agenda, where it would be discussed."""
    on_agenda = {(item.sheet_id, item.criterion) for item in items}
    return tuple(one for one in matters if one.agreed_on is not None and one.point.key not in on_agenda)


def list_items(session: Session, row: ConsensusSession) -> tuple[AgendaItem, ...]:
    """The agenda in its order: what was put off comes last, in the order it was."""
    items = session.scalars(
        select(AgendaItem).where(AgendaItem.session_id == row.id).order_by(AgendaItem.position)
    ).all()
    later = sorted(
        (item for item in items if item.postponed_at is not None),
        key=lambda item: (item.postponed_at, item.position),
    )
    return (*(item for item in items if item.postponed_at is None), *later)


def plan_route(items: Iterable[AgendaItem], matters: Sequence[Matter]) -> tuple[Matter, ...]:
    """Every criterion the screens go to, in order: the agenda, then what is not on it and is still open."""
    by_key = {matter.point.key: matter for matter in matters}
    on_agenda = {(item.sheet_id, item.criterion): None for item in items}
    others = [
        matter
        for matter in matters
        if matter.point.key not in on_agenda and not matter.is_settled and matter.agreed_on is None
    ]
    return (
        *(by_key[key] for key in on_agenda if key in by_key),
        *sorted(others, key=lambda matter: -matter.topic().priority),
    )


def following_of(route: Sequence[Matter], key: Key | None) -> Matter | None:
    """What comes after that criterion and is still open, else the first that is; None when nothing is."""
    ranks = [rank for rank, matter in enumerate(route) if matter.point.key == key]
    start = ranks[0] + 1 if ranks else 0
    order = (*route[start:], *route[:start])
    return next((one for one in order if not one.is_settled and one.point.key != key), None)


def preceding_of(route: Sequence[Matter], key: Key | None) -> Matter | None:
    """What comes just before it, settled or not; None before the first."""
    keys = [matter.point.key for matter in route]
    rank = keys.index(key) if key in keys else 0
    return route[rank - 1] if rank else None


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changes in an agenda: minutes, over those written or given at first; added, removed."""

    minutes_of: Mapping[Key, int] = field(default_factory=dict)
    added: Collection[Key] = ()
    removed: Collection[Key] = ()


def plan_items(
    session: Session,
    assessment: Assessment,
    row: ConsensusSession,
    change: Change | None = None,
) -> None:
    """Choose what fits in the minutes of the sitting, and write its agenda.

    What is settled keeps its place, and so does what is on the screens now. What no choice takes is there
    because somebody added it: it stays, after the others, until somebody takes it off.
    """
    change = change or Change()
    before = {(item.sheet_id, item.criterion): _Line.of(item) for item in list_items(session, row)}
    given = {key: line.minutes for key, line in before.items()} | dict(change.minutes_of)
    matters = read_matters(session, assessment)
    topics = {matter.point.key: matter.topic(given.get(matter.point.key)) for matter in matters}
    first = _firm_keys(matters, row, before)
    added = [key for key in _added_keys(matters, before, change) if key not in first]
    open_topics = [
        topics[matter.point.key]
        for matter in matters
        if matter.point.key not in (*first, *added) and not matter.is_settled and not matter.is_never_chosen
    ]
    time = max(0, row.minutes - sum(topics[key].minutes for key in (*first, *added)))
    chosen = sorted(plan_agenda(open_topics, time).chosen, key=lambda topic: -topic.priority)
    keys = (*first, *(topic.key for topic in chosen), *added)
    _write_items(session, row, [_Line.planned(topics[key], before.get(key)) for key in keys])


@dataclass(frozen=True, slots=True)
class TypedMinutes:
    """Minutes as typed over those ``shown``: left as they were, no change. None: nobody knows what was."""

    text: str
    shown: str | None = None


def save_agenda(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    minutes: TypedMinutes,
    of_each: Mapping[tuple[str, str], TypedMinutes],
    added: Collection[tuple[str, str]] = (),
    removed: Collection[tuple[str, str]] = (),
) -> None:
    """Give the sitting, and criteria (grid, code) of it, the minutes typed, and choose again what fits.

    ``added``: to be discussed all the same, though no choice would take them; ``removed``: no longer so.
    What two people change goes together; the same minutes that somebody else changed meanwhile stand.
    Raises :class:`~aqss.domain.errors.InvalidInput` on ``minutes`` and ``grid/code``, and as
    :func:`~aqss.services.consensus.sittings.open_sitting`.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    keys = {(point.grid, point.code): point.key for point in list_points(session, sitting.assessment)}
    standing = {(item.sheet_id, item.criterion): item.minutes for item in list_items(session, sitting.row)}
    intake = Intake()
    whole = _changed_minutes(intake, "minutes", minutes, sitting.row.minutes, (LEAST_MINUTES, MOST_MINUTES))
    minutes_of = {}
    for name in (name for name in of_each if name in keys):
        field, before = "/".join(name), standing.get(keys[name])
        if one := _changed_minutes(intake, field, of_each[name], before, (1, MOST_FOR_ONE)):
            minutes_of[keys[name]] = one
    intake.finish()
    sitting.row.minutes = whole or sitting.row.minutes
    added_keys, removed_keys = ({keys[name] for name in names if name in keys} for names in (added, removed))
    change = Change(minutes_of, added_keys, removed_keys)
    plan_items(session, sitting.assessment, sitting.row, change)
    touch(sitting)
    session.flush()


def _changed_minutes(
    intake: Intake, field: str, typed: TypedMinutes, standing: int | None, bounds: tuple[int, int]
) -> int | None:
    """What was typed; None when it changes nothing or is refused. ``standing``: on the agenda now, if any."""
    if typed.text.strip() == typed.shown:
        return None
    changed = intake.read(None, parse_minutes, field, typed.text, *bounds)
    is_known = standing is None or typed.shown is None or str(standing) == typed.shown
    if changed is not None and changed != standing and not is_known:
        intake.fault(field, "minutes-changed", standing)
    return changed


def parse_minutes(field: str, typed: str, least: int, most: int) -> int:
    """A whole number of minutes; raises ``number-expected`` or ``number-range``."""
    digits = typed.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInput((Fault(field, "number-expected"),))
    if len(digits) > 6 or not least <= int(digits) <= most:
        raise InvalidInput((Fault(field, "number-range", (least, most)),))
    return int(digits)


def _firm_keys(
    matters: Iterable[Matter], row: ConsensusSession, before: Mapping[Key, _Line]
) -> tuple[Key, ...]:
    """What keeps its place on the agenda whatever is chosen: settled, or on the screens."""
    matters_by_key = {matter.point.key: matter for matter in matters}
    current = row.current_sheet_id, row.current_criterion
    return tuple(
        key for key in before if key in matters_by_key and (matters_by_key[key].is_settled or key == current)
    )


def _added_keys(matters: Iterable[Matter], before: Mapping[Key, _Line], change: Change) -> tuple[Key, ...]:
    """What is on the agenda because somebody added it: those there before, then those added now."""
    can_be = {m.point.key: None for m in matters if m.is_never_chosen and not m.is_settled}
    there = [key for key in before if key in can_be and key not in change.removed]
    return (*there, *(key for key in can_be if key in change.added and key not in before))


@dataclass(frozen=True, slots=True)
class _Line:
    """An item of the agenda, wherever it will stand."""

    key: Key
    verdict: str
    minutes: int
    seconds_spent: int = 0
    postponed_at: datetime | None = None

    @classmethod
    def of(cls, item: AgendaItem) -> _Line:
        key = item.sheet_id, item.criterion
        return cls(key, item.verdict, item.minutes, item.seconds_spent, item.postponed_at)

    @classmethod
    def planned(cls, topic: Topic[Key], before: _Line | None) -> _Line:
        """New on the agenda, or there before: then the time it took is not forgotten."""
        line = before or cls(topic.key, topic.verdict.value, topic.minutes)
        return replace(line, minutes=topic.minutes)


def _write_items(session: Session, row: ConsensusSession, lines: Sequence[_Line]) -> None:
    session.execute(delete(AgendaItem).where(AgendaItem.session_id == row.id))
    if lines:
        session.execute(
            insert(AgendaItem),
            [
                {
                    "session_id": row.id,
                    "position": position,
                    "sheet_id": line.key[0],
                    "criterion": line.key[1],
                    "verdict": line.verdict,
                    "minutes": line.minutes,
                    "seconds_spent": line.seconds_spent,
                    "postponed_at": line.postponed_at,
                }
                for position, line in enumerate(lines, start=1)
            ],
        )
    session.flush()
