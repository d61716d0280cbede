"""The synthesis of an assessment: what the team answers to each criterion, and how it came to it.

Of voices nothing is told but how many stand behind an answer, and only where the spread itself is shown: no
total of them is made anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.scales import Scale, TextScale
from aqss.domain.definitions.workflows import State
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.consensus import Consensus
from aqss.services.assessments.finding import get_with_results
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.spreads import (
    FIRST_ROUND,
    Key,
    RoundSpread,
    Spreads,
    read_spreads,
    round_in_force,
)
from aqss.services.editions import load_edition


@dataclass(frozen=True, slots=True)
class Voices:
    """``same``: how many people gave the team's very answer. ``out_of``: the voices, beside who gave none."""

    same: int
    out_of: int
    unknown: int = 0
    not_applicable: int = 0


@dataclass(frozen=True, slots=True)
class Support:
    """What stands behind the team's answer in the round in force, the ``round``-th.

    ``voices`` is None under four of them, where nothing may be told.
    """

    round: int
    voices: Voices | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the team came to an answer; ``support`` is None for words, which have no voices to count.

    ``reason``: why it stands outside the medians. ``is_ratified``: taken as it was, everybody agreeing.
    """

    support: Support | None
    reason: str
    note: str
    has_dissent: bool
    is_ratified: bool
    decided_at: datetime

    @property
    def is_at_once(self) -> bool:
        """Whether everybody agreed from the first round on, without a second one."""
        return self.is_ratified and (self.support is None or self.support.round == FIRST_ROUND)


@dataclass(frozen=True, slots=True)
class SynthesisLine:
    """A criterion that applies and what the team answers; ``agreement`` is None where it rated together.

    ``is_agreed``: the answer is the team's, whatever comes next; in a blind rating, its session settled it.
    """

    criterion: Criterion
    scale: Scale
    answer: Recorded
    agreement: Agreement | None
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class SynthesisSection:
    section: Section
    lines: tuple[SynthesisLine, ...]


@dataclass(frozen=True, slots=True)
class SynthesisGrid:
    """A grid with the sections that ask the centre something."""

    content: EditionContent
    sections: tuple[SynthesisSection, ...]

    @property
    def lines(self) -> tuple[SynthesisLine, ...]:
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def agreed(self) -> int:
        return sum(line.is_agreed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Every grid that asks the centre something, in the order of the sheets."""

    assessment: Assessment
    state: State
    grids: tuple[SynthesisGrid, ...]

    @property
    def is_blind(self) -> bool:
        return self.assessment.rating == BLIND

    @property
    def lines(self) -> tuple[SynthesisLine, ...]:
        return tuple(line for grid in self.grids for line in grid.lines)

    @property
    def in_dissent(self) -> tuple[SynthesisLine, ...]:
        """What somebody does not agree with, still."""
        return tuple(line for line in self.lines if line.agreement and line.agreement.has_dissent)


def read_synthesis(session: Session, actor: Actor, assessment_id: int) -> Synthesis:
    """The synthesis for the team, in a state that allows ``read-results``: of what is answered so far.

    A constant number of queries. Raises :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`.
    """
    assessment, workflow = get_with_results(session, actor, assessment_id)
    agreements = read_agreements(session, assessment)
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    answers = _read_answers(session, [sheet.id for sheet in sheets])
    grids = (
        SynthesisGrid(content, tuple(_sections(sheet.id, content, assessment, answers, agreements)))
        for sheet in sheets
        for content in [load_edition(session, sheet.edition_id)]
    )
    return Synthesis(
        assessment, workflow.by_state[assessment.state], tuple(grid for grid in grids if grid.sections)
    )


