"""Writing the demonstration in bulk: places, people, assessments with their answers and score rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.errors import Misconfigured
from aqss.domain.geography import FICTIONAL_REGION
from aqss.domain.scoring import Answer, NotApplicable, Rated, Tally
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Answer as AnswerRow
from aqss.persistence.assessments import Assessment, Assignment, Score, Sheet
from aqss.persistence.centres import BranchSite, Centre, Structure
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.scores import score_values
from aqss.services.assessments.starting import WORKFLOW
from aqss.services.demonstration.campaigns import Campaign, plan_campaigns
from aqss.services.demonstration.ratings import Rating, rate_sheet, tally_sections
from aqss.services.demonstration.region import (
    ADMINISTRATOR,
    FictionalCentre,
    FictionalPerson,
    plan_centre,
    plan_structures,
)

REFERENCE_DAY = date(2026, 11, 20)
"""The demonstration's today: fixed, so that the same numbers give the same region on any day."""

_MODULES = ("risques-generaux", "risque-infectieux", "produits-de-sante")


@dataclass
class _Writer:
    """Rows gathered by table, numbered from 1, written a centre at a time in an order that keys accept."""

    session: Session
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    last_ids: dict[Table, int] = field(default_factory=dict)

    def add(self, model: type[Any], **values: Any) -> None:
        self.rows.setdefault(model.__table__, []).append(values)

    def add_numbered(self, model: type[Any], **values: Any) -> int:
        number = self.last_ids.get(model.__table__, 0) + 1
        self.last_ids[model.__table__] = number
        self.add(model, id=number, **values)
        return number

    def flush(self) -> None:
        for model in _ORDER:
            rows = self.rows.pop(model.__table__, None)
            if rows:
                self.session.execute(insert(model.__table__), rows)

    def continue_sequences(self) -> None:
        """On PostgreSQL, rows written with their numbers leave the sequences behind: move them on."""
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for table, last in self.last_ids.items():
            self.session.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": table.name, "last": last},
            )


_ORDER: tuple[type[Any], ...] = (
    User,
    Structure,
    Centre,
    BranchSite,
    Membership,
    Assessment,
    Sheet,
    Assignment,
    AnswerRow,
    Score,
    JournalEntry,
)


@dataclass(frozen=True)
class Published:
    """What new assessments start with: current editions in catalogue order and the workflow's edition."""

    editions: tuple[tuple[int, EditionContent], ...]
    workflow_edition_id: int

    def of(self, grids: Iterable[str]) -> Iterator[tuple[int, EditionContent]]:
        wanted = frozenset(grids)
        return ((number, content) for number, content in self.editions if content.grid.grid in wanted)


def read_published(session: Session, grids_in_order: Sequence[str]) -> Published:
    """Current editions of the three modules, parsed once. Raises Misconfigured when nothing is published."""
    contents = {
        row.grid: (row.id, EditionContent.model_validate_json(row.content))
        for row in session.scalars(select(Edition).where(Edition.is_current, Edition.module.in_(_MODULES)))
    }
    workflow_id = session.scalar(
        select(WorkflowEdition.id).where(WorkflowEdition.workflow == WORKFLOW, WorkflowEdition.is_current)
    )
    if not contents or workflow_id is None:
        raise Misconfigured(("Aucune grille n’est publiée. Lancez : aqss migrate",))
    return Published(tuple(contents[grid] for grid in grids_in_order if grid in contents), workflow_id)


def has_centres(session: Session) -> bool:
    """Whether the database already holds centres: the demonstration is for an empty one."""
    return bool(session.scalar(select(func.count()).select_from(select(Centre.id).limit(1).subquery())))


def is_loaded(session: Session) -> bool:
    """Whether what the database holds is the demonstration: its administrator is there."""
    return session.scalar(select(User.id).where(User.email == ADMINISTRATOR.email)) is not None


def load_demonstration(
    session: Session,
    published: Published,
    *,
    centres: int,
    years: int,
    password_hash: str,
    advance: Callable[[], object],
) -> None:
    """Write ``centres`` centres with ``years`` years of assessments; ``advance`` is called after each centre.

    Everybody signs in with the password of ``password_hash``. Nothing is committed here.
    """
    writer = _Writer(session)
    known: dict[str, int] = {}
    started = _at(REFERENCE_DAY - timedelta(days=365 * years))
    _add_administration(writer, known, password_hash, started)
    for number in range(centres):
        centre = plan_centre(number)
        centre_id = _add_centre(writer, known, centre, password_hash, started)
        for campaign in plan_campaigns(number, years, REFERENCE_DAY):
            _add_campaign(writer, published, centre, centre_id, known, campaign)
        writer.flush()
        advance()
    writer.continue_sequences()


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _add_administration(
    writer: _Writer, known: dict[str, int], password_hash: str, started: datetime
) -> None:
    _user(writer, known, ADMINISTRATOR, password_hash, started)
    for structure in plan_structures():
        structure_id = writer.add_numbered(
            Structure,
            name=structure.name,
            kind=structure.kind,
            regions=[FICTIONAL_REGION],
            modules=list(structure.modules),
            version=1,
            created_at=started,
            closed_at=None,
        )
        user_id = _user(writer, known, structure.person, password_hash, started)
        _membership(writer, user_id, structure.person, started, structure_id=structure_id)


