"""The report of a plan: what it tells, its PDF, and its hash."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import NotAllowed, NotFound
from aqss.gateways.links import Links
from aqss.gateways.pdf import make_pdf
from aqss.gateways.tables import text_of
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, View
from aqss.services.reports import kind_named
from aqss.services.reports.kinds import Sources
from aqss.services.reports.plan import (
    KIND,
    MOST_ACTIONS,
    TITLE,
    PlanReport,
    body_html,
    content_hash,
    document_html,
    read_report,
)
from tests.builders import a_centre, an_action
from tests.services.actions.plans import a_mixed_plan, insert_full, insert_plain, listed
from tests.services.actions.scene import set_plan_scene
from tests.services.assessments.scene import NOW, Scene, statements

LONGEST = "mot " * 500


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_plan_scene(session)


def report_of(session: Session, scene: Scene) -> PlanReport:
    return read_report(session, scene.member, scene.centre.id, NOW)


def words_of(report: PlanReport) -> str:
    pdf = PdfReader(BytesIO(make_pdf(document_html(report), title=TITLE)))
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_it_counts_the_plan_and_tells_open_actions_by_priority_then_the_ended(
    session: Session, scene: Scene
) -> None:
    plan = a_mixed_plan(session, scene)
    urgent = an_action(session, scene.centre, criticality=4, impact=4)
    report = report_of(session, scene)
    assert report.open[0].number == str(urgent.number)
    assert {card.number for card in report.over} == {
        str(plan["over"].number),
        str(plan["given up"].number),
    }
    assert (report.counts[View.OPEN], report.counts[View.OVERDUE], report.counts[View.OVER]) == (8, 1, 2)
    assert report.left_out == 0
    assert [card.late for card in report.open if card.number == str(plan["late"].number)] == [1]


def test_page_and_pdf_say_each_cell_of_each_action(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    an_action(session, scene.centre, means="Deux heures.\nUne salle.", kind="preventive")
    report = report_of(session, scene)
    rows = listed(session, scene, Filters(view=View.ALL)).rows
    body, words = str(body_html(report)), words_of(report)
    for row in rows:
        start = words.index(f"N° {row.action.number} · {row.action.title}")
        told = re.sub(r"\s", "", words[start : start + 1500])
        for column in PLAN_COLUMNS:
            text = text_of(column, row)
            assert re.sub(r"\s", "", f"{column.heading}{text or '–'}") in told, (row.action.number, text)
            assert column.heading in body


def test_a_long_plan_is_told_in_part_and_says_so(session: Session, scene: Scene) -> None:
    insert_plain(session, scene, MOST_ACTIONS + 5)
    an_action(session, scene.centre, state="close")
    report = report_of(session, scene)
    assert (len(report.open), len(report.over), report.left_out) == (MOST_ACTIONS, 0, 6)
    told = re.sub(r"\s+", " ", str(body_html(report)))
    assert f"détaille {MOST_ACTIONS} actions sur {MOST_ACTIONS + 6}" in told
    assert "ou elles ne tiennent pas dans ce rapport" in told


def test_an_empty_plan_has_a_report(session: Session, scene: Scene) -> None:
    report = report_of(session, scene)
    assert "Aucune action n’est ouverte." in words_of(report)


@pytest.mark.parametrize("text", [LONGEST, "W" * 2000, "</td></table>{{ config }}" * 60])
def test_the_longest_texts_are_whole_and_nothing_typed_is_obeyed(
    session: Session, scene: Scene, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    an_action(session, scene.centre, means=text)
    with caplog.at_level(logging.WARNING):
        letters = re.sub(r"\s", "", words_of(report_of(session, scene)))
    assert re.sub(r"\s", "", text)[:100] in letters
    assert letters.count(text[0]) >= text.count(text[0])
    assert not caplog.records


def test_its_hash_follows_what_it_says_and_the_job_finds_the_same(
    session: Session, scene: Scene, small_catalogue: Catalogue, links: Links
) -> None:
    action = an_action(session, scene.centre)
    first = content_hash(report_of(session, scene))
    body = kind_named(KIND).build(session, scene.centre.id, Sources(small_catalogue, links, NOW))
    assert (body.title, body.content_hash) == (TITLE, first)
    action.title = "Tout autre chose"
    session.flush()
    assert content_hash(report_of(session, scene)) != first
    tomorrow = read_report(session, scene.member, scene.centre.id, NOW + timedelta(days=1))
    assert content_hash(tomorrow) != content_hash(report_of(session, scene))


def test_two_empty_plans_have_each_its_own_hash(
    session: Session, scene: Scene, small_catalogue: Catalogue, links: Links
) -> None:
    twin = a_centre(session, name=scene.centre.name)
    sources = Sources(small_catalogue, links, NOW)
    bodies = [kind_named(KIND).build(session, key, sources) for key in (scene.centre.id, twin.id)]
    assert bodies[0].html == bodies[1].html
    assert bodies[0].content_hash != bodies[1].content_hash


def test_strangers_and_centres_that_are_not_there_are_refused(session: Session, scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        read_report(session, scene.stranger, scene.centre.id, NOW)
    assert kind_named(KIND).centre_of(session, scene.centre.id) == scene.centre.id
    for key in (987_654, 0, 2**40):
        with pytest.raises(NotFound):
            kind_named(KIND).centre_of(session, key)


def test_it_costs_the_same_queries_however_many_actions(session: Session, scene: Scene) -> None:
    counts = []
    for after in (0, 20):
        insert_full(session, scene, 20, after)
        with statements(session) as asked:
            report_of(session, scene)
        counts.append(len(asked))
    assert counts[0] == counts[1]
