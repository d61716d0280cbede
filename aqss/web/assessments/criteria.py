"""The HTML of a grid's criteria: written once for each by its template, then filled for each answer.

A page of 150 criteria would spend its time writing again what never changes: statement, levels, guidance. The
template leaves a slot wherever an answer shows; the rest is kept for as long as the process lives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import current_app, url_for
from markupsafe import Markup, escape

from aqss.domain.definitions.scales import Scale
from aqss.domain.scoring import Rated, value_of
from aqss.gateways.french import paris
from aqss.services.assessments.essentials import AnsweringAction, Place
from aqss.services.assessments.rating import SavedAnswer
from aqss.services.assessments.recorded import Recorded, answer_of
from aqss.services.assessments.sheet_page import SheetLine, SheetPage, SheetSection
from aqss.services.consensus.own_ratings import SavedRating
from aqss.web.assessments.answers import Fields, choice_fr, fields_of, sign_of
from aqss.web.assessments.words import moment_of
from aqss.web.transaction import current_instant
from aqss.web.words import level_sign

_SLOT = re.compile("\ue000([^\ue001]*)\ue001")
_TEMPLATE = "assessments/criterion.html"

Key = tuple[object, ...]
"""What a skeleton is kept under: a criterion's, its edition, its code, and which of the two macros."""


@dataclass(frozen=True)
class Refused:
    """What a person typed for a criterion that was not saved: why, or what was answered meanwhile.

    ``version`` is the one they started from: whatever they do next, another answer is not overwritten unseen.
    """

    typed: Fields
    version: int
    problems: tuple[str, ...] = ()
    theirs: SavedAnswer | SavedRating | None = None


_CODE, _ADDRESS = "@code@", "@address@"
"""What stands, in the gesture that plans an action, for the criterion and the address."""


@dataclass(frozen=True)
class SheetPlan:
    """The actions that answer the criteria of a sheet.

    ``new``: the address where another is planned, but for the criterion and where to come back; empty for who
    plans none.
    """

    actions: Mapping[Place, Sequence[AnsweringAction]]
    new: str


def is_weak(scale: Scale, answer: Recorded) -> bool:
    """Whether the criterion is rated under the whole value."""
    rated = answer_of(answer)
    return isinstance(rated, Rated) and scale.is_scored and value_of(scale, rated) < 1


@dataclass(frozen=True)
class Skeleton:
    """What a macro wrote: in every second place of ``parts``, a slot; ``slots`` names them in order."""

    parts: list[str]
    slots: list[str]

    def fill(self, values: Mapping[str, str]) -> str:
        """The HTML with ``values``, already escaped, in their slots; empty without one."""
        filled = self.parts.copy()
        filled[1::2] = [values.get(slot, "") for slot in self.slots]
        return "".join(filled)


