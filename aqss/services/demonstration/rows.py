"""Rows of the demonstration, gathered and written in bulk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from aqss.persistence.accounts import Membership, User
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.assessments import Answer, Assessment, Assignment, Score, Sheet
from aqss.persistence.centres import BranchSite, Centre, Structure
from aqss.persistence.consensus import BlindRating, Consensus, Participant, Spread
from aqss.persistence.dossiers import Dossier, DossierPerson, IndicatorTarget
from aqss.persistence.journal import JournalEntry
from aqss.persistence.proofs import Proof, ProofUse
from aqss.persistence.runs import Comment, Task


@dataclass
class Writer:
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
    Dossier,
    DossierPerson,
    IndicatorTarget,
    Assessment,
    Participant,
    Sheet,
    Assignment,
    BlindRating,
    Spread,
    Answer,
    Consensus,
    Score,
    Proof,
    ProofUse,
    Action,
    ActionContributor,
    ActionCriterion,
    Task,
    Comment,
    JournalEntry,
)
