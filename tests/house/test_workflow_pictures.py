"""docs/workflows.md shows every workflow that is shipped, as it is."""

from __future__ import annotations

from aqss.config import ROOT
from aqss.domain.definitions.catalogue import Catalogue
from tests.house.workflow_pictures import FOLDER, pictures

PAGE = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
REMEDY = "draw them again: .venv/bin/python -m tests.house.workflow_pictures"


def test_the_pictures_of_the_documentation_are_those_of_the_shipped_workflows(catalogue: Catalogue) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    drawn = pictures(catalogue.workflows.values())
    assert sorted(kept) == sorted(drawn), REMEDY
    changed = [name for name in drawn if kept[name] != drawn[name]]
    assert not changed, f"{changed} no longer show their workflows; {REMEDY}"


def test_every_picture_stands_in_the_documentation_under_the_title_of_its_workflow(
    catalogue: Catalogue,
) -> None:
    for one in catalogue.workflows.values():
        picture = f'<img src="images/parcours/{one.workflow}.svg" width="360" alt="{one.title}">'
        assert f"### {one.title}\n\n{picture}\n" in PAGE
