"""``/healthz``: what a supervisor reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from aqss.bootstrap import Runtime
from aqss.persistence.jobs import Lease
from tests.clock import FakeClock
from tests.page import Site


def answer_of(site: Site) -> tuple[int, dict[str, str]]:
    answer = site.client.get("/healthz")
    return answer.status_code, answer.json


def test_a_site_just_started_is_in_order_before_the_first_pass_of_the_jobs(
    site: Site, clock: FakeClock
) -> None:
    assert answer_of(site) == (200, {"status": "ok", "database": "ok", "jobs": "ok"})
    clock.advance(seconds=60)
    assert answer_of(site) == (200, {"status": "ok", "database": "ok", "jobs": "late"})


@pytest.mark.parametrize(("age", "jobs"), [(179, "ok"), (180, "late")])
def test_the_last_pass_of_the_jobs_is_late_after_three_minutes(
    site: Site, runtime: Runtime, clock: FakeClock, age: int, jobs: str
) -> None:
    now = clock.advance(hours=1)
    with runtime.sessions.writing() as session:
        passed = now - timedelta(seconds=age)
        session.add(Lease(job="old", until=now, passed_at=passed - timedelta(hours=1)))
        session.add(Lease(job="mail", until=now, passed_at=passed))
        session.add(Lease(job="new", until=now, passed_at=None))
        session.commit()
    assert answer_of(site)[1]["jobs"] == jobs


def test_a_database_that_has_gone_is_not_in_order(site: Site, runtime: Runtime) -> None:
    runtime.sessions.dispose()
    runtime.sessions.path.rename(runtime.sessions.path.with_suffix(".away"))
    assert answer_of(site) == (503, {"status": "error", "database": "error", "jobs": "late"})


def test_a_database_at_another_revision_is_not_in_order(site: Site, runtime: Runtime) -> None:
    with runtime.sessions.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'autre'"))
        session.commit()
    assert answer_of(site)[0] == 503
