"""The blueprint that the modules of this package put their routes in; :mod:`.routes` lists them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("actions", __name__)
