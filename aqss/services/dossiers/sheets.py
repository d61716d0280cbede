"""The sheets (*fiches*) of a dossier: each an assessment of the workflow ``fiche``, over its grids.

They are rated on the pages of grids like any other, by the team, and are none of the centre's
self-assessments: see ``IS_SELF_ASSESSMENT`` in :mod:`aqss.services.assessments.finding`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import Fault, InvalidInput, NotFound, NotPossibleNow
from aqss.domain.texts import clean_line
from aqss.gateways.french import NBSP, paris
from aqss.persistence.actions import Action, ActionCriterion, Waiver
from aqss.persistence.assessments import Answer, Assessment, Score, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.persistence.editions import Edition
from aqss.services.assessments.counting import CountedSheet, Progress, read_progress
from aqss.services.assessments.freezing import freeze
from aqss.services.assessments.scores import IS_OF_SHEET, TALLY, rewrite_scores, tally_of
from aqss.services.dossiers.finding import get_editable
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.parts import parts_of
from aqss.services.editions import load_edition, load_workflow
from aqss.services.proof_uses import HAS_PROOFS
from aqss.services.runs.passing import begin, enter

WORKFLOW = "fiche"
"""The life cycle of a sheet of a dossier."""

TITLE_LIMIT = 160
MOST_SHEETS = 40
"""Sheets of one dossier."""


@dataclass(frozen=True)
class GridLine:
    """One grid of a sheet: how far it is; ``asks``: something of it concerns the centre."""

    grid: str
    title: str
    progress: Progress
    is_finished: bool
    asks: bool


@dataclass(frozen=True)
class SheetLine:
    """One sheet of a dossier; ``is_blank``: nothing was answered in it, nor said, nor shown."""

    assessment_id: int
    title: str
    is_open: bool
    is_blank: bool
    grids: tuple[GridLine, ...]


def add_sheet(session: Session, actor: Actor, *, dossier_id: int, title: str, now: datetime) -> Assessment:
    """Open one more sheet, by who edits the dossier, once its workflow has opened the first.

    Raises :class:`InvalidInput` on ``title`` (``too-many`` past :data:`MOST_SHEETS`),
    :class:`NotPossibleNow`, :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    dossier, workflow = get_editable(session, actor, dossier_id)
    parts = parts_of(workflow)
    if not parts.takes_more_sheets or not has_sheets(session, dossier):
        raise NotPossibleNow("edit", dossier.state)
    return open_sheet(session, actor, dossier, parts.grids, title, now)


def open_sheet(
    session: Session, actor: Actor, dossier: Dossier, grids: Sequence[str], title: str, now: datetime
) -> Assessment:
    """A new sheet over ``grids``, with the profile of the centre today; asked for by :mod:`.moving` too.

    Its editions are those of the sheets the dossier has already, else the current ones.
    """
    title = clean_line("title", title, TITLE_LIMIT)
    if _count(session, dossier) >= MOST_SHEETS:
        raise InvalidInput((Fault("title", "too-many", (MOST_SHEETS,)),))
    sheet = Assessment(
        centre_id=dossier.centre_id,
        dossier_id=dossier.id,
        title=title,
        rating="direct",
        profile=list(session.get_one(Centre, dossier.centre_id).flags),
        started_on=paris(now).date(),
        created_by_id=actor.user_id,
    )
    begin(session, sheet, WORKFLOW, now)
    sheet.sheets = [
        Sheet(edition_id=one.id, grid=one.grid, module=one.module, position=position)
        for position, one in enumerate(list_editions_for(session, dossier, grids))
    ]
    session.add(sheet)
    session.flush()
    rewrite_scores(session, sheet.id)
    note(session, actor, dossier, "dossier-sheet-opened", now, {"title": title})
    session.flush()
    return sheet


