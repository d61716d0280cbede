"""What the page of one grid shows: the criteria that apply, the team's answers, and where to resume.

The page people come back to most: it runs two Core statements, built once when the module is imported,
loads no entity, and takes editions from the memory of the process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Criterion, Section
from aqss.domain.definitions.scales import Scale
from aqss.domain.definitions.workflows import State
from aqss.domain.errors import NotFound
from aqss.domain.lifecycle import allows
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Answer, Score
from aqss.services.assessments.finding import get_assessment, require_in_team
from aqss.services.assessments.one_sheet import SOURCE, assessments, key_of, select_sheet, sheets
from aqss.services.assessments.recorded import BLANK, Recorded
from aqss.services.assessments.rounds import DIRECT
from aqss.services.assessments.scores import IS_OF_SHEET, TALLY, Standing, standing, tally_of
from aqss.services.assessments.sheets import Trace
from aqss.services.editions import load_edition, load_workflow
from aqss.services.proof_uses import HAS_PROOFS

ACTIVE_FOR = timedelta(minutes=10)
"""Somebody whose last answer on the sheet is younger than this is shown as being on it."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One criterion that applies, with what the team has answered; version 0: nothing yet.

    ``is_carried``: it comes from the assessment before, and nobody has confirmed or changed it yet. No name:
    an answer is the team's, whoever saved it.
    """

    criterion: Criterion
    scale: Scale
    answer: Recorded
    version: int
    saved_at: datetime | None
    is_mine: bool
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class SheetSection:
    section: Section
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The page of one grid; sections without a criterion that applies are left out.

    ``title``: the assessment's. ``is_started``: somebody has answered already. ``resume_at``: the first
    criterion without an answer, those of the person's professions before the others. ``active``: the other
    people who answer right now.

    Where the team rates together, the answers are its own. Where each one rates alone first, they are those
    it has agreed on, only to be read; ``is_own``: they are the person's own instead, ``others`` holding what
    they are not asked for. ``leaders``: who leads a round that the person takes no part in. ``carried_from``:
    the title of the assessment it started from; empty without one. ``has_proofs``: on one criterion at least.
    """

    assessment_id: int
    title: str
    state: State
    can_rate: bool
    edition_id: int
    content: EditionContent
    finished: Trace | None
    standing: Standing
    sections: tuple[SheetSection, ...]
    is_started: bool
    resume_at: str | None
    active: tuple[Trace, ...]
    rating: str = DIRECT
    is_own: bool = False
    others: tuple[SheetSection, ...] = ()
    leaders: tuple[str, ...] = ()
    carried_from: str = ""
    has_proofs: bool = False

    @property
    def to_confirm(self) -> int:
        """How many answers come from the assessment before, and nobody has confirmed or changed yet."""
        return sum(line.is_carried for section in self.sections for line in section.lines)


_answers = cast(Table, Answer.__table__)
_scores = cast(Table, Score.__table__)
_memberships = cast(Table, Membership.__table__)
_users = cast(Table, User.__table__)
_previous = assessments.alias("previous")

# The sheet, its assessment and its score row, by which definitions, who finished it, and as what one comes.
_place = select_sheet(
    assessments.c.title,
    _previous.c.title.label("previous_title"),
    assessments.c.rating,
    sheets.c.finished_at,
    _users.c.name.label("finished_by"),
    _memberships.c.professions,
    HAS_PROOFS.label("has_proofs"),
    *TALLY,
    source=SOURCE.join(_scores, IS_OF_SHEET)
    .outerjoin(_previous, _previous.c.id == assessments.c.previous_id)
    .outerjoin(_users, _users.c.id == sheets.c.finished_by_id)
    .outerjoin(
        _memberships,
        and_(
            _memberships.c.centre_id == assessments.c.centre_id,
            _memberships.c.user_id == bindparam("user_id"),
        ),
    ),
)
_given = (
    select(
        _answers.c.criterion,
        _answers.c.version,
        _answers.c.updated_at,
        _answers.c.updated_by_id,
        _answers.c.carried,
        _users.c.name,
        _answers.c.kind,
        _answers.c.level,
        _answers.c.number,
        _answers.c.words,
        _answers.c.reason,
        _answers.c.comment,
    )
    .select_from(_answers.outerjoin(_users, _users.c.id == _answers.c.updated_by_id))
    .where(_answers.c.sheet_id == bindparam("sheet_id"))
)


