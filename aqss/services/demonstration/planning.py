"""The action plan of a fictional centre: what answers its closed assessments, and where that stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from aqss.domain.access import Role
from aqss.domain.actions import Marks, progress_of_steps, propose_marks
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.domain.effects import Expected, Outcome, outcome_of
from aqss.domain.lifecycle import due_at
from aqss.domain.scoring import Answer, Rated, value_of
from aqss.gateways.french import end_of_day
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.journal import JournalEntry
from aqss.persistence.runs import Comment, Task
from aqss.services.demonstration.assessing import Added
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.days import at, last_day_before
from aqss.services.demonstration.rated_sheets import RatedSheet
from aqss.services.demonstration.ratings import rate_sheet
from aqss.services.demonstration.region import FictionalCentre
from aqss.services.demonstration.rows import Writer
from aqss.services.editions import PublishedWorkflow

_PATH = ("prevoir", "faire", "verifier", "close")
_YEAR = timedelta(days=365)
_BETTER_ENDS = ("close",) * 9 + ("abandonnee",)
_SAME_ENDS = ("close",) * 3 + ("faire",) * 2 + ("verifier", "abandonnee")
_NEW_ENDS = ("prevoir",) * 5 + ("faire",) * 10 + ("verifier",) * 3 + ("close",) * 2
_STEPS = (
    "Écrire la consigne avec les personnes concernées",
    "La relire en réunion d’équipe",
    "La diffuser et l’afficher",
    "Vérifier sur dix situations qu’elle est suivie",
)
_MEANS = (
    "Deux heures de réunion d’équipe.",
    "Une demi-journée de la coordination.",
    "Temps dédié d’une infirmière, une heure par semaine pendant deux mois.",
    "Achat de petit matériel, moins de 300\u00a0€.",
)
_SAID = (
    "Premier essai fait avec l’accueil\u00a0: il faut raccourcir la consigne.",
    "Point fait en réunion d’équipe, tout le monde est d’accord.",
    "Le matériel est commandé, livraison attendue sous quinze jours.",
)
_CONCLUSIONS: Mapping[str, str] = {
    "efficace": "Relevé fait sur dix situations\u00a0: la consigne est suivie à chaque fois.",
    "partiel": "La consigne est suivie en semaine, pas encore le samedi.",
    "inefficace": "Rien n’a changé au relevé\u00a0: la cause était ailleurs, à reprendre.",
}
_OLDEST_DUE = {"prevoir": timedelta(weeks=3), "faire": timedelta(weeks=3), "verifier": timedelta(weeks=12)}
"""How long ago at most an action that still runs was due; one older than that was put off."""
_REVIEWED_AFTER = timedelta(days=60)
_WEAK_ONE_IN = 9
"""Of the weak criteria that are not essential, how many have an action: one in so many."""


@dataclass
class Planner:
    """Plans the actions of one centre, numbered as they come; ``known``: address → the number of a person."""

    writer: Writer
    workflow: PublishedWorkflow
    centre: FictionalCentre
    centre_id: int
    known: Mapping[str, int]
    today: date
    number: int = 0

    def answer(self, campaign: Campaign, added: Added) -> None:
        """Plan what answers a closed assessment: each essential criterion not met, and some weak ones."""
        for sheet in added.sheets:
            later = self._next_year(sheet, campaign)
            for criterion, rated in _weak(sheet):
                chance = Random(f"{self.centre.number} {campaign.year_number} {criterion.criterion}")
                if criterion.essential or chance.randrange(_WEAK_ONE_IN) == 0:
                    sheet_id = added.sheet_ids[sheet.content.grid.grid]
                    answered = _Answered(added.assessment_id, sheet_id, criterion)
                    scale = sheet.content.scale_of(criterion)
                    brought = _brought(scale, rated, later.get(criterion.criterion)) if later else None
                    self._plan(campaign, answered, scale, rated, brought, chance)

    def _next_year(self, sheet: RatedSheet, campaign: Campaign) -> Mapping[str, Answer]:
        """What the centre answers a year later; empty when that year is not there yet."""
        if campaign.entered_on >= self.today - _YEAR:
            return {}
        year = campaign.year_number + 1
        ratings = rate_sheet(sheet.content, self.centre.flags, centre=self.centre.number, year=year, share=1)
        return {rating.criterion: rating.answer for rating in ratings}

    def _plan(
        self,
        campaign: Campaign,
        answered: _Answered,
        scale: Scale,
        rated: Rated,
        brought: Outcome | None,
        chance: Random,
    ) -> None:
        self.number += 1
        criterion, story = answered.criterion, self._story(campaign, brought, chance)
        marks = propose_marks(criterion, scale, rated)
        marks = Marks(marks.criticality, chance.choice((2, 3, 3, 4)), marks.impact)
        action_id = self.writer.add_numbered(
            Action,
            **self._columns(story, marks),
            title=(criterion.actions or (criterion.statement,))[0][:200],
            kind="corrective",
            finding="",
            means=chance.choice(_MEANS),
            effect_sheet_id=answered.sheet_id,
            effect_criterion=criterion.criterion,
            effect_measure="",
            effect_from=str(rated.value),
            effect_to=_best(scale),
            origin="criterion",
            assessment_id=answered.assessment_id,
            dossier_id=None,
        )
        self.writer.add(
            ActionCriterion,
            action_id=action_id,
            sheet_id=answered.sheet_id,
            criterion=criterion.criterion,
        )
        self._add_work(action_id, story, chance)
        self._add_journal(action_id, story)

    def _story(self, campaign: Campaign, brought: Outcome | None, chance: Random) -> _Story:
        """When it was planned, where it stands, and when it got there; nothing after the last day.

        ``brought``: what the year after says of it, None before that year.
        """
        last = last_day_before(self.today)
        planned_on = min(campaign.entered_on, last)
        is_better = brought in (Outcome.EFFECTIVE, Outcome.PARTIAL)
        state = chance.choice(_NEW_ENDS if brought is None else _BETTER_ENDS if is_better else _SAME_ENDS)
        result = brought or chance.choice((Outcome.EFFECTIVE, Outcome.PARTIAL))
        due_on = planned_on + timedelta(days=chance.randrange(60, 280))
        if state in _OLDEST_DUE and due_on < self.today - _OLDEST_DUE[state]:
            due_on = self.today - _OLDEST_DUE[state] + timedelta(days=chance.randrange(60))
        owner = chance.choice((self.centre.team[0], *self.centre.team[2:]))
        path = ("prevoir", "faire", state) if state == "abandonnee" else _PATH[: _PATH.index(state) + 1]
        span = (min(due_on, last) - planned_on).days
        entered = [planned_on + timedelta(days=span * rank // len(_PATH)) for rank in range(len(path))]
        steps = chance.randrange(2, len(_STEPS) + 1)
        done = steps if "verifier" in path else chance.randrange(steps)
        walked = tuple(zip(path, entered, strict=True))
        return _Story(planned_on, due_on, walked, self.known[owner.email], steps, done, result)

    def _columns(self, story: _Story, marks: Marks) -> dict[str, object]:
        state, entered_on = story.path[-1]
        entered_at = at(entered_on, 11)
        review_on = story.due_on + _REVIEWED_AFTER
        dates = {"action-due": end_of_day(story.due_on), "review": end_of_day(review_on)}
        definition = self.workflow.content.by_state[state]
        result = story.result.value if state == "close" else ""
        done = next((at(day, 11) for name, day in story.path if name == "verifier"), None)
        return {
            "centre_id": self.centre_id,
            "number": self.number,
            "workflow_edition_id": self.workflow.id,
            "state": state,
            "entered_at": entered_at,
            "due_at": due_at(definition.due, entered_at, dates),
            "ended_at": entered_at if definition.final else None,
            "version": len(story.path),
            "owner_id": story.owner_id,
            "starts_on": story.planned_on + timedelta(days=7),
            "due_on": story.due_on,
            "criticality": marks.criticality,
            "feasibility": marks.feasibility,
            "impact": marks.impact,
            "progress": _progress(story),
            "done_at": done,
            "review_on": review_on,
            "result": result,
            "result_note": _CONCLUSIONS.get(result, ""),
            "closed_by_id": self._closer(story) if definition.final else None,
            "created_at": at(story.planned_on, 15),
            "created_by_id": self._lead,
        }

    @property
    def _lead(self) -> int:
        return self.known[self.centre.team[0].email]

    def _closer(self, story: _Story) -> int:
        """The coordination, or the direction for what the coordination did itself."""
        manager = next(person for person in self.centre.team if person.role is Role.MANAGER)
        return self._lead if story.owner_id != self._lead else self.known[manager.email]

    def _add_work(self, action_id: int, story: _Story, chance: Random) -> None:
        """The steps of what has begun, somebody who helps, a word said."""
        if len(story.path) < 2:
            return
        for position in range(story.steps):
            done_at = at(story.path[1][1], 16) if position < story.done else None
            self.writer.add_numbered(
                Task,
                assessment_id=None,
                action_id=action_id,
                dossier_id=None,
                state="",
                code=None,
                label=_STEPS[position],
                position=position + 1,
                owner_id=None,
                due_on=None,
                done_at=done_at,
                done_by_id=story.owner_id if done_at else None,
            )
        helper = self.known[chance.choice(self.centre.team[2:]).email]
        if helper != story.owner_id:
            self.writer.add(ActionContributor, action_id=action_id, user_id=helper)
        if chance.random() < 0.4:
            said = chance.choice(_SAID)
            self.writer.add_numbered(
                Comment,
                action_id=action_id,
                dossier_id=None,
                at=at(story.path[1][1], 17),
                by_id=story.owner_id,
                text=said,
            )

    def _add_journal(self, action_id: int, story: _Story) -> None:
        facts: dict[str, object] = {"number": self.number, "origin": "criterion"}
        self._note(action_id, self._lead, "action-planned", at(story.planned_on, 15), facts)
        for (before, _), (state, day) in zip(story.path, story.path[1:], strict=False):
            by = self._closer(story) if state in ("close", "abandonnee") else story.owner_id
            moved = {"from": before, "to": state, "reason": ""}
            self._note(action_id, by, "action-moved", at(day, 11), moved)

    def _note(self, action_id: int, by: int, verb: str, when: datetime, facts: Mapping[str, object]) -> None:
        self.writer.add_numbered(
            JournalEntry,
            at=when,
            user_id=by,
            centre_id=self.centre_id,
            verb=verb,
            subject_kind="action",
            subject_id=action_id,
            facts=dict(facts),
        )


@dataclass(frozen=True)
class _Answered:
    assessment_id: int
    sheet_id: int
    criterion: Criterion


@dataclass(frozen=True)
class _Story:
    """``path``: the states it went through, each with the day it was entered; ``done`` of ``steps`` are."""

    planned_on: date
    due_on: date
    path: tuple[tuple[str, date], ...]
    owner_id: int
    steps: int
    done: int
    result: Outcome


def _weak(sheet: RatedSheet) -> Iterator[tuple[Criterion, Rated]]:
    """What is rated under the whole value."""
    for rating in sheet.ratings:
        criterion = sheet.content.criteria_by_code[rating.criterion]
        scale, answer = sheet.content.scale_of(criterion), rating.answer
        if isinstance(answer, Rated) and scale.is_scored and value_of(scale, answer) < 1:
            yield criterion, answer


def _brought(scale: Scale, rated: Rated, later: Answer | None) -> Outcome:
    """What the next answer says; people conclude « inefficace » where it says nothing."""
    outcome = outcome_of(Expected(scale, rated, Rated(_best(scale))), scale, later)
    return Outcome.INEFFECTIVE if outcome is Outcome.NOT_YET else outcome


def _best(scale: Scale) -> str:
    """The demonstration rates by levels only."""
    return next(iter(scale.by_level)) if isinstance(scale, LevelsScale) else ""


def _progress(story: _Story) -> int:
    return progress_of_steps(story.done, story.steps) if len(story.path) > 1 else 0
