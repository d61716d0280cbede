"""Three voices or fewer are told the same, whatever they say.

The rows of one criterion are replaced in the database while the screens show it: nothing shown, exported or
kept follows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.persistence.consensus import Spread as SpreadRow
from aqss.services.assessments.spreads import keep_spreads
from tests.page import Site
from tests.web.consensus.scene import Room, make_room
from tests.web.consensus.test_privacy import addresses, opened
from tests.web.consensus.test_who_said_what import DURING, document_of

CRITERION = "A2-05"
LEVELS = ("oui", "partiel", "non")
SECRET = "motif-de-peu-de-voix"
DRAWN = 4


def draw_votes(draw: random.Random) -> list[str]:
    """What five people say, three voices or fewer among them."""
    voices = draw.choices(LEVELS, k=draw.randrange(4))
    said = voices + draw.choices(("na", "unknown"), k=5 - len(voices))
    draw.shuffle(said)
    return said


def test_three_voices_or_fewer_are_told_the_same_whatever_they_say(runtime: Runtime) -> None:
    draw = random.Random(5)
    said = [["oui"] * 3, ["na"] * 5, *(draw_votes(draw) for _ in range(DRAWN))]
    room = make_room(runtime)
    room.begin("30")
    first, *others = told(room, said)
    assert SECRET not in repr(first)
    for other, votes in zip(others, said[1:], strict=True):
        for mine, theirs in zip(first, other, strict=True):
            assert mine == theirs, (votes, mine[0])


def test_what_may_be_told_is(runtime: Runtime) -> None:
    """What is compared above does follow what is said, from four voices on."""
    room = make_room(runtime)
    room.begin("30")
    few, four, five = told(room, [["oui"] * 3, ["oui"] * 4, ["oui"] * 5])
    assert few != four != five != few
    page = f"{room.url} "
    shown = [next(one for one in seen if f"{one[0]} " == page) for seen in (few, four, five)]
    assert len({one[-1] for one in shown}) == 3


def told(room: Room, said: Sequence[Sequence[str]]) -> list[list[tuple[Any, ...]]]:
    """What is seen, were that said."""
    site = Site(room.runtime)
    found = []
    for votes in said:
        replace_votes(room, votes)
        found.append(list(seen(room, site)))
    return found


def seen(room: Room, site: Site) -> Iterator[tuple[Any, ...]]:
    """While the screens show the criterion, and what would be kept by closing now."""
    urls = addresses(site, room.key, room.team.centre_id)
    for person in (room.team.coordinator, room.people[-1]):
        yield from opened(site, person, [url for url in urls if DURING.match(url)])
    yield "report", document_of(room.runtime, room.key)
    with room.runtime.sessions.writing() as session:  # not committed
        keep_spreads(session, session.get_one(Assessment, room.key))
        yield "kept", sorted(repr(tuple(row)) for row in session.execute(select(*SpreadRow.__table__.c)))


def replace_votes(room: Room, votes: Sequence[str]) -> None:
    """Of the criterion, to which the screens go."""
    with room.runtime.sessions.writing() as session:
        row = room.row(session)
        row.current_criterion, row.current_since = CRITERION, room.runtime.clock.now()
        session.execute(delete(BlindRating).where(BlindRating.criterion == CRITERION))
        session.execute(insert(BlindRating), list(_rows(session, room, votes)))
        session.commit()


def _rows(session: Session, room: Room, votes: Sequence[str]) -> Iterator[dict[str, Any]]:
    sheet = session.scalars(select(Sheet.id).where(Sheet.assessment_id == room.key)).one()
    people = session.scalars(select(Participant.id).order_by(Participant.id)).all()
    for person, one in zip(people, votes, strict=False):
        kind = one if one in ("na", "unknown") else "level"
        yield {
            "participant_id": person,
            "sheet_id": sheet,
            "criterion": CRITERION,
            "round": 1,
            "kind": kind,
            "level": one if kind == "level" else None,
            "reason": SECRET if kind == "na" else "",
            "updated_at": room.runtime.clock.now(),
        }
