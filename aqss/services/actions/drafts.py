"""What a person writes of an action: its words, who does it, when, its three marks, the effect expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from aqss.domain.actions import MARKS
from aqss.domain.answers import parse_rating
from aqss.domain.days import days_around
from aqss.domain.definitions.scales import Scale
from aqss.domain.effects import Expected, check_expected
from aqss.domain.errors import InvalidInput
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_line, clean_text
from aqss.persistence.actions import Action
from aqss.services.actions.criteria import AnsweredCriterion, Key
from aqss.services.actions.words import KINDS

TITLE_LIMIT = 200
WORDS_LIMIT = 2000
MEASURE_LIMIT = 200
MOST_PEOPLE = 20
"""Contributors of one action."""

MOST_CRITERIA = 20
"""Criteria that one action answers."""


@dataclass(frozen=True)
class Draft:
    """An action as a person writes it; all but the title may be missing at first.

    ``criteria``: those it answers. ``effect_on``: the one of them whose answer should change, from the
    team's to ``effect_to``, a level or a number of its scale; None: ``effect_measure`` says what is measured,
    from ``effect_from`` to ``effect_to``, in words.
    """

    title: str
    kind: str = "corrective"
    finding: str = ""
    means: str = ""
    owner_id: int | None = None
    contributors: Sequence[int] = ()
    starts_on: date | None = None
    due_on: date | None = None
    criticality: int = 2
    feasibility: int = 3
    impact: int = 2
    criteria: Sequence[Key] = ()
    effect_on: Key | None = None
    effect_measure: str = ""
    effect_from: str = ""
    effect_to: str = ""
    review_on: date | None = None


FIELDS: Final = (
    "title", "kind", "finding", "means", "owner_id", "starts_on", "due_on",
    "criticality", "feasibility", "impact",
    "effect_measure", "effect_from", "effect_to", "review_on",
)  # fmt: skip
"""The columns of an action that a draft holds under the same name."""


def check_draft(
    draft: Draft,
    *,
    team: Collection[int],
    criteria: Mapping[Key, AnsweredCriterion],
    today: date,
    required: Iterable[str] = (),
) -> Draft:
    """The draft made canonical: texts cleaned, nobody twice, the effect written on its criterion's scale.

    ``team``: who may be in charge or contribute; ``criteria``: those of the centre; ``required``: what may
    not be missing, beside the title. Raises :class:`~aqss.domain.errors.InvalidInput` with every fault, under
    the names of the fields.
    """
    intake = Intake()
    people = tuple(user_id for user_id in dict.fromkeys(draft.contributors) if user_id != draft.owner_id)
    checked = replace(
        draft,
        title=intake.read("", clean_line, "title", draft.title, TITLE_LIMIT),
        kind=intake.read("", clean_choice, "kind", draft.kind, KINDS),
        finding=intake.read("", clean_text, "finding", draft.finding, WORDS_LIMIT, required=False),
        means=intake.read("", clean_text, "means", draft.means, WORDS_LIMIT, required=False),
        contributors=people,
        criteria=tuple(dict.fromkeys(draft.criteria)),
    )
    for name in required:
        if getattr(draft, name) is None:
            intake.fault(name, "required")
    _check_people(intake, checked, team)
    _check_days(intake, checked, today)
    for name in ("criticality", "feasibility", "impact"):
        if getattr(draft, name) not in MARKS:
            intake.fault(name, "unknown-choice")
    if not set(checked.criteria) <= set(criteria):
        intake.fault("criteria", "unknown-choice")
    if len(checked.criteria) > MOST_CRITERIA:
        intake.fault("criteria", "too-many", MOST_CRITERIA)
    checked = _check_effect(intake, checked, criteria)
    intake.finish()
    return checked


def read_target(scale: Scale, start: str, target: str) -> Expected | None:
    """The effect expected on a scale, as its columns or a form name it; None without a target.

    Raises :class:`InvalidInput` as a rating does.
    """
    if not target:
        return None
    return Expected(scale, parse_rating(scale, start) if start else None, parse_rating(scale, target))


def draft_of(action: Action, contributors: Sequence[int], criteria: Sequence[Key]) -> Draft:
    """The action as a draft to change."""
    effect_on = (
        None if action.effect_sheet_id is None else (action.effect_sheet_id, action.effect_criterion or "")
    )
    own = {name: getattr(action, name) for name in FIELDS}
    return Draft(**own, contributors=contributors, criteria=criteria, effect_on=effect_on)


def write_draft(action: Action, draft: Draft) -> None:
    """Put the words, dates, marks and effect of the draft on the action."""
    for name in FIELDS:
        setattr(action, name, getattr(draft, name))
    action.effect_sheet_id, action.effect_criterion = draft.effect_on or (None, None)


def code_of_answer(answered: AnsweredCriterion) -> str:
    """The team's rating as an effect names it: a level or a number; empty when it is none of these."""
    return answered.answer.level or _plain(answered.answer.number)


def _check_people(intake: Intake, draft: Draft, team: Collection[int]) -> None:
    if draft.owner_id is not None and draft.owner_id not in team:
        intake.fault("owner_id", "unknown-choice")
    if not set(draft.contributors) <= set(team):
        intake.fault("contributors", "unknown-choice")
    if len(draft.contributors) > MOST_PEOPLE:
        intake.fault("contributors", "too-many", MOST_PEOPLE)


def _check_days(intake: Intake, draft: Draft, today: date) -> None:
    """In a span that a plan may cover, and in their order."""
    earliest, latest = days_around(today)
    before: tuple[date, str] | None = None
    for name in ("starts_on", "due_on", "review_on"):
        day: date | None = getattr(draft, name)
        if day is None:
            continue
        if not earliest <= day <= latest:
            intake.fault(name, "date-outside", earliest, latest)
        elif before is not None and day < before[0]:
            intake.fault(name, "before-date", *before)
        else:
            before = day, name


def _check_effect(intake: Intake, draft: Draft, criteria: Mapping[Key, AnsweredCriterion]) -> Draft:
    """On a criterion: from the team's answer to a better one. In words: measure, start and target."""
    if draft.effect_on is None:
        return replace(
            draft,
            effect_measure=intake.read(
                "", clean_line, "effect_measure", draft.effect_measure, MEASURE_LIMIT, required=False
            ),
            effect_from=intake.read(
                "", clean_line, "effect_from", draft.effect_from, MEASURE_LIMIT, required=False
            ),
            effect_to=intake.read(
                "", clean_line, "effect_to", draft.effect_to, MEASURE_LIMIT, required=False
            ),
        )
    answered = criteria.get(draft.effect_on)
    if answered is None or draft.effect_on not in draft.criteria:
        intake.fault("effect_on", "unknown-choice")
        return draft
    draft = replace(draft, effect_measure="", effect_from=code_of_answer(answered))
    return intake.read(draft, _with_target, draft, answered.scale)


def _with_target(draft: Draft, scale: Scale) -> Draft:
    """The draft, its target made canonical."""
    try:
        expected = read_target(scale, draft.effect_from, draft.effect_to)
    except InvalidInput as refusal:
        raise InvalidInput(tuple(replace(fault, field="effect_to") for fault in refusal.faults)) from None
    if expected is None:
        return draft
    check_expected(expected)
    value = expected.target.value
    words = value if isinstance(value, str) else _plain(value)
    return replace(draft, effect_to=clean_line("effect_to", words, MEASURE_LIMIT))


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"
