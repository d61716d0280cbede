"""The synthesis: what the team answers to each criterion, and by how many voices, to the last figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.synthesis import (
    Support,
    SynthesisLine,
    Voices,
    count_agreed,
    list_in_dissent,
    read_agreements,
    read_synthesis,
)
from tests.services.assessments.scene import (
    DENTAL,
    Scene,
    an_assessment,
    an_open_assessment,
    publish,
    rate,
    statements,
)
from tests.services.assessments.voices import (
    REVEALED,
    a_blind_assessment,
    a_second_round,
    a_sitting,
    agree,
    say,
    validate,
)


@pytest.fixture
def blind(session: Session, scene: Scene) -> Assessment:
    return a_blind_assessment(session, scene, 9)


def lines(session: Session, scene: Scene, assessment: Assessment) -> dict[str, SynthesisLine]:
    found = read_synthesis(session, scene.member, assessment.id)
    return {line.criterion.criterion: line for line in found.lines}


def support(session: Session, scene: Scene, assessment: Assessment, criterion: str) -> Support | None:
    agreement = lines(session, scene, assessment)[criterion].agreement
    assert agreement is not None
    return agreement.support


def test_each_answer_of_the_team_says_by_how_many_voices(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", *["partiel"] * 5, *["oui"] * 3, "non")
    agree(session, blind, "CO-1", "partiel", reason="Vu ensemble.", note="À suivre.", has_dissent=True)
    line = lines(session, scene, blind)["CO-1"]
    assert line.agreement is not None
    assert line.agreement.support == Support(1, Voices(5, 9))
    assert (line.agreement.reason, line.agreement.note) == ("Vu ensemble.", "À suivre.")
    assert (line.agreement.has_dissent, line.agreement.is_ratified) == (True, False)
    assert (line.answer.level, line.is_agreed, line.agreement.decided_at) == ("partiel", True, REVEALED)


def test_the_figures_are_the_same_once_names_are_cut(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", *["partiel"] * 5, *["oui"] * 3, ("unknown", ""))
    say(session, blind, "ME-1", *[Decimal("12.50")] * 4, Decimal("12.5"), Decimal(3))
    agree(session, blind, "CO-1", "oui")
    agree(session, blind, "ME-1", Decimal("12.5"))
    before = lines(session, scene, blind)
    validate(session, scene, blind)
    assert lines(session, scene, blind) == before
    assert support(session, scene, blind, "CO-1") == Support(1, Voices(3, 8, unknown=1))
    assert support(session, scene, blind, "ME-1") == Support(1, Voices(5, 6))


def test_an_answer_that_nobody_had_given_has_no_voice(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", *["oui"] * 2, *["non"] * 2)
    agree(session, blind, "CO-1", "partiel")
    assert support(session, scene, blind, "CO-1") == Support(1, Voices(0, 4))


@pytest.mark.parametrize(
    ("answer", "same"), [(("na", "Fait ailleurs."), 2), (("unknown", ""), 1)], ids=["na", "unknown"]
)
def test_what_is_no_voice_is_counted_beside_them(
    session: Session, scene: Scene, blind: Assessment, answer: tuple[str, str], same: int
) -> None:
    say(session, blind, "CO-1", *["oui"] * 5, ("na", "Ici."), ("na", "Là."), ("unknown", ""))
    agree(session, blind, "CO-1", answer)
    assert support(session, scene, blind, "CO-1") == Support(1, Voices(same, 5, unknown=1, not_applicable=2))


def test_the_second_round_is_the_one_told(session: Session, scene: Scene, blind: Assessment) -> None:
    sitting = a_sitting(session, blind)
    a_second_round(session, blind, "CO-1", sitting)
    say(session, blind, "CO-1", *["oui"] * 5, *["non"] * 4)
    say(session, blind, "CO-1", *["oui"] * 1, *["non"] * 5, round=2)
    agree(session, blind, "CO-1", "non")
    assert support(session, scene, blind, "CO-1") == Support(2, Voices(5, 6))


def test_only_what_is_ratified_on_the_first_round_is_at_once(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    sitting = a_sitting(session, blind)
    for criterion in ("CO-1", "CO-2", "CO-3"):
        say(session, blind, criterion, *["oui"] * 5)
        agree(session, blind, criterion, "oui", is_ratified=criterion != "CO-3")
    a_second_round(session, blind, "CO-2", sitting)
    say(session, blind, "CO-2", *["oui"] * 4, round=2)
    found = lines(session, scene, blind)
    told = [one.is_at_once for one in (found[code].agreement for code in ("CO-1", "CO-2", "CO-3")) if one]
    assert told == [True, False, False]
    assert count_agreed(session, blind) == (3, 1)


@pytest.mark.parametrize("said", [["oui"] * 3, ["oui", "non"], [], [("unknown", "")] * 9])
def test_under_four_voices_no_figure_is_there_whatever_was_said(
    session: Session, scene: Scene, blind: Assessment, said: list[str]
) -> None:
    say(session, blind, "CO-1", *said)
    agree(session, blind, "CO-1", "oui")
    assert support(session, scene, blind, "CO-1") == Support(1, None)
    validate(session, scene, blind)
    assert support(session, scene, blind, "CO-1") == Support(1, None)


def test_words_have_no_voices(session: Session, scene: Scene, blind: Assessment) -> None:
    say(session, blind, "ME-3", *[("text", f"Avis {n}.") for n in range(5)])
    agree(session, blind, "ME-3", ("text", "Un texte commun."))
    assert support(session, scene, blind, "ME-3") is None


def test_before_anybody_could_see_a_spread_no_voice_is_told(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    say(session, blind, "CO-1", *["oui"] * 9)
    agree(session, blind, "CO-1", "oui")
    blind.revealed_at = None
    assert support(session, scene, blind, "CO-1") is None


def test_while_the_session_lasts_only_what_is_settled_is_told(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    blind.state = "accord"
    say(session, blind, "CO-1", *["oui"] * 9)
    say(session, blind, "CO-3", *["oui"] * 9)
    agree(session, blind, "CO-1", "oui")
    found = lines(session, scene, blind)
    assert (found["CO-1"].is_agreed, found["CO-3"].is_agreed) == (True, False)
    assert (found["CO-3"].agreement, found["CO-3"].answer.kind) == (None, "blank")


def test_what_was_rated_together_is_told_without_voices(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "oui")
    found = read_synthesis(session, scene.colleague, assessment.id)
    first, second = found.lines[:2]
    assert (first.answer.level, first.is_agreed, first.agreement) == ("oui", True, None)
    assert (second.is_agreed, found.is_blind, found.in_dissent) == (False, False, ())
    assert read_agreements(session, assessment) == {}
    assert [grid.agreed for grid in found.grids] == [1, 0, 0]


def test_a_grid_or_a_section_that_asks_the_centre_nothing_is_left_out(session: Session, scene: Scene) -> None:
    publish(session, DENTAL)
    assessment = an_open_assessment(session, scene, "hygiene", "fauteuil")
    (grid,) = read_synthesis(session, scene.member, assessment.id).grids
    assert [part.section.section for part in grid.sections] == ["mains"]


def test_what_stays_in_disagreement_follows_the_order_of_the_sheets(
    session: Session, scene: Scene, blind: Assessment
) -> None:
    for criterion in ("HY-3", "CO-3", "CO-1", "HY-1"):
        agree(session, blind, criterion, "oui", has_dissent=criterion != "CO-3")
    codes = ["CO-1", "HY-1", "HY-3"]
    assert [criterion.criterion for criterion in list_in_dissent(session, blind)] == codes
    found = read_synthesis(session, scene.member, blind.id)
    assert [line.criterion.criterion for line in found.in_dissent] == codes


def test_the_synthesis_is_for_the_team_and_once_results_are_read(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(NotPossibleNow):
        read_synthesis(session, scene.member, assessment.id)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotFound):
            read_synthesis(session, actor, assessment.id)


def test_the_synthesis_takes_the_same_few_queries_whatever_there_is_to_read(
    session: Session, scene: Scene
) -> None:
    counts = set()
    for grids in (("hygiene",), ("coordination", "hygiene", "mesures")):
        blind = a_blind_assessment(session, scene, 5, *grids)
        for criterion in ("HY-1", "HY-3", *(("CO-1", "CO-3") if len(grids) > 1 else ())):
            say(session, blind, criterion, *["oui"] * 5)
            agree(session, blind, criterion, "oui")
        session.expunge_all()
        with statements(session) as seen:
            read_synthesis(session, scene.member, blind.id)
        counts.add(len(seen))
    assert len(counts) == 1
