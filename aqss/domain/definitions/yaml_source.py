"""YAML text → nodes with their places, or every reason why it cannot be read.

YAML 1.2, without what definitions do not need: anchors, aliases, tags, several documents. Built from the
parser's events, never recursing: nothing is expanded, and nothing nests deeper than :data:`DEEPEST`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, Node, ScalarNode
from aqss.domain.definitions.problems import NOTHING
from aqss.domain.definitions.yaml_scalars import NO_NUMBER, NULL, resolve

LONGEST = 1024 * 1024
"""Bytes of a file."""

DEEPEST = 20
"""Levels of nesting; a grid needs nine."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(data: bytes, findings: Findings, loader: Any = LOADER) -> Node | None:
    """The single document of ``data``; None when nothing of it can be used. Problems go to ``findings``."""
    text = _decode(data, findings)
    if text is None:
        return None
    try:
        return _Builder(findings).build(yaml.parse(text, Loader=loader))
    except _Abandoned:
        return None
    except yaml.MarkedYAMLError as error:
        findings.add("YAML-005", error.problem_mark or error.context_mark, advice=_advice_on(error))
    except (yaml.YAMLError, ValueError):  # the pure Python parser on impossible escapes
        findings.add("YAML-005", None, advice=_OTHERWISE)
    return None


@dataclass(frozen=True, slots=True)
class _At:
    line: int
    column: int


_INVISIBLE = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff"
_REFUSED = re.compile(f"[{_INVISIBLE}]")
_REFUSED_IN_VALUES = re.compile(f"[{_INVISIBLE}\\t\\r]")
_BREAK = re.compile("\r\n|\r|\n")


def _decode(data: bytes, findings: Findings) -> str | None:
    if len(data) > LONGEST:
        findings.add("YAML-003", None)
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.add("YAML-002", None, found="UTF-16")
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        findings.add("YAML-002", _end_of(before), found=f"\\x{data[error.start]:02x}")
        text = data.decode("utf-8", errors="replace")
    if _REFUSED.search(text):
        for number, line in enumerate(_BREAK.split(text)):
            if match := _REFUSED.search(line):
                findings.add("YAML-004", _At(number, match.start()), found=match[0])
        text = _REFUSED.sub("\ufffd", text)
    return text


def _end_of(text: str) -> _At:
    lines = _BREAK.split(text)
    return _At(len(lines) - 1, len(lines[-1]))


class _Abandoned(Exception):  # noqa: N818 - no error: a problem already told
    """The rest of the document cannot be used."""


_NO_KEY = object()
_LOST = object()


