"""Nobody learns what a colleague answered alone: every page, export, journal and mail is read, and compared.

The rule is one: whatever a person can open is the same, to the last byte that is not a token, whether a
colleague answered one thing or another.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.persistence.journal import JournalEntry
from aqss.persistence.mails import Mail
from aqss.services.assessments.rating import Submission
from aqss.services.consensus.own_sheets import finish_rating, remind_participants
from tests.builders import actor_of, an_administrator
from tests.campaign.counting import Tried
from tests.page import Site
from tests.web.assessments.scene import GRID, Team, advance, grid_url, make_team, send
from tests.web.consensus.alone import make_round, own_url, rate_alone

MARK = "mot-secret-de-mehdi"

ONE: dict[str, str | Submission] = {
    "A2-01": Submission("level", "oui", ""),
    "A2-02": Submission("unknown", "", ""),
    "A2-03": Submission("na", MARK, ""),
    "A2-04": Submission("level", "non", ""),
}
OTHER: dict[str, str | Submission] = {
    "A2-05": Submission("level", "non", MARK),
    "A2-06": Submission("level", "partiel", ""),
    "A2-07": Submission("level", "oui", ""),
    "A2-10": Submission("level", "oui", MARK),
}
"""As many answers, not the same ones, of other kinds."""


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def administrator(runtime: Runtime) -> User:
    with runtime.sessions.writing() as session:
        made = an_administrator(session, name="Alix Administration")
        session.commit()
        return made


def addresses(site: Site, key: int, centre_id: int) -> list[str]:
    """Every page that takes an assessment, a grid or a centre and no more, and the lists."""
    values = {"assessment_id": key, "centre_id": centre_id, "grid": GRID, "criterion": "A2-01"}
    values |= {"module": "risques-generaux", "to": "accord"}
    found = []
    with site.app.test_request_context():
        for rule in site.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.arguments <= set(values):
                built = rule.build({name: values[name] for name in rule.arguments})
                assert built is not None
                found.append(built[1])
    return sorted(url for url in found if not url.startswith(("/deconnexion", "/health")))


def readable(data: bytes) -> str:
    """The words of an answer, those inside a workbook included, without what differs from call to call."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = sorted(set(archive.namelist()) - {"docProps/core.xml"})  # when it was made
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in names)
    text = data.decode("utf-8", "replace")
    return re.sub(r'(csrf_token" value|nonce|content)="[^"]*"|"token":\s*"[^"]*"', "", text)


def opened(site: Site, person: User, urls: list[str]) -> Iterator[tuple[str, int, str]]:
    site.sign_in(person)
    for url in urls:
        answer = site.client.get(url)
        apart = ("Set-Cookie", "Date", "Content-Length")  # of a workbook, with when it was made
        kept = {name: value for name, value in answer.headers.items() if name not in apart}
        yield url, answer.status_code, readable(answer.data) + repr(sorted(kept.items()))


@pytest.mark.parametrize("state", ["cotation", "accord"])
def test_no_page_or_export_differs_with_what_a_colleague_answered(
    site: Site, runtime: Runtime, team: Team, administrator: User, state: str, tried: Tried
) -> None:
    key = make_round(runtime, team, team.member, team.colleague, team.coordinator)
    other = make_round(runtime, team, team.member, team.colleague, team.coordinator)
    for made, answers in ((key, ONE), (other, OTHER)):
        rate_alone(runtime, team.member, made, answers)
        if state != "cotation":
            advance(runtime, team, made, state)
    urls = [url for url in addresses(site, key, team.centre_id) if f"/auto-evaluations/{key}" in url]
    assert len(urls) > 8
    for person in (team.coordinator, team.manager, team.colleague, team.stranger, administrator):
        there = [url.replace(f"/auto-evaluations/{key}", f"/auto-evaluations/{other}") for url in urls]
        first, second = list(opened(site, person, urls)), list(opened(site, person, there))
        for (url, status, text), (_, same_status, same_text) in zip(first, second, strict=True):
            as_one = same_text.replace(f"auto-evaluations/{other}", f"auto-evaluations/{key}")
            as_one = re.sub(rf"evaluation-{other}\b", f"evaluation-{key}", as_one)
            assert (status, text) == (same_status, as_one), (person.name, url)
            assert MARK not in text, (person.name, url)
            tried()


