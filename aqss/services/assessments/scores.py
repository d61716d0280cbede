"""The score rows kept beside the answers.

Written whole when a scope or a profile changes, by difference when one answer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Band
from aqss.domain.scoring import Answer, GridScore, Tally, band_of, pool, score_grid
from aqss.persistence.assessments import Answer as AnswerRow
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.services.assessments.recorded import answer_of
from aqss.services.editions import load_edition

ScoreKey = tuple[str, str, str]
"""(module, grid, section) of a score row; empty above: a module's row is (module, "", "")."""

TALLY_COLUMNS = (
    "earned",
    "possible",
    "applicable",
    "not_applicable",
    "rated",
    "unknown",
    "essential_failed",
    "essential_open",
    "essential_na",
)
"""The columns of a score row that make a :class:`Tally`, in its order."""

_scores = cast(Table, Score.__table__)
_sheets = cast(Table, Sheet.__table__)

TALLY = tuple(_scores.c[name] for name in TALLY_COLUMNS)
"""The same, to select."""

IS_OF_SHEET = and_(
    _scores.c.assessment_id == _sheets.c.assessment_id,
    _scores.c.module == _sheets.c.module,
    _scores.c.grid == _sheets.c.grid,
    _scores.c.section == "",
)
"""The condition for a score row to be the one of a sheet's grid."""

# Prebuilt: saving an answer runs these two each time, and building a statement costs more than running it.
_rows_above = select(_scores.c.grid, _scores.c.section, *TALLY).where(
    _scores.c.assessment_id == bindparam("assessment_id"),
    _scores.c.module == bindparam("module"),
    or_(
        _scores.c.grid == "",
        (_scores.c.grid == bindparam("grid")) & _scores.c.section.in_(["", bindparam("section")]),
    ),
)
_replace_row = (
    update(_scores)
    .where(
        _scores.c.assessment_id == bindparam("at_assessment"),
        _scores.c.module == bindparam("at_module"),
        _scores.c.grid == bindparam("at_grid"),
        _scores.c.section == bindparam("at_section"),
    )
    .values({name: bindparam(name) for name in (*TALLY_COLUMNS, "score", "completeness")})
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A tally as a page shows it: where its score falls, and whether too little is rated to rely on it.

    ``band`` is one of ``bands``, those of the module from the weakest; None without a score.
    """

    tally: Tally
    band: Band | None
    bands: tuple[Band, ...]
    provisional: bool


def standing(tally: Tally, content: EditionContent) -> Standing:
    """The tally with its band and whether it is provisional, by the rules of the edition's module."""
    bands = content.bands
    return Standing(
        tally, band_of(tally.score, bands), bands, tally.is_provisional(content.provisional_below)
    )


def judge_of(module: str, contents: Iterable[EditionContent]) -> EditionContent:
    """Whose bands judge the score of that module: of ``contents`` in the order of the sheets, its first.

    Editions of one module may differ in bands: a grid added to an assessment takes the current one.
    """
    return next(content for content in contents if content.grid.module == module)


def score_values(tally: Tally) -> dict[str, Any]:
    """The columns of a score row: the exact tally, and its roundings for aggregates."""
    score = tally.score
    return {
        **{name: getattr(tally, name) for name in TALLY_COLUMNS},
        "score": None if score is None else float(score),
        "completeness": float(tally.completeness),
    }


def score_row(assessment_id: int, key: ScoreKey, tally: Tally) -> dict[str, Any]:
    """The score row of that place in the assessment, whole."""
    module, grid, section = key
    return {
        "assessment_id": assessment_id,
        "module": module,
        "grid": grid,
        "section": section,
        "scope": "section" if section else "grid" if grid else "module",
        **score_values(tally),
    }


def tally_of(row: Any) -> Tally:
    """The tally of a row that carries :data:`TALLY`."""
    return Tally(*(getattr(row, name) for name in TALLY_COLUMNS))


def read_above(
    connection: Connection, assessment_id: int, module: str, grid: str, section: str
) -> tuple[Tally, Tally]:
    """The tallies of the grid and of the module; the same arguments as :func:`add_change`."""
    rows = _read_rows(connection, assessment_id, module, grid, section)
    return rows[grid, ""], rows["", ""]


def add_change(
    connection: Connection, assessment_id: int, module: str, grid: str, section: str, change: Tally
) -> tuple[Tally, Tally]:
    """Add ``change`` to the section, its grid and its module; the new tallies of the grid and of the module.

    The caller holds the assessment's lock, or is the only writer: rows are read, then replaced.
    """
    rows = _read_rows(connection, assessment_id, module, grid, section)
    if change != Tally():
        rows = {key: tally + change for key, tally in rows.items()}
        place = {"at_assessment": assessment_id, "at_module": module}
        connection.execute(
            _replace_row,
            [
                {**place, "at_grid": key[0], "at_section": key[1], **score_values(tally)}
                for key, tally in rows.items()
            ],
        )
    return rows[grid, ""], rows["", ""]


def rewrite_scores(session: Session, assessment_id: int) -> None:
    """Replace every score row of the assessment by what its sheets, profile and answers give now."""
    session.flush()
    session.execute(delete(_scores).where(_scores.c.assessment_id == assessment_id))
    expected = _tallies_from_answers(session, assessment_id)
    if expected:
        session.execute(
            insert(_scores), [score_row(assessment_id, key, tally) for key, tally in expected.items()]
        )


def tallies_of(scores: Iterable[tuple[str, GridScore]]) -> dict[ScoreKey, Tally]:
    """The tallies to keep for these (module, grid score): one a section, one a grid, one a module."""
    tallies: dict[ScoreKey, Tally] = {}
    for module, score in scores:
        for section in score.sections:
            tallies[module, score.grid, section.section] = section.tally
        tallies[module, score.grid, ""] = score.tally
        tallies[module, "", ""] = pool([tallies.get((module, "", ""), Tally()), score.tally])
    return tallies


def _read_rows(
    connection: Connection, assessment_id: int, module: str, grid: str, section: str
) -> dict[tuple[str, str], Tally]:
    """(grid, section) → tally: the section's, the grid's and the module's."""
    place = {"assessment_id": assessment_id, "module": module, "grid": grid, "section": section}
    rows = connection.execute(_rows_above, place)
    return {(row.grid, row.section): tally_of(row) for row in rows}


def _tallies_from_answers(session: Session, assessment_id: int) -> dict[ScoreKey, Tally]:
    profile = session.scalars(select(Assessment.profile).where(Assessment.id == assessment_id)).one()
    sheets = session.execute(
        select(Sheet.id, Sheet.module, Sheet.edition_id).where(Sheet.assessment_id == assessment_id)
    ).all()
    answers = _answers_by_sheet(session, [sheet.id for sheet in sheets])
    scores = []
    for sheet in sheets:
        content = load_edition(session, sheet.edition_id)
        scores.append((sheet.module, score_grid(content, answers.get(sheet.id, {}), profile)))
    return tallies_of(scores)


def _answers_by_sheet(session: Session, sheet_ids: Collection[int]) -> Mapping[int, Mapping[str, Answer]]:
    rows = session.execute(select(*AnswerRow.__table__.c).where(AnswerRow.sheet_id.in_(sheet_ids)))
    answers: dict[int, dict[str, Answer]] = {}
    for row in rows:
        answer = answer_of(row)
        if answer is not None:
            answers.setdefault(row.sheet_id, {})[row.criterion] = answer
    return answers
