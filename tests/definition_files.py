"""Definition files on the disk, to be changed and checked: the small catalogue, the grids of the examples."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from aqss.config import ROOT
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import edition_of, surroundings, workflow_hash
from aqss.gateways.files import read_definitions
from aqss.gateways.published import PublishedRecord, folder_as_it_is, write_published
from aqss.services.checking import Report, check_paths
from aqss.services.since_published import compare_files
from tests.domain.definitions.examples import FILES

CONFIGURED = {"AQSS_INSTANCE": "instance", "AQSS_GRIDS": "grids", "AQSS_WORKFLOWS": "workflows"}
"""Settings of an instance in the current folder."""


def write_small_catalogue(folder: Path) -> None:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")


def change(path: str | Path, before: str, after: str) -> None:
    """Change the first ``before`` of a file."""
    text = Path(path).read_text(encoding="utf-8")
    assert before in text
    Path(path).write_text(text.replace(before, after, 1), encoding="utf-8")


def break_small_catalogue(folder: Path) -> None:
    """A problem in a grid and one in a workflow."""
    change(folder / "grids/soins/coordination.yaml", "weight: 2", "weight: -1")
    change(folder / "workflows/campagne.yaml", "next: campagne", "next: campagnes")


GRID_LINE = (
    "grids/soins/coordination.yaml:19:17: GRID-012 le poids doit être supérieur à 0, trouvé -1."
    " Écrire 1 ou enlever la ligne."
)
WORKFLOW_LINE = (
    "workflows/campagne.yaml:5:7: WF-017 next doit nommer un parcours du même sujet,"
    " trouvé «\u00a0campagnes\u00a0». Écrire «\u00a0campagne\u00a0»."
)
"""How these problems are told."""


def note_published() -> None:
    """What ``aqss migrate`` notes of the files as they are."""
    catalogue = load_catalogue(read_definitions("grids", "workflows"))
    assert isinstance(catalogue, Catalogue)
    record = PublishedRecord(
        folder_as_it_is("grids", read_definitions("grids", None)),
        folder_as_it_is("workflows", read_definitions(None, "workflows")),
        grids={
            (name, grid.version): edition_of(catalogue, name).grid_hash
            for name, grid in catalogue.grids.items()
        },
        workflows={(name, flow.version): workflow_hash(flow) for name, flow in catalogue.workflows.items()},
        surroundings=surroundings(catalogue),
    )
    write_published(Path("instance") / "published.json", record)


SCALES = "grids/scales.yaml"

FOLLOWS = (
    " Les auto-évaluations commencées après «\u00a0aqss migrate\u00a0» en tiendront compte, celles en cours"
    " gardent ce qui est publié. Si ce n’est pas voulu, rétablir le texte d’avant."
)
BANDS_TOLD = "niveaux de score, changement depuis la publication (2 grilles)." + FOLLOWS
SCALE_TOLD = "échelle «\u00a0taux\u00a0», changement depuis la publication (grille coordination)." + FOLLOWS
"""How a change of a band, or of the best of a scale, is told."""


def checked(*paths: str, **environ: str) -> Report:
    """What is found at these paths, else in the configured folders."""
    return check_paths(paths, compare_files, {**CONFIGURED, **environ})


class ExampleGrids:
    """A copy of the grids of the examples, and a file of answers beside it."""

    def __init__(self, folder: Path) -> None:
        self.grids = folder / "grilles"
        shutil.copytree(ROOT / "docs" / "exemples", self.grids)
        self.module = self.grids / "cotation"
        self.answers = folder / "reponses.yaml"

    def grid(self, name: str) -> str:
        return os.fspath(self.module / f"{name}.yaml")

    def given(self, answers: str | bytes) -> str:
        """The file of answers, with these."""
        self.answers.write_bytes(answers.encode() if isinstance(answers, str) else answers)
        return os.fspath(self.answers)

    def replace(self, file: str, before: str, after: str) -> None:
        """Change every ``before`` of a file."""
        path = self.grids / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")


GOOD_ANSWERS = (
    "profile: [mt]\nanswers: {S-1: oui, S-2: partiel, S-3: {na: Pas cette année.}, S-4: nsp, S-5: oui}\n"
)
"""Of the grid « simple »."""
