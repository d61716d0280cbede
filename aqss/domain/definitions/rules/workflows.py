"""Rules of workflows: words that must be known, and states from which one can always reach the end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from aqss.domain.definitions.nodes import Findings, MappingNode, ScalarNode
from aqss.domain.definitions.problems import nearest
from aqss.domain.definitions.rules.names import tell_other_name, tell_repeats, tell_unknown
from aqss.domain.definitions.tree import SourceFile
from aqss.domain.definitions.words import (
    ABILITIES,
    EFFECTS,
    GUARDS,
    NAMED_DATES,
    RECIPIENTS,
    ROLES,
    SPAN_HOURS,
)

LONGEST_HOURS = 10 * 366 * 24


def check_workflows(files: Sequence[SourceFile]) -> None:
    """Check each workflow; the names of all are known for ``next``."""
    known = [file.stem for file in files]
    for file in files:
        if file.node is not None:
            tell_other_name(file.node.text("workflow"), file.stem, "WF-001", file.findings)
            tell_unknown([file.node.text("next")], known, "WF-017", file.findings)
            _check_workflow(file.node, file.findings)


def _check_workflow(root: MappingNode, findings: Findings) -> None:
    states = root.mappings("states")
    subject = root.text("subject")
    abilities = ABILITIES.get(str(subject.value)) if subject is not None else None
    names = [state.text("state") for state in states]
    tell_repeats(names, "WF-015", findings)
    tasks = (task.text("task") for state in states for task in state.mappings("checklist"))
    tell_repeats(tasks, "WF-016", findings)
    known = {str(name.value): None for name in names if name is not None}
    for state in states:
        tell_unknown(state.texts("allows"), abilities, "WF-012", findings)
        _check_dates(state, findings)
        _check_reminders(state, findings)
        _check_transitions(state, known, findings)
    _check_ends(root, states, findings)
    _check_paths(states, known, findings)


def _check_dates(state: MappingNode, findings: Findings) -> None:
    """Due dates are spans or named dates; roles of tasks are known."""
    tasks = state.mappings("checklist")
    for due in (holder.text("due") for holder in (state, *tasks)):
        if due is None:
            continue
        if re.fullmatch("[a-z][a-z-]*", str(due.value)):
            tell_unknown([due], NAMED_DATES, "WF-009", findings)
        else:
            _check_length(due, findings)
    tell_unknown((task.text("role") for task in tasks), ROLES, "WF-007", findings)


def _check_length(span: ScalarNode | None, findings: Findings) -> None:
    """A span that is well formed is not absurdly long."""
    match = re.fullmatch("([1-9][0-9]*)([hdw])", str(span.value)) if span is not None else None
    if span is None or match is None:
        return
    if len(match[1]) > 6 or int(match[1]) * SPAN_HOURS[match[2]] > LONGEST_HOURS:
        findings.add("WF-018", span.mark, found=span.value)


def _check_reminders(state: MappingNode, findings: Findings) -> None:
    reminders, listing = state.mappings("reminders"), state.entry("reminders")
    if reminders and listing is not None and "due" not in state.keys:
        findings.add("WF-013", listing.mark)
    for reminder in reminders:
        ways = [way for way in ("before", "after") if way in reminder.keys]
        if len(ways) != 1:
            findings.add("WF-019", reminder.mark, advice=_WAYS_ADVICE[bool(ways)])
        tell_unknown(reminder.texts("to"), RECIPIENTS, "WF-008", findings)
        for key in ("before", "after", "every"):
            _check_length(reminder.text(key), findings)
        escalation = reminder.entry("escalate")
        if escalation is not None:
            tell_unknown(escalation.texts("to"), RECIPIENTS, "WF-008", findings)
            _check_length(escalation.text("after"), findings)


_WAYS_ADVICE = {
    False: "Ajouter « before: 7d » ou « after: 3d »",
    True: "Garder l’une des deux, et écrire un autre rappel pour l’autre",
}


def _check_transitions(state: MappingNode, known: Collection[str], findings: Findings) -> None:
    transitions, listing = state.mappings("transitions"), state.entry("transitions")
    if transitions and listing is not None and state.is_true("final"):
        findings.add("WF-014", listing.mark)
    for transition in transitions:
        tell_unknown([transition.text("to")], known, "WF-006", findings)
        tell_unknown(transition.texts("by"), ROLES, "WF-007", findings)
        tell_unknown(transition.texts("when"), GUARDS, "WF-010", findings)
        tell_unknown(transition.texts("then"), EFFECTS, "WF-011", findings)


def _check_ends(root: MappingNode, states: Sequence[MappingNode], findings: Findings) -> None:
    """One initial state and one final or more."""
    listing = root.entry("states")
    if not states or listing is None:
        return
    initial = [node for state in states if state.is_true("initial") and (node := state.entry("initial"))]
    if not initial:
        findings.add("WF-002", listing.mark, advice="Ajouter « initial: true » à la première étape")
    for second in initial[1:]:
        advice = "Enlever cette ligne, ou celle de l’autre étape initiale"
        findings.add("WF-002", second.mark, found=True, advice=advice)
    if not any(state.is_true("final") for state in states):
        findings.add("WF-003", listing.mark)


def _check_paths(states: Sequence[MappingNode], known: Collection[str], findings: Findings) -> None:
    """Every state can be reached, and from every state a final one.

    A target that is no state stands for the nearest: its misspelling is told once, where it is written.
    """
    ways: dict[str, set[str]] = {name: set() for name in known}
    back: dict[str, set[str]] = {name: set() for name in known}
    for state in states:
        for target in _targets(state, known) if (name := _name(state)) else ():
            ways[str(name)].add(target)
            back[target].add(str(name))
    initial = [name for state in states if state.is_true("initial") and (name := _name(state))]
    final = [name for state in states if state.is_true("final") and (name := _name(state))]
    if any(transition.text("to") is None for state in states for transition in state.mappings("transitions")):
        return
    for code, start, edges in (("WF-004", initial, ways), ("WF-005", final, back)):
        reached = _reached(start, edges)
        for state in states if start else ():
            written = state.text("state")
            if written is not None and written.value not in reached:
                findings.add(code, written.mark, found=written.value)


def _name(state: MappingNode) -> str | None:
    name = state.text("state")
    return None if name is None else str(name.value)


def _targets(state: MappingNode, known: Collection[str]) -> Iterator[str]:
    for transition in state.mappings("transitions"):
        to = transition.text("to")
        target = nearest(str(to.value), known) if to is not None else None
        if target is not None:
            yield target


def _reached(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    """What can be reached from ``start``, itself included."""
    reached, ahead = set(start), list(start)
    while ahead:
        new = edges[ahead.pop()] - reached
        reached |= new
        ahead.extend(new)
    return reached
