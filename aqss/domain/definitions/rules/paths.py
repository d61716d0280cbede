"""Rules of the states of a workflow: one start, an end, and a way from each state to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from aqss.domain.definitions.nodes import Findings, MappingNode, Node, ScalarNode
from aqss.domain.definitions.problems import nearest
from aqss.domain.definitions.words import GUARDS_LOST_FOR_GOOD


def check_ends(root: MappingNode, states: Sequence[MappingNode], findings: Findings) -> None:
    """One initial state and one final or more."""
    listing = root.entry("states")
    if not states or listing is None:
        return
    initial = [node for state in states if state.is_true("initial") and (node := state.entry("initial"))]
    if not initial and not _is_unclear(states, "initial"):
        findings.add("WF-002", listing.mark, advice="Ajouter « initial: true » à la première étape")
    for second in initial[1:]:
        advice = "Enlever cette ligne, ou celle de l’autre étape initiale"
        findings.add("WF-002", second.mark, found=True, advice=advice)
    if not any(state.is_true("final") for state in states) and not _is_unclear(states, "final"):
        findings.add("WF-003", listing.mark)


def _is_unclear(states: Sequence[MappingNode], key: str) -> bool:
    """Whether a state says something else than true or false under ``key``: that is told where it stands."""
    marks = (state.entry(key) for state in states)
    return any(mark is not None and not _is_truth(mark) for mark in marks)


def _is_truth(node: Node) -> bool:
    return isinstance(node, ScalarNode) and isinstance(node.value, bool)


def check_paths(states: Sequence[MappingNode], known: Collection[str], findings: Findings) -> None:
    """Every state can be reached, and from every state a final one, even when what can be lost was lost.

    A target that is no state stands for the nearest: its misspelling is told once, where it is written.
    """
    ways: dict[str, set[str]] = {name: set() for name in known}
    back: dict[str, set[str]] = {name: set() for name in known}
    for state in states:
        for target, is_lasting in _targets(state, known) if (name := _name(state)) else ():
            ways[str(name)].add(target)
            if is_lasting:
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
                findings.add(code, written.mark, found=written.value, advice=_advice_on(state))


def _advice_on(state: MappingNode) -> str:
    """How to let a subject go on from ``state``."""
    lost = [word for t in state.mappings("transitions") for word in t.texts("when") if _is_lost(word)]
    if lost:
        return f"Ajouter un passage qui n’attende pas « {lost[0].value} », qui peut ne plus jamais être vrai"
    return "Ajouter un passage vers la suite, ou « final: true »"


def _is_lost(word: ScalarNode) -> bool:
    return word.value in GUARDS_LOST_FOR_GOOD


def _name(state: MappingNode) -> str | None:
    name = state.text("state")
    return None if name is None else str(name.value)


def _targets(state: MappingNode, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Where the passages of ``state`` lead, and whether what they wait for can always come true."""
    for transition in state.mappings("transitions"):
        to = transition.text("to")
        target = nearest(str(to.value), known) if to is not None else None
        if target is not None:
            yield target, not any(_is_lost(word) for word in transition.texts("when"))


def _reached(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    """What can be reached from ``start``, itself included."""
    reached, ahead = set(start), list(start)
    while ahead:
        new = edges[ahead.pop()] - reached
        reached |= new
        ahead.extend(new)
    return reached
