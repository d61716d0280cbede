"""The HTML of a grid's criteria: written once for each by its template, then filled for each answer.

A page of 150 criteria would spend its time writing again what never changes: statement, levels, guidance. The
template leaves a slot wherever an answer shows; the rest is kept for as long as the process lives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from aqss.domain.definitions.scales import Scale
from aqss.services.assessments.rating import SavedAnswer
from aqss.services.assessments.sheets import SheetLine, SheetPage
from aqss.web.assessments.answers import Fields, choice_fr, fields_of, level_sign, sign_of
from aqss.web.assessments.words import moment_fr

_SLOT = re.compile("\ue000([^\ue001]*)\ue001")
_TEMPLATE = "assessments/criterion.html"

Key = tuple[object, ...]
"""What a skeleton is kept under."""


@dataclass(frozen=True)
class Refused:
    """What a person typed for a criterion that was not saved: why, or what somebody else answered.

    ``version`` is the one they started from: whatever they do next, another answer is not overwritten unseen.
    """

    typed: Fields
    version: int
    problems: tuple[str, ...] = ()
    theirs: SavedAnswer | None = None


def criterion_html(page: SheetPage, line: SheetLine, refused: Refused | None = None) -> Markup:
    """One criterion: to be answered, as it stands or as the person typed it; or to be read only."""
    fill = _to_rate if page.can_rate else _to_read
    return _fill(_skeleton(page, line), fill(page, line, refused))


def index_html(line: SheetLine) -> Markup:
    """The criterion's line in the list beside the page."""
    fields = fields_of(line.answer)
    sign = sign_of(fields, line.scale)
    values = {
        "code": escape(line.criterion.criterion),
        "sign": _kept(("sign", sign), "sign", sign)[0],
        "told": escape(choice_fr(fields, line.scale)),
    }
    return _fill(_kept(("index",), "index_entry", _slot), values)


def empty_versus() -> Markup:
    """« La vôtre / la leur » with nothing in it, for the page's script to fill."""
    return Markup(_macros().versus("", "", "", "", ""))  # noqa: S704 - the template's own HTML


def _to_rate(page: SheetPage, line: SheetLine, refused: Refused | None) -> dict[str, str]:
    """Slot → what shows there."""
    code, standing = line.criterion.criterion, fields_of(line.answer)
    shown = refused.typed if refused else standing
    theirs = refused.theirs if refused else None
    problems = refused.problems if refused else ()
    is_next = code == page.resume_at
    return {
        "state": "is-rated" if line.answer.kind != "blank" else "is-open",
        "wrong": " is-wrong" if problems else "",
        "described": f" erreur-{code}" if problems else "",
        "refused": " data-refused" if refused else "",
        "next": _macros().next_mark() if is_next else "",
        "problems": _macros().problems(code, problems) if problems else "",
        "versus": _versus(line, shown, theirs) if theirs else "",
        "saved": _saved(line),
        "version": str(refused.version if refused else line.version),
        "shown": standing.fingerprint,
        f"checked {shown.value}": " checked",
        "number": escape(shown.number),
        "words": escape(shown.words),
        "reason": escape(shown.reason),
        "comment": escape(shown.comment),
        "open": " open" if shown.comment else "",
    }


def _to_read(_page: SheetPage, line: SheetLine, refused: Refused | None) -> dict[str, str]:
    fields = fields_of(line.answer)
    return {
        "wrong": " is-wrong" if refused else "",
        "refused": _macros().not_saved(refused.problems, _told(refused.typed, line.scale)) if refused else "",
        "sign": _macros().sign(sign_of(fields, line.scale)),
        "told": _told(fields, line.scale),
        "saved": _saved(line),
    }


def _versus(line: SheetLine, mine: Fields, theirs: SavedAnswer) -> str:
    at = moment_fr(theirs.saved_at) if theirs.saved_at else ""
    said = _told(mine, line.scale), _told(fields_of(theirs.answer), line.scale)
    return str(_macros().versus(line.criterion.criterion, *said, at, theirs.version))


def _told(fields: Fields, scale: Scale) -> str:
    return str(_macros().told(fields, choice_fr(fields, scale)))


def _saved(line: SheetLine) -> Markup:
    """When the answer was saved, and by whom; nothing beside a criterion without an answer."""
    last = line.last
    if last is None or line.answer.kind == "blank":
        return Markup()
    values = {"name": escape(last.name or ""), "at": escape(moment_fr(last.at))}
    return _fill(
        _kept(("saved", last.name is not None), "saved", _slot, has_name=last.name is not None), values
    )


def _fill(skeleton: list[str], values: Mapping[str, str]) -> Markup:
    """``skeleton``: what is written and, in every second place, the name of a slot; empty without a value."""
    filled = [values.get(part, "") if rank % 2 else part for rank, part in enumerate(skeleton)]
    return Markup("".join(filled))  # noqa: S704 - the template's own HTML, and values escaped above


def _skeleton(page: SheetPage, line: SheetLine) -> list[str]:
    """Kept under the edition, the criterion, and whether its answer can change."""
    macro = "criterion_fields" if page.can_rate else "criterion_read"
    key = (page.edition_id, line.criterion.criterion, macro)
    return _kept(key, macro, line, page.content, _slot, level_sign)


def _kept(key: Key, macro: str, *arguments: Any, **options: Any) -> list[str]:
    """What the macro writes, cut at its slots; written once under that key."""
    kept: dict[Key, list[str]] = current_app.extensions.setdefault("aqss.criteria", {})
    if key not in kept:
        kept[key] = _SLOT.split(str(getattr(_macros(), macro)(*arguments, **options)))
    return kept[key]


def _slot(name: str) -> Markup:
    return Markup(f"\ue000{name}\ue001")  # noqa: S704 - a name of ours


def _macros() -> Any:
    return current_app.jinja_env.get_template(_TEMPLATE).module
