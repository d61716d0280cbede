"""Numbers → accessible SVG, the same in page and PDF (presentation attributes only).

A picture beside its table is hidden from screen readers; with a ``title`` it tells its values itself.
"""

from aqss.gateways.drawing.bars import Tone, completeness_bar, points_bar, score_bar, tone, tone_of
from aqss.gateways.drawing.evolutions import (
    MOST_LINES,
    Line,
    effects_bar,
    effects_keys,
    evolution_lines,
    line_key,
)
from aqss.gateways.drawing.radars import Axis, radar, radar_keys

__all__ = [
    "MOST_LINES",
    "Axis",
    "Line",
    "Tone",
    "completeness_bar",
    "effects_bar",
    "effects_keys",
    "evolution_lines",
    "line_key",
    "points_bar",
    "radar",
    "radar_keys",
    "score_bar",
    "tone",
    "tone_of",
]
