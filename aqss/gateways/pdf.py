"""HTML → PDF through xhtml2pdf, which may read the fonts beside this module and nothing else.

The PDF has no structure tags: each report is also offered as an accessible page.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import getFont, registerFont
from reportlab.pdfbase.ttfonts import TTFont
from svglib.fonts import register_font
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy

from aqss.domain.errors import PdfRefused
from aqss.gateways.legible import EXPLAINED, legible

FONTS = Path(__file__).resolve().parent / "fonts"
FONT_FAMILY = "DejaVu Sans Condensed"
_FONT_FILES = (
    ("normal", "DejaVuSansCondensed", "DejaVuSansCondensed.ttf"),
    ("bold", "DejaVuSansCondensed-Bold", "DejaVuSansCondensed-Bold.ttf"),
)

MOST_SECONDS = 60.0
MOST_BYTES = 10 * 1024 * 1024
DEEPEST = 200
_MOST_OPEN = 1000
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})


def make_pdf(html: str, *, title: str, most_seconds: float = MOST_SECONDS) -> bytes:
    """The PDF of a whole HTML document, in French, with its fonts embedded and its SVG kept vector.

    Only files of the fonts folder may be read, no address fetched; what a document asks beyond is left out
    and logged by xhtml2pdf. What the fonts cannot draw is written otherwise. Raises :class:`PdfRefused` past
    :data:`MOST_BYTES`, :data:`DEEPEST` nested elements or ``most_seconds``.
    """
    _register_fonts()
    document = _drawn(_in_known_letters(html))
    if len(document) > MOST_BYTES:
        raise PdfRefused("too long")
    if _is_too_deep(document):
        raise PdfRefused("too deep")
    policy = ResourceAccessPolicy.server(
        FONTS,
        allow_remote=False,
        allowed_hosts=frozenset(),
        max_document_bytes=MOST_BYTES,
        max_depth=DEEPEST,
        max_render_seconds=most_seconds,
    )
    written = BytesIO()
    try:
        status = pisa.CreatePDF(
            document,
            dest=written,
            path=str(FONTS / "document.html"),
            encoding="utf-8",
            capacity=2 * MOST_BYTES,  # kept in memory: past it, xhtml2pdf leaves temporary files open
            context_meta={"title": title, "author": "aqss"},
            resource_policy=policy,
        )
    except RenderLimitError as error:
        raise PdfRefused(str(error)) from error
    if status.err:
        raise PdfRefused("; ".join(str(entry) for entry in status.log)[:500])
    return written.getvalue()


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF made here has: one object each, none of them compressed."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@cache
def _register_fonts() -> None:
    """Text inside pictures goes through svglib, which would otherwise search the system's fonts."""
    for weight, name, file in _FONT_FILES:
        registerFont(TTFont(name, str(FONTS / file)))
        register_font(FONT_FAMILY, str(FONTS / file), weight, rlgFontName=name)


@cache
def _letters() -> frozenset[int]:
    """The codes that both weights of the font can draw."""
    faces = [getFont(name).face.charToGlyph for _, name, _ in _FONT_FILES]
    return frozenset(faces[0]).intersection(*faces[1:])


def _in_known_letters(html: str) -> str:
    written, is_explained = legible(html, _letters())
    if not is_explained:
        return written
    return written.replace("</body>", f'<p class="quiet">{EXPLAINED}</p></body>', 1)


def _is_too_deep(html: str) -> bool:
    """Whether more elements are open at once than any report has: parsing them would take for ever."""
    opened: Counter[str] = Counter()
    depth = 0
    for closing, name in re.findall(r"<(/?)([a-zA-Z][^\s/>]*)", html):
        if name in _VOID or name.startswith("pdf:"):
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _MOST_OPEN:
            return True
    return False


def _drawn(html: str) -> str:
    """Inline SVG is not read by xhtml2pdf: each becomes an image written in the document, still vector."""
    return re.sub(r"<svg\b[^>]*>.*?</svg>", lambda found: _image(found.group()), html, flags=re.DOTALL)


def _image(svg: str) -> str:
    opening = svg[: svg.index(">") + 1]
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', opening))
    width, height = _size_of(attributes)
    if "xmlns" not in attributes:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    svg = svg.replace("<svg", f'<svg font-family="{FONT_FAMILY}"', 1)
    encoded = base64.b64encode(svg.encode("utf-8", "replace")).decode("ascii")
    style = f' class="{attributes["class"]}"' if "class" in attributes else ""
    source = f"data:image/svg+xml;base64,{encoded}"
    return f'<img{style} alt="" width="{width}" height="{height}" src="{source}">'


def _size_of(attributes: dict[str, str]) -> tuple[str, str]:
    box = [*attributes.get("viewBox", "").split(), "", "", "", ""]
    return attributes.get("width") or box[2], attributes.get("height") or box[3]
