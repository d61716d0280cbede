"""Once the spread may be seen, nothing tells who said what: not during the session, nor at any time after it.

Teams live the same assessment from one end to the other. In one of them, two people swapped all they
said; in another, what three voices or fewer said is something else. At every step, all that anybody may open,
all that is sent and all that is kept is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from aqss.bootstrap import Runtime
from aqss.domain.errors import NotPossibleNow
from aqss.persistence.accounts import User
from aqss.services.reports import kind_named
from aqss.services.reports.assessment import KIND
from aqss.services.reports.kinds import Sources
from tests.campaign.counting import Tried
from tests.page import Site
from tests.web.assessments.scene import FIGURES, GRID
from tests.web.consensus.test_privacy import addresses, opened
from tests.web.consensus.worlds import SECRET, Said, World, last_key, live, make_worlds

SAID: Said = {
    "A2-01": ("oui", "non", "partiel", "non", "oui"),
    "A2-02": ("unknown", "oui", "oui", "partiel", "oui"),
    "A2-03": ("partiel",) * 5,
    "A2-04": ("oui", "non", "na", "unknown", "unknown"),
    "A2-05": ("oui", "unknown", "oui", "unknown", "unknown"),
    "A2-06": ("oui", None, "oui", "non", "oui"),
    "A2-07": (None, "non", "oui", "non", "oui"),
    "A2-09": ("na", "oui", "oui", "oui", "oui"),
    "D1-11": ("12", "80", "80", "unknown", "na"),
    "D1-16": ("Un registre.", "Un cahier.", "Rien.", "unknown", "unknown"),
}
"""Criterion → what each of five says. The first two answer as many criteria, not the same ones."""

COMMENTS: Said = {
    "A2-01": ("Zoé le sait.", "Au cahier.\n\nMais lequel ?", "Je doute.", None, None),
    "A2-04": ("Rien d’écrit.", "Appris hier.", None, None, None),
}

AGAIN: Mapping[str, Mapping[int, str]] = {
    "A2-01": {0: "oui", 1: "non", 2: "partiel", 3: "partiel", 4: "partiel"},
    "A2-04": {0: "oui", 1: "non", 2: "na"},
}

WHOLE = re.compile(r"/(administration|auto-evaluations|centres|compte|rejoindre|structures|$)")
"""Pages that are about a centre, a person or all of them."""

APART = re.compile(r"/centres/(nouveau-projet|\d+/(dossiers|partenaires|plan/(?!effets|export)))")
"""Pages that read no answer and no rating: those of dossiers, and the other ways to look at a plan."""

DURING = re.compile(r"/auto-evaluations/\d+(/(seance.*|synthese|resultats.*|rapport|grilles/\w+))?$")
"""Pages of the session, and those that tell answers."""

VOTING = re.compile(r"/auto-evaluations/\d+(/seance.*)?$")

BY_ALL = ("ended", "closed")
"""The states that each of the team reads, and not only who leads and who follows."""

TO_THE_END = ("closed",)
"""The states in which those who are not of the centre try too."""

COMMON = "Je doute."
"""A comment that the session shows without a name."""

FEW: Said = {
    "A2-04": ("partiel", "non", "oui", "na", "unknown"),
    "A2-05": ("unknown", "oui", "non", "partiel", "unknown"),
    "D1-11": ("90", "unknown", "15", "na", "na"),
    "D1-16": ("na", "Autre chose.", "unknown", "Un tableau.", "unknown"),
}
"""Said instead, by as many people, three voices of them or fewer."""


def swapped(said: Said) -> Said:
    """The same, the first two of the team in each other's place."""
    return {criterion: (voices[1], voices[0], *voices[2:]) for criterion, voices in said.items()}


OTHERWISE: Mapping[str, tuple[Said, Said, Mapping[str, Mapping[int, str]]]] = {
    "two people swapped": (
        swapped(SAID),
        swapped(COMMENTS),
        {code: {**voices, 0: voices[1], 1: voices[0]} for code, voices in AGAIN.items()},
    ),
    "three voices or fewer": (
        {**SAID, **FEW},
        COMMENTS,
        {**AGAIN, "A2-04": {0: "partiel", 1: "partiel", 2: "partiel"}},
    ),
}


def test_from_the_session_on_nothing_tells_who_said_what(
    runtime: Runtime, tmp_path: Path, tried: Tried
) -> None:
    worlds = make_worlds(runtime, tmp_path, count=1 + len(OTHERWISE))
    lived = ((SAID, COMMENTS, AGAIN), *OTHERWISE.values())
    sites = [Site(world.runtime) for world in worlds]
    told = 0
    for states in zip(*(live(world, *one) for world, one in zip(worlds, lived, strict=True)), strict=True):
        assert len(set(states)) == 1
        read = [seen(world, site, states[0]) for world, site in zip(worlds, sites, strict=True)]
        for mine, *theirs in zip(*read, strict=True):
            for name, other in zip(OTHERWISE, theirs, strict=True):
                assert mine == other, (name, states[0], mine[:2])
            assert SECRET not in repr(mine), (states[0], mine[:2])
            told += COMMON in repr(mine[-1])
            tried()
    assert told  # what may be told is there


def seen(world: World, site: Site, state: str) -> Iterator[tuple[object, ...]]:
    """All that is shown, sent or kept; while a second round goes on, what it could change."""
    kept = DURING if "round" in state else VOTING if "voting" in state else WHOLE
    for person in readers_in(world, state):
        urls = pages(world, site, kept)
        asked = [url for url in urls if not url.startswith("/administration") or person.is_administrator]
        for url, status, text in opened(site, person, asked):
            yield f"{person.name} {url}", status, text
    still = ("blind_ratings",) if world.has_names() else ()
    yield from world.rows("sign_ins", *still).items()
    yield "report", document_of(world.runtime, world.key)


def readers_in(world: World, state: str) -> tuple[User, ...]:
    inside = world.insiders if state in BY_ALL else (world.team.coordinator, world.people[-1])
    return (*inside, *world.outsiders) if state in TO_THE_END else inside


def pages(world: World, site: Site, kept: re.Pattern[str]) -> Iterator[str]:
    """What is about the centre, the assessment and the one started last."""
    keys = {world.key, last_key(world)}
    for url in sorted({url for key in keys for url in addresses(site, key, world.team.centre_id)}):
        if kept.match(url) and not APART.match(url):
            yield url
            if re.search(f"/{GRID}$", url):
                yield url.replace(f"/{GRID}", f"/{FIGURES}")


def document_of(runtime: Runtime, key: int) -> str:
    """What the PDF of the report is made from, where there is one."""
    report = kind_named(KIND)
    sources = Sources(runtime.catalogue, runtime.links, runtime.clock.now())
    with runtime.sessions.reading() as session:
        try:
            return report.build(session, key, sources).html
        except NotPossibleNow:
            return ""
