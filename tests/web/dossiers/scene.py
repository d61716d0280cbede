"""Dossiers as the pages make them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from aqss.persistence.assessments import Assessment
from aqss.persistence.dossiers import Dossier
from aqss.services.dossiers.starting import Start, start_dossier
from tests.builders import actor_of
from tests.markup import Element
from tests.page import Page, Site
from tests.web.cast import Cast


def make_dossier(cast: Cast, workflow: str = "patient-traceur", **more: Any) -> int:
    """A dossier of Port-Amiral just started by its coordinator; its key."""
    runtime = cast.runtime
    known = {"title": f"Dossier {workflow}", "owner_id": cast.nadia.id, **more}
    with runtime.sessions.writing() as session:
        made = start_dossier(
            session,
            actor_of(session, cast.nadia),
            centre_id=cast.centre.id,
            start=Start(workflow=workflow, **known),
            now=runtime.clock.now(),
        )
        session.commit()
        return made.id


def stored(cast: Cast, key: int) -> Dossier:
    with cast.runtime.sessions.reading() as session:
        return session.get_one(Dossier, key)


def sheets_of(cast: Cast, key: int) -> list[Assessment]:
    with cast.runtime.sessions.reading() as session:
        return list(session.scalars(select(Assessment).where(Assessment.dossier_id == key)))


def url(key: int, *more: str) -> str:
    return "/".join(["/dossiers", str(key), *more])


def do_tasks(site: Site, key: int) -> Page:
    """Tick every task that the page lets one tick."""
    page = site.get(url(key))
    while waiting := [form for form in page.root.all("form") if _is_to_tick(form)]:
        page = site.post(waiting[0]["action"], {"done": "1"})
    return page


def theirs(page: Page) -> dict[str, str]:
    """Label → what stands, where a page tells what somebody else changed meanwhile."""
    (told,) = [note for note in page.root.all(role="alert") if note.all("dl")]
    labels, values = told.all("dt"), told.all("dd")
    return {label.words: value.words for label, value in zip(labels, values, strict=True)}


def _is_to_tick(form: Element) -> bool:
    return any(button.words.startswith("C’est fait") for button in form.all("button"))


def go(site: Site, key: int, label: str, **values: str) -> Page:
    """Follow a passage by its label, through the page that confirms it."""
    return site.submit(site.get(site.get(url(key)).link(label)), label, values)
