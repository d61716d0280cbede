"""A grid whose file changes while it is being rated: what was begun keeps its criteria and its scores."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.config import ROOT
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.gateways.files import read_definitions
from aqss.persistence.assessments import Score, Sheet
from aqss.services.editions import publish
from tests.campaign.conftest import CODES, Desk
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.page import Site
from tests.score_rows import check_scores
from tests.web.assessments.scene import GRID, grid_url, make_assessment, rate, save

FILE = str(ROOT / "grids" / "risques-generaux" / f"{GRID}.yaml")
SCALES = str(ROOT / "grids" / "scales.yaml")
MODULE = str(ROOT / "grids" / "risques-generaux" / "module.yaml")
LEVELS = ("oui", "partiel", "non")


@pytest.mark.campaign("F20")
def test_a_grid_that_changes_keeps_the_criteria_and_the_scores_of_what_was_begun(
    desk: Desk, tried: Tried
) -> None:
    draw, runtime = random.Random(20), desk.runtime
    for number in range(cases("F20")):
        key = make_assessment(runtime, desk.team)
        codes = [code for code in CODES if code in codes_of(runtime.catalogue)]
        rated = {code: draw.choice(LEVELS) for code in draw.sample(codes, draw.randint(1, len(codes)))}
        rate(runtime, desk.team.member, key, rated)
        before = standing(runtime, key)
        runtime = with_changed_grid(runtime, draw, version=number + 2)
        assert standing(runtime, key) == before
        site = Site(runtime)
        site.sign_in(desk.team.member)
        assert [code for code in codes if f"{code}-value" not in site.get(grid_url(key)).html] == []
        for code in codes:
            assert save(site, key, code, "oui", version=int(code in rated))[0] == 200
        with runtime.sessions.reading() as session:
            assert check_scores(session, key) == ()
        assert editions(runtime, make_assessment(runtime, desk.team)) != editions(runtime, key)
        tried()


def codes_of(catalogue: Catalogue) -> list[str]:
    return [criterion.criterion for criterion in catalogue.grids[GRID].criteria]


def standing(runtime: Runtime, key: int) -> list[object]:
    """The edition of each sheet, and every score."""
    query = (
        select(*Score.__table__.c)
        .where(Score.assessment_id == key)
        .order_by(Score.module, Score.grid, Score.section)
    )
    with runtime.sessions.reading() as session:
        return [*editions(runtime, key), *session.execute(query).all()]


def editions(runtime: Runtime, key: int) -> list[int]:
    with runtime.sessions.reading() as session:
        return list(session.scalars(select(Sheet.edition_id).where(Sheet.assessment_id == key)))


def with_changed_grid(runtime: Runtime, draw: random.Random, *, version: int) -> Runtime:
    """The same instance, started again on other definitions."""
    files = dict(read_definitions(ROOT / "grids", ROOT / "workflows"))
    grid, scales, module = (yaml.safe_load(bytes(files[path])) for path in (FILE, SCALES, MODULE))
    for change in draw.sample([drop, weigh, reword, make_essential], draw.randint(1, 4)):
        change(grid, draw)
    if draw.random() < 0.5:
        scales["scales"][0]["levels"][1]["value"] = draw.randint(1, 9) / 10
    if draw.random() < 0.5:
        module["bands"][-1]["from"] = draw.randint(60, 99)
    grid["version"] = version
    for path, content in ((FILE, grid), (SCALES, scales), (MODULE, module)):
        files[path] = yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
    catalogue = load_catalogue(files)
    assert isinstance(catalogue, Catalogue), catalogue
    with runtime.sessions.writing() as session:
        publish(session, catalogue, runtime.clock.now())
        session.commit()
    return replace(runtime, catalogue=catalogue)


def any_criterion(grid: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    return draw.choice([one for section in grid["sections"] for one in section["criteria"]])


def drop(grid: dict[str, Any], draw: random.Random) -> None:
    section = draw.choice([section for section in grid["sections"] if len(section["criteria"]) > 1])
    section["criteria"].pop(draw.randrange(len(section["criteria"])))


def weigh(grid: dict[str, Any], draw: random.Random) -> None:
    any_criterion(grid, draw)["weight"] = draw.randint(2, 9)


def reword(grid: dict[str, Any], draw: random.Random) -> None:
    any_criterion(grid, draw)["statement"] = f"Un autre énoncé, le {draw.randrange(1000)}."


def make_essential(grid: dict[str, Any], draw: random.Random) -> None:
    any_criterion(grid, draw)["essential"] = True
