"""Going through the site as somebody would, from link to link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from tests.markup import Element, parse
from tests.page import Site

ELSEWHERE = ("/referentiel", "/guide", "/accessibilite", "/static")
"""Pages where no text that people typed is shown, and nothing can be changed."""


def pages(site: Site) -> Iterator[tuple[str, Element]]:
    """Every page that its links lead to from the first one, one of each shape: its address and its root."""
    waiting, known = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        response = site.client.get(address, follow_redirects=True)
        assert response.status_code in (200, 202), address
        if response.mimetype != "text/html":
            continue
        root, _ = parse(response.text)
        yield address, root
        for link in root.all("a"):
            target = urlsplit(urljoin(address, link.get("href")))
            if (
                not target.netloc
                and not target.path.startswith(ELSEWHERE)
                and shape(target.path) not in known
            ):
                known.add(shape(target.path))
                waiting.append(target.path)


def shape(address: str) -> str:
    """An address without its keys."""
    return re.sub(r"/(\d+|[A-Z]\d+-\d+)(?=/|$)", "/…", urlsplit(address).path)
