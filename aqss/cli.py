"""The commands, for whoever runs aqss: a table, each row resolved only once the words are parsed.

So ``aqss check`` loads neither Flask nor SQLAlchemy. A command's function takes its words as keyword
arguments (``--dry-run`` is ``dry_run``), writes what it has to say on standard output and returns the exit
status: 0 done, 1 what was asked about is not in order. A :class:`Misconfigured` it raises is told here, with
status 2.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aqss import __version__
from aqss.commands.parsing import FrenchParser
from aqss.domain.access import Role
from aqss.domain.errors import Misconfigured

DONE, NOT_IN_ORDER, WRONG_USE = 0, 1, 2
INTERRUPTED, PIPE_CLOSED = 130, 141
"""What a shell reports for a process ended by Ctrl-C, or by a reader who left."""


@dataclass(frozen=True)
class Argument:
    """One word of a command, or one option: what ``add_argument`` is given."""

    flags: tuple[str, ...]
    options: dict[str, Any]


def word(*flags: str, **options: Any) -> Argument:
    return Argument(flags, options)


@dataclass(frozen=True)
class Command:
    """A row of the table; ``function`` is ``module:function``.

    ``later`` names functions it is given beside its words, whose modules are slow to load: only when called.
    """

    name: str
    summary: str
    function: str
    arguments: tuple[Argument, ...] = ()
    later: Mapping[str, str] = field(default_factory=dict)


def whole_number(text: str) -> int:
    """A whole number above 0."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"un nombre entier au-dessus de 0 est attendu, trouvé « {text} »")
    return int(text)


def port_number(text: str) -> int:
    number = whole_number(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"un port va de 1 à 65535, trouvé « {text} »")
    return number


_ROLES = tuple(role.value for role in Role)

COMMANDS = (
    Command(
        "check",
        "vérifie les grilles et les parcours, et dit chaque problème",
        "aqss.commands.checking:check",
        (
            word(
                "paths", nargs="*", metavar="CHEMIN", help="fichier ou dossier (sinon : les dossiers réglés)"
            ),
            word(
                "--format",
                choices=("text", "json"),
                default="text",
                help="text (une ligne par problème) ou json",
            ),
        ),
        later={"compare": "aqss.services.since_published:compare_files"},
    ),
    Command(
        "score",
        "calcule le score d’une grille remplie, en JSON",
        "aqss.commands.scoring:score",
        (
            word("grid", metavar="GRILLE", help="fichier de la grille"),
            word("answers", metavar="RÉPONSES", help="fichier des réponses, YAML ou JSON"),
        ),
    ),
    Command(
        "schema",
        "donne le schéma JSON d’un fichier de définition, pour les éditeurs",
        "aqss.commands.checking:schema",
        (
            word(
                "kind",
                choices=("scales", "profile", "references", "module", "grid", "workflow"),
                help="sorte de fichier : %(choices)s",
            ),
        ),
    ),
    Command(
        "migrate",
        "met la base de données à jour et publie les éditions des grilles",
        "aqss.commands.migrating:migrate",
    ),
    Command(
        "demo",
        "charge une région fictive dans une base vide, et dit qui peut y entrer",
        "aqss.commands.demonstrating:demo",
        (
            word("--centres", type=whole_number, help="nombre de centres (sinon : 36)"),
            word("--years", type=whole_number, help="années d’auto-évaluations (sinon : 2)"),
            word("--if-empty", action="store_true", help="ne rien faire si la base contient des centres"),
        ),
    ),
    Command(
        "serve",
        "sert le site, et envoie les courriels",
        "aqss.web.serving:serve",
        (
            word("--host", metavar="ADRESSE", default="127.0.0.1", help="adresse d’écoute (%(default)s)"),
            word("--port", metavar="N", type=port_number, default=8000, help="port d’écoute (%(default)s)"),
            word("--workers", metavar="N", type=whole_number, default=2, help="processus web (%(default)s)"),
            word("--no-jobs", action="store_true", help="sans les travaux de fond (lancez : aqss jobs)"),
        ),
    ),
    Command(
        "jobs",
        "fait les travaux de fond : courriels, rapports",
        "aqss.commands.working:jobs",
        (
            word("--once", action="store_true", help="un seul passage, puis fin"),
            word("--dry-run", action="store_true", help="dit ce qui serait fait, sans rien faire"),
        ),
    ),
    Command(
        "invite",
        "invite une personne et donne le lien de son invitation",
        "aqss.commands.inviting:invite",
        (
            word("email", metavar="ADRESSE", help="adresse électronique de la personne"),
            word("--role", metavar="RÔLE", required=True, choices=_ROLES, help="%(choices)s"),
            word("--centre", metavar="N", type=whole_number, help="numéro du centre de santé"),
            word("--structure", metavar="N", type=whole_number, help="numéro de la structure d’appui"),
        ),
    ),
)
"""Every command (contract: docs/operations.md)."""


def main(arguments: Sequence[str] | None = None, commands: Sequence[Command] = COMMANDS) -> int:
    """Run one command of the table and return the exit status of the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no ’ still gets its answer
    try:
        words = vars(parser(commands).parse_args(arguments))
        status: int = resolve(words.pop("function"))(**words)
        sys.stdout.flush()
    except Misconfigured as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads what is left
        return PIPE_CLOSED
    return status


def resolve(function: str) -> Callable[..., Any]:
    """The function that a row of the table names."""
    module, _, name = function.partition(":")
    resolved: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return resolved


def resolved_later(function: str) -> Callable[..., Any]:
    """The same function, resolved each time it is called."""
    return lambda *given: resolve(function)(*given)


def parser(commands: Sequence[Command] = COMMANDS) -> argparse.ArgumentParser:
    """The grammar of the whole table."""
    top = FrenchParser(
        prog="aqss",
        description="Auto-évaluation de la qualité et de la sécurité des soins en centre de santé.",
    )
    top.add_argument("--version", action="version", version=__version__, help="dit la version et s’arrête")
    rows = top.add_subparsers(title="commandes ", metavar="COMMANDE", required=True)
    for command in commands:
        sentence = f"{command.summary[0].upper()}{command.summary[1:]}."
        own = rows.add_parser(command.name, help=command.summary, description=sentence)
        for argument in command.arguments:
            own.add_argument(*argument.flags, **argument.options)
        later = {name: resolved_later(function) for name, function in command.later.items()}
        own.set_defaults(function=command.function, **later)
    return top
