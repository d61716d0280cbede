"""What a workflow waits for, or leaves to somebody, has to be possible: else what runs stops there."""

from __future__ import annotations

from collections.abc import Iterator

from aqss.domain.access import Role
from aqss.domain.definitions.nodes import Findings, MappingNode, ScalarNode
from aqss.domain.definitions.words import INTERVIEW_WORDS, NEEDED_ABILITIES, PERIOD_WORDS, TELLS_STRUCTURE


def transitions_of(root: MappingNode) -> Iterator[MappingNode]:
    """Every passage of a workflow, in the file's order."""
    for state in root.mappings("states"):
        yield from state.mappings("transitions")


def check_means(root: MappingNode, subject: str, findings: Findings) -> None:
    """``subject``: as the file says it; empty when it says none that is known."""
    _check_guards(root, subject, findings)
    if subject == "dossier":
        _check_structure(root, findings)
        _check_opening(root, findings)


def _check_guards(root: MappingNode, subject: str, findings: Findings) -> None:
    """Some state allows what makes each guard come true."""
    needed = NEEDED_ABILITIES.get(subject, {})
    allowed = {word.value for state in root.mappings("states") for word in state.texts("allows")}
    for transition in transitions_of(root):
        for guard in transition.texts("when"):
            abilities = needed.get(str(guard.value))
            if abilities is not None and allowed.isdisjoint(abilities):
                findings.add("WF-030", guard.mark, found=guard.value, ability=abilities[0])


def _check_structure(root: MappingNode, findings: Findings) -> None:
    """What is left to the structure asks for a passage that sends the dossier there: the first is told."""
    effects = {effect.value for transition in transitions_of(root) for effect in transition.texts("then")}
    first = next(_left_to_the_structure(root), None)
    if first is not None and TELLS_STRUCTURE not in effects:
        findings.add("WF-029", first.mark, found=first.value)


def _check_opening(root: MappingNode, findings: Findings) -> None:
    """Where people open no sheet themselves, each interview its own, some passage does: the first is told."""
    said = {word.value for word in _words(root)}
    if said.isdisjoint(PERIOD_WORDS) or not said.isdisjoint({*INTERVIEW_WORDS, "open-grids"}):
        return
    for word in _words(root):
        if word.value == "grids-finished":
            findings.add("WF-031", word.mark, found=word.value)
            return


def _words(root: MappingNode) -> Iterator[ScalarNode]:
    """The due dates, guards and effects that a workflow says."""
    for state in root.mappings("states"):
        dues = (holder.text("due") for holder in (state, *state.mappings("checklist")))
        yield from (due for due in dues if due is not None)
    for transition in transitions_of(root):
        yield from (*transition.texts("when"), *transition.texts("then"))


def _left_to_the_structure(root: MappingNode) -> Iterator[ScalarNode]:
    for state in root.mappings("states"):
        people = [role for task in state.mappings("checklist") if (role := task.text("role")) is not None]
        for transition in state.mappings("transitions"):
            people += transition.texts("by")
        yield from (word for word in people if word.value == Role.STRUCTURE)
