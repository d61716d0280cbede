"""Mails and reports from their templates: a Jinja environment without Flask that refuses undefined names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from aqss.gateways import drawing, french


@dataclass(frozen=True)
class RenderedMail:
    """A mail ready to be recorded; the subject holds one line."""

    subject: str
    text: str
    html: str


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("aqss.gateways", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters.update(french.FILTERS)
    environment.filters["tone"] = drawing.tone
    return environment


ENVIRONMENT = _environment()
"""Templates of mails and reports, under ``gateways/templates/``."""


def render_mail(kind: str, context: Mapping[str, Any]) -> RenderedMail:
    """Render ``mail/<kind>/{subject.txt,body.txt,body.html}``; a name missing from the context raises."""
    subject, text, html = (
        ENVIRONMENT.get_template(f"mail/{kind}/{part}").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return RenderedMail(subject=_one_line(subject), text=text.strip() + "\n", html=html.strip() + "\n")


def render_report(name: str, context: Mapping[str, Any], environment: Environment = ENVIRONMENT) -> str:
    """Render ``report/<name>.html``, the whole document that becomes a PDF."""
    return environment.get_template(f"report/{name}.html").render(context)


def render_report_body(
    name: str, context: Mapping[str, Any], environment: Environment = ENVIRONMENT
) -> Markup:
    """The ``content`` block of a report alone, for its accessible web page; its text is already escaped."""
    template = environment.get_template(f"report/{name}.html")
    return Markup("".join(template.blocks["content"](template.new_context(dict(context)))))  # noqa: S704


def _one_line(text: str) -> str:
    """Whatever breaks a line or hides in a header becomes one space; no-break spaces stay."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).strip()
