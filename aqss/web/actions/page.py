"""The page of an action: where it stands, what comes next, what was done; and its forms, as sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from flask import render_template
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.actions import place_in_matrix
from aqss.domain.definitions.words import GUARDS
from aqss.gateways import drawing
from aqss.gateways.french import paris
from aqss.services.actions.moving import available_moves
from aqss.services.actions.outcomes import NOT_YET, read_outcomes
from aqss.services.actions.reading import ActionPage, read_action
from aqss.services.actions.words import KINDS, ORIGINS, OUTCOMES, ZONES
from aqss.services.runs.passing import Move
from aqss.services.teams import list_team
from aqss.services.wording import answer_fr
from aqss.web.access import current_actor, permitted
from aqss.web.actions.blueprint import blueprint
from aqss.web.actions.forms import CommentForm, ProgressForm
from aqss.web.actions.trails import trail_to_plan
from aqss.web.actions.words import closes, holding_back
from aqss.web.assessments.answers import fields_of, sign_of
from aqss.web.forms import PageForm
from aqss.web.journal.sentences import line_of
from aqss.web.tasks import TaskForm
from aqss.web.transaction import current_instant, current_runtime, current_session
from aqss.web.words import due_words
from aqss.web.workflows import tell_workflow


@dataclass(frozen=True)
class Way:
    """A passage that the person may ask for; ``waits``: the guards that hold it back."""

    move: Move
    waits: tuple[str, ...]


@dataclass(frozen=True)
class Forms:
    """The forms of the page, blank but the one that was refused."""

    step: TaskForm = field(default_factory=TaskForm)
    progress: ProgressForm = field(default_factory=ProgressForm)
    comment: CommentForm = field(default_factory=CommentForm)

    @property
    def refused(self) -> PageForm:
        """The one that was, else one without faults."""
        return next((one for one in (self.step, self.progress, self.comment) if _has_faults(one)), self.step)


@blueprint.get("/actions/<int:action_id>")
@permitted(Permission.ACTION_READ)
def action(action_id: int) -> ResponseReturnValue:
    """All of it, for the team."""
    return action_page(action_id, Forms())


def action_page(action_id: int, forms: Forms) -> str:
    """The page, with the forms as they were sent; in a constant number of queries."""
    session, actor, now = current_session(), current_actor(), current_instant()
    page = read_action(session, actor, action_id, now)
    row, today = page.action, paris(now).date()
    cells = place_in_matrix([(row.number, page.marks)])
    forms.step.offer((one.id, one.name) for one in list_team(session, row.centre_id))
    return render_template(
        "actions/action.html",
        page=page,
        form=forms.refused,
        forms=forms,
        ways=_ways(page, available_moves(session, actor, action_id)),
        guards=GUARDS["action"],
        told=tell_workflow(page.workflow, page.state.state, _visited(page)),
        history=[line_of(entry, current_runtime().catalogue) for entry in page.history],
        matrix=drawing.action_matrix(cells, ZONES, current=(row.criticality, row.feasibility)),
        outcome=read_outcomes(session, [row]).get(row.id, NOT_YET),
        outcomes=OUTCOMES,
        origins=ORIGINS,
        kinds=KINDS,
        trail=trail_to_plan(row.centre_id),
        today=today,
        due_words=partial(due_words, now=now),
        answer_fr=answer_fr,
        fields_of=fields_of,
        sign_of=sign_of,
    )


def _ways(page: ActionPage, moves: tuple[Move, ...]) -> list[Way]:
    targets = page.workflow.by_state
    return [
        Way(move, holding_back(move, is_closing=closes(page.state, targets[move.transition.to])))
        for move in moves
    ]


def _visited(page: ActionPage) -> set[str]:
    """The states it has been through, as its history tells."""
    return {str(entry.facts.get("from")) for entry in page.history if entry.verb == "action-moved"}


def _has_faults(form: PageForm) -> bool:
    return bool(form.errors or form.form_errors)
