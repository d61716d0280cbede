"""The yardsticks: the least a Flask application can do, on the same server and database settings."""

from __future__ import annotations

import html as html_module
import os
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from flask import Flask, g, jsonify, request
from markupsafe import escape


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
    """Our page turned into one template over rows (code, statement, chosen level).

    Its criteria differ by these alone: the first one's part, made general, stands for all of a section's.
    """
    parts = re.findall(r"<fieldset.*?</fieldset>", html, flags=re.DOTALL)
    rows = [_row_of(part) for part in parts]
    one = parts[0].replace(str(escape(rows[0][1])), "{{ row[1] }}").replace(rows[0][0], "{{ row[0] }}")
    one = re.sub(
        r'(<input type="radio"[^>]*value="([^"]+)")( checked)?',
        r'\1{% if row[2] == "\2" %} checked{% endif %}',
        one,
    )
    template, first = [], 0
    for section in re.split(r"(<section class=\"sheet mb-4 criteria.*?</section>)", html, flags=re.DOTALL):
        inside = re.findall(r"<fieldset.*?</fieldset>", section, flags=re.DOTALL)
        if inside:
            head, _, rest = section.partition(inside[0])
            tail = section.rpartition(inside[-1])[2]
            gap = rest.partition(inside[1])[0]
            loop = f"{{% for row in rows[{first}:{first + len(inside)}] %}}{one}"
            loop += f"{{% if not loop.last %}}{gap}{{% endif %}}{{% endfor %}}"
            template.append(head + loop + tail)
            first += len(inside)
        else:
            template.append(section)
    return "".join(template), rows


def _row_of(part: str) -> tuple[str, str, str]:
    code = re.search(r'data-criterion="([^"]+)"', part)
    statement = re.search(r"criterion-code\">[^<]+</span>([^<]+)</legend>", part)
    chosen = re.search(r'value="([^"]+)" checked', part)
    if code is None or statement is None or chosen is None:
        raise RuntimeError("a criterion of the page is not what the yardstick expects")
    return code[1], html_module.unescape(statement[1]), chosen[1]


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
    """The same HTML as our page, from one query and one template: a frame, and one part for each row."""
    app = Flask(__name__)
    app.jinja_env.autoescape = True  # as for the files of a template folder
    frame = app.jinja_env.from_string(Path(os.environ["BENCH_FRAME"]).read_text(encoding="utf-8"))

    @app.get("/page")
    def page() -> str:
        if "connection" not in g:
            g.connection = _connection()
        rows = g.connection.execute("SELECT code, statement, level FROM answers ORDER BY id").fetchall()
        return frame.render(rows=rows)

    return app


def create_poll_app() -> Flask:
    """One row told as JSON: the least that somebody who asks for news can be answered."""
    app = Flask(__name__)
    kept: list[sqlite3.Connection] = []

    @app.get("/poll")
    def poll() -> object:
        if not kept:
            kept.append(_connection())
        code, level = kept[0].execute("SELECT code, level FROM answers WHERE id = 1").fetchone()
        return jsonify(mark=code, now=level)

    return app
