"""Sending proofs as a browser does."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from aqss.bootstrap import Runtime
from aqss.persistence.proofs import Proof
from tests.page import Page, Site
from tests.sent_files import a_pdf
from tests.web.assessments.scene import grid_url

CRITERION = "A2-05"


def proofs_url(key: int, criterion: str = CRITERION) -> str:
    return f"{grid_url(key)}/criteres/{criterion}/preuves"


def send_file(
    site: Site,
    key: int,
    content: bytes | None = None,
    name: str = "visite.pdf",
    *,
    declared: str = "application/pdf",
    criterion: str = CRITERION,
    **fields: Any,
) -> TestResponse:
    """The bare answer to the form with a file in it."""
    file = FileStorage(BytesIO(a_pdf() if content is None else content), name, content_type=declared)
    form = {"csrf_token": site.form_token(), "dated_on": "2026-03-02", **fields, "file": file}
    site.typed.update(str(value) for value in fields.values())
    return post_form(site, proofs_url(key, criterion), form)


def post_form(site: Site, url: str, form: dict[str, Any]) -> TestResponse:
    """Written out here: the client would leave a temporary file open for a large one."""
    boundary, body = encode_multipart(form)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return site.client.post(url, data=body, content_type=kind, headers={"Sec-Fetch-Site": "same-origin"})


def page_of(site: Site, response: TestResponse, status: int = 422) -> Page:
    """The page of that answer, held to every rule."""
    return site._page(response, status)


def stored(runtime: Runtime) -> list[Proof]:
    """Every proof of the database, in the order they were given."""
    with runtime.sessions.reading() as session:
        return list(session.scalars(select(Proof).order_by(Proof.id)))


def files(runtime: Runtime) -> list[Path]:
    """Every file stored, drafts included."""
    return sorted(path for path in runtime.settings.proofs.rglob("*") if path.is_file())
