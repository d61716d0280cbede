"""The figures of a dossier: what its centre aims at, what they were, and what the dossier before told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.answers import parse_rating
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import NumberScale
from aqss.domain.errors import Fault, InvalidInput, NotPossibleNow
from aqss.domain.intake import Intake
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier, IndicatorTarget
from aqss.services.dossiers import sheets
from aqss.services.dossiers.finding import get_editable
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.parts import Parts, parts_of
from aqss.services.editions import load_edition
from aqss.services.runs.passing import require_version


@dataclass(frozen=True)
class Figure:
    """A criterion answered by a number: ``target`` of this dossier, ``value`` of its sheet, ``before`` of the
    sheet of the dossier it follows; each None while there is none.
    """

    criterion: Criterion
    scale: NumberScale
    section: str
    target: Decimal | None
    value: Decimal | None
    before: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """The value less the target."""
        return None if self.value is None or self.target is None else self.value - self.target


@dataclass(frozen=True)
class Filled:
    """How many of ``total`` figures have their value; ``aimed``: how many targets stand without one."""

    values: int
    total: int
    aimed: int


def read_filled(session: Session, dossier: Dossier, parts: Parts) -> Filled | None:
    """What is still to be counted, before the figures are settled; None for a dossier that has none."""
    figures = read_figures(session, dossier, parts.grids) if parts.has_targets else ()
    if not figures:
        return None
    missing = [one for one in figures if one.value is None]
    aimed = sum(one.target is not None for one in missing)
    return Filled(len(figures) - len(missing), len(figures), aimed)


def read_figures(session: Session, dossier: Dossier, grids: tuple[str, ...]) -> tuple[Figure, ...]:
    """The figures that the dossier's grids ask of its centre, in their order."""
    asked = _asked(session, dossier, grids)
    targets = read_targets(session, dossier)
    values = _values(session, dossier.id)
    before = {} if dossier.previous_id is None else _values(session, dossier.previous_id)
    return tuple(
        Figure(
            criterion,
            scale,
            section,
            targets.get(criterion.criterion),
            values.get(criterion.criterion),
            before.get(criterion.criterion),
        )
        for scale, section, criterion in asked
    )


def read_targets(session: Session, dossier: Dossier) -> dict[str, Decimal]:
    """Criterion → its target; those without one are left out."""
    rows = session.scalars(select(IndicatorTarget).where(IndicatorTarget.dossier_id == dossier.id))
    return {row.criterion: row.target for row in rows}


def change_targets(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    targets: Mapping[str, str],
    expected_version: int,
    now: datetime,
) -> None:
    """Replace the targets by those typed, criterion → number, as the dossier stood at ``expected_version``;
    an empty one is none.

    By who edits the dossier, while its state allows it. Raises :class:`InvalidInput` on the criteria, with
    the rules of their scales; :class:`~aqss.domain.errors.StaleEdit`, :class:`NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    dossier, workflow = get_editable(session, actor, dossier_id)
    parts = parts_of(workflow)
    if not parts.has_targets:
        raise NotPossibleNow("edit", dossier.state)
    require_version(dossier, "dossier", expected_version)
    asked = _asked(session, dossier, parts.grids)
    scales = {criterion.criterion: scale for scale, _, criterion in asked}
    before, after = read_targets(session, dossier), _check(targets, scales)
    changed = {code for code in {*before, *after} if before.get(code) != after.get(code)}
    if not changed:
        return
    session.execute(delete(IndicatorTarget).where(IndicatorTarget.dossier_id == dossier.id))
    for code, target in after.items():
        session.add(IndicatorTarget(dossier_id=dossier.id, criterion=code, target=target))
    dossier.version += 1
    note(session, actor, dossier, "dossier-targets-changed", now, {"count": len(changed)})
    session.flush()


def _check(targets: Mapping[str, str], scales: Mapping[str, NumberScale]) -> dict[str, Decimal]:
    intake, read = Intake(), {}
    for code, typed in targets.items():
        if not typed.strip():
            continue
        if code not in scales:
            intake.fault(code, "unknown-choice")
            continue
        found = intake.read(None, _read_number, code, scales[code], typed)
        if found is not None:
            read[code] = found
    intake.finish()
    return read


def _read_number(code: str, scale: NumberScale, typed: str) -> Decimal | None:
    """A number as its scale takes it, its faults told on the criterion."""
    try:
        value = parse_rating(scale, typed).value
    except InvalidInput as refusal:
        raise InvalidInput(tuple(Fault(code, one.code, one.facts) for one in refusal.faults)) from None
    return Decimal(value)


def _asked(
    session: Session, dossier: Dossier, grids: tuple[str, ...]
) -> list[tuple[NumberScale, str, Criterion]]:
    """Criteria answered by a number that concern the centre, with their scale and section.

    Those of the dossier's own sheet; before it is open, of the editions and the profile it would have.
    """
    row = session.execute(
        select(Assessment.id, Assessment.profile)
        .where(Assessment.dossier_id == dossier.id)
        .order_by(Assessment.id)
        .limit(1)
    ).one_or_none()
    profile = row.profile if row else session.get_one(Centre, dossier.centre_id).flags
    contents = [load_edition(session, one.id) for one in sheets.list_editions_for(session, dossier, grids)]
    return [
        (scale, section.title, criterion)
        for content in contents
        for section in content.grid.sections
        for criterion in section.criteria
        if isinstance(scale := content.scale_of(criterion), NumberScale) and criterion.applies(profile)
    ]


def _values(session: Session, dossier_id: int) -> dict[str, Decimal]:
    """Criterion → the number answered on the first sheet of that dossier."""
    first = (
        select(Assessment.id)
        .where(Assessment.dossier_id == dossier_id)
        .order_by(Assessment.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Answer.criterion, Answer.number)
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(Sheet.assessment_id == first, Answer.number.is_not(None))
    )
    return {row.criterion: row.number for row in rows}
