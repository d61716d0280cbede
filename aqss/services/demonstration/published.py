"""The editions that the demonstration's assessments start with, parsed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.errors import Misconfigured, NotFound
from aqss.persistence.editions import Edition
from aqss.services.actions import starting as actions
from aqss.services.assessments.freezing import Labels, labels_of
from aqss.services.assessments.starting import WORKFLOW
from aqss.services.demonstration import dossiers
from aqss.services.editions import PublishedWorkflow, current_workflow

_MODULES = ("risques-generaux", "risque-infectieux", "produits-de-sante")
_WORKFLOWS = (WORKFLOW, actions.WORKFLOW, *dossiers.WORKFLOWS)


@dataclass(frozen=True)
class Published:
    """What starts now starts with: current editions in catalogue order, and the workflows by name.

    ``editions`` are those of the three modules, ``figures`` the follow-up indicators; ``labels`` and
    ``grids_in_modules`` are of all current ones.
    """

    editions: tuple[tuple[int, EditionContent], ...]
    figures: tuple[int, EditionContent]
    workflows: Mapping[str, PublishedWorkflow]
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
    figures = current.get(dossiers.FIGURES)
    try:
        workflows = {name: current_workflow(session, name) for name in _WORKFLOWS}
    except NotFound:
        workflows = {}
    if not editions or figures is None or not workflows:
        raise Misconfigured(("Aucune grille n’est publiée. Lancez : aqss migrate",))
    contents = [content for _, content in current.values()]
    return Published(
        editions,
        figures,
        workflows,
        labels_of(contents),
        Counter(content.grid.module for content in contents),
    )
