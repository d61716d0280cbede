"""What no longer serves is deleted, and nothing else."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from aqss.gateways.proof_files import content_path, store_content
from aqss.gateways.writing import write_atomically
from aqss.jobs.housekeeping import PROOFS_SETTLE_IN, keep_house
from aqss.jobs.turns import Turn
from aqss.persistence.accounts import RefusedAttempt, SignIn
from aqss.persistence.consensus import BlindRating, Spread
from aqss.persistence.jobs import Report
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.assessments.cutting import KEPT_FOR as NAMES_KEPT_FOR
from aqss.services.attempts import Attempt, count_attempt
from aqss.services.journal import TRACES_KEPT_FOR
from aqss.services.reports.making import KEPT_FOR, report_path
from aqss.services.sign_ins import open_sign_in
from tests.builders import a_centre, a_proof, a_user
from tests.clock import FakeClock
from tests.services.assessments.scene import an_assessment, set_scene
from tests.services.assessments.voices import a_blind_assessment, say

OLD, NEW = "a" * 64, "b" * 64


def test_ended_sessions_and_refused_attempts_go_and_open_ones_stay(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    with sessions.writing() as session:
        user = a_user(session)
        open_sign_in(session, user.id, clock.now())
        count_attempt(session, Attempt("sign-in", "nadia@exemple.fr", "192.0.2.7"), clock.now())
        clock.advance(days=2)
        open_sign_in(session, user.id, clock.now())
        session.commit()
    keep_house(turn)
    with sessions.reading() as session:
        assert session.scalars(select(RefusedAttempt)).all() == []
        assert [sign_in.created_at for sign_in in session.scalars(select(SignIn))] == [clock.now()]


def test_traces_of_old_sessions_go(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    with sessions.writing() as session:
        user = a_user(session)
        open_sign_in(session, user.id, clock.now())
        clock.advance(seconds=TRACES_KEPT_FOR.total_seconds())
        open_sign_in(session, user.id, clock.now())
        session.commit()
    keep_house(turn)
    with sessions.reading() as session:
        assert session.scalars(select(JournalEntry.at)).all() == [clock.now()]


def test_an_old_report_goes_with_its_file(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    folder = turn.runtime.settings.reports
    with sessions.writing() as session:
        centre = a_centre(session)
        for content_hash, made_at in ((OLD, clock.now()), (NEW, clock.now() + timedelta(days=1))):
            write_atomically(report_path(folder, content_hash), b"%PDF")
            session.add(
                Report(
                    kind="essai",
                    centre_id=centre.id,
                    subject_id=1,
                    content_hash=content_hash,
                    asked_at=made_at,
                    made_at=made_at,
                )
            )
        session.commit()
    clock.advance(seconds=KEPT_FOR.total_seconds())
    assert keep_house(turn) == 1
    assert [path.name for path in folder.iterdir()] == [f"{NEW}.pdf"]


def test_a_file_already_gone_is_no_fault(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    with sessions.writing() as session:
        centre = a_centre(session)
        row = Report(
            kind="essai",
            centre_id=centre.id,
            subject_id=1,
            content_hash=OLD,
            asked_at=clock.now(),
            made_at=clock.now(),
        )
        session.add(row)
        session.commit()
    clock.advance(seconds=KEPT_FOR.total_seconds())
    assert keep_house(turn) == 1


def test_names_are_cut_from_a_blind_rating_revealed_a_year_ago(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    with sessions.writing() as session:
        blind = a_blind_assessment(session, set_scene(session))
        say(session, blind, "CO-1", "oui", "oui", "non", "non", comments={0: "Dit une fois."})
        blind.revealed_at = clock.now()
        session.commit()
    keep_house(turn)
    with sessions.reading() as session:
        assert len(session.scalars(select(BlindRating.criterion)).all()) == 4
    clock.advance(seconds=NAMES_KEPT_FOR.total_seconds())
    keep_house(turn)
    with sessions.reading() as session:
        assert session.scalars(select(BlindRating.criterion)).all() == []
        assert session.scalars(select(Spread.comments).where(Spread.criterion == "CO-1")).all() == [
            ["Dit une fois."]
        ]


def test_what_was_deleted_does_not_stay_in_the_log(turn: Turn, sessions: Sessions) -> None:
    log = sessions.path.with_name(f"{sessions.path.name}-wal")
    with sessions.read_engine.connect() as visitor:  # the log is only left behind by the last to go
        with sessions.writing() as session:
            user = a_user(session, name="Nom à oublier")
            session.commit()
            session.delete(user)
            session.commit()
        visitor.rollback()
        assert "Nom à oublier".encode() in log.read_bytes()
        keep_house(turn)
        assert "Nom à oublier".encode() not in log.read_bytes() + sessions.path.read_bytes()


def test_a_stored_file_that_no_proof_holds_goes_after_a_day(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    folder = turn.runtime.settings.proofs
    used, unused, recent = [
        stored(folder, content, clock.now()) for content in (b"oui", b"non", b"pas encore")
    ]
    with sessions.writing() as session:
        scene = set_scene(session)
        a_proof(session, scene.centre, an_assessment(session, scene), "CO-1", file_name="x.pdf", sha256=used)
        session.commit()
    draft = content_path(folder, unused).with_name(f".{unused}.half")
    draft.write_bytes(b"no")
    date_of(draft, clock.now())
    assert keep_house(turn) == 0
    clock.advance(seconds=PROOFS_SETTLE_IN.total_seconds() + 1)
    date_of(content_path(folder, recent), clock.now())
    assert keep_house(turn) == 1
    assert {path.name for path in folder.glob("*/*")} == {used, recent}
    assert not draft.exists()
    assert keep_house(turn) == 0


def stored(folder: Path, content: bytes, at: datetime) -> str:
    content_hash = store_content(folder, content)
    date_of(content_path(folder, content_hash), at)
    return content_hash


def date_of(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))
