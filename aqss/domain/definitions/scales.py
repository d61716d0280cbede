"""Scales: what a criterion can be answered with, and what each answer is worth (contract: docs/grids.md).

To add a kind of scale: CONTRIBUTING.md lists the places.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from aqss.domain.definitions.shapes import Definition, Identifier, Number, Text


class Level(Definition):
    """One answer of a levels scale; ``value`` from 0 (worst) to 1 (best)."""

    level: Identifier
    label: Text
    value: Annotated[Number, Field(ge=0, le=1)]


class LevelsScale(Definition):
    """Ordered levels, from best to worst: values never increase, the first is 1, the last 0."""

    scale: Identifier
    label: Text
    kind: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]

    @cached_property
    def by_level(self) -> dict[str, Level]:
        return {level.level: level for level in self.levels}

    @property
    def is_scored(self) -> bool:
        return True


class NumberScale(Definition):
    """A number with its unit; scored when ``worst`` and ``best`` are given, linear between, clamped."""

    scale: Identifier
    label: Text
    kind: Literal["number"]
    unit: Text | None = None
    min: Number | None = None
    max: Number | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    worst: Number | None = None
    best: Number | None = None

    @property
    def is_scored(self) -> bool:
        return self.worst is not None and self.best is not None

    def value_of(self, number: Decimal) -> Fraction:
        """Exact value from 0 to 1: 0 at ``worst`` and beyond, 1 at ``best`` and beyond, linear between."""
        if self.worst is None or self.best is None:
            raise ValueError(f"scale {self.scale} is not scored")
        share = (Fraction(number) - Fraction(self.worst)) / (Fraction(self.best) - Fraction(self.worst))
        return min(max(share, Fraction(0)), Fraction(1))


class TextScale(Definition):
    """Free text, never scored."""

    scale: Identifier
    label: Text
    kind: Literal["text"]

    @property
    def is_scored(self) -> bool:
        return False


Scale = Annotated[LevelsScale | NumberScale | TextScale, Field(discriminator="kind")]


class ScalesFile(Definition):
    """``grids/scales.yaml``."""

    scales: Annotated[tuple[Scale, ...], Field(min_length=1)]
