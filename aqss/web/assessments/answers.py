"""Between an answer and the fields of its criterion on a page: what was typed, what stands, in words and in progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any
from zlib import crc32

from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.gateways.french import number_fr, score_fr
from aqss.services.assessments.rating import Submission
from aqss.services.assessments.recorded import Recorded
from aqss.services.assessments.scores import Standing

UNKNOWN, NOT_APPLICABLE, NUMBER, WORDS = "nsp", "na", "=number", "=text"
"""Values of a criterion's choices beside its levels; no level can bear them."""


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
        return f"{crc32(chr(31).join(_plain(part) for part in astuple(self)).encode('utf-8', 'replace')):08x}"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


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


def level_sign(value: Any) -> str:
    """One disc, one voice: full for 1, empty for 0, half between."""
    return "disc" if value == 1 else "ring" if value == 0 else "half"


def progress_of(standing: Standing) -> dict[str, Any]:
    """« 8 sur 11 cotés » with the widths of its bar (percentages), the score and its band, as the page shows them."""
    tally = standing.tally
    concerned = tally.concerned or 1
    return {
        "rated": tally.rated,
        "concerned": tally.concerned,
        "blank": tally.blank,
        "rated_width": f"{100 * tally.rated / concerned:.2f}",
        "unknown_width": f"{100 * tally.unknown / concerned:.2f}",
        "score": "" if tally.score is None else score_fr(tally.score),
        "band": standing.band.label if standing.band else "",
        "rank": rank_of(standing),
        "provisional": standing.provisional,
    }


def rank_of(standing: Standing) -> str:
    """``low``, ``mid``, ``high`` (or ``none``): which of the three looks a band has, whatever bands a module defines."""
    if standing.band is None or standing.tally.score is None:
        return "none"
    score = float(standing.tally.score)
    return "low" if score < 50 else "mid" if score < 80 else "high"
