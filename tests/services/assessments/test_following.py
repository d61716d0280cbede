"""Who continues whom, through versions that no assessment of the centre ever used."""

from __future__ import annotations

from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.services.assessments.following import follow, read_lines
from tests.services.assessments.scene import Scene, an_edition, publish, statements


def a_version(version: int, *codes: str, grid: str = "suivie") -> EditionContent:
    """Criteria as « B », or « C<B » for one that replaces."""
    criteria = [
        {"criterion": code, **({"replaces": [old]} if old else {})}
        for code, _, old in (name.partition("<") for name in codes)
    ]
    return an_edition(grid, {"tout": criteria}, version=version)


def test_a_history_is_followed_through_what_was_published_meanwhile(session: Session, scene: Scene) -> None:
    first, second, third = a_version(1, "A-1"), a_version(2, "B-1<A-1"), a_version(3, "C-1<B-1")
    for content in (first, second, third):
        publish(session, content)
    assert follow(session, third, first) == {"C-1": ("A-1",)}
    assert follow(session, third, second) == {"C-1": ("B-1",)}
    assert follow(session, first, third) == {"A-1": ("C-1",)}


def test_versions_with_nothing_between_them_ask_the_database_nothing(session: Session, scene: Scene) -> None:
    contents = [a_version(4, "A-1"), a_version(5, "A-1"), a_version(9, "Z-1", grid="autre")]
    with statements(session) as seen:
        found = read_lines(session, contents)
    assert seen == []
    assert {grid: [one.grid.version for one in line] for grid, line in found.items()} == {
        "suivie": [4, 5],
        "autre": [9],
    }


def test_only_the_versions_in_between_are_read_one_each(session: Session, scene: Scene) -> None:
    ends = a_version(2, "A-1"), a_version(5, "A-1")
    for version in (1, 2, 3, 4, 5, 6):
        publish(session, a_version(version, "A-1", f"V-{version}"))
    publish(session, a_version(3, "A-1", "V-3", "W-3"))
    assert [one.grid.version for one in read_lines(session, ends)["suivie"]] == [2, 5, 3, 4]
    known = a_version(3, "A-1")
    found = read_lines(session, [*ends, known])["suivie"]
    assert [one.grid.version for one in found] == [2, 5, 3, 4]
    assert known in found
