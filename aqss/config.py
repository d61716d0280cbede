"""Settings: what an instance is told, by ``instance/settings.toml`` and the environment (``AQSS_…`` wins)."""

from __future__ import annotations

import os
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

from aqss.domain.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: holds ``grids/``, ``workflows/`` and, unless told otherwise, ``instance/``."""

SECRET_KEY_FILE = "secret-key"  # noqa: S105  (the file's name)
PUBLISHED_FILE = "published.json"

SECRET_KEY_LENGTH = 32
"""Characters a secret key has at least."""


@dataclass(frozen=True)
class Settings:
    """Every setting, checked. Each field is documented in docs/operations.md under its ``AQSS_…`` name.

    Those that may hold a password are kept out of ``repr``, hence of logs.
    """

    instance: Path
    database_url: str = field(repr=False)
    smtp_url: str | None = field(repr=False)
    mail_from: str
    base_url: str
    grids: Path
    workflows: Path
    secret_key: str = field(repr=False)

    @property
    def outbox(self) -> Path:
        """Where mails go as ``.eml`` files when no server is set."""
        return self.instance / "outbox"

    @property
    def reports(self) -> Path:
        return self.instance / "reports"

    @property
    def proofs(self) -> Path:
        """Where the files of proofs are stored."""
        return self.instance / "proofs"

    @property
    def published(self) -> Path:
        """Where ``aqss migrate`` notes what it published."""
        return self.instance / PUBLISHED_FILE


SETTING_NAMES = {
    "database_url": "AQSS_DATABASE_URL",
    "smtp_url": "AQSS_SMTP_URL",
    "mail_from": "AQSS_MAIL_FROM",
    "base_url": "AQSS_BASE_URL",
    "grids": "AQSS_GRIDS",
    "workflows": "AQSS_WORKFLOWS",
    "secret_key": "AQSS_SECRET_KEY",
}
"""Key of ``settings.toml`` → environment variable; ``AQSS_INSTANCE`` says where that file is: no key."""

_FOLDERS = ("grids", "workflows")


def definition_folders(environ: Mapping[str, str] = os.environ) -> tuple[Path, Path]:
    """Where grids and workflows are, without making an instance (what ``aqss check`` needs).

    Raises :class:`Misconfigured` when ``settings.toml`` is there and not in order.
    """
    faults: list[str] = []
    values = _values(_instance(environ), environ, faults)
    if faults:
        raise Misconfigured(tuple(faults))
    return _folder(values, "grids"), _folder(values, "workflows")


def published_file(environ: Mapping[str, str] = os.environ) -> Path:
    """:attr:`Settings.published`, without making an instance nor reading its settings."""
    return _instance(environ) / PUBLISHED_FILE


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting; makes the instance folder and its secret key when they are missing.

    Raises :class:`Misconfigured` with all faults at once.
    """
    faults: list[str] = []
    instance = _instance(environ)
    values = _values(instance, environ, faults)
    settings = Settings(
        instance=instance,
        database_url=values.get("database_url", f"sqlite:///{quote(str(instance / 'aqss.db'))}"),
        smtp_url=values.get("smtp_url"),
        mail_from=values.get("mail_from", "aqss <ne-pas-repondre@localhost>"),
        base_url=values.get("base_url", "http://127.0.0.1:8000").rstrip("/"),
        grids=_folder(values, "grids"),
        workflows=_folder(values, "workflows"),
        secret_key=values.get("secret_key") or _own_secret_key(instance, faults),
    )
    faults += _faults_of(settings)
    if faults:
        raise Misconfigured(tuple(faults))
    return settings


def _instance(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("AQSS_INSTANCE") or ROOT / "instance").absolute()


def _values(instance: Path, environ: Mapping[str, str], faults: list[str]) -> dict[str, str]:
    """What the file says, its folders taken from where it is; then the environment, empty meaning unset."""
    values = _read_file(instance / "settings.toml", faults)
    values.update({key: str(instance / values[key]) for key in _FOLDERS if key in values})
    values.update({key: environ[name] for key, name in SETTING_NAMES.items() if environ.get(name)})
    return values


def _folder(values: Mapping[str, str], key: str) -> Path:
    return Path(values.get(key) or ROOT / key)


def _read_file(path: Path, faults: list[str]) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        faults.append(f"{path} : fichier illisible ({error}). Corrigez-le ou enlevez-le.")
        return {}
    for key in content:
        if key not in SETTING_NAMES:
            known = ", ".join(SETTING_NAMES)
            faults.append(f"{path} : réglage inconnu « {key} ». Réglages connus : {known}.")
        elif not isinstance(content[key], str) or not content[key]:
            faults.append(f"{path} : « {key} » doit être un texte non vide, entre guillemets.")
    return {key: value for key, value in content.items() if key in SETTING_NAMES and isinstance(value, str)}


def _own_secret_key(instance: Path, faults: list[str]) -> str:
    """The instance's key, made once with mode 0600; processes starting together agree on one."""
    path = instance / SECRET_KEY_FILE
    try:
        instance.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48) + "\n")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        faults.append(
            f"AQSS_INSTANCE : impossible d’écrire ou de lire dans {instance} ({error})."
            " Donnez un dossier où aqss peut écrire."
        )
        return ""
    if len(key) < SECRET_KEY_LENGTH:
        faults.append(f"{path} : clé trop courte. Enlevez ce fichier, une nouvelle clé sera tirée au hasard.")
        return ""
    return key


def _write_once(path: Path, content: str) -> None:
    """Make ``path`` whole, or leave the one somebody else made meanwhile; nobody ever sees half of it."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        os.unlink(draft)


def _faults_of(settings: Settings) -> list[str]:
    faults = []
    if settings.database_url.split(":", 1)[0].split("+")[0] not in ("sqlite", "postgresql"):
        faults.append("AQSS_DATABASE_URL : attendu « sqlite:///chemin » ou « postgresql://… ».")
    if settings.smtp_url is not None and not _is_smtp_url(settings.smtp_url):
        faults.append("AQSS_SMTP_URL : attendu « smtp://[nom:mot-de-passe@]hôte[:port] » ou « smtps://… ».")
    if not _is_site_url(settings.base_url):
        faults.append("AQSS_BASE_URL : attendu l’adresse du site, sans chemin : « https://aqss.exemple.fr ».")
    if "@" not in settings.mail_from or any(character in settings.mail_from for character in "\r\n"):
        faults.append("AQSS_MAIL_FROM : attendu une adresse, par exemple « aqss <aqss@exemple.fr> ».")
    if 0 < len(settings.secret_key) < SECRET_KEY_LENGTH:
        faults.append(f"AQSS_SECRET_KEY : au moins {SECRET_KEY_LENGTH} caractères, tirés au hasard.")
    faults += [
        f"{name} : le dossier « {folder} » n’existe pas."
        for name, folder in (("AQSS_GRIDS", settings.grids), ("AQSS_WORKFLOWS", settings.workflows))
        if not folder.is_dir()
    ]
    return faults


def _is_smtp_url(url: str) -> bool:
    parts = _split(url)
    return parts is not None and parts.scheme in ("smtp", "smtps")


def _is_site_url(url: str) -> bool:
    """An address mails can point to: ``http(s)://host[:port]``, no path: the site takes a whole host."""
    parts = _split(url)
    return (
        parts is not None
        and parts.scheme in ("http", "https")
        and not (parts.path or parts.query or parts.fragment or parts.username)
        and not any(character.isspace() for character in url)
    )


def _split(url: str) -> SplitResult | None:
    """The parts of an address that has a host and, if any, a port that is one."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None
