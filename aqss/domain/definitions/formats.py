"""What a value of a definition file may look like: checked where it stands, told to editors as JSON Schema.

The bricks of :mod:`aqss.domain.definitions.file_formats`. Loads no library: ``aqss check`` starts fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from unicodedata import combining, normalize

from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, Node, ScalarNode
from aqss.domain.definitions.problems import NOTHING, advise

LONGEST_TEXT = 2000
LONGEST_IDENTIFIER = 80

Schema = dict[str, Any]


class Format(Protocol):
    """A kind of value."""

    @property
    def description(self) -> str:
        """What the value is for, in French; may be empty."""

    def check(self, node: Node, findings: Findings) -> None:
        """Add every problem of ``node``, and of what it holds, to ``findings``."""

    def schema(self) -> Schema:
        """JSON Schema (draft 2020-12), without the description."""


def described(wanted: Format) -> Schema:
    """The schema of ``wanted`` with its description, if any."""
    return wanted.schema() | ({"description": wanted.description} if wanted.description else {})


def is_identifier(text: str) -> bool:
    """Whether ``text`` may name something, capitals aside."""
    return len(text) <= LONGEST_IDENTIFIER and _IDENTIFIERS[False].fullmatch(text) is not None


def _refuse_type(node: Node, findings: Findings, advice: str) -> None:
    """Tell a value of another type, unless it was told already."""
    if isinstance(node, ScalarNode | ListNode | MappingNode):
        findings.add(
            "DEF-003", node.mark, found=node.value if isinstance(node, ScalarNode) else NOTHING, advice=advice
        )


def _text_of(node: Node, findings: Findings) -> str | None:
    """The text of ``node``, neither empty nor too long; else None, and it is told."""
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        quotes = isinstance(node, ScalarNode)
        _refuse_type(node, findings, "Mettre la valeur entre guillemets" if quotes else "Écrire un texte")
        return None
    text = node.value
    if not text or text.isspace():
        findings.add("DEF-004", node.mark)
    elif len(text) > LONGEST_TEXT:
        findings.add("DEF-006", node.mark, found=text, excess=len(text) - LONGEST_TEXT)
    else:
        return text
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """Words that people read: 1 to 2,000 characters."""

    description: str = ""

    def check(self, node: Node, findings: Findings) -> None:
        _text_of(node, findings)

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """Lower-case letters, digits and hyphens, starting with a letter; capitals only where allowed."""

    description: str = ""
    capitals: bool = False

    @property
    def pattern(self) -> str:
        return "^[A-Za-z][A-Za-z0-9-]*$" if self.capitals else "^[a-z][a-z0-9-]*$"

    def check(self, node: Node, findings: Findings) -> None:
        text = _text_of(node, findings)
        if text is None:
            return
        if len(text) > LONGEST_IDENTIFIER:
            advice = f"Écrire {LONGEST_IDENTIFIER} caractères au plus"
            findings.add("DEF-007", node.mark, found=text, advice=advice)
        elif not _IDENTIFIERS[self.capitals].fullmatch(text):
            findings.add("DEF-007", node.mark, found=text, advice=self._advice(text))

    def _advice(self, text: str) -> str:
        """A way to write it that is allowed."""
        plain = normalize("NFKD", text if self.capitals else text.lower())
        bare = "".join(letter for letter in plain if not combining(letter))
        near = "-".join(_PLAIN_WORDS.findall(bare)).lstrip("-0123456789")
        return f"Écrire par exemple « {near or 'mon-nom'} »"

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": LONGEST_IDENTIFIER, "pattern": self.pattern}


_IDENTIFIERS = {
    False: re.compile("[a-z][a-z0-9-]*"),
    True: re.compile("[A-Za-z][A-Za-z0-9-]*"),
}
_PLAIN_WORDS = re.compile("[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a closed list."""

    words: tuple[str, ...]
    description: str = ""

    def check(self, node: Node, findings: Findings) -> None:
        text = _text_of(node, findings)
        if text is not None and text not in self.words:
            findings.add("DEF-008", node.mark, found=text, advice=advise(text, self.words))

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, or where allowed the name of a date: checked by the rules of workflows."""

    pattern: str
    description: str = ""

    def check(self, node: Node, findings: Findings) -> None:
        text = _text_of(node, findings)
        if text is not None and not re.fullmatch(self.pattern, text):
            findings.add("WF-018", node.mark, found=text, advice=advise_span(text))

    def schema(self) -> Schema:
        return {"type": "string", "pattern": self.pattern}


_SAID_SPAN = re.compile(r"([1-9][0-9]{0,3})\s*([a-zA-Z])[a-zé]*\.?")
_SAID_UNITS = {"h": "h", "j": "d", "d": "d", "s": "w", "w": "w"}


def advise_span(text: str) -> str:
    """How to write a span that is told in words or with another letter, such as « 14 jours »."""
    said = _SAID_SPAN.fullmatch(text.strip())
    unit = _SAID_UNITS.get(said[2].lower()) if said else None
    return f"Écrire « {said[1]}{unit} »" if said and unit else "Écrire par exemple 12h, 14d ou 2w"


@dataclass(frozen=True, slots=True)
class Truth:
    """``true`` or ``false``."""

    description: str = ""
    default: bool | None = None

    def check(self, node: Node, findings: Findings) -> None:
        if not isinstance(node, ScalarNode) or not isinstance(node.value, bool):
            _refuse_type(node, findings, "Écrire true ou false, sans guillemets")

    def schema(self) -> Schema:
        return {"type": "boolean"} | ({} if self.default is None else {"default": self.default})


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, each with the code that tells it."""

    description: str = ""
    whole: bool = False
    least: int | None = None
    above: int | None = None
    most: int | None = None
    default: int | None = None
    too_low: str = "DEF-009"
    too_high: str = "DEF-009"

    def check(self, node: Node, findings: Findings) -> None:
        number = node.value if isinstance(node, ScalarNode) else None
        wanted = int if self.whole else (int, Decimal)
        if isinstance(number, bool) or not isinstance(number, wanted):
            expected = "un nombre entier" if self.whole else "un nombre, avec un point pour les décimales"
            _refuse_type(node, findings, f"Écrire {expected}, sans guillemets")
        elif self._is_too_low(number):
            findings.add(self.too_low, node.mark, found=number, bounds=self._bounds())
        elif self.most is not None and number > self.most:
            findings.add(self.too_high, node.mark, found=number, bounds=self._bounds())

    def _is_too_low(self, number: int | Decimal) -> bool:
        if self.above is not None:
            return number <= self.above
        return self.least is not None and number < self.least

    def _bounds(self) -> str:
        kind = "un nombre entier" if self.whole else "un nombre"
        low = f"à partir de {self.least}" if self.most is None else f"de {self.least} à {self.most}"
        return f"{kind} {low}"

    def schema(self) -> Schema:
        facts = {
            "minimum": self.least,
            "exclusiveMinimum": self.above,
            "maximum": self.most,
            "default": self.default,
        }
        kept = {name: fact for name, fact in facts.items() if fact is not None}
        return {"type": "integer" if self.whole else "number"} | kept


