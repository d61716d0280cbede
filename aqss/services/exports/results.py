"""The results of an assessment for spreadsheets: « Synthèse », a row for each score, and « Critères ».

After a blind rating, « Accord » tells how the team came to each answer. They are made from what the report
tells, so that page, report and workbook give the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from aqss.gateways.tables import Column, Table, write_workbook
from aqss.services.assessments.explaining import NotCounted
from aqss.services.assessments.results import Mark
from aqss.services.assessments.synthesis import Agreement, Voices
from aqss.services.reports.assessment_content import GridPart, Line, ReportContent

_NOT_COUNTED = {
    NotCounted.UNSCORED: "Réponse sans score",
    NotCounted.NOT_APPLICABLE: "Non concerné",
    NotCounted.UNKNOWN: "Ne sait pas",
    NotCounted.BLANK: "Sans réponse",
}


@dataclass(frozen=True)
class SummaryRow:
    """One score: of a module, of a grid, or of a section."""

    scope: str
    module: str
    grid: GridPart | None
    section: str
    mark: Mark


@dataclass(frozen=True)
class CriterionRow:
    """One criterion asked, with its answer."""

    module: str
    grid: GridPart
    section: str
    line: Line

    @property
    def is_counted(self) -> bool:
        return self.line.explained.not_counted is None


@dataclass(frozen=True)
class AgreementRow:
    """One criterion that the team agreed on after each rated alone."""

    grid: GridPart
    section: str
    line: Line
    agreement: Agreement

    @property
    def round(self) -> int | None:
        return self.agreement.support.round if self.agreement.support else None

    @property
    def voices(self) -> Voices | None:
        return self.agreement.support.voices if self.agreement.support else None


SUMMARY_COLUMNS: tuple[Column[SummaryRow], ...] = (
    Column("Portée", lambda row: row.scope, 9),
    Column("Module", lambda row: row.module, 26),
    Column("Code", lambda row: row.grid.code if row.grid else None, 7),
    Column("Grille", lambda row: row.grid.content.grid.title if row.grid else None, 36),
    Column("Version", lambda row: row.grid.content.grid.version if row.grid else None, 8, 0),
    Column("Section", lambda row: row.section or None, 36),
    Column("Score sur 100", lambda row: row.mark.score, 9, 1),
    Column("Niveau", lambda row: row.mark.standing.band.label if row.mark.standing.band else None, 14),
    Column("Provisoire", lambda row: row.mark.standing.provisional, 11),
    Column("Complétude (%)", lambda row: _completeness(row), 12, 1),
    Column("Critères applicables", lambda row: row.mark.standing.tally.applicable, 12, 0),
    Column("Non concernés", lambda row: row.mark.standing.tally.not_applicable, 11, 0),
    Column("Concernés", lambda row: row.mark.standing.tally.concerned, 11, 0),
    Column("Cotés", lambda row: row.mark.standing.tally.rated, 8, 0),
    Column("Ne sait pas", lambda row: row.mark.standing.tally.unknown, 8, 0),
    Column("Sans réponse", lambda row: row.mark.standing.tally.blank, 9, 0),
    Column("Points obtenus", lambda row: row.mark.standing.tally.earned, 9, 2),
    Column("Points possibles", lambda row: row.mark.standing.tally.possible, 9, 2),
    Column("Impératifs à reprendre", lambda row: row.mark.standing.tally.essential_failed, 11, 0),
    Column("Impératifs sans cotation", lambda row: row.mark.standing.tally.essential_open, 11, 0),
    Column("Impératifs non concernés", lambda row: row.mark.standing.tally.essential_na, 11, 0),
    Column("Date précédente", lambda row: row.mark.before.started_on if row.mark.before else None, 12),
    Column("Score précédent", lambda row: row.mark.score_before, 10, 1),
    Column("Écart en points", lambda row: row.mark.change, 9, 1),
    Column("Autre version", lambda row: row.mark.before.is_other_version if row.mark.before else None, 9),
)
"""The sheet « Synthèse »: scores as numbers from 0 to 100, counts of criteria, and the score of last time."""

CRITERIA_COLUMNS: tuple[Column[CriterionRow], ...] = (
    Column("Module", lambda row: row.module, 22, wraps=True),
    Column("Grille", lambda row: row.grid.content.grid.title, 26, wraps=True),
    Column("Section", lambda row: row.section, 26, wraps=True),
    Column("Code", lambda row: row.line.explained.criterion.criterion, 9, wraps=True),
    Column("Énoncé", lambda row: row.line.explained.criterion.statement, 60, wraps=True),
    Column("Impératif", lambda row: row.line.explained.criterion.essential, 10, wraps=True),
    Column("Réponse", lambda row: row.line.answer, 24, wraps=True),
    Column("Nombre", lambda row: row.line.explained.answer.number, 10),
    Column("Compté", lambda row: _counted(row), 14, wraps=True),
    Column("Valeur", lambda row: row.line.explained.value, 8, 2),
    Column("Poids", lambda row: row.line.explained.weight if row.is_counted else None, 8, 2),
    Column("Poids × valeur", lambda row: row.line.explained.product, 9, 2),
    Column("Motif", lambda row: row.line.explained.answer.reason or None, 40, wraps=True),
    Column("Commentaire", lambda row: row.line.explained.answer.comment or None, 40, wraps=True),
)
"""The sheet « Critères »: weights and products of what is counted add up to the points of « Synthèse »."""


AGREEMENT_COLUMNS: tuple[Column[AgreementRow], ...] = (
    Column("Grille", lambda row: row.grid.content.grid.title, 26, wraps=True),
    Column("Section", lambda row: row.section, 26, wraps=True),
    Column("Code", lambda row: row.line.explained.criterion.criterion, 9, wraps=True),
    Column("Énoncé", lambda row: row.line.explained.criterion.statement, 60, wraps=True),
    Column("Réponse de l’équipe", lambda row: row.line.answer, 24, wraps=True),
    Column("Voix", lambda row: row.line.support or None, 24, wraps=True),
    Column("Même réponse", lambda row: row.voices.same if row.voices else None, 8, 0),
    Column("Voix exprimées", lambda row: row.voices.out_of if row.voices else None, 11, 0),
    Column("Ne sait pas", lambda row: row.voices.unknown if row.voices else None, 8, 0),
    Column("Non concerné", lambda row: row.voices.not_applicable if row.voices else None, 9, 0),
    Column("Tour", lambda row: row.round, 7, 0),
    Column("Accepté d’emblée", lambda row: row.agreement.is_at_once, 11, wraps=True),
    Column("Reste en désaccord", lambda row: row.agreement.has_dissent, 11, wraps=True),
    Column("Pourquoi cette réponse", lambda row: row.agreement.reason or None, 40, wraps=True),
    Column("Motif de « non concerné »", lambda row: row.line.explained.answer.reason or None, 40, wraps=True),
    Column("Note", lambda row: row.agreement.note or None, 40, wraps=True),
)
"""The sheet « Accord »: voices only where the spread is shown, so that no sum of them tells what is not."""


def summary(content: ReportContent) -> Table[SummaryRow]:
    """One row for each module, grid and section, each followed by what it is made of."""
    return Table("Synthèse", SUMMARY_COLUMNS, list(_summary_rows(content)))


def criteria(content: ReportContent) -> Table[CriterionRow]:
    """One row for each criterion asked of the centre, in the order of the sheets."""
    rows = [
        CriterionRow(module.title, grid, section.title, line)
        for module in content.modules
        for grid in module.grids
        for section in grid.sections
        for line in section.lines
    ]
    return Table("Critères", CRITERIA_COLUMNS, rows)


def agreements(content: ReportContent) -> Table[AgreementRow]:
    """One row for each criterion settled in session, in the order of the sheets."""
    rows = [
        AgreementRow(grid, section.title, line, line.agreement)
        for module in content.modules
        for grid in module.grids
        for section in grid.sections
        for line in section.lines
        if line.agreement
    ]
    return Table("Accord", AGREEMENT_COLUMNS, rows)


def results_xlsx(content: ReportContent) -> bytes:
    """The workbook: « Synthèse », « Critères », and « Accord » where each person rated alone first."""
    tables: list[Table[Any]] = [summary(content), criteria(content)]
    return write_workbook([*tables, agreements(content)] if content.is_blind else tables)


def _completeness(row: SummaryRow) -> Fraction | None:
    """From 0 to 100; nothing to say of a grid that only follows figures."""
    tally = row.mark.standing.tally
    return 100 * tally.completeness if tally.applicable else None


def _summary_rows(content: ReportContent) -> Iterator[SummaryRow]:
    for module in content.modules:
        yield SummaryRow("Module", module.title, None, "", module.mark)
        for grid in module.grids:
            yield SummaryRow("Grille", module.title, grid, "", grid.mark)
            for section in grid.sections:
                if section.mark is not None:
                    yield SummaryRow("Section", module.title, grid, section.title, section.mark)


def _counted(row: CriterionRow) -> str:
    """« oui », or why the criterion does not enter the score."""
    why = row.line.explained.not_counted
    return "oui" if why is None else _NOT_COUNTED[why]
