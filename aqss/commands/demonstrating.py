"""``aqss demo``: the fictional region, in an empty database."""

from __future__ import annotations

import sys

from tqdm import tqdm

from aqss.bootstrap import Runtime, build_runtime
from aqss.domain.access import Role
from aqss.gateways.french import paris
from aqss.persistence.readiness import told_as_faults
from aqss.services.demonstration.loading import has_centres, is_loaded, load_demonstration
from aqss.services.demonstration.published import read_published
from aqss.services.demonstration.region import ADMINISTRATOR, plan_centre, plan_structures
from aqss.services.passwords import hash_password

PASSWORD = "demonstration-aqss"
"""Of everybody in the demonstration: printed, and worth nothing elsewhere."""

CENTRES, YEARS = 36, 2

WHO = {Role.COORDINATOR: "coordination", Role.MANAGER: "direction", Role.MEMBER: "équipe de soins"}


def demo(*, centres: int | None, years: int | None, if_empty: bool) -> int:
    """Load the region and say who can sign in. Refuses (status 1) a database that already holds centres."""
    runtime = build_runtime()
    try:
        return demonstrate(runtime, centres=centres or CENTRES, years=years or YEARS, if_empty=if_empty)
    finally:
        runtime.sessions.dispose()


def demonstrate(runtime: Runtime, *, centres: int, years: int, if_empty: bool = False) -> int:
    """The command on an instance; its dates follow the day in Paris of the runtime's clock."""
    password_hash = hash_password(PASSWORD)  # slow: before anybody else has to wait
    with told_as_faults(runtime.sessions), runtime.sessions.writing() as session:
        if has_centres(session):
            if if_empty and is_loaded(session):
                _tell_who_signs_in()
                return 0
            print("La base contient déjà des centres\u00a0: la démonstration n’a pas été chargée.")
            return 0 if if_empty else 1
        published = read_published(session, tuple(runtime.catalogue.grids))
        with tqdm(total=centres, unit=" centre", disable=not sys.stderr.isatty()) as bar:
            load_demonstration(
                session,
                published,
                centres=centres,
                years=years,
                loaded_on=paris(runtime.clock.now()).date(),
                password_hash=password_hash,
                proofs=runtime.settings.proofs,
                advance=bar.update,
            )
        session.commit()
    print(f"Région fictive des Trois-Rives\u00a0: {centres} centres.")
    _tell_who_signs_in()
    return 0


def _tell_who_signs_in() -> None:
    team = plan_centre(0).team
    people = [("administration", ADMINISTRATOR.email)]
    first_of_role = {person.role: person for person in reversed(team)}
    people += [(f"{WHO[role]}, {plan_centre(0).town}", first_of_role[role].email) for role in WHO]
    people += [(structure.name, structure.person.email) for structure in plan_structures()]
    print(f"Qui peut entrer dans la démonstration, avec le mot de passe {PASSWORD}\u00a0:")
    for who, email in people:
        print(f"  {email}  ({who})")
