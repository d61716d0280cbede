"""What browsers are told with every answer: load nothing from elsewhere, be framed nowhere, keep no page."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Bootstrap's CSS holds small pictures
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

ANSWERED_BY = ("X-Answered-By", "aqss")
"""Tells scripts that the site answers, and not a server before it in its place; see ``asking.js``."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    ANSWERED_BY[0]: ANSWERED_BY[1],
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

STATIC = "static_files.serve"
"""The one route whose answers may be kept: pages and files of a centre never are."""

SENT_FILES = ("proofs.content", "dossier_documents.content")
"""The routes that serve what people sent: whatever it holds, it asks for nothing and runs nothing."""

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"

A_YEAR = 365 * 24 * 3600


def register_headers(app: Flask, *, is_https: bool) -> None:
    """Add the headers to every answer; those of HTTPS when the site is reached by it."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint in SENT_FILES and response.status_code == 200:
            response.headers["Content-Security-Policy"] = SANDBOX
        if is_https:
            response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        if request.endpoint != STATIC:
            response.headers["Cache-Control"] = "no-store"
        return response
