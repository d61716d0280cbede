"""The faults of one input gathered while its values are read, so that a person is told all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from aqss.domain.errors import Fault, InvalidInput

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Intake:
    """Reads the values of one input; :meth:`finish` raises when one of them broke a rule.

    ::

        intake = Intake()
        name = intake.read("", clean_line, "name", form.name, 120)
        intake.finish()
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def read(self, otherwise: _T, reader: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What ``reader`` makes of its arguments; refused, faults are kept and ``otherwise`` stands in."""
        try:
            return reader(*args, **kwargs)
        except InvalidInput as refusal:
            self.faults += refusal.faults
            return otherwise

    def fault(self, field: str, code: str, *facts: object) -> None:
        """Add a fault, unless that field has one already: its value cannot be judged further."""
        if all(known.field != field for known in self.faults):
            self.faults.append(Fault(field, code, facts))

    def finish(self) -> None:
        """Raise :class:`InvalidInput` with every fault met."""
        if self.faults:
            raise InvalidInput(tuple(self.faults))
