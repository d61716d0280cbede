"""Words shared by every definition model: identifiers, texts, numbers read as the decimals written."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
)


class Definition(BaseModel):
    """A part of a definition file: frozen, strict (no `yes` read as 1), no key that is not named."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
"""Lower-case letters, digits, hyphens, starting with a letter."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=80)]
"""Criterion codes and reference keys: as identifiers, capitals allowed."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]


def _exact(value: object, info: ValidationInfo) -> object:
    """A whole number, and in JSON a text, as the decimal it writes; anything else is left to be refused."""
    if type(value) is int or (info.mode == "json" and isinstance(value, str)):
        try:
            return Decimal(value)
        except ArithmeticError:
            return value
    return value


def _plainly(number: Decimal) -> str:
    """Without exponent or useless zeros: 0.50 and 0.5 are written the same."""
    return format(number.normalize(), "f")


Number = Annotated[
    Decimal,
    Field(allow_inf_nan=False),
    BeforeValidator(_exact),
    PlainSerializer(_plainly, when_used="json"),
]
"""Exact: 0.8 is 4/5. In JSON, a text."""
