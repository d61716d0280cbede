"""How pages speak of a proof: its kind, its size, and whether it is still valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from aqss.gateways.french import date_fr, paris, size_fr
from aqss.gateways.uploads import INLINE, KINDS
from aqss.services.proof_uses import ShownProof
from aqss.web.transaction import current_instant
from aqss.web.words import Due

SOON = timedelta(days=60)
"""A proof whose last day is nearer than this is to be renewed."""


def kind_fr(proof: ShownProof) -> str:
    """« PDF, 1,2 Mo »; « lien » of an address."""
    if proof.size is None:
        return "lien"
    return f"{KINDS[proof.media_type or ''].label}, {size_fr(proof.size)}"


def validity_fr(proof: ShownProof) -> Due | None:
    """« Périmée depuis le 3 mars 2026 », « Valable jusqu’au 3 mars 2026 »; None without an end."""
    if proof.valid_until is None:
        return None
    today = this_day()
    if proof.is_out_of_date(today):
        return Due(f"Périmée depuis le {date_fr(proof.valid_until + timedelta(days=1))}", "warning", "late")
    kind = "todo" if proof.valid_until - today < SOON else ""
    return Due(f"Valable jusqu’au {date_fr(proof.valid_until)}", "clock" if kind else "calendar", kind)


def this_day() -> date:
    """Today in Paris."""
    return paris(current_instant()).date()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "proof_kind_fr": kind_fr,
    "proof_validity": validity_fr,
    "is_shown_inline": lambda proof: proof.media_type in INLINE,
}
"""Jinja filters of the pages."""