class _Builder:
    """Turns events into nodes; ``at_hand`` is the key that the innermost open mapping has read."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.root: Node | None = None
        self.open: list[ListNode | MappingNode] = []
        self.at_hand: list[Any] = []

    def build(self, events: Iterator[Any]) -> Node | None:
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.at_hand.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                if self.root is not None:
                    self.findings.add("YAML-006", event.start_mark)
                    break
                self._document(event)
        return self.root

    def _alias(self, event: Any) -> None:
        self.findings.add("YAML-010", event.start_mark, found=f"*{event.anchor}")
        self._place(Node(event.start_mark))

    def _document(self, event: Any) -> None:
        if event.tags or event.version not in (None, (1, 2)):
            self.findings.add("YAML-012", event.start_mark)

    def _start(self, event: Any) -> None:
        self._refuse_properties(event)
        if len(self.open) == DEEPEST:
            self.findings.add("YAML-014", event.start_mark)
            raise _Abandoned
        mark, is_mapping = event.start_mark, isinstance(event, yaml.MappingStartEvent)
        node = MappingNode(mark, {}, {}) if is_mapping else ListNode(mark, [])
        self._place(node if event.tag is None else Node(mark))
        self.open.append(node)
        self.at_hand.append(_NO_KEY)

    def _scalar(self, event: Any) -> None:
        mark, text = event.start_mark, event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        if event.implicit[0]:
            value = resolve(text)
            if value is NULL or value is NO_NUMBER:
                self._refuse_value(value, event)
                return
        else:
            value = text
        if event.tag is not None:
            self._place(Node(mark))
        elif (event.style == '"' or "\t" in text) and _REFUSED_IN_VALUES.search(text):
            self.findings.add("YAML-004", mark, found=text)
            self._place(Node(mark))
        else:
            self._place(ScalarNode(mark, value))

    def _refuse_value(self, value: object, event: Any) -> None:
        """Told here, except as a key (the mapping tells it) or as a whole file (the caller does)."""
        if self.open and not self._awaits_key():
            if value is NULL:
                self.findings.add("DEF-004", event.start_mark)
            else:
                self.findings.add("YAML-015", event.start_mark, found=event.value)
        self._place(Node(event.start_mark))

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self.findings.add("YAML-009", event.start_mark, found=f"&{event.anchor}")
        if event.tag is not None:
            self.findings.add("YAML-011", event.start_mark, found=event.tag)

    def _awaits_key(self) -> bool:
        return isinstance(self.open[-1], MappingNode) and self.at_hand[-1] is _NO_KEY

    def _place(self, node: Node) -> None:
        """Put ``node`` where it belongs: the whole, an element, a key, or the value of the key at hand."""
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, ListNode):
            parent.elements.append(node)
        elif self.at_hand[-1] is _NO_KEY:
            self.at_hand[-1] = self._key(parent, node)
        else:
            key = self.at_hand[-1]
            self.at_hand[-1] = _NO_KEY
            if key is not _LOST:
                parent.entries[key] = node

    def _key(self, parent: MappingNode, node: Node) -> object:
        """The key to keep, or _LOST: told, and its value is read for its own problems only."""
        key = node.value if isinstance(node, ScalarNode) else None
        if not isinstance(key, str):
            found = NOTHING if key is None else key
            self.findings.add("YAML-013", node.mark, found=found)
            return _LOST
        if key in parent.keys:
            line = parent.keys[key].line + 1
            self.findings.add("YAML-008", node.mark, found=key, line=line)
            return _LOST
        parent.keys[key] = node.mark
        return key


_OTHERWISE = "Vérifier les retraits, les guillemets, les crochets et les deux-points à cet endroit"
_ADVICE = (
    ("mapping values", "Mettre entre guillemets le texte qui contient « : », ou revoir le retrait"),
    ("'\\t' that cannot start", "Remplacer la tabulation par des espaces"),
    ("tab character", "Remplacer la tabulation par des espaces"),
    ("cannot start any token", "Mettre entre guillemets le texte qui commence par ce caractère"),
    ("block sequence entries are not allowed", "Commencer la liste à la ligne suivante, en retrait"),
    ("expected '-' indicator", "Aligner les tirets de la liste"),
    ("expected <block end>", "Aligner cette ligne sur les précédentes, ou fermer les guillemets"),
    ("expected key", "Aligner cette ligne sur les précédentes, ou fermer les guillemets"),
    ("expected ':'", "Ajouter « : » après la clé, ou aligner cette ligne sur les précédentes"),
    ("expected ',' or ']'", "Fermer le crochet, ou mettre une virgule entre les éléments"),
    (
        "expected ',' or '}'",
        "Mettre entre guillemets le texte qui contient « : », ou fermer l’accolade, ou mettre une virgule",
    ),
    ("unexpected end of stream", "Fermer les guillemets ouverts plus haut"),
    ("escape", "Doubler la barre oblique inverse, ou mettre des guillemets simples"),
    ("document start", "Enlever ce qui suit la fin du document, ou revoir le retrait"),
)
"""What the parser says (its C and Python versions differ a little) → what to do about it."""


def _advice_on(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or ""
    return next((advice for words, advice in _ADVICE if words in said), _OTHERWISE)