class SheetWriter:
    """Writes the criteria of one page, and its index."""

    def __init__(
        self,
        page: SheetPage,
        refused: Mapping[str, Refused],
        proofs: Mapping[str, int],
        plan: SheetPlan | None = None,
    ) -> None:
        self._page = page
        self._plan = plan
        self._refused = refused
        self._proofs = proofs
        self._here = url_for("rating.sheet", assessment_id=page.assessment_id, grid=page.content.grid.grid)
        self._macros: Any = current_app.jinja_env.get_template(_TEMPLATE).module
        self._kept: dict[Key, Skeleton] = current_app.extensions.setdefault("aqss.criteria", {})
        self._today: date = paris(current_instant()).date()
        self._fields = {
            line.criterion.criterion: fields_of(line.answer)
            for section in (*page.sections, *page.others)
            for line in section.lines
        }

    def criteria(self, section: SheetSection) -> Markup:
        """The criteria of a section: to be answered, as they stand or as the person typed; or to be read."""
        macro, values = (
            ("criterion_fields", self._to_rate) if self._page.can_rate else ("criterion_read", self._to_read)
        )
        written = []
        for line in section.lines:
            key = (self._page.edition_id, line.criterion.criterion, macro)
            skeleton = self._skeleton(key, macro, line, self._page.content, _slot, level_sign)
            shown = values(line, self._refused.get(line.criterion.criterion))
            shown["here"] = self._here
            if line.criterion.criterion in self._proofs:
                shown["proofs"] = f" ({self._proofs[line.criterion.criterion]})"
            if self._plan is not None:
                shown["actions"] = self._actions(line, self._plan)
            written.append(skeleton.fill(shown))
        return Markup("\n".join(written))  # noqa: S704 - the template's own HTML, and values escaped

    def index(self, sections: Sequence[SheetSection]) -> Markup:
        """The list of their criteria beside the page, with what is answered."""
        skeleton = self._skeleton(("index",), "index_entry", _slot)
        written = []
        for section in sections:
            for line in section.lines:
                fields = self._fields[line.criterion.criterion]
                values = {
                    "code": line.criterion.criterion,  # letters, digits and hyphens
                    "sign": self._sign(fields, line.scale),
                    "told": escape(choice_fr(fields, line.scale)),
                }
                written.append(skeleton.fill(values))
        return Markup("\n".join(written))  # noqa: S704

    def empty_versus(self) -> Markup:
        """« La vôtre / la leur » with nothing in it, for the page's script to fill."""
        return Markup(self._macros.versus("", "", "", "", "", self._page.is_own))  # noqa: S704

    def _to_rate(self, line: SheetLine, refused: Refused | None) -> dict[str, str]:
        """Slot → what shows there."""
        code = line.criterion.criterion
        standing = self._fields[code]
        shown = refused.typed if refused else standing
        values = {
            "state": "is-rated" if line.answer.kind != "blank" else "is-open",
            "next": self._macros.next_mark(self._page.is_started) if code == self._page.resume_at else "",
            "saved": self._saved(line),
            "carried": self._carried(line),
            "version": str(line.version),
            "shown": standing.fingerprint,
            f"checked {shown.value}": " checked",
            **{name: escape(text) for name in _TYPED if (text := getattr(shown, name))},
            "open": " open" if shown.comment else "",
        }
        return values | self._not_saved(line, refused) if refused else values

    def _not_saved(self, line: SheetLine, refused: Refused) -> dict[str, str]:
        code, problems, theirs = line.criterion.criterion, refused.problems, refused.theirs
        return {
            "refused": " data-refused",
            "version": str(refused.version),
            "wrong": " is-wrong" if problems else "",
            "described": f" erreur-{code}" if problems else "",
            "problems": self._macros.problems(code, problems) if problems else "",
            "versus": self._versus(line, refused.typed, theirs) if theirs else "",
        }

    def _to_read(self, line: SheetLine, refused: Refused | None) -> dict[str, str]:
        fields = self._fields[line.criterion.criterion]
        values = {
            "sign": self._sign(fields, line.scale),
            "told": self._told(fields, line.scale),
            "saved": self._saved(line),
            "carried": self._carried(line),
        }
        if refused is None:
            return values
        told = self._told(refused.typed, line.scale)
        return {**values, "wrong": " is-wrong", "refused": self._macros.not_saved(refused.problems, told)}

    def _versus(self, line: SheetLine, mine: Fields, theirs: SavedAnswer | SavedRating) -> str:
        at = moment_of(theirs.saved_at, self._today) if theirs.saved_at else ""
        said = self._told(mine, line.scale), self._told(fields_of(theirs.answer), line.scale)
        code, is_own = line.criterion.criterion, self._page.is_own
        return str(self._macros.versus(code, *said, at, theirs.version, is_own))

    @cached_property
    def _offer(self) -> str:
        """The gesture that plans an action, written once for a page."""
        return str(self._macros.action_links(_CODE, (), _ADDRESS))

    def _actions(self, line: SheetLine, plan: SheetPlan) -> str:
        """What answers the criterion; nothing beside one that is met and that no action answers."""
        code = line.criterion.criterion
        actions = plan.actions.get((self._page.content.grid.grid, code), ())
        is_offered = plan.new and is_weak(line.scale, line.answer)
        if not actions and not is_offered:
            return ""
        new = ""
        if is_offered:
            asked = {"critere": code, "retour": f"{self._here}#{code}"}
            new = f"{plan.new}&{urlencode(asked)}"
        if actions:
            return str(self._macros.action_links(code, actions, new))
        return self._offer.replace(_CODE, code).replace(_ADDRESS, escape(new))

    def _told(self, fields: Fields, scale: Scale) -> str:
        return str(self._macros.told(fields, choice_fr(fields, scale)))

    def _carried(self, line: SheetLine) -> str:
        """« Reprise de … » with its button, while nobody has confirmed or changed the answer."""
        if not line.is_carried:
            return ""
        code, can_confirm = line.criterion.criterion, self._page.can_rate
        skeleton = self._skeleton(("carried", code, can_confirm), "carried", _slot, code, can_confirm)
        return skeleton.fill({"from": escape(self._page.carried_from)})

    def _saved(self, line: SheetLine) -> str:
        """When the answer was saved; nothing beside a criterion without an answer."""
        if line.saved_at is None or line.answer.kind == "blank":
            return ""
        return self._skeleton(("saved",), "saved", _slot).fill({"at": moment_of(line.saved_at, self._today)})

    def _sign(self, fields: Fields, scale: Scale) -> str:
        name = sign_of(fields, scale)
        return self._skeleton(("sign", name), "sign", name).parts[0]

    def _skeleton(self, key: Key, macro: str, *arguments: Any) -> Skeleton:
        """What the macro writes, cut at its slots; written once under that key."""
        if key not in self._kept:
            cut = _SLOT.split(str(getattr(self._macros, macro)(*arguments)))
            self._kept[key] = Skeleton(cut, cut[1::2])
        return self._kept[key]


_TYPED = ("number", "words", "reason", "comment")


def _slot(name: str) -> Markup:
    return Markup(f"\ue000{name}\ue001")  # noqa: S704 - a name of ours
