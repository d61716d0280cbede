"""Changing several actions from the list: chosen, told before, done, and told after."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.persistence.actions import Action
from tests.page import Page, Site
from tests.web.cast import Cast
from tests.web.plan.scene import TODAY, make_plan, plan_url

SEE = "Voir ce qui changera"


def stored(runtime: Runtime, action: Action) -> Action:
    with runtime.sessions.reading() as session:
        return session.get_one(Action, action.id)


def chosen(site: Site, cast: Cast, *actions: Action) -> Page:
    return site.get(plan_url(cast, "/ensemble?" + "&".join(f"action={one.id}" for one in actions)))


def test_what_will_change_is_told_first_then_done(lead: Site, runtime: Runtime, cast: Cast) -> None:
    first, late, *_ = plan = make_plan(runtime, cast)
    page = chosen(lead, cast, *plan)
    assert "5 actions choisies" in page.text
    page = lead.submit(page, SEE, {"gesture": "owner", "owner": str(cast.paul.id)})
    assert "3 actions changeront" in page.text
    assert "2 actions resteront comme elles sont" in page.text
    assert "Léa MartinPaul Roux" in page.text
    assert stored(runtime, first).owner_id == cast.lea.id, "nothing has changed yet"
    page = lead.submit(page, "Changer 3 actions")
    assert page.notices == ["3 actions changées."]
    assert {stored(runtime, one).owner_id for one in (first, late, plan[4])} == {cast.paul.id}
    assert stored(runtime, plan[3]).owner_id == cast.nadia.id


def test_a_step_that_no_longer_changes_is_named(lead: Site, runtime: Runtime, cast: Cast) -> None:
    plan = make_plan(runtime, cast)
    page = lead.submit(chosen(lead, cast, plan[3]), SEE, {"gesture": "owner", "owner": str(cast.paul.id)})
    assert "Son étape, « Close », ne permet pas de la modifier." in page.text.replace("\u00a0", " ")


def test_the_list_comes_back_as_it_was_filtered(lead: Site, runtime: Runtime, cast: Cast) -> None:
    first, *_ = make_plan(runtime, cast)
    listed = plan_url(cast, "?vue=toutes&tri=numero")
    ticked = lead.submit(lead.get(listed), "Changer les actions cochées", {"action": [str(first.id)]})
    assert ticked.link("Annuler").startswith(listed)
    page = lead.submit(ticked, SEE, {"gesture": "shift", "weeks": "x"}, status=422)
    page = lead.submit(page, SEE, {"gesture": "shift", "weeks": "1"})
    assert lead.get(page.link("Revenir au choix")).link("Annuler").startswith(listed)
    page = lead.submit(page, "Changer 1 action")
    assert page.notices == ["1 action changée."]
    assert page.field("vue")["value"] == "toutes"
    assert page.field("tri").one("option", selected="")["value"] == "numero"
    elsewhere = {"gesture": "shift", "weeks": "1", "action": [str(first.id)], "retour": "//exemple.fr"}
    assert lead.post(plan_url(cast, "/ensemble"), elsewhere).h1 == "Plan d’actions"


def test_starting_tells_what_holds_an_action_back(lead: Site, runtime: Runtime, cast: Cast) -> None:
    ready, late, _, _, nobodys = make_plan(runtime, cast)
    page = lead.submit(chosen(lead, cast, ready, late, nobodys), SEE, {"gesture": "start"})
    told = page.text.replace("\u00a0", " ")
    assert "1 action changera" in told
    assert "Son étape, « En cours », ne permet pas de la lancer." in told
    assert "Conditions à remplir : Nommer un pilote." in told
    lead.submit(page, "Changer 1 action")
    assert (stored(runtime, ready).state, stored(runtime, nobodys).state) == ("faire", "prevoir")


def test_a_change_made_meanwhile_by_somebody_else_is_told_and_kept(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    first, late, *_ = make_plan(runtime, cast)
    page = lead.submit(chosen(lead, cast, first, late), SEE, {"gesture": "shift", "weeks": "1"})
    with runtime.sessions.writing() as session:
        session.get_one(Action, first.id).version += 1
        session.commit()
    page = lead.submit(page, "Changer 2 actions")
    assert [told.replace("\u00a0", " ") for told in page.notices] == [
        "1 action changée.",
        "L’action n° 1 n’a pas changé. Quelqu’un l’a changée entre-temps.",
    ]
    assert stored(runtime, first).due_on == first.due_on


def test_nothing_that_can_change_offers_to_choose_again(lead: Site, runtime: Runtime, cast: Cast) -> None:
    plan = make_plan(runtime, cast)
    page = lead.submit(chosen(lead, cast, plan[4]), SEE, {"gesture": "shift", "weeks": "-2"})
    assert "Elle n’a pas d’échéance à décaler." in page.text
    assert "1 action choisie" in lead.get(page.link("Revenir au choix")).text


def test_what_is_missing_is_asked_and_what_was_typed_stays(lead: Site, runtime: Runtime, cast: Cast) -> None:
    plan = make_plan(runtime, cast)
    page = chosen(lead, cast, *plan[:2])
    for values, told in (
        ({}, "Ce qui change"),
        ({"gesture": "owner"}, "Nouveau pilote"),
        ({"gesture": "due"}, "Nouvelle échéance"),
        ({"gesture": "due", "due_on": "31/02/2026"}, "Nouvelle échéance"),
        ({"gesture": "shift", "weeks": "500"}, "Décalage, en semaines"),
        ({"gesture": "shift", "weeks": "beaucoup"}, "Décalage, en semaines"),
    ):
        refused = lead.submit(page, SEE, values, status=422)
        assert [one.partition(" :")[0] for one in refused.complaints] == [told], values
        assert "2 actions choisies" in refused.text
    assert refused.field("weeks")["value"] == "beaucoup"


def test_a_change_that_became_impossible_is_refused_as_its_form_was(
    lead: Site, runtime: Runtime, cast: Cast
) -> None:
    plan = make_plan(runtime, cast)
    sent = {"gesture": "due", "due_on": "", "action": [f"{plan[0].id}:1"]}
    assert lead.post(plan_url(cast, "/ensemble"), sent, 422).complaints


def test_ticking_none_or_sending_nonsense_breaks_nothing(lead: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    assert "Aucune action n’est cochée" in lead.get(plan_url(cast, "/ensemble?action=x&action=-1")).text
    nonsense = {"gesture": "start", "action": ["x", "9:9:9", "²"]}
    assert "Aucune action n’est cochée" in lead.post(plan_url(cast, "/ensemble/apercu"), nonsense, 422).text


def test_many_refusals_are_counted_after_the_first_ones(lead: Site, runtime: Runtime, cast: Cast) -> None:
    plan = [one for _ in range(2) for one in make_plan(runtime, cast)]
    sent = {"gesture": "due", "due_on": TODAY.isoformat(), "action": [f"{one.id}:9" for one in plan]}
    notices = lead.post(plan_url(cast, "/ensemble"), sent).notices
    assert len(notices) == 6
    assert notices[-1] == "5 autres actions n’ont pas changé."


def test_a_member_changes_nothing_at_once(member: Site, runtime: Runtime, cast: Cast) -> None:
    (action, *_) = make_plan(runtime, cast)
    assert member.client.get(plan_url(cast, f"/ensemble?action={action.id}")).status_code == 403
    sent = {"gesture": "start", "action": [f"{action.id}:1"]}
    member.post(plan_url(cast, "/ensemble"), sent, 403)
    assert stored(runtime, action).state == "prevoir"
