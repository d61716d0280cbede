"""The addresses written in mails and PDFs, without Flask; a test of the site resolves each one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Links:
    """Absolute addresses under ``base_url`` (setting ``AQSS_BASE_URL``, without a final slash)."""

    base_url: str

    def invitation(self, token: str) -> str:
        return self._at("invitation", token)

    def password_reset(self, token: str) -> str:
        return self._at("mot-de-passe", token)

    def assessment(self, assessment_id: int) -> str:
        return self._at("auto-evaluations", assessment_id)

    def results(self, assessment_id: int) -> str:
        return self._at("auto-evaluations", assessment_id, "resultats")

    def synthesis(self, assessment_id: int) -> str:
        return self._at("auto-evaluations", assessment_id, "synthese")

    def action(self, action_id: int) -> str:
        return self._at("actions", action_id)

    def dossier(self, dossier_id: int) -> str:
        return self._at("dossiers", dossier_id)

    def join(self, code: str) -> str:
        """Where a phone that reads the code of a sitting goes."""
        return self._at("rejoindre", code)

    def _at(self, *parts: str | int) -> str:
        return "/".join([self.base_url.rstrip("/"), *(quote(str(part), safe="") for part in parts)])
