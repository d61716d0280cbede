"""Receiving a proof, whatever it is shown for: judged and stored before the database is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from flask import Response, send_file
from sqlalchemy.orm import Session

from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.intake import Intake
from aqss.gateways.french import NBSP
from aqss.gateways.proof_files import content_path, remove_content, store_content
from aqss.gateways.uploads import INLINE, Sent, Upload, read_upload
from aqss.persistence.proofs import Proof
from aqss.services.proofs.adding import Description, StoredFile, check_description
from aqss.services.proofs.keeping import list_unused
from aqss.web.proofs.forms import ProofForm
from aqss.web.transaction import current_instant, current_runtime, writing

log = logging.getLogger(__name__)

GiveLink = Callable[[Session, Description, str], object]
GiveFile = Callable[[Session, Description, StoredFile], object]
"""What a service does with what was received."""


def give(form: ProofForm, sent: Sent, *, link: GiveLink, file: GiveFile) -> None:
    """Every fault of the form and of the file at once; then the file, whole on the disk; then the row.

    Raises :class:`InvalidInput`. For a route that reads first.
    """
    url = (form.url.data or "").strip()
    if url and sent.size:
        raise InvalidInput((Fault("url", "proof-both"),))
    if url:
        with writing() as session:
            link(session, form.description(), url)
        return
    upload, description = _checked(form, sent)
    content_hash = store_content(proofs_folder(), upload.content)
    stored = StoredFile(upload.name, upload.media_type, len(upload.content), content_hash)
    with writing() as session:
        file(session, description, stored)
        if not content_path(proofs_folder(), content_hash).is_file():  # its last use just went
            store_content(proofs_folder(), upload.content)


def ask_again(form: ProofForm, sent: Sent) -> None:
    """Say that the file refused with the rest is to be chosen again."""
    if sent.size and not form.file.errors:
        form.complain("file", f"Choisissez de nouveau ce fichier{NBSP}: un navigateur ne le garde pas.")


def forget_file(content_hash: str | None) -> None:
    """Once a proof taken back is committed: its file goes, if nothing else holds the same content."""
    if content_hash is not None:
        with writing() as session:
            for unused in list_unused(session, [content_hash]):
                remove_content(proofs_folder(), unused)


def answer_with(proof: Proof) -> Response:
    """The file of a proof: a picture is shown, anything else is downloaded."""
    path = content_path(proofs_folder(), proof.sha256 or "")
    if not path.is_file():
        log.error("proof %s: its file %s is not there", proof.id, path.name)
        raise NotFound("proof", proof.id)
    return send_file(
        path,
        mimetype=proof.media_type,
        as_attachment=proof.media_type not in INLINE,
        download_name=proof.file_name,
        conditional=False,
        etag=False,
    )


def proofs_folder() -> Path:
    """Where files of proofs are stored."""
    return current_runtime().settings.proofs


def _checked(form: ProofForm, sent: Sent) -> tuple[Upload, Description]:
    """What is to be stored; every fault of the file and of its description, but no title asked of a file."""
    intake = Intake()
    upload = intake.read(Upload("", "", b""), read_upload, sent)
    description = form.description(upload.name)
    intake.read(None, check_description, description, current_instant())
    intake.finish()
    return upload, description
