"""Databases that the last test left as they were made: they serve the next one.

Making one, and compiling its statements anew, takes longer than most of the tests that use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from aqss.persistence.session import Sessions


@dataclass
class Spare:
    """A database, and what to do away with it by."""

    sessions: Sessions
    stack: ExitStack
    is_as_made: bool = True

    def __post_init__(self) -> None:
        event.listen(self.sessions.write_engine, "commit", self._note)
        self.stack.callback(self.sessions.dispose)

    def _note(self, _connection: Any) -> None:
        self.is_as_made = False


@dataclass
class Spares:
    """Those of a worker, one of each kind at most."""

    kept: dict[str, Spare] = field(default_factory=dict)

    @contextmanager
    def lend(self, kind: str, make: Callable[[ExitStack], str]) -> Iterator[Sessions]:
        """A database without a row; ``make`` returns the address of a new one."""
        spare = self.kept.pop(kind, None)
        if spare is None:
            stack = ExitStack()
            spare = Spare(Sessions(make(stack)), stack)
        yield spare.sessions
        if spare.is_as_made:
            self.kept[kind] = spare
        else:
            spare.stack.close()

    def drop(self, kind: str) -> None:
        """Do away with the one that is kept: another test asks for a database of its own."""
        if spare := self.kept.pop(kind, None):
            spare.stack.close()

    def dispose(self) -> None:
        """At the end of the run: what made them takes them away."""
        for spare in self.kept.values():
            spare.sessions.dispose()
