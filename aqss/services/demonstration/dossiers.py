"""The dossiers of the first fictional centre: indicators of a year, a patient traceur, a support request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.lifecycle import due_at
from aqss.gateways.french import end_of_day
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.dossiers import Dossier, DossierPerson, IndicatorTarget
from aqss.persistence.journal import JournalEntry
from aqss.persistence.runs import Comment, Task
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.demonstration.days import at, last_day_before
from aqss.services.demonstration.region import FictionalCentre
from aqss.services.demonstration.rows import Writer
from aqss.services.editions import PublishedWorkflow

INDICATORS, TRACEUR, SUPPORT, SHEET = "indicateurs-annuels", "patient-traceur", "demande-appui", "fiche"
WORKFLOWS = (INDICATORS, TRACEUR, SUPPORT, SHEET)
"""What they and their sheets follow."""

FIGURES = "indicateurs-suivi"

YEAR_ENDS_IN = timedelta(days=45)
"""On 31 December, around the Monday the demonstration is laid out on."""

_COUNTED: Mapping[str, Decimal] = {"D1-01": Decimal(6840), "D1-02": Decimal(9310), "D1-05": Decimal(24180)}
_AIMED: Mapping[str, Decimal] = {"D1-01": Decimal(7000), "D1-05": Decimal(24000)}


@dataclass(frozen=True)
class FictionalDossier:
    """``done``: tasks of its check-list that are; ``begun``: how many days before the last one it began."""

    workflow: str
    title: str
    purpose: str
    state: str
    begun: int
    entered: int
    done: tuple[str, ...] = ()
    note: str = ""


DOSSIERS = (
    FictionalDossier(
        INDICATORS,
        "Indicateurs de l’année",
        "Suivre l’activité et l’accès aux soins, avec les mêmes chiffres que l’an dernier.",
        "saisie",
        120,
        90,
        ("extraction",),
        "Le taux de rendez-vous non honorés baisse depuis les rappels par message.",
    ),
    FictionalDossier(
        TRACEUR,
        "Patient traceur\u00a0: retour à domicile après une hospitalisation",
        "Comprendre ce qui se passe entre la sortie de l’hôpital et la première visite au centre.",
        "choix",
        18,
        18,
        ("parcours",),
        "Deux parcours possibles, à choisir en réunion de concertation.",
    ),
    FictionalDossier(
        SUPPORT,
        "Revoir le circuit des dispositifs réutilisables",
        "Nos locaux ne permettent pas de séparer le propre du sale. Nous avons essayé de décaler les"
        " horaires. Nous attendons une visite et un avis sur un plan d’aménagement.",
        "envoyee",
        30,
        12,
    ),
)


@dataclass(frozen=True)
class Filing:
    """Writes the dossiers of one centre; ``known``: address → the number of a person."""

    writer: Writer
    workflows: Mapping[str, PublishedWorkflow]
    figures: tuple[int, EditionContent]
    centre: FictionalCentre
    centre_id: int
    known: Mapping[str, int]
    structure_id: int
    today: date

    def add_all(self) -> None:
        """One of each; the indicators with their sheet."""
        for dossier in DOSSIERS:
            dossier_id = self._add(dossier)
            if dossier.workflow == INDICATORS:
                self._fill(dossier_id, *self.figures)

    def _add(self, one: FictionalDossier) -> int:
        last = last_day_before(self.today)
        entered_at, began = at(last - timedelta(days=one.entered)), at(last - timedelta(days=one.begun))
        workflow = self.workflows[one.workflow]
        year_end = self.today + YEAR_ENDS_IN
        has_year, is_sent = one.workflow == INDICATORS, one.workflow == SUPPORT
        dates = {"year-end": end_of_day(year_end)} if has_year else {}
        dossier_id = self.writer.add_numbered(
            Dossier,
            centre_id=self.centre_id,
            workflow_edition_id=workflow.id,
            workflow=one.workflow,
            title=one.title,
            purpose=one.purpose,
            state=one.state,
            entered_at=entered_at,
            due_at=due_at(workflow.content.by_state[one.state].due, entered_at, dates),
            ended_at=None,
            version=2 if one.entered != one.begun else 1,
            owner_id=self._lead,
            period_from=date(began.year, 1, 1) if has_year else None,
            period_to=date(began.year, 12, 31) if has_year else None,
            year_ends_on=year_end if has_year else None,
            structure_id=self.structure_id if is_sent else None,
            sent_at=entered_at if is_sent else None,
            previous_id=None,
            created_at=began,
            created_by_id=self._lead,
        )
        self._add_work(dossier_id, one, entered_at)
        self._note(dossier_id, "dossier-started", began, {"workflow": one.workflow, "title": one.title})
        initial = workflow.content.initial.state
        if one.state != initial:
            self._note(
                dossier_id, "dossier-moved", entered_at, {"from": initial, "to": one.state, "reason": ""}
            )
        return dossier_id

    @property
    def _lead(self) -> int:
        return self.known[self.centre.team[0].email]

    def _add_work(self, dossier_id: int, one: FictionalDossier, entered_at: datetime) -> None:
        member = self.known[self.centre.team[2].email]
        self.writer.add(DossierPerson, dossier_id=dossier_id, user_id=member)
        for task in one.done:
            self.writer.add_numbered(
                Task,
                assessment_id=None,
                action_id=None,
                dossier_id=dossier_id,
                state=one.state,
                code=task,
                label="",
                position=0,
                owner_id=member,
                due_on=None,
                done_at=entered_at,
                done_by_id=member,
            )
        if one.note:
            self.writer.add_numbered(
                Comment,
                action_id=None,
                dossier_id=dossier_id,
                at=entered_at,
                by_id=self._lead,
                text=one.note,
            )

    def _fill(self, dossier_id: int, edition_id: int, content: EditionContent) -> None:
        """The sheet of the year, with the figures known so far."""
        self.writer.flush()  # what comes now has other columns than the campaigns
        entered_at = at(last_day_before(self.today) - timedelta(days=DOSSIERS[0].entered))
        fiche = self.workflows[SHEET]
        assessment_id = self.writer.add_numbered(
            Assessment,
            centre_id=self.centre_id,
            title="Chiffres de la période",
            objective="",
            trigger="",
            trigger_note="",
            rating="direct",
            profile=list(self.centre.flags),
            workflow_edition_id=fiche.id,
            state=fiche.content.initial.state,
            entered_at=entered_at,
            due_at=None,
            ended_at=None,
            version=1,
            started_on=entered_at.date(),
            dossier_id=dossier_id,
            created_by_id=self._lead,
        )
        sheet_id = self.writer.add_numbered(
            Sheet,
            assessment_id=assessment_id,
            edition_id=edition_id,
            grid=FIGURES,
            module=content.grid.module,
            position=0,
        )
        self._answer(dossier_id, sheet_id, content, entered_at)
        self.writer.flush()
        rewrite_scores(self.writer.session, assessment_id)

    def _answer(self, dossier_id: int, sheet_id: int, content: EditionContent, answered_at: datetime) -> None:
        """The figures known so far, and what the centre aims at."""
        for criterion, figure in self._asked(_COUNTED, content).items():
            self.writer.add(
                Answer,
                sheet_id=sheet_id,
                criterion=criterion,
                kind="number",
                level=None,
                number=figure,
                words="",
                reason="",
                comment="",
                version=1,
                updated_at=answered_at,
                updated_by_id=self._lead,
            )
        for criterion, target in self._asked(_AIMED, content).items():
            self.writer.add(IndicatorTarget, dossier_id=dossier_id, criterion=criterion, target=target)

    def _note(self, dossier_id: int, verb: str, when: datetime, facts: Mapping[str, object]) -> None:
        self.writer.add_numbered(
            JournalEntry,
            at=when,
            user_id=self._lead,
            centre_id=self.centre_id,
            verb=verb,
            subject_kind="dossier",
            subject_id=dossier_id,
            facts=dict(facts),
        )

    def _asked(self, numbers: Mapping[str, Decimal], content: EditionContent) -> dict[str, Decimal]:
        """Those of criteria that concern the centre."""
        criteria = content.criteria_by_code
        return {code: one for code, one in numbers.items() if criteria[code].applies(self.centre.flags)}
