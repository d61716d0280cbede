"""What long-running processes write of themselves: one line a record, in UTC, on standard error."""

from __future__ import annotations

import logging
import time


class OneLineFormatter(logging.Formatter):
    """Instants in UTC; a line break inside a message is written ``\\n``: no message forges a record."""

    converter = time.gmtime  # type: ignore[assignment]  # a builtin, hence not a method

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


def log_to_standard_error() -> None:
    """Set up the root logger, unless it already is."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter("%(asctime)s UTC %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
