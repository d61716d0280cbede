"""The file of answers given to ``aqss score``: a profile and answers to one grid, or all that is wrong in it.

Written in YAML or JSON. Faults of YAML and of shape have the codes of definition files; those of answers are
:data:`RULES`, explained in docs/scores.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aqss.domain.answers import check_rating, parse_reason
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, Mark, Node, ScalarNode
from aqss.domain.definitions.problems import NOTHING, Problem, Rule, advise, show
from aqss.domain.definitions.scales import Scale
from aqss.domain.definitions.words import NOT_APPLICABLE, UNKNOWN
from aqss.domain.definitions.yaml_source import read_yaml
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.json_source import json_as_yaml
from aqss.domain.scoring import Answer, Unknown

RULES: dict[str, Rule] = {
    "ANSWER-001": Rule("le critère doit être dans la grille", "{advice}"),
    "ANSWER-002": Rule("le niveau doit être dans l’échelle du critère", "{advice}"),
    "ANSWER-003": Rule("la réponse doit être un nombre", "{advice}"),
    "ANSWER-004": Rule("le nombre doit être dans les bornes de l’échelle", "{advice}"),
    "ANSWER-005": Rule("le nombre doit avoir au plus les décimales de l’échelle", "{advice}"),
    "ANSWER-006": Rule("le nombre ne doit pas avoir trop de chiffres", "{advice}"),
    "ANSWER-007": Rule("la réponse doit être un niveau, un nombre, un texte, nsp ou na", "{advice}"),
    "ANSWER-008": Rule("« non concerné » demande une raison", "{advice}"),
    "ANSWER-009": Rule("la réponse doit être un texte", "Mettre la valeur entre guillemets"),
    "ANSWER-010": Rule("le texte ne doit pas être trop long", "{advice}"),
    "ANSWER-011": Rule("un texte n’a que des caractères lisibles", "Enlever le caractère invisible"),
    "ANSWER-012": Rule("aucun identifiant de patient n’est admis", "Enlever le numéro de sécurité sociale"),
}  # fmt: skip
"""Every code of a fault in answers: what has to be true, and what to do about it."""

_REASON = 'Écrire {na: "la raison"}'
_CODES = {
    "level-unknown": "ANSWER-002",
    "number-expected": "ANSWER-003",
    "number-range": "ANSWER-004",
    "number-decimals": "ANSWER-005",
    "number-digits": "ANSWER-006",
    "words-expected": "ANSWER-009",
    "too-long": "ANSWER-010",
    "bad-character": "ANSWER-011",
    "patient-identifier": "ANSWER-012",
}
"""Fault of one answer (:data:`aqss.domain.faults.FAULTS`) → its code here."""


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """What the file says. With ``problems``, in file order, nothing of it is to be scored."""

    profile: frozenset[str]
    answers: Mapping[str, Answer]
    problems: tuple[Problem, ...]


def read_answers(data: bytes, path: str, content: EditionContent, flags: Collection[str]) -> AnswersFile:
    """The file at ``path`` as answers to the grid of ``content``, in a catalogue with ``flags``."""
    reader = _Reader(Findings(path), content)
    root = read_yaml(json_as_yaml(data), reader.findings)
    profile, answers = reader.read(root, flags)
    return AnswersFile(profile, answers, tuple(sorted(reader.findings.problems)))


class _Reader:
    """Goes through the nodes of one file. A bare ``Node`` was refused as YAML: nothing more is said."""

    def __init__(self, findings: Findings, content: EditionContent) -> None:
        self.findings = findings
        self.content = content

    def read(self, root: Node | None, flags: Collection[str]) -> tuple[frozenset[str], dict[str, Answer]]:
        if not isinstance(root, MappingNode):
            if not self.findings.problems:
                self.findings.add("YAML-007", None if root is None else root.mark, key=_PROFILE)
            return frozenset(), {}
        for key, mark in root.keys.items():
            if key not in (_PROFILE, _ANSWERS):
                self.findings.add("DEF-001", mark, found=key, advice=advise(key, (_PROFILE, _ANSWERS)))
        for key in (_PROFILE, _ANSWERS):
            if key not in root.keys:
                self.findings.add("DEF-002", root.mark, key=key)
        return self._profile(root.entry(_PROFILE), flags), self._answers(root.entry(_ANSWERS))

    def _profile(self, node: Node | None, flags: Collection[str]) -> frozenset[str]:
        if not isinstance(node, ListNode):
            self._refuse_type(node, "Écrire une liste d’activités, par exemple [mt], ou [] sans activité")
            return frozenset()
        found = set()
        for element in node.elements:
            if not isinstance(element, ScalarNode) or not isinstance(element.value, str):
                self._refuse_type(element, "Écrire le mot d’une activité")
            elif element.value not in flags:
                advice = advise(element.value, flags)
                self.findings.add("REF-002", element.mark, found=element.value, advice=advice)
            else:
                found.add(element.value)
        return frozenset(found)

    def _refuse_type(self, node: Node | None, advice: str) -> None:
        if isinstance(node, ScalarNode | ListNode | MappingNode):
            found = node.value if isinstance(node, ScalarNode) else NOTHING
            self.findings.add("DEF-003", node.mark, found=found, advice=advice)

    def _answers(self, node: Node | None) -> dict[str, Answer]:
        if not isinstance(node, MappingNode):
            self._refuse_type(
                node, "Écrire une réponse par ligne, par exemple « A1-01: oui », ou {} sans réponse"
            )
            return {}
        known = self.content.criteria_by_code
        answers = {}
        for code in node.keys:
            if code not in known:
                self._add("ANSWER-001", node.keys[code], found=code, advice=advise(code, known))
                continue
            answer = self._answer(self.content.scale_of(known[code]), node.entry(code))
            if answer is not None:
                answers[code] = answer
        return answers

    def _answer(self, scale: Scale, node: Node | None) -> Answer | None:
        """The answer; None when it was refused."""
        if isinstance(node, MappingNode):
            return self._not_applicable(node)
        if isinstance(node, ListNode):
            self._add("ANSWER-007", node.mark, advice="Écrire une seule réponse, sans crochets")
        elif isinstance(node, ScalarNode) and node.value == NOT_APPLICABLE:
            self._add("ANSWER-008", node.mark, advice=_REASON)
        elif isinstance(node, ScalarNode):
            return Unknown() if node.value == UNKNOWN else self._rating(scale, node)
        return None

    def _not_applicable(self, node: MappingNode) -> Answer | None:
        reason = node.entry(NOT_APPLICABLE)
        if list(node.keys) != [NOT_APPLICABLE]:
            self._add("ANSWER-007", node.mark, advice=_REASON)
        elif isinstance(reason, ScalarNode) and isinstance(reason.value, str):
            try:
                return parse_reason(reason.value)
            except InvalidInput as refusal:
                self._tell(refusal.faults, reason)
        elif isinstance(reason, ScalarNode | ListNode | MappingNode):
            self._add("ANSWER-008", reason.mark, advice=_REASON)
        return None

    def _rating(self, scale: Scale, node: ScalarNode) -> Answer | None:
        value = node.value
        try:
            return check_rating(scale, Decimal(value) if type(value) is int else value)
        except InvalidInput as refusal:
            self._tell(refusal.faults, node)
            return None

    def _tell(self, faults: Iterable[Fault], node: ScalarNode) -> None:
        for fault in faults:
            if fault.code == "required":
                self._add_empty(fault, node)
            else:
                found = NOTHING if fault.code in _HIDDEN else node.value
                self._add(_CODES[fault.code], node.mark, found=found, advice=_advice(fault, node))

    def _add_empty(self, fault: Fault, node: ScalarNode) -> None:
        if fault.field == "reason":
            self._add("ANSWER-008", node.mark, advice=_REASON)
        else:
            self.findings.add("DEF-004", node.mark)

    def _add(self, code: str, mark: Mark, *, found: object = NOTHING, advice: str = "") -> None:
        rule = RULES[code]
        shown = "" if found is NOTHING else f", trouvé {show(found)}"
        message = f"{rule.title}{shown}. {rule.remedy.format(advice=advice)}."
        self.findings.problems.append(Problem(*self.findings.place(mark), code, message))


_PROFILE, _ANSWERS = "profile", "answers"
_HIDDEN = ("too-long", "bad-character", "patient-identifier")
"""Faults whose value is not shown: long, invisible, or not to be repeated."""


def _advice(fault: Fault, node: ScalarNode) -> str:
    """The remedy, where it depends on the scale or on what was written."""
    facts: tuple[Any, ...] = fault.facts
    match fault.code, facts:
        case "level-unknown", (levels,):
            return advise(node.value, (*levels, UNKNOWN))
        case "number-expected", _:
            return "L’écrire sans guillemets, avec un point pour les décimales"
        case "number-range", (low, None):
            return f"Écrire un nombre à partir de {low}"
        case "number-range", (None, high):
            return f"Écrire un nombre jusqu’à {high}"
        case "number-range", (low, high):
            return f"Écrire un nombre de {low} à {high}"
        case "number-decimals", (0,):
            return "Écrire un nombre entier"
        case "number-decimals" | "number-digits", (most,):
            what = "décimale" if fault.code == "number-decimals" else "chiffre"
            return f"Écrire au plus {most} {what}{'s' if most > 1 else ''}"
        case "too-long", (limit,):
            return f"Écrire au plus {limit} caractères"
    return ""
