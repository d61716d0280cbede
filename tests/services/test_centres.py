"""Health centres: created, described, closed, listed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import InvalidInput, LinkRefused, NotAllowed, NotFound, StaleEdit
from aqss.domain.geography import FICTIONAL_REGION
from aqss.domain.profile import preview_profile
from aqss.gateways.links import Links
from aqss.persistence.accounts import Membership
from aqss.persistence.centres import BranchSite, Centre
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.acceptances import read_invitation
from aqss.services.centre_descriptions import CentreDescription, Site
from aqss.services.centres import (
    CentreLine,
    close_centre,
    create_centre,
    create_project,
    describe_centre,
    list_centres,
    read_centre,
    reopen_centre,
)
from aqss.services.invitations import invite
from aqss.services.sign_ins import find_actor, open_sign_in
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of, an_administrator
from tests.clock import MONDAY_MORNING, FakeClock

LAKE = CentreDescription(
    name="Centre du Lac",
    kind="municipal",
    finess="240012345",
    region="75",
    department="24",
    town="Bergerac",
    flags=("dentaire",),
    sites=(Site("Antenne Nord", "1 rue du Pont"), Site("Antenne Sud")),
)
BARE = CentreDescription(
    name="Centre", kind="associatif", finess="", region="94", department="2A", town="Ajaccio"
)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_of(session, an_administrator(session))


def lead_of(session: Session, centre: Centre, role: Role = Role.COORDINATOR) -> Actor:
    return actor_of(session, a_member(session, centre, role))


# --- created -------------------------------------------------------------------------------------------


def test_an_administrator_creates_a_centre(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    seen = read_centre(session, administrator, key)
    assert (seen.centre_id, seen.description, seen.version) == (key, LAKE, 1)
    assert (seen.created_at, seen.closed_at) == (clock.now(), None)
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.user_id, entry.centre_id) == ("created", administrator.user_id, key)
    assert (entry.subject_kind, entry.subject_id) == ("centre", key)


def test_who_leads_a_centre_creates_a_project_and_coordinates_it(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    lead = lead_of(session, a_centre(session), Role.MANAGER)
    key = create_project(session, lead, small_catalogue, LAKE, clock.now())
    held = session.scalars(select(Membership).where(Membership.centre_id == key)).one()
    assert (held.user_id, held.role) == (lead.user_id, Role.COORDINATOR)
    assert read_centre(session, actor_of(session, held.user), key).is_project


def test_an_administrator_creates_a_project_and_belongs_to_none(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_project(session, administrator, small_catalogue, LAKE, clock.now())
    assert session.scalars(select(Membership).where(Membership.centre_id == key)).all() == []
    (line,) = list_centres(session, administrator).lines
    assert line.is_project


def test_nobody_else_creates_a_project(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    member = lead_of(session, a_centre(session), Role.MEMBER)
    with pytest.raises(NotAllowed):
        create_project(session, member, small_catalogue, LAKE, clock.now())


def test_a_centre_needs_no_finess_flag_or_site(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    keys = [create_centre(session, administrator, small_catalogue, BARE, clock.now()) for _ in range(2)]
    assert [read_centre(session, administrator, key).description for key in keys] == [BARE, BARE]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COORDINATOR, Role.MANAGER])
def test_only_an_administrator_creates_closes_and_lists_centres(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, role: Role
) -> None:
    centre = a_centre(session)
    actor = lead_of(session, centre, role)
    with pytest.raises(NotAllowed):
        create_centre(session, actor, small_catalogue, LAKE, clock.now())
    with pytest.raises(NotAllowed):
        close_centre(session, actor, centre.id, clock.now())
    with pytest.raises(NotAllowed):
        reopen_centre(session, actor, centre.id, clock.now())
    with pytest.raises(NotAllowed):
        list_centres(session, actor)


def test_a_centre_whose_description_breaks_rules_is_refused_with_all_of_them_and_not_created(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    typed = replace(LAKE, name="", kind="x")
    with pytest.raises(InvalidInput) as refusal:
        create_centre(session, administrator, small_catalogue, typed, clock.now())
    assert {(f.field, f.code) for f in refusal.value.faults} == {
        ("name", "required"),
        ("kind", "unknown-choice"),
    }
    assert session.scalar(select(func.count()).select_from(Centre)) == 0


def test_two_centres_do_not_share_a_finess_number(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    with pytest.raises(InvalidInput) as refusal:
        create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    assert [(f.field, f.code) for f in refusal.value.faults] == [("finess", "finess-taken")]


def test_two_centres_created_at_once_do_not_share_a_finess_number(
    sessions: Sessions, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    with sessions.writing() as session:
        administrator = actor_of(session, an_administrator(session))
        session.commit()
    start = Barrier(2)

    def create(_: int) -> str:
        with sessions.writing() as session:
            start.wait()
            try:
                create_centre(session, administrator, small_catalogue, LAKE, clock.now())
            except InvalidInput as refusal:
                return refusal.faults[0].code
            session.commit()
            return "created"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(create, range(2))) == ["created", "finess-taken"]


# --- described -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR])
def test_who_leads_a_centre_describes_it(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor, role: Role
) -> None:
    key = create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    is_administrator = role is Role.ADMINISTRATOR
    actor = administrator if is_administrator else lead_of(session, session.get_one(Centre, key), role)
    changed = replace(LAKE, flags=("dentaire", "antennes"), sites=LAKE.sites[:1], town="Creysse")
    describe_centre(session, actor, small_catalogue, key, changed, 1, clock.now())
    assert read_centre(session, actor, key).version == 2
    session.expire_all()
    seen = read_centre(session, actor, key)
    assert (seen.description, seen.version) == (changed, 2)
    assert session.scalar(select(func.count()).select_from(BranchSite)) == 1
    entry = session.scalars(select(JournalEntry).where(JournalEntry.verb == "described")).one()
    assert (entry.user_id, entry.centre_id) == (actor.user_id, key)
    assert entry.facts == {"changed": ["town", "flags", "sites"]}


def test_a_member_does_not_describe_the_centre(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    centre = a_centre(session)
    with pytest.raises(NotAllowed):
        describe_centre(
            session, lead_of(session, centre, Role.MEMBER), small_catalogue, centre.id, LAKE, 1, clock.now()
        )


def test_the_same_description_changes_nothing(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    sites = session.scalars(select(BranchSite.id)).all()
    describe_centre(session, administrator, small_catalogue, key, LAKE, 1, clock.now())
    assert read_centre(session, administrator, key).version == 1
    renamed = replace(LAKE, name="Centre des Lacs")
    describe_centre(session, administrator, small_catalogue, key, renamed, 1, clock.now())
    assert read_centre(session, administrator, key).version == 2
    assert session.scalars(select(BranchSite.id)).all() == sites
    verbs = session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs == ["created", "described"]


def test_a_change_of_profile_tells_the_grids_it_changes(
    session: Session, clock: FakeClock, catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_centre(session, administrator, catalogue, LAKE, clock.now())
    imaging = replace(LAKE, flags=("imagerie",))
    changes = describe_centre(session, administrator, catalogue, key, imaging, 1, clock.now())
    assert changes == preview_profile(catalogue.grids.values(), LAKE.flags, imaging.flags) != ()
    assert describe_centre(session, administrator, catalogue, key, imaging, 2, clock.now()) == ()


def test_an_edit_from_an_older_version_is_refused(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    describe_centre(
        session, administrator, small_catalogue, key, replace(LAKE, town="Creysse"), 1, clock.now()
    )
    for version in (1, 3, 0, -1):
        with pytest.raises(StaleEdit) as refusal:
            describe_centre(session, administrator, small_catalogue, key, LAKE, version, clock.now())
        told = refusal.value
        assert (told.kind, told.key, told.expected, told.current) == ("centre", key, version, 2)
    assert read_centre(session, administrator, key).description.town == "Creysse"


def test_of_two_edits_at_once_one_is_refused(
    sessions: Sessions, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    with sessions.writing() as session:
        administrator = actor_of(session, an_administrator(session))
        key = create_centre(session, administrator, small_catalogue, LAKE, clock.now())
        session.commit()
    start = Barrier(2)

    def describe(town: str) -> str:
        with sessions.writing() as session:
            start.wait()
            try:
                describe_centre(
                    session, administrator, small_catalogue, key, replace(LAKE, town=town), 1, clock.now()
                )
            except StaleEdit:
                return "stale"
            session.commit()
            return town

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(describe, ("Creysse", "Lalinde")))
    with sessions.reading() as session:
        seen = read_centre(session, administrator, key)
    assert outcomes == [seen.description.town, "stale"]
    assert seen.version == 2


def test_a_centre_keeps_its_finess_number_and_takes_no_other(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    create_centre(session, administrator, small_catalogue, LAKE, clock.now())
    key = create_centre(
        session, administrator, small_catalogue, replace(LAKE, finess="240099999"), clock.now()
    )
    with pytest.raises(InvalidInput) as refusal:
        describe_centre(session, administrator, small_catalogue, key, LAKE, 1, clock.now())
    assert [(f.field, f.code) for f in refusal.value.faults] == [("finess", "finess-taken")]
    dropped = replace(LAKE, finess="")
    describe_centre(session, administrator, small_catalogue, key, dropped, 1, clock.now())
    assert read_centre(session, administrator, key).version == 2


def test_a_fictional_centre_can_be_described(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    centre = a_centre(session, region=FICTIONAL_REGION, department="99A")
    described = replace(BARE, region=FICTIONAL_REGION, department="99B")
    lead = lead_of(session, centre)
    describe_centre(session, lead, small_catalogue, centre.id, described, 1, clock.now())
    assert read_centre(session, lead, centre.id).version == 2


# --- from elsewhere ------------------------------------------------------------------------------------


def test_a_centre_is_out_of_reach_of_whoever_has_no_role_there(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    """A foreign centre and one that does not exist are told alike: not even its name is learnt."""
    foreign = a_centre(session, name="Secret")
    strangers = [
        lead_of(session, a_centre(session)),
        lead_of(session, a_centre(session), Role.MANAGER),
        actor_of(session, a_member(session, a_structure(session))),
        actor_of(session, a_user(session)),
    ]
    for actor in strangers:
        told = set()
        for key in (foreign.id, 999_999):
            with pytest.raises(NotAllowed) as refusal:
                read_centre(session, actor, key)
            told.add(repr(refusal.value))
            with pytest.raises(NotAllowed) as refusal:
                describe_centre(session, actor, small_catalogue, key, BARE, 1, clock.now())
            told.add(repr(refusal.value))
        assert len(told) == 2
    assert (foreign.name, foreign.version) == ("Secret", 1)


def test_an_unknown_centre_is_not_found(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    with pytest.raises(NotFound):
        read_centre(session, administrator, 999_999)
    with pytest.raises(NotFound):
        describe_centre(session, administrator, small_catalogue, 999_999, BARE, 1, clock.now())
    with pytest.raises(NotFound):
        close_centre(session, administrator, 999_999, clock.now())


# --- closed --------------------------------------------------------------------------------------------


def test_a_closed_centre_is_out_of_reach_of_its_people_until_it_reopens(
    session: Session, clock: FakeClock, links: Links, small_catalogue: Catalogue, administrator: Actor
) -> None:
    centre = a_centre(session)
    nadia = a_member(session, centre, Role.COORDINATOR)
    actor = actor_of(session, nadia)
    token = open_sign_in(session, nadia.id, clock.now())
    made = invite(
        session, actor, small_catalogue, email="awa@exemple.fr", name="", role="member", centre_id=centre.id,
        now=clock.now(), links=links,
    )  # fmt: skip
    close_centre(session, administrator, centre.id, clock.now())
    assert find_actor(session, token, clock.now()).centres == ()
    with pytest.raises(NotFound):
        read_centre(session, actor, centre.id)
    with pytest.raises(NotFound):
        describe_centre(session, actor, small_catalogue, centre.id, BARE, 1, clock.now())
    with pytest.raises(LinkRefused):
        read_invitation(session, made.link.rsplit("/", 1)[1], clock.now())
    assert read_centre(session, administrator, centre.id).closed_at == clock.now()
    reopen_centre(session, administrator, centre.id, clock.now())
    assert [place.centre_id for place in find_actor(session, token, clock.now()).centres] == [centre.id]


def test_closing_or_reopening_twice_changes_nothing_more(
    session: Session, clock: FakeClock, administrator: Actor
) -> None:
    centre = a_centre(session)
    close_centre(session, administrator, centre.id, clock.now())
    clock.advance(days=1)
    close_centre(session, administrator, centre.id, clock.now())
    assert centre.closed_at == MONDAY_MORNING
    reopen_centre(session, administrator, centre.id, clock.now())
    reopen_centre(session, administrator, centre.id, clock.now())
    verbs = session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs == ["closed", "reopened"]


# --- listed --------------------------------------------------------------------------------------------


def test_centres_are_listed_with_their_people(
    session: Session, clock: FakeClock, administrator: Actor
) -> None:
    led = a_centre(session, name="zola", finess="240012345")
    lost = a_centre(session, name="Émile", closed_at=clock.now())
    a_member(session, led, Role.COORDINATOR)
    a_member(session, led, Role.MANAGER)
    a_member(session, led)
    a_member(session, led, disabled_at=clock.now())
    a_member(session, led, user=a_user(session, disabled_at=clock.now()))
    a_member(session, lost)
    a_member(session, lost, Role.MANAGER, disabled_at=clock.now())
    a_member(session, lost, Role.COORDINATOR, disabled_at=clock.now())
    a_member(session, lost, Role.COORDINATOR, user=a_user(session, disabled_at=clock.now()))
    page = list_centres(session, administrator)
    assert (page.number, page.count, page.total) == (1, 1, 2)
    assert page.lines == (
        CentreLine(lost.id, "Émile", "municipal", "", "75", "24", "Bergerac", clock.now(), 1, False, False),
        CentreLine(led.id, "zola", "municipal", "240012345", "75", "24", "Bergerac", None, 3, True, True),
    )


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("", ["Centre d’Évry", "Centre du Lac", "Maison Zola"]),
        ("EVRY", ["Centre d’Évry"]),
        ("d'évry", ["Centre d’Évry"]),
        ("  lac   centre ", ["Centre du Lac"]),
        ("courcour", ["Centre d’Évry"]),
        ("2400", ["Centre du Lac"]),
        ("dordogne", ["Centre du Lac", "Maison Zola"]),
        ("24 zola", ["Maison Zola"]),
        ("%", []),
        ("_", []),
        ("' OR 1=1", []),
        ("\ud800", []),
    ],
)
def test_centres_are_searched_without_accents_or_case(
    session: Session, administrator: Actor, search: str, names: list[str]
) -> None:
    a_centre(session, name="Centre du Lac", finess="240012345")
    a_centre(session, name="Centre d’Évry", town="Évry-Courcouronnes", region="11", department="91")
    a_centre(session, name="Maison Zola")
    assert [line.name for line in list_centres(session, administrator, search=search).lines] == names


def test_centres_come_fifty_a_page(session: Session, administrator: Actor) -> None:
    for number in range(101):
        a_centre(session, name=f"Centre {number:03}")
    pages = {page: list_centres(session, administrator, page=page) for page in (-5, 1, 2, 3, 99)}
    assert {page: (p.number, p.count, p.total, len(p.lines)) for page, p in pages.items()} == {
        -5: (1, 3, 101, 50),
        1: (1, 3, 101, 50),
        2: (2, 3, 101, 50),
        3: (3, 3, 101, 1),
        99: (3, 3, 101, 1),
    }
    assert pages[2].lines[0].name == "Centre 050"


def test_an_instance_without_centre_has_one_empty_page(session: Session, administrator: Actor) -> None:
    page = list_centres(session, administrator)
    assert (page.lines, page.number, page.count, page.total) == ((), 1, 1, 0)


@pytest.mark.parametrize("size", [1, 40])
def test_a_list_takes_two_statements_whatever_its_size(
    session: Session, sessions: Sessions, administrator: Actor, size: int
) -> None:
    for _ in range(size):
        a_member(session, a_centre(session))
    session.commit()
    statements: list[str] = []
    with sessions.reading() as reading:
        event.listen(reading.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        assert list_centres(reading, administrator).total == size
    assert len(statements) == 2
