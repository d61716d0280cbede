"""Markup in any text that people type is shown as written wherever the text goes, and never run (B1)."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.jobs.mail import send_mails
from aqss.jobs.reports import make_reports
from aqss.jobs.turns import Turn, this_process
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import BranchSite, Centre, Structure
from aqss.services.assessments.rating import Submission
from tests.builders import membership_of
from tests.campaign.counting import Tried
from tests.campaign.rows import IN_FULL
from tests.markup import Element, parse
from tests.page import Site
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    Team,
    a_scope,
    advance,
    make_assessment,
    make_team,
    rate,
)
from tests.web.cast import Cast
from tests.web.visiting import pages, shape

PAYLOADS = {
    "script": "<script>alert('{}')</script>",
    "attribute": '"><x-aqss onload="alert(\'{}\')">',
    "end of element": "</title></textarea></option></script></style>--><x-aqss>{}",
    "picture": "<img src=x onerror=alert('{}')><svg onload=alert(1)>",
    "address": "javascript:alert('{}')",
    "template": "{{{{ 7 * 7 }}}}{{% raw %}} {}",
    "entities": "&lt;x-aqss&gt;&#60;x-aqss&#62; {}",
}
"""What each text holds, with the name of the text in it."""


class Written:
    """The texts of one payload, by name; and where each was met, shown as written."""

    def __init__(self, payload: str) -> None:
        self._payload = payload
        self._texts: dict[str, str] = {}
        self.met: set[tuple[str, str]] = set()

    def __call__(self, name: str) -> str:
        self._texts[name] = self._payload.format(name)
        return self._texts[name]

    def look_in(self, output: str, text: str) -> None:
        """Note every text that stands in ``text`` as it was written, spaces apart."""
        squeezed = "".join(text.split())
        self.met |= {(name, output) for name, one in self._texts.items() if "".join(one.split()) in squeezed}


@pytest.mark.campaign("B1")
@pytest.mark.parametrize("name", list(PAYLOADS) if IN_FULL else list(PAYLOADS)[:3])
def test_markup_in_any_text_is_shown_as_written_and_never_run(
    site: Site, runtime: Runtime, cast: Cast, name: str, tried: Tried
) -> None:
    written = Written(PAYLOADS[name])
    team = make_team(runtime, name=written("centre.name"))
    with runtime.sessions.writing() as session:
        write_everywhere(session, cast, team, written)
        session.commit()
    keys = assess(runtime, team, written)
    for person in (team.member, team.coordinator, team.manager, cast.root, cast.odile):
        site.sign_in(person)
        for address, root in pages(site):
            assert running(root) == [], address
            written.look_in(f"page {shape(address)}", root.one("html").words + attributes(root))
    site.sign_in(team.coordinator)
    invite(site, team, written)
    look_in_files(site, runtime, keys, written)
    look_in_mails(runtime, written)
    assert {"centre.name", "user.name", "assessment.title", "answer.comment"} <= {n for n, _ in written.met}
    assert {output.split()[0] for _, output in written.met} == {"page", "mail", "PDF", "workbook"}
    tried(len(written.met))


def write_everywhere(session: Session, cast: Cast, team: Team, written: Written) -> None:
    """Whatever the forms would refuse."""
    centre = session.get_one(Centre, team.centre_id)
    centre.town = written("centre.town")
    site = BranchSite(centre_id=centre.id, name=written("site.name"), address=written("site.address"))
    session.add(site)
    session.get_one(Structure, cast.structure.id).name = written("structure.name")
    for person in (team.member, team.coordinator, team.manager, team.colleague, cast.odile, cast.root):
        session.get_one(User, person.id).name = written("user.name")
    membership = membership_of(session, team.colleague, centre)
    session.execute(
        update(Membership).where(Membership.id == membership.id).values(professions=[written("profession")])
    )


def assess(runtime: Runtime, team: Team, written: Written) -> tuple[int, int]:
    """One assessment being rated, one being validated; its passages are told by mail."""
    scope = a_scope(
        GRID,
        FIGURES,
        title=written("assessment.title"),
        objective=written("assessment.objective"),
        trigger_note=written("assessment.trigger_note"),
    )
    rated, validated = (make_assessment(runtime, team, scope) for _ in range(2))
    for key in (rated, validated):
        answers = {
            "A2-01": Submission("level", "non", written("answer.comment")),
            "A2-03": Submission("na", written("answer.reason"), written("answer.comment")),
        }
        rate(runtime, team.member, key, answers)
        words = {"D1-16": Submission("text", written("answer.words"), written("answer.comment"))}
        rate(runtime, team.member, key, words, grid=FIGURES)
    advance(runtime, team, validated, "validation")
    with runtime.sessions.reading() as session:
        assert session.get_one(Assessment, validated).state == "validation"
    return rated, validated


def running(root: Element) -> list[str]:
    """What a browser would run or fetch, had a text been taken for markup."""
    found = []
    for element in root.walk():
        if element.tag in ("x-aqss", "img", "iframe", "object", "embed", "base"):
            found.append(element.tag)
        if element.tag == "script" and ("src" not in element or element.words):
            found.append(f"script {element.words}")
        found += [name for name in element.attributes if name.startswith("on")]
        addresses = (element.get("href"), element.get("src"), element.get("action"))
        found += [one for one in addresses if one.strip().lower().startswith("javascript:")]
    return found


def attributes(root: Element) -> str:
    return " ".join(value or "" for element in root.walk() for value in element.attributes.values())


def invite(site: Site, team: Team, written: Written) -> None:
    """Somebody is invited to the centre, by a coordinator and with a name that hold markup."""
    address = f"/centres/{team.centre_id}/equipe/inviter"
    fields = {"email": "rose@exemple.fr", "name": written("invitation.name"), "role": "member"}
    assert site.send(address, {**fields, "professions": "medecin"}).status_code in (302, 422)


def look_in_files(site: Site, runtime: Runtime, keys: tuple[int, int], written: Written) -> None:
    for key in keys:
        address = site.send(f"/auto-evaluations/{key}/rapport.pdf").location
        make_reports(Turn(runtime, this_process()))
        with site.client.get(address) as answer:
            outside_streams = re.sub(rb"stream\r?\n.*?endstream", b"", answer.data, flags=re.DOTALL)
            assert not re.search(rb"/JavaScript|/JS\b", outside_streams)
            reader = PdfReader(io.BytesIO(answer.data))
        written.look_in("PDF", "".join(page.extract_text() for page in reader.pages))
        book = load_workbook(io.BytesIO(site.client.get(f"/auto-evaluations/{key}/resultats.xlsx").data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert not any(cell.hyperlink for cell in cells)
        written.look_in("workbook", " ".join(str(cell.value) for cell in cells))


def look_in_mails(runtime: Runtime, written: Written) -> None:
    send_mails(Turn(replace(runtime), this_process()))
    for path in runtime.settings.outbox.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        root, _ = parse(html)
        assert running(root) == []
        written.look_in("mail HTML", root.words)
        written.look_in("mail text", mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        written.look_in("mail subject", str(mail["Subject"]))