def remove_sheet(
    session: Session, actor: Actor, *, dossier_id: int, assessment_id: int, now: datetime
) -> None:
    """Take away a sheet where nothing was answered, said or shown; another stays with the dossier.

    Raises :class:`InvalidInput` (``sheet-answered``, ``last-sheet``), :class:`NotFound`,
    :class:`NotPossibleNow`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    dossier, workflow = get_editable(session, actor, dossier_id)
    if not parts_of(workflow).takes_more_sheets:
        raise NotPossibleNow("edit", dossier.state)
    sheet = get_sheet_of(session, dossier, assessment_id)
    if _count(session, dossier) == 1:
        raise InvalidInput((Fault("sheet", "last-sheet"),))
    drop_blank(session, sheet)
    note(session, actor, dossier, "dossier-sheet-removed", now, {"title": sheet.title})
    session.flush()


def get_sheet_of(session: Session, dossier: Dossier, assessment_id: int) -> Assessment:
    """That sheet of that dossier; :class:`NotFound` when it is none of its."""
    sheet = session.scalars(
        select(Assessment).where(Assessment.id == assessment_id, Assessment.dossier_id == dossier.id)
    ).one_or_none()
    if sheet is None:
        raise NotFound("assessment", assessment_id)
    return sheet


def drop_blank(session: Session, sheet: Assessment) -> None:
    """Delete a sheet that holds nothing; raises :class:`InvalidInput` on ``sheet``."""
    if sheet.id not in _blank_ones(session, [sheet.id]):
        raise InvalidInput((Fault("sheet", "sheet-answered", (sheet.title,)),))
    keys = session.scalars(select(Sheet.id).where(Sheet.assessment_id == sheet.id)).all()
    session.execute(delete(Answer).where(Answer.sheet_id.in_(keys)))
    session.execute(delete(Score).where(Score.assessment_id == sheet.id))
    session.execute(delete(Sheet).where(Sheet.id.in_(keys)))
    session.execute(delete(Assessment).where(Assessment.id == sheet.id))
    session.expunge(sheet)


def propose_title(session: Session, dossier: Dossier, word: str = "Fiche") -> str:
    """« Fiche n° 2 »: the first number that none of its sheets has."""
    titles = session.scalars(select(Assessment.title).where(Assessment.dossier_id == dossier.id))
    taken = {title.replace(NBSP, " ") for title in titles}
    number = next(number for number in count(1) if f"{word} n° {number}" not in taken)
    return f"{word} n°{NBSP}{number}"


def has_sheets(session: Session, dossier: Dossier) -> bool:
    """Whether its grids were opened."""
    return _count(session, dossier) > 0


def are_finished(session: Session, dossier: Dossier) -> bool:
    """Whether there is a sheet, and each of its grids that asks something is declared finished."""
    lines = list_sheets(session, dossier)
    return bool(lines) and all(grid.is_finished or not grid.asks for line in lines for grid in line.grids)


def freeze_sheets(session: Session, dossier: Dossier, now: datetime) -> None:
    """Close the sheets still open, for good: their answers and scores never change again."""
    still_open = and_(Assessment.dossier_id == dossier.id, Assessment.ended_at.is_(None))
    for sheet in session.scalars(select(Assessment).where(still_open).order_by(Assessment.id)).all():
        workflow = load_workflow(session, sheet.workflow_edition_id)
        end = next(state.state for state in workflow.states if state.final)
        enter(sheet, workflow, end, now, {})
        sheet.closed_at = now
        sheet.version += 1
        session.flush()
        rewrite_scores(session, sheet.id)
        freeze(session, sheet)
    session.flush()


def list_sheets(session: Session, dossier: Dossier) -> tuple[SheetLine, ...]:
    """Its sheets, the first one first, with how far each grid is; the same queries whatever their number."""
    sheets = session.scalars(
        select(Assessment).where(Assessment.dossier_id == dossier.id).order_by(Assessment.id)
    ).all()
    keys = [sheet.id for sheet in sheets]
    blank = _blank_ones(session, keys)
    grids = _grid_lines(session, sheets)
    return tuple(
        SheetLine(sheet.id, sheet.title, sheet.ended_at is None, sheet.id in blank, tuple(grids[sheet.id]))
        for sheet in sheets
    )


def _grid_lines(session: Session, sheets: Sequence[Assessment]) -> dict[int, list[GridLine]]:
    profiles = {sheet.id: tuple(sheet.profile) for sheet in sheets}
    rows = session.execute(
        select(Sheet, *TALLY)
        .join(Score, IS_OF_SHEET)
        .where(Sheet.assessment_id.in_(profiles))
        .order_by(Sheet.position)
    ).all()
    counted = [
        CountedSheet(
            row.Sheet.id,
            load_edition(session, row.Sheet.edition_id),
            profiles[row.Sheet.assessment_id],
            tally_of(row),
        )
        for row in rows
    ]
    progress = read_progress(session, counted)
    lines: dict[int, list[GridLine]] = {key: [] for key in profiles}
    for row, one in zip(rows, counted, strict=True):
        grid = one.content.grid
        is_finished = row.Sheet.finished_at is not None
        lines[row.Sheet.assessment_id].append(
            GridLine(grid.grid, grid.title, progress[one.sheet_id], is_finished, grid.asks(one.profile))
        )
    return lines


def _blank_ones(session: Session, assessment_ids: Collection[int]) -> set[int]:
    """Those of the sheets without an answer, a comment, a proof, an action that comes from them, or a reason
    written for having none.
    """
    is_answered = exists().where(
        Answer.sheet_id == Sheet.id, or_(Answer.kind != "blank", Answer.comment != "")
    )
    has_actions = exists().where(ActionCriterion.sheet_id == Sheet.id)
    is_origin = exists().where(Action.assessment_id == Sheet.assessment_id)
    has_waivers = exists().where(Waiver.sheet_id == Sheet.id)
    is_used = or_(is_answered, HAS_PROOFS, has_actions, is_origin, has_waivers)
    used = session.scalars(
        select(Sheet.assessment_id).where(Sheet.assessment_id.in_(assessment_ids), is_used)
    )
    return {*assessment_ids} - {*used}


def _count(session: Session, dossier: Dossier) -> int:
    found = select(func.count()).select_from(Assessment).where(Assessment.dossier_id == dossier.id)
    return session.scalar(found) or 0


def list_editions_for(session: Session, dossier: Dossier, grids: Sequence[str]) -> list[Edition]:
    """One edition of each grid: the dossier's own, else the current one, else the last there was."""
    own = (
        select(Sheet.edition_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(Assessment.dossier_id == dossier.id)
    )
    rows = session.scalars(
        select(Edition)
        .where(Edition.grid.in_(grids))
        .order_by(
            Edition.id.in_(own).desc(), Edition.is_current.desc(), Edition.published_at.desc(), Edition.id
        )
    )
    first: dict[str, Edition] = {}
    for row in rows:
        first.setdefault(row.grid, row)
    return [first[grid] for grid in grids if grid in first]
