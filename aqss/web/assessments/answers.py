"""Between an answer and the fields of its criterion on a page: what was typed, what stands, the progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.domain.definitions.words import NOT_APPLICABLE, UNKNOWN
from aqss.gateways.drawing import tone
from aqss.gateways.french import number_fr, score_fr
from aqss.services.assessments import counting
from aqss.services.assessments.counting import Progress
from aqss.services.assessments.rating import Submission
from aqss.services.assessments.recorded import Recorded
from aqss.services.assessments.scores import Standing
from aqss.services.assessments.sheet_page import SheetPage
from aqss.services.assessments.writes import parse_write
from aqss.services.wording import WITHOUT_RATING
from aqss.web.words import level_sign, progress_widths

NUMBER, WORDS = "=number", "=text"
"""Values of a criterion's choices beside its levels, UNKNOWN and NOT_APPLICABLE; no level can bear them."""

_WITHOUT_LEVEL = {UNKNOWN: "unknown", NOT_APPLICABLE: "na"}

NO_SCORE = "none"
"""The look of a band that is not there."""


@dataclass(frozen=True)
class Fields:
    """The fields of one criterion, as they are in a form: the choice, then what is typed beside it."""

    value: str = ""
    number: str = ""
    words: str = ""
    reason: str = ""
    comment: str = ""

    @property
    def fingerprint(self) -> str:
        """Tells whether a person changed anything since the page was made."""
        typed = (self.value, self.number, self.words, self.reason, self.comment)
        return f"{crc32(_plain(chr(31).join(part.strip() for part in typed)).encode()):08x}"


def _plain(text: str) -> str:
    """Browsers send the ends of lines their own way."""
    return text.replace("\r\n", "\n")


def fields_sent(form: Mapping[str, str], prefix: str = "") -> Fields:
    """The fields of a criterion in what a browser sent."""
    return Fields(*(form.get(f"{prefix}{name}", "") for name in Fields.__dataclass_fields__))


def fields_of(answer: Recorded) -> Fields:
    """The fields that show an answer as it stands."""
    number = "" if answer.number is None else number_fr(answer.number)
    return Fields(_value_of(answer), number, answer.words, answer.reason, answer.comment)


def _value_of(answer: Recorded) -> str:
    if answer.kind == "level":
        return answer.level or ""
    return {"number": NUMBER, "text": WORDS, "na": NOT_APPLICABLE, "unknown": UNKNOWN}.get(answer.kind, "")


def submission_of(fields: Fields) -> Submission:
    """What the fields ask to save. A number or words typed without touching the choice count as chosen."""
    if fields.value in ("", NUMBER) and fields.number.strip():
        return Submission("number", fields.number, fields.comment)
    if fields.value in ("", WORDS) and fields.words.strip():
        return Submission("text", fields.words, fields.comment)
    if fields.value == NOT_APPLICABLE:
        return Submission("na", fields.reason, fields.comment)
    if fields.value == UNKNOWN:
        return Submission("unknown", "", fields.comment)
    if fields.value in ("", NUMBER, WORDS):
        return Submission("blank", "", fields.comment)
    return Submission("level", fields.value, fields.comment)


def submission_sent(form: Mapping[str, str]) -> Submission:
    """What a page's script asks to save: a form without comment leaves the comment as it is."""
    asked = submission_of(fields_sent(form))
    return replace(
        asked,
        comment=asked.comment if "comment" in form else None,
        write=parse_write(form.get("write", "")),
    )


def choice_fr(fields: Fields, scale: Scale) -> str:
    """The choice in words, or what was typed instead: « En partie », « Ne sait pas », « 12,5 »."""
    if fields.value in _WITHOUT_LEVEL:
        return WITHOUT_RATING[_WITHOUT_LEVEL[fields.value]]
    if isinstance(scale, LevelsScale):
        level = scale.by_level.get(fields.value)
        return level.label if level else WITHOUT_RATING["blank"]
    return fields.number or fields.words or WITHOUT_RATING["blank"]


def sign_of(fields: Fields, scale: Scale) -> str:
    """The icon of an answer: full, half or empty by its worth; dashed outside the scale."""
    if fields.value == UNKNOWN:
        return "unknown"
    if fields.value == NOT_APPLICABLE:
        return "not-concerned"
    if isinstance(scale, LevelsScale):
        level = scale.by_level.get(fields.value)
        return "blank" if level is None else level_sign(level.value)
    return "disc" if fields.value in (NUMBER, WORDS) else "blank"


def progress_of(standing: Standing) -> dict[str, Any]:
    """What the bar of a sheet shows: counts, widths (percentages), the score and its band.

    ``is_scored`` is False for a sheet that only follows figures: answering them enters no count.
    """
    return _shown(standing, counting.progress_of(standing.tally))


def progress_of_own(progress: Progress) -> dict[str, Any]:
    """The same for one's own sheet: whatever is answered counts, and there is no score."""
    return {**_shown(None, progress), "is_scored": True}


def progress_of_sheet(page: SheetPage) -> dict[str, Any]:
    """The same; where nothing is scored, the answers given are counted instead."""
    if page.is_own:
        kinds = [line.answer.kind for section in page.sections for line in section.lines]
        return progress_of_own(counting.progress_of_followed(len(kinds) - kinds.count("blank"), len(kinds)))
    if page.standing.tally.applicable:
        return progress_of(page.standing)
    kinds = [line.answer.kind for section in page.sections for line in section.lines]
    filled = len(kinds) - kinds.count("blank")
    return _shown(page.standing, counting.progress_of_followed(filled, len(kinds)))


def _shown(standing: Standing | None, progress: Progress) -> dict[str, Any]:
    rated_width, unknown_width = progress_widths(progress)
    score = standing.tally.score if standing else None
    return {
        "is_scored": progress.is_scored,
        "rated": progress.done,
        "concerned": progress.whole,
        "unknown": progress.unknown,
        "blank": progress.blank,
        "rated_width": rated_width,
        "unknown_width": unknown_width,
        "score": "" if score is None else score_fr(score),
        "band": standing.band.label if standing and standing.band else "",
        "rank": (tone(standing) if standing else None) or NO_SCORE,
    }
