"""argparse in French: its help, and each fault of usage told in one line."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

_FAULTS = (
    (r"argument (?P<name>[^:]+): (?P<rest>.+)", "{name} : {rest}"),
    (
        r"invalid choice: (?P<found>.+?) \(choose from (?P<known>.+)\)",
        "« {found} » n’est pas connu. Choix : {known}",
    ),
    (r"unrecognized arguments: (?P<found>.+)", "mot de trop ou inconnu : « {found} »"),
    (r"the following arguments are required: (?P<names>.+)", "il manque : {names}"),
    (r"expected one argument", "une valeur est attendue"),
    (r"ignored explicit argument (?P<found>.+)", "aucune valeur n’est attendue, trouvé « {found} »"),
)
"""Messages of argparse → ours; what is not here is told as argparse does."""


class _FrenchFormatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "Utilisation : " if prefix is None else prefix)


class FrenchParser(argparse.ArgumentParser):
    """An ``ArgumentParser`` whose options are written whole and whose help and faults are in French."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"allow_abbrev": False, "add_help": False, "formatter_class": _FrenchFormatter, **options}
        )
        self._positionals.title = "mots attendus "
        self._optionals.title = "options "
        self.add_argument("-h", "--help", action="help", help="donne cette aide et s’arrête")

    def error(self, message: str) -> NoReturn:
        """One line on standard error, and exit status 2."""
        sys.stderr.write(f"{self.prog} : {in_french(message)}. Aide : {self.prog} --help\n")
        sys.exit(2)


def in_french(message: str) -> str:
    """A message of argparse, in French."""
    for pattern, french in _FAULTS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            parts = {name: in_french(part) for name, part in found.groupdict().items()}
            return french.format(**parts)
    return message.replace("'", "").rstrip(".")
