"""The editions that the demonstration's assessments start with, parsed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.errors import Misconfigured
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.services.assessments.freezing import Labels, labels_of
from aqss.services.assessments.starting import WORKFLOW

_MODULES = ("risques-generaux", "risque-infectieux", "produits-de-sante")


@dataclass(frozen=True)
class Published:
    """What new assessments start with: current editions in catalogue order and the workflow's edition.

    ``editions`` are those of the three modules; ``labels`` and ``grids_in_modules`` are of all current ones.
    """

    editions: tuple[tuple[int, EditionContent], ...]
    workflow_edition_id: int
    labels: Labels
    grids_in_modules: Mapping[str, int]

    def of(self, grids: Iterable[str]) -> Iterator[tuple[int, EditionContent]]:
        wanted = frozenset(grids)
        return ((number, content) for number, content in self.editions if content.grid.grid in wanted)


def read_published(session: Session, grids_in_order: Sequence[str]) -> Published:
    """Current editions, parsed once. Raises Misconfigured when nothing of the three modules is published."""
    rows = session.scalars(select(Edition).where(Edition.is_current).order_by(Edition.position))
    current = {row.grid: (row.id, EditionContent.model_validate_json(row.content)) for row in rows}
    editions = tuple(current[grid] for grid in grids_in_order if grid in current)
    editions = tuple(one for one in editions if one[1].grid.module in _MODULES)
    workflow_id = session.scalar(
        select(WorkflowEdition.id).where(WorkflowEdition.workflow == WORKFLOW, WorkflowEdition.is_current)
    )
    if not editions or workflow_id is None:
        raise Misconfigured(("Aucune grille n’est publiée. Lancez : aqss migrate",))
    contents = [content for _, content in current.values()]
    return Published(
        editions, workflow_id, labels_of(contents), Counter(content.grid.module for content in contents)
    )
