"""The worked example of the guide: six answers of an imaginary team, scored by the real rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from aqss.domain.definitions.grids import Band, ModuleFile
from aqss.domain.scoring import Tally, pool
from aqss.gateways.drawing import Tone, tone_of


@dataclass(frozen=True)
class ExampleAnswer:
    """One line of the example; ``value`` is None for an answer that is no rating."""

    statement: str
    answer: str
    sign: str
    value: Fraction | None = None
    is_essential: bool = False
    is_concerned: bool = True

    @property
    def tally(self) -> Tally:
        if not self.is_concerned:
            return Tally(applicable=1, not_applicable=1)
        if self.value is None:
            return Tally(applicable=1, unknown=1)
        failed = int(self.is_essential and self.value < 1)
        return Tally(self.value, Fraction(1), applicable=1, rated=1, essential_failed=failed)


@dataclass(frozen=True)
class ExampleStanding:
    """Where the example falls in the bands of a module, and whether it would be provisional there."""

    bands: tuple[Band, ...]
    band: Band
    tone: Tone
    provisional_below: Decimal
    is_provisional: bool

    @property
    def thresholds(self) -> list[Decimal]:
        """Where each band but the first begins."""
        return [band.from_ for band in self.bands[1:]]


ANSWERS = (
    ExampleAnswer("Les réunions de concertation sont programmées.", "Oui", "disc", Fraction(1)),
    ExampleAnswer(
        "La conclusion est versée au dossier du patient.",
        "En partie",
        "half",
        Fraction(1, 2),
        is_essential=True,
    ),
    ExampleAnswer("Deux professions au moins y participent.", "Oui", "disc", Fraction(1)),
    ExampleAnswer("L’annuaire des partenaires est à jour.", "Non", "ring", Fraction(0)),
    ExampleAnswer("Le courrier de sortie d’hôpital est lu à son arrivée.", "Ne sait pas", "unknown"),
    ExampleAnswer(
        "Tout acte délégué repose sur un protocole.", "Non concerné", "not-concerned", is_concerned=False
    ),
)

TALLY = pool(answer.tally for answer in ANSWERS)


def example_standing(module: ModuleFile) -> ExampleStanding:
    """The example by the rules of a module."""
    score = TALLY.score or Fraction(0)
    position = max(rank for rank, band in enumerate(module.bands) if Fraction(band.from_) <= score)
    return ExampleStanding(
        bands=module.bands,
        band=module.bands[position],
        tone=tone_of(position, len(module.bands)),
        provisional_below=module.provisional_below,
        is_provisional=TALLY.is_provisional(module.provisional_below),
    )
