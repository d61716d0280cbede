"""``aqss demo``: the fictional region, in an empty database."""

from __future__ import annotations

import sys

from tqdm import tqdm

from aqss.bootstrap import build_runtime
from aqss.domain.access import Role
from aqss.services.demonstration.loading import has_centres, load_demonstration, read_published
from aqss.services.demonstration.region import plan_centre, plan_structures
from aqss.services.passwords import hash_password

PASSWORD = "demonstration-aqss"
"""Of everybody in the demonstration: printed, and worth nothing elsewhere."""

CENTRES, YEARS = 36, 2

WHO = {Role.COORDINATOR: "coordination", Role.MANAGER: "direction", Role.MEMBER: "équipe de soins"}


def demo(*, centres: int | None, years: int | None, if_empty: bool) -> int:
    """Load the region and say who can sign in. Refuses (status 1) a database that already holds centres."""
    runtime = build_runtime()
    try:
        with runtime.sessions.writing() as session:
            if has_centres(session):
                print("La base contient déjà des centres\u00a0: la démonstration n’a pas été chargée.")
                return 0 if if_empty else 1
            published = read_published(session, tuple(runtime.catalogue.grids))
            wanted = centres or CENTRES
            with tqdm(total=wanted, unit=" centre", disable=not sys.stderr.isatty()) as bar:
                load_demonstration(
                    session,
                    published,
                    centres=wanted,
                    years=years or YEARS,
                    password_hash=hash_password(PASSWORD),
                    advance=bar.update,
                )
            session.commit()
    finally:
        runtime.sessions.dispose()
    _tell_who_signs_in(wanted)
    return 0


def _tell_who_signs_in(centres: int) -> None:
    team = plan_centre(0).team
    people = [("administration", "administration@trois-rives.example")]
    first_of_role = {person.role: person for person in reversed(team)}
    people += [(f"{WHO[role]}, {plan_centre(0).town}", first_of_role[role].email) for role in WHO]
    people += [(structure.name, structure.person.email) for structure in plan_structures()]
    print(f"Région fictive des Trois-Rives\u00a0: {centres} centres. Mot de passe de tous\u00a0: {PASSWORD}")
    for who, email in people:
        print(f"  {email}  ({who})")
