"""A certificate for localhost that only tests know, with its key: ``localhost.pem``, good until 2126."""

from __future__ import annotations

import ssl
from pathlib import Path

PEM = Path(__file__).parent / "localhost.pem"


def server_side() -> ssl.SSLContext:
    """For a server that shows the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def trusting_client() -> ssl.SSLContext:
    """For a client that vouches for the certificate."""
    return ssl.create_default_context(cafile=str(PEM))
