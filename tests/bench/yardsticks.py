"""The yardsticks: the least that a Flask application can do, on the same server with the same database settings."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, g, jsonify, request


def _connection() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None)
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def prepare(database: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """A table of criteria (code, statement, level): what the page reads and the update writes."""
    os.environ["BENCH_DATABASE"] = str(database)
    connection = _connection()
    connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, code TEXT, statement TEXT, level TEXT)")
    connection.executemany("INSERT INTO answers (code, statement, level) VALUES (?, ?, ?)", rows)
    connection.close()


def template_of(html: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Our page turned into one template over rows: each criterion's part keeps its text, its code, statement and
    chosen level come from its row."""
    rows: list[tuple[str, str, str]] = []

    def generic(match: re.Match[str]) -> str:
        part = match[0]
        code = re.search(r'data-criterion="([^"]+)"', part)[1]  # type: ignore[index]
        statement = re.search(rf"{code}</span>([^<]+)</legend>", part)[1]  # type: ignore[index]
        chosen = re.search(r'value="([^"]+)" checked', part)
        here = f"rows[{len(rows)}]"
        rows.append((code, statement, chosen[1] if chosen else ""))
        part = part.replace(statement, f"{{{{ {here}[1] }}}}").replace(code, f"{{{{ {here}[0] }}}}")
        return re.sub(
            r'(<input type="radio"[^>]*value="([^"]+)")( checked)?',
            rf'\1{{% if {here}[2] == "\2" %}} checked{{% endif %}}',
            part,
        )

    return re.sub(r"<fieldset.*?</fieldset>", generic, html, flags=re.DOTALL), rows


def without_tokens(html: str) -> str:
    """The page without what changes at each request."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def create_saving_app() -> Flask:
    """One UPDATE, acknowledged as JSON once it is on the disk."""
    app = Flask(__name__)
    kept: list[sqlite3.Connection] = []

    @app.post("/save/<int:key>")
    def save(key: int) -> object:
        if not kept:
            kept.append(_connection())
        kept[0].execute("BEGIN IMMEDIATE")
        kept[0].execute("UPDATE answers SET level = ? WHERE id = ?", (request.form["value"], key))
        kept[0].execute("COMMIT")
        return jsonify(saved=True)

    return app


def create_page_app() -> Flask:
    """The same HTML as our page, from one query and one template: a fixed frame, and one part for each row."""
    app = Flask(__name__)
    frame = app.jinja_env.from_string(Path(os.environ["BENCH_FRAME"]).read_text(encoding="utf-8"))

    @app.get("/page")
    def page() -> str:
        if "connection" not in g:
            g.connection = _connection()
        rows = g.connection.execute("SELECT code, statement, level FROM answers ORDER BY id").fetchall()
        return frame.render(rows=rows)

    return app
