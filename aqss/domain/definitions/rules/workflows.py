"""Rules of workflows: the words they may use depend on what they make advance."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from aqss.domain.definitions.formats import is_identifier
from aqss.domain.definitions.nodes import Findings, MappingNode, ScalarNode
from aqss.domain.definitions.problems import advise, list_words
from aqss.domain.definitions.rules.means import check_means, transitions_of
from aqss.domain.definitions.rules.names import tell_other_name, tell_repeats, tell_unknown
from aqss.domain.definitions.rules.paths import check_ends, check_paths
from aqss.domain.definitions.rules.repeats import check_repeats
from aqss.domain.definitions.tree import SourceFile
from aqss.domain.definitions.words import (
    ABILITIES,
    ASKERS,
    EFFECTS,
    GRID_WORDS,
    GUARDS,
    NAMED_DATES,
    PEOPLE,
    RECIPIENTS,
    SPAN_HOURS,
    SUBJECTS,
    TASK_ROLES,
)

LONGEST_HOURS = 10 * 366 * 24


def check_workflows(files: Sequence[SourceFile], grids: Collection[str] | None) -> None:
    """Check each workflow; the names of all are known for ``next``, those of ``grids`` unless None."""
    subjects = {file.stem: _subject_of(file.node) for file in files}
    for file in files:
        if file.node is not None:
            tell_other_name(file.node.text("workflow"), file.stem, "WF-001", file.findings)
            _check_next(file.node, subjects, file.findings)
            _check_grids(file.node, grids, file.findings)
            _check_workflow(file.node, file.findings)


def _subject_of(root: MappingNode | None) -> str | None:
    """The subject that a workflow says; None when it says none that is known, which is told elsewhere."""
    subject = root.text("subject") if root is not None else None
    return str(subject.value) if subject is not None and subject.value in SUBJECTS else None


def _check_next(root: MappingNode, subjects: Mapping[str, str | None], findings: Findings) -> None:
    """What follows makes the same thing advance: an action ends where no assessment begins."""
    subject = _subject_of(root)
    fitting = [name for name, theirs in subjects.items() if None in (theirs, subject) or theirs == subject]
    tell_unknown([root.text("next")], fitting, "WF-017", findings)


def _check_grids(root: MappingNode, known: Collection[str] | None, findings: Findings) -> None:
    """Dossiers alone fill grids, each named once; what is said of grids asks for some."""
    subject, listed = _subject_of(root), root.entry("grids")
    if listed is None:
        for word in _grid_words(root):
            findings.add("WF-024", word.mark, found=word.value)
    elif subject not in (None, "dossier"):
        findings.add("WF-021", listed.mark)
    else:
        tell_unknown(root.texts("grids"), known, "WF-022", findings)
        tell_repeats(root.texts("grids"), "WF-023", findings)


def _grid_words(root: MappingNode) -> Iterable[ScalarNode]:
    for transition in transitions_of(root):
        words = (*transition.texts("when"), *transition.texts("then"))
        yield from (word for word in words if word.value in GRID_WORDS)


def _check_workflow(root: MappingNode, findings: Findings) -> None:
    """Where a state has no proper name, targets and paths are left alone: that is told, not what follows."""
    states = root.mappings("states")
    about = _subject_of(root) or ""
    names = [state.text("state") for state in states]
    tell_repeats(names, "WF-015", findings)
    tasks = (task.text("task") for state in states for task in state.mappings("checklist"))
    tell_repeats(tasks, "WF-016", findings)
    known = {str(name.value): None for name in names if name is not None}
    is_named = all(name is not None and is_identifier(str(name.value)) for name in names)
    for state in states:
        _tell_foreign(state.texts("allows"), ABILITIES, about, "WF-012", findings)
        _check_dates(state, about, findings)
        _check_reminders(state, about, findings)
        _check_transitions(state, about, known if is_named else None, findings)
        check_repeats(state, findings)
    check_means(root, about, findings)
    check_ends(root, states, findings)
    if is_named:
        check_paths(states, known, findings)


def _tell_foreign(
    names: Iterable[ScalarNode | None],
    words: Mapping[str, Collection[str]],
    subject: str,
    code: str,
    findings: Findings,
    meanings: Mapping[str, str] | None = None,
) -> None:
    """``code`` at each name that is no word of ``subject``, saying so when it is one of another subject.

    ``meanings``: what the words that are listed stand for, where that has to be told.
    """
    known = words.get(subject)
    for name in names:
        if known is not None and name is not None and name.value not in known:
            advice = _advise_of(str(name.value), words, subject, meanings or {})
            findings.add(code, name.mark, found=name.value, advice=advice)


def _advise_of(
    word: str, words: Mapping[str, Collection[str]], subject: str, meanings: Mapping[str, str]
) -> str:
    """What ``subject`` may say instead of ``word``."""
    known = words[subject]
    if not known:
        return f"Enlever cette ligne : il n’y en a pas pour « subject: {subject} »"
    others = [f"« subject: {other} »" for other, theirs in words.items() if word in theirs]
    if not others:
        return advise(word, known, meanings)
    listed = list_words(known, meanings)
    return f"Ce mot est pour {' ou '.join(others)} ; pour « {subject} », choisir parmi : {listed}"


def _check_dates(state: MappingNode, subject: str, findings: Findings) -> None:
    """Due dates are spans or dates of the subject; tasks are left to people it has."""
    tasks = state.mappings("checklist")
    for due in (holder.text("due") for holder in (state, *tasks)):
        if due is not None and re.fullmatch("[a-z][a-z-]*", str(due.value)):
            _tell_foreign([due], NAMED_DATES, subject, "WF-009", findings, NAMED_DATES.get(subject))
        else:
            _check_length(due, findings)
    _tell_foreign((task.text("role") for task in tasks), TASK_ROLES, subject, "WF-007", findings, PEOPLE)


def _check_length(span: ScalarNode | None, findings: Findings) -> None:
    """A span that is well formed is not absurdly long."""
    match = re.fullmatch("([1-9][0-9]*)([hdw])", str(span.value)) if span is not None else None
    if span is None or match is None:
        return
    if len(match[1]) > 6 or int(match[1]) * SPAN_HOURS[match[2]] > LONGEST_HOURS:
        findings.add("WF-018", span.mark, found=span.value, advice="Écrire une durée plus courte")


def _check_reminders(state: MappingNode, subject: str, findings: Findings) -> None:
    reminders, listing = state.mappings("reminders"), state.entry("reminders")
    if reminders and listing is not None and "due" not in state.keys:
        findings.add("WF-013", listing.mark)
    for reminder in reminders:
        ways = [way for way in ("before", "after") if way in reminder.keys]
        if len(ways) != 1:
            findings.add("WF-019", reminder.mark, advice=_WAYS_ADVICE[bool(ways)])
        _tell_foreign(reminder.texts("to"), RECIPIENTS, subject, "WF-008", findings, PEOPLE)
        for key in ("before", "after", "every"):
            _check_length(reminder.text(key), findings)
        escalation = reminder.entry("escalate")
        if escalation is not None:
            _tell_foreign(escalation.texts("to"), RECIPIENTS, subject, "WF-008", findings, PEOPLE)
            _check_length(escalation.text("after"), findings)


_WAYS_ADVICE = {
    False: "Ajouter « before: 7d » ou « after: 3d »",
    True: "Garder l’une des deux, et écrire un autre rappel pour l’autre",
}


def _check_transitions(
    state: MappingNode, subject: str, known: Collection[str] | None, findings: Findings
) -> None:
    transitions, listing = state.mappings("transitions"), state.entry("transitions")
    if transitions and listing is not None and state.is_true("final"):
        findings.add("WF-014", listing.mark)
    for transition in transitions:
        tell_unknown([transition.text("to")], known, "WF-006", findings)
        _tell_foreign(transition.texts("by"), ASKERS, subject, "WF-007", findings, PEOPLE)
        _tell_foreign(transition.texts("when"), GUARDS, subject, "WF-010", findings)
        _tell_foreign(transition.texts("then"), EFFECTS, subject, "WF-011", findings)
