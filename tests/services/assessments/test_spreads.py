"""What may be told of blind ratings, and what remains of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.divergence import Verdict
from aqss.domain.errors import InvalidInput
from aqss.domain.texts import clean_text
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import BlindRating, Spread
from aqss.services.assessments.spreads import (
    NOTHING,
    RoundSpread,
    keep_spreads,
    quotes,
    read_spreads,
    with_quote,
)
from tests.services.assessments.scene import NOW, Scene, statements
from tests.services.assessments.voices import (
    a_blind_assessment,
    a_second_round,
    a_sitting,
    say,
    sheet_of,
)


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return a_blind_assessment(session, scene, 6)


def read(session: Session, assessment: Assessment, criterion: str) -> RoundSpread:
    key = sheet_of(session, assessment, criterion), criterion
    return read_spreads(session, assessment, (key,))[key][1]


def test_nothing_is_read_before_the_spread_is_revealed(session: Session, assessment: Assessment) -> None:
    say(session, assessment, "CO-1", "oui", "oui", "oui", "oui")
    assessment.revealed_at = None
    assert read_spreads(session, assessment) == {}


def test_from_four_voices_on_the_spread_is_shown_with_its_reasons(
    session: Session, assessment: Assessment
) -> None:
    say(session, assessment, "CO-1", "oui", "non", "oui", "partiel", ("na", "Sans objet"), ("unknown", ""))
    found = read(session, assessment, "CO-1")
    assert found.spread.shown is not None
    assert found.spread.shown.counts == (("oui", 2), ("partiel", 1), ("non", 1))
    assert (found.spread.shown.unknown, found.spread.shown.not_applicable) == (1, 1)
    assert found.reasons == ("Sans objet",)


def test_reasons_are_told_in_an_order_that_tells_nothing(session: Session, assessment: Assessment) -> None:
    voices = ("oui", "non", "oui", "partiel")
    for criterion, reasons in (("CO-1", ("Zone close", "Aucun patient")), ("CO-2", ("Aucun", "Zone"))):
        say(session, assessment, criterion, *voices, *(("na", reason) for reason in reasons))
        assert read(session, assessment, criterion).reasons == tuple(sorted(reasons))


@pytest.mark.parametrize(
    "said",
    [
        ("oui", "partiel", "non", ("na", "Un motif"), ("unknown", "")),
        ("oui", ("unknown", ""), ("unknown", "")),
        (("na", "Un motif"),),
        ("blank",),
        (),
    ],
)
def test_under_four_voices_every_criterion_to_discuss_is_told_alike(
    session: Session, assessment: Assessment, said: tuple[object, ...]
) -> None:
    voices = [("blank", "") if one == "blank" else one for one in said]
    say(session, assessment, "CO-1", *voices)  # type: ignore[arg-type]
    assert read(session, assessment, "CO-1") == NOTHING


def test_comments_are_sorted_by_their_text_a_quote_for_each_time_somebody_wrote(
    session: Session, assessment: Assessment
) -> None:
    comments = {0: with_quote("Zut.", "Aussi le mardi."), 1: "Bien.\n\nMême le soir.", 2: "À voir."}
    say(session, assessment, "CO-1", "oui", "oui", "oui", comments=comments)
    assert read(session, assessment, "CO-1").comments == (
        "Aussi le mardi.",
        "Bien.\n\nMême le soir.",
        "Zut.",
        "À voir.",
    )


def test_nothing_that_is_typed_parts_a_comment_in_two() -> None:
    assert quotes(with_quote(with_quote("", "Un\n\n"), "Deux")) == ("Un", "Deux")
    with pytest.raises(InvalidInput):
        clean_text("comment", with_quote("Un", "Deux"), 100)


def test_answers_in_words_are_shown_from_four_people_on(session: Session, assessment: Assessment) -> None:
    words = [("text", word) for word in ("d", "a", "c", "b")]
    say(session, assessment, "ME-3", *words[:3])
    assert read(session, assessment, "ME-3") == NOTHING
    session.execute(delete(BlindRating))
    say(session, assessment, "ME-3", *words)
    assert read(session, assessment, "ME-3").words == ("a", "b", "c", "d")


def test_every_criterion_of_every_grid_is_there_answered_or_not(
    session: Session, assessment: Assessment
) -> None:
    found = read_spreads(session, assessment)
    assert [code for _, code in found] == [
        *("CO-1", "CO-2", "CO-3", "CO-4", "CO-5"),
        *("HY-1", "HY-2", "HY-3", "HY-4"),
        *("ME-1", "ME-2", "ME-3"),
    ]
    assert set(found[sheet_of(session, assessment, "CO-1"), "CO-1"]) == {1}


def test_a_second_round_is_shown_once_closed_and_only_if_somebody_took_part(
    session: Session, assessment: Assessment
) -> None:
    sitting = a_sitting(session, assessment)
    say(session, assessment, "CO-1", "oui", "oui", "oui", "oui", round=2)
    say(session, assessment, "CO-2", "oui", "oui", "oui", "oui", round=2)
    a_second_round(session, assessment, "CO-1", sitting)
    a_second_round(session, assessment, "CO-2", sitting, is_closed=False)
    a_second_round(session, assessment, "CO-3", sitting)
    found = read_spreads(session, assessment)
    rounds = {code: set(rounds) for (_, code), rounds in found.items()}
    assert (rounds["CO-1"], rounds["CO-2"], rounds["CO-3"]) == ({1, 2}, {1}, {1})


def test_words_of_a_second_round_without_a_vote_join_the_first_once_it_is_closed(
    session: Session, assessment: Assessment
) -> None:
    sitting = a_sitting(session, assessment)
    for criterion, is_closed in (("CO-1", True), ("CO-2", False)):
        say(session, assessment, criterion, "oui", "oui", "oui", "oui", comments={0: "Zut."})
        say(session, assessment, criterion, ("blank", ""), round=2, comments={0: "Après."})
        a_second_round(session, assessment, criterion, sitting, is_closed=is_closed)
    found = {code: rounds for (_, code), rounds in read_spreads(session, assessment).items()}
    assert (set(found["CO-1"]), set(found["CO-2"])) == ({1}, {1})
    assert (found["CO-1"][1].comments, found["CO-2"][1].comments) == (("Après.", "Zut."), ("Zut.",))
    assert found["CO-1"][1].spread == found["CO-2"][1].spread
    before = read_spreads(session, assessment)
    keep_spreads(session, assessment)
    session.execute(delete(BlindRating))
    assert read_spreads(session, assessment) == before


def test_what_is_kept_reads_as_it_did_with_names(session: Session, assessment: Assessment) -> None:
    sitting = a_sitting(session, assessment)
    say(session, assessment, "CO-1", "oui", "non", "oui", "partiel", ("na", "Motif"), comments={0: "Un mot."})
    say(session, assessment, "CO-2", "oui", "oui", ("na", "Motif secret"))
    say(session, assessment, "ME-1", Decimal(5), Decimal("7.5"), Decimal("7.5"), Decimal(9))
    say(session, assessment, "ME-3", *[("text", word) for word in "dabc"])
    say(session, assessment, "CO-1", "oui", "oui", "oui", "oui", round=2)
    a_second_round(session, assessment, "CO-1", sitting)
    before = read_spreads(session, assessment)
    keep_spreads(session, assessment)
    session.execute(delete(BlindRating))
    assert read_spreads(session, assessment) == before


def test_under_four_voices_nothing_but_the_verdict_is_kept(session: Session, assessment: Assessment) -> None:
    say(session, assessment, "CO-1", "oui", "oui", "oui")
    say(session, assessment, "CO-2", ("na", "Motif secret"), ("unknown", ""))
    keep_spreads(session, assessment)
    rows = {row.criterion: row for row in session.scalars(select(Spread))}
    assert len(rows) == 12
    assert (rows["CO-1"].verdict, rows["CO-1"].votes) == (Verdict.DISCUSS, None)
    assert (rows["CO-2"].verdict, rows["CO-2"].votes) == (rows["CO-3"].verdict, rows["CO-3"].votes)


def test_keeping_again_adds_the_comments_written_since(session: Session, assessment: Assessment) -> None:
    say(session, assessment, "CO-1", "oui", "oui", "oui", "oui", comments={0: "Avant."})
    keep_spreads(session, assessment)
    session.execute(delete(BlindRating))
    say(session, assessment, "CO-1", ("blank", ""), comments={0: "Après."})
    keep_spreads(session, assessment)
    session.execute(delete(BlindRating))
    found = read(session, assessment, "CO-1")
    assert found.comments == ("Après.", "Avant.")
    assert found.spread.agreed_on == "oui"


def test_nothing_tells_the_order_in_which_people_answered(session: Session, assessment: Assessment) -> None:
    say(session, assessment, "CO-1", "oui", "non", "oui", "oui", comments={0: "b", 1: "a"})
    first = read(session, assessment, "CO-1")
    session.execute(delete(BlindRating))
    later = NOW + timedelta(hours=3)
    say(session, assessment, "CO-1", "oui", "oui", "oui", "non", comments={0: "a", 3: "b"}, at=later)
    assert read(session, assessment, "CO-1") == first


def test_reading_takes_five_queries_however_many_answered(session: Session, assessment: Assessment) -> None:
    read_spreads(session, assessment)
    for criterion in ("CO-1", "CO-2", "CO-3", "HY-1"):
        say(session, assessment, criterion, "oui", "oui", "oui", "oui", "non", "non")
    session.expire_all()
    assert assessment.revealed_at
    with statements(session) as seen:
        read_spreads(session, assessment)
    assert len(seen) <= 5


def test_a_comment_of_spaces_is_no_quote() -> None:
    assert quotes("  \r\n\r\n ") == ()