@pytest.mark.parametrize("state", ["cotation", "accord"])
def test_no_page_of_the_centre_holds_a_word_that_a_colleague_wrote(
    site: Site, runtime: Runtime, team: Team, administrator: User, state: str
) -> None:
    key = make_round(runtime, team, team.member, team.colleague)
    rate_alone(runtime, team.member, key, {**ONE, **OTHER})
    if state != "cotation":
        advance(runtime, team, key, state)
    urls = addresses(site, key, team.centre_id)
    for person in (team.coordinator, team.manager, team.colleague, administrator):
        for url, _status, text in opened(site, person, urls):
            assert MARK not in text, (person.name, url)
    site.sign_in(team.member)
    if state == "cotation":
        assert MARK in site.client.get(grid_url(key)).text  # it is there for its author


def test_the_journal_and_the_mails_are_the_same_whatever_was_answered(runtime: Runtime, team: Team) -> None:
    def told(answers: dict[str, str | Submission]) -> tuple[list[object], list[object]]:
        key = make_round(runtime, team, team.member, team.colleague)
        rate_alone(runtime, team.member, key, answers)
        with runtime.sessions.writing() as session:
            now = runtime.clock.now()
            finish_rating(session, actor_of(session, team.member), assessment_id=key, now=now)
            lead = actor_of(session, team.coordinator)
            remind_participants(session, lead, assessment_id=key, links=runtime.links, now=now)
            session.commit()
        with runtime.sessions.reading() as session:
            entries = session.scalars(
                select(JournalEntry).where(
                    JournalEntry.subject_kind == "assessment", JournalEntry.subject_id == key
                )
            )
            mails = session.scalars(select(Mail).where(Mail.slot.startswith(f"assessment-{key}")))
            return (
                [(entry.verb, entry.user_id, entry.facts, entry.at) for entry in entries],
                [
                    (mail.address, mail.kind, mail.subject, mail.body_text.replace(f"/{key}", ""))
                    for mail in mails
                ],
            )

    first, second = told(ONE), told(OTHER)
    assert first == second
    assert len(first[0]) > 3
    assert len(first[1]) == 3
    assert MARK not in repr(first) + repr(second)


def test_a_refusal_tells_nobody_what_a_colleague_answered(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, team.member, team.colleague)
    rate_alone(runtime, team.member, key, {**ONE, **OTHER})
    for person in (team.coordinator, team.manager, team.colleague, team.stranger):
        site.sign_in(person)
        for criterion in ("A2-01", "A2-03", "A2-05", "A2-99"):
            for version in (0, 1, 7):
                for url in (f"{own_url(key)}/{criterion}", f"{grid_url(key)}/reponses/{criterion}"):
                    answer = send(site, url, value="peut-être", version=version, reason="", comment="")
                    assert answer.status_code >= 400
                    assert MARK not in answer.text
                    assert '"oui"' not in answer.text


@pytest.mark.parametrize("answered", ["oui", "nsp", "na"])
def test_the_progress_that_who_leads_sees_does_not_tell_ne_sait_pas_apart(
    site: Site, runtime: Runtime, team: Team, answered: str
) -> None:
    kinds = {
        "oui": Submission("level", "oui"),
        "nsp": Submission("unknown"),
        "na": Submission("na", "Sans objet ici."),
    }
    key = make_round(runtime, team, team.member)
    rate_alone(runtime, team.member, key, {"A2-01": kinds[answered], "A2-02": kinds[answered]})
    site.sign_in(team.coordinator)
    page = site.get(f"/auto-evaluations/{key}")
    row = next(row for row in page.root.all("tr") if "Mehdi Médecin" in row.words)
    assert row.words.replace("\xa0", " ") == "Mehdi Médecin 2 réponses, 11 demandées En cours"
    assert "sait pas" not in page.root.all("main")[0].words