@dataclass(frozen=True, slots=True)
class Listing:
    """One element or more, all of the same format; not more than ``most``."""

    element: Format
    description: str = ""
    fewest: int = 1
    too_few: str = "DEF-005"
    most: int | None = None

    def check(self, node: Node, findings: Findings) -> None:
        if not isinstance(node, ListNode):
            _refuse_type(
                node, findings, f"Écrire une liste : {self._example(node)}, ou une ligne « - … » par élément"
            )
            return
        if not node.elements:
            findings.add("DEF-005", node.mark)
        elif len(node.elements) < self.fewest:
            findings.add(self.too_few, node.mark)
        elif self.most is not None and len(node.elements) > self.most:
            findings.add("DEF-010", node.elements[self.most].mark, most=self.most)
        for element in node.elements:
            self.element.check(element, findings)

    def _example(self, node: Node) -> str:
        """The list that was meant, where a single word stands."""
        word = node.value if isinstance(node, ScalarNode) else None
        return f"[{word}]" if isinstance(word, str) and is_identifier(word) else "[un, deux]"

    def schema(self) -> Schema:
        facts = {"type": "array", "minItems": self.fewest, "items": described(self.element)}
        return facts if self.most is None else facts | {"maxItems": self.most}


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with the keys named here and no other."""

    required: Mapping[str, Format]
    optional: Mapping[str, Format] = field(default_factory=dict)
    description: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    exactly_one: bool = False

    def check(self, node: Node, findings: Findings) -> None:
        if not isinstance(node, MappingNode):
            _refuse_type(node, findings, f"Écrire un ensemble de clés : {', '.join(self.names())}")
            return
        required, optional = self.required, self.optional
        for key, value in node.entries.items():
            known = required.get(key) or optional.get(key)
            if known is not None:
                known.check(value, findings)
            elif key not in self.fixed:
                findings.add("DEF-001", node.keys[key], found=key, advice=self._advice(key, value))
        for key in required:
            if key not in node.entries:
                findings.add("DEF-002", node.mark, key=key)

    def _advice(self, key: str, value: Node) -> str:
        """A known key; for what is no key but the rest of a text cut at a comma, how to keep it whole."""
        if " " in key or not isinstance(value, ScalarNode | ListNode | MappingNode):
            return "Mettre entre guillemets le texte qui contient une virgule ou « : », ou corriger la clé"
        return advise(key, tuple(self.names()))

    def names(self) -> Iterator[str]:
        yield from self.fixed
        yield from self.required
        yield from self.optional

    def schema(self) -> Schema:
        fixed = {key: {"const": word} for key, word in self.fixed.items()}
        known = {key: described(value) for key, value in {**self.required, **self.optional}.items()}
        return {
            "type": "object",
            "properties": fixed | known,
            "required": [*self.fixed, *self.required],
            "additionalProperties": False,
        } | ({"minProperties": 1, "maxProperties": 1} if self.exactly_one else {})


@dataclass(frozen=True, slots=True)
class Kinds:
    """A mapping whose keys depend on the word under one of them."""

    key: str
    formats: Mapping[str, Keys]
    description: str = ""

    def check(self, node: Node, findings: Findings) -> None:
        if not isinstance(node, MappingNode):
            _refuse_type(node, findings, f"Écrire un ensemble de clés, dont « {self.key} »")
        elif self.key not in node.entries:
            findings.add("DEF-002", node.mark, key=self.key)
        else:
            word = node.entries[self.key]
            Choice(tuple(self.formats)).check(word, findings)
            chosen = self.formats.get(str(word.value)) if isinstance(word, ScalarNode) else None
            if chosen is not None:
                chosen.check(node, findings)

    def schema(self) -> Schema:
        return {"oneOf": [described(chosen) for chosen in self.formats.values()]}
