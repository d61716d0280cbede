"""The columns of a plan (PAQSS): one definition for its page, its workbook, its CSV file and its report.

After HAS (fiche 10 of the guide) and Roussel (fiche 8: criticality × feasibility × impact).
"""

from __future__ import annotations

from collections.abc import Iterable

from aqss.domain.effects import Outcome
from aqss.gateways.french import NBSP, paris
from aqss.gateways.tables import Column, Table
from aqss.services.actions.rows import PlanRow
from aqss.services.actions.words import KINDS, ORIGINS, OUTCOMES

PLAN_COLUMNS: tuple[Column[PlanRow], ...] = (
    Column("N°", lambda row: row.action.number, 6, 0),
    Column("Origine", lambda row: origin_of(row), 28, wraps=True),
    Column("Objectif", lambda row: row.action.title, 40, wraps=True),
    Column("Type", lambda row: KINDS[row.action.kind], 12),
    Column("Pilote", lambda row: row.owner, 20),
    Column("Contributeurs", lambda row: _listed(row.contributors), 24, wraps=True),
    Column("Moyens", lambda row: row.action.means or None, 30, wraps=True),
    Column("Début", lambda row: row.action.starts_on, 11),
    Column("Échéance", lambda row: row.action.due_on, 11),
    Column("Criticité", lambda row: row.action.criticality, 9, 0),
    Column("Faisabilité", lambda row: row.action.feasibility, 10, 0),
    Column("Impact", lambda row: row.action.impact, 8, 0),
    Column("Priorité", lambda row: row.marks.priority, 8, 0),
    Column("Étape", lambda row: row.state.label, 14),
    Column("Tâches faites", lambda row: _steps(row), 11),
    Column("Avancement (%)", lambda row: row.action.progress, 12, 0),
    Column("Effet attendu sur", lambda row: row.effect.measure or None, 36, wraps=True),
    Column("De", lambda row: row.effect.start or None, 14),
    Column("À", lambda row: row.effect.target or None, 14),
    Column("Revue le", lambda row: row.action.review_on, 11),
    Column("Preuves", lambda row: _listed(row.proofs), 30, wraps=True),
    Column("Résultat", lambda row: _result(row), 12),
    Column("Constat à la clôture", lambda row: row.action.result_note or None, 36, wraps=True),
    Column("Close par", lambda row: row.closed_by, 20),
    Column("Close le", lambda row: row.action.ended_at and paris(row.action.ended_at).date(), 11),
)


CENTRE = Column[PlanRow]("Centre", lambda row: row.centre_name, 28, wraps=True)


def plan_columns(*, has_centres: bool = False) -> tuple[Column[PlanRow], ...]:
    """Those of a plan; ``has_centres``: of several centres, each action tells its own."""
    number, *others = PLAN_COLUMNS
    return (number, CENTRE, *others) if has_centres else PLAN_COLUMNS


def plan_table(
    rows: Iterable[PlanRow], name: str = "Plan d’actions", *, has_centres: bool = False
) -> Table[PlanRow]:
    """The actions under the columns of a plan."""
    return Table(name, plan_columns(has_centres=has_centres), rows)


def origin_of(row: PlanRow) -> str:
    """« Campagne 2026 : A2-05, A2-06 », the title of the dossier, or where else it comes from.

    From criteria of several assessments, each with its own.
    """
    if not row.criteria:
        return row.source or ORIGINS[row.action.origin]
    codes: dict[tuple[int, str], list[str]] = {}
    for one in row.criteria:
        codes.setdefault((one.assessment_id, one.assessment_title), []).append(one.criterion)
    told = [f"{title}{NBSP}: {', '.join(found)}" for (_, title), found in codes.items()]
    if row.action.origin == "session":
        told.append(ORIGINS["session"])
    if row.action.dossier_id is not None:
        told.append(row.source)
    return f"{NBSP}; ".join(told)


def _steps(row: PlanRow) -> str | None:
    return f"{row.steps_done} sur {row.steps}" if row.steps else None


def _result(row: PlanRow) -> str | None:
    return OUTCOMES[Outcome(row.action.result)] if row.action.result else None


def _listed(texts: Iterable[str]) -> str | None:
    return f"{NBSP}; ".join(texts) or None
