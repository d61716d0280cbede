"""Where the definitions that aqss is delivered with are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
GRIDS = ROOT / "grids"
WORKFLOWS = ROOT / "workflows"
