"""The spreads of a blind rating: the only reading of what others rated, and what remains once names are cut.

Whoever shows them gets :class:`RoundSpread` and nothing else: no row, no name, no order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.scales import NumberScale, Scale, TextScale
from aqss.domain.divergence import (
    FEWEST_VOICES,
    Distribution,
    Spread,
    Value,
    Verdict,
    Votes,
    spread_of,
    votes_of,
)
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, SecondRound
from aqss.persistence.consensus import Spread as SpreadRow
from aqss.services.assessments.recorded import answer_of
from aqss.services.editions import load_edition

Key = tuple[int, str]
"""(sheet, criterion)."""

FIRST_ROUND, LAST_ROUND = 1, 2

APART = "\x1e"
"""Between what one person wrote at several times, in one comment: no text that is typed may hold it."""


@dataclass(frozen=True, slots=True)
class RoundSpread:
    """What may be shown of one round of a criterion, each list sorted by its text.

    ``comments``: a quote each, so that words added later do not stand beside the first of the same person.
    ``reasons`` of « non concerné »: only where ``spread.shown`` is there. ``words``: the answers to a text
    criterion, only from four people on.
    """

    spread: Spread
    comments: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


NOTHING = RoundSpread(Spread(Verdict.DISCUSS, None))
"""Of a criterion that nobody answered, and of any that may not be told from it."""

Spreads = dict[Key, dict[int, RoundSpread]]


def read_spreads(session: Session, assessment: Assessment, keys: Collection[Key] | None = None) -> Spreads:
    """Criterion → round → its spread; nothing at all before :attr:`Assessment.revealed_at` is set.

    Every criterion of ``keys`` (None: of every grid) has its first round, answered or not: what is missing
    would tell. A second round is there once closed, unless nobody voted in it: what was written there then
    joins the first. Five queries at most, whatever the number of criteria.
    """
    if assessment.revealed_at is None:
        return {}
    return _read(session, assessment, keys)


def round_in_force(rounds: Mapping[int, RoundSpread]) -> int:
    """The last round whose votes may be shown, which the team's answer stands beside; else the first."""
    shown = [rank for rank, one in rounds.items() if one.spread.shown is not None]
    return max(shown, default=FIRST_ROUND)


def among(table: Any, keys: Iterable[Key]) -> tuple[Any, ...]:
    """Codes are unique in a catalogue: the two conditions name the criteria of ``keys`` and no others."""
    keys = tuple(keys)
    return (
        table.sheet_id.in_({sheet_id for sheet_id, _ in keys}),
        table.criterion.in_({criterion for _, criterion in keys}),
    )


def keep_spreads(session: Session, assessment: Assessment) -> None:
    """Write what remains of every round once names are cut; the caller then deletes the blind ratings.

    A second round still open leaves nothing. What was kept by an earlier closing stands, with the comments
    added since.
    """
    found = _read(session, assessment, None)
    session.execute(delete(SpreadRow).where(SpreadRow.sheet_id.in_({sheet_id for sheet_id, _ in found})))
    session.add_all(
        SpreadRow(
            sheet_id=sheet_id,
            criterion=criterion,
            round=rank,
            verdict=one.spread.verdict.value,
            votes=kept_form(one),
            comments=list(one.comments),
        )
        for (sheet_id, criterion), rounds in found.items()
        for rank, one in rounds.items()
    )
    session.flush()


def kept_form(one: RoundSpread) -> dict[str, Any] | None:
    """The votes of a round as they are kept: counts and sorted texts, or nothing under four voices."""
    shown = one.spread.shown
    if shown is None:
        return {"words": list(one.words)} if one.words else None
    return {
        "counts": [[_written(value), count] for value, count in shown.counts],
        "unknown": shown.unknown,
        "not_applicable": shown.not_applicable,
        "reasons": list(one.reasons),
    }


def read_kept(scale: Scale, row: Any) -> RoundSpread:
    """The round that :func:`kept_form` was written of (a row of ``spreads``), its verdict that of the day."""
    votes = row.votes or {}
    return RoundSpread(
        Spread(Verdict(row.verdict), _kept_distribution(scale, votes)),
        tuple(row.comments),
        tuple(votes.get("reasons", ())),
        tuple(votes.get("words", ())),
    )


