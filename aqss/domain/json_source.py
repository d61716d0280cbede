"""JSON where YAML is read: all of it but tabs between values, and characters escaped in two halves.

YAML has the second as an error, and half of its readers the first. Nothing moves to another line.
"""

from __future__ import annotations

import json
import re

from aqss.domain.definitions.yaml_source import LONGEST

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|\t')
_ESCAPES = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\.", re.IGNORECASE)


def json_as_yaml(data: bytes) -> bytes:
    """``data`` itself, unless it is JSON that YAML's reader would refuse: then its equal, line by line."""
    if len(data) > LONGEST:
        return data
    try:
        text = data.decode("utf-8-sig")
        json.loads(text)
    except (ValueError, RecursionError):
        return data
    return _TOKENS.sub(_plain_token, text).encode()


def _plain_token(token: re.Match[str]) -> str:
    return " " if token[0] == "\t" else _ESCAPES.sub(_joined_halves, token[0])


def _joined_halves(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[0]
    return bytes.fromhex(escape[1] + escape[2]).decode("utf-16-be")
