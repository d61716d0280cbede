"""Draws the shipped workflows in docs/images/parcours: ``python -m tests.house.workflow_pictures``."""

from __future__ import annotations

from collections.abc import Iterable

from aqss.config import ROOT
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.workflows import Workflow
from aqss.gateways.drawing import workflow_diagram
from aqss.gateways.files import read_definitions

FOLDER = ROOT / "docs" / "images" / "parcours"


def pictures(workflows: Iterable[Workflow]) -> dict[str, str]:
    """Name of the file → what it holds."""
    return {
        f"{one.workflow}.svg": f"{workflow_diagram(one, title=f'Parcours {one.title}', is_alone=True)}\n"
        for one in workflows
    }


def write() -> None:
    """Every picture again; those of workflows that are gone are removed."""
    catalogue = load_catalogue(read_definitions(ROOT / "grids", ROOT / "workflows"))
    if not isinstance(catalogue, Catalogue):
        raise SystemExit("\n".join(map(str, catalogue)))
    drawn = pictures(catalogue.workflows.values())
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        if old.name not in drawn:
            old.unlink()
    for name, content in drawn.items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
