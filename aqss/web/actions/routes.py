"""Every part of the pages of actions, each with its routes."""

from __future__ import annotations

from aqss.web.actions import moving, page, planning, proofs, waiving, working
from aqss.web.actions.blueprint import blueprint

PARTS = (page, working, moving, planning, proofs, waiving)

__all__ = ["PARTS", "blueprint"]
