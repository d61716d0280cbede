"""The proofs that the first fictional centre has given: files, links, and some that are out of date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aqss.gateways.proof_files import store_content
from aqss.gateways.uploads import Sent, Upload, read_upload
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.days import at
from aqss.services.demonstration.documents import DOCUMENTS
from aqss.services.demonstration.region import MAIL_DOMAIN
from aqss.services.demonstration.rows import Writer


@dataclass(frozen=True)
class FictionalProof:
    """A proof: a file of :data:`DOCUMENTS`, or an address; the criteria it is shown for, by grid and code.

    ``age``: how old it was when the rating began; ``lasts``: how long it is valid, None for good.
    """

    title: str
    source: str
    shown_for: tuple[tuple[str, str], ...]
    age: timedelta
    lasts: timedelta | None = None

    @property
    def is_file(self) -> bool:
        return self.source in DOCUMENTS


PROOFS = (
    FictionalProof(
        "Compte rendu de réunion de concertation",
        "Compte rendu de réunion.pdf",
        (("coordination", "A2-04"), ("coordination", "A2-05")),
        timedelta(days=20),
    ),
    FictionalProof(
        "Consigne d’identification des patients, intranet du centre",
        f"https://intranet.port-amiral.{MAIL_DOMAIN}/identite",
        (("identite-patients", "A5-01"),),
        timedelta(days=200),
        timedelta(days=3 * 365),
    ),
    FictionalProof(
        "Essai annuel de restauration des sauvegardes, intranet du centre",
        f"https://intranet.port-amiral.{MAIL_DOMAIN}/sauvegardes",
        (("systeme-information", "A7-05"),),
        timedelta(days=170),
        timedelta(days=365),
    ),
    FictionalProof(
        "Affiche «\u00a0Friction hydro-alcoolique\u00a0»",
        "Affiche friction.png",
        (("hygiene-mains", "B2-04"),),
        timedelta(days=60),
    ),
    FictionalProof(
        "Relevés du réfrigérateur à vaccins",
        "Relevés du réfrigérateur.xlsx",
        (("chaine-du-froid", "C3-03"), ("chaine-du-froid", "C3-04")),
        timedelta(days=9),
        timedelta(days=365),
    ),
    FictionalProof(
        "Attestation de formation aux gestes d’urgence",
        "Attestation gestes d’urgence.pdf",
        (("urgence-vitale", "C6-08"),),
        timedelta(days=4 * 365 - 90),
        timedelta(days=4 * 365),
    ),
)
"""The test of backups and the certificate were valid while the rating ran, and have expired since."""


def add_proofs(
    writer: Writer,
    folder: Path,
    centre_id: int,
    campaign: Campaign,
    sheets: Mapping[str, int],
    giver: int,
) -> None:
    """Store the files in ``folder`` as the site would, and show each proof for its criteria.

    ``sheets``: grid → the number of its sheet; a proof whose grids are not all there is left out.
    """
    for proof in PROOFS:
        if not all(grid in sheets for grid, _ in proof.shown_for):
            continue
        dated_on = campaign.started_on - proof.age
        number = writer.add_numbered(
            Proof,
            centre_id=centre_id,
            title=proof.title,
            **_source(folder, proof),
            dated_on=dated_on,
            valid_until=dated_on + proof.lasts if proof.lasts else None,
            added_at=at(campaign.started_on + timedelta(days=8), 15),
            added_by_id=giver,
        )
        for grid, code in proof.shown_for:
            writer.add(ProofUse, proof_id=number, sheet_id=sheets[grid], criterion=code, is_carried=False)


def _source(folder: Path, proof: FictionalProof) -> dict[str, object]:
    """The columns of a file, once stored, or of a link."""
    if not proof.is_file:
        return {"url": proof.source, "file_name": None, "media_type": None, "size": None, "sha256": None}
    found = _received(proof.source)
    return {
        "url": None,
        "file_name": found.name,
        "media_type": found.media_type,
        "size": len(found.content),
        "sha256": store_content(folder, found.content),
    }


def _received(name: str) -> Upload:
    """The file as the site takes it in."""
    content = DOCUMENTS[name]()
    return read_upload(Sent(name, len(content), content))
