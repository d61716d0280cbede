"""The site for a WSGI server: ``gunicorn wsgi:app``."""

from aqss.bootstrap import build_runtime
from aqss.web import create_app

app = create_app(build_runtime())
