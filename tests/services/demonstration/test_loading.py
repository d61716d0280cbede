"""The demonstration is always the same for the same numbers and the same week, and holds together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select, Table, and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.divergence import Verdict
from aqss.domain.geography import FICTIONAL_REGION
from aqss.gateways.french import paris
from aqss.gateways.proof_files import content_path
from aqss.gateways.uploads import KINDS
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.base import Base
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.consensus import BlindRating, Consensus, Participant, Spread
from aqss.persistence.journal import JournalEntry
from aqss.persistence.proofs import Proof, ProofUse
from aqss.persistence.session import Sessions
from aqss.services.actions.noting import VERBS as ACTION_VERBS
from aqss.services.assessments.awaiting import Task, what_awaits
from aqss.services.assessments.freezing import freeze
from aqss.services.assessments.noting import VERBS as ASSESSMENT_VERBS
from aqss.services.assessments.spreads import read_spreads
from aqss.services.demonstration.campaigns import plan_campaigns
from aqss.services.demonstration.loading import has_centres, is_loaded, load_demonstration
from aqss.services.demonstration.proofs import PROOFS, add_proofs
from aqss.services.demonstration.published import read_published
from aqss.services.demonstration.region import MAIL_DOMAIN, plan_centre
from aqss.services.demonstration.rows import Writer
from aqss.services.dossiers.noting import VERBS as DOSSIER_VERBS
from aqss.services.editions import Publication, load_edition
from aqss.services.journal import VERBS
from tests.builders import a_centre, a_member
from tests.score_rows import check_scores

FRIDAY = date(2026, 11, 20)

OUT_OF_DATE = "Essai annuel de restauration des sauvegardes, intranet du centre"

RowsLoadedOn = Callable[[date], dict[str, list[dict[str, Any]]]]
"""Day of loading → every row of the demonstration, by table."""


def load(
    session: Session,
    catalogue: Catalogue,
    *,
    centres: int,
    years: int,
    proofs: Path,
    loaded_on: date = FRIDAY,
) -> None:
    published = read_published(session, tuple(catalogue.grids))
    load_demonstration(
        session,
        published,
        centres=centres,
        years=years,
        loaded_on=loaded_on,
        password_hash="hash",
        proofs=proofs,
        advance=lambda: None,
    )


@pytest.fixture
def rows_loaded_on(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> RowsLoadedOn:
    """Nothing of it stays in the database."""

    def read(day: date) -> dict[str, list[dict[str, Any]]]:
        with sessions.writing() as session:
            load(session, catalogue, centres=4, years=2, proofs=tmp_path, loaded_on=day)
            return {
                table.name: [dict(row) for row in session.execute(_in_order(table)).mappings()]
                for table in Base.metadata.sorted_tables
                if "published_at" not in table.c
            }

    return read


def _in_order(table: Table) -> Select[Any]:
    return select(table).order_by(*table.primary_key)


@pytest.fixture
def loaded(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> Iterator[Session]:
    with sessions.writing() as session:
        load(session, catalogue, centres=7, years=2, proofs=tmp_path)
        yield session


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 22)])
def test_two_days_of_a_week_give_the_same_database(rows_loaded_on: RowsLoadedOn, day: date) -> None:
    assert rows_loaded_on(day) == rows_loaded_on(date(2026, 11, 18))


@pytest.mark.parametrize(("day", "weeks"), [(date(2026, 11, 23), 1), (date(2027, 7, 1), 32)])
def test_another_week_gives_the_same_rows_dated_as_many_weeks_later(
    rows_loaded_on: RowsLoadedOn, day: date, weeks: int
) -> None:
    earlier, later = rows_loaded_on(FRIDAY), rows_loaded_on(day)
    assert sum(map(len, later.values())) > 1000
    for name, rows in earlier.items():
        assert [moved(row, weeks) for row in rows] == [moved(row, 0) for row in later[name]], name


OF_THE_YEAR = ("period_from", "period_to")
"""First and last day of a calendar year, whatever the week."""


def moved(row: dict[str, Any], weeks: int) -> dict[str, Any]:
    """A row so many weeks later, by the clocks of Paris, without what its titles say of the year."""
    span = timedelta(weeks=weeks)
    return {name: moved_value(value, span) for name, value in row.items() if name not in OF_THE_YEAR}


def moved_value(value: Any, span: timedelta) -> Any:
    if isinstance(value, datetime):
        return paris(value).replace(tzinfo=None) + span
    if isinstance(value, date):
        return value + span
    if isinstance(value, dict) and "title" in value:
        return {**value, "title": without_year(value["title"])}
    return without_year(value) if isinstance(value, str) else value


def without_year(text: str) -> str:
    return re.sub(r"(, (printemps|été|automne|hiver))? 20\d\d$", "", text)


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2027, 1, 4), date(2028, 8, 27)])
def test_nothing_happened_yet_in_the_week_of_loading(rows_loaded_on: RowsLoadedOn, day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    happened = {
        paris(value).date()
        for rows in rows_loaded_on(day).values()
        for row in rows
        for column, value in row.items()
        if isinstance(value, datetime) and column != "due_at"  # what is due is ahead
    }
    assert monday - timedelta(days=14) < max(happened) < monday


def test_every_score_row_is_what_the_answers_give(loaded: Session) -> None:
    assessments = loaded.scalars(select(Assessment.id)).all()
    assert len(assessments) == 2 + 2 + 6 * 2 * 3 + 1  # and the sheet of a dossier
    assert [difference for key in assessments for difference in check_scores(loaded, key)] == []


def test_assessments_are_closed_or_running_in_every_state(loaded: Session) -> None:
    states = Counter(loaded.scalars(select(Assessment.state)))
    assert {"close", "cotation", "accord", "validation", "preparation"} <= set(states)
    assert states["close"] > sum(states.values()) / 2


def test_an_assessment_is_closed_exactly_when_its_state_says_so(loaded: Session) -> None:
    rows = loaded.execute(select(Assessment.state, Assessment.closed_at)).all()
    assert all((row.closed_at is not None) == (row.state == "close") for row in rows)


def test_a_closed_assessment_keeps_what_closing_would_have_kept(loaded: Session) -> None:
    assessments = loaded.scalars(select(Assessment)).all()
    assert all((one.frozen is not None) == (one.closed_at is not None) for one in assessments)
    for one in assessments:
        if one.frozen is not None:
            kept = one.frozen
            freeze(loaded, one)
            assert one.frozen == kept
            assert one.frozen["participation"]["people"] > 0


def test_the_journal_holds_the_facts_that_its_verbs_declare(loaded: Session) -> None:
    declared = {**VERBS, **ASSESSMENT_VERBS, **ACTION_VERBS, **DOSSIER_VERBS}
    entries = loaded.scalars(select(JournalEntry)).all()
    assert "assessment-started" in {entry.verb for entry in entries}
    for entry in entries:
        assert set(entry.facts) == set(declared[entry.verb]), entry.verb
        if entry.verb == "assessment-started":
            started = loaded.get_one(Assessment, entry.subject_id)
            assert entry.facts["title"] == started.title
            assert entry.facts["grids"] == [sheet.grid for sheet in started.sheets]


def test_people_of_each_role_can_be_found_and_nobody_has_a_real_address(loaded: Session) -> None:
    assert set(loaded.scalars(select(Membership.role))) == {"member", "coordinator", "manager", "structure"}
    assert loaded.scalar(select(func.count()).where(User.is_administrator)) == 1
    assert all(email.endswith(MAIL_DOMAIN) for email in loaded.scalars(select(User.email)))


def test_every_place_is_in_the_fictional_region(loaded: Session) -> None:
    assert set(loaded.scalars(select(Centre.region))) == {FICTIONAL_REGION}
    assert all(regions == [FICTIONAL_REGION] for regions in loaded.scalars(select(Structure.regions)))
    assert loaded.scalar(select(func.count()).select_from(Structure)) == 3


def test_a_sheet_being_rated_is_partly_answered(loaded: Session) -> None:
    running = loaded.scalars(select(Assessment.id).where(Assessment.state == "cotation")).first()
    counts = loaded.execute(
        select(Sheet.id, Sheet.finished_at, func.count(Answer.criterion))
        .outerjoin(Answer, and_(Answer.sheet_id == Sheet.id, ~Answer.carried))
        .where(Sheet.assessment_id == running)
        .group_by(Sheet.id)
    ).all()
    assert {row.finished_at is not None for row in counts} == {True, False}
    assert {bool(row[2]) for row in counts if row.finished_at is None} == {True, False}


def test_a_sheet_is_finished_after_its_answers_and_before_its_assessment_left_the_rating(
    loaded: Session,
) -> None:
    seen = 0
    for sheet in loaded.scalars(select(Sheet).where(Sheet.finished_at.is_not(None))):
        assessment = loaded.get_one(Assessment, sheet.assessment_id)
        answered = loaded.scalars(select(Answer.updated_at).where(Answer.sheet_id == sheet.id)).all()
        assert all(day < sheet.finished_at for day in answered)
        if assessment.state == "cotation":
            assert all(assessment.entered_at < day for day in answered)
        else:
            seen += assessment.state == "accord"
            assert sheet.finished_at < assessment.entered_at
    assert seen > 1


def test_a_sheet_that_asks_the_centre_nothing_is_never_declared_finished(loaded: Session) -> None:
    asked = [
        (load_edition(loaded, sheet.edition_id).grid.asks(assessment.profile), sheet.finished_at)
        for assessment in loaded.scalars(select(Assessment).where(Assessment.state == "close"))
        for sheet in assessment.sheets
    ]
    assert {asks for asks, _ in asked} == {True, False}
    assert all(asks == (finished_at is not None) for asks, finished_at in asked)


def test_the_member_named_to_who_loads_it_is_asked_for_a_grid_now(loaded: Session) -> None:
    member = next(person for person in plan_centre(0).team if person.role is Role.MEMBER)
    user_id = loaded.scalars(select(User.id).where(User.email == member.email)).one()
    actor = Actor(user_id, member.name, (Grant(Role.MEMBER, centre_id=1),))
    assert Task.RATE in {one.task for one in what_awaits(loaded, actor)}


def test_rows_added_afterwards_do_not_meet_numbers_already_taken(loaded: Session) -> None:
    centre = loaded.get_one(Centre, 1)
    last = loaded.scalar(select(func.max(User.id)))
    user = User(email="apres@exemple.fr", name="Après", created_at=centre.created_at)
    loaded.add(user)
    loaded.flush()
    assert user.id > last


def test_a_database_that_holds_centres_is_recognised(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> None:
    with sessions.writing() as session:
        assert not has_centres(session)
        load(session, catalogue, centres=1, years=1, proofs=tmp_path)
        assert has_centres(session)


def test_a_database_that_holds_the_demonstration_is_told_from_another(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> None:
    with sessions.writing() as session:
        a_member(session, a_centre(session))
        assert not is_loaded(session)
    with sessions.writing() as session:
        load(session, catalogue, centres=1, years=1, proofs=tmp_path)
        assert is_loaded(session)


def test_a_blind_assessment_that_closed_keeps_what_cutting_names_would_have_kept(loaded: Session) -> None:
    closed = loaded.scalars(
        select(Assessment).where(Assessment.rating == "blind", Assessment.state == "close")
    ).one()
    sheets = [sheet.id for sheet in closed.sheets]
    assert loaded.scalar(select(func.count()).where(BlindRating.sheet_id.in_(sheets))) == 0
    kept = loaded.scalars(select(Spread).where(Spread.sheet_id.in_(sheets))).all()
    decided = loaded.scalars(select(Consensus).where(Consensus.sheet_id.in_(sheets))).all()
    answered = loaded.scalars(select(Answer).where(Answer.sheet_id.in_(sheets))).all()
    assert {(one.sheet_id, one.criterion) for one in decided} == {
        (one.sheet_id, one.criterion) for one in answered
    }
    assert {(one.sheet_id, one.criterion) for one in kept} >= {
        (one.sheet_id, one.criterion) for one in answered
    }
    assert {one.verdict for one in kept} == {verdict.value for verdict in Verdict}
    assert {one.votes is None for one in kept} == {True, False}
    assert {one.is_ratified for one in decided} == {one.has_dissent for one in decided} == {True, False}
    assert all(one.reason for one in decided if one.has_dissent)
    spreads = read_spreads(loaded, closed)
    assert any(rounds[1].spread.shown for rounds in spreads.values())


def proofs_shown(session: Session, *, is_carried: bool) -> Sequence[Row[Any]]:
    return session.execute(
        select(Proof, ProofUse, Sheet, Assessment)
        .join(ProofUse, ProofUse.proof_id == Proof.id)
        .join(Sheet, Sheet.id == ProofUse.sheet_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(ProofUse.is_carried == is_carried)
    ).all()


def test_the_first_centre_has_given_proofs_some_of_them_out_of_date(loaded: Session, tmp_path: Path) -> None:
    shown = proofs_shown(loaded, is_carried=False)
    assert {row.Proof.title for row in shown} == {proof.title for proof in PROOFS}
    assert {(row.Assessment.centre_id, row.Assessment.state) for row in shown} == {(1, "close")}
    for row in shown:
        edition = load_edition(loaded, row.Sheet.edition_id)
        assert edition.criteria_by_code[row.ProofUse.criterion].applies(row.Assessment.profile)
        assert row.Proof.dated_on < row.Proof.added_at.date() < row.Assessment.closed_at.date()
    over = {row.Proof.title for row in shown if row.Proof.valid_until and row.Proof.valid_until < FRIDAY}
    assert over == {OUT_OF_DATE, PROOFS[-1].title}
    kinds = {row.Proof.media_type for row in shown}
    assert {KINDS[kind].label for kind in kinds if kind} == {"PDF", "image PNG", "classeur Excel"}
    assert None in kinds
    for row in shown:
        if row.Proof.sha256:
            content = content_path(tmp_path, row.Proof.sha256).read_bytes()
            assert len(content) == row.Proof.size < 60_000


def test_the_next_assessment_starts_from_the_last_with_its_answers_and_proofs(loaded: Session) -> None:
    started = loaded.scalars(select(Assessment).where(Assessment.previous_id.is_not(None))).one()
    previous = loaded.get_one(Assessment, started.previous_id)
    assert (started.centre_id, started.state, previous.centre_id, previous.state) == (
        1,
        "cotation",
        1,
        "close",
    )
    shown = {row.ProofUse.criterion: row.Proof for row in proofs_shown(loaded, is_carried=True)}
    assert set(shown) == {"A2-04", "A2-05", "A5-01", "A7-05"}
    assert shown["A7-05"].title == OUT_OF_DATE
    assert shown["A7-05"].valid_until < started.started_on
    then = {sheet.grid: answers_of(loaded, sheet) for sheet in previous.sheets}
    states: dict[str, set[bool]] = {}
    for sheet in started.sheets:
        for code, answer in answers_of(loaded, sheet).items():
            states.setdefault(sheet.grid, set()).add(answer.carried)
            if answer.carried:
                assert (answer.level, answer.reason) == (
                    then[sheet.grid][code].level,
                    then[sheet.grid][code].reason,
                )
                assert (answer.version, answer.updated_by_id, sheet.finished_at) == (1, None, None)
            else:
                assert answer.version == 1 + (then[sheet.grid][code].kind != "unknown")
    assert list(states.values()) == [{False}, {False}, {True, False}, {True}, {True}]


def answers_of(session: Session, sheet: Sheet) -> dict[str, Answer]:
    return {one.criterion: one for one in session.scalars(select(Answer).where(Answer.sheet_id == sheet.id))}


def test_a_grid_that_the_catalogue_does_not_have_is_shown_no_proof(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> None:
    with sessions.writing() as session:
        writer = Writer(session, last_ids={})
        (campaign,) = [one for one in plan_campaigns(0, 1, FRIDAY) if one.has_proofs]
        add_proofs(writer, tmp_path, 1, campaign, {"hygiene-mains": 5}, 1)
        assert [row["title"] for row in writer.rows[Proof.__table__]] == [
            "Affiche «\u00a0Friction hydro-alcoolique\u00a0»"
        ]


def test_a_team_that_has_rated_alone_awaits_its_session_with_enough_to_discuss(loaded: Session) -> None:
    ahead = loaded.scalars(
        select(Assessment).where(Assessment.rating == "blind", Assessment.state == "accord")
    ).first()
    assert (ahead.centre_id, ahead.revealed_at) == (1, None)
    people = loaded.scalars(select(Participant).where(Participant.assessment_id == ahead.id)).all()
    assert len(people) == 9
    assert all(person.finished_at for person in people)
    ahead.revealed_at = ahead.entered_at
    verdicts = Counter(rounds[1].spread.verdict for rounds in read_spreads(loaded, ahead).values())
    assert verdicts[Verdict.AGREED] >= 3
    assert verdicts[Verdict.DIVERGENT] >= 2
    assert verdicts[Verdict.DISCUSS] >= 3


def test_while_people_rate_alone_some_have_finished_and_the_team_has_no_answer(loaded: Session) -> None:
    rating = loaded.scalars(
        select(Assessment).where(Assessment.rating == "blind", Assessment.state == "cotation")
    ).first()
    people = loaded.scalars(select(Participant).where(Participant.assessment_id == rating.id)).all()
    assert {person.finished_at is None for person in people} == {True, False}
    sheets = [sheet.id for sheet in rating.sheets]
    assert loaded.scalar(select(func.count()).where(Answer.sheet_id.in_(sheets))) == 0
    started = set(loaded.scalars(select(BlindRating.participant_id).where(BlindRating.sheet_id.in_(sheets))))
    assert {person.id for person in people if person.finished_at} < started
