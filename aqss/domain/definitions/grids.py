"""Shapes of the files under ``grids/``: profile, references, modules and grids (contract: docs/grids.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import Field

from aqss.domain.definitions.shapes import Code, Definition, Identifier, Number, Text
from aqss.domain.definitions.words import EVERYBODY as EVERYBODY
from aqss.domain.definitions.words import Stake, StructureKind


class Flag(Definition):
    """One feature of a centre's profile that decides which criteria apply."""

    flag: Identifier
    label: Text


class Profession(Definition):
    profession: Identifier
    label: Text


class ProfileFile(Definition):
    """``grids/profile.yaml``."""

    flags: Annotated[tuple[Flag, ...], Field(min_length=1)]
    professions: Annotated[tuple[Profession, ...], Field(min_length=1)]


class Reference(Definition):
    """A source; not verified: shown « à confirmer »; legal and verified: « obligatoire » may be said."""

    reference: Code
    title: Text
    url: Text | None = None
    legal: bool
    verified: bool


class ReferencesFile(Definition):
    """``grids/references.yaml``."""

    references: Annotated[tuple[Reference, ...], Field(min_length=1)]


class Band(Definition):
    """From ``from`` (a score, 0 to 100) up to the next band."""

    from_: Annotated[Number, Field(alias="from", ge=0, le=100)]
    band: Identifier
    label: Text


class ModuleFile(Definition):
    """``grids/<module>/module.yaml``."""

    module: Identifier
    title: Text
    purpose: Text
    structure_kind: StructureKind | None = None
    grids: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    provisional_below: Annotated[Number, Field(ge=0, le=1)]


class Applicability(Definition):
    """Exactly one of ``any``, ``all``, ``none``: flags of the centre's profile."""

    any: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    all: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    none: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None

    @property
    def flags(self) -> tuple[Identifier, ...]:
        """The flags it names, whichever way."""
        return self.any or self.all or self.none or ()

    def fits(self, profile: Collection[str]) -> bool:
        """Whether a centre with these flags is asked the criterion."""
        if self.any is not None:
            return any(flag in profile for flag in self.any)
        if self.all is not None:
            return all(flag in profile for flag in self.all)
        return not any(flag in profile for flag in self.none or ())


class Criterion(Definition):
    criterion: Code
    statement: Text
    guidance: Text | None = None
    evidence: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    respondents: Annotated[tuple[Identifier, ...], Field(min_length=1)] | None = None
    stakes: Annotated[tuple[Stake, ...], Field(min_length=1)] | None = None
    essential: bool = False
    weight: Annotated[Number, Field(gt=0, le=100)] = Decimal(1)
    scale: Identifier | None = None
    applies_to: Applicability | None = None
    references: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    actions: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    replaces: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None

    def applies(self, profile: Collection[str]) -> bool:
        return self.applies_to is None or self.applies_to.fits(profile)


class Section(Definition):
    section: Identifier
    title: Text
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Grid(Definition):
    """``grids/<module>/<grid>.yaml``."""

    grid: Identifier
    version: Annotated[int, Field(ge=1)]
    module: Identifier
    title: Text
    purpose: Text
    scale: Identifier
    respondents: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion, in the order of the file."""
        return tuple(self.iter_criteria())

    def asks(self, profile: Collection[str]) -> bool:
        """Whether a centre with these flags is asked one criterion at least."""
        return any(criterion.applies(profile) for criterion in self.criteria)

    def iter_criteria(self) -> Iterator[Criterion]:
        for section in self.sections:
            yield from section.criteria