def _add_centre(
    writer: _Writer, known: dict[str, int], centre: FictionalCentre, password_hash: str, started: datetime
) -> int:
    centre_id = writer.add_numbered(
        Centre,
        name=centre.name,
        kind=centre.kind,
        finess=centre.finess,
        region=FICTIONAL_REGION,
        department=centre.department,
        town=centre.town,
        flags=list(centre.flags),
        version=1,
        created_at=started,
        closed_at=None,
    )
    for site in centre.sites:
        writer.add_numbered(BranchSite, centre_id=centre_id, name=site, address="")
    for person in centre.team:
        user_id = _user(writer, known, person, password_hash, started)
        _membership(writer, user_id, person, started, centre_id=centre_id)
    return centre_id


def _user(
    writer: _Writer, known: dict[str, int], person: FictionalPerson, password_hash: str, started: datetime
) -> int:
    if person.email not in known:
        known[person.email] = writer.add_numbered(
            User,
            email=person.email,
            name=person.name,
            password_hash=password_hash,
            is_administrator=person.role is Role.ADMINISTRATOR,
            created_at=started,
            disabled_at=None,
        )
    return known[person.email]


def _membership(
    writer: _Writer,
    user_id: int,
    person: FictionalPerson,
    started: datetime,
    *,
    centre_id: int | None = None,
    structure_id: int | None = None,
) -> None:
    writer.add_numbered(
        Membership,
        user_id=user_id,
        role=person.role.value,
        centre_id=centre_id,
        structure_id=structure_id,
        professions=list(person.professions),
        created_at=started,
        disabled_at=None,
    )


def _add_campaign(
    writer: _Writer,
    published: Published,
    centre: FictionalCentre,
    centre_id: int,
    known: dict[str, int],
    campaign: Campaign,
) -> None:
    team = [known[person.email] for person in centre.team]
    entered = _at(campaign.entered_on)
    assessment_id = writer.add_numbered(
        Assessment,
        centre_id=centre_id,
        title=campaign.title,
        objective=campaign.objective,
        trigger=campaign.trigger,
        trigger_note="",
        rating="direct",
        profile=list(centre.flags),
        workflow_edition_id=published.workflow_edition_id,
        state=campaign.state,
        entered_at=entered,
        version=1,
        started_on=campaign.started_on,
        round_ends_on=campaign.started_on + timedelta(days=28),
        closed_at=entered if campaign.is_closed else None,
        created_by_id=team[0],
    )
    writer.add_numbered(
        JournalEntry,
        at=_at(campaign.started_on),
        user_id=team[0],
        centre_id=centre_id,
        verb="assessment-started",
        subject_kind="assessment",
        subject_id=assessment_id,
        facts={"title": campaign.title},
    )
    modules: dict[str, Tally] = {}
    chosen = list(published.of(campaign.grids(published.editions)))
    for position, (edition_id, content) in enumerate(chosen):
        share = campaign.share_of_sheet(position, len(chosen))
        rater = team[2 + position % (len(team) - 2)]
        sheet_id = _add_sheet(writer, assessment_id, edition_id, content, position, campaign, share, rater)
        ratings = rate_sheet(
            content, centre.flags, centre=centre.number, year=campaign.year_number, share=share
        )
        answered_at = _at(campaign.started_on + timedelta(days=3 + position))
        _add_answers(writer, sheet_id, ratings, answered_at, rater)
        _add_scores(writer, assessment_id, content, tally_sections(content, centre.flags, ratings), modules)
    for module, tally in modules.items():
        _add_score(writer, assessment_id, "module", tally, module=module)


def _add_sheet(
    writer: _Writer,
    assessment_id: int,
    edition_id: int,
    content: EditionContent,
    position: int,
    campaign: Campaign,
    share: float,
    rater: int,
) -> int:
    finished = _at(campaign.started_on + timedelta(days=5 + position), 15) if share == 1 else None
    sheet_id = writer.add_numbered(
        Sheet,
        assessment_id=assessment_id,
        edition_id=edition_id,
        grid=content.grid.grid,
        module=content.grid.module,
        position=position,
        finished_at=finished,
        finished_by_id=rater if finished else None,
    )
    writer.add(Assignment, sheet_id=sheet_id, user_id=rater)
    return sheet_id


def _add_answers(
    writer: _Writer, sheet_id: int, ratings: Iterable[Rating], updated_at: datetime, rater: int
) -> None:
    for rating in ratings:
        kind, level, number, reason = _columns(rating.answer)
        writer.add(
            AnswerRow,
            sheet_id=sheet_id,
            criterion=rating.criterion,
            kind=kind,
            level=level,
            number=number,
            words="",
            reason=reason,
            comment=rating.comment,
            version=1,
            updated_at=updated_at,
            updated_by_id=rater,
        )


def _columns(answer: Answer) -> tuple[str, str | None, Decimal | None, str]:
    if isinstance(answer, NotApplicable):
        return "na", None, None, answer.reason
    if isinstance(answer, Rated):
        if isinstance(answer.value, str):
            return "level", answer.value, None, ""
        return "number", None, answer.value, ""
    return "unknown", None, None, ""


def _add_scores(
    writer: _Writer,
    assessment_id: int,
    content: EditionContent,
    sections: dict[str, Tally],
    modules: dict[str, Tally],
) -> None:
    module, grid = content.grid.module, content.grid.grid
    whole = Tally()
    for section, tally in sections.items():
        _add_score(writer, assessment_id, "section", tally, module=module, grid=grid, section=section)
        whole += tally
    _add_score(writer, assessment_id, "grid", whole, module=module, grid=grid)
    modules[module] = modules.get(module, Tally()) + whole


def _add_score(
    writer: _Writer,
    assessment_id: int,
    scope: str,
    tally: Tally,
    *,
    module: str,
    grid: str = "",
    section: str = "",
) -> None:
    writer.add(
        Score,
        assessment_id=assessment_id,
        module=module,
        grid=grid,
        section=section,
        scope=scope,
        **score_values(tally),
    )