def read_agreements(session: Session, assessment: Assessment) -> dict[Key, Agreement]:
    """(sheet, criterion) → how the team agreed; nothing where it rated together from the start."""
    if assessment.rating != BLIND:
        return {}
    rows = session.execute(
        select(Consensus, Sheet.edition_id, *(Answer.__table__.c[name] for name in _DECIDED))
        .join(Sheet, Sheet.id == Consensus.sheet_id)
        .join(Answer, (Answer.sheet_id == Consensus.sheet_id) & (Answer.criterion == Consensus.criterion))
        .where(Sheet.assessment_id == assessment.id)
    ).all()
    spreads = read_spreads(session, assessment)
    found = {}
    for row in rows:
        one: Consensus = row.Consensus
        scale = _scale_of(session, row.edition_id, one.criterion)
        key = (one.sheet_id, one.criterion)
        found[key] = Agreement(
            support=_support(scale, recorded(row), key, spreads),
            reason=one.reason,
            note=one.note,
            has_dissent=one.has_dissent,
            is_ratified=one.is_ratified,
            decided_at=one.decided_at,
        )
    return found


def list_in_dissent(session: Session, assessment: Assessment) -> list[Criterion]:
    """The criteria that somebody still does not agree with, in the order of the sheets."""
    rows = session.execute(
        select(Consensus.criterion, Sheet.position, Sheet.edition_id)
        .join(Sheet, Sheet.id == Consensus.sheet_id)
        .where(Sheet.assessment_id == assessment.id, Consensus.has_dissent)
    )
    found = []
    for row in rows:
        criteria = load_edition(session, row.edition_id).criteria_by_code
        found.append((row.position, list(criteria).index(row.criterion), criteria[row.criterion]))
    return [criterion for *_, criterion in sorted(found, key=lambda one: one[:2])]


def count_agreed(session: Session, assessment: Assessment) -> tuple[int, int]:
    """How many criteria a session settled, and how many of these on the first round; no voice is told."""
    found = read_agreements(session, assessment)
    return len(found), sum(one.is_at_once for one in found.values())


_DECIDED = ("kind", "level", "number", "words", "reason", "comment")


def _scale_of(session: Session, edition_id: int, criterion: str) -> Scale:
    content = load_edition(session, edition_id)
    return content.scale_of(content.criteria_by_code[criterion])


def _support(scale: Scale, answer: Recorded, key: Key, spreads: Spreads) -> Support | None:
    rounds = spreads.get(key)
    if rounds is None or isinstance(scale, TextScale):
        return None
    rank = round_in_force(rounds)
    return Support(rank, _voices_for(answer, rounds[rank]))


def _voices_for(answer: Recorded, one: RoundSpread) -> Voices | None:
    shown = one.spread.shown
    if shown is None:
        return None
    if answer.kind == "na":
        same = shown.not_applicable
    elif answer.kind == "unknown":
        same = shown.unknown
    else:
        value = answer.level if answer.number is None else answer.number
        same = dict(shown.counts).get(value or "", 0)
    return Voices(same, shown.voices, shown.unknown, shown.not_applicable)


def _read_answers(session: Session, sheet_ids: Collection[int]) -> dict[Key, Recorded]:
    rows = session.execute(select(*Answer.__table__.c).where(Answer.sheet_id.in_(sheet_ids)))
    return {(row.sheet_id, row.criterion): recorded(row) for row in rows}


def _sections(
    sheet_id: int,
    content: EditionContent,
    assessment: Assessment,
    answers: Mapping[Key, Recorded],
    agreements: Mapping[Key, Agreement],
) -> Iterator[SynthesisSection]:
    is_blind = assessment.rating == BLIND
    for section in content.grid.sections:
        lines = []
        for criterion in section.criteria:
            if criterion.applies(assessment.profile):
                key = (sheet_id, criterion.criterion)
                answer, agreement = answers.get(key, BLANK), agreements.get(key)
                is_agreed = agreement is not None if is_blind else answer.kind != "blank"
                lines.append(
                    SynthesisLine(criterion, content.scale_of(criterion), answer, agreement, is_agreed)
                )
        if lines:
            yield SynthesisSection(section, tuple(lines))
