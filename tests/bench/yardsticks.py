"""The yardsticks: the least that a Flask application can do, on the same server with the same database settings."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from flask import Flask, g, jsonify, render_template_string, request


def _connection() -> sqlite3.Connection:
    connection = sqlite3.connect(os.environ["BENCH_DATABASE"], isolation_level=None)
    connection.execute("PRAGMA busy_timeout=5000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


def prepare(database: Path, criteria: int) -> None:
    """A table of that many rows: what the page reads and the update writes."""
    os.environ["BENCH_DATABASE"] = str(database)
    connection = _connection()
    connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, html TEXT, level TEXT)")
    connection.executemany("INSERT INTO answers VALUES (?, ?, 'oui')", [(i, "") for i in range(1, criteria + 1)])
    connection.close()


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
    frame = Path(os.environ["BENCH_FRAME"]).read_text(encoding="utf-8")

    @app.get("/page")
    def page() -> str:
        if "connection" not in g:
            g.connection = _connection()
        rows = g.connection.execute("SELECT id, level, html FROM answers ORDER BY id").fetchall()
        return render_template_string(frame, rows=rows)

    return app
