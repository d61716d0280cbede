"""What a person writes of an action: made canonical, or refused with every rule it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput
from aqss.services.actions.criteria import AnsweredCriterion, Key, load_criteria
from aqss.services.actions.drafts import (
    MOST_CRITERIA,
    MOST_PEOPLE,
    TITLE_LIMIT,
    WORDS_LIMIT,
    Draft,
    check_draft,
    code_of_answer,
    draft_of,
    read_target,
)
from aqss.services.assessments.recorded import Recorded
from tests.services.actions.scene import DUE, REVIEW, TODAY, a_draft, key_of, plan
from tests.services.assessments.scene import COORDINATION, MEASURES, Scene, an_open_assessment, faults_of

TEAM = range(1, 40)


def answered(code: str, answer: Recorded | None = None) -> AnsweredCriterion:
    content = COORDINATION if code.startswith("CO") else MEASURES
    criterion = content.criteria_by_code[code]
    said = answer or Recorded()
    return AnsweredCriterion(
        7, 1, "Campagne", content.grid.grid, (), content, criterion, said, "cotation", is_read=True
    )


def check(draft: Draft, criteria: Mapping[Key, AnsweredCriterion] | None = None) -> Draft:
    return check_draft(draft, team=TEAM, criteria=criteria or {}, today=TODAY)


def faults(draft: Draft, criteria: Mapping[Key, AnsweredCriterion] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        check(draft, criteria)
    return faults_of(refusal.value)


def on(code: str, target: str, answer: Recorded | None = None) -> tuple[Draft, dict[Key, AnsweredCriterion]]:
    """A draft whose effect is expected on that criterion, answered that way."""
    key = (7, code)
    draft = Draft("Agir", criteria=[key], effect_on=key, effect_to=target, effect_measure="Oubliée")
    return draft, {key: answered(code, answer)}


def level(code: str) -> Recorded:
    return Recorded("level", level=code)


def number(value: str) -> Recorded:
    return Recorded("number", number=Decimal(value))


def test_texts_are_cleaned_and_nobody_is_named_twice() -> None:
    checked = check(
        Draft(
            "  Écrire la procédure ",
            finding=" Rien d’écrit.\r\nDeux incidents. ",
            means="\tDeux heures ",
            owner_id=3,
            contributors=[5, 3, 5, 4],
            effect_measure=" Dossiers ",
            effect_from=" 4 ",
            effect_to=" 8 ",
        )
    )
    assert (checked.title, checked.finding) == ("Écrire la procédure", "Rien d’écrit.\nDeux incidents.")
    assert (checked.means, checked.contributors) == ("Deux heures", (5, 4))
    assert (checked.effect_measure, checked.effect_from, checked.effect_to) == ("Dossiers", "4", "8")
    assert checked.kind == "corrective"


def test_a_title_is_all_that_a_draft_has_to_have() -> None:
    assert check(Draft("Agir")) == Draft("Agir")
    assert faults(Draft("")) == [("title", "required")]


def test_every_fault_is_told_at_once() -> None:
    draft = Draft(
        "a" * (TITLE_LIMIT + 1),
        kind="autre",
        finding="b" * (WORDS_LIMIT + 1),
        means="Voir 185057800608491",
        owner_id=40,
        contributors=[41],
        criticality=0,
        feasibility=5,
        impact=-1,
        criteria=[(7, "CO-9")],
        effect_measure="c\nd",
        effect_from="e" * 201,
        effect_to="f" * 201,
    )
    assert faults(draft) == [
        ("title", "too-long"),
        ("kind", "unknown-choice"),
        ("finding", "too-long"),
        ("means", "patient-identifier"),
        ("owner_id", "unknown-choice"),
        ("contributors", "unknown-choice"),
        ("criticality", "unknown-choice"),
        ("feasibility", "unknown-choice"),
        ("impact", "unknown-choice"),
        ("criteria", "unknown-choice"),
        ("effect_measure", "bad-character"),
        ("effect_from", "too-long"),
        ("effect_to", "too-long"),
    ]


def test_people_and_criteria_are_not_without_number() -> None:
    people = list(range(1, MOST_PEOPLE + 2))
    assert len(check(Draft("Agir", contributors=people[1:])).contributors) == MOST_PEOPLE
    assert faults(Draft("Agir", contributors=people)) == [("contributors", "too-many")]
    keys = {(7, f"CO-{n}"): answered("CO-1") for n in range(MOST_CRITERIA + 1)}
    assert len(check(Draft("Agir", criteria=[*keys][1:] * 2), keys).criteria) == MOST_CRITERIA
    assert faults(Draft("Agir", criteria=[*keys]), keys) == [("criteria", "too-many")]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"starts_on": date(2026, 4, 1), "due_on": date(2026, 3, 31)}, [("due_on", "before-date")]),
        ({"starts_on": date(2026, 4, 1), "due_on": date(2026, 4, 1), "review_on": date(2026, 4, 1)}, []),
        ({"due_on": date(2026, 4, 2), "review_on": date(2026, 4, 1)}, [("review_on", "before-date")]),
        ({"starts_on": date(2026, 4, 2), "review_on": date(2026, 4, 1)}, [("review_on", "before-date")]),
        ({"starts_on": date(2016, 1, 1), "review_on": date(2036, 12, 31)}, []),
        ({"starts_on": date(2015, 12, 31)}, [("starts_on", "date-outside")]),
        ({"due_on": date(2037, 1, 1), "review_on": date(2026, 4, 1)}, [("due_on", "date-outside")]),
        ({"due_on": date.max}, [("due_on", "date-outside")]),
        ({"review_on": date.min}, [("review_on", "date-outside")]),
    ],
)
def test_days_are_within_reach_and_in_their_order(
    days: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    draft = Draft("Agir", **days)
    assert (
        faults(draft) if expected else [*([] if check(draft) == draft else [("changed", "")])]
    ) == expected


def test_the_effect_on_a_criterion_starts_from_the_team_s_answer() -> None:
    checked = check(*on("CO-1", "oui", level("non")))
    assert (checked.effect_from, checked.effect_to, checked.effect_measure) == ("non", "oui", "")
    unknown = check(*on("CO-1", "partiel", Recorded("unknown")))
    assert (unknown.effect_from, unknown.effect_to) == ("", "partiel")
    to_come = check(*on("CO-1", "", level("non")))
    assert (to_come.effect_from, to_come.effect_to) == ("non", "")


def test_numbers_of_an_effect_are_written_one_way() -> None:
    checked = check(*on("ME-1", " 10,50 ", number("18.0")))
    assert (checked.effect_from, checked.effect_to) == ("18.0", "10.5")
    assert check(*on("ME-2", "1 000")).effect_to == "1000"


@pytest.mark.parametrize(
    ("code", "target", "answer", "expected"),
    [
        ("CO-1", "non", level("partiel"), "target-not-better"),
        ("CO-1", "partiel", level("partiel"), "target-not-better"),
        ("CO-1", "non", None, "target-not-better"),
        ("CO-1", "parfait", level("non"), "level-unknown"),
        ("ME-1", "beaucoup", number("18"), "number-expected"),
        ("ME-1", "101", number("18"), "number-range"),
        ("ME-1", "19", number("18"), "target-not-better"),
    ],
)
def test_a_target_is_better_than_the_start_on_its_scale(
    code: str, target: str, answer: Recorded | None, expected: str
) -> None:
    assert faults(*on(code, target, answer)) == [("effect_to", expected)]


def test_a_target_in_words_is_kept_as_a_line_fits() -> None:
    assert check(*on("ME-3", " Une liste à jour ", Recorded("text", words="Rien"))).effect_to == (
        "Une liste à jour"
    )
    assert faults(*on("ME-3", "a" * 201)) == [("effect_to", "too-long")]


def test_the_effect_is_on_a_criterion_that_the_action_answers() -> None:
    draft, criteria = on("CO-1", "oui", level("non"))
    assert faults(replace(draft, criteria=()), criteria) == [("effect_on", "unknown-choice")]
    assert faults(replace(draft, criteria=()), {}) == [("effect_on", "unknown-choice")]
    assert faults(draft, {}) == [("criteria", "unknown-choice"), ("effect_on", "unknown-choice")]


def test_no_target_is_no_effect_to_compare() -> None:
    assert read_target(answered("CO-1").scale, "non", "") is None
    expected = read_target(answered("CO-1").scale, "", "oui")
    assert expected is not None
    assert expected.start is None


def test_an_answer_is_named_by_its_level_or_its_number_alone() -> None:
    given = [level("non"), number("12.5"), Recorded("text", words="Oui"), Recorded("na"), Recorded()]
    assert [code_of_answer(answered("CO-1", one)) for one in given] == ["non", "12.5", "", "", ""]


def test_an_action_is_read_back_as_the_draft_it_was_written_from(session: Session, scene: Scene) -> None:
    from_words = a_draft(
        owner_id=scene.member.user_id, finding="Deux incidents.", kind="preventive", impact=4
    )
    assert draft_of(plan(session, scene, from_words), (), ()) == from_words
    assert (from_words.due_on, from_words.review_on) == (DUE, REVIEW)


def test_an_effect_on_a_criterion_is_read_back(session: Session, scene: Scene) -> None:
    key = key_of(session, an_open_assessment(session, scene), "CO-1")
    draft = Draft("Agir", criteria=(key,), effect_on=key, effect_to="oui")
    action = plan(session, scene, draft)
    assert load_criteria(session, scene.centre.id, [key])
    assert draft_of(action, (), (key,)) == draft
