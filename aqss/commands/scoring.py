"""``aqss score``: the scores of a filled grid as JSON, for programs and people alike."""

from __future__ import annotations

import json

from aqss.services.scoring import score_file


def score(*, grid: str, answers: str) -> int:
    """Print the scores of the file ``answers`` on the file ``grid``.

    Returns 1 when the grid, or what it uses, has problems, printed as ``aqss check`` does. Raises
    :class:`~aqss.domain.errors.Misconfigured` for what cannot be read or answers that have faults.
    """
    scored = score_file(grid, answers)
    if isinstance(scored, dict):
        print(json.dumps(scored, indent=2))
        return 0
    print(*scored, sep="\n")
    return 1
