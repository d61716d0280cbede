"""``aqss demo``: what it loads, says and refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from aqss.commands.demonstrating import demonstrate
from aqss.persistence.assessments import Assessment
from tests.commands.instance import Instance, an_instance


@pytest.fixture
def instance(tmp_path) -> Instance:
    made = an_instance(tmp_path)
    assert made.aqss("migrate").returncode == 0
    return made


def test_an_empty_database_receives_the_region_and_it_is_said_who_can_sign_in(instance):
    done = instance.aqss("demo", "--centres", "2", "--years", "1")
    assert done.returncode == 0
    assert "2 centres" in done.stdout
    assert "administration@trois-rives.example" in done.stdout
    assert "demonstration-aqss" in done.stdout


def test_a_database_that_holds_centres_is_left_alone(instance):
    instance.aqss("demo", "--centres", "1", "--years", "1")
    again = instance.aqss("demo")
    assert (again.returncode, again.stderr) == (1, "")
    assert "n’a pas été chargée" in again.stdout


def test_who_can_sign_in_is_said_again_when_the_demonstration_is_already_there(instance):
    instance.aqss("demo", "--centres", "1", "--years", "1")
    kept = instance.aqss("demo", "--if-empty")
    assert kept.returncode == 0
    assert "administration@trois-rives.example" in kept.stdout


@pytest.mark.parametrize(
    ("now", "started"),
    [
        (datetime(2027, 6, 20, 21, 59, tzinfo=UTC), date(2027, 5, 31)),
        (datetime(2027, 6, 20, 22, 0, tzinfo=UTC), date(2027, 6, 7)),
    ],
)
def test_dates_follow_the_week_of_loading_which_begins_on_monday_in_paris(runtime, clock, now, started):
    clock.advance(seconds=(now - clock.now()).total_seconds())
    assert demonstrate(runtime, centres=1, years=1) == 0
    with runtime.sessions.reading() as session:
        running = select(Assessment.started_on).where(Assessment.state == "cotation")
        assert session.scalars(running).all() == [started]


def test_a_database_somebody_else_is_writing_in_is_told_in_one_line(instance):
    sessions = instance.sessions()
    with sessions.write_engine.begin():
        done = instance.aqss("demo", "--centres", "1", "--years", "1")
    sessions.dispose()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "occupée" in done.stderr
