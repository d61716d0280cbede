"""What happened outside is told to the database, however busy it is."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aqss.jobs.leases import note_passage
from aqss.jobs.turns import MOST_TRIES, Turn, this_process
from aqss.persistence.jobs import Lease
from aqss.persistence.session import Sessions


class Busy:
    """Fails as a busy database does, ``times`` times."""

    def __init__(self, turn: Turn, times: int) -> None:
        self.turn = turn
        self.times = times
        self.tried = 0

    def __call__(self, session: Session) -> None:
        self.tried += 1
        note_passage(session, "mail", self.turn.now())
        if self.tried <= self.times:
            session.execute(text("SELECT * FROM nothing_of_that_name"))


def test_a_busy_database_is_tried_again_until_it_has_been_told(turn: Turn, sessions: Sessions) -> None:
    busy = Busy(turn, 3)
    turn.settle(busy, pause=0)
    assert busy.tried == 4
    with sessions.reading() as session:
        assert session.get(Lease, "mail") is not None


def test_a_database_busy_for_ever_is_given_up_with_nothing_half_told(turn: Turn, sessions: Sessions) -> None:
    busy = Busy(turn, MOST_TRIES)
    with pytest.raises(OperationalError):
        turn.settle(busy, pause=0)
    assert busy.tried == MOST_TRIES
    with sessions.reading() as session:
        assert session.get(Lease, "mail") is None


def test_a_process_has_a_name_of_its_own_that_fits_its_column() -> None:
    assert this_process() != this_process()
    assert len(this_process()) <= 80
