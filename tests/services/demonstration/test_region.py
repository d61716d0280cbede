"""Places and people of the fictional region: always the same, of every kind, and reached by no mail."""

from __future__ import annotations

from collections import Counter

from aqss.domain.access import Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.domain.geography import FICTIONAL_REGION, REGION_OF
from aqss.persistence.centres import CENTRE_KINDS
from aqss.services.demonstration.region import ADMINISTRATOR, MAIL_DOMAIN, plan_centre, plan_structures

CENTRES = [plan_centre(number) for number in range(100)]


def test_the_same_numbers_give_the_same_region() -> None:
    assert [plan_centre(number) for number in range(50)] == [plan_centre(number) for number in range(50)]


def test_a_region_of_thirty_six_centres_has_every_kind_of_profile() -> None:
    centres = [plan_centre(number) for number in range(36)]
    assert len({centre.name for centre in centres}) == 36
    assert len({centre.flags for centre in centres}) >= 5
    assert len({centre.kind for centre in centres}) >= 4
    assert len({centre.finess for centre in centres}) == 36


def test_some_coordinators_follow_several_centres() -> None:
    places = Counter(
        person.email
        for number in range(12)
        for person in plan_centre(number).team
        if person.role is Role.COORDINATOR
    )
    assert set(places.values()) == {1, 2, 3}


def test_a_hundred_centres_have_a_hundred_names_and_numbers() -> None:
    assert len({centre.name for centre in CENTRES}) == 100
    assert len({centre.finess for centre in CENTRES}) == 100


def test_every_centre_is_of_the_fictional_region_and_described_with_words_that_exist(
    catalogue: Catalogue,
) -> None:
    for centre in CENTRES:
        assert REGION_OF[centre.department] == FICTIONAL_REGION
        assert centre.kind in CENTRE_KINDS
        assert set(centre.flags) <= set(catalogue.flag_labels)
        for person in centre.team:
            assert set(person.professions) <= set(catalogue.profession_labels)


def test_a_centre_has_branch_sites_exactly_when_its_profile_says_so() -> None:
    assert {bool(centre.sites) for centre in CENTRES} == {True, False}
    assert all(bool(centre.sites) == ("antennes" in centre.flags) for centre in CENTRES)


def test_every_team_has_one_coordinator_one_manager_and_members_with_an_address_each() -> None:
    for centre in CENTRES:
        roles = Counter(person.role for person in centre.team)
        assert (roles[Role.COORDINATOR], roles[Role.MANAGER]) == (1, 1)
        assert roles[Role.MEMBER] >= 2
        assert len({person.email for person in centre.team}) == len(centre.team)


def test_names_of_places_are_in_good_french() -> None:
    names = {centre.name for centre in CENTRES} | {site for centre in CENTRES for site in centre.sites}
    assert {"Centre de santé d’Aigueblonde", "Centre de santé de Hautes-Brumes"} <= names
    assert not [name for name in names if " de A" in name or " de E" in name or " de O" in name]


def test_the_direction_of_a_centre_is_not_mistaken_for_its_coordination() -> None:
    assert CENTRES[0].team[0].name == "Fatou Delmarque"
    for centre in CENTRES:
        coordinator, manager = (person.name.split()[0] for person in centre.team[:2])
        assert coordinator != manager


def test_each_structure_looks_at_its_own_module_and_has_one_person() -> None:
    structures = plan_structures()
    assert {structure.kind for structure in structures} <= set(STRUCTURE_KINDS)
    assert len({structure.modules for structure in structures}) == 3
    assert {structure.person.role for structure in structures} == {Role.STRUCTURE}


def test_no_mail_of_the_region_can_reach_anybody() -> None:
    people = [ADMINISTRATOR, *(structure.person for structure in plan_structures())]
    people += [person for centre in CENTRES for person in centre.team]
    assert MAIL_DOMAIN.rpartition(".")[2] in ("example", "test", "invalid") or MAIL_DOMAIN.startswith(
        "example"
    )
    for person in people:
        assert person.email.partition("@")[2].endswith(MAIL_DOMAIN)