_RATED = select(  # no column tells whose it is, nor when
    BlindRating.sheet_id,
    BlindRating.criterion,
    BlindRating.round,
    BlindRating.kind,
    BlindRating.level,
    BlindRating.number,
    BlindRating.words,
    BlindRating.reason,
    BlindRating.comment,
)


def _read(session: Session, assessment: Assessment, keys: Collection[Key] | None) -> Spreads:
    scales = _scales(session, assessment, keys)
    kept = {
        ((row.sheet_id, row.criterion), row.round): row
        for row in session.execute(select(*SpreadRow.__table__.c).where(*among(SpreadRow, scales)))
    }
    rated: dict[tuple[Key, int], list[Any]] = defaultdict(list)
    for row in session.execute(_RATED.where(*among(BlindRating, scales))):
        rated[(row.sheet_id, row.criterion), row.round].append(row)
    closed = _closed_rounds(session, scales)
    found: Spreads = {}
    for key, scale in scales.items():
        first, last = rated.get((key, FIRST_ROUND), []), rated.get((key, LAST_ROUND), [])
        has_votes = (key, LAST_ROUND) in kept or any(row.kind != "blank" for row in last)
        said = {FIRST_ROUND: first, LAST_ROUND: last} if has_votes else {FIRST_ROUND: [*first, *last]}
        if key not in closed:
            said = {FIRST_ROUND: first}
        found[key] = {rank: _round_spread(scale, kept.get((key, rank)), rows) for rank, rows in said.items()}
    return found


def _scales(session: Session, assessment: Assessment, keys: Collection[Key] | None) -> dict[Key, Scale]:
    """The criteria to read, in the order of the grids, each with its scale."""
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment.id)
        .order_by(Sheet.position)
    ).all()
    scales: dict[Key, Scale] = {}
    for sheet in sheets:
        content = load_edition(session, sheet.edition_id)
        for criterion in content.grid.criteria:
            if keys is None or (sheet.id, criterion.criterion) in keys:
                scales[sheet.id, criterion.criterion] = content.scale_of(criterion)
    return scales


def _closed_rounds(session: Session, keys: Collection[Key]) -> set[Key]:
    """Criteria whose second round is closed."""
    rows = session.execute(
        select(SecondRound.sheet_id, SecondRound.criterion).where(
            *among(SecondRound, keys), SecondRound.closed_at.is_not(None)
        )
    )
    return {(row.sheet_id, row.criterion) for row in rows}


def _round_spread(scale: Scale, kept: Any | None, rated: Collection[Any]) -> RoundSpread:
    comments = [quote for row in rated for quote in quotes(row.comment)]
    if kept is not None:
        one = read_kept(scale, kept)
        return replace(one, comments=tuple(sorted((*one.comments, *comments))))
    votes = votes_of(answer_of(row) for row in rated)
    spread = spread_of(scale, votes)
    reasons = sorted(row.reason for row in rated if row.kind == "na")
    are_words_shown = isinstance(scale, TextScale) and len(votes.voices) >= FEWEST_VOICES
    return RoundSpread(
        spread,
        tuple(sorted(comments)),
        () if spread.shown is None else tuple(reasons),
        tuple(str(voice) for voice in votes.voices) if are_words_shown else (),
    )


def quotes(comment: str) -> tuple[str, ...]:
    """What one person wrote, a quote for each time they did; one of several paragraphs stays one."""
    return tuple(part.strip() for part in comment.split(APART) if part.strip())


def with_quote(comment: str, word: str) -> str:
    """What they wrote, with ``word`` added as a quote of its own."""
    return f"{comment}{APART}{word}" if comment else word


def _written(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _kept_distribution(scale: Scale, votes: Mapping[str, Any]) -> Distribution | None:
    if "counts" not in votes:
        return None
    is_number = isinstance(scale, NumberScale)
    voices = tuple(
        Decimal(value) if is_number else value for value, count in votes["counts"] for _ in range(count)
    )
    return spread_of(scale, Votes(voices, votes["unknown"], votes["not_applicable"])).shown
