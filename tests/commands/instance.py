"""An instance of its own for a command run in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from aqss.config import ROOT
from aqss.persistence.session import Sessions


@dataclass(frozen=True)
class Instance:
    """A folder with its own copy of the shipped definitions, where commands are run."""

    folder: Path

    @property
    def grids(self) -> Path:
        return self.folder / "grids"

    @property
    def database(self) -> Path:
        return self.folder / "instance" / "aqss.db"

    def aqss(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        settings = {
            "AQSS_INSTANCE": str(self.folder / "instance"),
            "AQSS_GRIDS": "grids",
            "AQSS_WORKFLOWS": "workflows",
        }
        return subprocess.run(
            [sys.executable, "-m", "aqss", *words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **settings, **environ},
            timeout=120,
        )

    def sessions(self) -> Sessions:
        return Sessions(f"sqlite:///{self.database}")

    def replace(self, name: str, before: str, after: str) -> None:
        """Change the first ``before`` of a grid's file, or of another file under ``grids/``."""
        path = self.grids / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")


def an_instance(folder: Path) -> Instance:
    for name in ("grids", "workflows"):
        shutil.copytree(ROOT / name, folder / name)
    return Instance(folder)
