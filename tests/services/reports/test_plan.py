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
from aqss.gateways.french import short_date_fr
from aqss.gateways.links import Links
from aqss.gateways.pdf import make_pdf
from aqss.gateways.tables import text_of
from aqss.persistence.runs import Task
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, Group, Sort, View
from aqss.services.actions.listing import read_plan
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
from aqss.services.reports.plan_asked import Asked, write_asked
from tests.builders import a_centre, an_action
from tests.services.actions.plans import a_mixed_plan, insert_full, insert_plain, listed, numbers
from tests.services.actions.scene import TODAY, set_plan_scene
from tests.services.assessments.scene import NOW, Scene, statements

LONGEST = "mot " * 500


@pytest.fixture
def scene(session: Session) -> Scene:
    return set_plan_scene(session)


def report_of(session: Session, scene: Scene, filters: Filters | None = None) -> PlanReport:
    return read_report(session, scene.member, filters or Filters(), NOW, centre_id=scene.centre.id)


def words_of(report: PlanReport) -> str:
    pdf = PdfReader(BytesIO(make_pdf(document_html(report), title=TITLE)))
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def numbers_of(report: PlanReport) -> list[int]:
    return [int(card.number) for card in report.cards]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(view=View.OVERDUE),
        Filters(view=View.MINE),
        Filters(view=View.OVER),
        Filters(view=View.ALL, sort=Sort.DUE),
        Filters(state="faire", group=Group.OWNER),
    ],
)
def test_it_tells_what_the_list_shows_in_its_order_and_places_all_of_it(
    session: Session, scene: Scene, filters: Filters
) -> None:
    a_mixed_plan(session, scene)
    an_action(session, scene.centre, criticality=4, impact=4)
    report = report_of(session, scene, filters)
    page = read_plan(session, scene.member, filters, NOW, centre_id=scene.centre.id)
    assert numbers_of(report) == numbers(page)
    assert report.counts == page.views
    assert (report.total, report.left_out) == (page.total, 0)
    assert sum(len(cell.actions) for row in report.matrix for cell in row) == page.total


def test_the_first_table_is_enough_to_lead_a_meeting(session: Session, scene: Scene) -> None:
    plan = a_mixed_plan(session, scene)
    report = report_of(session, scene)
    assert str(plan["over"].number) not in {card.number for card in report.cards}
    words = words_of(report)
    table = words[words.index("Actions ouvertes N°") : words.index("Par où commencer")]
    for row in listed(session, scene).rows:
        for told in (row.action.title, row.owner or "À choisir", row.state.label, f"{row.action.progress}"):
            assert told in table
    assert "En retard de 1 jour" in table
    assert "À revoir" in table


def test_page_and_pdf_say_each_cell_of_each_action_and_nothing_that_is_empty(
    session: Session, scene: Scene
) -> None:
    a_mixed_plan(session, scene)
    an_action(session, scene.centre, means="Deux heures.\nUne salle.", kind="preventive")
    report = report_of(session, scene, Filters(view=View.ALL))
    rows = listed(session, scene, Filters(view=View.ALL)).rows
    body, words = str(body_html(report)), words_of(report)
    cards = words[words.index("Une par une") :]
    for row in rows:
        start = cards.index(f"N° {row.action.number} · {row.action.title}")
        end = cards.find("N° ", start + 5)
        told = re.sub(r"\s", "", cards[start : end if end > 0 else None])
        for column in PLAN_COLUMNS:
            text = text_of(column, row)
            if column.heading in ("N°", "Objectif"):
                assert f"{column.heading}{row.action.title}" not in told
            elif text:
                assert re.sub(r"\s", "", f"{column.heading}{text}") in told, (row.action.number, text)
                assert column.heading in body
    assert "–" not in cards


def test_the_tasks_of_an_action_are_told_with_who_does_them_and_when(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre)
    session.add_all(
        [
            Task(
                action_id=action.id, label="Relire", position=2, owner_id=scene.member.user_id, due_on=TODAY
            ),
            Task(action_id=action.id, label="Écrire", position=1, done_at=NOW),
        ]
    )
    session.flush()
    report = report_of(session, scene)
    (steps,) = (card.steps for card in report.cards)
    assert [(step.label, step.is_done) for step in steps] == [("Écrire", True), ("Relire", False)]
    words = words_of(report)
    assert f"Faite : Écrire À faire : Relire ({steps[1].owner}, {short_date_fr(TODAY)})" in words


def test_a_long_plan_is_told_in_part_and_says_so(session: Session, scene: Scene) -> None:
    insert_plain(session, scene, MOST_ACTIONS + 5)
    report = report_of(session, scene)
    assert (len(report.cards), report.left_out) == (MOST_ACTIONS, 5)
    assert sum(len(cell.actions) for row in report.matrix for cell in row) == MOST_ACTIONS + 5
    told = re.sub(r"\s+", " ", str(body_html(report)))
    assert f"détaille {MOST_ACTIONS} actions sur {MOST_ACTIONS + 5}" in told


def test_an_action_takes_a_third_of_a_page(session: Session, scene: Scene) -> None:
    insert_full(session, scene, 30)
    pdf = make_pdf(document_html(report_of(session, scene)), title=TITLE)
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) <= 15
    assert pages[0].mediabox.width > pages[0].mediabox.height


def test_an_empty_plan_has_a_report(session: Session, scene: Scene) -> None:
    assert "Aucune action à cette date." in words_of(report_of(session, scene))


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
    action = an_action(session, scene.centre, owner_id=scene.member.user_id)
    for filters in (Filters(), Filters(view=View.MINE), Filters(view=View.OVERDUE)):
        kept = write_asked(Asked(filters, scene.member.user_id))
        body = kind_named(KIND).build(session, scene.centre.id, Sources(small_catalogue, links, NOW, kept))
        assert (body.title, body.content_hash) == (TITLE, content_hash(report_of(session, scene, filters)))
    first = content_hash(report_of(session, scene))
    action.title = "Tout autre chose"
    session.flush()
    assert content_hash(report_of(session, scene)) != first
    assert content_hash(report_of(session, scene, Filters(view=View.ALL))) != first
    tomorrow = read_report(
        session, scene.member, Filters(), NOW + timedelta(days=1), centre_id=scene.centre.id
    )
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
        read_report(session, scene.stranger, Filters(), NOW, centre_id=scene.centre.id)
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
