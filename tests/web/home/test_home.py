"""The first page: what awaits somebody, and where their centres stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from tests.builders import a_centre, a_member, a_structure, actor_of
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.services.assessments.scene import (
    Scene,
    a_scope,
    close,
    finish_every_sheet,
    pass_to,
    rate,
    start,
)
from tests.web.cast import Cast

GRID, CODE = "coordination", "A2-01"


@contextmanager
def playing(cast: Cast, centre: Centre | None = None) -> Iterator[tuple[Session, Scene]]:
    """Port-Amiral, or another centre with the same three people, as the tests of services play it."""
    with cast.runtime.sessions.writing() as session:
        if centre is not None:
            for user, role in (
                (cast.nadia, Role.COORDINATOR),
                (cast.paul, Role.MANAGER),
                (cast.lea, Role.MEMBER),
            ):
                a_member(session, centre, role, user=user)
        yield (
            session,
            Scene(
                centre=centre or cast.centre,
                coordinator=actor_of(session, cast.nadia),
                manager=actor_of(session, cast.paul),
                member=actor_of(session, cast.lea),
                colleague=actor_of(session, cast.lea),
                stranger=actor_of(session, cast.zoe),
                administrator=actor_of(session, cast.root),
            ),
        )
        session.commit()


def another_centre(cast: Cast, name: str) -> Centre:
    with cast.runtime.sessions.writing() as session:
        centre = a_centre(session, name=name, town="Vallon")
        session.commit()
    return centre


def an_open_one(session: Session, scene: Scene, title: str = "Campagne 2026", **more: object) -> int:
    """An assessment of one grid being rated, asked of Léa."""
    scope = a_scope(GRID, title=title, assignments={GRID: [scene.member.user_id]}, **more)
    assessment = start(session, scene, scope)
    pass_to(session, scene.coordinator, assessment, "cotation")
    return assessment.id


def a_closed_one(session: Session, scene: Scene, level: str = "oui") -> int:
    assessment = start(session, scene, a_scope(GRID, title="Campagne 2025"))
    pass_to(session, scene.coordinator, assessment, "cotation")
    rate(session, scene.member, assessment, CODE, level, grid=GRID)
    close(session, scene, assessment)
    return assessment.id


def found(session: Session, key: int) -> Assessment:
    return session.get_one(Assessment, key)


def rows(page: Page) -> list[tuple[str, str]]:
    """(title, address) of each thing to do."""
    tasks = page.root.all("section")[0].all("a", class_="task-title")
    return [(link.words, link["href"]) for link in tasks]


def home(site: Site, user: User) -> Page:
    site.sign_in(user)
    return site.get("/")


def test_who_has_nothing_to_do_is_told_so(site: Site, cast: Cast) -> None:
    page = home(site, cast.lea)
    assert page.h1 == "Bonjour Léa, rien ne vous attend"
    assert "Lundi 2 mars 2026 · Centre de Port-Amiral" in page.text
    assert "elle apparaîtra ici" in page.text


def test_who_leads_a_centre_that_never_began_finds_the_first_steps(site: Site, cast: Cast) -> None:
    page = home(site, cast.nadia)
    assert page.h1 == "Bonjour Nadia, voici les premiers pas"
    assert rows(page) == [
        ("Vérifier le profil du centre", f"/centres/{cast.centre.id}/modifier"),
        ("Inviter l’équipe et la direction", f"/centres/{cast.centre.id}/equipe"),
        ("Commencer une première auto-évaluation", f"/centres/{cast.centre.id}/auto-evaluations/nouvelle"),
    ]
    assert "elle apparaîtra ici" not in page.text
    for person in (cast.lea, cast.paul):
        assert "premiers pas" not in home(site, person).text.casefold()
    with playing(cast) as (session, scene):
        a_closed_one(session, scene)
    assert "premiers pas" not in home(site, cast.nadia).text.casefold()
    other = another_centre(cast, "Centre des Lilas")
    with playing(cast, other):
        pass
    page = home(site, cast.nadia)
    assert "Premiers pas – Centre des Lilas" in page.text
    assert page.text.count("Premiers pas") == 1


def test_a_grid_to_rate_leads_to_its_page_with_its_date_and_progress(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        key = an_open_one(session, scene, round_ends_on=date(2026, 3, 28))
    page = home(site, cast.lea)
    assert page.h1 == "Bonjour Léa, une chose vous attend"
    title = "Coter « Coordination des soins »"
    assert rows(page) == [(title, f"/auto-evaluations/{key}/grilles/{GRID}")]
    assert "0 sur 12 cotés · Campagne 2026" in page.text
    assert "Avant le 28 mars 2026" in page.text
    with playing(cast) as (session, scene):
        rate(session, scene.member, found(session, key), CODE, "oui", grid=GRID)
    page = site.get("/")
    assert rows(page)[0][0] == "Continuer à coter « Coordination des soins »"
    assert "1 sur 12 cotés · Campagne 2026" in page.text


def test_a_grid_of_figures_is_counted_by_its_answers_and_continued(site: Site, cast: Cast) -> None:
    grid = "indicateurs-suivi"
    with playing(cast) as (session, scene):
        scope = a_scope(grid, assignments={grid: [scene.member.user_id]})
        assessment = start(session, scene, scope)
        pass_to(session, scene.coordinator, assessment, "cotation")
        key = assessment.id
    page = home(site, cast.lea)
    assert rows(page)[0][0].startswith("Renseigner « ")
    assert re.search(r"Suivi sans score, 0 sur \d+ renseignés · Campagne 2026", page.text)
    assert "0 sur 0" not in page.text
    with playing(cast) as (session, scene):
        rate(session, scene.member, found(session, key), "D1-01", "1200", kind="number", grid=grid)
    page = site.get("/")
    assert rows(page)[0][0].startswith("Continuer à renseigner « ")
    assert re.search(r"Suivi sans score, 1 sur \d+ renseignés · Campagne 2026", page.text)
    assert "Suivi sans score · 0 sur 1 grille terminée" in page.text


def test_a_long_list_is_grouped_by_urgency_and_folded_and_counted_whole(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        for day in (*range(3, 10), 28, 30):
            an_open_one(session, scene, f"Le {day}", round_ends_on=date(2026, 3, day))
    page = home(site, cast.lea)
    assert page.h1 == "Bonjour Léa, neuf choses vous attendent"
    assert len(rows(page)) == 9
    section = page.root.one(aria_labelledby="a-faire")
    assert [heading.words for heading in section.all("h3")] == [
        "D’ici sept jours (7)",
        "Plus tard ou sans date (2)",
    ]
    (folded,) = section.all("details")
    assert folded.one("summary").words == "2 autres d’ici sept jours"
    assert len(folded.all("a", class_="task-title")) == 2


def test_things_come_in_the_order_of_their_dates_and_are_counted(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        for title, day in (("Loin", 30), ("Près", 9), ("Entre", 20)):
            an_open_one(session, scene, title, round_ends_on=date(2026, 3, day))
    page = home(site, cast.lea)
    assert page.h1 == "Bonjour Léa, trois choses vous attendent"
    order = [page.text.index(f"12 cotés · {title}") for title in ("Près", "Entre", "Loin")]
    assert order == sorted(order)


def test_a_title_is_shown_as_it_was_typed(site: Site, cast: Cast) -> None:
    title = '<img src=x> l\'an "2026" !'
    site.typed.add(title)
    with playing(cast) as (session, scene):
        an_open_one(session, scene, title)
        a_closed_one(session, scene)
    page = home(site, cast.lea)
    assert title in page.text
    assert page.root.all("img") == []


def test_from_ten_things_on_they_are_counted_in_figures(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        for number in range(10):
            an_open_one(session, scene, f"Campagne {number}")
    assert home(site, cast.lea).h1 == "Bonjour Léa, 10 choses vous attendent"


def test_a_thing_that_is_late_is_marked(site: Site, cast: Cast, clock: FakeClock) -> None:
    with playing(cast) as (session, scene):
        an_open_one(session, scene, round_ends_on=date(2026, 3, 4))
    clock.advance(days=5)
    (tag,) = home(site, cast.lea).root.all("span", class_="tag-late")
    assert tag.words == "3 jours de retard"


def test_who_leads_finds_each_step_in_turn_with_where_to_do_it(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        key = start(session, scene, a_scope(GRID)).id
    quoted, overview = "« Campagne 2026 »", f"/auto-evaluations/{key}"
    assert rows(home(site, cast.nadia)) == [(f"Préparer {quoted}", f"{overview}/preparation")]
    with playing(cast) as (session, scene):
        pass_to(session, scene.coordinator, found(session, key), "cotation")
        finish_every_sheet(session, scene.member, found(session, key))
    assert rows(site.get("/")) == [(f"Clore la cotation de {quoted}", overview)]
    with playing(cast) as (session, scene):
        pass_to(session, scene.coordinator, found(session, key), "accord")
    assert rows(site.get("/")) == [(f"Mener l’accord de l’équipe pour {quoted}", overview)]
    with playing(cast) as (session, scene):
        pass_to(session, scene.coordinator, found(session, key), "validation")
    assert "rien ne vous attend" in site.get("/").h1
    assert rows(home(site, cast.paul)) == [(f"Valider {quoted}", overview)]


def test_the_centre_is_named_to_who_works_in_several_only(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        an_open_one(session, scene)
    assert "Centre de Port-Amiral · 0 sur 12" not in home(site, cast.lea).text
    with playing(cast, another_centre(cast, "Centre des Lilas")):
        pass
    assert "Centre de Port-Amiral · 0 sur 12" in home(site, cast.lea).text


def test_centres_are_side_by_side_each_with_what_runs_and_its_latest_scores(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        running = an_open_one(session, scene)
        rate(session, scene.member, found(session, running), CODE, "nsp", kind="unknown", grid=GRID)
    other = another_centre(cast, "Centre des Lilas")
    with playing(cast, other) as (session, scene):
        closed = a_closed_one(session, scene, "partiel")
    page = home(site, cast.nadia)
    here, there = (page.root.one(aria_labelledby=f"centre-{centre.id}") for centre in (cast.centre, other))
    assert "0 sur 12 cotés, 1 « ne sait pas » · 0 sur 1 grille terminée" in here.words
    assert "Derniers scores" not in here.words
    assert "Pas d’auto-évaluation en cours" in there.words
    assert "50,0 À consolider" in there.words
    assert "Provisoire" in there.words
    assert "1 grille sur 9 · close le 2 mars 2026" in there.words
    links = {link.words: link["href"] for link in there.all("a")}
    assert links["Risques généraux"] == f"/auto-evaluations/{closed}/resultats"
    assert links["Centre des Lilas"] == f"/centres/{other.id}"


def test_scores_follow_the_order_of_the_catalogue_in_every_centre(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        for grid, code in (("hygiene-mains", "B2-01"), (GRID, CODE)):
            assessment = start(session, scene, a_scope(grid))
            pass_to(session, scene.coordinator, assessment, "cotation")
            rate(session, scene.member, assessment, code, "oui", grid=grid)
            close(session, scene, assessment, cast.runtime.clock.now() - timedelta(days=len(grid)))
    text = home(site, cast.nadia).text
    assert text.index("Risques généraux") < text.index("Risque infectieux")


def test_an_assessment_being_prepared_says_what_is_chosen(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        start(session, scene, a_scope(GRID, "accueil-rendez-vous"))
        start(session, scene, a_scope())
    text = home(site, cast.nadia).text
    assert "2 grilles choisies" in text
    assert "Grilles à choisir" in text


def test_finished_grids_are_said_among_all_those_of_the_assessment(site: Site, cast: Cast) -> None:
    with playing(cast) as (session, scene):
        assessment = start(session, scene, a_scope(GRID, "accueil-rendez-vous"))
        pass_to(session, scene.coordinator, assessment, "cotation")
    assert "· 0 sur 2 grilles terminées" in home(site, cast.nadia).text
    with playing(cast) as (session, scene):
        finish_every_sheet(session, scene.member, found(session, assessment.id))
    assert "· 2 sur 2 grilles terminées" in site.get("/").text


def test_only_a_coordinator_is_offered_to_begin(site: Site, cast: Cast) -> None:
    link = "En commencer une – Centre de Port-Amiral"
    assert home(site, cast.nadia).link(link) == f"/centres/{cast.centre.id}/auto-evaluations/nouvelle"
    assert link not in home(site, cast.lea).text


def test_a_structure_is_led_to_its_page_and_its_modules_and_told_what_it_cannot_see(
    site: Site, cast: Cast
) -> None:
    page = home(site, cast.odile)
    assert page.h1 == "Bonjour Odile"
    assert page.link("CPias des Trois-Rives") == f"/structures/{cast.structure.id}"
    assert page.link("Risque infectieux") == "/referentiel/risque-infectieux"
    assert "Risques généraux" not in page.text
    assert "Les réponses et les scores d’un centre ne vous sont pas ouverts" in page.text


def test_an_administrator_sees_what_the_instance_holds(site: Site, cast: Cast) -> None:
    page = home(site, cast.root)
    assert page.link("2 centres de santé") == "/administration/centres"
    assert page.link("1 structure d’appui") == "/administration/structures"
    assert "6 comptes ouverts" in page.text
    assert "sans coordination" not in page.text
    another_centre(cast, "Centre des Lilas")
    assert "1 sans coordination" in site.get("/").text


def test_who_has_no_role_left_is_told_what_to_do(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        session.get_one(Membership, cast.membership(cast.lea)).disabled_at = cast.runtime.clock.now()
        session.commit()
    page = home(site, cast.lea)
    assert page.h1 == "Bonjour Léa"
    assert "demandez une invitation" in page.text
    assert "lea@exemple.fr" in page.text
    assert page.link("Lire le guide") == "/guide"


def test_somebody_who_has_every_kind_of_place_sees_them_all(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        a_member(session, a_structure(session, name="OMEDIT des Trois-Rives"), user=cast.nadia)
        session.get_one(User, cast.nadia.id).is_administrator = True
        session.commit()
    page = home(site, cast.nadia)
    headings = [heading.words for heading in page.root.one("main").all("h2")]
    assert headings == ["Premiers pas", "Votre centre", "Votre structure d’appui", "Administration"]


def test_the_page_costs_the_same_number_of_queries_whatever_the_number_of_centres(
    site: Site, cast: Cast
) -> None:
    def cost(populate: Callable[[Session, Scene], object], centre: Centre | None = None) -> int:
        with playing(cast, centre) as (session, scene):
            populate(session, scene)
        home(site, cast.nadia)
        with site.counted_statements() as statements:
            site.get("/")
        return len(statements)

    def populate(session: Session, scene: Scene) -> None:
        a_closed_one(session, scene)
        an_open_one(session, scene)

    before = cost(populate)
    after = [cost(populate, another_centre(cast, f"Centre {number}")) for number in range(3)]
    assert after == [before] * 3
