"""Typed readers for settings that need more than one environment variable."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;"
    " PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
    " PRAGMA secure_delete=ON;"  # what was erased leaves no bytes behind
)
#: disks seek fast today: with the old price of a seek, a slice of 1,000 leads reads the whole table instead.
#: ``DATABASE_URL=…?options=…`` says otherwise
POSTGRES_OPTIONS = "-c random_page_cost=1.1"
MAIL_KEYS = ("SENDGRID_API_KEY", "EMAIL_URL", "EMAIL_HOST")


@dataclass(frozen=True)
class Mail:
    """How mail leaves the house: Django's e-mail settings in one value."""

    backend: str
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def secret_key(env: environ.Env, var: Path) -> str:
    """Return ``SECRET_KEY`` from the environment, or one made once and kept in the state folder."""
    given = env.str("SECRET_KEY", default="")
    if given:
        return str(given)
    file = var / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text()


def own_hosts(public_url: str) -> list[str]:
    """Return the names this machine answers to without being told: its public one and the loopback ones."""
    public = urlsplit(public_url).hostname
    loopback = ["localhost", "127.0.0.1", "[::1]", "testserver"]
    return [*([public] if public and public not in loopback else []), *loopback]


def database(env: environ.Env, var: Path) -> dict[str, Any]:
    """Return Django's database dictionary: ``DATABASE_URL`` if set, else SQLite in the state folder."""
    if env.str("DATABASE_URL", default=""):
        found: dict[str, Any] = env.db("DATABASE_URL")
        found["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
        found["CONN_HEALTH_CHECKS"] = True
        if found["ENGINE"].endswith("postgresql"):
            found.setdefault("OPTIONS", {}).setdefault("options", POSTGRES_OPTIONS)
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": var / "leadloom.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
        "TEST": {"NAME": var / "test.sqlite3"},
    }


def cache(redis_url: str) -> dict[str, Any]:
    """Return the cache: this process's memory, or Redis once several processes share the work."""
    if redis_url:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}


def channel_layer(redis_url: str) -> dict[str, Any]:
    """Return the channel layer: our own hub in one process, Redis pub/sub between several."""
    if redis_url:
        backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
        return {"BACKEND": backend, "CONFIG": {"hosts": [redis_url], "capacity": 1000}}
    return {"BACKEND": "config.hub.Hub", "CONFIG": {"capacity": 1000}}


def password_validators(min_length: int) -> list[dict[str, Any]]:
    """Return the rules for new passwords: long, not common, not one's own name; no composition rules."""
    base = "django.contrib.auth.password_validation"
    return [
        {"NAME": f"{base}.UserAttributeSimilarityValidator"},
        {"NAME": f"{base}.MinimumLengthValidator", "OPTIONS": {"min_length": min_length}},
        {"NAME": f"{base}.CommonPasswordValidator"},
    ]


def throttle_rates(env: environ.Env) -> dict[str, str]:
    """Return how often one caller may use the API, by ``throttle_scope`` of the endpoint."""
    usual = env.str("API_RATE", default="600/min")
    return {"api": usual, "anonymous": "60/min", "bulk": "30/min", "send": "60/min"}


def has_mail_transport(env: environ.Env) -> bool:
    """Whether the environment names a way for real mail to leave."""
    return any(env.str(key, default="") for key in MAIL_KEYS)


def mail(env: environ.Env, var: Path) -> Mail:
    """Return the transport: SendGrid, any ESP of anymail, an SMTP address, or files in the state folder."""
    if env.str("EMAIL_BACKEND", default=""):
        backend = env.str("EMAIL_BACKEND")
    elif env.str("SENDGRID_API_KEY", default=""):
        backend = "anymail.backends.sendgrid.EmailBackend"
    elif env.str("EMAIL_URL", default=""):
        return _from_url(env.email_url("EMAIL_URL"))
    elif env.str("EMAIL_HOST", default=""):
        backend = "django.core.mail.backends.smtp.EmailBackend"
    else:
        (var / "mail").mkdir(exist_ok=True)
        backend = "django.core.mail.backends.filebased.EmailBackend"
    return Mail(
        backend,
        host=env.str("EMAIL_HOST", default="localhost"),
        port=env.int("EMAIL_PORT", default=25),
        user=env.str("EMAIL_HOST_USER", default=""),
        password=env.str("EMAIL_HOST_PASSWORD", default=""),
        use_tls=env.bool("EMAIL_USE_TLS", default=False),
        use_ssl=env.bool("EMAIL_USE_SSL", default=False),
    )


def anymail(env: environ.Env, secret: str) -> dict[str, str]:
    """Return anymail's settings: every ``ANYMAIL_…`` variable, and a webhook password that is never empty."""
    given = {
        key.removeprefix("ANYMAIL_"): value
        for key, value in env.ENVIRON.items()
        if key.startswith("ANYMAIL_")
    }
    sendgrid = {key: env.str(key) for key in ("SENDGRID_API_KEY",) if env.str(key, default="")}
    made = hashlib.sha256(f"anymail webhook {secret}".encode()).hexdigest()[:40]
    return {"WEBHOOK_SECRET": f"leadloom:{made}", **sendgrid, **given}


def _from_url(parts: dict[str, Any]) -> Mail:
    return Mail(
        parts["EMAIL_BACKEND"],
        host=parts["EMAIL_HOST"] or "localhost",
        port=parts["EMAIL_PORT"] or 25,
        user=parts["EMAIL_HOST_USER"] or "",
        password=parts["EMAIL_HOST_PASSWORD"] or "",
        use_tls=bool(parts.get("EMAIL_USE_TLS")),
        use_ssl=bool(parts.get("EMAIL_USE_SSL")),
    )


def static_storage(env: environ.Env) -> str:
    """Return hashed names for browsers; plain ones in a scratch world, where nobody collects files."""
    if env.bool("LEADLOOM_SCRATCH", default=False):
        return "django.contrib.staticfiles.storage.StaticFilesStorage"
    return "config.storage.HashedStatic"


def lead_providers(env: environ.Env) -> dict[str, dict[str, str]]:
    """Return key and address of each provider of lead data; an empty address is the provider's own."""
    names = ("apollo", "dropcontact", "hunter", "outscraper")
    return {
        name: {
            "key": env.str(f"{name.upper()}_API_KEY", default=""),
            "url": env.str(f"{name.upper()}_URL", default=""),
        }
        for name in names
    }
