"""How far a sheet is: one way of counting, for its page, the task list and the first page.

Where criteria are scored, those rated out of those concerned; where a grid only follows figures or words, the
criteria filled in out of those that apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Answer
from aqss.persistence.consensus import Consensus


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``whole``, and ``unknown`` told apart: « ne sait pas » is an answer, and rates nothing.

    ``is_scored`` is False for a sheet that is only followed; ``whole`` is then 0 when nothing in it applies.
    """

    done: int
    whole: int
    unknown: int
    blank: int
    is_scored: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """The team has agreed on ``done`` of the ``whole`` criteria that apply, after each rated alone."""

    done: int
    whole: int


@dataclass(frozen=True, slots=True)
class CountedSheet:
    """What there is to know of a sheet to count it: ``profile`` and ``tally`` are those of its assessment."""

    sheet_id: int
    content: EditionContent
    profile: tuple[str, ...]
    tally: Tally


def progress_of(tally: Tally) -> Progress:
    """Rated out of concerned, the sums of one sheet or of several."""
    return Progress(tally.rated, tally.concerned, tally.unknown, tally.blank, tally.applicable > 0)


def progress_of_followed(filled: int, whole: int) -> Progress:
    """The same where nothing is scored: ``filled`` of the ``whole`` criteria that apply have an answer."""
    return Progress(filled, whole, 0, whole - filled, False)


def read_progress(session: Session, sheets: Iterable[CountedSheet]) -> dict[int, Progress]:
    """Sheet → how far it is. One query when a sheet of them is not scored, none otherwise."""
    found: dict[int, Progress] = {}
    followed: dict[int, frozenset[str]] = {}
    for sheet in sheets:
        found[sheet.sheet_id] = progress_of(sheet.tally)
        if not sheet.tally.applicable:
            criteria = (one for one in sheet.content.grid.criteria if one.applies(sheet.profile))
            followed[sheet.sheet_id] = frozenset(one.criterion for one in criteria)
    if followed:
        filled = dict.fromkeys(followed, 0)
        rows = session.execute(
            select(Answer.sheet_id, Answer.criterion).where(
                Answer.sheet_id.in_(followed), Answer.kind != "blank"
            )
        )
        for sheet_id, criterion in rows:
            filled[sheet_id] += criterion in followed[sheet_id]
        found |= {
            sheet_id: progress_of_followed(filled[sheet_id], len(criteria))
            for sheet_id, criteria in followed.items()
        }
    return found


def pool_progress(parts: Iterable[Progress]) -> Progress:
    """Several sheets together: those that are scored, else those that are followed."""
    known = list(parts)
    counted = [part for part in known if part.is_scored] or known
    return Progress(
        done=sum(part.done for part in counted),
        whole=sum(part.whole for part in counted),
        unknown=sum(part.unknown for part in counted),
        blank=sum(part.blank for part in counted),
        is_scored=any(part.is_scored for part in counted),
    )


def criteria_applying(content: EditionContent, profile: Collection[str]) -> frozenset[str]:
    """Those the team has to agree on, scored or not."""
    return frozenset(one.criterion for one in content.grid.criteria if one.applies(profile))


def read_agreed(session: Session, criteria: Mapping[int, Collection[str]]) -> dict[int, Agreed]:
    """Sheet → how many of its ``criteria`` the team has agreed on; one query, none without sheets."""
    if not criteria:
        return {}
    done = dict.fromkeys(criteria, 0)
    rows = session.execute(
        select(Consensus.sheet_id, Consensus.criterion).where(Consensus.sheet_id.in_(criteria))
    )
    for sheet_id, criterion in rows:
        done[sheet_id] += criterion in criteria[sheet_id]
    return {sheet_id: Agreed(done[sheet_id], len(whole)) for sheet_id, whole in criteria.items()}


def pool_agreed(parts: Iterable[Agreed]) -> Agreed:
    """Several sheets together."""
    known = list(parts)
    return Agreed(sum(part.done for part in known), sum(part.whole for part in known))
