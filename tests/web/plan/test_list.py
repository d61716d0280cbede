"""The list of a plan, as a page: views, filters, groups, pages, and who sees it."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.builders import a_member
from tests.page import Page, Site
from tests.web.cast import Cast
from tests.web.plan.scene import TODAY, make_action, make_plan, plan_url


def titles(page: Page) -> list[str]:
    """Of the actions listed, in their order."""
    return [one.one("a").words for one in page.root.all("th", scope="row")]


def views(page: Page) -> str:
    """The links to the views with their counts."""
    (nav,) = (one for one in page.root.all("nav") if one.get("aria-label") == "Vues du plan")
    return nav.words


def test_the_open_actions_are_listed_by_priority_with_the_count_of_each_view(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast))
    assert titles(page) == [
        "Écrire la procédure d’accueil",
        "Tester les sauvegardes",
        "Revoir les accès au logiciel",
        "Former l’équipe aux gestes d’urgence",
    ]
    assert views(page) == (
        "Ouvertes 4 En retard 1 À revoir 1 Mes actions 1 Sans pilote 1 Terminées 1 Toutes 5"
    )
    assert "4 actions" in page.text


def test_a_line_tells_state_delay_owner_priority_and_tasks(lead: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    told = lead.get(plan_url(cast)).text
    for words in (
        "n° 2 Tester les sauvegardes En cours En retard de 43 jours",
        "À vérifier À revoir",
        "1 tâche faite sur 2",
        "D’abord, 24",
        "100 % fait",
        "pilote à choisir",
        "Hors auto-évaluation",
    ):
        assert words in told.replace("\u00a0", " "), words
    over = lead.get(plan_url(cast, "?vue=terminees")).text
    assert "Close, efficace" in over


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("?vue=en-retard", ["Tester les sauvegardes"]),
        ("?vue=a-revoir", ["Revoir les accès au logiciel"]),
        ("?vue=miennes", ["Tester les sauvegardes"]),
        ("?vue=sans-pilote", ["Former l’équipe aux gestes d’urgence"]),
        ("?q=ACCES", ["Revoir les accès au logiciel"]),
        ("?etape=prevoir&type=preventive", ["Former l’équipe aux gestes d’urgence"]),
        ("?priorite=d-abord&q=proc", ["Écrire la procédure d’accueil"]),
        ("?case=4-3", ["Écrire la procédure d’accueil"]),
        ("?origine=auto-evaluation", []),
    ],
)
def test_the_address_keeps_what_is_asked(
    lead: Site, runtime: Runtime, cast: Cast, address: str, expected: list[str]
) -> None:
    make_plan(runtime, cast)
    assert titles(lead.get(plan_url(cast, address))) == expected


def test_the_form_keeps_what_was_asked_and_the_view(lead: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = lead.submit(
        lead.get(plan_url(cast, "?vue=toutes")), "Filtrer", {"pilote": str(cast.nadia.id), "tri": "numero"}
    )
    assert titles(page) == ["Tester les sauvegardes", "Afficher la conduite à tenir"]
    assert page.field("pilote").one("option", selected="")["value"] == str(cast.nadia.id)
    assert page.field("vue")["value"] == "toutes"
    whole = lead.get(page.link("Enlever les filtres"))
    assert len(titles(whole)) == 5, "the view stays"


@pytest.mark.parametrize(
    "query",
    [
        "?vue=x&tri=x&grouper=x&lignes=x&page=x&pilote=x&priorite=x&case=9-9&type=x&origine=x&etape=x",
        "?page=99999999999999999999&lignes=-1&pilote=²&case=4",
        "?page=0&lignes=7&vue=&tri=&grouper=&pilote=-3",
        "?q=%00%ff&etape=%27%22",
        "?page=42",
    ],
)
def test_a_query_that_makes_no_sense_gives_the_nearest_list(
    lead: Site, runtime: Runtime, cast: Cast, query: str
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, query))
    assert page.h1 == "Plan d’actions"


@pytest.mark.parametrize(
    ("group", "headings"),
    [
        ("etape", ["À lancer (2)", "En cours (1)", "À vérifier (1)"]),
        ("pilote", ["Léa Martin (2)", "Nadia Benali (1)", "Sans pilote (1)"]),
        ("priorite", ["D’abord (1)", "Ensuite (3)"]),
        ("module", ["Sans critère (4)"]),
    ],
)
def test_a_list_is_put_in_groups_each_with_its_count(
    lead: Site, runtime: Runtime, cast: Cast, group: str, headings: list[str]
) -> None:
    make_plan(runtime, cast)
    page = lead.get(plan_url(cast, f"?grouper={group}"))
    assert [one.words for one in page.root.all("h3")] == headings


def test_pages_keep_the_filters(lead: Site, runtime: Runtime, cast: Cast) -> None:
    for _ in range(22):
        make_action(runtime, cast)
    page = lead.get(plan_url(cast, "?lignes=20&q=action&tri=numero"))
    assert "1 à 20 sur 22" in page.text
    second = lead.get(page.link("Suivante"))
    assert titles(second) == ["Action 21", "Action 22"]
    assert second.field("q")["value"] == "action"


def test_an_empty_plan_says_what_to_do_and_a_view_without_action_where_to_look(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    page = lead.get(plan_url(cast))
    assert "Aucune action pour le moment" in page.text
    assert page.link("Nouvelle action")
    make_action(runtime, cast)
    page = lead.get(plan_url(cast, "?vue=en-retard"))
    assert "Aucune action ici" in page.text
    assert titles(lead.get(page.link("Voir toutes les actions"))) == ["Action 1"]


def test_a_member_reads_it_and_neither_plans_nor_ticks(member: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = member.get(plan_url(cast))
    assert len(titles(page)) == 4
    assert not page.root.all("input", type="checkbox")
    assert "Nouvelle action" not in page.text


def test_strangers_find_nothing(site: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    for stranger in (cast.zoe, cast.odile):
        site.sign_in(stranger)
        for rest in ("", "/tableau", "/calendrier", "/matrice", "/paqss", "/export.xlsx", "/export.csv"):
            assert site.client.get(plan_url(cast, rest)).status_code == 404, rest


@pytest.fixture
def both(site: Site, runtime: Runtime, cast: Cast) -> Site:
    """The site as Léa sees it, who works in Port-Amiral and in Vauxperle: an action in each."""
    make_action(runtime, cast, title="À Port-Amiral", criticality=4)
    make_action(runtime, cast, title="À Vauxperle", centre=cast.other, due_on=TODAY)
    with runtime.sessions.writing() as session:
        a_member(session, cast.other, user=cast.lea)
        session.commit()
    site.sign_in(cast.lea)
    return site


def test_all_the_centres_of_a_person_are_read_together(both: Site) -> None:
    page = both.get("/plan?grouper=centre")
    assert titles(page) == ["À Port-Amiral", "À Vauxperle"]
    assert [one.words for one in page.root.all("h3")] == [
        "Centre de Port-Amiral (1)",
        "Centre de Vauxperle (1)",
    ]
    assert page.menu["Plan d’actions"] == "/plan"
    assert both.get("/plan?q=vaux").h1 == "Plan d’actions"


@pytest.mark.parametrize("label", ["Liste", "Tableau", "Calendrier", "Matrice", "PAQSS"])
def test_each_way_to_look_at_them_keeps_the_centre_asked_for(both: Site, cast: Cast, label: str) -> None:
    page = both.get(both.get("/plan").link(label))
    assert ("À Port-Amiral" in page.text) is (label != "Calendrier")
    assert "À Vauxperle" in page.text
    assert "Centre de Vauxperle" in page.root.one("main").words.replace("Tous mes centres", "")
    page = both.submit(page, "Filtrer", {"centre": str(cast.other.id)})
    assert "À Port-Amiral" not in page.text
    assert "À Vauxperle" in page.text
    assert "À Vauxperle" in both.get(page.link("Ouvrir le plan de ce centre")).text
    assert both.get(page.link("Liste")).field("centre").one("option", selected="")["value"] == str(
        cast.other.id
    )


def test_an_action_is_planned_once_its_centre_is_chosen(site: Site, runtime: Runtime, cast: Cast) -> None:
    with runtime.sessions.writing() as session:
        a_member(session, cast.other, user=cast.nadia)
        session.commit()
    site.sign_in(cast.nadia)
    assert "Nouvelle action" not in site.get("/plan").text
    page = site.get(f"/plan?centre={cast.centre.id}")
    assert page.link("Nouvelle action") == f"/centres/{cast.centre.id}/actions/nouvelle"
    assert "Nouvelle action" not in site.get(f"/plan?centre={cast.other.id}").text, "only a member there"


def test_whoever_has_one_centre_reads_its_plan_at_once_asked_the_same_way(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    for page in ("", "/tableau", "/calendrier", "/matrice", "/paqss", "/export.xlsx", "/export.csv"):
        asked = f"{page}?vue=toutes&q=acc%C3%A8s"
        answer = lead.client.get(f"/plan{asked}")
        assert (answer.status_code, answer.location) == (302, plan_url(cast, asked))
    assert lead.client.get("/plan").location == plan_url(cast)


def test_visitors_sign_in_before_any_plan_is_opened(site: Site) -> None:
    assert site.client.get("/plan").location.startswith("/connexion")
