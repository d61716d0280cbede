"""What fictional centres assess, when, and what their titles say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aqss.services.demonstration.campaigns import Campaign, plan_campaigns

MONDAY = date(2026, 11, 16)
MONDAYS = [MONDAY + timedelta(weeks=weeks) for weeks in range(-30, 90, 7)]


def untitled(campaign: Campaign, weeks: int = 0) -> Campaign:
    """The same so many weeks later, whatever its title."""
    span = timedelta(weeks=weeks)
    started, entered = campaign.started_on + span, campaign.entered_on + span
    return replace(campaign, title="", started_on=started, entered_on=entered)


@pytest.mark.parametrize("centre", [0, 4])
def test_another_week_gives_the_same_assessments_that_many_weeks_later(centre: int) -> None:
    planned = plan_campaigns(centre, 2, MONDAY)
    later = plan_campaigns(centre, 2, MONDAY + timedelta(weeks=20))
    assert [untitled(one) for one in later] == [untitled(one, weeks=20) for one in planned]


@pytest.mark.parametrize("today", MONDAYS)
def test_a_title_names_the_year_in_which_its_assessment_started(today: date) -> None:
    for centre in range(20):
        for campaign in plan_campaigns(centre, 2, today):
            assert campaign.title.endswith(f" {campaign.started_on.year}")


@pytest.mark.parametrize(
    ("today", "title"),
    [
        (date(2026, 11, 16), "Parcours du patient, automne 2026"),
        (date(2026, 12, 21), "Parcours du patient, hiver 2026"),
        (date(2027, 2, 15), "Parcours du patient, hiver 2027"),
        (date(2027, 3, 15), "Parcours du patient, printemps 2027"),
        (date(2027, 6, 14), "Parcours du patient, printemps 2027"),
        (date(2027, 6, 21), "Parcours du patient, été 2027"),
        (date(2027, 9, 20), "Parcours du patient, automne 2027"),
    ],
)
def test_the_running_one_of_the_first_centre_names_its_season(today: date, title: str) -> None:
    running = [one for one in plan_campaigns(0, 2, today) if one.state == "cotation"]
    assert [one.title for one in running] == [title]


def test_the_first_centre_has_just_rated_alone_what_it_will_agree_on() -> None:
    ahead = [one for one in plan_campaigns(0, 2, MONDAY) if one.state == "accord"]
    assert [(one.is_blind, one.title) for one in ahead] == [(True, "Prévention des infections, automne 2026")]


def test_people_rate_alone_in_some_assessments_of_either_state_and_together_in_most() -> None:
    planned = [one for centre in range(20) for one in plan_campaigns(centre, 2, MONDAY)]
    alone = [one for one in planned if one.is_blind]
    assert {one.state for one in alone} == {"close", "accord", "cotation"}
    assert 0 < len(alone) < len(planned) / 10


@pytest.mark.parametrize("today", MONDAYS)
def test_what_is_not_closed_started_in_the_last_seven_weeks(today: date) -> None:
    for centre in range(20):
        for campaign in plan_campaigns(centre, 2, today):
            assert campaign.entered_on < today
            if not campaign.is_closed:
                assert timedelta(days=14) <= today - campaign.started_on < timedelta(weeks=7)
