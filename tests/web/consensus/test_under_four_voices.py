"""Under four voices nothing leaks: teams that only differ in what may not be told see the same screens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.consensus.scene import Room, make_room, sign_in

ALIKE: Sequence[Mapping[str, Sequence[str]]] = (
    {"A2-05": ("oui", "non", "na")},
    {"A2-05": ("unknown", "unknown", "unknown", "unknown", "oui")},
    {"A2-05": ("na", "na", "na")},
    {"A2-05": ("oui",)},
    {"A2-05": ("oui", "partiel", "non")},
    {},
)
"""What each team said of an essential criterion: « à discuter » all of them, and nothing more to be told."""

VARYING = re.compile(
    r'(name="csrf_token" value=")[^"]*|(data-(?:now|since|mark|spent|person)=")[^"]*'
    r"|(/rejoindre)/\w+|(aqss · Séance).*"
)


KEYS = re.compile(
    r'((?:name="auto_evaluation"|<option|name="(?:criteria|effect_on)") value="|="cible-)[0-9]+'
)
"""Keys of rows in the form of an action: other ones in each room, whatever was said."""

PILOTS = re.compile(r'<select class="form-select" id="pilote".*?</select>', re.DOTALL)
"""Whoever may be in charge of an action: everybody of the team, whether they rated or not."""


def screens(room: Room, value: str = "non") -> list[str]:
    """Everything the screens show of the criterion, whoever looks and at whatever moment."""
    lead, follower = sign_in(room, room.team.coordinator), sign_in(room, room.team.member)
    seen = [html(lead, room.url)]
    room.begin("30")
    code = room.code()
    for url in (room.url, f"{room.url}/ordre-du-jour", f"{room.url}/ratifier", f"{room.url}/finir"):
        seen.append(html(lead, url))
    seen.append(html(follower, room.phone))
    page = lead.submit(lead.get(room.url), "Valider", {"value": value})
    seen.append(bare(page.html))
    seen.append(html(lead, room.url))
    halves = f"{code[:3]}\u00a0{code[3:]}"
    return [
        re.sub(r'(<path d=")M[^"]{500,}', r"\1", one.replace(code, "").replace(halves, "")) for one in seen
    ]


def html(site: Site, url: str) -> str:
    return bare(site.get(url).html)


def bare(text: str) -> str:
    return VARYING.sub(lambda found: next(group for group in found.groups() if group), text)


def test_teams_that_may_not_be_told_apart_see_the_same_to_the_last_byte(runtime: Runtime) -> None:
    rooms = [make_room(runtime, said) for said in ALIKE]
    first, *others = [screens(room) for room in rooms]
    for other, room in zip(others, rooms[1:], strict=True):
        for mine, theirs in zip(first, other, strict=True):
            assert as_of(rooms[0], room, theirs) == as_of(rooms[0], rooms[0], mine)


def as_of(first: Room, room: Room, text: str) -> str:
    """The screen of a room as that of the first: their addresses aside, nothing of it is its own."""
    pairs = (
        ("auto-evaluations", first.key, room.key),
        ("centres", first.team.centre_id, room.team.centre_id),
    )
    for noun, here, there in pairs:
        text = re.sub(rf'/{noun}/{there}(?=[/"])', f"/{noun}/{here}", text)
    return KEYS.sub(r"\1", text)


@pytest.mark.parametrize("voices", [1, 2, 3])
def test_no_level_count_or_motive_is_written_anywhere(runtime: Runtime, voices: int) -> None:
    room = make_room(runtime, {"A2-05": ("oui",) * voices + ("na", "unknown")[: 5 - voices]})
    seen = "".join(screens(room))
    assert "Motif tenu secret" not in seen
    assert not re.search(
        r"\d\s+voix|ne sai[st] pas,|médiane(?! des voix)", seen.replace("hors de la médiane", "")
    )


def test_a_reader_of_the_page_finds_no_trace_of_names(runtime: Runtime) -> None:
    room = make_room(runtime)
    seen = "".join(PILOTS.sub("", one) for one in screens(room, "partiel"))
    assert not any(person.name in seen for person in room.people)
