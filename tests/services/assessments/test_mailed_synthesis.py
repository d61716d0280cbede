"""What the mail of a closing tells: scores, strong and weak points, what is left to take up."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.grids import Criterion
from aqss.gateways.french import NBSP
from aqss.persistence.assessments import Assessment
from aqss.persistence.mails import Mail
from aqss.services.assessments.mailed_synthesis import (
    MOST_LISTED,
    MailedModule,
    MailedPoint,
    MailedSynthesis,
    read_mailed_synthesis,
)
from aqss.services.assessments.reopening import reopen_assessment
from aqss.services.editions import load_workflow
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    an_edition,
    an_open_assessment,
    close,
    publish,
    rate,
)
from tests.services.assessments.voices import (
    a_blind_assessment,
    a_second_round,
    a_sitting,
    agree,
    say,
    validate,
)


def told(session: Session, assessment: Assessment) -> MailedSynthesis:
    workflow = load_workflow(session, assessment.workflow_edition_id)
    return read_mailed_synthesis(session, assessment, workflow)


def mails(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == "results-available").order_by(Mail.id)))


def codes(found: list[Criterion]) -> list[str]:
    return [one.criterion for one in found]


def test_scores_strengths_weak_points_and_essentials_are_those_of_the_results(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    for criterion, level in (("CO-1", "partiel"), ("CO-2", "oui"), ("CO-3", "oui"), ("HY-1", "oui")):
        rate(session, scene.member, assessment, criterion, level)
    rate(session, scene.member, assessment, "CO-5", "a")
    found = told(session, assessment)
    assert found.rank == 1
    assert found.modules == [
        MailedModule("Soins", Fraction(100 * 11, 12), "Maîtrisé", True),
        MailedModule("Outils", None, None, True),
    ]
    assert found.strengths == [MailedPoint("Grille coordination", "Concertation", Fraction(100))]
    assert found.weak_points == [MailedPoint("Grille coordination", "Fonction", Fraction(75))]
    assert (codes(list(found.essential_failed.shown)), found.essential_failed.more) == (["CO-1"], 0)
    assert found.in_dissent.shown == []


def test_what_stays_in_disagreement_is_told(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene)
    agree(session, blind, "CO-3", "oui", has_dissent=True)
    assert codes(list(told(session, blind).in_dissent.shown)) == ["CO-3"]


def test_an_essential_criterion_that_nobody_rates_is_told(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene)
    agree(session, blind, "CO-1", ("unknown", ""))
    found = told(session, blind)
    assert (codes(list(found.essential_open.shown)), found.essential_open.more) == (
        ["CO-1", "CO-5", "HY-1"],
        0,
    )
    assert not found.essential_failed.shown
    validate(session, scene, blind)
    assert (
        "IMPÉRATIFS SANS COTATION\nSans réponse, ou personne ne sait.\n- CO-1" in mails(session)[0].body_text
    )
    assert "Impératifs sans cotation" in mails(session)[0].body_html


def test_a_blind_assessment_says_how_many_criteria_the_team_agreed_on(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene, 1)
    assert (told(session, blind).agreed, told(session, blind).at_once) == (0, 0)
    agree(session, blind, "CO-1", "oui")
    validate(session, scene, blind)
    for body in (mails(session)[-1].body_text, mails(session)[-1].body_html):
        assert "L’équipe s’est accordée sur 1 critère." in body


def test_those_agreed_at_once_are_counted_apart(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene)
    agree(session, blind, "CO-1", "oui")
    agree(session, blind, "CO-2", "oui", is_ratified=True)
    agree(session, blind, "CO-3", "non", is_ratified=True)
    a_second_round(session, blind, "CO-5", a_sitting(session, blind))
    say(session, blind, "CO-5", *["a"] * 4, round=2)
    agree(session, blind, "CO-5", "a", is_ratified=True)
    found = told(session, blind)
    assert (found.agreed, found.at_once) == (4, 2)
    validate(session, scene, blind)
    line = "L’équipe s’est accordée sur 4 critères, dont 2 d’emblée."
    assert line in mails(session)[0].body_text
    assert line in mails(session)[0].body_html


def test_a_long_list_says_how_many_more_there_are(session: Session, scene: Scene) -> None:
    criteria = [{"criterion": f"LO-{n}", "essential": True} for n in range(MOST_LISTED + 3)]
    publish(session, an_edition("longue", {"une": criteria}))
    assessment = an_open_assessment(session, scene, "longue")
    for criterion in criteria:
        rate(session, scene.member, assessment, str(criterion["criterion"]), "non", grid="longue")
    found = told(session, assessment).essential_failed
    assert (len(found.shown), found.more) == (MOST_LISTED, 3)


def test_closing_sends_the_synthesis_to_each_person_of_the_team_in_words(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "partiel")
    close(session, scene, assessment)
    found = mails(session)
    assert len({mail.user_id for mail in found}) == len(found) == 4
    for body in (found[0].body_text, found[0].body_html):
        for words in ("Campagne 2026", "Centre des Lilas", "50,0", "À consolider", "CO-1", "Énoncé CO-1."):
            assert words in body
        assert LINKS.synthesis(assessment.id) in body
        assert "désaccord" not in body
        assert "accordée" not in body
    assert found[0].subject == f"Synthèse{NBSP}: Campagne 2026"
    assert found[0].expires_at is None


def test_each_person_is_told_once_of_each_closing(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene, 1)
    agree(session, blind, "CO-1", "oui", has_dissent=True)
    validate(session, scene, blind)
    first = mails(session)
    assert len(first) == 5  # the team of four, and the participant
    reopen_assessment(
        session,
        scene.manager,
        assessment_id=blind.id,
        reason="Une erreur.",
        expected_version=blind.version,
        now=NOW,
    )
    validate(session, scene, blind, NOW + timedelta(days=1))
    again = mails(session)[len(first) :]
    assert {mail.user_id for mail in again} == {mail.user_id for mail in first}
    assert {mail.slot for mail in again} == {f"assessment-{blind.id}-closing-2"}
    assert "est de nouveau close, après avoir été rouverte" in again[0].body_text
    assert "SUR 1 CRITÈRE, QUELQU’UN RESTE EN DÉSACCORD" in again[0].body_text
