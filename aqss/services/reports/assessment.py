"""The report of an assessment: what it tells, its accessible page, and the document that becomes a PDF.

Names of people are nowhere in it: who took part is told by profession, as counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Permission, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.errors import NotFound
from aqss.gateways import drawing
from aqss.gateways.rendering import render_report, render_report_body
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.explaining import ExplainedCriterion, explain_grids
from aqss.services.assessments.finding import checked_id
from aqss.services.assessments.freezing import Circumstances, read_circumstances
from aqss.services.assessments.results import (
    CriterionResult,
    GridResult,
    ModuleResult,
    Results,
    SectionResult,
    read_results,
)
from aqss.services.assessments.rounds import BLIND, is_round_open
from aqss.services.assessments.scope import TRIGGERS
from aqss.services.assessments.synthesis import Agreement, read_agreements
from aqss.services.reports.assessment_content import (
    Citation,
    GridPart,
    Line,
    ModulePart,
    Point,
    SectionPart,
)
from aqss.services.reports.assessment_content import ReportContent as ReportContent
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources
from aqss.services.wording import answer_fr, code_of, sign_of, support_fr

KIND = "assessment"
TITLE = "Rapport d’auto-évaluation"


def read_report(
    session: Session, actor: Actor, catalogue: Catalogue, assessment_id: int, now: datetime
) -> ReportContent:
    """What the report tells at ``now``, for the team, in a state that allows ``read-results``.

    In the same number of queries whatever the number of grids, criteria or other assessments. ``catalogue``
    says which references are verified today: of a closed assessment, nothing else ever changes. Raises
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`.
    """
    results = read_results(session, actor, assessment_id)
    agreements = {code: one for (_, code), one in read_agreements(session, results.assessment).items()}
    lines = {
        line.criterion.criterion: _line(
            line, explanation.content, catalogue, agreements.get(line.criterion.criterion)
        )
        for explanation in explain_grids(session, actor, assessment_id)
        for line in explanation.lines
        if line.criterion.applies(results.assessment.profile)
    }
    return _content(results, read_circumstances(session, results.assessment), lines, now)


def _content(
    results: Results, circumstances: Circumstances, lines: Mapping[str, Line], now: datetime
) -> ReportContent:
    assessment = results.assessment
    modules = tuple(_module_part(module, lines) for module in results.modules)
    return ReportContent(
        assessment_id=assessment.id,
        centre_name=circumstances.centre_name,
        town=circumstances.town,
        finess=circumstances.finess,
        title=assessment.title,
        objective=assessment.objective,
        trigger=TRIGGERS.get(assessment.trigger, ""),
        trigger_note=assessment.trigger_note,
        state=results.state.label,
        started_on=assessment.started_on,
        round_ends_on=assessment.round_ends_on,
        closed_at=assessment.closed_at,
        as_of=now,
        profile=circumstances.activities,
        participation=None if is_round_open(results.workflow, assessment) else circumstances.participation,
        modules=modules,
        essential_failed=_lines_of(results.essential_failed, lines),
        essential_open=_lines_of(results.essential_open, lines),
        essential_na=_lines_of(results.essential_na, lines),
        strengths=_points(results.strengths, modules),
        weak_points=_points(results.weak_points, modules),
        citations=_cited(lines.values()),
        is_blind=assessment.rating == BLIND,
        closings=results.closings,
    )


def body_html(content: ReportContent) -> Markup:
    """The report's body, for its web page: headings from h2 on, tables, pictures; no style and no script."""
    return render_report_body("assessment", _context(content))


def document_html(content: ReportContent) -> str:
    """The whole document that :func:`aqss.gateways.pdf.make_pdf` takes: the same body, dressed for paper."""
    return render_report("assessment", _context(content))


def content_hash(content: ReportContent) -> str:
    """The hash under which the report of that content is kept: it is made once."""
    return _hash(content, document_html(content))


def _hash(content: ReportContent, document: str) -> str:
    """Of the assessment and of everything the document shows, the way it is shown included."""
    return hashlib.sha256(f"{KIND} {content.assessment_id}\n{document}".encode()).hexdigest()


def _centre_of(session: Session, assessment_id: int) -> int:
    centre_id = session.scalar(
        select(Assessment.centre_id).where(Assessment.id == checked_id("assessment", assessment_id))
    )
    if centre_id is None:
        raise NotFound("assessment", assessment_id)
    return centre_id


def _build(session: Session, assessment_id: int, sources: Sources) -> ReportBody:
    """For the job, which reads as somebody of the team would: whoever asked was allowed to."""
    reader = Actor(0, "aqss", (Grant(Role.MEMBER, centre_id=_centre_of(session, assessment_id)),))
    content = read_report(session, reader, sources.catalogue, assessment_id, sources.now)
    document = document_html(content)
    return ReportBody(TITLE, document, _hash(content, document))


REPORT = ReportKind(KIND, Permission.ASSESSMENT_READ, _centre_of, _build)


def _context(content: ReportContent) -> dict[str, object]:
    return {"report": content, "title": TITLE, "drawing": drawing}


def _module_part(module: ModuleResult, lines: Mapping[str, Line]) -> ModulePart:
    first = module.grids[0].content
    return ModulePart(
        title=module.title,
        mark=module.mark,
        grids=tuple(_grid_part(grid, rank, lines) for rank, grid in enumerate(module.grids, start=1)),
        grids_in_module=module.grids_in_module,
        is_scored=module.is_scored,
        has_radar=module.has_radar,
        thresholds=tuple(Fraction(band.from_) for band in first.bands[1:]),
    )


def _grid_part(grid: GridResult, rank: int, lines: Mapping[str, Line]) -> GridPart:
    results = {result.section.section: result for result in grid.sections}
    sections = []
    for section in grid.content.grid.sections:
        asked = tuple(lines[c.criterion] for c in section.criteria if c.criterion in lines)
        if asked:
            result = results.get(section.section)
            sections.append(SectionPart(section.title, result.mark if result else None, asked))
    return GridPart(
        code=code_of(grid.content) or str(rank),
        content=grid.content,
        mark=grid.mark,
        sections=tuple(sections),
    )


def _line(
    explained: ExplainedCriterion, content: EditionContent, catalogue: Catalogue, agreement: Agreement | None
) -> Line:
    criterion = explained.criterion
    support = agreement.support if agreement else None
    return Line(
        explained=explained,
        sign=sign_of(explained),
        answer=answer_fr(explained.scale, explained.answer),
        is_mandatory=content.is_mandatory(criterion, catalogue),
        citations=tuple(_citation(key, content, catalogue) for key in criterion.references or ()),
        agreement=agreement,
        support=support_fr(explained.answer, support) if support else "",
    )


def _citation(key: str, content: EditionContent, catalogue: Catalogue) -> Citation:
    """The source as the edition cites it."""
    cited = content.references_by_key[key]
    return Citation(key, cited.title, cited.url, catalogue.is_verified(key))


def _lines_of(results: Iterable[CriterionResult], lines: Mapping[str, Line]) -> tuple[Line, ...]:
    return tuple(lines[result.criterion.criterion] for result in results)


def _cited(lines: Iterable[Line]) -> tuple[Citation, ...]:
    """Every source cited, once, by its title."""
    found = {citation.reference: citation for line in lines for citation in line.citations}
    return tuple(sorted(found.values(), key=lambda cited: (cited.title.casefold(), cited.reference)))


def _points(results: Iterable[SectionResult], modules: Iterable[ModulePart]) -> tuple[Point, ...]:
    grids = {part.content.grid.grid: part for module in modules for part in module.grids}
    return tuple(Point(grids[result.grid], result.section.title, result.mark) for result in results)
