"""A page as a tree: enough of HTML to check pages and to find things in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
"""Tags without end; shapes of pictures end themselves."""


@dataclass(eq=False)
class Element:
    """A tag with its attributes, and its children: elements and texts."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.get("class").split())

    @property
    def words(self) -> str:
        """Its text on one line, every space made a plain one."""
        return " ".join(self._raw().split()).strip()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """Every element below, in order, of that tag and with those attributes (``class_`` for ``class``)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag) and all(_has(element, *pair) for pair in wanted.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}, expected one"
        return found[0]

    def walk(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def texts(self) -> Iterator[tuple[Element, str]]:
        """Every text with the element it is in."""
        for child in self.children:
            if isinstance(child, Element):
                yield from child.texts()
            else:
                yield self, child

    def ancestors(self) -> Iterator[Element]:
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def _raw(self) -> str:
        return "".join(text for _element, text in self.texts())


def _has(element: Element, name: str, value: str) -> bool:
    if name == "class":
        return value in element.classes
    return name in element and element[name] == value


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.current = Element("", {})
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> says the same attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.current)
        self.current.children.append(element)
        if tag not in VOID:
            self.current = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag != self.current.tag:
            self.faults.append(f"</{tag}> closes <{self.current.tag}>")
        open_tags = [self.current, *self.current.ancestors()]
        match = next((element for element in open_tags if element.tag == tag), None)
        if match is not None and match.parent is not None:
            self.current = match.parent

    def handle_data(self, data: str) -> None:
        self.current.children.append(data)


def parse(html: str) -> tuple[Element, list[str]]:
    """The tree of a document, and what is wrong with its tags."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    if builder.current is not builder.root:
        builder.faults.append(f"<{builder.current.tag}> is never closed")
    return builder.root, builder.faults
