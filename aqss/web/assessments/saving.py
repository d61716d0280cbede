"""What was typed on the page of a grid, saved: one answer as it is given, or all that changed at once.

The same for the team's answers and for one's own; the page says which, the services who may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, StaleEdit
from aqss.services.assessments.rating import SavedAnswer, read_answer, save_answer
from aqss.services.assessments.sheet_page import SheetPage
from aqss.services.consensus.own_ratings import SavedRating, read_rating, save_rating
from aqss.services.fault_words import word_fault
from aqss.web.access import current_actor
from aqss.web.assessments.answers import (
    Fields,
    fields_of,
    fields_sent,
    progress_of,
    progress_of_own,
    submission_of,
    submission_sent,
)
from aqss.web.assessments.criteria import Refused
from aqss.web.assessments.words import moment_fr
from aqss.web.forms import version_sent
from aqss.web.transaction import abandon, current_instant, current_session

KEEP_MINE, TAKE_THEIRS = "garder", "prendre"
"""Names of buttons; they bear the criterion where the person chooses between two answers."""

Saved = SavedAnswer | SavedRating
Key = Mapping[str, Any]
"""``assessment_id``, ``grid`` and ``criterion``."""


@dataclass(frozen=True)
class Answers:
    """Whose answers a page shows: how one is saved, and how the one that stands is read."""

    save: Callable[..., Saved]
    read: Callable[..., Saved]


OF_TEAM = Answers(save_answer, read_answer)
OF_ONESELF = Answers(save_rating, read_rating)


def save_as_script(answers: Answers, key: Key) -> ResponseReturnValue:
    """Save one answer and tell, as JSON, what stands: what the page's script asks after each gesture."""
    try:
        saved = answers.save(
            current_session(),
            current_actor(),
            **key,
            submission=submission_sent(request.form),
            expected_version=version_sent(request.form),
            now=current_instant(),
        )
    except InvalidInput as refusal:
        abandon()
        return jsonify(problems=[word_fault(fault) for fault in refusal.faults]), 422
    except StaleEdit:
        abandon()
        return jsonify(_told(answers.read(current_session(), current_actor(), **key))), 409
    return jsonify(_told(saved))


def changed_on(page: SheetPage) -> dict[str, Fields]:
    """Criterion → what the form holds, where the page showed something else and nobody chose what stands."""
    sections = (*page.sections, *page.others)
    codes = [line.criterion.criterion for section in sections for line in section.lines]
    left = request.form.getlist(TAKE_THEIRS)
    sent = {code: fields_sent(request.form, f"{code}-") for code in codes}
    return {
        code: typed
        for code, typed in sent.items()
        if f"{code}-version" in request.form
        and code not in left
        and typed.fingerprint != request.form.get(f"{code}-shown")
    }


def save_line(session: Session, answers: Answers, key: Key, typed: Fields) -> Refused | None:
    """Save what was typed for one criterion; or what to show of it again, and why."""
    code = key["criterion"]
    is_settled = code in request.form.getlist(KEEP_MINE)
    version = version_sent(request.form, f"{code}-theirs" if is_settled else f"{code}-version")
    try:
        answers.save(
            session,
            current_actor(),
            **key,
            submission=submission_of(typed),
            expected_version=version,
            now=current_instant(),
        )
    except InvalidInput as refusal:
        return Refused(typed, version, problems=tuple(word_fault(fault) for fault in refusal.faults))
    except StaleEdit:
        theirs = answers.read(session, current_actor(), **key)
        return (
            None
            if fields_of(theirs.answer).fingerprint == typed.fingerprint
            else Refused(typed, version, theirs=theirs)
        )
    return None


def _told(saved: Saved) -> dict[str, Any]:
    """What stands for a criterion, and the progress and score it leads to, as the page shows them."""
    fields = fields_of(saved.answer)
    progress = progress_of_own(saved.progress) if isinstance(saved, SavedRating) else progress_of(saved.grid)
    return {
        "value": fields.value,
        "number": fields.number,
        "words": fields.words,
        "reason": fields.reason,
        "comment": fields.comment,
        "shown": fields.fingerprint,
        "version": saved.version,
        "saved_at": moment_fr(saved.saved_at) if saved.saved_at else "",
        "progress": progress,
    }
