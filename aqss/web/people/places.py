"""The three kinds of place whose people are seen on the same pages: a centre, a structure, the instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from aqss.domain.access import Role
from aqss.services.places import Place, get_open_place
from aqss.web.centres.ways import way_to_centre
from aqss.web.navigation import Trail
from aqss.web.structures.ways import way_to_structure
from aqss.web.transaction import current_runtime, current_session


@dataclass(frozen=True)
class Words:
    """How a page names the people of a place, being let in there, and what they are there for."""

    title: str
    inside: str
    lede: str


WORDS: Mapping[str, Words] = {
    "centre": Words("Équipe", "au centre", "Qui a un rôle dans ce centre, et qui y est invité."),
    "structure": Words(
        "Personnes", "à la structure", "Qui entre dans aqss pour cette structure, et qui y est invité."
    ),
    "instance": Words(
        "Qui administre aqss",
        "à l’administration",
        "Ces personnes créent les centres, les structures et les comptes. Elles ne lisent aucun résultat.",
    ),
}


@dataclass(frozen=True)
class Here:
    """The place of a page: its keys in addresses, and its words."""

    keys: Mapping[str, Any]
    place: Place

    @property
    def name(self) -> str:
        """What the place is called."""
        return self.place.name

    @property
    def kind(self) -> str:
        """Which kind of place: « centre », « structure », or the whole instance."""
        return self.place.kind

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that can be held there."""
        return self.place.roles

    @property
    def words(self) -> Words:
        """What pages call it."""
        return WORDS[self.kind]

    @property
    def professions(self) -> Mapping[str, str]:
        """What may be told of somebody's work there: grids of centres ask by profession."""
        return current_runtime().catalogue.profession_labels if self.kind == "centre" else {}

    @property
    def trail(self) -> Trail:
        """What stands above the list of people."""
        if self.place.centre_id is not None:
            return way_to_centre(self.place.centre_id, self.name)
        if self.place.structure_id is not None:
            return way_to_structure(self.place.structure_id, self.name)
        return [("Accueil", url_for("home.home"))]

    @property
    def trail_below(self) -> Trail:
        """What stands above the pages of one person or one invitation."""
        return [*self.trail, (self.words.title, self.team_url)]

    @property
    def team_url(self) -> str:
        """The address of the list of people."""
        return self.url(".team")

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of another of these pages, in the same place."""
        return url_for(endpoint, **self.keys, **more)


def find_here(keys: Mapping[str, int]) -> Here:
    """The place that an address names by ``centre_id``, ``structure_id`` or neither; not a closed one."""
    place = get_open_place(
        current_session(), centre_id=keys.get("centre_id"), structure_id=keys.get("structure_id")
    )
    return Here(keys, place)
