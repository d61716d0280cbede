"""What a state of a workflow writes twice: one of the two would never be used, or be asked for twice."""

from __future__ import annotations

from collections.abc import Sequence

from aqss.domain.definitions.nodes import Findings, MappingNode, Node
from aqss.domain.definitions.rules.names import tell_repeats


def check_repeats(state: MappingNode, findings: Findings) -> None:
    """Passages, documents, tasks, and words of a list: each once."""
    transitions, reminders = state.mappings("transitions"), state.mappings("reminders")
    _tell_same_ways(transitions, findings)
    tell_repeats(state.texts("documents"), "WF-026", findings)
    tell_repeats((task.text("label") for task in state.mappings("checklist")), "WF-027", findings)
    escalations = [entry for reminder in reminders if (entry := reminder.entry("escalate")) is not None]
    holders: tuple[Node, ...] = (state, *transitions, *reminders, *escalations)
    for holder in holders:
        for key in ("allows", "by", "when", "then", "to"):
            tell_repeats(holder.texts(key), "WF-028", findings)


def _tell_same_ways(transitions: Sequence[MappingNode], findings: Findings) -> None:
    """Somebody has two ways to one state that wait for the same things: the second is never used."""
    first: dict[tuple[object, ...], int] = {}
    for transition in transitions:
        to = transition.text("to")
        if to is None:
            continue
        guards = frozenset(word.value for word in transition.texts("when"))
        ways = [(to.value, guards, asker.value) for asker in transition.texts("by")]
        line = next((first[way] for way in ways if way in first), None)
        if line is not None:
            findings.add("WF-025", to.mark, found=to.value, line=line)
        first.update((way, to.mark.line + 1) for way in ways if way not in first)