def read_sheet(session: Session, actor: Actor, assessment_id: int, grid: str, now: datetime) -> SheetPage:
    """Everything the page of a grid shows, in the same number of queries whatever its length.

    For the team. Raises :class:`NotFound` for a stranger and for a grid that the assessment does not hold.
    """
    connection = session.connection()
    place = _find_place(connection, actor, assessment_id, grid)
    if place is None:
        get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
        raise NotFound("grid", grid)
    require_in_team(actor, Permission.ASSESSMENT_READ, assessment_id, place.centre_id)
    workflow = load_workflow(session, place.workflow_edition_id, place.workflow_hash)
    content = load_edition(session, place.edition_id, place.edition_hash)
    answers = _read_answers(connection, place.sheet_id)
    sections = tuple(_sections(content, place.profile, answers, frozenset(place.professions or ())))
    return SheetPage(
        assessment_id=assessment_id,
        title=place.title,
        state=workflow.by_state[place.state],
        can_rate=place.rating == DIRECT and allows(workflow, place.state, "rate"),
        edition_id=place.edition_id,
        content=content,
        finished=Trace(place.finished_by, place.finished_at) if place.finished_at and sections else None,
        standing=standing(tally_of(place), content),
        sections=sections,
        is_started=any(not given.is_carried for given in answers.values()),
        resume_at=resume_at([line for section in sections for line in section.lines]),
        active=_active(answers.values(), actor, now),
        rating=place.rating,
        carried_from=place.previous_title or "",
        has_proofs=place.has_proofs,
    )


def _find_place(connection: Connection, actor: Actor, assessment_id: int, grid: str) -> Any:
    """A row of ``_place``, or None."""
    return connection.execute(_place, {**key_of(assessment_id, grid), "user_id": actor.user_id}).one_or_none()


@dataclass(frozen=True, slots=True)
class _Given:
    answer: Recorded
    version: int
    user_id: int | None
    is_carried: bool
    last: Trace


def _read_answers(connection: Connection, sheet_id: int) -> dict[str, _Given]:
    rows = connection.execute(_given, {"sheet_id": sheet_id})
    return {
        criterion: _Given(Recorded(*decided), version, user_id, is_carried, Trace(name, at))
        for criterion, version, at, user_id, is_carried, name, *decided in rows
    }


def _sections(
    content: EditionContent,
    profile: Collection[str],
    answers: Mapping[str, _Given],
    professions: frozenset[str],
) -> Iterator[SheetSection]:
    for section in content.grid.sections:
        lines = tuple(_lines(content, section, profile, answers, professions))
        if lines:
            yield SheetSection(section, lines)


def _lines(
    content: EditionContent,
    section: Section,
    profile: Collection[str],
    answers: Mapping[str, _Given],
    professions: frozenset[str],
) -> Iterator[SheetLine]:
    for criterion in section.criteria:
        if criterion.applies(profile):
            given = answers.get(criterion.criterion)
            respondents = criterion.respondents or content.grid.respondents
            yield SheetLine(
                criterion=criterion,
                scale=content.scale_of(criterion),
                answer=given.answer if given else BLANK,
                version=given.version if given else 0,
                saved_at=given.last.at if given and not given.is_carried else None,
                is_carried=given.is_carried if given else False,
                is_mine=EVERYBODY in respondents or not professions.isdisjoint(respondents),
            )


def resume_at(lines: Sequence[SheetLine]) -> str | None:
    """The first criterion without an answer of this time, those of the person before the others."""
    blank = [line for line in lines if line.answer.kind == "blank" or line.is_carried]
    first = next((line for line in blank if line.is_mine), blank[0] if blank else None)
    return first.criterion.criterion if first else None


def _active(given: Iterable[_Given], actor: Actor, now: datetime) -> tuple[Trace, ...]:
    """The other people whose latest answer on the sheet is recent, the most recent first."""
    recent = [
        one
        for one in given
        if one.last.at > now - ACTIVE_FOR and one.user_id is not None and one.user_id != actor.user_id
    ]
    latest: dict[int | None, Trace] = {}
    for one in sorted(recent, key=lambda one: one.last.at, reverse=True):
        latest.setdefault(one.user_id, one.last)
    return tuple(latest.values())
