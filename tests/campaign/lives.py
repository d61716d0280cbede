"""One run of a workflow asked for anything by anybody, in any order, then brought to its end.

What is refused changes nothing; what is granted leaves it as its file says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import AqssError
from aqss.domain.lifecycle import due_at
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from tests.campaign.counting import Tried
from tests.clock import MONDAY_MORNING

STEPS = 12
"""Gestures of one run, before it is driven to its end."""

TRIES = 30
"""Steps towards an end: more than the longest way takes."""

PEOPLE = st.sampled_from(
    ("coordinator", "coordinator", "manager", "member", "colleague", "stranger", "administrator")
)
STALE = st.sampled_from((0, 0, 0, 1))
"""How many versions behind somebody's page is."""

Asked = TypeVar("Asked", bound=Callable[..., None])


def asked(**words: st.SearchStrategy[Any]) -> Callable[[Asked], Asked]:
    """Marks a gesture that the machine may ask for, and with what."""

    def mark(gesture: Asked) -> Asked:
        setattr(gesture, "asked_with", words)  # noqa: B010 - no attribute of functions
        return gesture

    return mark


@dataclass(frozen=True)
class World:
    """A database with a published catalogue and a scene of people, and what counts the runs."""

    sessions: Sessions
    scene: Any
    centre_id: int
    tried: Tried


class LifeCycle(RuleBasedStateMachine):
    """One run of a workflow, in a transaction that is given up at the end.

    ``moved``: the verb of a passage; ``quiet``: columns that change while the version stays.
    """

    world: ClassVar[World]
    model: ClassVar[type[Action] | type[Assessment] | type[Dossier]]
    moved: ClassVar[str]
    quiet: ClassVar[frozenset[str]] = frozenset()
    workflow: Workflow

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.session: Session = self.open.enter_context(self.world.sessions.writing())
        self.scene = replace(self.world.scene, centre=self.session.get_one(Centre, self.world.centre_id))
        self.now, self.passages, self.key = MONDAY_MORNING, 0, 0

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Just begun, or so many states further: what comes late is tried as often as what comes first."""
        self.key, self.version = self.started(data), 1
        for _ in range(data.draw(st.integers(0, len(self.workflow.states) - 2))):
            self.drive()

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """One rule for every gesture: Hypothesis leaves whole rules out of a run, and some for ever."""
        gesture = getattr(self, data.draw(st.sampled_from(self.gestures())))
        gesture(**data.draw(st.fixed_dictionaries(gesture.asked_with)))

    def gestures(self) -> list[str]:
        """The names of those that may be asked for."""
        return [name for name in dir(type(self)) if hasattr(getattr(type(self), name), "asked_with")]

    def started(self, _data: st.DataObject) -> int:
        raise NotImplementedError

    def person(self, who: str) -> Actor:
        actor: Actor = getattr(self.scene, who)
        return actor

    @property
    def run(self) -> Any:
        return self.session.get_one(self.model, self.key)

    def columns(self) -> dict[str, Any]:
        table = self.model.__table__
        return dict(self.session.execute(select(*table.c).where(table.c.id == self.key)).one()._mapping)

    def attempt(self, gesture: Callable[[], object], *, passes: bool = False, notes: bool = False) -> bool:
        """Try it, an hour later; refused, it leaves the row and the journal as they were.

        ``passes``: it passes to another state; ``notes``: granted, it is told in the journal.
        """
        self.now += timedelta(hours=1)
        before, told = self.columns(), self.entries()
        try:
            with self.session.begin_nested():
                gesture()
        except AqssError:
            self.session.expire_all()
            assert (self.columns(), self.entries()) == (before, told)
            return False
        after = self.columns()
        changed = {name for name in after if after[name] != before[name]} - self.quiet - {"version"}
        assert after["version"] - before["version"] in ((1,) if passes or changed else (0, 1))
        assert passes or after["state"] == before["state"]
        assert self.entries() > told or not (passes or notes)
        self.passages += passes
        return True

    def entries(self) -> int:
        return self.session.scalar(select(func.count()).select_from(JournalEntry)) or 0

    def must(self, gesture: Callable[[], object], *, passes: bool = False) -> None:
        assert self.attempt(gesture, passes=passes), f"no way on from « {self.run.state} »"

    def named_dates(self) -> dict[str, datetime]:
        raise NotImplementedError

    @invariant()
    def stands_as_its_file_says(self) -> None:
        if not self.key:
            return
        run = self.columns()
        state = self.workflow.by_state[run["state"]]
        assert (run["ended_at"] is not None) == state.final
        assert run["ended_at"] in (None, run["entered_at"])
        assert run["due_at"] == due_at(state.due, run["entered_at"], self.named_dates())
        assert run["version"] >= self.version
        self.version = run["version"]

    @invariant()
    def tells_each_passage(self) -> None:
        told = select(func.count()).where(
            JournalEntry.verb == self.moved, JournalEntry.subject_id == self.key
        )
        assert self.session.scalar(told) == self.passages

    @invariant()
    def keeps_its_promises(self) -> None:
        """What else is always true of it."""

    def drive(self) -> None:
        """One step nearer to an end, by those whose turn it is; nothing once there."""
        raise NotImplementedError

    def read_it(self) -> None:
        """What people read of it, once in each run."""

    def teardown(self) -> None:
        with self.open:
            if self.key:
                self.read_it()
                self.end()
        self.world.tried()

    def end(self) -> None:
        for _ in range(TRIES):
            if self.run.ended_at is None:
                self.drive()
                self.stands_as_its_file_says()
                self.tells_each_passage()
                self.keeps_its_promises()
        assert self.run.ended_at is not None, f"« {self.run.state} » has no end"
