"""Dossiers of every shipped workflow asked for anything by anybody: each can always reach an end.

Nobody changes one or reads it but its team and the structure it was sent to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import select

from aqss.config import ROOT
from aqss.domain.definitions.workflows import State, Transition, Workflow
from aqss.domain.errors import NotFound
from aqss.domain.lifecycle import is_onward
from aqss.gateways.french import end_of_day
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.dossiers import Dossier, DossierProof, Interview
from aqss.persistence.runs import Task
from aqss.persistence.session import Sessions
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.dossiers import tasks
from aqss.services.dossiers.changing import change_dossier, read_words
from aqss.services.dossiers.documents import expected_documents, remove_document
from aqss.services.dossiers.finding import get_passable
from aqss.services.dossiers.interviews import Told, add_interview, change_interview, remove_interview
from aqss.services.dossiers.listing import Filters, list_own_dossiers
from aqss.services.dossiers.moving import move_dossier
from aqss.services.dossiers.notes import add_note
from aqss.services.dossiers.reading import read_dossier
from aqss.services.dossiers.requests import read_request
from aqss.services.dossiers.sheets import add_sheet, remove_sheet
from aqss.services.dossiers.targets import change_targets
from aqss.services.editions import Publication
from tests.builders import a_member, a_structure, actor_of
from tests.campaign.counting import Tried
from tests.campaign.lives import STALE, STEPS, LifeCycle, World, asked
from tests.campaign.rows import cases
from tests.services.assessments.scene import read_workflow
from tests.services.dossiers.scene import (
    LINKS,
    TODAY,
    a_dossier,
    attach,
    do_tasks,
    finish_grids,
    give_documents,
    set_scene,
)

HAS_GRIDS = ("diagnostic-territorial", "indicateurs-annuels", "patient-traceur")
NAMES = ("creation-centre", "demande-appui", *HAS_GRIDS)
WORKFLOWS: Mapping[str, Workflow] = {
    name: read_workflow((ROOT / "workflows" / f"{name}.yaml").read_text(encoding="utf-8")) for name in NAMES
}
TEAM = ("coordinator", "manager", "member", "colleague")
HELPERS = ("helper", "other_helper")
OUTSIDERS = ("stranger", "administrator")
PEOPLE = st.sampled_from((*["coordinator"] * 6, *["manager"] * 3, *TEAM, *HELPERS, *OUTSIDERS))
LEADERS = st.sampled_from((*["coordinator"] * 6, "manager", "member", "helper"))
ANY = st.integers(0, 11)
"""Which one of those there are, whatever their number."""

ANSWERS = (("D1-01", "number", "120"), ("D2-01", "level", "oui"), ("D3-01", "text", "Directrice"))


ONLY_IN: Mapping[str, tuple[str, ...]] = {
    "aim": ("indicateurs-annuels",),
    "fill_sheet": HAS_GRIDS,
    "forget_interview": ("diagnostic-territorial",),
    "meet": ("diagnostic-territorial",),
    "open_or_remove_sheet": ("patient-traceur",),
}
"""Gestures that the dossiers of some workflows have only."""


class DossierLife(LifeCycle):
    model, moved = Dossier, "dossier-moved"
    other_helper: ClassVar[Any]
    others: ClassVar[int]

    def started(self, data: st.DataObject) -> int:
        self.sent_to: int | None = None
        if self.workflow.workflow == "creation-centre":
            self.scene.centre.is_project, self.scene.centre.flags = True, []
        owner = self.person(data.draw(st.sampled_from(TEAM)))
        named = {"owner_id": owner.user_id, "now": self.now}
        return a_dossier(self.session, self.scene, self.workflow.workflow, **named).id

    def gestures(self) -> list[str]:
        name = self.workflow.workflow
        there_are = [one for one in super().gestures() if name in ONLY_IN.get(one, NAMES)]
        return [*there_are, "pass_on", "rewrite", "rewrite"]

    def person(self, who: str) -> Any:
        return self.other_helper if who == "other_helper" else super().person(who)

    def named_dates(self) -> dict[str, datetime]:
        day = self.run.year_ends_on
        return {} if day is None else {"year-end": end_of_day(day)}

    def state(self) -> State:
        return self.workflow.by_state[self.run.state]

    def readers(self) -> set[str]:
        """The team, and the people of the structure that it was sent to."""
        structures = {self.scene.structure.id: "helper", self.others: "other_helper"}
        return {*TEAM, *filter(None, [structures.get(self.sent_to or 0)])}

    def by(self, who: str, gesture: Callable[..., object], *, notes: bool = True, **words: Any) -> bool:
        """Ask a service for it; nobody is granted a thing who does not read the dossier."""
        named = {"dossier_id": self.key, "now": self.now, **words}
        granted = self.attempt(lambda: gesture(self.session, self.person(who), **named), notes=notes)
        assert not granted or who in self.readers()
        return granted

    def pass_to(self, who: str, to: str, stale: int = 0) -> bool:
        state, readers = self.state(), self.readers()
        named = {"expected_version": self.run.version - stale, "links": LINKS, "reason": "Voilà."}
        granted = self.attempt(
            lambda: move_dossier(
                self.session, self.person(who), dossier_id=self.key, to=to, now=self.now, **named
            ),
            passes=True,
        )
        assert not granted or (who in readers and not stale)
        ways = [one for one in state.transitions or () if one.to == to]
        if granted and any("tell-structure" in (one.then or ()) for one in ways):
            self.sent_to = self.run.structure_id
        return granted

    @asked(who=PEOPLE, which=ANY, stale=STALE)
    def pass_on(self, who: str, which: int, stale: int) -> None:
        """To where a passage leads, or anywhere."""
        near = [one.to for one in self.state().transitions or ()]
        places = [*near, *near, *self.workflow.by_state]
        self.pass_to(who, places[which % len(places)], stale)

    @asked(
        who=LEADERS,
        owner=st.none() | st.sampled_from((*TEAM, "stranger")),
        purpose=st.sampled_from(("", "Comment tracer ?")),
        structure=st.sampled_from((None, "ours", "ours", "others", "others", "unknown")),
        days=st.none() | st.integers(-40, 400),
        stale=STALE,
    )
    def rewrite(
        self, who: str, owner: str | None, purpose: str, structure: str | None, days: int | None, stale: int
    ) -> None:
        last = None if days is None else TODAY + timedelta(days=days)
        known = {"ours": self.scene.structure.id, "others": self.others, "unknown": 0}
        self.write(
            who,
            stale,
            owner_id=self.person(owner).user_id if owner else None,
            purpose=purpose,
            structure_id=known[structure] if structure else None,
            period_from=TODAY,
            period_to=last,
            year_ends_on=last,
        )

    def write(self, who: str, stale: int = 0, **words: Any) -> bool:
        asked_before = self.run.structure_id
        new = replace(read_words(self.session, self.run), **words)
        named = {"words": new, "expected_version": self.run.version - stale}
        granted = self.by(who, change_dossier, notes=False, **named)
        assert not (granted and stale)
        if self.run.structure_id != asked_before:
            self.sent_to = None
        return granted

    @asked(who=PEOPLE, which=ANY, done=st.booleans())
    def tick(self, who: str, which: int, done: bool) -> None:
        """A task of the file, one that somebody added, or none that there is."""
        codes = [one.task for one in self.state().checklist or ()]
        known = [*codes, *map(str, self.added()), "inconnue"]
        task = known[which % len(known)]
        self.by(who, tasks.set_task, notes=False, task=task, done=done)
        owner_id = self.scene.colleague.user_id
        self.by(who, tasks.assign_task, notes=False, task=task, owner_id=owner_id, due_on=TODAY)

    @asked(who=PEOPLE, is_new=st.booleans())
    def add_or_remove_task(self, who: str, is_new: bool) -> None:
        if is_new:
            self.by(who, tasks.add_task, label="Appeler la mairie", owner_id=None, due_on=None)
        else:
            self.by(who, tasks.remove_task, task=str(next(iter(self.added()), 0)))

    def added(self) -> list[int]:
        query = select(Task.id).where(Task.dossier_id == self.key, Task.code.is_(None)).order_by(Task.id)
        return list(self.session.scalars(query))

    @asked(who=PEOPLE, which=ANY)
    def attach_or_remove(self, who: str, which: int) -> None:
        """A document that the file expects somewhere, another, an unknown one; or one is taken away."""
        documents = [*expected_documents(self.workflow), "", "Inconnu", None]
        document = documents[which % len(documents)]
        if document is None:
            first = select(DossierProof.proof_id).where(DossierProof.dossier_id == self.key).limit(1)
            self.by(who, remove_document, proof_id=self.session.scalar(first) or 0)
            return
        before = self.readers()
        given = {"actor": self.person(who), "document": document}
        granted = self.attempt(lambda: attach(self.session, self.scene, self.run, **given), notes=True)
        assert not granted or who in before

    @asked(who=PEOPLE, text=st.sampled_from(("", "Vu avec la mairie.")))
    def write_note(self, who: str, text: str) -> None:
        self.by(who, add_note, text=text)

    @asked(who=PEOPLE, is_new=st.booleans())
    def open_or_remove_sheet(self, who: str, is_new: bool) -> None:
        if is_new:
            self.by(who, add_sheet, title="Autre parcours")
        else:
            self.by(who, remove_sheet, assessment_id=next(iter(self.sheets()), (0, ""))[0])

    def sheets(self) -> list[tuple[int, str]]:
        query = (
            select(Assessment.id, Sheet.grid)
            .join(Sheet, Sheet.assessment_id == Assessment.id)
            .where(Assessment.dossier_id == self.key)
        )
        return [(row.id, row.grid) for row in self.session.execute(query.order_by(Assessment.id))]

    @asked(who=PEOPLE, which=ANY, answer=st.sampled_from(ANSWERS), finishes=st.booleans())
    def fill_sheet(self, who: str, which: int, answer: tuple[str, str, str], finishes: bool) -> None:
        sheets = self.sheets() or [(0, "patient-traceur")]
        key, grid = sheets[which % len(sheets)]
        criterion, kind, value = answer
        named: dict[str, Any] = {"assessment_id": key, "grid": grid, "now": self.now}
        given = {"criterion": criterion, "submission": Submission(kind, value), "expected_version": 0}
        gesture = finish_sheet if finishes else save_answer
        words = named if finishes else {**named, **given}
        granted = self.attempt(lambda: gesture(self.session, self.person(who), **words))  # type: ignore[operator]
        assert not granted or who in TEAM

    @asked(who=PEOPLE, target=st.sampled_from(("", "120", "beaucoup")))
    def aim(self, who: str, target: str) -> None:
        version = self.run.version
        self.by(who, change_targets, notes=False, targets={"D1-01": target}, expected_version=version)

    @asked(
        who=LEADERS,
        which=st.none() | ANY,
        days=st.integers(-9, 9),
        consent=st.sampled_from(("none", "oral", "written")),
        is_recorded=st.booleans(),
        is_erased=st.booleans(),
    )
    def meet(self, who: str, which: int | None, days: int, is_erased: bool, **told: Any) -> None:
        """A new interview, or another word on one."""
        day = TODAY + timedelta(days=days)
        words = {"told": Told(day, "Adjointe à la santé", erased_on=TODAY if is_erased else None, **told)}
        met = self.met()
        if which is None or not met:
            self.by(who, add_interview, **words)
        else:
            key, version = met[which % len(met)].id, self.run.version
            self.by(who, change_interview, interview_id=key, expected_version=version, **words)

    @asked(who=LEADERS)
    def forget_interview(self, who: str) -> None:
        self.by(who, remove_interview, interview_id=next((one.id for one in self.met()), 0))

    def met(self) -> list[Interview]:
        return list(self.session.scalars(select(Interview).where(Interview.dossier_id == self.key)))

    @invariant()
    def is_read_by_its_team_and_by_whom_it_was_sent_to(self) -> None:
        for who in (*HELPERS, "stranger") if self.key else ():
            assert self.reads(get_passable, who) == (who in self.readers())

    def reads(self, read: Callable[..., object], who: str, *named: Any) -> bool:
        try:
            read(self.session, self.person(who), self.key, *named)
        except NotFound:
            return False
        return True

    def read_it(self) -> None:
        """Its page is for the team, the request for the structure; lists hold what one reads."""
        for who in ("colleague", *HELPERS, *OUTSIDERS):
            page = list_own_dossiers(self.session, self.person(who), Filters("tous"), self.now)
            assert [line.dossier.id for line in page.lines] == [self.key] * (who in self.readers())
            assert self.reads(read_dossier, who, self.now) == (who in TEAM)
            if who not in TEAM:
                assert self.reads(read_request, who, self.now) == (who in self.readers())

    @invariant()
    def keeps_its_promises(self) -> None:
        """Nothing over holds a recording or an open sheet; a project is one until it opens."""
        if not self.key:
            return
        if self.state().final:
            open_sheets = select(Assessment.id).where(
                Assessment.dossier_id == self.key, Assessment.ended_at.is_(None)
            )
            assert self.session.scalars(open_sheets).all() == []
            assert [one.who for one in self.met() if one.is_recorded and one.erased_on is None] == []
        is_project = self.workflow.workflow == "creation-centre"
        is_open = self.run.state in ("ouverture", "termine")
        assert self.scene.centre.is_project == (is_project and not is_open)

    def drive(self) -> None:
        """What the first way on waits for, then that way, by the first of those who may."""
        state = self.state()
        if state.final:
            return
        to = next(one.to for one in state.transitions or () if is_onward(self.workflow, state.state, one.to))
        way, who = next(
            (one, who) for one in state.transitions or () if one.to == to and (who := self.taker(one))
        )
        for guard in way.when or ():
            MEANS[guard](self)
        assert self.pass_to(who, to), f"no way on from « {state.state} »"

    def taker(self, way: Transition) -> str:
        """Somebody who may take it now; nobody: an empty name."""
        there = {"structure": "".join(self.readers() - {*TEAM})}
        return there.get(way.by[0], way.by[0])

    def do_tasks(self) -> None:
        self.must(lambda: do_tasks(self.session, self.scene, self.run))

    def give_documents(self) -> None:
        self.must(lambda: give_documents(self.session, self.scene, self.run))

    def finish_grids(self) -> None:
        self.must(lambda: finish_grids(self.session, self.scene, self.run))

    def choose_period(self) -> None:
        days = {"period_from": TODAY, "period_to": TODAY + timedelta(days=90)}
        assert self.write("coordinator", **days)

    def ask_question(self) -> None:
        words = {"purpose": "Comment tracer ?", "structure_id": self.scene.structure.id}
        assert self.write("coordinator", **words)

    def describe_centre(self) -> None:
        self.scene.centre.flags = ["mt"]

    def note_consents(self) -> None:
        """Everybody agreed, and every recording is erased."""
        for key in [one.id for one in self.met()] or [None]:
            self.meet_in_order(key)

    def erase_recordings(self) -> None:
        for key in [one.id for one in self.met()]:
            self.meet_in_order(key)

    def meet_in_order(self, key: int | None) -> None:
        told = Told(TODAY, "Adjointe à la santé", "oral", is_recorded=True, erased_on=TODAY)
        if key is None:
            assert self.by("coordinator", add_interview, told=told)
        else:
            words = {"told": told, "interview_id": key, "expected_version": self.run.version}
            assert self.by("coordinator", change_interview, **words)


MEANS: Mapping[str, Callable[[DossierLife], None]] = {
    "tasks-done": DossierLife.do_tasks,
    "documents-given": DossierLife.give_documents,
    "grids-finished": DossierLife.finish_grids,
    "period-chosen": DossierLife.choose_period,
    "question-written": DossierLife.ask_question,
    "centre-described": DossierLife.describe_centre,
    "consents-noted": DossierLife.note_consents,
    "recordings-deleted": DossierLife.erase_recordings,
}
"""How a person makes each guard hold."""


@pytest.fixture
def world(sessions: Sessions, published: Publication, tried: Tried) -> World:
    with sessions.writing() as session:
        scene, others = set_scene(session), a_structure(session, name="OMEDIT des Trois-Rives")
        DossierLife.others = others.id
        DossierLife.other_helper = actor_of(session, a_member(session, others))
        centre_id = scene.centre.id
        session.commit()
    return World(sessions, scene, centre_id, tried)


@pytest.mark.campaign("B18")
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_of_a_dossier_and_by_whom_an_end_can_be_reached(world: World, name: str) -> None:
    DossierLife.world, DossierLife.workflow = world, WORKFLOWS[name]
    runs = cases("B18", among=3 * len(NAMES))
    run_state_machine_as_test(DossierLife, settings=settings(max_examples=runs, stateful_step_count=STEPS))
