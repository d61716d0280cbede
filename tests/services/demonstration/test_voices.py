"""What the people of a fictional team rate alone: around the team's answer, the same for the same numbers."""

from __future__ import annotations

from collections import Counter

import pytest

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import EditionContent, edition_of
from aqss.domain.definitions.grids import EVERYBODY
from aqss.domain.divergence import Verdict, is_opened_to_all, spread_of, votes_of
from aqss.domain.scoring import Answer, NotApplicable, Rated, Unknown
from aqss.services.demonstration.ratings import rate_sheet
from aqss.services.demonstration.region import plan_centre
from aqss.services.demonstration.voices import rate_alone

PROFESSIONS = [person.professions for person in plan_centre(0).team]
FLAGS = plan_centre(0).flags


@pytest.fixture(scope="module")
def content(catalogue: Catalogue) -> EditionContent:
    return edition_of(catalogue, "hygiene-mains")


def agreed_on(content: EditionContent) -> dict[str, Answer]:
    ratings = rate_sheet(content, FLAGS, centre=0, year=1, share=1)
    return {rating.criterion: rating.answer for rating in ratings}


def voices(content: EditionContent, agreed: dict[str, Answer], centre: int = 0) -> list[dict[str, Answer]]:
    alone = rate_alone(content, FLAGS, PROFESSIONS, agreed, centre=centre, year=1)
    return [{rating.criterion: rating.answer for rating in ratings} for ratings in alone]


def test_the_same_numbers_give_the_same_voices(content: EditionContent) -> None:
    agreed = agreed_on(content)
    assert voices(content, agreed) == voices(content, agreed)


def test_teams_agree_are_split_and_do_not_know(content: EditionContent) -> None:
    agreed = agreed_on(content)
    verdicts = Counter(
        spread_of(
            content.scale_of(content.criteria_by_code[code]),
            votes_of(one.get(code) for one in voices(content, agreed, centre)),
        ).verdict
        for centre in range(12)
        for code in agreed
    )
    assert set(verdicts) == set(Verdict)


def test_each_answers_what_their_profession_is_asked_and_all_what_few_would_be(
    content: EditionContent,
) -> None:
    asked = next(
        one
        for one in content.grid.criteria
        if one.applies(FLAGS)
        and {"accueil", EVERYBODY}.isdisjoint(one.respondents or content.grid.respondents)
        and not is_opened_to_all(content.grid, one, PROFESSIONS)
    )
    reception = PROFESSIONS.index(("accueil",))
    answer = {asked.criterion: Rated(content.scale_of(asked).levels[0].level)}
    many = voices(content, answer)
    assert many[reception] == {}
    alone = rate_alone(content, FLAGS, [("accueil",), ("medecin",)], answer, centre=0, year=1)
    assert [len(ratings) for ratings in alone] == [1, 1]


def test_a_team_to_which_a_criterion_does_not_apply_says_so_with_one_voice(content: EditionContent) -> None:
    code = next(iter(agreed_on(content)))
    found = voices(content, {code: NotApplicable("Pas chez nous.")})
    assert {one[code] for one in found if code in one} == {NotApplicable("Pas chez nous.")}


def test_where_the_team_does_not_know_nobody_does(content: EditionContent) -> None:
    code = next(iter(agreed_on(content)))
    assert {one[code] for one in voices(content, {code: Unknown()}) if code in one} == {Unknown()}


def test_what_does_not_apply_to_the_centre_is_left_blank(content: EditionContent) -> None:
    everything = {code: Unknown() for code in content.criteria_by_code}
    alone = rate_alone(content, (), PROFESSIONS, everything, centre=0, year=1)
    asked = {code for code, one in content.criteria_by_code.items() if one.applies(())}
    assert {rating.criterion for ratings in alone for rating in ratings} == asked
