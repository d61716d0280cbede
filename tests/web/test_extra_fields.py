"""A form sent with fields that it does not have does what it does without them, and nothing else (B6)."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.persistence.base import Base
from aqss.persistence.session import Sessions
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.page import Site, Values, filled
from tests.web.assessments.scene import Team, make_assessment, make_team
from tests.web.cast import Cast
from tests.web.visiting import pages, shape

EXTRA = {
    "id": "1",
    "user_id": "{user}",
    "centre_id": "{centre}",
    "structure_id": "{structure}",
    "sheet_id": "7",
    "is_administrator": "1",
    "role": "administrator",
    "state": "close",
    "kind": "level",
    "password_hash": "x",
    "email": "autre@exemple.fr",
    "created_by_id": "{user}",
    "updated_by_id": "{user}",
    "invited_by_id": "{user}",
    "disabled_at": "",
    "closed_at": "2026-01-01T00:00:00",
    "finished_at": "2026-01-01T00:00:00",
    "workflow_edition_id": "2",
    "edition_id": "2",
    "weight": "99",
    "score": "100",
    "assessment_id": "{assessment}",
}
"""What somebody could add to a form: columns of the database, keys of what is not theirs."""

UNLIKE = ("token_hash", "body_text", "body_html")
"""Columns drawn at random: never twice the same."""


TYPED = {
    "email": "rose@exemple.fr",
    "name": "Rose Martin",
    "town": "Bergerac",
    "department": "24",
    "kind": "municipal",
    "role": "member",
    "title": "Campagne 2027",
    "grids": "coordination",
    "reason": "Fin de mission.",
}
"""What is typed in a field that stands empty."""


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and what it sends once filled in."""

    person: User
    address: str
    values: Values


@pytest.mark.campaign("B6")
def test_fields_that_a_form_does_not_have_change_nothing(
    runtime: Runtime, cast: Cast, tmp_path: Path, tried: Tried
) -> None:
    team = make_team(runtime)
    key = make_assessment(runtime, team)
    given = {"user": cast.zoe.id, "centre": cast.other.id, "structure": cast.structure.id, "assessment": key}
    sent = [
        (form, name, value.format(**given))
        for form in forms(runtime, team, cast)
        for name, value in EXTRA.items()
        if name not in form.values
    ]
    chosen = random.Random(6).sample(sent, min(len(sent), 2 * cases("B6")))
    alike = {form.address: outcome(runtime, tmp_path, form, {}) for form, _, _ in chosen}
    for form, name, value in chosen:
        assert outcome(runtime, tmp_path, form, {name: value}) == alike[form.address], (form.address, name)
    done = {address for address, (status, _) in alike.items() if status == 302}
    assert len(done) > len(alike) / 2, "most forms do something"
    tried(len(chosen))


def forms(runtime: Runtime, team: Team, cast: Cast) -> list[Form]:
    """Every form that somebody meets on the site, once for each kind of page it goes to."""
    found: dict[str, Form] = {}
    for person in (team.coordinator, team.manager, team.member, cast.root):
        site = Site(runtime)
        site.sign_in(person)
        for _, root in pages(site):
            for form in root.all("form", method="post"):
                address = form["action"]
                values = {
                    field["name"]: TYPED[field["name"]] for field in form.walk() if field.get("name") in TYPED
                }
                values |= {name: value for name, value in filled(form).items() if value}
                found.setdefault(shape(address), Form(person, address, values))
    return list(found.values())


def outcome(runtime: Runtime, folder: Path, form: Form, extra: Values) -> tuple[int, list[object]]:
    """The status, and everything in the database once the form was sent to a copy of it."""
    copy = folder / "copy.db"
    runtime.sessions.dispose()
    shutil.copy(runtime.sessions.path, copy)
    sessions = Sessions(f"sqlite:///{copy}")
    site = Site(replace(runtime, sessions=sessions))
    site.sign_in(form.person)
    values = {name: value for name, value in form.values.items() if name != "csrf_token"}
    status = site.send(form.address, {**values, **extra}).status_code
    kept = rows(sessions)
    sessions.dispose()
    return status, kept


def rows(sessions: Sessions) -> list[object]:
    with sessions.reading() as session:
        return [
            row
            for table in Base.metadata.sorted_tables
            for row in session.execute(
                select(*(c for c in table.c if c.name not in UNLIKE)).order_by(*table.c)
            )
        ]
