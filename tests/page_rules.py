"""What every page keeps true, whatever it shows: a list of rules, each giving its faults in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from aqss.web.headers import HEADERS
from aqss.web.static_files import FOLDER
from tests.markup import Element

NBSP = "\u00a0"
CONTROLS = ("input", "select", "textarea")
UNTOUCHED = ("script", "style", "code", "pre")
"""Their text is not held to typography."""

Rule = Callable[[Element], Iterator[str]]


def faults_of(root: Element, response: TestResponse, app: Flask, typed: Collection[str]) -> list[str]:
    """Every rule that a page breaks; ``typed`` is what people wrote, shown as they wrote it."""
    faults = [fault for rule in RULES for fault in rule(root)]
    faults += header_faults(response)
    faults += address_faults(root, app)
    faults += typography_faults(root, typed)
    return faults


def has_a_language_a_title_and_one_heading(root: Element) -> Iterator[str]:
    if root.one("html").get("lang") != "fr":
        yield "the page does not say that it is in French"
    titles = root.all("title")
    if len(titles) != 1 or not titles[0].words.endswith(" – aqss") or titles[0].words.startswith("–"):
        yield f"title: {[title.words for title in titles]}"
    if len(root.all("h1")) != 1:
        yield f"{len(root.all('h1'))} h1"
    if len(root.all("main")) != 1:
        yield f"{len(root.all('main'))} main"


def has_headings_that_skip_no_level(root: Element) -> Iterator[str]:
    level = 0
    for heading in root.one("main").walk():
        if re.fullmatch("h[1-6]", heading.tag):
            if int(heading.tag[1]) > level + 1 and level:
                yield f"<{heading.tag}> « {heading.words} » after <h{level}>"
            if not heading.words:
                yield f"an empty <{heading.tag}>"
            level = int(heading.tag[1])


def has_unique_ids_that_references_find(root: Element) -> Iterator[str]:
    ids = Counter(element["id"] for element in root.walk() if "id" in element)
    yield from (f"id « {name} » {count} times" for name, count in ids.items() if count > 1)
    for element in root.walk():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            missing = [name for name in element.get(attribute).split() if name not in ids]
            if missing:
                yield f"{attribute} of <{element.tag}> names {missing}, which is not in the page"


def has_named_controls(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.all("label") if label.words}
    for control in root.walk():
        if control.tag in CONTROLS and control.get("type") != "hidden" and "hidden" not in control:
            in_label = any(parent.tag == "label" and parent.words for parent in control.ancestors())
            if not (control.get("id") in labelled or in_label or _is_named(control)):
                yield f"<{control.tag} name={control.get('name')}> has no label"
        if control.tag in ("a", "button", "summary") and not (control.words or _is_named(control)):
            yield f"<{control.tag}> without words"
        if control.tag == "img" and "alt" not in control:
            yield "an image without alt"
        if control.tag == "fieldset" and not (control.all("legend") or _is_named(control)):
            yield "a fieldset without legend"
        if control.tag == "svg" and control.get("aria-hidden") != "true" and control.get("role") != "img":
            yield "a picture neither hidden nor described"


def has_tables_that_can_be_read_aloud(root: Element) -> Iterator[str]:
    for table in root.all("table"):
        if not table.all("caption") and not _is_named(table):
            yield "a table without caption"
        yield from (
            f"th « {cell.words} » without scope"
            for cell in table.all("th")
            if cell.get("scope") not in ("row", "col", "rowgroup", "colgroup")
        )


def has_no_inline_style_or_script(root: Element) -> Iterator[str]:
    for element in root.walk():
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline <{element.tag}>"
        for name in element.attributes:
            if name == "style" or name.startswith("on"):
                yield f"{name}= on <{element.tag}>"


def has_forms_with_a_token(root: Element) -> Iterator[str]:
    for form in root.all("form"):
        if form.get("method", "get").lower() == "post" and len(form.all("input", name="csrf_token")) != 1:
            yield f"the form to {form.get('action')} has no token"
        if not form.all("button"):
            yield f"the form to {form.get('action')} has no button"


def has_no_template_left(root: Element) -> Iterator[str]:
    for _element, text in root.texts():
        if "{{" in text or "{%" in text or "{#" in text:
            yield f"an unfilled template: « {text.strip()} »"


RULES: tuple[Rule, ...] = (
    has_a_language_a_title_and_one_heading,
    has_headings_that_skip_no_level,
    has_unique_ids_that_references_find,
    has_named_controls,
    has_tables_that_can_be_read_aloud,
    has_no_inline_style_or_script,
    has_forms_with_a_token,
    has_no_template_left,
)


def header_faults(response: TestResponse) -> Iterator[str]:
    """The headers every answer carries; a page is kept by nobody."""
    yield from (
        f"header {name}: {response.headers.get(name)}"
        for name, value in HEADERS.items()
        if response.headers.get(name) != value
    )
    if response.headers.get("Cache-Control") != "no-store":
        yield f"Cache-Control: {response.headers.get('Cache-Control')}"
    if response.mimetype != "text/html":
        yield f"a page of type {response.mimetype}"


def address_faults(root: Element, app: Flask) -> Iterator[str]:
    """Links, forms and files that lead nowhere on this site."""
    ids = {element["id"] for element in root.walk() if "id" in element}
    for element in root.walk():
        for attribute, method in (("href", "GET"), ("src", "GET"), ("action", _method_of(element))):
            if attribute not in element:
                continue
            target = element[attribute]
            if target.startswith("#"):
                if target[1:] not in ids:
                    yield f"{target} is not in the page"
            elif not is_address(app, target, method):
                yield f"<{element.tag} {attribute}={target!r}> leads nowhere"


def is_address(app: Flask, target: str, method: str) -> bool:
    """Whether the site answers ``method`` there, with a file that exists; an address elsewhere is whole."""
    parts = urlsplit(target)
    if parts.scheme in ("https", "mailto"):
        return True
    if parts.scheme or parts.netloc or not target.startswith("/"):
        return False
    try:
        endpoint, arguments = app.url_map.bind("localhost").match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return False
    return endpoint != "static_files.serve" or (FOLDER / arguments["name"]).is_file()


def typography_faults(root: Element, typed: Collection[str]) -> Iterator[str]:
    """French signs and spaces, in what we wrote ourselves."""
    for element, text in root.texts():
        inside = [element, *element.ancestors()]
        if any(parent.tag in UNTOUCHED or "typed" in parent.classes for parent in inside):
            continue
        for words in sorted(typed, key=len, reverse=True):
            text = text.replace(words, "") if words else text
        yield from (f"{fault}: « {text.strip()} »" for fault in french_faults(text))


def french_faults(text: str) -> Iterator[str]:
    """What breaks French typography in a text: U+00A0 before : ; ! ? » % and after «, ’ and not '."""
    if re.search(r"\w'\w", text):
        yield "a straight apostrophe"
    if re.search(r"(?<=\S)[ \u202f\n]+[:;!?»%](?=\s|$)", text) or re.search(r"\w[;!?»](?=\s|$)", text):
        yield "no no-break space before : ; ! ? » or %"
    if re.search(f"«(?!{NBSP})", text):
        yield "no no-break space after «"
    if "..." in text:
        yield "three dots instead of …"
    if '"' in text:
        yield "straight quotation marks"


def _is_named(element: Element) -> bool:
    return bool(element.get("aria-label").strip() or element.get("aria-labelledby"))


def _method_of(element: Element) -> str:
    return element.get("method", "get").upper()
