"""Reports: the list of their kinds, each one module of this package.

Asked for on a page (:mod:`.asking`), made as PDF by the job process and kept by the hash of their content
(:mod:`.making`).
"""

from __future__ import annotations

from collections.abc import Sequence

from aqss.domain.errors import NotFound
from aqss.services.reports import assessment, plan
from aqss.services.reports.kinds import ReportKind

REPORTS: tuple[ReportKind, ...] = (assessment.REPORT, plan.REPORT)
"""Every kind of report."""


def kind_named(kind: str, reports: Sequence[ReportKind] = REPORTS) -> ReportKind:
    """The row of :data:`REPORTS` under that name; raises :class:`NotFound`."""
    found = next((row for row in reports if row.kind == kind), None)
    if found is None:
        raise NotFound("report", kind)
    return found
