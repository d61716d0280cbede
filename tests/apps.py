"""The sites that tests talk to: one made for an earlier test serves the next.

Making one, and compiling its templates, takes longer than most of their pages.
"""

from __future__ import annotations

from collections import defaultdict

from flask import Flask

from aqss.bootstrap import Runtime
from aqss.web import create_app

_free: defaultdict[tuple[str, str], list[Flask]] = defaultdict(list)
_serving: dict[int, Flask] = {}


def app_of(runtime: Runtime) -> Flask:
    """The site of a runtime, until :func:`release`."""
    if id(runtime) not in _serving:
        free = _free[_likeness(runtime)]
        app = free.pop() if free else create_app(runtime)
        app.extensions["aqss"] = runtime
        app.config["STARTED_AT"] = runtime.clock.now()
        _serving[id(runtime)] = app
    return _serving[id(runtime)]


def release(runtime: Runtime) -> None:
    """Its site, if it has one, is free for another runtime."""
    if app := _serving.pop(id(runtime), None):
        _free[_likeness(runtime)].append(app)


def _likeness(runtime: Runtime) -> tuple[str, str]:
    """What is fixed in a site when it is made."""
    return runtime.settings.base_url, runtime.settings.secret_key
