"""The story that reports and exports tell: a team rates small grids, one of which cites its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import CitedReference, EditionContent
from aqss.domain.definitions.grids import Reference
from aqss.persistence.assessments import Assessment
from aqss.persistence.session import Sessions
from aqss.services.reports.assessment import read_report
from aqss.services.reports.assessment_content import GridPart, Line, ReportContent, SectionPart
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_edition,
    close,
    pass_to,
    publish,
    rate,
    set_scene,
    start,
)

REFERENCES = {
    "F-LOI": Reference(
        reference="F-LOI", title="Une loi", url="https://exemple.fr/loi", legal=True, verified=True
    ),
    "F-DEC": Reference(reference="F-DEC", title="Un décret pas encore lu", legal=True, verified=False),
    "F-GUI": Reference(reference="F-GUI", title="Un guide", legal=False, verified=True),
}
_DUTIES = an_edition(
    "devoirs",
    {
        "textes": [
            {"criterion": "DE-1", "stakes": ["legal"], "references": ["F-LOI", "F-DEC"], "essential": True},
            {"criterion": "DE-2", "stakes": ["legal"], "references": ["F-DEC"]},
            {"criterion": "DE-3", "stakes": ["legal"], "references": ["F-GUI"]},
            {"criterion": "DE-4", "stakes": ["securite"], "references": ["F-LOI"]},
        ]
    },
)
DUTIES: EditionContent = _DUTIES.model_copy(
    update={
        "references": tuple(
            CitedReference(reference=key, title=known.title, url=known.url, legal=known.legal)
            for key, known in REFERENCES.items()
        )
    }
)
"""A grid with references: a law, verified; a decree, not verified; a guide, verified and not legal."""

ANSWERS = {"CO-1": "partiel", "CO-2": "oui", "CO-3": "non", "HY-1": "oui", "HY-2": "oui", "HY-3": "partiel"}
"""What the member answers; CO-5, essential, stays blank. Coordination: 1,5 of 4; hygiène: 2,15 of 2,3."""


def with_references(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, references=REFERENCES)


def a_rated_assessment(
    session: Session,
    scene: Scene,
    *grids: str,
    answers: Mapping[str, str] = ANSWERS,
    now: datetime = NOW,
    **more: Any,
) -> Assessment:
    """Over these grids (coordination and hygiene by default), open and rated by the member."""
    assessment = start(session, scene, a_scope(*(grids or ("coordination", "hygiene")), **more), now)
    pass_to(session, scene.coordinator, assessment, "cotation", now)
    for criterion, level in answers.items():
        rate(session, scene.member, assessment, criterion, level, now=now)
    return assessment


def a_closed_assessment(session: Session, scene: Scene, now: datetime, **more: Any) -> Assessment:
    """The same, and CO-5 at its worst, gone to its end."""
    assessment = a_rated_assessment(session, scene, now=now, **more)
    rate(session, scene.member, assessment, "CO-5", "c", now=now)
    close(session, scene, assessment, now)
    return assessment


def cite(session: Session, scene: Scene, catalogue: Catalogue) -> ReportContent:
    """What the report tells of an assessment of :data:`DUTIES`, nothing answered."""
    publish(session, DUTIES)
    assessment = a_rated_assessment(session, scene, "devoirs", answers={})
    return report_of(session, scene.member, with_references(catalogue), assessment)


def report_of(
    session: Session, actor: Actor, catalogue: Catalogue, assessment: Assessment, now: datetime = NOW
) -> ReportContent:
    return read_report(session, actor, catalogue, assessment.id, now)


def tell(database: Path, catalogue: Catalogue) -> ReportContent:
    """What the report tells of the three small grids, one criterion being « non concerné »."""
    sessions = Sessions(f"sqlite:///{database}")
    with sessions.writing() as session:
        scene = set_scene(session)
        assessment = a_rated_assessment(session, scene, "coordination", "hygiene", "mesures")
        rate(session, scene.member, assessment, "HY-2", "Cœur de métier « à part ».", kind="na")
        content = report_of(session, scene.member, catalogue, assessment)
    sessions.dispose()
    return content


def with_texts(content: ReportContent, *texts: str) -> ReportContent:
    """The same report, each of these the reason and the comment of one of its first criteria."""
    left = iter(texts)

    def said(line: Line) -> Line:
        text = next(left, "")
        answer = replace(line.explained.answer, reason=text, comment=text)
        return replace(line, explained=replace(line.explained, answer=answer))

    def of_section(section: SectionPart) -> SectionPart:
        return replace(section, lines=tuple(said(line) for line in section.lines))

    def of_grid(grid: GridPart) -> GridPart:
        return replace(grid, sections=tuple(of_section(section) for section in grid.sections))

    modules = (replace(m, grids=tuple(of_grid(grid) for grid in m.grids)) for m in content.modules)
    return replace(content, modules=tuple(modules))
