"""Settings are values: read once, from a mapping, frozen; secrets print as ***.

Rule 1: a process reads only what its role needs; the web process never reads a private key.
Rule 2: a missing or bad setting refuses to start and names the setting and the remedy.

Order for each name: `NAME` itself, the file named by `NAME_FILE`, then, where `HOTLINE_DATA_DIR` is
set, the file `settings/NAME` in it (how a demo's stores and keys are found).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from hotline.intake.errors import Mistaken

Role = Literal["web", "desk", "worker", "steward", "command"]


class Hidden(str):
    """A secret: usable as text, printed as ***."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"


def _env(name: str, *roles: Role, secret: bool = False, default: str = "") -> str:
    return field(
        default=Hidden(default) if secret else default,
        metadata={"name": name, "roles": roles, "secret": secret},
    )


_DOORS: tuple[Role, ...] = ("web", "command")
_QUEUE: tuple[Role, ...] = ("web", "desk", "worker", "steward", "command")
_BOOK: tuple[Role, ...] = ("desk", "worker", "command")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting there is, as text; empty when it was not given."""

    role: Role
    public_url: str = _env("HOTLINE_PUBLIC_URL", *_DOORS, "worker")
    durable_redis_url: str = _env("HOTLINE_DURABLE_REDIS_URL", *_QUEUE)
    fleeting_redis_url: str = _env("HOTLINE_FLEETING_REDIS_URL", "web", "steward", "command")
    redis_ca: str = _env("HOTLINE_REDIS_CA", *_QUEUE)
    redis_cert: str = _env("HOTLINE_REDIS_CERT", *_QUEUE)
    redis_key: str = _env("HOTLINE_REDIS_KEY", *_QUEUE)
    database_url: str = _env("HOTLINE_DATABASE_URL", *_BOOK, "steward", secret=True)
    recipient_public_key: str = _env("HOTLINE_RECIPIENT_PUBLIC_KEY", *_DOORS, "desk")
    recipient_private_key: str = _env(
        "HOTLINE_RECIPIENT_PRIVATE_KEY", "worker", "command", secret=True
    )
    casebook_key: str = _env("HOTLINE_CASEBOOK_KEY", *_BOOK, secret=True)
    receipt_pepper: str = _env(
        "HOTLINE_RECEIPT_PEPPER", "web", "desk", "worker", "command", secret=True
    )
    secret_key: str = _env("HOTLINE_SECRET_KEY", "desk", "command", secret=True)
    metrics_token: str = _env("HOTLINE_METRICS_TOKEN", "desk", secret=True)
    desk_https: str = _env("HOTLINE_DESK_HTTPS", "desk")
    desk_url: str = _env("HOTLINE_DESK_URL", "desk")
    sinks: str = _env("HOTLINE_SINKS", "worker", "desk", "command")
    spool_dir: str = _env("HOTLINE_SPOOL_DIR", "web", "steward", "command")
    data_dir: str = _env("HOTLINE_DATA_DIR", *_QUEUE)
    recogniser: str = _env("HOTLINE_RECOGNISER", "worker", "command")
    retention_days: str = _env("HOTLINE_RETENTION_DAYS", "worker", "command", default="30")
    host: str = _env("HOTLINE_HOST", *_QUEUE, default="127.0.0.1")
    port: str = _env("HOTLINE_PORT", *_QUEUE)
    web_processes: str = _env("HOTLINE_WEB_PROCESSES", "web", default="1")
    number: str = _env("HOTLINE_NUMBER", *_DOORS)
    human_number: str = _env("HOTLINE_HUMAN_NUMBER", *_DOORS)
    human_hours: str = _env("HOTLINE_HUMAN_HOURS", *_DOORS)
    speech: str = _env("HOTLINE_SPEECH", *_DOORS, default="yes")
    reply_budget: str = _env("HOTLINE_REPLY_BUDGET", *_DOORS, "steward")
    call_back: str = _env("HOTLINE_CALL_BACK", *_DOORS, default="yes")
    onion_url: str = _env("HOTLINE_ONION_URL", *_DOORS)
    audio_dir: str = _env("HOTLINE_AUDIO_DIR", *_DOORS)
    smtp_url: str = _env("HOTLINE_SMTP_URL", "steward")
    smtp_password: str = _env("HOTLINE_SMTP_PASSWORD", "steward", secret=True)
    mail_from: str = _env("HOTLINE_MAIL_FROM", "steward")
    mail_to: str = _env("HOTLINE_MAIL_TO", "steward")
    mail_hour: str = _env("HOTLINE_MAIL_HOUR", "steward", default="8")
    simulator: str = _env("HOTLINE_SIMULATOR", "web")
    twilio_account_sid: str = _env("TWILIO_ACCOUNT_SID", *_DOORS, "worker")
    twilio_auth_token: str = _env("TWILIO_AUTH_TOKEN", *_DOORS, "worker", secret=True)
    twilio_api_base: str = _env(
        "TWILIO_API_BASE", "worker", "command", default="https://api.twilio.com"
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str], role: Role = "command") -> "Settings":
        """Read what `role` may know. Raises Mistaken when a named file cannot be read."""
        values: dict[str, str] = {}
        for spec in fields(cls):
            meta = spec.metadata
            if not meta or role not in meta["roles"]:
                continue
            text = _look_up(meta["name"], env, role)
            if text:
                hidden = meta["secret"] or "@" in text  # an address may hold a password
                values[spec.name] = Hidden(text) if hidden else text
        return _with_tls(cls(role, **values))

    def need(self, *names: str) -> None:
        """Raises Mistaken naming every setting of `names` (attribute names) that is not set."""
        by_name = {spec.name: spec.metadata.get("name", "") for spec in fields(self)}
        missing = [by_name[name] for name in names if not getattr(self, name)]
        if missing:
            raise Mistaken(
                f"not set: {', '.join(missing)} (README, Settings; `hotline keys new` makes keys)"
            )


def names() -> dict[str, tuple[Role, ...]]:
    """Every environment name with the roles that read it: what the README lists."""
    return {s.metadata["name"]: s.metadata["roles"] for s in fields(Settings) if s.metadata}


def secret_names() -> tuple[str, ...]:
    """Environment names of everything that is secret."""
    metas = [spec.metadata for spec in fields(Settings) if spec.metadata]
    return tuple(meta["name"] for meta in metas if meta["secret"])


def _with_tls(settings: Settings) -> Settings:
    """The same settings with the certificates in each `rediss://` address, as redis-py wants them.

    Without `HOTLINE_REDIS_CA` the system's authorities are trusted. Raises Mistaken.
    """
    given = {
        "ssl_ca_certs": ("HOTLINE_REDIS_CA", settings.redis_ca),
        "ssl_certfile": ("HOTLINE_REDIS_CERT", settings.redis_cert),
        "ssl_keyfile": ("HOTLINE_REDIS_KEY", settings.redis_key),
    }
    if bool(settings.redis_cert) != bool(settings.redis_key):
        raise Mistaken("HOTLINE_REDIS_CERT and HOTLINE_REDIS_KEY: both or none")
    for name, path in given.values():
        if path:
            _read(Path(path), name)
    added = urlencode({key: path for key, (_, path) in given.items() if path})
    changed: dict[str, Any] = {}
    for attribute in ("durable_redis_url", "fleeting_redis_url"):
        url = getattr(settings, attribute)
        if added and url.startswith("rediss://") and "ssl_ca_certs=" not in url:
            changed[attribute] = Hidden(f"{url}{'&' if '?' in url else '?'}{added}")
    return replace(settings, **changed) if changed else settings


def _look_up(name: str, env: Mapping[str, str], role: Role) -> str:
    if name in env:
        return env[name].strip()
    if f"{name}_FILE" in env:
        return _read(Path(env[f"{name}_FILE"]), f"{name}_FILE")
    folder = env.get("HOTLINE_DATA_DIR")
    if folder:
        path = Path(folder) / "settings" / name
        return _read(path, name) if path.exists() else ""
    return ""


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Mistaken(f"{name}: cannot read {path}") from None
