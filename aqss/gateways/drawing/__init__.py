"""Numbers → accessible SVG, the same in page and PDF (presentation attributes only).

A picture beside its table is hidden from screen readers; with a ``title`` it tells its values itself.
"""

from aqss.gateways.drawing.bars import Tone, completeness_bar, points_bar, score_bar, tone, tone_of
from aqss.gateways.drawing.effects import Look, Part, Stack, effect_stacks
from aqss.gateways.drawing.evolutions import (
    MOST_LINES,
    Line,
    effects_bar,
    effects_keys,
    evolution_lines,
    line_key,
)
from aqss.gateways.drawing.matrices import action_matrix, matrix_keys
from aqss.gateways.drawing.radars import Axis, radar, radar_keys
from aqss.gateways.drawing.workflows import workflow_diagram

__all__ = [
    "MOST_LINES",
    "Axis",
    "Line",
    "Look",
    "Part",
    "Stack",
    "Tone",
    "action_matrix",
    "completeness_bar",
    "effect_stacks",
    "effects_bar",
    "effects_keys",
    "evolution_lines",
    "line_key",
    "matrix_keys",
    "points_bar",
    "radar",
    "radar_keys",
    "score_bar",
    "tone",
    "tone_of",
    "workflow_diagram",
]
