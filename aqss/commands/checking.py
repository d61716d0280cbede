"""``aqss check`` and ``aqss schema``: definition files verified and described, without an instance."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from aqss.domain.definitions.file_formats import json_schema
from aqss.services.checking import Comparison, check_paths


def check(*, paths: Sequence[str], format: str, compare: Comparison) -> int:  # noqa: A002 - the command's word
    """Print every problem of the files and folders given, else of the configured folders.

    Without problem it is silent, but for somebody at a terminal, who reads how many files were looked at.
    What changed since it was published and will serve the next editions is told too, and is no problem.
    Returns 0 without problem, 1 otherwise. Raises :class:`~aqss.domain.errors.Misconfigured` for paths that
    do not exist.
    """
    report = check_paths(paths, compare)
    if format == "json":
        print(json.dumps([asdict(problem) for problem in report.problems], ensure_ascii=False, indent=2))
    else:
        for problem in report.problems:
            print(problem)
        if not report.problems and sys.stdout.isatty():
            print(f"Aucun problème ({report.files} fichier{'s' if report.files > 1 else ''}).")
    for path, sentence in report.notices:
        print(f"{path} : {sentence}", file=sys.stderr if format == "json" else sys.stdout)
    return 1 if report.problems else 0


def schema(*, kind: str) -> int:
    """Print the JSON Schema of a kind of definition file."""
    print(json.dumps(json_schema(kind), ensure_ascii=False, indent=2))
    return 0
